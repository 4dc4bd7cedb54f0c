"""Makes a failing input, or a failing set of inputs, small: delta debugging (Zeller and Hildebrandt 2002)."""

from __future__ import annotations

import gzip
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

import zstandard

from .containers import Input

Pieces = TypeVar("Pieces", bytes, Sequence[Input])


def smallest(found: Pieces, fails: Callable[[Pieces], bool], until: float) -> Pieces:
    """A part of ``found`` that still fails and of which no single piece can go; by ``until`` (monotonic) at most."""
    size = max(1, len(found) // 2)
    while True:
        at, changed = 0, False
        while at < len(found):
            if time.monotonic() > until:
                return found
            fewer = found[:at] + found[at + size :]  # type: ignore[operator]
            if len(fewer) and fails(fewer):
                found, changed = fewer, True
            else:
                at += size
        if size == 1 and not changed:
            return found
        size = max(1, size // 2)


def one(found: Input, fails: Callable[[Input], bool], seconds: float) -> Input:
    """A smaller input that fails in the same way, unpacked if the packing does not matter."""
    until = time.monotonic() + seconds
    found = replace(found, records=None) if fails(replace(found, records=None)) else found
    plain = _unpacked(found)
    if plain is not None and fails(plain):
        found = plain
    if found.records is not None:
        return found  # what is lost cannot be told from what was taken out
    data = smallest(found.data, lambda data: fails(replace(found, data=data)), until)
    return replace(found, data=data)


def _unpacked(found: Input) -> Input | None:
    try:
        if found.name.endswith(".gz"):
            return replace(found, name=found.name.removesuffix(".gz"), data=gzip.decompress(found.data))
        if found.name.endswith(".zst"):
            data = zstandard.ZstdDecompressor().decompressobj().decompress(found.data)
            return replace(found, name=found.name.removesuffix(".zst"), data=data)
    except (OSError, EOFError, zlib.error, zstandard.ZstdError):
        pass
    return None
