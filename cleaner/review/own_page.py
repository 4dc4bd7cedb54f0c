"""How a page of ours is known, so that it replaces no other and is read as no input."""

from __future__ import annotations

from cleaner.sinks.reading import Folder

NAME = "report.html"
MARK = '<meta name="generator" content="cleaner report">'
_HEAD = 1_000
"""Bytes in which the mark stands."""


def is_own(path: Folder) -> bool:
    """Whether a file is a page that ``cleaner report`` wrote."""
    try:
        with path.open("rb") as file:
            return MARK.encode() in file.read(_HEAD)
    except OSError:
        return False


def names(folder: Folder) -> list[str]:
    """The names of such pages in an output folder."""
    return [NAME] if is_own(folder / NAME) else []
