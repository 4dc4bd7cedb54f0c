"""Tasks over local processes: results in the order of the tasks, a lost worker costs one task.

Nothing here knows about text. A task that kills its worker (out of memory, a crash in a C library) is
found by running the tasks that were under way one by one, and answered by ``lost``.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")
IN_FLIGHT = 3
"""Tasks a worker that are handed out ahead: enough to keep it busy, few enough to bound memory."""


class OutOfTime(Exception):
    """A piece of work took longer than it was given."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise OutOfTime in the block after so many seconds. Does nothing where there are no alarm signals."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(_number: int, _frame: object) -> None:
        raise OutOfTime(f"took longer than {seconds:g} seconds")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


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
) -> Iterator[Result]:
    """``function`` over ``tasks`` in ``workers`` processes, results in order, few tasks in memory.

    With one worker everything runs in this process. ``lost(task)`` is the result of a task that ended its
    worker.
    """
    if workers <= 1:
        yield from map(function, tasks)
        return
    pool = _pool(workers)
    waiting: deque[tuple[Task, Future[Result]]] = deque()
    source = iter(tasks)
    try:
        while True:
            while len(waiting) < workers * IN_FLIGHT:
                try:
                    task = next(source)
                except StopIteration:
                    break
                waiting.append((task, pool.submit(function, task)))
            if not waiting:
                return
            try:
                result = waiting[0][1].result()
            except BrokenProcessPool:
                pool.shutdown(wait=False, cancel_futures=True)
                under_way = [task for task, _ in waiting]
                waiting.clear()
                for task in under_way:
                    yield alone(function, task, lost)
                pool = _pool(workers)
                continue
            waiting.popleft()
            yield result
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _pool(workers: int) -> ProcessPoolExecutor:
    """A pool whose workers are forked where the system can: a script then needs no ``__main__`` guard."""
    method = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context(method), initializer=_quiet)


def _quiet() -> None:
    """Leave Ctrl-C to the parent, which then ends the workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def alone(function: Callable[[Task], Result], task: Task, lost: Callable[[Task], Result]) -> Result:
    """Run one task in a process of its own; ``lost(task)`` when it ends that process."""
    with _pool(1) as pool:
        try:
            return pool.submit(function, task).result()
        except BrokenProcessPool:
            return lost(task)
