"""Exact overlap of candidate pairs, on the shingle hashes themselves.

Constants are re-tuned with ``cleaner evaluate near LABELLED``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cleaner.collapse.ragged import BLOCK, Hashes, Places, Ragged
from cleaner.collapse.signing import SHINGLE_WORDS, narrow
from cleaner.collapse.task_sizes import within

FRAME_WORDS = 60
FRAME_SHARE = 0.2
"""Words, and share of the shorter text, that both texts of a pair must hold in the same gap of what they
share for the pair to be two bodies in one frame. On the near-copy
development pages (2,144 texts) it holds 107 of 365 doubtful false pairs apart and 4 of 4,934 true ones."""


@dataclass(slots=True, frozen=True)
class Overlap:
    """Verified pairs: shared shingles, containment of the smaller text, Jaccard; arrays of one length."""

    left: np.ndarray
    right: np.ndarray
    shared: np.ndarray
    containment: np.ndarray
    jaccard: np.ndarray


def overlaps(hashes: Ragged, left: Places, right: Places) -> Overlap:
    """Exact overlap of each pair of hash sets (rows of ascending distinct hashes). Broder 1997."""
    ours, theirs = hashes.sizes_of(left), hashes.sizes_of(right)
    shared = np.zeros(len(left), dtype=np.int64)
    for part in within(ours + theirs, BLOCK):
        keys = np.concatenate([_keys(hashes.take(side[part])) for side in (left, right)])
        keys.sort(kind="stable")  # two ascending runs: merging them is all there is to do
        twice = keys[1:][keys[1:] == keys[:-1]] >> np.uint64(32)
        shared[part] = np.bincount(twice.astype(np.int64), minlength=part.stop - part.start)
    smaller = np.minimum(ours, theirs)
    union = ours + theirs - shared
    return Overlap(
        left, right, shared, shared / np.maximum(smaller, 1), np.where(union > 0, shared / np.maximum(union, 1), 0.0)
    )


def overlap(one: Hashes, other: Hashes) -> tuple[float, float, int]:
    """Containment, Jaccard and number of shared hashes of two sets: ``overlaps`` of one pair, nine times as fast."""
    keys = narrow(np.concatenate([one, other]))
    keys.sort(kind="stable")
    shared = int(np.count_nonzero(keys[1:] == keys[:-1]))
    union = len(keys) - shared
    return shared / max(min(len(one), len(other)), 1), shared / max(union, 1), shared


def _keys(rows: Ragged) -> NDArray[np.uint64]:
    """Row and hash in one number, ascending."""
    keys: NDArray[np.uint64] = rows.rows().astype(np.uint64) << np.uint64(32)
    keys |= narrow(rows.values)
    return keys


def framed(ordered: Ragged, left: Places, right: Places) -> NDArray[np.bool_]:
    """For each pair whether its texts are different bodies in one frame, as pages of one template are.

    ``ordered`` are the texts' shingle hashes in text order. True when what they share stands before and after a
    gap that each fills with a long passage of its own: an edited copy replaces a sentence, a template
    holds another body.
    """
    ours, theirs = ordered.sizes_of(left), ordered.sizes_of(right)
    least = np.maximum(FRAME_WORDS, FRAME_SHARE * np.minimum(ours, theirs)) + SHINGLE_WORDS - 1
    found = np.zeros(len(left), dtype=bool)
    for part in within(ours + theirs, BLOCK):
        mine = _gaps(ordered, left[part], right[part], least[part])
        some = np.flatnonzero([len(gaps) > 0 for gaps in mine])
        others = _gaps(ordered, right[part][some], left[part][some], least[part][some])
        for k, gaps in zip(some.tolist(), others, strict=True):
            found[part.start + k] = not mine[k].isdisjoint(gaps)
    return found


def _gaps(ordered: Ragged, texts: Places, others: Places, least: NDArray[np.float64]) -> list[set[tuple[int, int]]]:
    """By pair: gaps of at least so many shingles that the other text lacks, as (last shared hash, next one)."""
    found: list[set[tuple[int, int]]] = [set() for _ in range(len(texts))]
    own, keys = ordered.take(texts), np.sort(_keys(ordered.take(others)))
    if not len(keys):
        return found
    rows = own.rows()
    wanted = _keys(own)
    spots = np.flatnonzero(keys[np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)] == wanted)
    row = rows[spots]
    wide = np.flatnonzero((np.diff(row) == 0) & (np.diff(spots) - 1 >= least[row[:-1]])) if len(spots) else spots
    ends = zip(row[wide], own.values[spots[wide]], own.values[spots[wide + 1]], strict=True)
    for pair, before, after in ends:
        found[pair].add((int(before), int(after)))
    return found
