"""Articles in, out of each the number of its words, a digest that equal texts share, and its shingle hashes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cleaner.article_store import ArticleStore
from cleaner.collapse import exact, signing, task_sizes
from cleaner.collapse.checkpoints import Arrays, Form, Mapped
from cleaner.collapse.ragged import Ragged, RaggedWriter
from cleaner.records import Article

TOGETHER = 1_000
"""Articles whose words are hashed in one task, as ``task_sizes.size`` has it: some megabytes of hashes."""


@dataclass(slots=True)
class TextHashes:
    """Numbers of words, digests and shingle hashes of a list of texts."""

    words: NDArray[np.int64]
    """Number of words of each text."""
    digests: bytes
    """Sixteen bytes of each text."""
    shingles: Ragged

    @classmethod
    def of(cls, articles: ArticleStore, folder: Path | None = None, mapped: Mapped = map) -> TextHashes:
        """Of the texts on a store; with a folder the shingles go to a file there."""
        words, digests, shingles = [np.empty(0, np.int64)], bytearray(), RaggedWriter(folder)
        compiled = signing.compiling_pays(len(articles))
        wide = signing.wide_pays(len(articles))
        tasks = ((compiled, wide, portion) for portion in articles.portions(task_sizes.size(len(articles), TOGETHER)))
        for hashed in mapped(_hashed, tasks):
            words.append(hashed.words)
            digests += b"".join(hashed.digests)
            shingles.add(hashed.shingles, np.diff(hashed.starts))
        return cls(np.concatenate(words), bytes(digests), shingles.finish())


def _arrays(hashed: signing.Hashed) -> Arrays:
    digests = np.frombuffer(b"".join(hashed.digests), np.uint8)
    return {"shingles": hashed.shingles, "starts": hashed.starts, "digests": digests, "words": hashed.words}


def _of_arrays(arrays: Arrays) -> signing.Hashed:
    digests = arrays["digests"].tobytes()
    each = [digests[at : at + exact.DIGEST_BYTES] for at in range(0, len(digests), exact.DIGEST_BYTES)]
    return signing.Hashed(arrays["shingles"], arrays["starts"], each, arrays["words"])


FORM = Form(_arrays, _of_arrays)
"""Of what is known of the words of some texts."""


def _hashed(task: tuple[bool, bool, Sequence[Article]]) -> signing.Hashed:
    compiled, wide, portion = task
    hashed = signing.hash_texts([article.text for article in portion], compiled, wide)
    return hashed._replace(digests=exact.digests(portion, hashed))
