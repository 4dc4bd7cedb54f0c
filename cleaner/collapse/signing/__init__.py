"""From raw texts to word hashes, shingle hashes and MinHash signatures, many texts at a time.

Two back ends give the same bits: ``vectorised`` (numpy) and ``compiled`` (numba, the extra [fast]), which is
ten times as fast but takes a second to load, so that small inputs are signed without it. What is a word is
said by ``characters``; signatures are those of datasketch's ``affine32`` scheme:
``MinHash(hashvalues=row, seed=SEED, permutations=..., scheme="affine32")`` loads any row.

Broder 1997, On the resemblance and containment of documents.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from itertools import groupby, pairwise
from operator import itemgetter
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
import regex
import xxhash
from numpy.typing import NDArray

from cleaner.collapse.signing.characters import folded
from cleaner.collapse.signing.constants import PERMUTATIONS, SEED, SHINGLE_WORDS

__all__ = ["PERMUTATIONS", "SEED", "SHINGLE_WORDS", "Hashed", "compiling_pays", "hash_texts", "signatures", "wide_pays"]

COMPILED_FROM = 3_000
"""Texts from which loading the compiled back end pays: it saves a quarter of a millisecond a text and takes
about 0.7 seconds to load (2 cores, texts of 500 words; ``make bench`` shows both back ends)."""
WIDE_FROM = 100_000_000
"""Texts from which shingles get hashes of 64 bits, that what is counted over all texts (``templates``, ``sketch``) is
not chance: of n texts with d shingles n d / 2**32 hold a given hash of 32 bits by chance, 7.7 at 1e8 texts of 330, 77
at 1e9, where a template is what 100 hold."""
BATCH_CHARS = 1_000_000
"""Characters of one text hashed at a time. A word without an end is cut there."""
TOGETHER_CHARS = 200_000
"""Characters of several texts hashed at a time: some megabytes, and enough for a call's cost not to show."""
_MARKS = regex.compile(r"\p{M}++")


Hashes = NDArray[np.unsignedinteger[Any]]
"""Of shingles. Of 64 bits in a huge corpus (``WIDE_FROM``)."""


class Hashed(NamedTuple):
    """Texts as hashes. Text ``i`` has the shingles ``shingles[starts[i]:starts[i + 1]]`` in text order."""

    shingles: Hashes
    """Hashes of all texts' shingles of SHINGLE_WORDS words; a shorter text has none."""
    starts: NDArray[np.int64]
    """Shape (texts + 1,)."""
    digests: list[bytes]
    """16 bytes for each text that say whether two hold the same words in the same order."""
    words: NDArray[np.int64]
    """Number of words of each text."""


def hash_texts(texts: Sequence[str], compiled: bool | None = None, wide: bool = False) -> Hashed:
    """Hash the words and shingles of texts. ``compiled`` chooses the back end; None chooses by their number.

    ``wide`` hashes of shingles have 64 bits, of which the upper ones are those of the others (``narrow``).
    """
    backend = _backend(len(texts), compiled)
    parts: list[Hashes] = [np.empty(0, np.uint64 if wide else np.uint32)]
    counts: list[NDArray[np.int64]] = [np.empty(0, np.int64)]
    digests: list[bytes] = []
    for words, starts in _words(backend, texts):
        view = words.view(np.uint8).data
        bounds = (starts * words.itemsize).tolist()
        digests += [xxhash.xxh3_128_digest(view[a:b]) for a, b in pairwise(bounds)]
        parts.append(backend.shingles(words, starts))
        if wide:  # a shingle's hash is made of the upper halves of its words'
            parts[-1] = parts[-1].astype(np.uint64) << np.uint64(32) | backend.shingles(words << np.uint64(32), starts)
        counts.append(np.diff(starts))
    number = np.concatenate(counts)
    starts = np.zeros(len(number) + 1, np.int64)
    np.cumsum(np.maximum(number - SHINGLE_WORDS + 1, 0), out=starts[1:])
    return Hashed(np.concatenate(parts), starts, digests, number)


