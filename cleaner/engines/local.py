"""Tasks over local processes: results in the order of the tasks, a lost worker costs at most one task.

Nothing here knows about text. A task that ends its worker (out of memory, a crash in a C library) is known,
for a worker answers task by task: it is tried again and then answered by ``lost``; one that never comes
back is ended and answered by ``late``. Only some bytes of tasks and answers are in memory at a time.

pebble's ProcessPool was tried and left: its timeout is wall time, so that a busy machine loses good tasks, its
workers are daemonic children of ``multiprocessing`` (see ``launcher``), and back-pressure by bytes would be ours still.
"""

from __future__ import annotations

import heapq
import os
import pickle
import selectors
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from cleaner.engines import fork_server, packing
from cleaner.engines.launcher import Launcher
from cleaner.engines.limits import AGAIN
from cleaner.engines.worker import Answer, Handed, Worker
from cleaner.errors import RunFailed

Task = TypeVar("Task")
Result = TypeVar("Result")
IN_FLIGHT_BYTES = 64 * 1024 * 1024
"""Size of tasks without an answer, and of answers that wait for one before them, from which no task is taken."""
OVERHEAD = 1024
"""Bytes that each of them counts for beside its own."""
AHEAD, AHEAD_BYTES = 6, 512 * 1024
"""Tasks, and bytes of them, that wait at a worker: enough to keep it busy while the parent is away."""
GRACE = 1.0
"""Seconds, and a tenth of the limit, that a task has to notice by itself that it is late."""
ASLEEP = 10
"""So many times its limit a task may sleep."""
ATTEMPTS = 3
"""Workers that a task may end. One that somebody else kills is no fault of its task."""
FALSE_STARTS = 10
"""Workers that end one after the other before they are ready: then no further one is tried."""
_LOOK = 0.5
"""Longest time between two looks at the workers, in seconds; a longer one counts as this: the parent slept."""


def worker_count(wanted: int) -> int:
    """The number of workers: as wanted, or for 0 the cores this process may use."""
    if wanted:
        return wanted
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def map_ordered(
    function: Callable[[Task], Result],
    tasks: Iterable[Task],
    workers: int,
    lost: Callable[[Task], Result],
    late: Callable[[Task], Result] | None = None,
    seconds: float | None = None,
    load: Callable[[], Any] | None = None,
    launcher: Launcher | None = None,
    folder: Path | None = None,
) -> Iterator[Result]:
    """``function`` over ``tasks`` in ``workers`` processes, results in order, few bytes of them in memory.

    ``lost(task)`` is the result of a task that ended ATTEMPTS workers, ``late(task)`` of one that used more than
    ``seconds`` of CPU time. One that is late once is tried again by a worker that has called ``load``: it loads all
    that a task may need, so that no task pays for it. An exception of ``function`` is raised in its task's turn.
    ``launcher`` starts the processes (its own if there is none); ``folder`` takes what is too large for messages.
    Raises RunFailed when no worker can be started.
    """
    own = launcher or Launcher()
    packed, file = packing.pack((function, seconds), folder)
    try:
        engine = _Engine(own, packed, workers, lost, late or lost, seconds, load)
        try:
            yield from engine.results(iter(tasks))
        finally:
            engine.end()
            own.forget()
    finally:
        if launcher is None:
            own.close()
        if file is not None:
            file.unlink(missing_ok=True)


def _has_enough(worker: Worker) -> bool:
    return len(worker.tasks) >= AHEAD or (bool(worker.tasks) and worker.bytes_handed >= AHEAD_BYTES)


