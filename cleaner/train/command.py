"""What the training commands have in common: a wrong option or path is one line and exit code 2."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Protocol, TypeVar

from cleaner.commands.command_parser import CommandParser
from cleaner.commands.terminal_text import printable
from cleaner.errors import UsageError
from cleaner.strip.weights import weight_files

Read = TypeVar("Read")
WEIGHTS = Path(weight_files.__file__).resolve().parent
_WRONG_PATHS = (FileNotFoundError, NotADirectoryError, IsADirectoryError, PermissionError)


class Main(Protocol):
    """The entry point of a command."""

    def __call__(self, arguments: Sequence[str] | None = None) -> int:
        """Do what the arguments say; returns the exit code."""
        ...


def parser(module: str, doc: str | None) -> CommandParser:
    """The command line of ``python -m module``, with its argument ``data``."""
    made = CommandParser(prog=f"python -m {module}", description=doc)
    made.add_argument("data", type=folder, metavar="DATA_DIR", help="folder with the labelled data")
    return made


def folder(text: str) -> Path:
    """The type of an argument that names a folder to read."""
    path = Path(text)
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"{text}: no such folder")
    return path


def file_to_write(text: str) -> Path:
    """The type of an option that names a file to write: told before hours of work, not after them."""
    path = Path(text)
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise argparse.ArgumentTypeError(f"{text}: it must be a file in a folder that exists")
    return path


def folder_to_write(text: str) -> Path:
    """The type of an option that names a folder to write into, which is made where it is not there."""
    path = Path(text)
    if path.exists() and not path.is_dir():
        raise argparse.ArgumentTypeError(f"{text}: it is a file; name a folder")
    return path


def answered(main: Main) -> Main:
    """``main`` of a training command whose UsageError, and a path that is wrong, is one line and exit code 2."""

    @wraps(main)
    def answering(arguments: Sequence[str] | None = None) -> int:
        try:
            return main(arguments)
        except UsageError as error:
            said = str(error)
        except _WRONG_PATHS as error:
            said = f"{error.filename}: {error.strerror}"
        print(f"error: {printable(said)}", file=sys.stderr)
        return 2

    return answering


def make_weights(
    module: str,
    doc: str | None,
    read: Callable[[Path], Read],
    make: Callable[[Read, Path], None],
    measure: Callable[[Read], None],
    arguments: Sequence[str] | None,
) -> int:
    """Run ``python -m module``; returns the exit code.

    What is ``read`` of the folder with the labelled pages goes to ``make``, which writes the weights into another one,
    and to ``measure``, which prints how good they are.
    """
    line = parser(module, doc)
    line.add_argument("--output", type=folder_to_write, default=WEIGHTS, help="folder for the weights")
    line.add_argument("--weights-only", action="store_true", help="do not measure")

    @answered
    def run(arguments: Sequence[str] | None = None) -> int:
        options = line.parse_args(arguments)
        found = read(options.data)
        options.output.mkdir(parents=True, exist_ok=True)
        make(found, options.output)
        if not options.weights_only:
            measure(found)
        return 0

    return run(arguments)
