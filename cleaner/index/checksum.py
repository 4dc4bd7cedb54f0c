"""The checksum of the manifest: what is read of it is compared with what was written before it is trusted.

Those of the segments stand in the manifest. That of the manifest stands beside it: ``clean``, its xxh3
and its size, or ``writing`` from before a commit until the manifest's file is whole again, so that a run that
is killed in between leaves no checksum that is wrong. Then the manifest is checked by what it says.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

import xxhash

from cleaner.index.format import DamagedIndex

MANIFEST = "manifest.sqlite"
FILE = "manifest.checksum"
WRITING = "writing\n"
_CHUNK = 1 << 20
_TRIES = 5
"""Times a reader looks again when a writer changed the manifest while it was read."""


def of_file(file: BinaryIO) -> str:
    """xxh3 (128 bits) of what an open file holds, in hexadecimal."""
    digest = xxhash.xxh3_128()
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def state(folder: Path) -> str:
    """What stands beside the manifest, "" where nothing does."""
    try:
        return (folder / FILE).read_bytes().decode("ascii", "replace")
    except FileNotFoundError:
        return ""


def check(folder: Path) -> str:
    """Compare the manifest with its checksum; returns the ``state`` that was looked at.

    Where that is ``writing`` or "" nothing is said of the manifest. Raises DamagedIndex.
    """
    for _ in range(_TRIES):
        found = state(folder)
        if found in ("", WRITING):
            return found
        if found == _clean(folder):
            return found
        if state(folder) == found:
            break
    if not found.startswith("clean "):
        raise DamagedIndex(f"{folder / FILE} is not what was written")
    raise DamagedIndex(f"{folder / MANIFEST} has another checksum than what was written")


def is_clean(found: str) -> bool:
    """Whether a ``state`` says that the manifest is what was written."""
    return found.startswith("clean ")


def mark_writing(folder: Path) -> None:
    """Say that the manifest is about to change."""
    if state(folder) != WRITING:
        _put(folder, WRITING)


def mark_clean(folder: Path) -> None:
    """Keep the checksum of a manifest that nobody writes to."""
    _put(folder, _clean(folder))


def _clean(folder: Path) -> str:
    path = folder / MANIFEST
    try:
        with path.open("rb") as file:
            return f"clean {of_file(file)} {file.tell()}\n"
    except FileNotFoundError as error:
        raise DamagedIndex(f"{path} is missing") from error


def _put(folder: Path, text: str) -> None:
    aside = folder / f"{FILE}.new"
    with aside.open("w", encoding="ascii", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(folder / FILE)
    sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Make a folder's list of files durable, where the system can."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