class _Engine:
    """The workers of one ``map_ordered`` and what is under way."""

    def __init__(
        self,
        launcher: Launcher,
        packed: bytes,
        workers: int,
        lost: Callable[[Any], Any],
        late: Callable[[Any], Any],
        seconds: float | None,
        load: Callable[[], Any] | None,
    ) -> None:
        self.launcher, self.packed, self.count = launcher, packed, workers
        self.lost, self.late, self.seconds = lost, late, seconds
        self.load = load
        """What is still to be loaded, should a task be late."""
        self.workers: list[Worker] = []
        self.false_starts = 0
        self.selector = selectors.DefaultSelector()
        self.again: list[Handed] = []
        """A heap of tasks that come back from workers that ended, to be handed out before any other."""
        self.deaths: Counter[int] = Counter()
        """How many workers ended at each task."""
        self.answers: dict[int, Answer] = {}
        self.sizes: dict[int, int] = {}
        """Bytes of each task in flight, or of its answer."""
        self.bytes = 0
        self.taken = 0
        self.looked = time.monotonic()

    def results(self, tasks: Iterator[Any]) -> Iterator[Any]:
        """Results of all tasks in their order."""
        number = 0
        while True:
            while self._has_room() and (handed := self._next(tasks)):
                self._idlest().hand(handed)
            if number == self.taken:
                return
            self._look(0 if number in self.answers else _LOOK)
            while number in self.answers:
                self._size(number, 0)
                answer = self.answers.pop(number)
                number += 1
                result = pickle.loads(answer.payload)  # noqa: S301 - from our own process
                if answer.kind == fork_server.ERROR:
                    raise result
                del answer
                yield result

    def _has_room(self) -> bool:
        return len(self.workers) < self.count or not all(_has_enough(worker) for worker in self.workers)

    def _next(self, tasks: Iterator[Any]) -> Handed | None:
        """The next task to hand out, if there is one and not too many bytes are in flight."""
        if self.again:
            return heapq.heappop(self.again)
        if self.bytes >= IN_FLIGHT_BYTES:
            return None
        for task in tasks:
            handed = Handed(self.taken, pickle.dumps(task, pickle.HIGHEST_PROTOCOL))
            self._size(self.taken, len(handed.message) + OVERHEAD)
            self.taken += 1
            return handed
        return None

    def _size(self, number: int, size: int) -> None:
        """Set what a task in flight takes, 0 when it is no more."""
        self.bytes += size - self.sizes.pop(number, 0)
        if size:
            self.sizes[number] = size

    def _idlest(self) -> Worker:
        """The worker with the least to do; a new one as long as there are too few."""
        if len(self.workers) < self.count:
            worker = Worker(self.launcher, self.packed, self.load is None)
            self.workers.append(worker)
            self.selector.register(worker.socket, selectors.EVENT_READ, worker)
            return worker
        return min(self.workers, key=lambda one: len(one.tasks))

    def _look(self, patience: float) -> None:
        """Take what the workers have to tell, waiting for it at most so many seconds."""
        for worker in self.workers:
            events = selectors.EVENT_READ | (selectors.EVENT_WRITE if worker.is_sending else 0)
            if self.selector.get_key(worker.socket).events != events:
                self.selector.modify(worker.socket, events, worker)
        for key, _ in self.selector.select(patience):
            worker = key.data
            answers, there = worker.receive()
            for answer in answers:
                self._take(worker, answer)
            if worker not in self.workers:
                continue
            if not there:
                self._replace(worker)
            elif worker.is_sending:
                worker.send()
        now = time.monotonic()
        if self.seconds is not None and now - self.looked >= _LOOK:
            self.looked = now
            self._end_late(self.seconds)

    def _take(self, worker: Worker, answer: Answer) -> None:
        if answer.kind == fork_server.UNUSABLE:
            raise RunFailed(f"a worker process cannot start: {answer.payload.decode('utf-8', 'replace')}")
        handed = worker.done()
        if answer.kind != fork_server.LATE:
            self.answers[handed.number] = answer
            self._size(handed.number, len(answer.payload) + OVERHEAD)
            return
        if worker.loaded:
            self._answer(handed, self.late)
        else:
            heapq.heappush(self.again, handed)
        if self.load is not None:
            self.launcher.call(self.load)
            self.load = None
        self._drop(worker)

    def _answer(self, handed: Handed, made: Callable[[Any], Any]) -> None:
        """Answer a task in this process."""
        try:
            kind, result = fork_server.RESULT, made(pickle.loads(handed.message))  # noqa: S301 - our own task
        except Exception as error:  # noqa: BLE001 - raised in the task's turn
            kind, result = fork_server.ERROR, error
        self.answers[handed.number] = Answer(kind, pickle.dumps(result))

    def _end_late(self, seconds: float) -> None:
        for worker in list(self.workers):
            if worker.is_late(_LOOK, (1 + AGAIN) * seconds + GRACE, ASLEEP * seconds):
                self._answer(worker.done(), self.late)
                self._drop(worker)

    def _replace(self, worker: Worker) -> None:
        """Of a worker that ended: the task under way is tried again, the others were never begun."""
        self.false_starts = 0 if worker.process else self.false_starts + 1
        if self.false_starts >= FALSE_STARTS:
            raise RunFailed("no worker process can be started; is there enough memory?")
        if worker.tasks and worker.process:
            number = worker.tasks[0].number
            self.deaths[number] += 1
            if self.deaths[number] >= ATTEMPTS:
                self._answer(worker.done(), self.lost)
        self._drop(worker)

    def _drop(self, worker: Worker) -> None:
        for handed in worker.tasks:
            heapq.heappush(self.again, handed)
        worker.tasks.clear()
        self.selector.unregister(worker.socket)
        self.workers.remove(worker)
        worker.socket.close()
        self.launcher.kill(worker.number)

    def end(self) -> None:
        """End all workers."""
        for worker in list(self.workers):
            self._drop(worker)
        self.selector.close()
