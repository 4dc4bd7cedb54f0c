"""Merging segments: fewer files to look into, and what is dead dropped."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from cleaner.collapse.event.packed_rows import taken
from cleaner.collapse.ragged import Ragged
from cleaner.index import layout, manifest
from cleaner.index.segment import Arrays, Segment
from cleaner.index.store import Store

TIER = 4
"""Segments of about one size that are merged into one of the next size; a size is of so many times the records."""


def compact_if_many(store: Store, folder: Path) -> bool:
    """Merge the latest segments where there are TIER of a size or smaller; whether any were merged.

    The caller commits.

    Each record is then rewritten once a size: as many times as its index has grown by TIER times.
    """
    records = [max(1, number) for (number,) in store.sql.execute("SELECT records FROM segments ORDER BY place")]
    tiers = [int(math.log2(number)) // int(math.log2(TIER)) for number in records]
    for start in range(len(tiers) - TIER + 1):
        if not start or tiers[start - 1] > max(tiers[start:]):
            merge(store, folder, start)
            return True
    return False


def compact(store: Store, folder: Path) -> None:
    """Merge all segments into one. The caller commits."""
    if len(store.segments) > 1 or store.count("dead"):
        merge(store, folder, 0)


Renew = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""New scores of pairs, from their left and right numbers."""


def merge(store: Store, folder: Path, start: int, renew: Renew | None = None) -> None:
    """Merge the segments from ``start`` on into one, without what is dead. ``renew`` scores event pairs anew."""
    parts = store.segments[start:]
    number = manifest.take_numbers(store.sql, "compaction", 1)[0] + 1
    merged = Segment(f"{parts[-1].name.partition('-')[0]}-{number:06d}")
    merged.save(folder, _arrays(store, parts, renew))
    for part in parts:
        manifest.drop_segment(store.sql, part.name)
    manifest.add_segment(store.sql, merged, len(merged.get("record_number")))
    store.segments[start:] = [merged]
    if start == 0:
        store.forget_dead()


def _arrays(store: Store, parts: Sequence[Segment], renew: Renew | None) -> Iterator[tuple[str, np.ndarray]]:
    """The arrays of the merged segment, those of a table made when they are asked for."""
    for name in layout.TABLES:
        found = _merged(store, name, [part for part in parts if part.holds(name)])
        if found and renew and name == "event":
            left, right, score = (found[f"event_{column}"] for column in ("key", "holder", "score"))
            forward, back = np.flatnonzero(left < right), np.lexsort((left, right))
            score[forward] = score[back[left[back] > right[back]]] = renew(left[forward], right[forward])
        yield from found.items()
    packed = store.packed(parts)
    numbers = np.concatenate([np.empty(0, np.uint32), *(held for held, _ in packed)])
    if packed:
        order = np.argsort(numbers, kind="stable")
        rows = order[store.alive("report", numbers[order])]
        for name, values in taken([portion for _, portion in packed], rows):
            yield layout.PACKED + name, values


def _merged(store: Store, name: str, parts: Sequence[Segment]) -> Arrays:
    """The rows of a table in all parts, without those that name what is dead."""
    if not parts:
        return {}
    keys, plain, ragged = layout.TABLES[name]
    stand = []
    for part in parts:
        every = [store.alive(kind, part.get(f"{name}_{key}")) for key, kind in keys.items() if kind]
        stand.append(np.flatnonzero(np.logical_and.reduce(every)))
    columns: dict[str, np.ndarray | Ragged] = {}
    for column in (*keys, *plain):
        columns[column] = np.concatenate(
            [part.get(f"{name}_{column}")[some] for part, some in zip(parts, stand, strict=True)]
        )
    for column in ragged:
        rows = [part.ragged(f"{name}_{column}").take(some) for part, some in zip(parts, stand, strict=True)]
        starts = np.r_[0, np.cumsum(np.concatenate([own.sizes for own in rows]))]
        columns[column] = Ragged(np.concatenate([own.values for own in rows]), starts)
    return layout.table(name, **columns)
