"""Whether an index is whole: files as they were written, counts that add up, nothing that points nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from cleaner.collapse.event.packed_bags import records_of
from cleaner.collapse.pair_scores import DIFFERENT
from cleaner.index import layout
from cleaner.index.format import DamagedIndex
from cleaner.index.segment import Segment
from cleaner.index.store import Store, text_key
from cleaner.index.stories import StoryRow, member_ids


def faults(store: Store) -> Iterator[str]:
    """What is wrong with an index, one line each; none for a whole one. Reads every byte."""
    damaged = False
    for segment in store.segments:
        try:
            segment.check()
        except (DamagedIndex, OSError) as error:
            damaged = True
            yield error.what if isinstance(error, DamagedIndex) else f"segment {segment.name}: {error.strerror}"
    if damaged:
        return  # what follows would read them
    for segment in store.segments:
        yield from _shapes(segment)
    yield from _numbers(store)
    yield from _references(store)
    yield from _stories(store)


def _shapes(segment: Segment) -> Iterator[str]:
    for name, (keys, plain, ragged) in layout.TABLES.items():
        if not segment.holds(name):
            continue
        held = [segment.get(f"{name}_{column}") for column in (*keys, *plain)]
        if np.any(held[0][1:] < held[0][:-1]):
            yield f"segment {segment.name}: {name} is not ascending"
        rows = len(held[0])
        sizes = {len(column) for column in held} | {len(segment.ragged(f"{name}_{column}")) for column in ragged}
        starts = [segment.ragged(f"{name}_{column}") for column in ragged]
        if sizes != {rows} or any(own.starts[-1] != len(own.values) or np.any(own.sizes < 0) for own in starts):
            yield f"segment {segment.name}: {name} has no {rows} rows"
        if name == "report" and len(records_of(segment.under(layout.PACKED))) != rows:
            yield f"segment {segment.name}: it has no {rows} packed reports"
        if name in layout.PAIRS:
            score = segment.get(f"{name}_score")
            if not np.all(((score >= 0) & (score <= 1)) | ((score == DIFFERENT) & (name == "near"))):
                yield f"segment {segment.name}: a {name} score is not in 0 to 1"


def _held(store: Store, kind: str) -> np.ndarray:
    parts = [part.get(f"{kind}_number") for part in store.segments if part.holds(kind)]
    return np.concatenate(parts).astype(np.int64) if parts else np.empty(0, np.int64)


def _numbers(store: Store) -> Iterator[str]:
    """Every number that stands is in exactly one segment and in the manifest, and no other is."""
    queries = {
        "record": "SELECT number FROM records",
        "text": "SELECT number FROM texts",
        "version": "SELECT version FROM texts WHERE version IS NOT NULL",
        "report": "SELECT report FROM clusters WHERE report IS NOT NULL",
    }
    for kind, query in queries.items():
        held = _held(store, kind)
        standing = held[store.alive(kind, held)]
        named = np.array(sorted(number for (number,) in store.sql.execute(query)), dtype=np.int64)
        if len(np.unique(held)) != len(held):
            yield f"a {kind} is in two segments"
        if not np.array_equal(np.sort(standing), named):
            yield f"the segments hold {len(standing)} {kind}s, the manifest names {len(named)}, or they are others"
    there = {kind: np.union1d(_held(store, kind), store.dead(kind)) for kind in layout.ROWS}
    names = [(name, key, kind) for name, one in layout.TABLES.items() for key, kind in one.keys.items() if kind]
    for name, key, kind in [*names, ("version", "text", "text")]:
        for segment in store.segments:
            if segment.holds(name) and not np.isin(segment.get(f"{name}_{key}"), there[kind]).all():
                yield f"segment {segment.name}: {name}_{key} names a {kind} that is not there"


def _references(store: Store) -> Iterator[str]:
    checks = {
        "a cluster keeps a record of another": "clusters c LEFT JOIN records r ON r.number = c.head "
        "LEFT JOIN texts t ON t.number = r.text WHERE t.cluster IS NOT c.number",
        "two clusters give one report": "clusters WHERE report IS NOT NULL GROUP BY report HAVING count(*) > 1",
    }
    tables = {"record": "records", "text": "texts", "cluster": "clusters", "story": "stories"}
    for (part, parts), (whole, wholes) in pairwise(tables.items()):
        gone = f"{parts} p LEFT JOIN {wholes} w ON w.number = p.{whole} WHERE w.number IS NULL"
        empty = f"{wholes} w LEFT JOIN {parts} p ON p.{whole} = w.number WHERE p.number IS NULL"
        checks |= {f"a {part}'s {whole} is not there": gone, f"a {whole} has no {part}": empty}
    for wrong, found in checks.items():
        if store.sql.execute(f"SELECT 1 FROM {found} LIMIT 1").fetchone():
            yield wrong


def _stories(store: Store) -> Iterator[str]:
    """Every story tells of exactly the records that are in it, its canonical first."""
    query = (
        "SELECT c.story, r.id FROM records r JOIN texts t ON t.number = r.text JOIN clusters c ON c.number = t.cluster"
    )
    members: dict[int, set[bytes]] = {}
    for story, record in store.sql.execute(query):
        members.setdefault(story, set()).add(record)
    canonical = dict(store.sql.execute("SELECT number, id FROM records"))
    rows = store.sql.execute("SELECT number, id, canonical, fits, size, created, packed FROM stories ORDER BY number")
    for row in (StoryRow(*found) for found in rows):
        told = [text_key(name) for name in member_ids(row)]
        if len(told) != row.size or set(told) != members.get(row.number, set()):
            yield f"story {row.id} tells of {len(told)} records, the manifest has {len(members.get(row.number, ()))}"
        elif canonical.get(row.canonical) != told[0]:
            yield f"story {row.id}: its canonical is not the first record that it tells of"
