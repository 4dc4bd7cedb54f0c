"""The real command, with the renames and removals that it does to files for good counted.

At the one that is asked for it sends itself a signal: ``python victim.py before|after N SIGNAL cleaner's arguments``;
``count FILE 0`` writes their number instead. Only names below the given output and index count, so that the moment is
the same in every run.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

COUNTED = ("replace", "rename", "unlink", "remove")
OWN = ("report.json", "corpus", "merged", "pairs", "rejected", "cuts", "changes", "segments")
"""How the names begin of what a run makes public."""


def watch(moment: Callable[[str], None]) -> None:
    """Call ``moment`` before and after each rename or removal of a public file by this process."""
    parent = os.getpid()

    def watched(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(source: Any, *rest: Any, **options: Any) -> Any:
            given = (source, *rest[:1])
            paths = [Path(os.fsdecode(one)) for one in given if isinstance(one, (str, bytes, os.PathLike))]
            scratch = "dir_fd" in options  # as shutil.rmtree removes
            counts = os.getpid() == parent and not scratch and any(map(_is_public, paths))
            if counts:
                moment("before")
            try:
                return real(source, *rest, **options)
            finally:
                if counts:
                    moment("after")

        return call

    for name in COUNTED:
        setattr(os, name, watched(getattr(os, name)))


def _is_public(path: Path) -> bool:
    scratch = any(part.startswith(".cleaner") for part in path.parts)
    return not scratch and (path.name.startswith(OWN) or path.parent.name == "segments")


def main() -> int:
    """Run the command and end at the moment."""
    when, number, signal_number = sys.argv[1], sys.argv[2], int(sys.argv[3])
    seen = 0

    def moment(side: str) -> None:
        nonlocal seen
        if side == "before":
            seen += 1
        if side == when and seen == int(number):
            os.kill(os.getpid(), signal_number)

    def count(side: str) -> None:
        nonlocal seen
        seen += side == "before"
        Path(number).write_text(str(seen))

    watch(count if when == "count" else moment)
    from cleaner import cli

    return cli.main(sys.argv[4:])


if __name__ == "__main__":
    sys.exit(main())
