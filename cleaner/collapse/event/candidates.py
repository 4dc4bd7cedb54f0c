"""Which pairs are worth scoring: documents that share some of their heaviest terms.

An inverted index over the 60 heaviest terms of every document; terms that more than a tenth of the corpus
hold are skipped. Each document looks up its heaviest and rarest terms first, up to a budget of postings; two
shared terms are required and each document keeps its 40 best partners. In a large corpus a dated document looks at
those of the same weeks only, an undated one at all. So the work grows with the number of documents, not with its
square, and no document has more than 10,000 postings to look up or 40 partners of its own choice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import Protocol

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from cleaner.collapse import task_sizes
from cleaner.collapse.checkpoints import Arrays, Mapped
from cleaner.collapse.event.term_matrix import heaviest_terms
from cleaner.collapse.ragged import ranges

FREQUENCY_SHARE = 0.1
FREQUENCY_FLOOR = 60
"""A corpus of fewer than 600 documents skips no term that at most 60 hold."""
MIN_SHARED = 2
BEST = 40
"""Chosen on the development sets of ``cleaner.train.events``: 95-99 % of their true pairs are found;
weighted MinHash at the same cost finds 76 %. Of 1,000, 4,000, 16,000 and 64,000 articles over a year (as for BUDGET) an
article has 25.0, 26.4, 25.4 and 26.4 candidates."""
BUDGET = 10_000
"""Postings that a document looks up. Of the true pairs of 100,000 articles over a year 98.0 % are found, 97.8 %
with half the budget, 98.0 % with twice of it; of 200,000 articles 97.5 %, of 100,000 without dates 94.5 %
(``python -m cleaner.train.scale DATA_DIR 100000`` makes them and prints it)."""
WINDOW_HOURS = 31 * 24.0
WINDOW_FROM = 5_000
"""Two dated documents further apart are no pair in a corpus of so many documents. Of the 26,000 pairs of
the development sets that are, none reaches a probability of 0.3, which is below the default threshold."""
_FAVOUR = 4
"""Terms are looked up by ascending frequency / weight ** 4. Of the true pairs of those 100,000 articles without
dates 88.2 % are found with power 0, which is the rarest terms first, 93.8 % with 2, 94.5 % with 4, 94.9 % with 8."""
_LEAST = 1e-6
TILE_HOURS = WINDOW_HOURS / 4
"""Documents of one tile of the calendar look at the same part of the corpus: the tile, and WINDOW_HOURS before and
after it. So what a document finds does not depend on which other ones are looked for at the same time."""
_GROUP = 2_048
"""Documents of which the terms to look up are chosen at once, and the usual number of those of a task."""
_WINDOWS = 32
"""A tile's documents are divided into tasks of no less than such a part of those that they look at: to turn the terms
of these into postings is then a seventh of what a task takes, or less."""
_MERGED = 1_000_000
"""Pairs that are merged at once, about: bounds the memory."""
_BLOCK = 64
"""Documents whose postings are gathered at once: bounds the memory."""
_SHARED = 4.0
"""Added to each product of two weights: a sum tells the number of terms by its fours, the cosine by the rest."""
_ROW, _BITS = 32, 0x3FFFFFFF
"""Keys to rank by, from high to low: row in its block, bits of a float under 2."""

_Tile = tuple[NDArray[np.int64], NDArray[np.int64]]


class Documents(Protocol):
    """What documents are found by, wherever that is; it goes to other processes."""

    def top(self, rows: NDArray[np.int64]) -> sp.csr_matrix:
        """The terms of these rows that the inverted index holds: shape (rows, terms). The rows ascend."""
        ...

    def frequency(self) -> NDArray[np.int32]:
        """Of every term, how many documents are found by it: shape (terms,)."""
        ...


class _Held:
    """Documents of a matrix in memory."""

    def __init__(self, top: sp.csr_matrix) -> None:
        self._top = top

    def top(self, rows: NDArray[np.int64]) -> sp.csr_matrix:
        return self._top[rows]

    def frequency(self) -> NDArray[np.int32]:
        return np.bincount(self._top.indices, minlength=self._top.shape[1]).astype(np.int32)


def candidate_pairs(
    terms: sp.csr_matrix,
    usable: NDArray[np.bool_],
    hour: NDArray[np.float64] | None = None,
    budget: int = BUDGET,
    looking: NDArray[np.bool_] | None = None,
    mapped: Mapped = map,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """``pairs_of`` the ``usable`` rows of the unit-length term matrix."""
    documents, hours = _Held(heaviest_terms(terms, usable)), hour if hour is not None else np.full(len(usable), np.nan)
    return pairs_of(documents, hours, budget, looking, mapped)


def pairs_of(
    documents: Documents,
    hour: NDArray[np.float64],
    budget: int = BUDGET,
    looking: NDArray[np.bool_] | None = None,
    mapped: Mapped = map,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs (left < right), sorted, of a corpus of documents.

    ``hour`` is when each was published, NaN for an undated one; ``budget`` is the number of postings that a
    document looks up. A pair is kept if either document has the other among its best. Partners are ranked by
    the cosine over the terms looked up; of equal ones the smaller row wins. ``looking`` are the rows that look
    for partners (None: all): the pairs of all rows are those of any parts of them together. ``mapped`` carries the work
    by tiles of the calendar, its results are arrays ``values``.
    """
    size = len(hour)
    frequency = documents.frequency()
    useful = (frequency >= 2) & (frequency <= frequency_limit(size))
    hours = hour if size >= WINDOW_FROM else np.full(size, np.nan)
    tiles = ((tile if looking is None else tile[looking[tile]], others) for tile, others in _tiles(hours))
    tasks = _together(tiles, task_sizes.size(size, _GROUP))
    return _merged(list(mapped(partial(_partners, documents, useful, hours, budget), tasks)), size)


