"""A file to read, or a range of one, and how its path is shown."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import NamedTuple

from cleaner.urls import shown

MARKS = "*?["
"""Characters that make a glob of a path."""


class Range(NamedTuple):
    """Some of the records of a file: lines, records of an archive, or row groups (``ranges``)."""

    begin: int
    """Byte where the first of them begins; of row groups the number."""
    end: int
    """The one behind the last of them."""
    before: int
    """Lines, records or rows before them."""
    size: int
    """About how many bytes they are."""
    last: bool
    """Whether the file ends with them."""
    at: int = 0
    """Of a compressed file the bytes of content before them."""
    until: int = 0
    """Of a compressed file the bytes of content up to their end, 0 where they are the last."""


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file to read."""

    path: str
    """As the system opens it, or a URL; ``-`` is standard input."""
    kind: str
    """``html``, ``text``, ``jsonl``, ``json``, ``csv``, ``tsv``, ``parquet``, ``arrow``, ``warc``, ``stdin``, or
    ``unknown``: found in a folder, but not something that can be read."""
    name: str
    """Path relative to the folder that was given (or to the fixed part of the glob), with ``/``; the
    file's own name if the file itself was given. It is the id of a page that fills a whole file."""
    shown: str = ""
    """The path in characters that can be printed: what records name as their origin."""
    fault: str = ""
    """Why what was found cannot be opened, as far as its folder tells."""
    size: int | None = None
    """Bytes, of a file in a store."""
    version: str = ""
    """By what the store tells two states of the file apart: its ETag, or when it was changed."""
    part: Range | None = None
    """What is to be read of it (``ranges``); None is all."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "shown", self.shown or printable_path(self.path))


def printable_path(path: str) -> str:
    r"""``path`` with bytes that are no UTF-8 as ``\xNN``; names that differ in such bytes stay different.

    A URL is without passwords and tokens.
    """
    try:
        path.encode()
    except UnicodeEncodeError:
        return os.fsencode(path).decode("utf-8", "backslashreplace")
    return shown(path)
