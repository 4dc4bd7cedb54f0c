"""Candidate pairs: signatures that agree in all rows of at least one band, or texts that share sampled shingles.

Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, ch. 3 (banding). A band is looked at as one sorted
column, so that one band at a time is in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from cleaner.collapse.ragged import Places, Ragged
from cleaner.collapse.signing.vectorised import finalise

BANDS, ROWS = 64, 2
"""Pairs of Jaccard 0.2 are found with probability .93, of 0.3 with .998: an excerpt of a third is found."""
FULL_BUCKET = 50
"""Texts in one bucket up to which all its pairs are candidates; a larger one pairs near neighbours only."""
NEIGHBOURS = 8
"""With FULL_BUCKET: 12,000 edited copies of one text are linked over 0.2 million comparisons of 72 million pairs."""
SKETCH_SCALE = 8
"""One shingle in so many is sampled; with SKETCH_SHARED set on the near-copy development pages, where
8 and 2 reach the F of comparing all pairs (16 loses 0.2 points; cleaner evaluate near)."""
SKETCH_SHARED = 2
SKETCH_FREQUENCY = 100
"""A sampled shingle in more texts is not looked up."""
SKETCH_BLOCK = 20_000
_TOGETHER = 2_000_000
"""Pairs made at once."""

Pairs = tuple[Places, Places]
"""Left and right (left < right)."""


class BandKeys:
    """For each band what must agree for a pair: a column of uint64 for every text, in memory or in a file."""

    def __init__(self, texts: int, folder: Path | None = None) -> None:
        self._texts = texts
        self._held = np.zeros((BANDS, texts if folder is None else 0), np.uint64)
        self._file = None if folder is None else folder / "bands"
        if self._file is not None:
            with self._file.open("wb") as stream:
                stream.truncate(8 * BANDS * texts)

    def put(self, first: int, signatures: NDArray[np.uint32]) -> None:
        """Set the texts from ``first`` on; ``signatures`` has the shape (texts, PERMUTATIONS)."""
        columns = keys(signatures)
        if self._file is None:
            self._held[:, first : first + len(signatures)] = columns
            return
        with self._file.open("r+b") as stream:
            for band in range(BANDS):
                stream.seek(8 * (band * self._texts + first))
                stream.write(columns[band].data)

    def band(self, number: int) -> NDArray[np.uint64]:
        """One band's column."""
        if self._file is None:
            column: NDArray[np.uint64] = self._held[number]
            return column
        return np.fromfile(self._file, np.uint64, self._texts, offset=8 * number * self._texts)