def narrow(hashes: Hashes) -> NDArray[np.uint32]:
    """The 32 bits of hashes by which texts are compared, whatever they have."""
    if hashes.dtype == np.uint32:
        return hashes
    return (hashes >> np.uint64(32)).astype(np.uint32)


def signatures(
    hashes: NDArray[np.uint32], starts: NDArray[np.int64], compiled: bool | None = None
) -> NDArray[np.uint32]:
    """MinHash signatures, uint32 of shape (texts, PERMUTATIONS); all ones for a text without shingles.

    Text ``i`` is the set ``hashes[starts[i]:starts[i + 1]]``; a hash that stands twice in it changes nothing.
    """
    return _backend(len(starts) - 1, compiled).sign(hashes, starts)


def compiling_pays(texts: int) -> bool:
    """Whether the compiled back end is installed and so many texts are worth loading it."""
    return texts >= COMPILED_FROM and find_spec("numba") is not None


def wide_pays(texts: int) -> bool:
    """Whether the shingles of so many texts need hashes of 64 bits."""
    return texts >= WIDE_FROM


def _backend(number: int, compiled: bool | None) -> ModuleType:
    if compiled is None:
        compiled = compiling_pays(number)
    if compiled:
        from cleaner.collapse.signing import compiled as fast

        return fast
    from cleaner.collapse.signing import vectorised

    return vectorised


def _words(backend: ModuleType, texts: Sequence[str]) -> Iterator[tuple[NDArray[np.uint64], NDArray[np.int64]]]:
    """The back end's ``hash_words`` of texts that are not folded yet, some at a time.

    The compiled one folds what it can by a table, in a fifth of the time.
    """
    if not hasattr(backend, "hash_alone"):
        yield from _folded_words(backend, texts)
        return
    for first, last in _together(texts):
        some = texts[first:last]
        if last - first == 1 or all(map(str.isascii, some)):
            yield from _folded_words(backend, some)
            continue
        for is_alone, run in groupby(zip(backend.are_alone(some), some, strict=True), itemgetter(0)):
            own = [text for _, text in run]
            if is_alone:
                yield backend.hash_alone(own)
            else:
                yield from _folded_words(backend, own)


def _folded_words(backend: ModuleType, texts: Sequence[str]) -> Iterator[tuple[NDArray[np.uint64], NDArray[np.int64]]]:
    """As ``_words``, each text folded as a whole."""
    return (_hashed_words(backend, batch) for batch in _batches(texts))


def _together(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Stretches of the texts of TOGETHER_CHARS at most, or one text."""
    first = size = 0
    for place, text in enumerate(texts):
        if place > first and size + len(text) > TOGETHER_CHARS:
            yield first, place
            first, size = place, 0
        size += len(text)
    if len(texts):
        yield first, len(texts)


def _hashed_words(backend: ModuleType, batch: Sequence[str]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """The back end's ``hash_words``; a text above BATCH_CHARS, which is a batch of its own, piece by piece."""
    if len(batch) > 1 or len(batch[0]) <= BATCH_CHARS:
        return backend.hash_words(batch)
    words = np.concatenate([backend.hash_words([piece])[0] for piece in _pieces(batch[0])])
    return words, np.array([0, len(words)], np.int64)


def _pieces(text: str) -> Iterator[str]:
    """A text in pieces of BATCH_CHARS or less, between words if there is white space; no piece starts with a mark."""
    start = 0
    while start < len(text):
        end = start + BATCH_CHARS
        if end < len(text):
            space = max(text.rfind(" ", start, end), text.rfind("\n", start, end))
            end = space + 1 if space > start else end + _marks_at(text, end)
        yield text[start:end]
        start = end


def _marks_at(text: str, at: int) -> int:
    """Number of marks that stand at a place of a text."""
    found = _MARKS.match(text, at)
    return len(found[0]) if found else 0


def _batches(texts: Sequence[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for text in texts:
        plain = folded(text)
        if batch and size + len(plain) > TOGETHER_CHARS:
            yield batch
            batch, size = [], 0
        batch.append(plain)
        size += len(plain)
    if batch:
        yield batch
