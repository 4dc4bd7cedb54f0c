"""Which of several articles is kept: of near copies the complete one without leftovers, of reports the most told."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cleaner.collapse import body_model, canonical, signing, task_sizes
from cleaner.collapse.checkpoints import Arrays, Form, joined, parted
from cleaner.collapse.words import tokens
from cleaner.records import Article

if TYPE_CHECKING:
    from cleaner.collapse.hierarchy import Hierarchy

MAX_COMPARED = 300
"""Near copies of one story that are compared each with each for the most central."""
EDIT, SAME_LENGTH = 2 * signing.SHINGLE_WORDS, 0.05
"""Versions of one article differ by no more gain (in shingles: a word or two that were changed) and by no more of
their length; what differs by more is fuller, or cut."""
_POOLS = 50
"""Groups of copies that go to a worker at a time."""
_Copies = tuple[Sequence[Article], Sequence[NDArray[np.uint32]]]


def _gains_of(task: Sequence[_Copies]) -> list[list[float]]:
    return [body_model.gains([article.text for article in copies], shingles) for copies, shingles in task]


def heads(hierarchy: Hierarchy, clusters: Sequence[Sequence[int]], kept: Collection[int]) -> Iterator[int]:
    """The kept copy of each cluster of copies."""
    known = [next((i for i in members if i in kept), -1) for members in clusters]
    pools = [
        [head] if head >= 0 else canonical.pool(members, hierarchy.headers, hierarchy.prefer, hierarchy.fits)
        for members, head in zip(clusters, known, strict=True)
    ]
    gains = _gains(hierarchy, [pool for pool in pools if len(pool) > 1]) if hierarchy.keep == "complete" else iter(())
    for pool in pools:
        if len(pool) == 1:
            yield pool[0]
        elif hierarchy.keep == "complete":
            score = dict(zip(pool, next(gains), strict=True))
            head = canonical.best(pool, hierarchy.headers, hierarchy.keep, lambda _, score=score: score)  # type: ignore[misc]
            yield _last_version(hierarchy, head, pool, score)
        else:
            yield canonical.best(pool, hierarchy.headers, hierarchy.keep, partial(near_merit, hierarchy))


def _last_version(hierarchy: Hierarchy, head: int, pool: Sequence[int], gain: Mapping[int, float]) -> int:
    """The last of the versions of an article that its site published under one title: it corrects the others."""
    own = hierarchy.headers[head]
    if not own.site:
        return head
    versions = [
        i for i in pool
        if hierarchy.headers[i].site == own.site and abs(gain[i] - gain[head]) <= EDIT
        and abs(hierarchy.headers[i].length - own.length) <= SAME_LENGTH * own.length
    ]  # fmt: skip
    if len(versions) == 1:
        return head
    titles = {i: tokens(hierarchy.articles[i].title or "") for i in versions}
    dated = [i for i in versions if titles[i] and titles[i] == titles[head] and hierarchy.headers[i].date]
    if head not in dated:
        return head
    moment = {i: canonical.published(hierarchy.headers[i].date)[0] for i in dated}
    known = [i for i in dated if moment[i] < math.inf]
    last = max((moment[i] for i in known), default=0.0)
    return head if moment[head] == last else min((i for i in known if moment[i] == last), default=head)


def _gains(hierarchy: Hierarchy, pools: Sequence[Sequence[int]]) -> Iterator[list[float]]:
    """For each of some groups of copies what each copy holds of the body, less what else it holds."""
    each = task_sizes.size(len(pools), _POOLS)
    tasks = (
        [_copies(hierarchy, pool) for pool in pools[first : first + each]] for first in range(0, len(pools), each)
    )
    for found in hierarchy.checkpoints.mapped("copies", hierarchy.mapped, _FORM)(_gains_of, tasks):
        yield from found


def _arrays(gains: list[list[float]]) -> Arrays:
    return dict(zip(("gains", "ends"), joined(map(np.array, gains), np.float64), strict=True))


def _of_arrays(arrays: Arrays) -> list[list[float]]:
    return [gains.tolist() for gains in parted(arrays["gains"], arrays["ends"])]


_FORM = Form(_arrays, _of_arrays)


def _copies(hierarchy: Hierarchy, pool: Sequence[int]) -> _Copies:
    """Some copies and their shingles, as what a worker process can be sent."""
    return hierarchy.articles.some(pool), list(map(hierarchy.grams, pool))


def near_merit(hierarchy: Hierarchy, members: Sequence[int]) -> Mapping[int, float]:
    """Score of near copies: complete and without leftovers, or (policy ``central``) most alike to all."""
    near = hierarchy.near
    if near is None:
        return equal(members)
    if hierarchy.keep == "central":
        pairs = near.jaccard_of_all([hierarchy.near_row[hierarchy.exact_of[i]] for i in members[:MAX_COMPARED]])
        return dict.fromkeys(members, 0.0) | dict(
            zip(members, canonical.centrality(min(len(members), MAX_COMPARED), pairs), strict=False)
        )
    return dict(zip(members, *_gains_of([_copies(hierarchy, members)]), strict=True))


def event_merit(hierarchy: Hierarchy, members: Sequence[int]) -> Mapping[int, float]:
    """Score of reports: how much of what all say, and how close to the others; a copy gets its head's."""
    heads = sorted({hierarchy.near_of[i] for i in members})
    local = {head: k for k, head in enumerate(heads)}
    rows = [hierarchy.event_row.get(head, -1) for head in heads]
    pairs = {
        (a, b): hierarchy.probability.get((min(rows[a], rows[b]), max(rows[a], rows[b])), 0.0)
        for a in range(len(rows))
        for b in range(a + 1, len(rows))
    }
    central = canonical.centrality(len(heads), pairs)
    if hierarchy.keep == "central":
        score = central
    else:
        read = [hierarchy.articles[head] for head in heads]
        units = [canonical.content(tokens(article.text), article.title) for article in read]
        full, own = canonical.completeness(units), canonical.own_share(units)
        score = [a - canonical.OWN * b + canonical.CENTRAL * c for a, b, c in zip(full, own, central, strict=True)]
    return {i: score[local[hierarchy.near_of[i]]] for i in members}


def equal(members: Sequence[int]) -> Mapping[int, float]:
    """The same score for all."""
    return dict.fromkeys(members, 0.0)
