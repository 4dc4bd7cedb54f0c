"""The mark of a part file: a small file beside it, written after it, that says how it must look.

A folder may stand for one in a store (``stand_for``): then a part and its mark are put there, too, before it counts as
done here. So files are written and read on the disk of whoever works with them, and the store holds what is done.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from cleaner.remote import RemotePath
from cleaner.staging.sections import ASIDE, is_whole

STORE = "store.json"


def write(part: Path, told: dict[str, Any]) -> None:
    """Mark a part as done, where its folder stands for one in a store there first. Raises OSError."""
    if url := told_in(part.with_name(STORE)).get("url"):
        _put_into_store(part, told, RemotePath(url))
    put(_mark(part), told)


def stand_for(folder: Path, url: str) -> None:
    """Let a folder stand for one in a store: what is done in it is put there. Raises OSError."""
    put(folder / STORE, {"url": url})


def fetch(folder: RemotePath, name: str, here: Path, told: Mapping[str, Any] | None = None) -> None:
    """Bring a part and its mark, or what is ``told`` there, from a store, each whole or not at all. Raises OSError."""
    part = here / name
    _fetch(folder, part)
    if told is None:
        fetch_mark(folder, name, here)
    else:
        put(_mark(part), dict(told))


def fetch_mark(folder: RemotePath, name: str, here: Path) -> None:
    """Bring a mark from a store, whole or not at all. Raises OSError."""
    _fetch(folder, _mark(here / name))


def _fetch(folder: RemotePath, path: Path) -> None:
    aside = path.with_name(f"{path.name}{ASIDE}")
    (folder / path.name).fetch(aside)
    aside.replace(path)


def remove(part: Path, folder: RemotePath | None) -> None:
    """Remove a mark and then its part, from the store that the folder stands for first. Raises OSError."""
    for path in (_mark(part), part):
        if folder is not None:
            (folder / path.name).unlink(missing_ok=True)
        path.unlink(missing_ok=True)


def _put_into_store(part: Path, told: dict[str, Any], folder: RemotePath) -> None:
    aside = part.with_name(f"{part.name}.json{ASIDE}")
    try:
        (folder / part.name).put(part)
        aside.write_text(json.dumps(told), encoding="utf-8")
        (folder / _mark(part).name).put(aside)
    except BaseException:
        with suppress(OSError):  # without a mark it does not count; it is only not left behind
            (folder / part.name).unlink(missing_ok=True)
        raise
    finally:
        aside.unlink(missing_ok=True)


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
