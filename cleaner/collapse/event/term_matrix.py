"""Documents in one kind of bag: a sparse matrix, one row a document, one column a term, weighted.

Columns stand in the order of their terms' hashes, which makes every sum over a row independent of the order
in which documents came.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from cleaner.collapse.event.packed_bags import Hashes
from cleaner.collapse.event.term_bags import TermBags
from cleaner.collapse.event.weighting import idf, local_share

LITTLE_WEIGHT = 50.0
"""Added to the squared length of every row: about the square of one rare term's weight."""
_ROWS = 4_000
"""Rows that are looked at at once: bounds the memory."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TermMatrix:
    """All documents in one kind of bag."""

    unit: sp.csr_matrix
    """Weights in rows of Euclidean length just under 1 (see ``LITTLE_WEIGHT``): a dot product is a cosine."""
    mass: Floats
    """idf mass of every row."""
    idf: NDArray[np.float32]
    """Of every column: summed over the columns that two rows share, it is the idf mass they share."""
    share: Floats
    """Share of this corpus that holds a term (``weighting.local_share``)."""
    hashes: Hashes
    """Of the terms of the columns (``packed_bags.hashes``), ascending."""


Frequencies = Callable[[Hashes], tuple[list[Floats], list[int]]]
"""Of terms: for each language, how many documents of a corpus hold each, and how many documents there are."""


def build_term_matrix(
    bags: TermBags,
    prior: float,
    languages: NDArray[np.int64],
    whole: TermMatrix | None = None,
    corpus: Frequencies | None = None,
    lone: bool = True,
) -> TermMatrix:
    """Weight the bags of one kind: (1 + log count) idf, rows of length 1.

    ``prior`` is the document frequency of a term in ordinary articles (``idf``). ``languages`` numbers the
    language of every document. ``whole`` is the matrix of the whole texts for a part of them: how common a
    term is, is then read there, as a template's word is common even if half the pages have it outside
    their lead. ``corpus`` counts terms of this kind in the corpus that the documents are a part of;
    without it they are all of it. Without ``lone``, columns of one document are dropped once they are in
    the lengths and masses.
    """
    size = len(languages)
    squares, mass = np.zeros(size), np.zeros(size)
    made = _Matrix(size, len(bags.keys.values))
    kept: list[tuple[NDArray[np.float32], Floats, Hashes]] = []
    for keys, column, row, count in bags.columns():
        frequencies, sizes = corpus(keys) if corpus else _frequencies(column, row, len(keys), languages)
        frequency = np.add.reduce(frequencies) if frequencies else np.zeros(len(keys))
        if whole is None:
            share = local_share(frequencies, sizes)
        else:
            share = whole.share[np.searchsorted(whole.hashes, keys)]
        weight = idf(frequency, sum(sizes), prior, share)
        value = np.where(count >= 1, 1 + np.log(np.maximum(count, 1)), count) * weight[column]
        squares += np.bincount(row, value.astype(np.float64) ** 2, size)
        mass += np.bincount(row, weight[column], size)
        some = weight > 0
        if not lone:
            some &= np.bincount(column, minlength=len(keys)) > 1
        made.add(some, column, row, value)
        kept.append((weight[some], share[some], keys[some]))
    del bags
    scale = 1 / np.sqrt(squares + LITTLE_WEIGHT)
    weights, shares, hashed = (np.concatenate(part) for part in zip(*kept, strict=True))
    return TermMatrix(made.rows(scale), mass, weights, shares, hashed)


def build_pattern(bags: TermBags) -> tuple[sp.csr_matrix, Hashes]:
    """1 for every key of every document, and the hashes of the columns."""
    made = _Matrix(len(bags.sizes.values), len(bags.keys.values))
    kept = []
    for keys, column, row, count in bags.columns():
        made.add(np.ones(len(keys), dtype=bool), column, row, np.ones_like(count))
        kept.append(keys)
    return made.rows(np.ones(made.size)), np.concatenate(kept)


class _Matrix:
    """A matrix of at most so many ``entries`` that is made column by column."""

    def __init__(self, size: int, entries: int) -> None:
        self.size = size
        self._row, self._value = np.empty(entries, np.int32), np.empty(entries, np.float32)
        self._lengths: list[NDArray[np.int64]] = []
        self._used = 0

    def add(
        self, some: NDArray[np.bool_], column: NDArray[np.int64], row: NDArray[np.int32], value: NDArray[np.float32]
    ) -> None:
        """Append those of the columns that ``some`` names."""
        own = some[column]
        row, value = row[own], value[own]
        end = self._used + len(row)
        self._row[self._used : end], self._value[self._used : end] = row, value
        self._lengths.append(np.bincount(column, minlength=len(some))[some])
        self._used = end

    def rows(self, scale: Floats) -> sp.csr_matrix:
        """All columns, each row multiplied by its scale."""
        starts = np.concatenate(([0], np.cumsum(np.concatenate(self._lengths))))
        if self._used < np.iinfo(np.int32).max:
            starts = starts.astype(np.int32)
        value, row = self._value[: self._used], self._row[: self._used]
        matrix = sp.csc_matrix((value, row, starts), shape=(self.size, len(starts) - 1)).tocsr()
        sizes = np.diff(matrix.indptr)
        for start in range(0, self.size, _ROWS):
            own = slice(matrix.indptr[start], matrix.indptr[min(start + _ROWS, self.size)])
            factor = np.repeat(scale[start : start + _ROWS], sizes[start : start + _ROWS])
            matrix.data[own] = matrix.data[own] * factor
        matrix.has_sorted_indices = True
        return matrix


def _frequencies(
    column: NDArray[np.int64], row: NDArray[np.int32], size: int, languages: NDArray[np.int64]
) -> tuple[list[Floats], list[int]]:
    """For each language, how many of its documents hold each term, and how many documents it has."""
    found = np.flatnonzero(np.bincount(languages)).tolist()
    if len(found) == 1:
        return [np.bincount(column, minlength=size).astype(np.float64)], [len(languages)]
    of_entry = languages[row]
    parts = [np.bincount(column[of_entry == one], minlength=size).astype(np.float64) for one in found]
    return parts, [int((languages == one).sum()) for one in found]


def heaviest(matrix: sp.csr_matrix, most: int) -> sp.csr_matrix:
    """Only the ``most`` heaviest entries of every row, none negative; of equal ones the earlier column stays."""
    sizes = np.diff(matrix.indptr).astype(np.int64)
    kept, counts = [np.zeros(0, np.int64)], [np.zeros(1, np.int64)]
    for start in range(0, matrix.shape[0], _ROWS):
        first, last = int(matrix.indptr[start]), int(matrix.indptr[min(start + _ROWS, matrix.shape[0])])
        own = sizes[start : start + _ROWS]
        row = np.repeat(np.arange(len(own)), own)
        # The bits of floats that are not negative are in the order of the floats.
        weight = matrix.data[first:last].astype(np.float32).view(np.uint32).astype(np.int64)
        order = np.argsort(row << 32 | (0xFFFFFFFF - weight), kind="stable")
        rank = np.arange(len(order)) - np.repeat(np.cumsum(own) - own, own)
        kept.append(np.sort(order[rank < most]) + first)
        counts.append(np.minimum(own, most))
    keep, starts = np.concatenate(kept), np.cumsum(np.concatenate(counts))
    return sp.csr_matrix((matrix.data[keep], matrix.indices[keep], starts), shape=matrix.shape)
