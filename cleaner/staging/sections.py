"""A file of named sections: written in one pass with little memory, there whole or not at all, read by range.

A section stands in the file in extents, for several grow at a time; what is appended in one call is never divided.
Behind them stand their list as JSON, its length, and a digest of all that is before (XXH3, 128 bits).
"""

from __future__ import annotations

import json
import math
import mmap
import os
import struct
import tempfile
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Self

import numpy as np
import xxhash
from numpy.typing import NDArray

from cleaner.staging.files import File

EXTENT = 1024 * 1024
"""Bytes of a section that wait in memory."""
ASIDE = ".part"
"""How the names of files end that are not whole yet."""
_UNREADABLE = "the list of its sections cannot be read"
_LENGTH = struct.Struct("<Q")
_DIGEST = 16
_PIECE = 8 * 1024 * 1024
_ALIGNED = 8
"""Arrays begin at multiples of so many bytes, so that they can be used where they are mapped."""


class Damaged(Exception):
    """A file is not as it was written."""


class Writer:
    """Writes one file aside; ``finish`` puts it in place. A context manager: left without that, nothing stays."""

    def __init__(self, path: Path) -> None:
        self._path = path
        number, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}-", suffix=ASIDE)
        self._aside = Path(name)
        self._stream = os.fdopen(number, "wb", buffering=0)
        self._digest = xxhash.xxh3_128()
        self._at = 0
        self._waiting: dict[str, bytearray] = {}
        self._extents: dict[str, list[tuple[int, int]]] = {}
        self._kinds: dict[str, tuple[str, list[int]]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._stream.close()
        with suppress(OSError):
            self._aside.unlink(missing_ok=True)

    def append(self, name: str, data: bytes) -> None:
        """Add bytes to a section."""
        waiting = self._waiting.setdefault(name, bytearray())
        waiting += data
        if len(waiting) >= EXTENT:
            self._flush(name)

    def array(self, name: str, values: NDArray[Any]) -> None:
        """Write an array as a section."""
        kind = values.dtype.newbyteorder("<").str
        self._kinds[name] = kind, list(values.shape)
        self._extents[name] = []
        if values.size:
            self._write(bytes(-self._at % _ALIGNED))
            self._extents[name].append((self._at, values.nbytes))
            self._write(np.ascontiguousarray(values, kind).reshape(-1).view(np.uint8).data)

    def places(self, name: str, offsets: NDArray[np.int64]) -> NDArray[np.int64]:
        """Where bytes of a section stand in the file; ``offsets`` (int64) count from the section's start."""
        self._flush(name)
        extents = np.array(self._extents.get(name, []), np.int64).reshape(-1, 2)
        starts = np.concatenate([[0], np.cumsum(extents[:, 1])])
        which = np.searchsorted(starts, offsets, "right") - 1
        return extents[which, 0] + offsets - starts[which]

    def finish(self) -> dict[str, Any]:
        """Complete the file and put it in place; returns its size and digest. Raises OSError."""
        for name in list(self._waiting):
            self._flush(name)
        foot = {name: [*self._kinds.get(name, ("", [])), extents] for name, extents in self._extents.items()}
        encoded = json.dumps(foot, separators=(",", ":")).encode()
        self._write(encoded + _LENGTH.pack(len(encoded)))
        digest = self._digest.digest()
        self._write(digest)
        self._stream.close()
        self._aside.replace(self._path)
        return {"bytes": self._at, "xxh3_128": digest.hex()}

    def _flush(self, name: str) -> None:
        waiting = self._waiting.pop(name, b"")
        extents = self._extents.setdefault(name, [])
        if waiting:
            extents.append((self._at, len(waiting)))
            self._write(waiting)

    def _write(self, data: bytes | bytearray | memoryview) -> None:
        view = memoryview(data)
        self._digest.update(view)
        self._at += len(view)
        while view:
            view = view[self._stream.write(view) :]


class Section(NamedTuple):
    """Where an array stands in a file."""

    kind: str
    shape: tuple[int, ...]
    at: int
    size: int
    """Bytes."""

    def array(self, mapped: mmap.mmap) -> NDArray[Any]:
        """The array in the mapped file."""
        return np.frombuffer(mapped, self.kind, math.prod(self.shape), self.at).reshape(self.shape)


class Reader:
    """The sections of one file. A context manager."""

    def __init__(self, path: Path | BinaryIO) -> None:
        """``path`` may be an open file, too. Raises Damaged for what is no such file, and OSError."""
        self._path = path
        if isinstance(path, Path):
            self._number = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        else:
            self._number = os.dup(path.fileno())
        try:
            tail = _LENGTH.size + _DIGEST
            end = os.fstat(self._number).st_size - tail
            length = _LENGTH.unpack(self._read(end, _LENGTH.size))[0] if end >= 0 else 0
            if not 0 < length <= end:
                raise Damaged(f"{path} has no list of its sections")
            self._foot: dict[str, Any] = json.loads(self._read(end - length, length))
        except BaseException as error:
            os.close(self._number)
            if isinstance(error, ValueError):
                raise Damaged(f"{path}: {_UNREADABLE}") from error
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._number)

    def extents(self, name: str) -> Iterator[bytes]:
        """The bytes of a section as they were written together; none of one that is not there."""
        for at, size in self._foot.get(name, ["", [], []])[2]:
            yield self._read(at, size)

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of a section, each appended whole, without their ends."""
        for extent in self.extents(name):
            yield from extent.removesuffix(b"\n").split(b"\n")

    def json_lines(self, name: str) -> Iterator[Any]:
        """What the lines of a section hold."""
        for extent in self.extents(name):
            yield from json.loads(b"[" + extent.removesuffix(b"\n").replace(b"\n", b",") + b"]")

    def array(self, name: str) -> NDArray[Any]:
        """A section that is an array."""
        kind, shape, _ = self._foot[name]
        return np.frombuffer(bytearray(b"".join(self.extents(name))), kind).reshape(shape)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All sections that are arrays."""
        return {name: self.array(name) for name, (kind, *_) in self._foot.items() if kind}

    def mapped(self) -> mmap.mmap:
        """The file, mapped: it can be read when it is closed, and removed."""
        return mmap.mmap(self._number, 0, access=mmap.ACCESS_READ)

    def sections(self) -> Mapping[str, Section]:
        """By its name, where each array stands. Raises Damaged."""
        try:
            return {
                name: Section(kind, tuple(shape), *(extents[0] if extents else (0, 0)))
                for name, (kind, shape, extents) in self._foot.items()
                if kind
            }
        except (AttributeError, TypeError, ValueError) as error:  # JSON, but another list than was written
            raise Damaged(f"{self._path}: {_UNREADABLE}") from error

    def _read(self, at: int, size: int) -> bytes:
        os.lseek(self._number, at, os.SEEK_SET)
        pieces = []
        while size and (piece := os.read(self._number, min(size, _PIECE))):
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)


