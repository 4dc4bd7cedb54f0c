"""Stories as the index keeps them: whole, so that what was said of one stays said until the story changes."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from cleaner.collapse import stories, task_sizes
from cleaner.collapse.close_decisions import OF_COPY
from cleaner.collapse.event import EventIndex
from cleaner.collapse.links import Links
from cleaner.collapse.stories import DIFFERS
from cleaner.index.hierarchy import Clustered, hierarchy_of
from cleaner.index.store import Store, pack, text_key, unpack
from cleaner.records import Article, Member, Story, Via, level_of
from cleaner.settings import Settings

_OF_COPY = (*OF_COPY, DIFFERS)
"""Evidence of what a report is to the one it is a copy of, not to the canonical."""


class StoryRow(NamedTuple):
    """A story as the manifest has it."""

    number: int
    id: str
    canonical: int
    """Record."""
    fits: bool
    size: int
    created: int
    """Run."""
    packed: bytes


class StoryNow(NamedTuple):
    """A story as it is now."""

    story: Story
    canonical: int
    """Record."""
    clusters: list[int]


class _Remembering(EventIndex):
    """Reports of which some pairs were told of before: those keep the score and the evidence they had."""

    known: Mapping[tuple[int, int], tuple[float, Mapping[str, Any]]]
    """By rows (member, canonical)."""

    def probability(self, i: int, j: int) -> float:
        return self.known[i, j][0] if (i, j) in self.known else super().probability(i, j)

    def evidence(self, i: int, j: int) -> dict[str, Any]:
        return dict(self.known[i, j][1]) if (i, j) in self.known else super().evidence(i, j)


_TOGETHER = 8_000
"""Clusters told of at once: bounds the memory that their texts and weights take."""


def current_stories(
    store: Store,
    settings: Settings,
    groups: Sequence[Sequence[int]],
    before: Sequence[StoryRow],
    new_reports: Collection[int],
    links: Links,
) -> list[StoryNow]:
    """The story of each group of clusters, with the ids a batch would give; sorted by the canonical's id.

    ``before`` are the stored stories of these clusters' records: what they tell of reports that are not new
    is not worked out again.
    """
    found: list[StoryNow] = []
    for some in task_sizes.within([len(group) for group in groups], _TOGETHER):
        portion = groups[some]
        group_of = {cluster: number for number, group in enumerate(portion) for cluster in group}
        clustered = hierarchy_of(store, settings, group_of, choose=False)
        hierarchy = clustered.hierarchy
        members: dict[int, list[int]] = {}
        for i, cluster in enumerate(clustered.clusters):
            members.setdefault(group_of[cluster], []).append(i)
        hierarchy.groups = list(members.values())
        hierarchy.take_links(links)
        if settings.level == "event":
            several = [cluster for group in portion if len(group) > 1 for cluster in group]
            _take_events(store, clustered, several, before, new_reports)
        places = zip(hierarchy.headers, clustered.records, clustered.clusters, strict=True)
        number_of = {header.id: (record, group_of[cluster]) for header, record, cluster in places}
        for story in stories.build(hierarchy):
            record, group = number_of[story.canonical.id]
            found.append(StoryNow(story, record, list(portion[group])))
    return sorted(found, key=lambda one: one.story.canonical.id)


def _take_events(
    store: Store,
    clustered: Clustered,
    wanted: Sequence[int],
    before: Sequence[StoryRow],
    new_reports: Collection[int],
) -> None:
    """Give the articles of these clusters the scores of their reports, and what explains them."""
    hierarchy, clusters = clustered.hierarchy, clustered.clusters
    report_of = dict(store.rows("SELECT number, report FROM clusters WHERE number IN (?)", sorted(wanted)))
    every = hierarchy.reports()
    heads = [i for i in every.heads if clusters[i] in report_of]
    numbers = [report_of[clusters[i]] for i in heads]
    packed = [store.reports(numbers)] if numbers else []
    events = _Remembering([every.of(i) for i in heads], corpus=store.frequencies(), mapped=lambda *_: packed)
    row_of_cluster = {clusters[i]: row for row, i in enumerate(heads) if numbers[row] not in new_reports}
    each = zip(hierarchy.headers, clusters, strict=True)
    events.known = _scored_before(before, {header.id: row_of_cluster.get(cluster) for header, cluster in each})
    hierarchy.event = events
    hierarchy.event_row = {i: row for row, i in enumerate(heads)}
    of_row = np.array(numbers, dtype=np.int64)
    pairs = store.pairs_of("event", np.sort(of_row)).among(of_row)
    low, high = np.minimum(pairs.left, pairs.right), np.maximum(pairs.left, pairs.right)
    hierarchy.probability = dict(
        zip(zip(low.tolist(), high.tolist(), strict=True), pairs.score.tolist(), strict=True)
    )


def _scored_before(
    before: Sequence[StoryRow], row_of: Mapping[str, int | None]
) -> dict[tuple[int, int], tuple[float, Mapping[str, Any]]]:
    """By rows (member, canonical), score and evidence of stored stories; ``row_of`` has None for a new report."""
    known: dict[tuple[int, int], tuple[float, Mapping[str, Any]]] = {}
    for story in before:
        members = unpack(story.packed)["members"]
        head = row_of.get(members[0]["id"])
        for member in members[1:]:
            row = row_of.get(member["id"])
            if head is not None and row is not None and row != head and level_of(member["relation"]) == "event":
                evidence = {name: value for name, value in member["evidence"].items() if name not in _OF_COPY}
                known[row, head] = member["score"], evidence
    return known


def pack_story(story: Story) -> bytes:
    """A story without its canonical's article."""
    plain: dict[str, Any] = {
        field.name: getattr(story, field.name)
        for field in dataclasses.fields(Story)
        if field.name not in ("canonical", "members")
    }
    names = [field.name for field in dataclasses.fields(Member) if field.name != "text"]
    plain["members"] = [{name: getattr(member, name) for name in names} for member in story.members]
    return pack(plain)


