"""Compiled patterns, kept where Python keeps the bytecode of this package.

To compile the rules of one language takes as long as to strip ten pages, to read them back a hundredth of that. What is
kept is regex's own pickle of its patterns, for one version of regex and one wording of the rules, made anew whenever it
does not fit. It stands where Python keeps bytecode (``sys.pycache_prefix``), as numba keeps what it compiles; where
nothing can be written there, every process compiles.
"""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import platform
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

import regex

_DIGEST = 32
"""Bytes of each of the two digests in front: of what was compiled, and of the pickle."""

_COMPILE = ("regex._regex", "compile")


class _Patterns(pickle.Unpickler):
    """Reads patterns and nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) != _COMPILE:
            raise pickle.UnpicklingError(f"{module}.{name} makes no pattern")
        return super().find_class(module, name)


def read(language: str, sources: Sequence[str], flags: int) -> list[regex.Pattern[str]] | None:
    """The patterns of one file of rules as they were kept; None where they are not, or are others."""
    try:
        data = _path(language).read_bytes()
    except (OSError, NotImplementedError):  # no such file; an interpreter without bytecode files
        return None
    pickled = data[2 * _DIGEST :]
    if data[: 2 * _DIGEST] != _key(sources, flags) + hashlib.sha256(pickled).digest():
        return None
    try:
        patterns = _Patterns(io.BytesIO(pickled)).load()
    except (pickle.UnpicklingError, ImportError, AttributeError, TypeError, ValueError, RuntimeError):
        return None  # regex is built otherwise than it says
    return patterns if [pattern.pattern for pattern in patterns] == list(sources) else None


def keep(language: str, patterns: Sequence[regex.Pattern[str]], flags: int) -> None:
    """Keep the patterns of one file of rules for the next process, where that is possible."""
    pickled = pickle.dumps(list(patterns), protocol=5)
    data = _key([pattern.pattern for pattern in patterns], flags) + hashlib.sha256(pickled).digest() + pickled
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


def _key(sources: Sequence[str], flags: int) -> bytes:
    made_by = (regex.__version__, platform.machine(), sys.maxsize, sys.byteorder, int(flags), list(sources))
    return hashlib.sha256(repr(made_by).encode("utf-8", "surrogatepass")).digest()
