"""One run's articles into the index: texts, near copies, reports, stories, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from cleaner.collapse.links import Links
from cleaner.index.changes import Change, settle
from cleaner.index.clusters import Reclustered, choose_heads, recluster
from cleaner.index.kept_links import Linked
from cleaner.index.manifest import take_numbers
from cleaner.index.near_copies import copy_groups
from cleaner.index.new_records import Batch
from cleaner.index.readings import Readings
from cleaner.index.reports import add_reports, story_groups
from cleaner.index.segment import Segment
from cleaner.index.signatures import make_versions
from cleaner.index.store import Store
from cleaner.index.stories import StoryNow, StoryRow, current_stories, pack_story, story_rows
from cleaner.index.template_memory import TemplateMemory
from cleaner.index.texts import Added, add_records
from cleaner.records import Article, Story
from cleaner.settings import Settings


@dataclass(slots=True)
class Update:
    """What a run did to the stories."""

    stories: list[Story] = field(default_factory=list)
    """Those that it created or changed, whole; also those that do not satisfy what is required."""
    changes: list[Change] = field(default_factory=list)


@dataclass(slots=True, frozen=True)
class _Work:
    """What the run has done before it comes to the stories."""

    added: Added
    result: Reclustered
    replaced: frozenset[str]
    """Ids of records of which a new version came."""
    removed: frozenset[str]
    """Ids of records that were taken out."""
    new_reports: frozenset[int]
    readings: Readings
    links: Links


def update(
    store: Store,
    segment: Segment,
    articles: Sequence[Article],
    batch: Batch,
    settings: Settings,
    run: int,
    linked: Linked | None = None,
) -> Update:
    """Collapse new articles, in the order of their ids, against all that the index holds; take out the removed ones.

    ``linked`` are the links of the index, asked for where they are not given. Fills the segment, which must be the
    store's last one, and the manifest; commits nothing.
    """
    linked = Linked(store) if linked is None else linked
    readings = Readings(store)
    added = add_records(store, segment, articles, batch, linked, readings)
    signed_anew: set[int] = set()
    if settings.level == "exact":
        groups = [[text] for text in added.texts]
        _forget_texts(store, added)
    else:
        memory = TemplateMemory(store, added.texts)
        memory.learn()
        versions = make_versions(store, segment, added, memory)
        groups = copy_groups(store, segment, versions, settings, linked)
        signed_anew = set(versions.texts) - set(added.texts)
        signed = set(versions.texts)
        groups += [[text] for text in added.texts if text not in signed]
    result = recluster(store, added, groups, signed_anew)
    choose_heads(store, settings, result, signed_anew, readings)
    together = _together(store, segment, added, result, settings, linked)
    new_reports = frozenset(segment.get("report_number").tolist() if "report_number" in segment else ())
    replaced, removed = frozenset(batch.replaced), frozenset(batch.removed)
    work = _Work(added, result, replaced, removed, new_reports, readings, linked.links)
    return _write_stories(store, settings, together, work, run)


def _forget_texts(store: Store, added: Added) -> None:
    store.sql.executemany("DELETE FROM texts WHERE number = ?", [(text,) for text in added.gone])
    store.bury("text", added.gone)


def _together(
    store: Store, segment: Segment, added: Added, result: Reclustered, settings: Settings, linked: Linked
) -> list[list[int]]:
    """Groups of clusters, one a story, of all stories that the run may have changed."""
    changed = added.left_stories | {row.story for row in result.before if row.story is not None}
    if settings.level != "event":
        return _of_copies(store, result.touched, changed, linked)
    seeds = add_reports(store, segment, result, settings)
    groups = story_groups(store, seeds, settings, linked)
    relinked = {cluster for group in groups for cluster in group}
    touched = set(result.touched)
    members: dict[int, list[int]] = {}
    of_linked = dict(store.rows("SELECT number, story FROM clusters WHERE number IN (?)", sorted(relinked)))
    looked_at = sorted(changed | {story for story in of_linked.values() if story is not None})
    for cluster, story in store.rows("SELECT number, story FROM clusters WHERE story IN (?)", looked_at):
        members.setdefault(story, []).append(cluster)
    kept = []
    for group in groups:
        own = {of_linked[cluster] for cluster in group}
        story = next(iter(own))
        same = len(own) == 1 and story is not None and story not in changed and sorted(members[story]) == sorted(group)
        if not same or touched & set(group):
            kept.append(sorted(group))
    # Stories of which a report ended or a copy came, while none of their other reports was linked anew.
    for story in sorted(changed):
        rest = [cluster for cluster in members.get(story, ()) if cluster not in relinked]
        if rest:
            kept.append(sorted(rest))
    return kept


def _of_copies(store: Store, touched: Sequence[int], changed: set[int], linked: Linked) -> list[list[int]]:
    """Stories of one cluster each, or of those that links make one."""
    if not linked:
        return [[cluster] for cluster in touched]
    query = "SELECT number FROM clusters WHERE story IN (?)"
    clusters = {*touched, *(number for (number,) in store.rows(query, sorted(changed)))}
    rows = linked.rows()
    while partners := linked.partners(rows, clusters):
        clusters |= partners
    return linked.joined([[cluster] for cluster in sorted(clusters)])


def _write_stories(
    store: Store,
    settings: Settings,
    groups: list[list[int]],
    work: _Work,
    run: int,
) -> Update:
    clusters = [cluster for group in groups for cluster in group]
    touched = {row.story for row in work.result.before if row.story is not None} | work.added.left_stories
    query = "SELECT DISTINCT story FROM clusters WHERE story IS NOT NULL AND number IN (?)"
    touched |= {story for (story,) in store.rows(query, clusters)}
    before = story_rows(store, touched)
    stories = current_stories(store, settings, groups, before, work.new_reports, work.readings, work.links)
    outcome = settle(store, stories, before, work.replaced, work.removed)
    store.sql.executemany("DELETE FROM stories WHERE number = ?", [(number,) for number in outcome.dropped])
    created = {row.number: row.created for row in before}
    for one in outcome.stories:
        number = outcome.number.get(one.story.id)
        if number is None:
            number = take_numbers(store.sql, "story", 1)[0]
        story = one.story
        _write(store, number, one, (story.fits, story.size, created.get(number, run), pack_story(story)))
    for number, one in outcome.unchanged:
        _point(store, number, one)
    return Update([one.story for one in outcome.stories], outcome.changes)


def _write(store: Store, number: int, story: StoryNow, rest: tuple[bool, int, int, bytes]) -> None:
    row = StoryRow(number, story.story.id, story.canonical, *rest)
    store.sql.execute("INSERT OR REPLACE INTO stories VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    _point(store, number, story)


def _point(store: Store, number: int, story: StoryNow) -> None:
    store.sql.executemany("UPDATE clusters SET story = ? WHERE number = ?", [(number, one) for one in story.clusters])