def keys(signatures: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """What must agree for a pair: uint64 of shape (BANDS, n) for signatures of shape (n, PERMUTATIONS)."""
    rows = signatures.reshape(len(signatures), BANDS, ROWS).astype(np.uint64)
    folded: np.ndarray = rows[:, :, 0] << np.uint64(32) | rows[:, :, 1]
    return np.ascontiguousarray(folded.T)


def bucket_pairs(
    column: NDArray[np.uint64], texts: Places, settled: NDArray[np.bool_] | None = None
) -> Iterator[NDArray[np.int64]]:
    """Pairs of texts with equal keys, coded by ``code``, ascending in each part; ``texts`` are ascending.

    ``column`` has a key for each of ``texts``. In a bucket of more than FULL_BUCKET each text meets its next
    NEIGHBOURS only, and one that is ``settled`` (found enough copies before) does not look for more.
    """
    order = np.argsort(column, kind="stable")
    ordered = column[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(column) else np.empty(0, np.int64)
    sizes = np.diff(np.r_[starts, len(order)])
    for size in np.unique(sizes[(sizes > 1) & (sizes <= FULL_BUCKET)]).tolist():
        first = starts[sizes == size]
        left, right = np.triu_indices(size, 1)
        step = max(1, _TOGETHER // len(left))
        for at in range(0, len(first), step):
            bucket = texts[order[first[at : at + step, None] + np.arange(size)]]
            yield np.sort(code(bucket[:, left].ravel(), bucket[:, right].ravel()))
    full = sizes > FULL_BUCKET
    for start, size in zip(starts[full].tolist(), sizes[full].tolist(), strict=True):
        bucket = texts[order[start : start + size]]
        looking = np.arange(size) if settled is None else np.flatnonzero(~settled[bucket])
        left = np.repeat(looking, NEIGHBOURS)
        right = left + np.tile(np.arange(1, NEIGHBOURS + 1), len(looking))
        inside = right < size
        yield np.sort(code(bucket[left[inside]], bucket[right[inside]]))


def code(left: Places, right: Places) -> Places:
    """A pair as one number."""
    return left << np.int64(32) | right


def decoded(codes: Places) -> Pairs:
    """The pairs of ``code``."""
    return codes >> np.int64(32), codes & np.int64(0xFFFFFFFF)


def candidate_pairs(signatures: NDArray[np.uint32], usable: NDArray[np.bool_]) -> Pairs:
    """Pairs of rows that share a band, each once, in ascending order.

    ``signatures`` is uint32 of shape (n, PERMUTATIONS); rows where ``usable`` is False pair with nothing.
    """
    rows = np.flatnonzero(usable)
    found = [part for own in keys(signatures[rows]) for part in bucket_pairs(own, rows)]
    return decoded(np.unique(np.concatenate([np.empty(0, np.int64), *found])))


def sketch_pairs(hashes: Ragged) -> Pairs:
    """Pairs that share SKETCH_SHARED sampled shingles, ascending: candidates for containment.

    Bands find texts that resemble each other; a stub of a long article, or a copy inside a page of other
    text, has a Jaccard too small for them. A sample of the shingles by hash value finds those.
    Irber et al. 2022, Lightweight compositional analysis of metagenomes with FracMinHash.
    """
    found = [np.empty(0, np.int64), *sketched(hashes)]
    return decoded(np.concatenate(found))


def sketched(hashes: Ragged) -> Iterator[NDArray[np.int64]]:
    """The pairs of ``sketch_pairs`` by blocks of texts, coded, ascending."""
    sampled = [np.empty(0, np.uint64)]
    for first, block in hashes.blocks():
        chosen = np.flatnonzero(finalise(block.values) < np.uint32(2**32 // SKETCH_SCALE))
        text = np.searchsorted(block.starts, chosen, "right") - 1 + first
        sampled.append(block.values[chosen].astype(np.uint64) << np.uint64(32) | text.astype(np.uint64))
    held = np.concatenate(sampled)
    del sampled
    held.sort()
    matrix = _postings(held, len(hashes))
    del held
    other = matrix.T.tocsr()
    for start in range(0, len(hashes), SKETCH_BLOCK):
        shared = (matrix[start : start + SKETCH_BLOCK] @ other).tocoo()
        left = shared.row.astype(np.int64) + start
        keep = (left < shared.col) & (shared.data >= SKETCH_SHARED)
        yield np.sort(code(left[keep], shared.col[keep].astype(np.int64)))


def _postings(held: NDArray[np.uint64], count: int) -> csr_matrix:
    """A row a text, a column for each hash that two to SKETCH_FREQUENCY texts hold.

    ``held`` has a hash and a text in every number, ascending.
    """
    texts, columns = [np.empty(0, np.int32)], [np.empty(0, np.int32)]
    number = first = 0
    while first < len(held):
        last = min(first + _TOGETHER, len(held))
        if last < len(held):  # all of a hash together
            last = int(np.searchsorted(held, (held[last] >> np.uint64(32)) << np.uint64(32)))
            last = last if last > first else int(np.searchsorted(held, held[first] | np.uint64(0xFFFFFFFF), "right"))
        values = held[first:last] >> np.uint64(32)
        starts = np.flatnonzero(np.r_[True, values[1:] != values[:-1]])
        frequency = np.diff(np.r_[starts, len(values)])
        usual = (frequency >= 2) & (frequency <= SKETCH_FREQUENCY)
        texts.append(held[first:last][np.repeat(usual, frequency)].astype(np.uint32).astype(np.int32))
        columns.append(np.repeat(np.arange(number, number + int(usual.sum()), dtype=np.int32), frequency[usual]))
        number += int(usual.sum())
        first = last
    places = np.concatenate(texts), np.concatenate(columns)
    return csr_matrix((np.ones(len(places[0]), np.int32), places), shape=(count, number))


def all_pairs(texts: Places) -> Pairs:
    """Each text of an ascending array with each later one."""
    left, right = np.triu_indices(len(texts), 1)
    return texts[left].astype(np.int64), texts[right].astype(np.int64)


def pairs_inside(groups: list[Places]) -> Iterator[NDArray[np.int64]]:
    """All pairs of each of some groups of ascending texts, coded, some groups at a time."""
    sizes = np.cumsum([0] + [len(group) * (len(group) - 1) // 2 for group in groups])
    bounds = np.searchsorted(sizes, np.arange(0, sizes[-1], _TOGETHER)).tolist()
    for first, last in pairwise(sorted({0, *bounds, len(groups)})):
        yield np.concatenate([code(*all_pairs(group)) for group in groups[first:last]])
