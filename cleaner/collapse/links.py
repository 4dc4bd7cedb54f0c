"""What a person says of two records: that they are of one story (a must-link), or that they are not (a cannot-link).

Must-links hold transitively, and a cannot-link holds between all that is linked to either end. At each level the
clusters are made as without links; then one that holds two records which must be apart is linked anew among its own
members (constrained average link: pairs that must be apart are never joined), and at the last level clusters that
must be one are joined whole. So links change the stories that they name and no other, but for copies that they part:
each of these is then a report of its own, which may be of another event.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cleaner.errors import UsageError

if TYPE_CHECKING:
    from cleaner.collapse.constrained_linkage import Pairs


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
            from cleaner.collapse.constrained_linkage import (
                divided,  # SciPy takes a fifth of a second, and few runs have links
            )

            parts = divided(members, unit_of, rivals, pairs, least)
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
