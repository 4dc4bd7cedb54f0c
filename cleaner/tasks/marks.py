"""The mark of a part file: a small file beside it, written after it, that says how it must look."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from cleaner.tasks.sections import ASIDE, is_whole


def write(part: Path, told: dict[str, Any]) -> None:
    """Mark a part as done. Raises OSError."""
    put(_mark(part), told)


def read(part: Path) -> dict[str, Any]:
    """What the mark of a part says; nothing where there is none."""
    return told_in(_mark(part))


def put(path: Path, told: dict[str, Any]) -> None:
    """Write a small file that says something, whole or not at all. Raises OSError."""
    number, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}-", suffix=ASIDE)
    with os.fdopen(number, "w", encoding="utf-8") as stream:
        json.dump(told, stream)
    Path(name).replace(path)


def told_in(path: Path) -> dict[str, Any]:
    """What such a file says; nothing where there is none or it is none."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def is_done(part: Path) -> bool:
    """Whether a part was done and its file is still as it was written; all of it is read."""
    told = read(part)
    size, digest = told.get("bytes"), told.get("xxh3_128")
    return isinstance(size, int) and isinstance(digest, str) and is_whole(part, size, digest)


def _mark(part: Path) -> Path:
    return part.with_name(f"{part.name}.json")
