"""Decisions that were close: pairs that stayed apart though nearly alike enough, and the weakest that were joined.

Kernel: arrays of scored pairs and the story of each item in, rows of those pairs out. Bounded by item, so that
what is told of a corpus grows with its size only, and no order of the pairs or items of equal score matters but
that of the items.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MARGIN = 0.15
"""How far below the threshold a pair that stayed apart may score, and above it one that was joined."""
MISSES = 3
"""Pairs that stayed apart an item tells of: the highest scores."""

Places = NDArray[np.int64]


def borderline(
    left: Places,
    right: Places,
    score: NDArray[np.float64],
    story: Places,
    threshold: float,
    asked: NDArray[np.bool_] | None = None,
) -> tuple[Places, Places]:
    """Places in the list of pairs of the near misses, and of the weakest joins; both ascending.

    ``left`` and ``right`` number items, ``story`` gives the story of each (below 0: it is not told of). A near miss
    is among the ``MISSES`` best of one of its items that stayed apart. A join is what an item hangs on, its best
    partner in the same story; told are those below the threshold and the margin, and the weakest of each story.
    ``asked`` says which items have all their pairs in the list and tell of them, all where it is None.
    """
    known = (story[left] >= 0) & (story[right] >= 0)
    same = story[left] == story[right]
    missed = np.flatnonzero(known & ~same & (score >= threshold - MARGIN))
    joined = np.flatnonzero(known & same)
    asked = np.ones(len(story), bool) if asked is None else asked
    misses = _best(left, right, score, missed, asked, MISSES)
    held = _best(left, right, score, joined, asked, 1)
    weak = held[score[held] < threshold + MARGIN]
    order = held[np.lexsort((held, score[held], story[left[held]]))]
    first = np.diff(story[left[order]], prepend=-1) != 0
    return misses, np.union1d(weak, order[first])


def _best(
    left: Places, right: Places, score: NDArray[np.float64], pairs: Places, asked: NDArray[np.bool_], most: int
) -> Places:
    """Of these pairs those that are among the ``most`` best of one of their items, ascending."""
    item, other, pair = np.r_[left[pairs], right[pairs]], np.r_[right[pairs], left[pairs]], np.r_[pairs, pairs]
    own = asked[item]
    item, other, pair = item[own], other[own], pair[own]
    order = np.lexsort((other, -score[pair], item))
    item, pair = item[order], pair[order]
    rank = np.arange(len(item)) - np.searchsorted(item, item, side="left")
    return np.unique(pair[rank < most])
