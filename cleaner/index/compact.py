"""Merging segments: fewer files to look into, and what is dead dropped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from cleaner.collapse.event.packed_rows import taken
from cleaner.collapse.near import Scored
from cleaner.collapse.ragged import Ragged
from cleaner.index import layout, manifest
from cleaner.index.segment import Segment
from cleaner.index.store import Store

TIER = 4
"""Segments of about one size that are merged into one of the next size."""


def compact_if_many(store: Store, folder: Path) -> bool:
    """Merge the latest segments where there are TIER of a size or smaller; whether any were merged.

    The caller commits.

    Each record is then rewritten once a size: as many times as its index has grown by TIER times.
    """
    records = [number for (number,) in store.sql.execute("SELECT records FROM segments ORDER BY place")]
    tiers = [_tier(number) for number in records]
    start = len(tiers)
    for tier in sorted(set(tiers)):
        first = len(tiers)
        while first and tiers[first - 1] <= tier:
            first -= 1
        if len(tiers) - first >= TIER:
            start = first
    if len(tiers) - start < 2:
        return False
    merge(store, folder, start)
    return True


def _tier(records: int) -> int:
    tier = 0
    while records >= TIER:
        records //= TIER
        tier += 1
    return tier


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
    """The arrays of the merged segment, each made when it is asked for."""
    for kind in layout.ROWS:
        yield from _rows(store, kind, [part for part in parts if f"{kind}_number" in part])
    for name, kind in layout.POSTINGS.items():
        if columns := _columns(parts, name, ("key", "holder", "weight")):
            stand = store.alive(kind, columns[1])
            yield from layout.postings(name, *(column[stand] for column in columns)).items()
    for name, kind in layout.PAIRS.items():
        if columns := _columns(parts, name, ("left", "right", "score", "likeness")):
            stand = store.alive(kind, columns[0]) & store.alive(kind, columns[1])
            left, right, score, *likeness = (column[stand] for column in columns)
            found = Scored(left, right, renew(left, right) if renew and name == "event" else score)
            yield from layout.pairs(name, found, *likeness).items()
    numbers = np.concatenate([np.empty(0, np.uint32), *(held for held, _ in store.packed(parts))])
    if len(numbers):
        order = np.argsort(numbers, kind="stable")
        rows = order[store.alive("report", numbers[order])]
        for name, values in taken([packed for _, packed in store.packed(parts)], rows):
            yield layout.PACKED + name, values


def _columns(parts: Sequence[Segment], name: str, columns: Sequence[str]) -> list[np.ndarray]:
    """Columns of all parts one after the other, as far as the parts have them."""
    names = [f"{name}_{column}" for column in columns]
    holding = [part for part in parts if names[0] in part]
    return [np.concatenate([part.get(one) for part in holding]) for one in names if holding and one in holding[0]]


def _rows(store: Store, kind: str, parts: Sequence[Segment]) -> Iterator[tuple[str, np.ndarray]]:
    """The rows of one kind that stand, in the order of their numbers."""
    if not parts:
        return
    numbers = [part.get(f"{kind}_number") for part in parts]
    stand = [store.alive(kind, number) for number in numbers]
    every = np.concatenate([number[keep] for number, keep in zip(numbers, stand, strict=True)])
    order = np.argsort(every, kind="stable")
    yield f"{kind}_number", every[order]
    ragged, plain = layout.ROWS[kind]
    for name in plain:
        values = [part.get(name)[keep] for part, keep in zip(parts, stand, strict=True)]
        yield name, np.concatenate(values)[order]
    for name in ragged:
        rows = [
            Ragged(part.get(name), part.get(f"{name}_starts")).take(np.flatnonzero(keep))
            for part, keep in zip(parts, stand, strict=True)
        ]
        starts = np.r_[0, np.cumsum(np.concatenate([own.sizes for own in rows]))]
        flat = Ragged(np.concatenate([own.values for own in rows]), starts).take(order)
        yield name, flat.values
        yield f"{name}_starts", flat.starts
