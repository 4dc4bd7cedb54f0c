"""Average link within one cluster that holds what must be apart: parts that cannot-links keep from joining."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from cleaner.collapse.linkage import Totals, merge, scaled, take_over

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
    parts = {own[0]: own for own in sorted(map(sorted, pieces.values()))}
    of_unit = {unit_of[first]: own for first, own in parts.items() if first in unit_of}
    barred = {
        first: {item for rival in rivals[unit_of[first]] for item in of_unit.get(rival, ())}
        for first in parts
        if first in unit_of
    }
    total: Totals = defaultdict(dict)
    if pairs is None:
        _fit(parts, barred)
    else:
        total = _totals(parts, pairs)
        merge(parts, total, scaled(least), barred=barred)
    _attach(parts, total, {item for items in barred.values() for item in items})
    return sorted(map(sorted, parts.values()))


def _fit(parts: dict[int, list[int]], barred: Mapping[int, set[int]]) -> None:
    """Join every part, all being alike, to the first before it that it may join."""
    kept: list[int] = []
    bars = {first: set(barred.get(first, ())) for first in parts}
    for first in sorted(parts):
        place = next((other for other in kept if bars[other].isdisjoint(parts[first])), None)
        if place is None:
            kept.append(first)
        else:
            parts[place] += parts.pop(first)
            bars[place] |= bars[first]


def _totals(parts: Mapping[int, Sequence[int]], pairs: Pairs) -> Totals:
    left, right, score = pairs
    part_of = {item: first for first, items in parts.items() for item in items}
    own = np.fromiter(part_of, np.int64, len(part_of))
    inside = np.flatnonzero(np.isin(left, own) & np.isin(right, own))
    total: Totals = defaultdict(dict)
    for a, b, value in zip(left[inside].tolist(), right[inside].tolist(), score[inside].tolist(), strict=True):
        one, other = part_of[a], part_of[b]
        if one != other:
            total[one][other] = total[other][one] = total[one].get(other, 0) + scaled(value)
    return total


def _attach(parts: dict[int, list[int]], total: Totals, barred: set[int]) -> None:
    """Give parts that nothing bars to the one they are most alike, else the largest: they stay in their story."""
    firm = [first for first, items in sorted(parts.items()) if not barred.isdisjoint(items)]
    for first in sorted(parts.keys() - set(firm)):
        size = len(parts[first])

        def alike(other: int, first: int = first, size: int = size) -> tuple[float, int, int]:
            mean = total.get(first, {}).get(other, 0) / (size * len(parts[other]))
            return -mean, -len(parts[other]), other

        place = min(firm, key=alike)
        parts[place] += parts.pop(first)
        take_over(total, place, first)
