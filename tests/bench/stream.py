"""``cleaner strip -`` on a long stream: memory early and at the end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any, BinaryIO

from . import measure
from .material import Made
from .table import Table

DIFFERENT = 2000
"""Pages that are made; a longer stream repeats them under other ids, for making one takes a tenth of stripping it."""


def run(table: Table, data: Made, folder: Path, megabytes: int, workers: int) -> None:
    """Send so many MB of pages through the pipe."""
    table.heading(f"cleaner strip - on a stream of {megabytes:,} MB, {workers} workers")
    watched: list[measure.Watch] = []
    lines = _lines(data, megabytes)
    cost = measure.command(
        ["strip", "-", "--quiet", "--workers", str(workers), "--rejected", "/dev/null"],
        scratch=folder / "scratch",
        feed=lambda stream: _feed(stream, lines),
        watching=watched.append,
    )
    if cost.code:
        table.skipped("cleaner strip", f"exit code {cost.code}: {cost.said[-300:]}")
        return
    series = watched[0].series
    shown = {f"MB at {share} %": _around(series, share / 100) for share in (10, 25, 50, 75, 100)}
    table.line("cleaner strip", {**cost.figures(), "MB/s": megabytes / cost.wall, **shown})


def _lines(data: Made, megabytes: int) -> Iterator[bytes]:
    left = megabytes * measure.MB
    rows = list(data.pages(DIFFERENT))
    for number, row in enumerate(cycle(rows)):
        line = json.dumps({**row, "id": f"p{number}"}, ensure_ascii=False).encode() + b"\n"
        left -= len(line)
        if left < 0:
            return
        yield line


def _feed(stream: Any, lines: Iterator[bytes]) -> None:
    pipe: BinaryIO = stream
    for line in lines:
        pipe.write(line)


def _around(series: list[tuple[float, float]], share: float) -> float:
    """Peak of the memory within five hundredths of the time before this share of it."""
    end = series[-1][0]
    near = [memory for at, memory in series if (share - 0.05) * end <= at <= share * end]
    return max(near, default=0.0)
