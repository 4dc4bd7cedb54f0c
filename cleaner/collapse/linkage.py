"""Average-link clustering of a sparse similarity graph.

Unweighted pair-group averaging (UPGMA; Sokal and Michener 1958): the two clusters with the highest mean
similarity over all their pairs are merged while that mean is at or above the threshold. A pair that is
not listed counts as similarity 0, or less, so one strong pair never chains two groups together the way
connected components (single link) do.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import scipy.sparse as sp
from numpy.typing import ArrayLike, NDArray
from scipy.sparse.csgraph import connected_components

_SCALE = 10**9
"""Similarities are rounded to 1e-9 and summed as integers: sums are exact, so equal means are equal."""

_MOST = 1e6
_Edges = list[tuple[int, int, int]]
Totals = dict[int, dict[int, int]]
"""By two clusters, both ways, the sum of the ``scaled`` similarities between their items."""


def average_link(
    n: int,
    left: ArrayLike,
    right: ArrayLike,
    score: ArrayLike,
    threshold: float,
    within: tuple[ArrayLike, float] | None = None,
    discord: float = 0.0,
) -> NDArray[np.int64]:
    """Cluster ``n`` items; the label of an item is the smallest index in its cluster.

    ``left``, ``right`` and ``score`` list the similar pairs in any order and orientation; of a pair that
    is listed twice the higher score counts, an item paired with itself is ignored. ``within`` gives the
    place of every item on a line (NaN: nowhere) and the most that may lie between two items of a cluster:
    clusters further apart are never merged, items that are nowhere go with any. A pair that is not listed
    counts as similarity ``-discord``: with 0.2, two pairs of 0.9 do not carry a third that is unlike. The result does
    not depend on the order of the list; of equally similar cluster pairs, the one with the smaller labels is
    merged first. Raises ValueError for lists of different lengths, indices outside 0..n-1, scores that
    are not finite, a threshold that is not positive or a span or discord that is negative.
    """
    if not 0 <= discord < _MOST:
        raise ValueError(f"a discord of {discord} is not between 0 and {_MOST}")
    # Added to every pair and to the threshold, the discord of pairs that are not listed becomes 0.
    i, j, weight = _checked(n, left, right, score, threshold, discord)
    place, most = _checked_places(n, within)
    near = ~(np.abs(place[i] - place[j]) > most)
    i, j, weight = i[near], j[near], weight[near]
    labels = np.arange(n, dtype=np.int64)
    least = round((threshold + discord) * _SCALE)
    strong = weight >= least
    # A mean at the threshold needs one pair at the threshold: clusters never leave these components.
    graph = sp.coo_matrix((np.ones(int(strong.sum()), dtype=np.int8), (i[strong], j[strong])), shape=(n, n))
    _, component = connected_components(graph, directed=False)
    inside = component[i] == component[j]
    i, j, weight, group = i[inside], j[inside], weight[inside], component[i[inside]]
    order = np.lexsort((j, i, group))
    i, j, weight, group = i[order], j[order], weight[order], group[order]
    bounds = np.flatnonzero(np.diff(group)) + 1
    starts, ends = np.concatenate(([0], bounds)), np.concatenate((bounds, [len(group)]))
    first = np.where(np.isnan(place), np.inf, place).tolist()
    last = np.where(np.isnan(place), -np.inf, place).tolist()
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        if start == end:
            continue
        part = slice(start, end)
        edges: _Edges = list(zip(i[part].tolist(), j[part].tolist(), weight[part].tolist(), strict=True))
        for item, label in _link(edges, least, first, last, most):
            labels[item] = label
    return labels


def _checked(
    n: int, left: ArrayLike, right: ArrayLike, score: ArrayLike, threshold: float, discord: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Pairs i < j, each once, with their scaled similarity."""
    a, b = np.asarray(left, dtype=np.int64).ravel(), np.asarray(right, dtype=np.int64).ravel()
    values = np.asarray(score, dtype=np.float64).ravel()
    if not len(a) == len(b) == len(values):
        raise ValueError("left, right and score differ in length")
    if not threshold * _SCALE >= 1:
        raise ValueError(f"threshold {threshold} is not positive")
    if len(a) and (min(a.min(), b.min()) < 0 or max(a.max(), b.max()) >= n):
        raise ValueError(f"a pair names an item outside 0..{n - 1}")
    if not np.isfinite(values).all():
        raise ValueError("a score is not a finite number")
    weight = np.rint((values + discord) * _SCALE).astype(np.int64)
    keep = a != b
    i, j, weight = np.minimum(a, b)[keep], np.maximum(a, b)[keep], weight[keep]
    if np.all((np.diff(i) > 0) | ((np.diff(i) == 0) & (np.diff(j) > 0))):
        return i, j, weight  # sorted, each once, as most lists are
    order = np.lexsort((-weight, j, i))
    i, j, weight = i[order], j[order], weight[order]
    first = np.ones(len(i), dtype=bool)
    first[1:] = (np.diff(i) != 0) | (np.diff(j) != 0)
    return i[first], j[first], weight[first]


