"""Files of rules as they were read, kept where Python keeps the bytecode of this package.

To compile the rules of one language takes as long as to strip ten pages, to read them back a hundredth of that. What is
kept is the tables of the file, regex's own pickle of its patterns and how they begin, for one version of regex and one
wording of the file, made anew whenever it does not fit. It stands where Python keeps bytecode (``sys.pycache_prefix``),
as numba keeps what it compiles; where nothing can be written there, every process compiles.
"""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import platform
import sys
from contextlib import suppress
from functools import cache
from importlib import resources
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any, NamedTuple

import regex

_DIGEST = 32
"""Bytes of each of the two digests in front: of what was compiled, and of the pickle."""

_COMPILE = ("regex._regex", "compile")


class Kept(NamedTuple):
    """What is kept of one file of rules."""

    entries: list[dict[str, Any]]
    """Its tables."""
    patterns: list[regex.Pattern[str]]
    starts: dict[str, tuple[int, ...]]
    """By a beginning of lines (`beginnings`), the numbers of the rules that can match such a line."""


class _Patterns(pickle.Unpickler):
    """Reads patterns, and of the rest what needs no class."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) != _COMPILE:
            raise pickle.UnpicklingError(f"{module}.{name} makes no pattern")
        return super().find_class(module, name)


def read(language: str, source: bytes, flags: int) -> Kept | None:
    """What was kept of one file of rules; None where nothing was, or of another wording."""
    try:
        data = _path(language).read_bytes()
    except (OSError, NotImplementedError):  # no such file; an interpreter without bytecode files
        return None
    pickled = data[2 * _DIGEST :]
    if data[: 2 * _DIGEST] != _key(source, flags) + hashlib.sha256(pickled).digest():
        return None
    try:
        kept = Kept(*_Patterns(io.BytesIO(pickled)).load())
    except (pickle.UnpicklingError, ImportError, AttributeError, TypeError, ValueError, RuntimeError):
        return None  # regex is built otherwise than it says
    return kept if [pattern.pattern for pattern in kept.patterns] == [one["pattern"] for one in kept.entries] else None


def keep(language: str, source: bytes, flags: int, kept: Kept) -> None:
    """Keep one file of rules for the next process, where that is possible."""
    entries = [entry | {"pattern": made.pattern} for entry, made in zip(kept.entries, kept.patterns, strict=True)]
    pickled = pickle.dumps((entries, *kept[1:]), protocol=5)  # each wording once, whichever copy of it regex holds
    data = _key(source, flags) + hashlib.sha256(pickled).digest() + pickled
    with suppress(OSError, NotImplementedError):
        path = _path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.{os.getpid()}")
        try:
            part.write_bytes(data)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


def _path(language: str) -> Path:
    """Where Python would keep the bytecode of a module of that name."""
    return Path(cache_from_source(str(Path(__file__).with_name(f"{language}.py")))).with_suffix(".patterns")


def _key(source: bytes, flags: int) -> bytes:
    made_by = (regex.__version__, platform.machine(), sys.maxsize, sys.byteorder, int(flags))
    return hashlib.sha256(b"\0".join((repr(made_by).encode(), _way(), source))).digest()


@cache
def _way() -> bytes:
    """A digest of the module that finds the beginnings; of a package without sources, of none."""
    module = resources.files(__package__).joinpath("beginnings.py")
    return hashlib.sha256(module.read_bytes() if module.is_file() else b"").digest()
