"""Tasks over local processes: results in the order of the tasks, a lost worker costs at most one task.

Nothing here knows about text. A task that ends its worker (out of memory, a crash in a C library) is known,
for a worker answers task by task: it is tried once more and then answered by ``lost``; one that never comes
back is ended and answered by ``late``. Only a few tasks are in memory at a time.
"""

from __future__ import annotations

import os
import pickle
import selectors
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from cleaner.engines.worker import Answer, Handed, Worker

Task = TypeVar("Task")
Result = TypeVar("Result")
IN_FLIGHT = 32
"""Tasks a worker that were taken and whose results were not: so many may wait for a slow one before them."""
IN_FLIGHT_BYTES = 64 * 1024 * 1024
"""Size of these tasks above which no further one is taken as long as every worker has one."""
AHEAD, AHEAD_BYTES = 6, 512 * 1024
"""Tasks, and bytes of them, that wait at a worker: enough to keep it busy while the parent is away."""
GRACE = 1.0
"""Seconds, and a tenth of the limit, that a task has to notice by itself that it is late."""
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
) -> Iterator[Result]:
    """``function`` over ``tasks`` in ``workers`` processes, results in order, few tasks in memory.

    With one worker everything runs in this process, and nothing guards it. ``lost(task)`` is the result of a
    task that ended its worker twice, ``late(task)`` of one that was under way for ``seconds`` (and GRACE)
    when its worker was ended for it. An exception of ``function`` is raised in its task's turn.
    """
    if workers <= 1:
        yield from map(function, tasks)
        return
    engine = _Engine(function, workers, lost, late or lost, seconds)
    try:
        yield from engine.results(iter(tasks))
    finally:
        engine.end()


def _has_enough(worker: Worker) -> bool:
    return len(worker.tasks) >= AHEAD or (bool(worker.tasks) and worker.bytes_handed >= AHEAD_BYTES)


class _Engine:
    """The workers of one ``map_ordered`` and what is under way."""

    def __init__(
        self,
        function: Callable[[Any], Any],
        workers: int,
        lost: Callable[[Any], Any],
        late: Callable[[Any], Any],
        seconds: float | None,
    ) -> None:
        self.function, self.count, self.lost, self.late, self.seconds = function, workers, lost, late, seconds
        self.workers: list[Worker] = []
        self.selector = selectors.DefaultSelector()
        self.again: deque[Handed] = deque()
        """Tasks of workers that ended, to be handed out before any other."""
        self.suspects: set[int] = set()
        """Tasks under way when a worker ended."""
        self.answers: dict[int, Answer] = {}
        self.sizes: dict[int, int] = {}
        """Bytes of each task in flight."""
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
                self.bytes -= self.sizes.pop(number)
                fine, result = self.answers.pop(number)
                number += 1
                if not fine:
                    raise result
                yield result

    def _has_room(self) -> bool:
        return len(self.workers) < self.count or not all(_has_enough(worker) for worker in self.workers)

    def _next(self, tasks: Iterator[Any]) -> Handed | None:
        """The next task to hand out, if there is one and not too many are in flight."""
        if self.again:
            return self.again.popleft()
        busy = len(self.workers) == self.count and all(worker.tasks for worker in self.workers)
        if len(self.sizes) >= self.count * IN_FLIGHT or (busy and self.bytes >= IN_FLIGHT_BYTES):
            return None
        for task in tasks:
            message = pickle.dumps(task, pickle.HIGHEST_PROTOCOL)
            handed = Handed(self.taken, task, message)
            self.sizes[self.taken] = len(message)
            self.bytes += len(message)
            self.taken += 1
            return handed
        return None

    def _idlest(self) -> Worker:
        """The worker with the least to do; a new one as long as there are too few."""
        if len(self.workers) < self.count:
            worker = Worker(self.function, self.workers)
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
            answered, there = worker.receive()
            for handed, answer in answered:
                self.answers[handed.number] = answer
            if not there:
                self._replace(worker)
            elif worker.is_sending:
                worker.send()
        now = time.monotonic()
        passed, self.looked = min(now - self.looked, _LOOK), now
        if self.seconds is not None:
            self._end_late(passed, self.seconds * 1.1 + GRACE)

    def _end_late(self, passed: float, limit: float) -> None:
        for worker in list(self.workers):
            worker.watched += passed if worker.tasks else 0.0
            if worker.watched > limit:
                handed = worker.tasks.popleft()
                self.answers[handed.number] = (True, self.late(handed.task))
                self._drop(worker)

    def _replace(self, worker: Worker) -> None:
        """Of a worker that ended: the task under way is tried once more, the others were never begun."""
        if worker.tasks:
            handed = worker.tasks[0]
            if handed.number in self.suspects:
                worker.tasks.popleft()
                self.answers[handed.number] = (True, self.lost(handed.task))
            self.suspects ^= {handed.number}
        self._drop(worker)

    def _drop(self, worker: Worker) -> None:
        self.again.extendleft(reversed(worker.tasks))
        self.selector.unregister(worker.socket)
        self.workers.remove(worker)
        worker.end()

    def end(self) -> None:
        """End all workers."""
        for worker in list(self.workers):
            self._drop(worker)
        self.selector.close()
