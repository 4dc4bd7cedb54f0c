"""The first stage: a part of the input read and stripped (or read as articles that are clean already).

The sections of its file, a record adds to some of them:

    articles         what only the disk has of each article (``article_store``), JSON without line ends between
    spans            (n, 2) int64: where each of them stands in the file, first byte and the one behind
    headers          a line of JSON an article: id, date, lang, site, characters
    day_orders       a line of JSON for each that says something of its site's dates: number, ``RecordRows.day_order``
    positions        int32, ``position_ends`` int64: the places of the articles' lines on their pages
    cuts             a line an article or page, as it goes to the file of cuts; ``cut_origins`` a line of JSON each
    rejected         a line of JSON a rejected record: origin, reason, detail, id
    counts           one line of JSON (``Counts``)

The guard of a page is in here: pages are stripped by worker processes of the task's own, or of the run's where
several parts go through one engine of this machine, so that a page that kills or hangs is rejected by name wherever
the task runs.
"""

from __future__ import annotations

import json
from array import array
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaner import ingest
from cleaner.engines.launcher import Launcher
from cleaner.output_rows import RecordRows, record_rows
from cleaner.progress import Stage as Reading
from cleaner.sources import InputFile
from cleaner.staging import marks, sections
from cleaner.staging.fetched import StoredFolder
from cleaner.tasks.task import Done, Stage, Task

STAGE: Stage = "strip"


class Counts(NamedTuple):
    """What is counted of a part."""

    records: int
    characters_kept: int
    cuts: Sequence[tuple[str, int, int]]
    """(label, lines, characters)."""
    page_types: dict[str, int]
    not_understood: dict[str, tuple[int, str, str]]
    """By part of a record: how often it was left out, and of the first record what was written, and its origin."""


def run(task: Task) -> Done:
    """Do one task on whatever machine it came to: write its file, whole, and then its mark.

    With one worker process of its own, as a guard. Raises RunFailed and OSError for faults of the machine; what is
    wrong with a record is in the file.
    """
    if not task.plan.store:
        return _run(task)
    with StoredFolder(task.plan.store).opened() as folder:
        return _run(task._replace(plan=replace(task.plan, folder=str(folder))))


def _run(task: Task) -> Done:
    with Launcher() as launcher:
        for _ in stripped([task], launcher, 1, Reading("")):
            pass
    return Done(task.stage, task.number, marks.read(task.plan.file(task.stage, task.number))["records"])


def stripped(tasks: Sequence[Task], launcher: Launcher, workers: int, stage: Reading) -> Iterator[None]:
    """Do tasks one after the other over one set of worker processes; yields once a record. ``stage`` tells how far.

    The processes begin to load what they need when this is called, the tasks when it is gone over. The records of the
    next part are handed out while the last ones of a part are still being stripped, so that parts cost no waiting.
    """
    if not tasks:
        return iter(())
    plan = tasks[0].plan
    settings = replace(plan.settings, workers=workers)
    ends: deque[int] = deque()
    prepare = ingest.stripped if plan.strips else ingest.clean_already
    finish = partial(record_rows, with_positions=plan.with_positions)
    files = stage.reading([file for task in tasks for file in task.plan.parts[task.number]])
    records = stage.read(_records(tasks, files, ends))
    return _written(tasks, ends, prepare(records, settings, finish, launcher))


def _written(tasks: Sequence[Task], ends: deque[int], records: Iterable[RecordRows]) -> Iterator[None]:
    waiting = iter(tasks)
    number = 0
    with ExitStack() as stack:
        part = stack.enter_context(_Part(next(waiting)))
        for found in records:
            while ends and number == ends[0]:
                ends.popleft()
                part.finish()
                part = stack.enter_context(_Part(next(waiting)))
            part.add(found)
            number += 1
            yield
        part.finish()
        for task in waiting:  # parts without a record
            with _Part(task) as part:
                part.finish()


