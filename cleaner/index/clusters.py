"""Clusters of near copies: what a run makes of them, the copy each keeps, and the report it gives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from cleaner.collapse.reports import Reports
from cleaner.index.hierarchy import hierarchy_of
from cleaner.index.manifest import take_numbers
from cleaner.index.store import Store
from cleaner.index.texts import Added
from cleaner.settings import Settings


class ClusterRow(NamedTuple):
    """A cluster as the manifest has it."""

    number: int
    head: int
    """Record that it keeps."""
    date: str | None
    """First date of all its records."""
    report: int | None
    story: int | None


@dataclass(slots=True)
class Reclustered:
    """What became of the clusters that a run touched."""

    touched: list[int] = field(default_factory=list)
    """Clusters that stand and are new, or have other records than before, or a text signed anew."""
    before: list[ClusterRow] = field(default_factory=list)
    """Old rows of the touched clusters and of those that stand no more."""
    unread: list[int] = field(default_factory=list)
    """Those whose report the event stage has not read."""
    reports: Reports | None = None
    """Their reports."""
    ended: list[int] = field(default_factory=list)
    """Reports that no cluster gives any more."""


def recluster(store: Store, added: Added, groups: Iterable[Sequence[int]], signed_anew: set[int]) -> Reclustered:
    """Give each group of texts its cluster: the one it was, if it has the same texts, or a new one.

    ``groups`` are disjoint; a text in none of them stays where it is. ``signed_anew`` are old texts with a
    new version.
    """
    wanted = [frozenset(group) for group in groups]
    texts = sorted(text for group in wanted for text in group)
    old_of = {
        text: cluster
        for text, cluster in store.rows("SELECT number, cluster FROM texts WHERE number IN (?)", texts)
        if cluster is not None
    }
    looked_at = sorted(set(old_of.values()) | added.left_clusters)
    members: dict[int, set[int]] = {cluster: set() for cluster in looked_at}
    for text, cluster in store.rows("SELECT number, cluster FROM texts WHERE cluster IN (?)", looked_at):
        members[cluster].add(text)
    moved: list[tuple[int, int]] = []
    touched: set[int] = set()
    for group in wanted:
        cluster = min(old_of.get(text, -1) for text in group)
        if members.get(cluster) != group:
            cluster = take_numbers(store.sql, "cluster", 1)[0]
            moved += [(cluster, text) for text in sorted(group)]
        elif group.isdisjoint(signed_anew):
            continue
        touched.add(cluster)
    store.sql.executemany("UPDATE texts SET cluster = ? WHERE number = ?", moved)
    grown = store.rows("SELECT DISTINCT cluster FROM texts WHERE number IN (?)", sorted(added.grown))
    touched.update(cluster for (cluster,) in grown)
    query = "SELECT DISTINCT cluster FROM texts WHERE cluster IN (?)"
    standing = {cluster for (cluster,) in store.rows(query, looked_at)}
    touched.update(added.left_clusters & standing)
    gone = set(looked_at) - standing
    rows = store.rows(
        "SELECT number, head, date, report, story FROM clusters WHERE number IN (?)", sorted(touched | gone)
    )
    result = Reclustered(sorted(touched), [ClusterRow(*row) for row in rows])
    store.sql.executemany("DELETE FROM clusters WHERE number = ?", [(number,) for number in sorted(gone)])
    return result


def choose_heads(store: Store, settings: Settings, result: Reclustered, signed_anew: set[int]) -> None:
    """Choose the copy that each touched cluster keeps; one that gives the same report as before keeps that."""
    clustered = hierarchy_of(store, settings, result.touched)
    hierarchy = clustered.hierarchy
    reports = hierarchy.reports()
    by_cluster = {clustered.clusters[head]: head for head in reports.heads}
    anew = {clustered.records[i] for i, text in enumerate(clustered.texts) if text in signed_anew}
    known = {(row.head, row.date): row for row in result.before if row.report is not None and row.head not in anew}
    kept_story = {row.number: row.story for row in result.before}
    rows: list[ClusterRow] = []
    unread: dict[int, int] = {}
    for cluster in result.touched:
        head = by_cluster[cluster]
        record, date = clustered.records[head], reports.date(head)
        if settings.level != "event":
            rows.append(ClusterRow(cluster, record, date, None, kept_story.get(cluster)))
        elif (row := known.pop((record, date), None)) is not None:
            rows.append(row._replace(number=cluster))
        else:
            unread[cluster] = head
            rows.append(ClusterRow(cluster, record, date, None, None))
    result.unread, result.reports = list(unread), reports.only(list(unread.values()))
    reused = {row.report for row in rows}
    result.ended = sorted(row.report for row in result.before if row.report is not None and row.report not in reused)
    store.sql.executemany("INSERT OR REPLACE INTO clusters VALUES (?, ?, ?, ?, ?)", rows)
