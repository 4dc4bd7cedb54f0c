"""What a person says of two records: that they are of one story (a must-link), or that they are not (a cannot-link).

Must-links hold transitively, and a cannot-link holds between all that is linked to either end. At each level the
clusters are made as without links; then one that holds two records which must be apart is linked anew among its own
members (constrained average link: pairs that must be apart are never joined), and at the last level clusters that
must be one are joined whole. So links change the stories that they name and no other.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaner.errors import UsageError

Pairs = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]
"""Left, right and score of similar items."""


class Link(NamedTuple):
    """What was said of two ids."""

    left: str
    right: str
    same: bool | None
    """None takes back what an index was told before."""
    place: str = ""
    """Where it was said, for a message."""


def _order(link: Link) -> tuple[str, ...]:
    return link.left, link.right, str(link.same), link.place


class Groups:
    """Numbers in groups that grow, some of which must never become one."""

    def __init__(self) -> None:
        self._parent: list[int] = []
        self._rivals: list[set[int]] = []

    def add(self) -> int:
        """A new group."""
        self._parent.append(len(self._parent))
        self._rivals.append(set())
        return len(self._parent) - 1

    def find(self, number: int) -> int:
        """The group that a number is in now."""
        while self._parent[number] != number:
            self._parent[number] = number = self._parent[self._parent[number]]
        return number

    def join(self, one: int, other: int) -> None:
        """Make two groups one."""
        kept, gone = sorted((self.find(one), self.find(other)))
        if kept != gone:
            self._parent[gone] = kept
            self._rivals[kept] |= self._rivals[gone]
            for rival in self._rivals[gone]:
                self._rivals[self.find(rival)].add(kept)

    def part(self, one: int, other: int) -> None:
        """Say that two groups must not become one."""
        one, other = self.find(one), self.find(other)
        self._rivals[one].add(other)
        self._rivals[other].add(one)

    def rivals(self, number: int) -> set[int]:
        """The groups that must not become one with that of a number."""
        return {self.find(rival) for rival in self._rivals[self.find(number)]}


class Links:
    """All that was said, free of contradictions."""

    def __init__(self, links: Iterable[Link] = ()) -> None:
        """Raises UsageError, naming the link, where two records would have to be in one story and in two."""
        self.every = sorted({link[:3]: link for link in links}.values(), key=_order)
        self.links = [link for link in self.every if link.same is not None]
        self.groups = Groups()
        self.number: dict[str, int] = {}
        """By id, a number in the groups."""
        for link in self.links:
            for name in (link.left, link.right):
                if name not in self.number:
                    self.number[name] = self.groups.add()
            if link.same:
                self.groups.join(self.number[link.left], self.number[link.right])
        for link in self.links:
            if link.same is False:
                ends = self.number[link.left], self.number[link.right]
                if self.groups.find(ends[0]) == self.groups.find(ends[1]):
                    raise UsageError(self._contradiction(link))
                self.groups.part(*ends)

    def __len__(self) -> int:
        return len(self.links)

    def _contradiction(self, link: Link) -> str:
        where = f"{link.place}: " if link.place else ""
        if link.left == link.right:
            return f"{where}'{link.left}' cannot be another story than itself"
        chain = " = ".join(f"'{name}'" for name in self._chain(link.left, link.right))
        return f"{where}'{link.left}' and '{link.right}' are not to be one story, but links make them one: {chain}"

    def _chain(self, first: str, last: str) -> list[str]:
        """Ids from the first to the last, each linked to the next; the shortest."""
        beside: dict[str, list[str]] = defaultdict(list)
        for link in self.links:
            if link.same:
                beside[link.left].append(link.right)
                beside[link.right].append(link.left)
        before = {first: first}
        frontier = [first]
        while last not in before and frontier:
            frontier = [
                other for name in frontier for other in beside[name] if before.setdefault(other, name) == name != other
            ]
        chain = [last]
        while chain[-1] != first:
            chain.append(before[chain[-1]])
        return chain[::-1]

    def components(self) -> list[set[str]]:
        """Ids that must be of one story, and those of which nothing but the contrary is said, each alone."""
        found: dict[int, set[str]] = defaultdict(set)
        for name, number in self.number.items():
            found[self.groups.find(number)].add(name)
        return list(found.values())

    def unknown(self, ids: Iterable[str]) -> list[str]:
        """Ids that links name and that are not among ``ids``, in order."""
        return sorted(self.number.keys() - set(ids))

    def bound(self, places: Mapping[str, int]) -> Bound:
        """The links of a corpus, in which ``places`` gives the place of an id."""
        return Bound({places[name]: number for name, number in self.number.items() if name in places}, self.groups)


class Bound:
    """Links of the records of one corpus at one level: which groups have become one so far."""

    def __init__(self, number: Mapping[int, int], groups: Groups) -> None:
        """``number`` is by place."""
        self.number = number
        self.groups = deepcopy(groups)

    def next(self) -> Bound:
        """The same for the next level."""
        return Bound(self.number, self.groups)

    def divided(
        self, labels: Sequence[int], item_of: Mapping[int, int], pairs: Pairs | None, least: float
    ) -> list[int]:
        """Clusters in which nothing is that must be apart; the label of an item is the smallest item of its cluster.

        ``labels`` are those of the items, ``item_of`` gives the item that holds a place, ``pairs`` what is similar
        (None: all are alike), ``least`` the mean from which clusters are joined.
        """
        labels = _by_first(labels)
        said: dict[int, set[int]] = defaultdict(set)
        for place, number in self.number.items():
            said[item_of[place]].add(number)
        own = {labels[item] for item in said}
        members: dict[int, list[int]] = defaultdict(list)
        for item, label in enumerate(labels):
            if label in own:
                members[label].append(item)
        found = np.asarray(labels, np.int64).copy()
        for label in sorted(own, key=lambda label: members[label][0]):
            for part in self._parts(members[label], said, pairs, least):
                found[part] = part[0]
        return _by_first(found.tolist())

    def joined(self, labels: Sequence[int]) -> list[int]:
        """Clusters of places of which those are one that must be; labels as those of ``divided``."""
        groups = Groups()
        number: dict[int, int] = {}
        of_group: dict[int, int] = {}
        for place, said in sorted(self.number.items()):
            label = labels[place]
            if label not in number:
                number[label] = groups.add()
            groups.join(number[label], of_group.setdefault(self.groups.find(said), number[label]))
        label_of = {own: label for label, own in number.items()}
        return _by_first(
            [label_of[groups.find(number[label])] if label in number else label for label in labels]
        )

    def _parts(
        self, members: Sequence[int], said: Mapping[int, set[int]], pairs: Pairs | None, least: float
    ) -> list[list[int]]:
        """A cluster in parts that may each be one; their groups become one."""
        find = self.groups.find
        unit_of = {item: min(map(find, said[item])) for item in members if item in said}
        for item in unit_of:  # what an item holds became one at an earlier level, or is one because of this item
            for number in said[item]:
                self.groups.join(number, unit_of[item])
        unit_of = {item: find(number) for item, number in unit_of.items()}
        units = set(unit_of.values())
        rivals = {unit: self.groups.rivals(unit) & units for unit in units}
        if any(rivals.values()):
            parts = _divided(members, unit_of, rivals, pairs, least)
        else:
            parts = [list(members)]
        for part in parts:
            inside = sorted({unit_of[item] for item in part if item in unit_of})
            for unit in inside[1:]:
                self.groups.join(inside[0], unit)
        return parts


def _by_first(labels: Sequence[int]) -> list[int]:
    """Labels that are the smallest item of each cluster."""
    first: dict[int, int] = {}
    return [first.setdefault(label, item) for item, label in enumerate(labels)]


def _divided(
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
