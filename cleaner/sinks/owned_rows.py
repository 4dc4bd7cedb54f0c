"""How a file of rows of ``cleaner strip`` is known, by its first one: so that it replaces no other file."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

from cleaner.remote import RemotePath
from cleaner.sinks.compressed import FAULTS, unpacked

ARTICLE = frozenset(("id", "url", "title", "date", "date_source", "lang", "author", "site", "text"))
REJECTED = frozenset(("id", "origin", "reason", "detail"))
_LONGEST = 256 * 1024 * 1024
"""Bytes of a row that are read."""


def _first_has(columns: frozenset[str], path: Path | RemotePath) -> bool:
    try:
        if not path.stat().st_size:
            return True
        with path.open("rb") as raw, unpacked(raw, path.name.lower()) as stream:
            line = stream.readline(_LONGEST)
            row = json.loads(line) if line else dict.fromkeys(columns)
    except (*FAULTS, OSError, ValueError, RecursionError):
        return False
    return isinstance(row, dict) and row.keys() >= columns


are_articles = partial(_first_has, ARTICLE)
"""Whether a file holds articles that ``cleaner strip`` wrote, or nothing."""
are_rejected = partial(_first_has, REJECTED)
"""Whether a file holds records that ``cleaner strip`` rejected, or nothing."""
