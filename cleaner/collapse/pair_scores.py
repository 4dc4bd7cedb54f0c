"""Pairs of texts in, their scores out: what they share, and for those that share much what differs between them.

To lay two texts beside each other costs a thousand times as much as to count what they share. So each text is first
compared in that way with the few that it shares most with; what that says of it decides on the rest of its pairs.
Nothing depends on the order in which pairs are looked at, or on how they are split.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from cleaner.collapse import sketch, task_sizes, verify
from cleaner.collapse.checkpoints import Checkpoints, Forgetful, Mapped, form_of
from cleaner.collapse.differences import load_model
from cleaner.collapse.ragged import Places, Ragged
from cleaner.collapse.verdicts import Judge, Readings, Verdicts

DEFAULT_THRESHOLD = 0.4
"""Mean containment from which texts are copies. On the near-copy development pages B-cubed F is .997 at
0.3, .996 at 0.4, .995 at 0.5, .989 at 0.6 (cleaner evaluate near); 0.4 leaves room for leftovers that
those pages do not have."""
LOOKED_AT = 0.25
"""Containment from which a pair's texts are laid beside each other; what shares less joins nothing by itself."""
DIFFERENT = -0.1
"""Score of two texts that share much and tell different things: a little less than of strangers, so that one wrong
answer among thirty copies parts nobody. 0 and -0.5 differ by 0.3 points of F on the near-copy development pages."""
FEW_OWN, MUCH_SHARED = 15, 300
LITTLE_MORE = 0.3
"""A pair with so few shingles of its own beside so many shared, or of which one holds the other and at most this
share more, is not looked at."""
FIRST = 3
"""Pairs of a text, those that share most, that are looked at whatever the others say."""
ENOUGH, FEW_DIFFER = 3, 3
"""A text that is the same as so many of these, and as so many times as many as it differs from, is one of many. With
8 for 3 the near-copy development pages come out the same; of 12,000 edited copies 151,000 pairs are looked at, not
76,000, and two stories are made."""
OF_MANY = 0.1
"""Probability from which a text is one more version of an article that has many already."""
MAY_BE_ONE_EVENT = 0.15
"""Probability of one event from which two reports are looked at for telling different things in one frame."""
FRAME, SEVERAL = 0.15, 3
"""Containment from which two texts that exchange so many facts are of one frame, though too little for a copy."""
SURE = 0.9
"""Containment from which a pair need not be looked at for being two bodies in one frame."""
HELD_TOGETHER = 0.1
"""Containment of a pair that makes its texts part of one component: what shares less is an unlike pair."""

TILE = 50_000
"""Pairs whose shared shingles are counted in one task, as ``task_sizes.size`` has it."""
FEW_TILES = 4
"""Up to so many times that are counted where they are: it takes less than to start workers."""

Scores = NDArray[np.float64]


class Standing(NamedTuple):
    """What the first look says of each text."""

    many: NDArray[np.bool_]
    """It is one of many copies."""
    group: NDArray[np.int64]
    """Texts that are linked by pairs found to be the same."""

    def settled(self, left: Places, right: Places) -> NDArray[np.bool_]:
        """Pairs that need not be looked at: two of many copies that are linked through others already."""
        found: NDArray[np.bool_] = self.many[left] & self.many[right] & (self.group[left] == self.group[right])
        return found


class _Shared(NamedTuple):
    """What pairs of texts share."""

    score: Scores
    """Containment, 0 for strangers and for two bodies in one frame."""
    plain: NDArray[np.bool_]
    """The numbers of shared shingles say enough."""


SHARED = form_of(_Shared)


