"""Documents in one kind of bag: a sparse matrix, one row a document, one column a term, weighted."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from cleaner.collapse.event.weighting import idf, local_share

LITTLE_WEIGHT = 50.0
"""Added to the squared length of every row: about the square of one rare term's weight."""


@dataclass(frozen=True, slots=True)
class Space:
    """All documents in one kind of bag."""

    unit: sp.csr_matrix
    """Weights of length 1 (see ``scale_rows``): a dot product of rows is a cosine."""
    shared: sp.csr_matrix
    """Square root of the idf of every term present: a dot product is the idf mass two rows share."""
    mass: NDArray[np.float64]
    """idf mass of every row."""
    idf: NDArray[np.float32]
    share: NDArray[np.float64]
    """Share of this corpus that holds a term (``weighting.local_share``)."""
    vocabulary: list[str]


Frequencies = Callable[[list[str]], tuple[list[NDArray[np.float64]], list[int]]]
"""Of terms: for each language, how many documents of a corpus hold each, and how many documents there are."""


class Bags:
    """Collects the bags of one kind, document by document, without keeping the counters."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        self._columns = array("q")
        self._counts = array("f")
        self._starts = array("q", [0])

    def add(self, bag: dict[str, float] | dict[str, int]) -> None:
        """Append one document's bag."""
        ids = self._ids
        self._columns.extend([ids.setdefault(term, len(ids)) for term in bag])
        self._counts.extend(bag.values())
        self._starts.append(len(self._columns))

    def counts(self) -> tuple[sp.csr_matrix, list[str]]:
        """The counts with columns in the sorted order of their terms, and those terms.

        Sorted columns make every sum over a row independent of the order in which documents came.
        """
        vocabulary = sorted(self._ids)
        place = np.empty(len(vocabulary), dtype=np.int64)
        place[[self._ids[term] for term in vocabulary]] = np.arange(len(vocabulary))
        columns = np.frombuffer(self._columns, dtype=np.int64) if self._columns else np.zeros(0, np.int64)
        values = np.frombuffer(self._counts, dtype=np.float32) if self._counts else np.zeros(0, np.float32)
        starts = np.frombuffer(self._starts, dtype=np.int64)
        shape = (len(starts) - 1, len(vocabulary))
        matrix = sp.csr_matrix((values.copy(), place[columns].astype(np.int32), starts.copy()), shape=shape)
        matrix.sort_indices()
        return matrix, vocabulary


def scale_rows(matrix: sp.csr_matrix) -> sp.csr_matrix:
    """Rows of Euclidean length just under 1: a row that weighs little in all stays short.

    Without ``LITTLE_WEIGHT`` two rows that hold nothing but a template's words would have cosine 1, however
    little each word weighs.
    """
    squares = np.asarray(matrix.multiply(matrix).sum(axis=1), dtype=np.float64).ravel()
    scaled = sp.diags(1 / np.sqrt(squares + LITTLE_WEIGHT)) @ matrix
    return sp.csr_matrix(scaled, dtype=np.float32)


def heaviest(matrix: sp.csr_matrix, most: int) -> sp.csr_matrix:
    """Only the ``most`` heaviest entries of every row; of equal ones the earlier column stays."""
    sizes = np.diff(matrix.indptr)
    rows = np.repeat(np.arange(matrix.shape[0]), sizes)
    order = np.lexsort((matrix.indices, -matrix.data, rows))
    rank = np.arange(len(order)) - np.repeat(matrix.indptr[:-1], sizes)
    keep = np.sort(order[rank < most])
    counts = np.bincount(rows[keep], minlength=matrix.shape[0])
    starts = np.concatenate(([0], np.cumsum(counts)))
    return sp.csr_matrix((matrix.data[keep], matrix.indices[keep], starts), shape=matrix.shape)


def build_space(
    bags: Bags,
    prior: float,
    languages: NDArray[np.int64],
    whole: Space | None = None,
    corpus: Frequencies | None = None,
) -> Space:
    """Weight the bags of one kind: (1 + log count) idf, rows of length 1.

    ``prior`` is the document frequency of a term in ordinary articles (``idf``). ``languages`` numbers the
    language of every document. ``whole`` is the space of the whole texts for a part of them: how common a
    term is, is then read there, as a template's word is common even if half the pages have it outside
    their lead. ``corpus`` counts terms of this kind in the corpus that the documents are a part of;
    without it they are all of it.
    """
    counts, vocabulary = bags.counts()
    frequencies, sizes = corpus(vocabulary) if corpus else _frequencies(counts, languages)
    frequency = np.add.reduce(frequencies) if frequencies else np.zeros(len(vocabulary))
    if whole is None:
        share = local_share(frequencies, sizes)
    else:
        known_share = dict(zip(whole.vocabulary, whole.share.tolist(), strict=True))
        share = np.array([known_share[term] for term in vocabulary], dtype=np.float64)
    weight = idf(frequency, sum(sizes), prior, share)
    counts.data = np.where(counts.data >= 1, 1 + np.log(np.maximum(counts.data, 1)), counts.data)
    unit = sp.csr_matrix(counts @ sp.diags(weight), dtype=np.float32)
    unit.eliminate_zeros()
    shared = unit.copy()
    shared.data = np.sqrt(weight[shared.indices])
    mass = np.asarray(shared.multiply(shared).sum(axis=1), dtype=np.float64).ravel()
    return Space(scale_rows(unit), shared, mass, weight, share, vocabulary)


def _frequencies(counts: sp.csr_matrix, languages: NDArray[np.int64]) -> tuple[list[NDArray[np.float64]], list[int]]:
    """For each language, how many of its documents hold each term, and how many documents it has."""
    present = counts.copy()
    present.data = np.ones_like(present.data)
    parts = [present[np.flatnonzero(languages == group)] for group in np.unique(languages).tolist()]
    return [np.asarray(part.sum(axis=0), dtype=np.float64).ravel() for part in parts], [part.shape[0] for part in parts]
