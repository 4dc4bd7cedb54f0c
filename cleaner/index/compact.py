"""Merging segments: fewer files to look into, and what is dead dropped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from cleaner.index import manifest
from cleaner.index.frequencies import put_sums
from cleaner.index.segment import Segment
from cleaner.index.store import Pairs, Store, put_pairs, ranges

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
    name = f"{parts[-1].name.partition('-')[0]}-{manifest.take_numbers(store.sql, 'compaction', 1)[0] + 1:06d}"
    merged = Segment.spooled(folder, name)
    for kind, ragged, plain in _ROWS:
        _merge_rows(store, merged, parts, kind, ragged, plain)
    for hash_name, holder, others, kind in _POSTINGS:
        _merge_postings(store, merged, parts, hash_name, holder, others, kind)
    _merge_bands(store, merged, parts)
    for kind in ("near", "event"):
        _merge_pairs(store, merged, parts, kind, renew if kind == "event" else None)
    if counted := [part for part in parts if "frequency_term" in part]:
        put_sums(
            merged,
            [np.asarray(part.get("frequency_term")) for part in counted],
            [np.asarray(part.get("frequency_count")) for part in counted],
        )
    entries = merged.save(folder)
    for part in parts:
        manifest.drop_segment(store.sql, part.name)
    manifest.add_segment(store.sql, name, len(merged.get("record_number")), entries)
    store.segments[start:] = [merged]
    if start == 0:
        store.forget_dead()


_ROWS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("record", ("record_bytes",), ()),
    ("text", ("text_hashes",), ()),
    ("version", ("version_core",), ("version_text", "version_whole")),
    ("report", ("report_bytes",), ("report_floor",)),
)
"""Kind, its ragged arrays and its plain ones, all in the order of the kind's numbers."""
_POSTINGS = (
    ("sample_hash", "sample_holder", (), "text"),
    ("sketch_hash", "sketch_holder", (), "version"),
    ("posting_term", "posting_report", ("posting_weight",), "report"),
)


def _holding(parts: Sequence[Segment], name: str) -> list[Segment]:
    return [part for part in parts if name in part]


def _merge_rows(
    store: Store, merged: Segment, parts: Sequence[Segment], kind: str, ragged: Sequence[str], plain: Sequence[str]
) -> None:
    holding = _holding(parts, f"{kind}_number")
    if not holding:
        return
    numbers = [part.get(f"{kind}_number") for part in holding]
    stand = [store.alive(kind, number) for number in numbers]
    every = np.concatenate([number[keep] for number, keep in zip(numbers, stand, strict=True)])
    order = np.argsort(every, kind="stable")
    merged.put(f"{kind}_number", every[order])

    def put_plain(name: str) -> None:
        values = np.concatenate([part.get(name)[keep] for part, keep in zip(holding, stand, strict=True)])
        merged.put(name, values[order])

    for name in plain:
        if all(name in part for part in holding):
            put_plain(name)
    for name in ragged:
        values, sizes = [], []
        for part, keep in zip(holding, stand, strict=True):
            starts = part.get(f"{name}_starts")
            low, high = starts[:-1][keep], starts[1:][keep]
            values.append(part.get(name)[ranges(low, high)])
            sizes.append(high - low)
        flat, size = np.concatenate(values), np.concatenate(sizes)
        starts = np.cumsum(size) - size
        merged.put(name, flat[ranges(starts[order], starts[order] + size[order])])
        merged.put(f"{name}_starts", np.r_[0, np.cumsum(size[order])].astype(np.int64))


def _merge_postings(
    store: Store, merged: Segment, parts: Sequence[Segment], key: str, holder: str, others: Sequence[str], kind: str
) -> None:
    holding = _holding(parts, key)
    if not holding:
        return
    get: Callable[[str], np.ndarray] = lambda name: np.concatenate([part.get(name) for part in holding])  # noqa: E731
    keys, holders = get(key), get(holder)
    stand = np.flatnonzero(store.alive(kind, holders))
    order = stand[np.lexsort((holders[stand], keys[stand]))]
    merged.put(key, keys[order])
    merged.put(holder, holders[order])
    for name in others:
        merged.put(name, get(name)[order])


def _merge_bands(store: Store, merged: Segment, parts: Sequence[Segment]) -> None:
    holding = _holding(parts, "band_key")
    if not holding:
        return
    rows = [part.get("version_number") for part in holding]
    count = sum(int(store.alive("version", row).sum()) for row in rows)
    bands = len(holding[0].get("band_key"))
    keys, versions = np.empty((bands, count), np.uint64), np.empty((bands, count), np.uint32)
    for band in range(bands):
        key = np.concatenate([part.get("band_key")[band] for part in holding])
        version = np.concatenate([part.get("band_version")[band] for part in holding])
        stand = np.flatnonzero(store.alive("version", version))
        order = stand[np.lexsort((version[stand], key[stand]))]
        keys[band], versions[band] = key[order], version[order]
    merged.put("band_key", keys)
    merged.put("band_version", versions)


def _merge_pairs(store: Store, merged: Segment, parts: Sequence[Segment], kind: str, renew: Renew | None) -> None:
    holding = _holding(parts, f"{kind}_left")
    if not holding:
        return
    left, right, score = (
        np.concatenate([part.get(f"{kind}_{name}") for part in holding]) for name in ("left", "right", "score")
    )
    of = "version" if kind == "near" else "report"
    stand = store.alive(of, left) & store.alive(of, right)
    likeness = None
    if kind == "event":
        likeness = np.concatenate([part.get("event_likeness") for part in holding])[stand]
    left, right, score = left[stand], right[stand], score[stand]
    put_pairs(merged, kind, Pairs(left, right, renew(left, right) if renew else score), likeness)
