"""Candidate pairs: signatures that agree in all rows of at least one band.

Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, ch. 3 (banding).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components

from cleaner.collapse.signatures import finalise

BANDS, ROWS = 64, 2
"""Pairs of Jaccard 0.2 are found with probability .93, of 0.3 with .998: an excerpt of a third is found."""
FULL_BUCKET = 400
"""Texts in one bucket up to which all its pairs are candidates; a larger one pairs near neighbours only."""
NEIGHBOURS = 8
SKETCH_SCALE = 8
"""One shingle in so many is sampled; with SKETCH_SHARED set on the near-copy development pages, where
8 and 2 reach the F of comparing all pairs (16 loses 0.2 points; cleaner evaluate near)."""
SKETCH_SHARED = 2
SKETCH_FREQUENCY = 100
"""A sampled shingle in more texts is not looked up."""
SKETCH_BLOCK = 20_000
FULL_COMPONENT = 400
"""Texts in one component of candidates up to which all its pairs are verified: average link counts an
absent pair as 0, so a pair that the bands missed would hold a cluster apart."""


def candidate_pairs(signatures: np.ndarray, usable: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs (left < right) of rows that share a band, each once, in ascending order.

    ``signatures`` is uint32 of shape (n, PERMUTATIONS); rows where ``usable`` is False pair with nothing.
    """
    count = len(signatures)
    rows = np.flatnonzero(usable)
    codes = [np.empty(0, np.int64)]
    for own in keys(signatures[rows]):
        order = np.argsort(own, kind="stable")
        starts = np.flatnonzero(np.r_[True, np.diff(own[order]) != 0])
        sizes = np.diff(np.r_[starts, len(order)])
        for start, size in zip(starts[sizes > 1], sizes[sizes > 1], strict=True):
            bucket = rows[order[start : start + size]]
            left, right = all_pairs(bucket) if size <= FULL_BUCKET else _neighbours(bucket)
            codes.append(left * count + right)
    merged = np.unique(np.concatenate(codes))
    return merged // max(1, count), merged % max(1, count)


def keys(signatures: np.ndarray) -> np.ndarray:
    """What must agree for a pair: uint64 of shape (BANDS, n) for signatures of shape (n, PERMUTATIONS)."""
    rows = signatures.reshape(len(signatures), BANDS, ROWS).astype(np.uint64)
    folded: np.ndarray = rows[:, :, 0] << np.uint64(32) | rows[:, :, 1]
    return np.ascontiguousarray(folded.T)


def _neighbours(bucket: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each text of an ascending bucket with the NEIGHBOURS next ones."""
    size = len(bucket)
    left = np.repeat(np.arange(size), NEIGHBOURS)
    right = left + np.tile(np.arange(1, NEIGHBOURS + 1), size)
    inside = right < size
    return bucket[left[inside]].astype(np.int64), bucket[right[inside]].astype(np.int64)


def sketch_pairs(hashes: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Pairs (left < right) that share SKETCH_SHARED sampled shingles: candidates for containment.

    Bands find texts that resemble each other; a stub of a long article, or a copy inside a page of other
    text, has a Jaccard too small for them. A sample of the shingles by hash value finds those.
    Irber et al. 2022, Lightweight compositional analysis of metagenomes with FracMinHash.
    """
    count = len(hashes)
    samples = [own[finalise(own) < np.uint32(2**32 // SKETCH_SCALE)] for own in hashes]
    if not samples or not sum(map(len, samples)):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    _, columns, frequency = np.unique(np.concatenate(samples), return_inverse=True, return_counts=True)
    bounds = np.r_[0, np.cumsum([len(sample) for sample in samples])]
    matrix = csr_matrix((np.ones(len(columns), np.int32), columns, bounds), shape=(count, len(frequency)))
    matrix = matrix[:, (frequency >= 2) & (frequency <= SKETCH_FREQUENCY)]
    other = matrix.T.tocsr()
    codes = [np.empty(0, np.int64)]
    for start in range(0, count, SKETCH_BLOCK):
        shared = (matrix[start : start + SKETCH_BLOCK] @ other).tocoo()
        left = shared.row.astype(np.int64) + start
        keep = (left < shared.col) & (shared.data >= SKETCH_SHARED)
        codes.append(left[keep] * count + shared.col[keep])
    merged = np.sort(np.concatenate(codes))
    return merged // count, merged % count


def all_pairs(texts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each text of an ascending array with each later one."""
    left, right = np.triu_indices(len(texts), 1)
    return texts[left].astype(np.int64), texts[right].astype(np.int64)


def large_components(count: int, left: np.ndarray, right: np.ndarray) -> list[np.ndarray]:
    """The components of the candidate pairs with more than FULL_COMPONENT texts, each ascending."""
    return [members for members in _components(count, left, right) if len(members) > FULL_COMPONENT]


def complete(count: int, left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Add the pairs that are missing inside each component of at most FULL_COMPONENT texts."""
    codes = [left * count + right]
    for members in _components(count, left, right):
        if 2 < len(members) <= FULL_COMPONENT:
            first, second = all_pairs(members)
            codes.append(first * count + second)
    merged = np.unique(np.concatenate(codes))
    return merged // max(1, count), merged % max(1, count)


def _components(count: int, left: np.ndarray, right: np.ndarray) -> list[np.ndarray]:
    """Connected components of at least two texts, each ascending, by their first text."""
    if not len(left):
        return []
    graph = coo_matrix((np.ones(len(left), np.int8), (left, right)), shape=(count, count))
    _, label = connected_components(graph, directed=False)
    order = np.argsort(label, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(label[order]) != 0])
    parts = np.split(order, starts[1:])
    return [part for part in parts if len(part) > 1]