def _records(tasks: Sequence[Task], files: Iterator[InputFile], ends: deque[int]) -> Iterator[ingest.Read]:
    """The records of the tasks' ``files``; ``ends`` gets how many there were up to the end of each task."""
    number = 0
    for task in tasks:
        own = islice(files, len(task.plan.parts[task.number]))
        for record in ingest.read(own, task.plan.settings, task.plan.settings.limit):
            number += 1
            yield record
        ends.append(number)
    next(files, None)  # the last one is read then


class _Part:
    """The file of one part while it is written."""

    def __init__(self, task: Task) -> None:
        self._path = task.plan.file(task.stage, task.number)
        self._file = sections.Writer(self._path)
        self._sizes = array("q")
        self._with_cuts = task.plan.settings.cuts
        self._position_ends = array("q") if task.plan.with_positions else None
        self._records = self._characters = self._positions = 0
        self._lines: Counter[str] = Counter()
        self._cut: Counter[str] = Counter()
        self._page_types: Counter[str] = Counter()
        self._not_understood: dict[str, tuple[int, str, str]] = {}

    def __enter__(self) -> _Part:
        return self

    def __exit__(self, *error: Any) -> None:
        self._file.__exit__(*error)

    def add(self, found: RecordRows) -> None:
        """Take one record."""
        self._records += 1
        for label, lines, characters in found.counts:
            self._lines[label] += lines
            self._cut[label] += characters
        if found.cuts and self._with_cuts:
            self._file.append("cuts", found.cuts)
            self._line("cut_origins", found.origin)
        if found.rejected:
            self._line("rejected", found.rejected)
            return
        for name, written in found.not_understood.items():
            count, first, origin = self._not_understood.get(name, (0, written, found.origin))
            self._not_understood[name] = count + 1, first, origin
        self._characters += found.header[-1]
        if found.page_type:
            self._page_types[found.page_type] += 1
        if found.positions is not None and self._position_ends is not None:
            self._file.append("positions", np.array(found.positions, np.int32).tobytes())
            self._positions += len(found.positions)
            self._position_ends.append(self._positions)
        self._file.append("articles", found.article)
        self._sizes.append(len(found.article))
        self._line("headers", found.header)
        if found.day_order:
            self._line("day_orders", (len(self._sizes) - 1, *found.day_order))

    def finish(self) -> None:
        """Put the file in place, and then its mark."""
        file = self._file
        ends = np.cumsum(np.array(self._sizes, np.int64))
        begins = file.places("articles", ends - np.array(self._sizes, np.int64))
        file.array("spans", np.stack([begins, begins + np.array(self._sizes, np.int64)], axis=1))
        if self._position_ends is not None:
            file.array("position_ends", np.array(self._position_ends, np.int64))
        cuts = [(label, lines, self._cut[label]) for label, lines in self._lines.items()]
        counts = Counts(self._records, self._characters, cuts, dict(self._page_types), self._not_understood)
        self._line("counts", counts._asdict())
        marks.write(self._path, {"records": self._records, **file.finish()})

    def _line(self, name: str, value: Any) -> None:
        self._file.append(name, json.dumps(value, separators=(",", ":")).encode() + b"\n")


class PartFile(sections.Reader):
    """What the stage wrote of one part."""

    def counts(self) -> Counts:
        """What was counted."""
        return Counts(**next(self.json_lines("counts")))

    def headers(self) -> Iterator[list[Any]]:
        """The fields of the articles' headers."""
        return self.json_lines("headers")

    def spans(self) -> NDArray[np.int64]:
        """Where the articles stand, (n, 2)."""
        return self.array("spans")

    def positions(self) -> list[NDArray[np.int32]]:
        """The places of each article's lines on its page."""
        every = np.frombuffer(b"".join(self.extents("positions")), "<i4")
        return np.split(every, self.array("position_ends")[:-1]) if len(self.array("position_ends")) else []

    def day_orders(self) -> Iterator[list[Any]]:
        """The articles that say something of the order of their sites' dates, by their numbers in the part."""
        return self.json_lines("day_orders")

    def rejected(self) -> Iterator[list[Any]]:
        """Origin, reason, detail and id of the rejected records."""
        return self.json_lines("rejected")

    def cut_origins(self) -> Iterator[str]:
        """Of each line of ``cuts`` the origin of its record."""
        return self.json_lines("cut_origins")
