"""A collapse in, its near misses and what links decided out, as pairs of records that a person can judge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaner.collapse.close_decisions import side
from cleaner.collapse.hierarchy import Hierarchy
from cleaner.collapse.near_misses import near_misses
from cleaner.records import ClosePair


class Close(NamedTuple):
    """A decision on two articles, known by their places."""

    left: int
    right: int
    same: bool
    level: Literal["near", "event", "link"]
    score: float | None
    threshold: float | None


def close_pairs(hierarchy: Hierarchy, stories: Sequence[tuple[int, int]]) -> list[ClosePair]:
    """Near misses and links, in no order; ``stories`` as ``stories.in_order`` gives them."""
    head_of = dict(stories)
    story = np.full(len(hierarchy.headers), -1, np.int64)
    for number, group in enumerate(hierarchy.groups):
        if hierarchy.fits[head_of[number]] and hierarchy.reference.isdisjoint(group):
            story[list(group)] = number
    every = [*_found(hierarchy, story), *_links(hierarchy)]
    sides = {i: side(hierarchy.articles[i]) for i in sorted({i for one in every for i in one[:2]})}
    found = []
    for one in every:
        heads = [head_of.get(int(story[i])) for i in one[:2]]
        into = [None if head is None else hierarchy.headers[head].id for head in heads]
        found.append(ClosePair(sides[one.left], sides[one.right], *one[2:], *into))
    return found


def _links(hierarchy: Hierarchy) -> Iterator[Close]:
    """What was said of two articles, with the probability that both tell one event as far as it was worked out."""
    for left, right, same in hierarchy.links.pairs:
        a, b = sorted(hierarchy.event_row.get(hierarchy.near_of[i], -1) for i in (left, right))
        score = hierarchy.probability.get((a, b)) if 0 <= a < b else None
        threshold = None if score is None else hierarchy.used["event"]
        yield Close(min(left, right), max(left, right), same, "link", score and round(score, 4), threshold)


def _found(hierarchy: Hierarchy, story: NDArray[np.int64]) -> Iterator[Close]:
    if hierarchy.near is not None:
        places = np.flatnonzero(hierarchy.near_row >= 0)  # rows are numbered in the order of the places
        yield from closest("near", places, hierarchy.near.compared(), story, hierarchy.used["near"])
    if hierarchy.pairs is not None:
        places = np.array(sorted(hierarchy.event_row, key=lambda i: hierarchy.event_row[i]), np.int64)
        yield from closest("event", places, hierarchy.pairs, story, hierarchy.used["event"])


def closest(
    level: Literal["near", "event"],
    places: NDArray[np.int64],
    pairs: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]],
    story: NDArray[np.int64],
    threshold: float,
    asked: NDArray[np.bool_] | None = None,
) -> Iterator[Close]:
    """The near misses of one level.

    ``places`` are those of its rows, ``story`` gives each place its story, ``asked`` are the rows that tell of them.
    """
    left, right, score = pairs
    chosen = near_misses(left, right, score, story[places], threshold, asked)
    a, b = places[left[chosen]], places[right[chosen]]
    ends = zip(np.minimum(a, b).tolist(), np.maximum(a, b).tolist(), score[chosen].tolist(), strict=True)
    yield from (Close(one, other, False, level, round(value, 4), threshold) for one, other, value in ends)
