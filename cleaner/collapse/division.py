"""A cluster that holds what must be apart, in parts: average link that never joins them, among its own items."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Pairs = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]
"""Left, right and score of similar items."""


def divided(
    members: Sequence[int],
    unit_of: Mapping[int, int],
    rivals: Mapping[int, set[int]],
    pairs: Pairs | None,
    least: float,
) -> list[list[int]]:
    """A cluster whose units are not all to be one, in parts; parts and their items ascend."""
    pieces: dict[object, list[int]] = defaultdict(list)
    for item in members:
        pieces[("unit", unit_of[item]) if item in unit_of else item].append(item)
    items = sorted(pieces.values())
    bars = [rivals[unit_of[own[0]]] if own[0] in unit_of else set[int]() for own in items]
    units = [unit_of.get(own[0], -1) for own in items]
    parts = [_Part(own, {unit} - {-1}, set(bar)) for own, unit, bar in zip(items, units, bars, strict=True)]
    total: _Totals = defaultdict(dict)
    if pairs is None:
        _fit(parts)
    else:
        total = _totals(parts, pairs)
        _link(parts, total, least)
    _attach(parts, total)
    return sorted(sorted(part.items) for part in parts if part.items)


class _Part:
    """Items that are together, the units among them, and those that must not join."""

    def __init__(self, items: list[int], units: set[int], barred: set[int]) -> None:
        self.items = items
        self.units = units
        self.barred = barred

    def may_join(self, other: _Part) -> bool:
        """Whether two parts may become one."""
        return self.barred.isdisjoint(other.units)


_Totals = dict[int, dict[int, float]]
"""By parts, the sum of what is similar between them."""


def _fit(parts: list[_Part]) -> None:
    """Join every part, all being alike, to the first before it that it may join."""
    kept: list[int] = []
    for k, part in enumerate(parts):
        place = next((other for other in kept if parts[other].may_join(part)), None)
        if place is None:
            kept.append(k)
        else:
            _merge(parts, defaultdict(dict), place, k)


def _totals(parts: Sequence[_Part], pairs: Pairs) -> _Totals:
    left, right, score = pairs
    part_of = {item: k for k, part in enumerate(parts) for item in part.items}
    own = np.fromiter(part_of, np.int64, len(part_of))
    inside = np.flatnonzero(np.isin(left, own) & np.isin(right, own))
    total: _Totals = defaultdict(dict)
    listed = zip(left[inside].tolist(), right[inside].tolist(), score[inside].tolist(), strict=True)
    for a, b, value in sorted(listed):
        one, other = part_of[a], part_of[b]
        if one != other:
            total[one][other] = total[other][one] = total[one].get(other, 0.0) + value
    return total


def _link(parts: list[_Part], total: _Totals, least: float) -> None:
    """Average link of the parts, without joining what must be apart; a part that was joined has no items left."""
    heap = [entry for one in total for other in total[one] if one < other for entry in _entry(parts, total, one, other)]
    heapq.heapify(heap)
    while heap:
        mean, one, other, *sizes = heapq.heappop(heap)
        if -mean < least:
            return
        if [len(parts[one].items), len(parts[other].items)] != sizes or not all(sizes):
            continue
        _merge(parts, total, one, other)
        for third in total[one]:
            heap_entries = _entry(parts, total, min(one, third), max(one, third))
            for entry in heap_entries:
                heapq.heappush(heap, entry)


def _entry(parts: Sequence[_Part], total: _Totals, one: int, other: int) -> Iterator[tuple[float, int, int, int, int]]:
    if parts[one].may_join(parts[other]):
        sizes = len(parts[one].items), len(parts[other].items)
        yield (-round(total[one][other] / (sizes[0] * sizes[1]), 9), one, other, *sizes)


def _merge(parts: list[_Part], total: _Totals, one: int, other: int) -> None:
    parts[one].items += parts[other].items
    parts[one].units |= parts[other].units
    parts[one].barred |= parts[other].barred
    parts[other].items = []
    for third, value in total.pop(other, {}).items():
        total[third].pop(other, None)
        if third != one:
            total[one][third] = total[third][one] = total[one].get(third, 0.0) + value


def _attach(parts: list[_Part], total: _Totals) -> None:
    """Give parts that nothing bars to the one they are most alike, else the largest: they stay in their story."""
    barred = [k for k, part in enumerate(parts) if part.items and part.barred]
    for k, part in enumerate(parts):
        if part.items and not part.barred:
            size = len(part.items)

            def alike(other: int, k: int = k, size: int = size) -> tuple[float, int, int]:
                mean = total.get(k, {}).get(other, 0.0) / (size * len(parts[other].items))
                return -round(mean, 9), -len(parts[other].items), other

            _merge(parts, total, min(barred, key=alike), k)