def _merged(found: Sequence[Arrays], size: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """All pairs, each once, sorted; of the parts, which are sorted too, a range at a time."""
    total = sum(len(part["values"]) for part in found)
    left, right = np.empty(total, np.int64), np.empty(total, np.int64)
    used = 0
    for bounds in pairwise(np.linspace(0, size * size, -(-total // _MERGED) + 1).astype(np.int64).tolist()):
        keys = np.unique(np.concatenate([_between(part["values"], *bounds) for part in found]))
        own = slice(used, used := used + len(keys))
        np.divmod(keys, size, out=(left[own], right[own]))
    return left[:used], right[:used]


def _between(values: NDArray[np.int64], first: int, behind: int) -> NDArray[np.int64]:
    return values[np.searchsorted(values, first) : np.searchsorted(values, behind)]


def _together(tiles: Iterable[_Tile], each: int) -> Iterator[list[_Tile]]:
    """Neighbouring tiles, or parts of one, of some ``each`` documents that look for partners."""
    waiting: list[_Tile] = []
    for tile in _divided(tiles, each):
        if len(tile[0]):
            waiting.append(tile)
        if sum(len(own) for own, _ in waiting) >= each:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def _divided(tiles: Iterable[_Tile], each: int) -> Iterator[_Tile]:
    """Tiles in parts, where they have many documents: all articles of a week would be one task otherwise."""
    for own, others in tiles:
        most = max(each, len(others) // _WINDOWS)
        for first in range(0, len(own), most):
            yield own[first : first + most], others


def _partners(
    documents: Documents, useful: NDArray[np.bool_], hours: NDArray[np.float64], budget: int, tiles: Sequence[_Tile]
) -> Arrays:
    """The pairs of some tiles' documents, each as one number, ascending."""
    size = len(hours)
    found = [np.zeros(0, dtype=np.int64)]
    for own, others in tiles:
        top = _of_columns(documents.top(others), useful)
        by_term = top.T.tocsr()
        for part in (own[start : start + _GROUP] for start in range(0, len(own), _GROUP)):
            looked_up = _affordable(top[np.searchsorted(others, part)], np.diff(by_term.indptr), budget)
            for start in range(0, len(part), _BLOCK):
                rows = part[start : start + _BLOCK]
                row, column, value = products(looked_up[start : start + _BLOCK], by_term)
                column = others[column]
                keep = (column != rows[row]) & ~far_apart(hours[rows[row]], hours[column])
                row, column = _best(row[keep], column[keep], value[keep])
                found.append(np.unique(np.minimum(rows[row], column) * size + np.maximum(rows[row], column)))
    return {"values": np.unique(np.concatenate(found))}


def _of_columns(top: sp.csr_matrix, useful: NDArray[np.bool_]) -> sp.csr_matrix:
    """The ``useful`` columns of a matrix that it has entries in, in their order."""
    kept = useful[top.indices]
    columns = top.indices[kept]
    starts = np.concatenate(([0], np.cumsum(kept)))[top.indptr]
    held = np.zeros(len(useful), np.bool_)
    held[columns] = True
    number = np.cumsum(held, dtype=np.int32) - np.int32(1)
    width = int(number[-1]) + 1 if len(number) else 0
    return sp.csr_matrix((top.data[kept], number[columns], starts), shape=(top.shape[0], max(width, 1)))


def far_apart(hour: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether two documents of a large corpus were published too far apart to be a pair; with NaN they were not."""
    return np.abs(hour - other) > WINDOW_HOURS


def _tiles(hour: NDArray[np.float64]) -> Iterator[_Tile]:
    """The rows of a tile of the calendar, by date, and all rows that may be their partners.

    Undated ones are looked for by themselves only: in a dated document's part of the corpus they would be most of
    what it looks up, the more the larger the corpus.
    """
    order = np.argsort(hour, kind="stable")
    dated = len(hour) - int(np.isnan(hour).sum())
    ascending = hour[order[:dated]]
    tile = np.floor(ascending / TILE_HOURS)
    starts = np.flatnonzero(np.r_[True, tile[1:] != tile[:-1]]) if dated else np.zeros(0, np.int64)
    for start, end in pairwise([*starts.tolist(), dated]):
        first = tile[start] * TILE_HOURS
        low = int(np.searchsorted(ascending, first - WINDOW_HOURS, "left"))
        high = int(np.searchsorted(ascending, first + TILE_HOURS + WINDOW_HOURS, "right"))
        yield order[start:end], np.sort(order[low:high])
    if dated < len(hour):
        yield order[dated:], np.arange(len(hour))


def _affordable(top: sp.csr_matrix, frequency: NDArray[np.int32], budget: int) -> sp.csr_matrix:
    """Of every row its first terms (see ``_FAVOUR``) whose frequencies sum to at most the budget."""
    sizes = np.diff(top.indptr).astype(np.int64)
    row = np.repeat(np.arange(len(sizes)), sizes)
    cost = frequency[top.indices] / np.maximum(top.data, _LEAST).astype(np.float64) ** _FAVOUR
    order = np.lexsort((top.indices, cost, row))
    met = np.cumsum(frequency[top.indices[order]])
    before = np.concatenate(([0], met))[top.indptr[:-1]]
    keep = np.sort(order[met - np.repeat(before, sizes) <= budget])
    starts = np.concatenate(([0], np.cumsum(np.bincount(row[keep], minlength=len(sizes)))))
    return sp.csr_matrix((top.data[keep], top.indices[keep], starts), shape=top.shape)


def products(
    top: sp.csr_matrix, by_term: sp.csr_matrix
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
    """(row, column, cosine) where a row of ``top`` shares enough terms with one of the others, sorted."""
    first, last = by_term.indptr[top.indices], by_term.indptr[top.indices + 1]
    sizes = (last - first).astype(np.int64)
    ends = np.cumsum(sizes)
    at = ranges(first, last)
    column = by_term.indices[at].astype(np.int64)
    value = np.repeat(top.data.astype(np.float64), sizes) * by_term.data[at] + _SHARED
    bounds = np.concatenate(([0], ends))[top.indptr].tolist()
    columns, totals = [], []
    for start, end in pairwise(bounds):
        total = np.bincount(column[start:end], value[start:end])
        enough = np.flatnonzero(total >= MIN_SHARED * _SHARED)
        columns.append(enough)
        totals.append(total[enough])
    rows = np.repeat(np.arange(len(columns)), [len(one) for one in columns])
    totalled = np.concatenate(totals)
    cosine = totalled - _SHARED * np.floor(totalled / _SHARED)
    return rows, np.concatenate(columns), cosine.astype(np.float32)


def _best(
    row: NDArray[np.int64], column: NDArray[np.int64], value: NDArray[np.float32]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each row's best partners; the rows ascend, and the columns of a row."""
    places = best(row, value)
    return row[places], column[places]


def best(row: NDArray[np.int64], value: NDArray[np.float32]) -> NDArray[np.int64]:
    """Places of the BEST highest values of each row, from high to low, of equal ones the first; the rows ascend."""
    bounds = np.searchsorted(row, np.arange(row[-1] + 2)).tolist() if len(row) else []
    least = np.zeros(len(bounds), dtype=np.float32)
    for one, (start, end) in enumerate(pairwise(bounds)):
        if end - start > BEST:
            least[one] = np.partition(value[start:end], -BEST)[-BEST]
    high = np.flatnonzero(value >= least[row])
    row, value = row[high], value[high]
    key = row.astype(np.uint64) << np.uint64(_ROW)
    key |= np.uint64(_BITS) - value.view(np.uint32).astype(np.uint64)
    order = np.argsort(key, kind="stable")  # of equal ones the first stays first
    row = row[order]
    return high[order[np.arange(len(row)) - np.searchsorted(row, row, side="left") < BEST]]


def frequency_limit(size: int) -> int:
    """Documents of a corpus of ``size`` that may hold a term for it to be looked up."""
    return max(FREQUENCY_FLOOR, int(FREQUENCY_SHARE * size))
