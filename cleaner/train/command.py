"""What the commands that make strip's weights have in common."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from cleaner.errors import UsageError
from cleaner.strip import models

Read = TypeVar("Read")
WEIGHTS = Path(models.__file__).resolve().parent / "weights"


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
    and to ``measure``, which prints how good they are. A UsageError of the first two is told in a line.
    """
    parser = argparse.ArgumentParser(prog=f"python -m {module}", description=doc)
    parser.add_argument("data", type=Path, help="folder with the labelled pages and lines")
    parser.add_argument("--output", type=Path, default=WEIGHTS, help="folder for the weights")
    parser.add_argument("--weights-only", action="store_true", help="do not measure")
    options = parser.parse_args(arguments)
    try:
        found = read(options.data)
        options.output.mkdir(parents=True, exist_ok=True)
        make(found, options.output)
    except UsageError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    if not options.weights_only:
        measure(found)
    return 0
