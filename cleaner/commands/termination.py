"""Signals that end a run: felt as an exception, so that what was written aside is removed, and felt for certain.

Python runs a handler between any two of its steps, also inside a callback of a weak reference (the import system has
one for each module), a destructor or C code that calls Python. What is raised there is dropped: the interpreter hands
it to ``sys.unraisablehook``, which prints a traceback, and the program goes on as if nothing had come.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

TERMINATED = {"SIGTERM": 143, "SIGHUP": 129}
"""Exit codes, as a shell gives them for a program that a signal ended: 128 and its number."""
AGAIN, SOON = 0.5, 0.01
"""Seconds after which a signal that had no effect is felt again, and where it is known to have been dropped."""


class Interrupted(KeyboardInterrupt):
    """SIGINT. A class of its own, for where a plain KeyboardInterrupt passed through ``exec`` (as dataclasses and named
    tuples are made, while modules load) CPython ends by the signal in the end, whoever caught it on the way."""


@contextmanager
def terminable() -> Iterator[None]:
    """SIGINT, SIGTERM and SIGHUP leave the block as exceptions: Interrupted, and SystemExit with 143 and 129.

    What was dropped on its way is raised again, at the latest where the block ends. A signal that was ignored before,
    as ``nohup`` has it, stays ignored. Outside the main thread, where Python has no handlers, nothing is changed.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    ending = _Ending()
    try:
        ending.begin()
        try:
            yield
        finally:
            ending.leaving = True
    except BaseException as error:  # what it fell into may fail of it in its own way, as code in Rust by a panic
        failed = isinstance(error, ImportError | SystemError) or not ending.is_of_these(error)  # a module in C, loading
        if ending.came and failed and not isinstance(error, GeneratorExit):
            raise ending.came[-1] from error
        raise
    finally:
        ending.end()
    if ending.came:
        raise ending.came[-1]


class _Ending:
    """The handlers of one block, and what came while they were set."""

    def __init__(self) -> None:
        self.came: list[BaseException] = []
        self.leaving = False
        """What comes now waits until the handlers are those of before."""
        self.codes = {getattr(signal, name): code for name, code in TERMINATED.items() if hasattr(signal, name)}
        self.before: dict[int, Any] = {}
        self.hook = sys.unraisablehook

    def begin(self) -> None:
        sys.unraisablehook = self.dropped
        if hasattr(signal, "setitimer"):
            self._handle(signal.SIGALRM, self.again)
        if signal.getsignal(signal.SIGINT) in (signal.default_int_handler, signal.SIG_DFL):
            self._handle(signal.SIGINT, self.interrupt)
        for number in self.codes:
            if signal.getsignal(number) != signal.SIG_IGN:
                self._handle(number, self.terminate)

    def _handle(self, number: int, handler: Any) -> None:
        self.before[number] = signal.getsignal(number)
        signal.signal(number, handler)

    def end(self) -> None:
        self.leaving = True
        self._ring_in(0)
        for number, handler in self.before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
        sys.unraisablehook = self.hook

    def terminate(self, number: int, _frame: object) -> None:
        for one in self.before.keys() & self.codes.keys():
            signal.signal(one, signal.SIG_IGN)  # a second one must not disturb the clearing up
        self._stop(SystemExit(self.codes[number]))

    def interrupt(self, _number: int, _frame: object) -> None:
        self._stop(Interrupted())

    def _stop(self, error: BaseException) -> None:
        self.came.append(error)
        if not self.leaving:
            self._ring_in(AGAIN)
            raise error

    def _ring_in(self, seconds: float) -> None:
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN if seconds else 0)

    def again(self, _number: int, _frame: object) -> None:
        """Where the error was dropped nothing leaves: raise it once more."""
        if self.came and not self.leaving and not self.is_of_these(sys.exc_info()[1]):
            raise self.came[-1]

    def dropped(self, unraisable: Any) -> None:
        """What is dropped is told by whoever tells of it, but a signal, which is felt soon."""
        if not self.is_of_these(unraisable.exc_value):
            self.hook(unraisable)
        elif not self.leaving:
            self._ring_in(SOON)

    def is_of_these(self, error: BaseException | None) -> bool:
        """Whether it is what came, or followed from it."""
        while error is not None and error not in self.came:
            error = error.__context__
        return error is not None
