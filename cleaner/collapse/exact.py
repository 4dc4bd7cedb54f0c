"""Exact copies: texts that hold the same words in the same order (case, width, punctuation and white space folded)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import xxhash
from numpy.typing import NDArray

from cleaner.collapse.signing import Hashed
from cleaner.collapse.words import tokens
from cleaner.records import Article

MIN_WORDS = 1
"""A text without a word is a copy of nothing."""
FEW_WORDS = 5
"""Shorter texts say little ("Read more"): they are copies only under one title."""
DIGEST_BYTES = 16


def digests(articles: Sequence[Article], hashed: Hashed) -> list[bytes]:
    """Sixteen bytes of each text as ``signing`` gives them; of one of few words its title is a part."""
    found = list(hashed.digests)
    for place in np.flatnonzero(hashed.words < FEW_WORDS).tolist():
        if title := tokens(articles[place].title or ""):
            found[place] = xxhash.xxh3_128_digest(found[place] + " ".join(title).encode("utf-8", "surrogatepass"))
    return found


def groups(digests: bytes, words: NDArray[np.int64], text: Callable[[int], str]) -> list[list[int]]:
    """Places of the texts with the same words, at least two a group; groups and their members ascending.

    ``digests`` are the texts' digests one after the other, ``words`` their numbers of words (both as
    ``signing`` gives them). ``text`` gives one: equal digests are looked at, for who writes pages can make
    texts whose digests are equal.
    """
    places = np.flatnonzero(words >= MIN_WORDS)
    halves = np.frombuffer(digests, np.uint64).reshape(-1, 2)[places]
    order = np.lexsort((places, halves[:, 1], halves[:, 0]))
    places, halves = places[order], halves[order]
    starts = np.flatnonzero(np.r_[True, (halves[1:] != halves[:-1]).any(axis=1)]) if len(places) else places
    sizes = np.diff(np.r_[starts, len(places)])
    several = zip(starts[sizes > 1].tolist(), sizes[sizes > 1].tolist(), strict=True)
    found = [part for start, size in several for part in _told_apart(places[start : start + size].tolist(), text)]
    return sorted(part for part in found if len(part) > 1)


def _told_apart(group: Sequence[int], text: Callable[[int], str]) -> list[list[int]]:
    """Parts of a group whose texts have the same words."""
    written: dict[str, list[int]] = {}
    for i in group:
        written.setdefault(text(i), []).append(i)
    if len(written) == 1:
        return [list(group)]
    same: dict[tuple[str, ...], list[int]] = {}
    for text_of, places in written.items():
        same.setdefault(tuple(tokens(text_of)), []).extend(places)
    return [sorted(places) for places in same.values()]
