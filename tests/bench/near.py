"""The whole near stage, in one process, against datasketch's ``MinHashLSH`` on the same texts."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from cleaner.collapse.near import NearIndex
from cleaner.evaluate.measures import bcubed
from cleaner.strip.metadata.hosts import host

from . import peers, signing
from .material import Made
from .table import Table


def run(table: Table, data: Made, size: int, peer_size: int) -> None:
    """Find the copies among ``size`` articles; the peer gets ``peer_size`` of them, and cleaner these again."""
    table.heading("Near copies: sign, band, verify, link (seconds of CPU, one process)")
    rows = list(data.rows(size))
    few = rows if peer_size >= size else list(data.rows(peer_size))
    signing.load()
    ours = _measured(table, data, "cleaner", few, _ours)
    why = peers.missing("datasketch")
    if why:
        table.skipped("datasketch MinHashLSH", why)
    else:
        for name, sign in (("update loop", peers.datasketch_loop), ("update_batch", peers.datasketch_batch)):
            theirs = _measured(table, data, f"datasketch MinHashLSH, {name}", few, partial(_theirs, sign=sign))
            table.line("  cleaner is faster by", {"times": theirs / ours}, f"on {len(few):,} articles")
    if len(rows) > len(few):
        _measured(table, data, "cleaner", rows, _ours, f"the peer was given {len(few):,} only: --peer-size")


def _measured(
    table: Table,
    data: Made,
    name: str,
    rows: Sequence[dict[str, Any]],
    find: Callable[[Sequence[dict[str, Any]]], Sequence[int]],
    note: str = "",
) -> float:
    started = time.process_time()
    labels = find(rows)
    seconds = time.process_time() - started
    figures: dict[str, float | int | str | None] = {"articles": len(rows), "s": seconds}
    figures["groups"] = len(set(labels))
    if data.labelled:
        scores = bcubed([row["gold_copy"] for row in rows], labels)
        figures |= {"P": round(scores.precision, 4), "R": round(scores.recall, 4), "F": round(scores.f1, 4)}
    table.line(name, figures, note)
    return seconds


def _ours(rows: Sequence[dict[str, Any]]) -> Sequence[int]:
    index = NearIndex.of_texts([row["text"] for row in rows], [host(row["url"]) for row in rows])
    return index.labels().tolist()  # type: ignore[no-any-return]


def _theirs(rows: Sequence[dict[str, Any]], sign: Callable[[Sequence[str]], list[object]]) -> Sequence[int]:
    return peers.near_with_datasketch([row["text"] for row in rows], sign)
