"""Near misses: pairs that scored nearly enough, or enough, and stayed apart.

Kernel: arrays of scored pairs and the story of each item in, places of those pairs out. Bounded by item, so that what
is told of a corpus grows with its size only.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cleaner.collapse.close_decisions import MARGIN

MISSES = 3
"""Pairs that an item tells of: those with the highest scores."""

Places = NDArray[np.int64]


def near_misses(
    left: Places,
    right: Places,
    score: NDArray[np.float64],
    story: Places,
    threshold: float,
    asked: NDArray[np.bool_] | None = None,
) -> Places:
    """Places in the list of pairs of those that stayed apart at no more than the margin below the threshold, ascending.

    ``left`` and ``right`` number items, ``story`` gives the story of each (below 0: it is not told of). A pair is told
    of by an item whose ``MISSES`` best it is among; ``asked`` says which items tell, all where it is None.
    """
    told = (story[left] >= 0) & (story[right] >= 0) & (story[left] != story[right])
    pair = np.flatnonzero(told & (score >= threshold - MARGIN))
    item, other, pair = np.r_[left[pair], right[pair]], np.r_[right[pair], left[pair]], np.r_[pair, pair]
    if asked is not None:
        own = asked[item]
        item, other, pair = item[own], other[own], pair[own]
    order = np.lexsort((other, -score[pair], item))
    item, pair = item[order], pair[order]
    rank = np.arange(len(item)) - np.searchsorted(item, item, side="left")
    return np.unique(pair[rank < MISSES])
