"""The command line: options in, one of the commands called, errors as one line and an exit code."""

from __future__ import annotations

import argparse
import errno
import io
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any, NoReturn

from cleaner.commands.command_parser import USAGE_ERROR, CommandParser, PrintCompletion, Version
from cleaner.commands.parsers import add_commands
from cleaner.commands.plain import printable
from cleaner.errors import RunFailed, TooManyRejected, UsageError

FAILED = 1
TOO_MANY_REJECTED = 3
INTERRUPTED = 130
BROKEN_PIPE = 141
SHELLS = ("bash", "zsh", "fish")
TERMINATED = {"SIGTERM": 143, "SIGHUP": 129}
AGAIN = 0.5
"""Seconds after which a signal that had no effect is felt again."""
_OF_OUTPUT = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EBADF, errno.EIO)
"""Faults that say nothing of what they are about, where the system names no file."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code.

    0 done, 1 the run failed (a full disk, too little memory, a damaged installation), 2 a wrong option or path, 3 too
    many records were refused, 130 interrupted, 141 the reader of the output left. SIGTERM and SIGHUP end it by
    SystemExit with 143 and 129.
    """
    with standard_streams():
        try:
            try:
                code = _run(arguments)
            except SystemExit:  # --help, a wrong option, SIGTERM
                sys.stdout.flush()
                raise
            sys.stdout.flush()
            return code
        except UsageError as error:
            return _fail(str(error), USAGE_ERROR)
        except TooManyRejected as error:
            return _fail(str(error), TOO_MANY_REJECTED)
        except RunFailed as error:
            return _fail(str(error), FAILED)
        except KeyboardInterrupt as error:
            return _fail("; ".join(["interrupted", *getattr(error, "__notes__", ())]), INTERRUPTED)
        except BrokenPipeError:
            _give_up_stdout()
            return BROKEN_PIPE
        except MemoryError:
            return _fail("not enough memory; fewer --workers take less", FAILED)
        except ImportError as error:  # too little memory to load a library comes as this too
            return _fail(f"the installation is damaged, or there is too little memory: {error}", FAILED)
        except OSError as error:
            about = error.filename or ("output" if error.errno in _OF_OUTPUT else "the machine")
            return _fail(f"{about}: {error.strerror or error}", FAILED)


class _Interrupted(KeyboardInterrupt):
    """SIGINT. A class of its own, for where a plain KeyboardInterrupt passed through ``exec`` (as dataclasses and named
    tuples are made, while modules load) CPython ends by the signal in the end, whoever caught it on the way."""


def _run(arguments: Sequence[str] | None) -> int:
    whole = parser()
    options = whole.parse_args(arguments)
    if options.command is None:
        whole.print_help()
        return 0
    with _terminable():
        return int(import_module(f"cleaner.commands.{options.module}").main(options) or 0)


def _fail(message: str, code: int) -> int:
    print(f"cleaner: {printable(message)}", file=sys.stderr)
    try:
        sys.stdout.flush()
    except OSError:
        _give_up_stdout()
    return code


def _give_up_stdout() -> None:
    """Send what is still buffered nowhere, so that the interpreter's last flush does not fail again."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


class _Said(io.FileIO):
    """Standard error: what is said there is lost where nobody reads it, and ends no run."""

    def write(self, data: Any, /) -> int:
        """Write what can be written."""
        try:
            return super().write(data) or 0
        except OSError:
            return len(data)


@contextmanager
def standard_streams() -> Iterator[None]:
    """Streams that a command can rely on, however it was started.

    A closed one gets a descriptor, so that no file that is opened later takes its number and gets what was meant for
    it: writing to a closed stdout fails, what goes to a closed stderr is lost. Words that the terminal's encoding
    lacks are written as escapes.
    """
    for number, mode in enumerate((os.O_RDONLY, os.O_RDONLY, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, mode)  # takes the lowest number that is free
    stdout, stderr = sys.stdout, sys.stderr
    errors = stdout.errors if isinstance(stdout, io.TextIOWrapper) else None
    if stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - stays open
    elif isinstance(stdout, io.TextIOWrapper):
        stdout.reconfigure(errors="backslashreplace")
    if stderr is sys.__stderr__ and sys.platform != "win32":
        raw = io.BufferedWriter(_Said(2, "w", closefd=False))
        sys.stderr = io.TextIOWrapper(
            raw, stderr.encoding if stderr else "utf-8", "backslashreplace", line_buffering=True
        )
    try:
        yield
    finally:
        sys.stderr.flush()
        sys.stdout, sys.stderr = stdout, stderr
        if isinstance(stdout, io.TextIOWrapper):
            stdout.reconfigure(errors=errors)


@contextmanager
def _terminable() -> Iterator[None]:
    """SIGTERM and SIGHUP leave the block as an exception does, so that what was written aside is removed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    codes = {getattr(signal, name): code for name, code in TERMINATED.items() if hasattr(signal, name)}
    came: list[BaseException] = []

    def stop(error: BaseException) -> NoReturn:
        came.append(error)
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, AGAIN, AGAIN)
        raise error

    def leave(number: int, _frame: object) -> None:
        for one in codes:
            signal.signal(one, signal.SIG_IGN)  # a second one must not disturb the clearing up
        stop(SystemExit(codes[number]))

    def interrupt(_number: int, _frame: object) -> None:
        stop(_Interrupted())

    def again(_number: int, _frame: object) -> None:
        """Where C code that called Python dropped the error, nothing leaves: raise it once more."""
        handled = sys.exc_info()[1]
        while handled is not None and handled not in came:
            handled = handled.__context__
        if came and handled is None:
            raise came[-1]

    ignored = {one for one in codes if signal.getsignal(one) == signal.SIG_IGN}  # as nohup has it
    before = {one: signal.signal(one, leave) for one in codes if one not in ignored}
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        before[signal.SIGINT] = signal.signal(signal.SIGINT, interrupt)
    if hasattr(signal, "setitimer"):
        before[signal.SIGALRM] = signal.signal(signal.SIGALRM, again)
    try:
        yield
    except Exception as error:
        if came:  # what it fell into, as the loading of a library, may fail of it in its own way
            raise came[-1] from error
        raise
    finally:
        if came and hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, 0)
        for one, handler in before.items():
            signal.signal(one, signal.SIG_DFL if handler is None else handler)


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = CommandParser(
        prog="cleaner",
        description="Turns scraped web pages into a corpus that holds one canonical story per event.",
        epilog="Each command has its own help with examples: cleaner run --help",
    )
    top.add_argument("--version", action=Version, nargs=0, help="print the version and exit")
    top.add_argument(
        "--print-completion",
        action=PrintCompletion,
        choices=SHELLS,
        metavar="SHELL",
        help=f"print what completes this command line in a shell ({', '.join(SHELLS)}), and exit",
    )
    commands = top.add_subparsers(dest="command", metavar="COMMAND", prog=top.prog)
    add_commands(commands)
    return top