class Comparer:
    """Texts of which any two can be compared."""

    def __init__(self, cores: Ragged, ordered: Ragged, articles: Readings | None, mapped: Mapped = map) -> None:
        """``cores`` and ``ordered`` are those of ``NearIndex``; without ``articles`` no texts are laid out.

        ``mapped`` carries the work on pairs where it is much.
        """
        self._cores = cores
        self._ordered = ordered
        self._has_texts = articles is not None
        self._mapped = mapped
        self._verdicts = Verdicts(Judge(ordered, articles), mapped)

    def scored(
        self, left: Places, right: Places, standing: Standing | None = None, checkpoints: Checkpoints | None = None
    ) -> tuple[Scores, Standing]:
        """Containment of each pair, 0 for two bodies in one frame, DIFFERENT for texts that tell different things.

        ``left < right``, each pair once. ``standing`` is what a first look at pairs of these texts said; without it
        these are looked at first. It is returned with the scores, each of which follows from it and from the pair.
        """
        checkpoints = checkpoints or Forgetful()
        score, plain = self._shared(left, right, checkpoints)
        ask = np.flatnonzero((score >= LOOKED_AT) & ~plain & self._has_texts)
        ours, theirs, held = left[ask], right[ask], score[ask]
        if standing is None:
            looked = _first(ours, theirs, held)
            first = self._standing(ours[looked], theirs[looked], checkpoints, "nearest")
            looked = np.union1d(looked, np.flatnonzero(~first.settled(ours, theirs)))
            standing = self._standing(ours[looked], theirs[looked], checkpoints, "unsettled")
        rest = np.flatnonzero(~standing.settled(ours, theirs))
        ours, theirs = ours[rest], theirs[rest]
        lenient = standing.many[ours] | standing.many[theirs]
        least = np.where(lenient, OF_MANY, load_model().threshold)
        differ = self._verdicts.of(ours, theirs, checkpoints, "verdicts").probability < least
        score[ask[rest[differ]]] = DIFFERENT
        return score, standing

    def apart(self, left: Places, right: Places, checkpoints: Checkpoints | None = None) -> NDArray[np.bool_]:
        """Whether the texts of each pair are no versions of one article and no reports of one event.

        They share a frame and exchange its facts, one holds the other as one of several things, or they are two
        parts of one running report of a site.
        """
        found = np.zeros(len(left), bool)
        if self._has_texts:
            held = verify.overlaps(self._cores, left, right).containment
            some = np.flatnonzero(held >= FRAME)
            verdict = self._verdicts.of(left[some], right[some], checkpoints or Forgetful(), "facts")
            much = held[some] >= DEFAULT_THRESHOLD
            found[some] = (verdict.apart & (much | (verdict.facts >= SEVERAL))) | (verdict.again & ~much)
        return found

    def _shared(self, left: Places, right: Places, checkpoints: Checkpoints) -> _Shared:
        """What the texts of each pair share, tile by tile."""
        tile = task_sizes.size(len(left), TILE)
        tiles = [(left[first : first + tile], right[first : first + tile]) for first in range(0, len(left), tile)]
        mapped = checkpoints.mapped("overlaps", self._mapped if len(left) > FEW_TILES * TILE else map, SHARED)
        found = list(mapped(partial(_shared, self._cores, self._ordered), tiles))
        none = _Shared(np.empty(0, np.float64), np.empty(0, np.bool_))
        return _Shared(*map(np.concatenate, zip(none, *found, strict=True)))

    def _standing(self, left: Places, right: Places, checkpoints: Checkpoints, stage: str) -> Standing:
        """What these pairs say of all texts."""
        size = len(self._cores)
        same = self._verdicts.of(left, right, checkpoints, stage).probability >= load_model().threshold
        copies, others = (
            sum(np.bincount(side[which], minlength=size) for side in (left, right)) for which in (same, ~same)
        )
        graph = coo_matrix((np.ones(int(same.sum()), np.int8), (left[same], right[same])), shape=(size, size))
        _, group = connected_components(graph, directed=False)
        return Standing(copies >= np.maximum(ENOUGH, FEW_DIFFER * others), group.astype(np.int64))


def _shared(cores: Ragged, ordered: Ragged, tile: tuple[Places, Places]) -> _Shared:
    left, right = tile
    found = verify.overlaps(cores, left, right)
    score = np.where(found.containment < sketch.SHARE, 0.0, found.containment)
    doubtful = np.flatnonzero((score > HELD_TOGETHER) & (score < SURE))
    score[doubtful[verify.framed(ordered, left[doubtful], right[doubtful])]] = 0.0
    ours, theirs = (cores.sizes_of(side) - found.shared for side in tile)
    most, least = np.maximum(ours, theirs), np.minimum(ours, theirs)
    plain = (most <= FEW_OWN) & (found.shared >= MUCH_SHARED)
    plain |= (least == 0) & (most <= LITTLE_MORE * found.shared)
    return _Shared(score, plain)


def _first(left: Places, right: Places, score: Scores) -> Places:
    """The pairs that are among the FIRST of one of their texts, by score; of equal ones the first by their texts."""
    text, pair = np.r_[left, right], np.tile(np.arange(len(left)), 2)
    order = np.lexsort((right[pair], left[pair], -score[pair], text))
    ordered = text[order]
    rank = np.arange(len(order)) - np.searchsorted(ordered, ordered)
    return np.unique(pair[order[rank < FIRST]])
