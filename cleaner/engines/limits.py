"""Bounds for one piece of work: seconds of CPU time, and bytes of memory, inside the process that does it."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

if sys.platform != "win32":
    import resource

Result = TypeVar("Result")
AGAIN, SOONEST = 0.1, 0.05
"""The clock rings again after a tenth of the limit, and at least so many seconds."""
_LONGEST = 1e8
"""Seconds that a timer takes; more is no limit."""
_STATM = Path("/proc/self/statm")
_DATA = 5
"""Field of it that counts the pages of data, proc(5)."""


class OutOfTime(BaseException):
    """A piece of work took longer than it was given. No Exception, so that a library's handler does not end it."""


def within(seconds: float, function: Callable[..., Result], *arguments: Any) -> Result:
    """``function(*arguments)``; raises OutOfTime if that takes more than so many seconds of CPU time.

    What the process uses counts, all its threads (setitimer(2), ITIMER_PROF), so a machine that is busy or was
    stopped costs nobody anything. The exception is raised again and again in what goes on after it, and at last
    here, whatever the function made of it. Python looks for signals between its own steps only: a C library that
    does not come back is not interrupted; ``local.map_ordered`` ends the process then. Where there is no such
    timer, and outside the main thread, the time is looked at afterwards only.
    """
    started = time.thread_time()
    rings = 0

    def ring(_number: int, _frame: object) -> None:
        nonlocal rings
        rings += 1
        raise OutOfTime(told)

    told = f"took longer than {seconds:g} seconds"
    first = min(seconds, _LONGEST)
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        result = function(*arguments)
    else:
        before = signal.signal(signal.SIGPROF, ring)
        try:
            try:
                signal.setitimer(signal.ITIMER_PROF, first, max(AGAIN * first, SOONEST))
                result = function(*arguments)
            finally:
                signal.setitimer(signal.ITIMER_PROF, 0)
        finally:  # of its own: the last ring may come just before the timer is stopped
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, signal.SIG_DFL if before is None else before)
    if rings or time.thread_time() - started > seconds:
        raise OutOfTime(told)
    return result


@contextmanager
def memory_limit(growth: int) -> Iterator[None]:
    """Let the block raise MemoryError where this process would hold ``growth`` bytes more than now.

    What counts is data as Linux has it for RLIMIT_DATA (setrlimit(2)): heap and private memory, not mapped
    files. Elsewhere, and outside the main thread, it does nothing.
    """
    if sys.platform != "linux" or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = resource.getrlimit(resource.RLIMIT_DATA)
    allowed = _held() + growth
    for bound in before:
        if bound != resource.RLIM_INFINITY:
            allowed = min(allowed, bound)
    resource.setrlimit(resource.RLIMIT_DATA, (allowed, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, before)


def _held() -> int:
    return int(_STATM.read_bytes().split()[_DATA]) * os.sysconf("SC_PAGE_SIZE")
