"""The package's own files: a digest of some tells whether code, models or word lists are others than before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from importlib import resources
from importlib.resources.abc import Traversable

import xxhash

_ANY = {"**/*": ".+", "*": "[^/]*"}


def digest(names: Iterable[str], without: str = "") -> str:
    """A digest of the modules and models under some names (``stage/**/*``), without those of a suffix.

    It is no version: one under development changes too. It is the same on every system, and of a package in an archive.
    """
    seen = xxhash.xxh3_128()
    wanted = re.compile("|".join("".join(_ANY.get(part) or re.escape(part) for part in _parts(name)) for name in names))
    every = {name: file for name, file in _files(resources.files("cleaner"), "") if wanted.fullmatch(name)}
    for name in sorted(every, key=lambda name: name.split("/")):
        if not (without and name.endswith(without)):
            seen.update(f"{name}\0".encode())
            seen.update(every[name].read_bytes())
    return seen.hexdigest()


def _parts(name: str) -> list[str]:
    return re.split(r"(\*\*/\*|\*)", name)


def _files(folder: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
    """All files in a folder, by their paths from there."""
    for entry in folder.iterdir():
        if entry.is_file():
            yield f"{prefix}{entry.name}", entry
        elif entry.is_dir() and entry.name != "__pycache__":
            yield from _files(entry, f"{prefix}{entry.name}/")
