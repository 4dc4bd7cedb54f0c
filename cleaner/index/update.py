"""One run's articles into the index: texts, near copies, reports, stories, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cleaner.index import manifest
from cleaner.index.changes import Update, settle
from cleaner.index.clusters import Reclustered, choose_heads, recluster
from cleaner.index.kept_links import Linked
from cleaner.index.near_copies import copy_groups
from cleaner.index.new_records import Batch
from cleaner.index.reports import add_reports, story_groups
from cleaner.index.segment import Segment
from cleaner.index.signatures import make_versions
from cleaner.index.store import Store
from cleaner.index.stories import current_stories, story_rows
from cleaner.index.texts import add_records
from cleaner.records import Article
from cleaner.settings import Settings


def update(
    store: Store,
    folder: Path,
    articles: Sequence[Article],
    batch: Batch,
    settings: Settings,
    run: int,
    linked: Linked | None = None,
) -> Update:
    """Collapse new articles, in the order of their ids, against all that the index holds; take out the removed ones.

    ``linked`` are the links of the index, asked for where they are not given. Makes the run's segment, which goes to a
    file in ``folder`` and is the store's last one, and fills the manifest; commits nothing.
    """
    linked = Linked(store) if linked is None else linked
    segment = Segment(f"{run:06d}")
    store.segments.append(segment)
    added = add_records(store, segment, articles, batch, linked)
    groups = [[text] for text in added.texts]
    signed_anew: set[int] = set()
    if settings.level != "exact":
        versions = make_versions(store, segment, added)
        groups = copy_groups(store, segment, versions, settings, linked)
        signed_anew = set(versions.texts) - set(added.texts)
        groups += [[text] for text in sorted(set(added.texts).difference(versions.texts))]
    store.sql.executemany("DELETE FROM texts WHERE number = ?", [(text,) for text in added.gone])
    store.bury("text", added.gone)
    result = recluster(store, added, groups, signed_anew)
    choose_heads(store, settings, result, signed_anew)
    changed = added.left_stories | {row.story for row in result.before if row.story is not None}
    groups = _together(store, segment, changed, result, settings, linked)
    clusters = [cluster for group in groups for cluster in group]
    query = "SELECT DISTINCT story FROM clusters WHERE story IS NOT NULL AND number IN (?)"
    before = story_rows(store, changed | {story for (story,) in store.rows(query, clusters)})
    new_reports = frozenset(segment.get("report_number").tolist() if segment.holds("report") else ())
    stories = current_stories(store, settings, groups, before, new_reports, linked.links)
    done = settle(store, stories, before, batch, run)
    segment.save(folder)
    manifest.add_segment(store.sql, segment, len(articles))
    return done


def _together(
    store: Store, segment: Segment, changed: set[int], result: Reclustered, settings: Settings, linked: Linked
) -> list[list[int]]:
    """Groups of clusters, one a story, of all stories that the run may have changed.

    ``changed`` are stories that a record left, or of which clusters are touched.
    """
    if settings.level != "event":
        return _of_copies(store, result.touched, changed, linked)
    seeds = add_reports(store, segment, result, settings)
    groups = story_groups(store, seeds, settings, linked)
    relinked = {cluster for group in groups for cluster in group}
    story_of = dict(store.rows("SELECT number, story FROM clusters WHERE number IN (?)", sorted(relinked)))
    looked_at = changed | {story for story in story_of.values() if story is not None}
    members: dict[int, list[int]] = {}
    for cluster, story in store.rows("SELECT number, story FROM clusters WHERE story IN (?)", sorted(looked_at)):
        members.setdefault(story, []).append(cluster)
    kept = []
    for group in map(sorted, groups):
        story = story_of[group[0]]
        if story in changed or sorted(members.get(story, ())) != group or not set(result.touched).isdisjoint(group):
            kept.append(group)
    # Stories of which a report ended or a copy came, while none of their other reports was linked anew.
    rest = ([one for one in members.get(story, ()) if one not in relinked] for story in sorted(changed))
    return kept + [sorted(group) for group in rest if group]


def _of_copies(store: Store, touched: Sequence[int], changed: set[int], linked: Linked) -> list[list[int]]:
    """Stories of one cluster each, or of those that links make one."""
    query = "SELECT number FROM clusters WHERE story IN (?)"
    clusters = {*touched, *(number for (number,) in store.rows(query, sorted(changed)) if linked)}
    clusters.update(row.cluster for row in linked.rows() if row.cluster is not None)
    return linked.joined([[cluster] for cluster in sorted(clusters)])
