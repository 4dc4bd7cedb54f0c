"""How long work shows itself: a bar a stage on a terminal, plain lines elsewhere, a line of JSON for machines."""

from __future__ import annotations

import json
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any, Literal, Protocol, TextIO, TypeVar

from cleaner.input_progress import Files

if TYPE_CHECKING:
    from cleaner.sources import InputFile

Item = TypeVar("Item")
Kind = Literal["auto", "bar", "plain", "json"]
KINDS: tuple[Kind, ...] = ("auto", "bar", "plain", "json")
LINE_SECONDS = 5.0
"""Seconds between two lines of one stage."""
REFRESH_SECONDS = 0.1
"""Seconds between two looks of a bar."""
LONG = 2_000
"""Things to do from which a stage says that it begins: it may take longer than a person waits."""


class Stage:
    """One stage of a run: what is done of what there is to do, told now and then."""

    def __init__(
        self, name: str, total: int | None = None, unit: str = "", show: Callable[[Stage, str], None] | None = None
    ) -> None:
        """``unit`` is what is counted; ``show`` is called with ``begin``, ``step`` (after each advance) and ``end``."""
        self.name, self.total, self.unit, self.done = name, total, unit, 0
        self.started = time.monotonic()
        self.files: Files | None = None
        self._show = show
        self.tell("begin")

    def tell(self, what: str) -> None:
        """Show the stage as it is now."""
        if self._show:
            self._show(self, what)

    def advance(self, count: int = 1) -> None:
        """So many more are done."""
        self.done += count
        if self._show:
            self._show(self, "step")

    def track(self, items: Iterable[Item]) -> Iterator[Item]:
        """Hand the items on; each is done when the next is asked for."""
        for item in items:
            yield item
            self.advance()

    def reading(self, files: Sequence[InputFile]) -> Iterator[InputFile]:
        """Hand the input files on, and measure by their sizes how far reading them is."""
        if not self._show:
            return iter(files)
        measured = Files(files)
        self.files = measured
        self.tell("begin")
        return measured.opened(files)

    def read(self, records: Iterable[Item]) -> Iterator[Item]:
        """Hand on what was read of the files: it runs ahead of what is done with it."""
        return iter(records) if self.files is None else self.files.count(records)

    @property
    def seconds(self) -> float:
        """Since it began."""
        return time.monotonic() - self.started

    @property
    def share(self) -> float | None:
        """Share of the work that is done, 0 to 1; None where that is not known."""
        if self.files is not None:
            return self.files.share(self.done)
        return min(1.0, self.done / self.total) if self.total else None

    @property
    def seconds_left(self) -> float | None:
        """By the time that the share took so far; None before a hundredth is done."""
        share = self.share
        return None if share is None or share < 0.01 else self.seconds * (1 - share) / share

    def figures(self) -> dict[str, Any]:
        """All that is known, for machines: seconds, sizes in bytes, ``share`` 0 to 1."""
        told: dict[str, Any] = {"stage": self.name, "unit": self.unit, "done": self.done, "total": self.total}
        if self.files is not None:
            told |= self.files.figures()
        share, left = self.share, self.seconds_left
        told |= {"share": None if share is None else round(share, 4), "seconds": round(self.seconds, 3)}
        return told | {"seconds_left": None if left is None else round(left, 1)}

    def amount(self) -> str:
        """What is done of what there is, in words."""
        if self.files is not None:
            return f"{self.counted(self.done)} of {self.files.amount()}"
        return f"{self.done:,} of {self.counted(self.total)}" if self.total else self.counted(self.done)

    def counted(self, number: int) -> str:
        """A number of what is counted."""
        one = "story" if self.unit == "stories" else self.unit.removesuffix("s")
        return f"{number:,} {one if number == 1 else self.unit}".rstrip()

    def rate(self) -> str:
        """How many a second."""
        per = self.done / max(1e-9, self.seconds)
        return f"{per:,.0f}/s" if per >= 10 else f"{per:.1f}/s"


def watched(
    stage: Stage, count: Callable[[Any], int], mapped: Callable[..., Iterable[Any]], do: Callable[..., Any], tasks: Any
) -> Iterator[Any]:
    """``mapped(do, tasks)``, where each result is so many (``count``) of what the stage does."""
    for found in mapped(do, tasks):
        stage.advance(count(found))
        yield found


class Progress(Protocol):
    """What shows how far a run is."""

    def stage(self, name: str, total: int | None = None, unit: str = "") -> AbstractContextManager[Stage]:
        """A stage that begins now and ends with the block."""
        ...

    def note(self, line: str) -> None:
        """Tell in a line how the run is carried out."""
        ...

    def summary(self, figures: Mapping[str, Any]) -> bool:
        """Tell machines what was done; False where a person reads, who is told otherwise."""
        ...


