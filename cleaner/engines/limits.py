"""Bounds for one piece of work: seconds, and bytes of memory, inside the process that does it."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform != "win32":
    import resource

_STATM = Path("/proc/self/statm")
_DATA = 5
"""Field of it that counts the pages of data, proc(5)."""


class OutOfTime(Exception):
    """A piece of work took longer than it was given."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise OutOfTime in the block after so many seconds. Does nothing where there are no alarm signals.

    Python looks for signals between its own steps only: a C library that does not come back is not
    interrupted. In a worker, ``local.map_ordered`` ends the process then.
    """
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
