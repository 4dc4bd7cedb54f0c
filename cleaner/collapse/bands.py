"""Candidate pairs: signatures that agree in all rows of at least one band.

Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, ch. 3 (banding). A band is looked at as one sorted
column, so that one band at a time is in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cleaner.collapse.ragged import Places

BANDS, ROWS = 64, 2
"""Pairs of Jaccard 0.2 are found with probability .93, of 0.3 with .998: an excerpt of a third is found."""
FULL_BUCKET = 50
"""Texts in one bucket up to which all its pairs are candidates; a larger one pairs near neighbours only."""
NEIGHBOURS = 8
"""With FULL_BUCKET: 12,000 edited copies of one text are linked over 0.2 million comparisons of 72 million pairs."""
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
