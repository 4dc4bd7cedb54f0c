"""Which pairs are worth scoring: documents that share some of their heaviest terms.

An inverted index over the 60 heaviest terms of every document; terms that more than a tenth of the corpus
hold are skipped, two shared terms are required and each document keeps its 40 best partners.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from cleaner.collapse.event.space import heaviest

HEAVIEST_TERMS = 60
FREQUENCY_SHARE = 0.1
FREQUENCY_FLOOR = 60
"""A corpus of fewer than 600 documents skips no term that at most 60 hold."""
MIN_SHARED = 2
BEST = 40
"""Chosen on the development sets of ``cleaner.train.events``: 95-99 % of their true pairs are found;
weighted MinHash at the same cost finds 76 %."""
_BLOCK = 500
"""Documents multiplied at once: bounds the memory of the partial products."""


def candidate_pairs(terms: sp.csr_matrix, usable: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs (left < right), sorted, among the ``usable`` rows of the unit-length term matrix.

    A pair is kept if either document has the other among its best. Partners are ranked by the cosine
    over the heaviest terms; of equal ones the smaller row wins.
    """
    size = terms.shape[0]
    top = heaviest_terms(terms, usable)
    frequency = np.bincount(top.indices, minlength=top.shape[1])
    top = top[:, np.flatnonzero((frequency >= 2) & (frequency <= frequency_limit(size)))].tocsr()
    ones = top.copy()
    ones.data = np.ones_like(ones.data)
    top_columns, ones_columns = top.T.tocsr(), ones.T.tocsr()
    found = []
    for start in range(0, size, _BLOCK):
        score = (top[start : start + _BLOCK] @ top_columns).tocsr()
        shared = (ones[start : start + _BLOCK] @ ones_columns).tocsr()
        score.sort_indices()
        shared.sort_indices()
        rows = np.repeat(np.arange(score.shape[0]), np.diff(score.indptr)) + start
        keep = (shared.data >= MIN_SHARED) & (score.indices != rows)
        rows, columns, values = rows[keep], score.indices[keep].astype(np.int64), score.data[keep]
        order = np.lexsort((columns, -values, rows))
        rows, columns = rows[order], columns[order]
        rank = np.arange(len(rows)) - np.searchsorted(rows, rows, side="left")
        rows, columns = rows[rank < BEST], columns[rank < BEST]
        found.append(np.minimum(rows, columns) * size + np.maximum(rows, columns))
    keys = np.unique(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)
    return keys // max(size, 1), keys % max(size, 1)


def heaviest_terms(terms: sp.csr_matrix, usable: NDArray[np.bool_]) -> sp.csr_matrix:
    """The terms of every usable row that the inverted index holds; other rows are empty."""
    top = sp.csr_matrix(sp.diags(usable.astype(np.float32)) @ heaviest(terms, HEAVIEST_TERMS))
    top.eliminate_zeros()
    return top


def frequency_limit(size: int) -> int:
    """Documents of a corpus of ``size`` that may hold a term for it to be looked up."""
    return max(FREQUENCY_FLOOR, int(FREQUENCY_SHARE * size))