def unpack_story(packed: bytes, canonical: Article) -> Story:
    """What ``pack_story`` made."""
    plain = unpack(packed)
    members = []
    for member in plain.pop("members"):
        via = member.pop("via")
        members.append(Member(**member, via=Via(*via) if via else None))
    return Story(canonical=canonical, members=members, **plain)


def member_ids(row: StoryRow) -> list[str]:
    """Ids of all records of a stored story, the canonical's first."""
    return [member["id"] for member in unpack(row.packed)["members"]]


def story_rows(store: Store, numbers: Iterable[int]) -> list[StoryRow]:
    """Stored stories by number."""
    query = "SELECT number, id, canonical, fits, size, created, packed FROM stories WHERE number IN (?)"
    return [StoryRow(*row) for row in store.rows(query, sorted(numbers))]


def all_stories(store: Store, portion: int = 1000) -> Iterator[Story]:
    """Every story that satisfies what is required of one, in the order of their canonicals' ids."""
    query = (
        "SELECT r.id, s.canonical, s.packed FROM records r JOIN stories s ON s.canonical = r.number "
        "WHERE s.fits AND r.id > ? ORDER BY r.id LIMIT ?"
    )
    last = b""
    while rows := store.sql.execute(query, (last, portion)).fetchall():
        articles = store.articles(sorted({canonical for _, canonical, _ in rows}))
        for _, canonical, packed in rows:
            story = unpack_story(packed, articles[canonical])
            yield with_texts(store, story) if story.size > 1 else story
        last = rows[-1][0]


def with_texts(store: Store, story: Story) -> Story:
    """A stored story whose members have their texts again."""
    keys = [text_key(member.id) for member in story.members]
    number_of: dict[bytes, int] = dict(store.rows("SELECT id, number FROM records WHERE id IN (?)", keys))
    articles = store.articles(sorted(number_of.values()))
    members = [
        dataclasses.replace(member, text=articles[number_of[key]].text) if key in number_of else member
        for member, key in zip(story.members, keys, strict=True)
    ]
    return dataclasses.replace(story, members=members)
