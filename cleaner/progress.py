"""How long work shows itself: a bar on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import Protocol, TextIO, TypeVar

Item = TypeVar("Item")
LINE_SECONDS = 5.0
"""Seconds between two plain lines of one stage."""
REFRESH_SECONDS = 0.1


class Progress(Protocol):
    """What a stage tells while it works."""

    def track(self, stage: str, items: Iterable[Item], total: int | None = None) -> Iterator[Item]:
        """Hand the items on and show how many went by."""
        ...


class Silent:
    """Shows nothing; the library's default."""

    def track(self, stage: str, items: Iterable[Item], total: int | None = None) -> Iterator[Item]:
        """Hand the items on."""
        yield from items


class PlainLines:
    """One line to stderr when a stage takes long, and one when it ends."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def track(self, stage: str, items: Iterable[Item], total: int | None = None) -> Iterator[Item]:
        """Hand the items on; say the count every LINE_SECONDS and at the end."""
        started = last = time.monotonic()
        count = 0
        for item in items:
            yield item
            count += 1
            now = time.monotonic()
            if now - last >= LINE_SECONDS:
                last = now
                of = f" of {total}" if total else ""
                print(f"{stage}: {count}{of}, {count / (now - started):.0f} a second", file=self.stream, flush=True)
        print(f"{stage}: {count}, {time.monotonic() - started:.1f} s", file=self.stream, flush=True)


class Bars:
    """A rich progress bar a stage. Refreshed by hand: a thread would not survive forking the workers."""

    def track(self, stage: str, items: Iterable[Item], total: int | None = None) -> Iterator[Item]:
        """Hand the items on under a bar with count, rate and time left."""
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )
        from rich.progress import Progress as RichProgress

        columns = (
            TextColumn("{task.description:<9}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
        )
        with RichProgress(*columns, console=Console(stderr=True), auto_refresh=False) as bars:
            task = bars.add_task(stage, total=total, rate="")
            started = shown = time.monotonic()
            count = 0
            for item in items:
                yield item
                count += 1
                now = time.monotonic()
                if now - shown >= REFRESH_SECONDS:
                    shown = now
                    bars.update(task, completed=count, rate=f"{count / (now - started):.0f}/s", refresh=True)
            rate = f"{count / max(1e-9, time.monotonic() - started):.0f}/s"
            bars.update(task, completed=count, total=total or count, rate=rate, refresh=True)


def for_terminal(quiet: bool = False) -> Progress:
    """Bars when stderr is a terminal, plain lines otherwise, nothing when quiet."""
    if quiet:
        return Silent()
    return Bars() if sys.stderr.isatty() else PlainLines(sys.stderr)
