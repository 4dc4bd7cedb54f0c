"""The command line: options in, one of the commands called, errors as one line and an exit code."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import NoReturn

from cleaner.commands.parsers import add_commands
from cleaner.commands.plain import printable
from cleaner.errors import RunFailed, UsageError

FAILED = 1
USAGE_ERROR = 2
INTERRUPTED = 130
TERMINATED = 143


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code.

    0 done, 1 the run failed (a full disk, a damaged installation), 2 a wrong option or path, 130 interrupted. SIGTERM
    ends it by SystemExit with 143.
    """
    options = parser().parse_args(arguments)
    try:
        with _terminable():
            code = import_module(f"cleaner.commands.{options.module}").main(options)
            sys.stdout.flush()
        return int(code or 0)
    except UsageError as error:
        return _fail(str(error), USAGE_ERROR)
    except RunFailed as error:
        return _fail(str(error), FAILED)
    except KeyboardInterrupt:
        return _fail("interrupted; no output file was changed", INTERRUPTED)
    except BrokenPipeError:
        _give_up_stdout()
        return 0
    except OSError as error:
        return _fail(f"{error.filename or 'output'}: {error.strerror or error}", FAILED)


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


@contextmanager
def _terminable() -> Iterator[None]:
    """SIGTERM leaves the block as an exception does, so that what was written aside is removed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def leave(number: int, _frame: object) -> None:
        signal.signal(number, signal.SIG_IGN)  # a second one must not disturb the clearing up
        raise SystemExit(TERMINATED)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL if before is None else before)


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = _Parser(
        prog="cleaner",
        description="Turns scraped web pages into a corpus that holds one canonical story per event.",
        epilog="Each command has its own help with examples: cleaner run --help",
    )
    top.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    add_commands(commands)
    return top


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One line instead of the usage, which is long for a command of many options."""
        self.exit(USAGE_ERROR, f"{self.prog}: {printable(message)}; see {self.prog} --help\n")


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        parser.exit(message=f"cleaner {version('cleaner')}\n")
