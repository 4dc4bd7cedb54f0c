"""Reports over the whole index: new ones compared with all, touched components linked anew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from cleaner.collapse import task_sizes
from cleaner.collapse.checkpoints import AS_KEPT, OF_ONE, Arrays
from cleaner.collapse.event import EventIndex
from cleaner.collapse.event.grouping import group_reports
from cleaner.collapse.event.packed_bags import CHUNK, read_chunk
from cleaner.collapse.event.packed_rows import taken
from cleaner.collapse.near import Scored
from cleaner.index import layout, manifest, threshold
from cleaner.index.clusters import Reclustered
from cleaner.index.compact import merge
from cleaner.index.event_candidates import partners, postings
from cleaner.index.hierarchy import without_other_facts
from cleaner.index.kept_links import Linked
from cleaner.index.manifest import take_numbers
from cleaner.index.segment import Segment
from cleaner.index.store import Store
from cleaner.settings import Settings

RENEWED_UP_TO = 20_000
"""Reports up to which all scores are renewed each time the index has doubled: in a small one the weights of
words still change."""
_SCORED = "reports when all were scored"
_RENEWED = "scores were renewed"
"""Counters."""
_STANDING = "clusters WHERE report IS NOT NULL"
"""Rows of reports that stand."""


def renew_scores(store: Store, folder: Path) -> bool:
    """Score all pairs with the weights of now, if the index has doubled since that was done last.

    The segments become one; all stories are to be linked anew.
    """
    standing, before = store.count(_STANDING), manifest.counter(store.sql, _SCORED)
    if not before or not 2 * before <= standing <= RENEWED_UP_TO:
        return False

    def renewed(left: np.ndarray, right: np.ndarray) -> np.ndarray:
        left, right = left.astype(np.int64), right.astype(np.int64)
        return without_other_facts(store, left, right, _scored(store, left, right))

    def kept(left: np.ndarray, right: np.ndarray) -> np.ndarray:
        return store.kept.result("renewed", lambda: {"score": renewed(left, right)})["score"]

    merge(store, folder, 0, kept)
    manifest.set_counter(store.sql, _SCORED, standing)
    manifest.set_counter(store.sql, _RENEWED, 1)
    return True


def add_reports(store: Store, segment: Segment, result: Reclustered, settings: Settings) -> set[int]:
    """Read and score the new reports, end those that stand no more; returns the reports to link anew.

    Weights come from the frequencies among all reports of this moment; the scores of older pairs stay.
    """
    ended = store.partners("event", np.array(result.ended, dtype=np.int64))
    loosened = set(ended.right[ended.score >= threshold.used(store, settings)].tolist())
    store.bury("report", result.ended)
    read = store.kept.mapped("reports", store.mapped, AS_KEPT, settings.opinions)
    tasks = () if result.reports is None else result.reports.portions(task_sizes.size(len(result.unread), CHUNK))
    packed = list(read(partial(read_chunk, opinions=settings.opinions), tasks))
    numbers = np.array(take_numbers(store.sql, "report", len(result.unread)), dtype=np.int64)
    segment.put(layout.table("report", number=numbers, floor=np.zeros(len(numbers))))
    segment.put({layout.PACKED + name: values for name, values in taken(packed, np.arange(len(numbers)))})
    store.sql.executemany(
        "UPDATE clusters SET report = ? WHERE number = ?", zip(numbers.tolist(), result.unread, strict=True)
    )
    if len(numbers):
        segment.put(store.kept.result("scores", lambda: _compared(store, segment, numbers, packed)))
    if not manifest.counter(store.sql, _SCORED):
        manifest.set_counter(store.sql, _SCORED, store.count(_STANDING))
    renewed = manifest.counter(store.sql, _RENEWED)
    manifest.set_counter(store.sql, _RENEWED, 0)
    if threshold.moved(store, settings) or renewed:
        query = "SELECT report FROM clusters WHERE report IS NOT NULL"
        return {number for (number,) in store.sql.execute(query)}
    return (set(numbers.tolist()) | loosened) - set(result.ended)


def _compared(store: Store, segment: Segment, numbers: np.ndarray, packed: Sequence[Arrays]) -> Arrays:
    """The heaviest terms of the new reports, their floors, and their pairs with scores."""
    terms = postings(numbers, *_weighed(store, packed).heaviest_terms())
    segment.put(terms)
    left, right, likeness, floors = partners(store, segment, numbers, store.count(_STANDING))
    score = without_other_facts(store, left, right, _scored(store, left, right), store.kept)
    pairs = layout.pairs("event", Scored(left, right, score), likeness=likeness)
    return {**terms, "report_floor": floors, **pairs}


def _weighed(store: Store, packed: Iterable[Arrays]) -> EventIndex:
    """Packed reports with weights from the frequencies among all reports of this moment."""
    return EventIndex((), corpus=store.frequencies(), mapped=lambda *_: packed, kept=store.kept)


def _scored(store: Store, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """What pairs of reports score, a stage of the run."""
    nodes = np.union1d(left, right)
    parts = (nodes[first : first + CHUNK] for first in range(0, len(nodes), CHUNK))
    events = _weighed(store, store.kept.mapped("packed", map, AS_KEPT)(store.reports, parts))
    tiles = store.kept.mapped("tiles", store.mapped, OF_ONE)
    return events.probabilities(np.searchsorted(nodes, left), np.searchsorted(nodes, right), mapped=tiles)


def story_groups(store: Store, seeds: set[int], settings: Settings, linked: Linked) -> list[list[int]]:
    """Groups of clusters that tell one event, of all that hangs together with the seeds."""
    least = threshold.used(store, settings)
    named = {row.report for row in linked.rows() if row.report is not None}
    nodes, pairs = store.reach("event", seeds | named, least)
    query = "SELECT c.report, c.number, r.id FROM clusters c JOIN records r ON r.number = c.head WHERE c.report IN (?)"
    rows = {report: (cluster, name) for report, cluster, name in store.rows(query, nodes.tolist())}
    ordered = np.array(sorted(nodes.tolist(), key=lambda node: rows[node][1]), dtype=np.int64)
    pairs = pairs.among(ordered)
    within = None if settings.span is None else (store.hours(ordered), settings.span)
    labels = group_reports(len(ordered), *pairs, least, within)
    divided = linked.divided(labels, ordered, lambda row: row.report, pairs, least)
    groups: dict[int, list[int]] = {}
    for node, label in zip(ordered.tolist(), divided, strict=True):
        groups.setdefault(label, []).append(rows[node][0])
    return linked.joined(list(groups.values()))
