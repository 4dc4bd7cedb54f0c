"""Tasks over local processes: results in the order of the tasks, a lost worker costs one task.

Nothing here knows about text. A task that kills its worker (out of memory, a crash in a C library) is
found by running the tasks that were under way one by one, and answered by ``lost``.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")
IN_FLIGHT = 3
"""Tasks a worker that are handed out ahead: enough to keep it busy, few enough to bound memory."""
_PR_SET_PDEATHSIG = 1
"""Linux, prctl(2): the signal to get when the parent ends."""


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
    waiting: deque[Task] = deque()
    futures: deque[Future[Result]] = deque()
    source = iter(tasks)
    try:
        while True:
            try:
                for task in islice(source, workers * IN_FLIGHT - len(waiting)):
                    waiting.append(task)
                    futures.append(pool.submit(function, task))
                if not waiting:
                    return
                result = futures.popleft().result()
            except BrokenProcessPool:
                pool.shutdown(wait=False, cancel_futures=True)
                futures.clear()
                while waiting:
                    yield alone(function, waiting.popleft(), lost)
                pool = _pool(workers)
                continue
            waiting.popleft()
            yield result
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _pool(workers: int) -> ProcessPoolExecutor:
    """A pool whose workers are forked where the system can: a script then needs no ``__main__`` guard."""
    method = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(method)
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_start_worker, initargs=(os.getpid(),))


def _start_worker(parent: int) -> None:
    """Leave Ctrl-C to the parent, end on SIGTERM without its handler, and do not outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it ended before the signal was asked for
            os._exit(1)


def alone(function: Callable[[Task], Result], task: Task, lost: Callable[[Task], Result]) -> Result:
    """Run one task in a process of its own; ``lost(task)`` when it ends that process."""
    with _pool(1) as pool:
        try:
            return pool.submit(function, task).result()
        except BrokenProcessPool:
            return lost(task)
