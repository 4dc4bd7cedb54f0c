"""How a page of ours is known, by its content: so it replaces no other, is read as no input, and goes with its run."""

from __future__ import annotations

from pathlib import Path

from cleaner.errors import UsageError
from cleaner.remote import RemotePath, place

NAME = "report.html"
MARK = '<meta name="generator" content="cleaner report">'
_HEAD = 1_000
"""Bytes in which the mark stands."""


def is_own(path: Path | RemotePath) -> bool:
    """Whether a file is a page that ``cleaner report`` wrote."""
    try:
        with path.open("rb") as file:
            return MARK.encode() in file.read(_HEAD)
    except OSError:
        return False


def usual(folder: str) -> Path | RemotePath:
    """Where the page about an output folder goes. Raises UsageError where another file stands there."""
    path = place(folder) / NAME
    if path.exists() and not is_own(path):
        fault = "is not to be replaced: cleaner report did not write it"
        raise UsageError(f"{path} {fault}; move it away, or name a file by cleaner report --output")
    return path