def _checked_places(n: int, within: tuple[ArrayLike, float] | None) -> tuple[NDArray[np.float64], float]:
    """Place of every item and the longest span of a cluster."""
    if within is None:
        return np.full(n, np.nan), np.inf
    place, most = np.asarray(within[0], dtype=np.float64).ravel(), float(within[1])
    if len(place) != n:
        raise ValueError(f"{len(place)} places for {n} items")
    if not most >= 0:
        raise ValueError(f"a span of {most} is negative")
    return place, most


def scaled(similarity: float) -> int:
    """A similarity as it is summed."""
    return round(similarity * _SCALE)


def _link(
    edges: _Edges, least: int, first: list[float], last: list[float], most: float
) -> Iterable[tuple[int, int]]:
    """Merge one component greedily; gives (item, label) for its items.

    ``first`` and ``last`` hold, by item, the places at which its cluster begins and ends.
    """
    total: Totals = defaultdict(dict)
    for a, b, weight in edges:
        total[a][b] = total[b][a] = weight
    members = {item: [item] for item in sorted(total)}
    merge(members, total, least, (first, last, most))
    return [(item, label) for label, items in members.items() for item in items]


def merge(
    members: dict[int, list[int]],
    total: Totals,
    least: int,
    within: tuple[list[float], list[float], float] | None = None,
    barred: Mapping[int, set[int]] | None = None,
) -> None:
    """Average link of clusters, in place: the two most similar ones are merged while their mean is ``least`` (scaled).

    A cluster in ``members`` is known by its smallest item. ``total`` has only pairs that are similar; ``barred`` are by
    cluster the items that it must not be merged with, whatever lies between them. ``within`` are by cluster the places
    at which it begins and ends, and the most that may lie between two items of one. Heap entries carry the sizes they
    were computed with and are stale once a size has changed.
    """
    foes = {cluster: set(items) for cluster, items in (barred or {}).items()}
    heap: list[tuple[float, int, int, int, int]] = []

    def consider(a: int, b: int) -> None:
        weight, sizes = total[a][b], (len(members[a]), len(members[b]))
        pairs = sizes[0] * sizes[1]
        if weight < least * pairs:
            return
        if within is not None and max(within[1][a], within[1][b]) - min(within[0][a], within[0][b]) > within[2]:
            return
        heapq.heappush(heap, (-weight / pairs, a, b, *sizes))

    for a, others in total.items():
        for b in others:
            if a < b:
                consider(a, b)
    while heap:
        _, a, b, size_a, size_b = heapq.heappop(heap)
        if a not in members or b not in members or (len(members[a]), len(members[b])) != (size_a, size_b):
            continue
        if b in foes and not foes[b].isdisjoint(members[a]):
            continue
        if a in foes and not foes[a].isdisjoint(members[b]):
            continue
        members[a] += members.pop(b)
        if b in foes:
            foes[a] = foes.get(a, set()) | foes.pop(b)
        if within is not None:
            within[0][a], within[1][a] = min(within[0][a], within[0][b]), max(within[1][a], within[1][b])
        take_over(total, a, b)
        for other in total[a]:
            consider(min(a, other), max(a, other))


def take_over(total: Totals, kept: int, gone: int) -> None:
    """Add what is similar to one cluster to that of another, which it has become part of."""
    mine = total[kept]
    for other, weight in total.pop(gone, {}).items():
        del total[other][gone]
        if other != kept:
            mine[other] = mine.get(other, 0) + weight
            total[other][kept] = mine[other]


def groups_of(labels: Sequence[int]) -> list[list[int]]:
    """The places of each label, by its first one."""
    groups: dict[int, list[int]] = {}
    for i, label in enumerate(labels):
        groups.setdefault(label, []).append(i)
    return list(groups.values())