class Silent:
    """Shows nothing; the library's default."""

    @contextmanager
    def stage(self, name: str, total: int | None = None, unit: str = "") -> Iterator[Stage]:
        """A stage that nobody sees."""
        yield Stage(name, total, unit)

    def note(self, line: str) -> None:
        """Nothing is told."""

    def summary(self, figures: Mapping[str, Any]) -> bool:
        """Nothing is told, to nobody."""
        return True


class _Lines(ABC):
    """A line when a long stage begins, every ``LINE_SECONDS``, and when one ends."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self._told = time.monotonic()

    @contextmanager
    def stage(self, name: str, total: int | None = None, unit: str = "") -> Iterator[Stage]:
        """A stage that tells of itself in lines."""
        stage = Stage(name, total, unit, self._show)
        yield stage
        stage.tell("end")

    def _show(self, stage: Stage, what: str) -> None:
        now = time.monotonic()
        if what == "step" and now - self._told < LINE_SECONDS:
            return
        self._told = now
        line = self._line(stage, what)
        if line:
            print(line, file=self.stream, flush=True)

    @abstractmethod
    def _line(self, stage: Stage, what: str) -> str:
        """What is told of it now, nothing where there is nothing to say."""


class PlainLines(_Lines):
    """Lines for a log and for those who read one."""

    def note(self, line: str) -> None:
        """A line of its own."""
        print(f"cleaner: {line}", file=self.stream, flush=True)

    def summary(self, figures: Mapping[str, Any]) -> bool:
        """A person is told in a table."""
        return False

    def _line(self, stage: Stage, what: str) -> str:
        if what == "begin":
            if stage.files is not None:
                return f"{stage.name}: {stage.files.amount()}"
            return f"{stage.name}: {stage.counted(stage.total or 0)}" if (stage.total or 0) >= LONG else ""
        if what == "end":
            return f"{stage.name}: {stage.counted(stage.done or stage.total or 0)}, {stage.seconds:.1f} s"
        share, left = stage.share, stage.seconds_left
        told = [stage.amount(), stage.rate()]
        told += [f"{100 * share:.0f} %"] if share is not None else []
        told += [f"{duration(left)} left"] if left is not None else []
        return f"{stage.name}: {', '.join(told)}"


class JsonLines(_Lines):
    """Lines of JSON for machines: what ``Stage.figures`` has, and at the end what a run's report counts."""

    def note(self, line: str) -> None:
        """A line of its own."""
        print(json.dumps({"event": "note", "note": line}), file=self.stream, flush=True)

    def summary(self, figures: Mapping[str, Any]) -> bool:
        """The last line."""
        print(json.dumps({"event": "summary", **figures}), file=self.stream, flush=True)
        return True

    def _line(self, stage: Stage, what: str) -> str:
        return json.dumps({"event": what, **stage.figures()})


class Bars:
    """A rich progress bar a stage. Refreshed by hand: a thread would not survive forking the workers."""

    @contextmanager
    def stage(self, name: str, total: int | None = None, unit: str = "") -> Iterator[Stage]:
        """A stage under a bar with its count, rate and time left."""
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn
        from rich.progress import Progress as RichProgress

        columns = (TextColumn("{task.description:<16}"), BarColumn(24), TextColumn("{task.fields[told]}"))
        with RichProgress(*columns, console=Console(stderr=True), auto_refresh=False) as bars:
            task = bars.add_task(name, total=1.0, told="")
            shown = 0.0

            def show(stage: Stage, what: str) -> None:
                nonlocal shown
                now = time.monotonic()
                if what == "step" and now - shown < REFRESH_SECONDS:
                    return
                shown = now
                bars.update(task, completed=stage.share or 0.0, told=_told(stage, what), refresh=True)

            stage = Stage(name, total, unit, show)
            yield stage
            bars.update(task, completed=1.0, told=_told(stage, "end"), refresh=True)

    def note(self, line: str) -> None:
        """A line between the bars."""
        print(f"cleaner: {line}", file=sys.stderr, flush=True)

    def summary(self, figures: Mapping[str, Any]) -> bool:
        """A person is told in a table."""
        return False


def _told(stage: Stage, what: str) -> str:
    if what == "end":
        return f"{stage.counted(stage.done or stage.total or 0)} in {duration(stage.seconds)}"
    left = stage.seconds_left
    rest = f"  {duration(left)} left" if left is not None else ""
    return f"{stage.amount()}  {stage.rate() if stage.done else ''}{rest}"


def duration(seconds: float) -> str:
    """A time as a person reads it."""
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes, hours = int(seconds // 60), int(seconds // 3600)
    return f"{hours} h {minutes % 60:02} min" if hours else f"{minutes} min {int(seconds) % 60:02} s"


def for_terminal(quiet: bool = False, kind: Kind = "auto") -> Silent | PlainLines | JsonLines | Bars:
    """What shows progress on stderr: by itself bars on a terminal and plain lines elsewhere; nothing when quiet."""
    if kind == "json":
        return JsonLines(sys.stderr)
    if quiet:
        return Silent()
    return Bars() if kind == "bar" or (kind == "auto" and sys.stderr.isatty()) else PlainLines(sys.stderr)
