"""What a person says of records (``cleaner.collapse.links``), kept in an index and held to by every run into it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import NamedTuple

import numpy as np

from cleaner.collapse.links import Bound, Link, Links
from cleaner.collapse.near import Scored
from cleaner.index.new_records import Batch
from cleaner.index.store import Store, key_text, text_key
from cleaner.records import Article


class Row(NamedTuple):
    """Where a record is that links name."""

    number: int
    id: str
    text: int
    version: int | None
    cluster: int | None
    report: int | None


class Linked:
    """The links that an index holds, and those that a run brings."""

    def __init__(self, store: Store, given: Links | None = None) -> None:
        """A given link goes before a kept one on the same ids. Raises UsageError where they contradict each other."""
        self._store = store
        kept = {(one.left, one.right): one for one in _kept(store)}
        wanted = {(one.left, one.right): one for one in (Links() if given is None else given).every}
        self.fresh = {pair: one for pair, one in wanted.items() if pair not in kept or kept[pair].same != one.same}
        """Those that say what the index did not know."""
        self._before = Links(kept.values())
        self.links = Links((kept | wanted).values())

    def __bool__(self) -> bool:
        return bool(self.links)

    def keep(self) -> None:
        """Put the links into the index."""
        self._store.sql.execute("DELETE FROM links")
        rows = [(text_key(link.left), text_key(link.right), link.same) for link in self.links.links]
        self._store.sql.executemany("INSERT INTO links VALUES (?, ?, ?)", rows)

    def touched(self) -> set[str]:
        """Ids of which something else is said than before, also by what is linked to them."""
        named = {name for pair in self.fresh for name in pair}
        return {
            name
            for links in (self._before, self.links)
            for group in links.components()
            if not named.isdisjoint(group)
            for name in group
        }

    def bring(self, batch: Batch) -> list[Article]:
        """Records of the index of which something else is said now, to be added again in place of themselves."""
        names = sorted(self.touched() - batch.content.keys())
        found = {
            key_text(name): (number, base, content)
            for name, number, base, content in self._store.rows(
                "SELECT id, number, base, content FROM records WHERE id IN (?)", [text_key(name) for name in names]
            )
        }
        replaced = set(batch.replaced.values())
        found = {name: row for name, row in found.items() if row[0] not in replaced}
        articles = self._store.articles(sorted(number for number, _, _ in found.values()))
        for name, (number, base, content) in found.items():
            batch.base[name], batch.content[name], batch.replaced[name] = key_text(base), content, number
        return [articles[found[name][0]] for name in sorted(found)]

    def rows(self) -> list[Row]:
        """Where the records are that links name."""
        if not self:
            return []
        query = (
            "SELECT r.number, r.id, r.text, t.version, t.cluster, c.report FROM records r "
            "JOIN texts t ON t.number = r.text LEFT JOIN clusters c ON c.number = t.cluster WHERE r.id IN (?)"
        )
        keys = [text_key(name) for name in sorted(self.links.number)]
        return [Row(number, key_text(name), *rest) for number, name, *rest in self._store.rows(query, keys)]

    def texts(self) -> Texts:
        """Which texts new records may have, given what is said of those that have them."""
        found = Texts(self.links)
        for row in self.rows():
            found.take(row.id, row.text)
        return found

    def divided(
        self, labels: np.ndarray, nodes: np.ndarray, node_of: Callable[[Row], int | None], pairs: Scored, least: float
    ) -> list[int]:
        """Clusters of nodes without what must be apart; ``pairs`` are by places among the nodes.

        All nodes of which a record is named must be among them: what is named is linked anew with every run.
        """
        if not self:
            return list(labels.tolist())
        place = {node: k for k, node in enumerate(nodes.tolist())}
        rows = [row for row in self.rows() if node_of(row) in place]
        number = {row.number: self.links.number[row.id] for row in rows}
        inside = {row.number: place[node] for row in rows if (node := node_of(row)) is not None}
        return Bound(number, self.links.groups).divided(labels.tolist(), inside, pairs, least)

    def joined(self, groups: Sequence[Sequence[int]]) -> list[list[int]]:
        """Groups of clusters of which those are one that must be."""
        if not self:
            return [list(group) for group in groups]
        place = {cluster: k for k, group in enumerate(groups) for cluster in group}
        rows = [row for row in self.rows() if row.cluster in place]
        number = {len(groups) + k: self.links.number[row.id] for k, row in enumerate(rows)}
        labels = [*range(len(groups)), *(place[row.cluster] for row in rows if row.cluster is not None)]
        found: dict[int, list[int]] = defaultdict(list)
        for label, group in zip(Bound(number, self.links.groups).joined(labels), groups, strict=False):
            found[label] += group
        return list(found.values())


class Texts:
    """Texts with what is said of the records that have them."""

    def __init__(self, links: Links) -> None:
        self._number = links.number
        self._groups = deepcopy(links.groups)
        self._held: dict[int, int] = {}

    def may_have(self, name: str, text: int) -> bool:
        """Whether a record may have a text: nothing keeps it from the records that have it."""
        if name not in self._number or text not in self._held:
            return True
        return self._groups.find(self._held[text]) not in self._groups.rivals(self._number[name])

    def take(self, name: str, text: int) -> None:
        """A record has a text."""
        if name in self._number:
            self._groups.join(self._number[name], self._held.setdefault(text, self._number[name]))


def _kept(store: Store) -> list[Link]:
    rows = store.sql.execute("SELECT left, right, same FROM links ORDER BY left, right")
    return [Link(key_text(left), key_text(right), bool(same), "the index") for left, right, same in rows]