class InPlace(Mapping[str, NDArray[Any]]):
    """The arrays of a file, which is mapped as long as one of them is used. Raises OSError and Damaged.

    To another process goes where the file is.
    """

    def __init__(self, file: File) -> None:
        self._file = file
        self._known: Mapping[str, Section] | None = None
        self._mapped: Callable[[], mmap.mmap | None] = lambda: None

    def __reduce__(self) -> tuple[type[InPlace], tuple[File]]:
        return InPlace, (self._file,)

    def __getitem__(self, name: str) -> NDArray[Any]:
        sections, mapped = self._sections, self._mapped()
        if mapped is None:
            with self._file.open() as stream:
                mapped = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
            self._mapped = weakref.ref(mapped)
        return sections[name].array(mapped)

    def __iter__(self) -> Iterator[str]:
        return iter(self._sections)

    def __len__(self) -> int:
        return len(self._sections)

    @property
    def _sections(self) -> Mapping[str, Section]:
        if self._known is None:
            with self._file.open() as stream, Reader(stream) as file:
                self._known = file.sections()
        return self._known


def is_whole(path: Path, size: int, digest: str) -> bool:
    """Whether a file is there as it was written, by ``finish``'s size and digest; all of it is read."""
    seen = xxhash.xxh3_128()
    try:
        if path.is_symlink() or path.stat().st_size != size:
            return False
        with path.open("rb", buffering=0) as stream:
            left = size - _DIGEST
            while left > 0 and (piece := stream.read(min(left, _PIECE))):
                seen.update(piece)
                left -= len(piece)
            return left == 0 and seen.hexdigest() == digest == stream.read().hex()
    except OSError:
        return False


def is_as_written(mapped: mmap.mmap, digest: str) -> bool:
    """Whether a mapped file holds what was written, by ``finish``'s digest; all of it is read."""
    with memoryview(mapped) as content:
        return xxhash.xxh3_128_hexdigest(content[:-_DIGEST]) == digest == content[-_DIGEST:].hex()
