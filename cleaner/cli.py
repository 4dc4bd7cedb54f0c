"""The command line: options in, one of the commands called, errors as one line and an exit code."""

from __future__ import annotations

import argparse
import errno
import io
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from cleaner.commands.command_parser import USAGE_ERROR, CommandParser, PrintCompletion, Version
from cleaner.commands.parsers import add_commands
from cleaner.commands.terminal_text import printable
from cleaner.commands.termination import terminable
from cleaner.errors import OF_WRITING, RunFailed, TooManyRejected, UsageError

FAILED = 1
TOO_MANY_REJECTED = 3
INTERRUPTED = 130
BROKEN_PIPE = 141
SHELLS = ("bash", "zsh", "fish")
_OF_OUTPUT = (*OF_WRITING, errno.EBADF, errno.EIO)
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
            said = f"{about}: {error.strerror or error}"
            return _fail("; ".join([said, *getattr(error, "__notes__", ())]), FAILED)


def _run(arguments: Sequence[str] | None) -> int:
    whole = parser()
    options = whole.parse_args(arguments)
    if options.command is None:
        whole.print_help()
        return 0
    command = import_module(f"cleaner.commands.{options.module}")  # C code that loads fails of an exception in its way
    with terminable():
        return int(command.main(options) or 0)


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
