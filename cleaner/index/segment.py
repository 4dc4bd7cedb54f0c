"""A segment: named arrays that are written once, each in a .npy file of its own, and mapped when read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import xxhash

from cleaner.index.format import DamagedIndex

_CHUNK = 1 << 20


class FileEntry(NamedTuple):
    """A file as the manifest knows it."""

    name: str
    size: int
    checksum: str
    """xxh3, 128 bits."""


class Segment:
    """Arrays by name: in memory while they are made, from memory-mapped files afterwards."""

    def __init__(self, name: str, folder: Path | None = None, entries: Iterable[FileEntry] = ()) -> None:
        self.name = name
        self._folder = folder
        self._entries = {entry.name: entry for entry in entries}
        self._arrays: dict[str, np.ndarray] = {}
        self._spooled = False

    @classmethod
    def spooled(cls, parent: Path, name: str) -> Segment:
        """A new segment below ``parent`` whose arrays go to their files one by one; ``save`` ends it."""
        segment = cls(name, parent / name)
        segment._spooled = True
        (parent / name).mkdir(parents=True)
        return segment

    @property
    def entries(self) -> Mapping[str, FileEntry]:
        """The files, by the name of their array."""
        return self._entries

    def __contains__(self, name: str) -> bool:
        return name in self._arrays or name in self._entries

    def put(self, name: str, array: np.ndarray) -> None:
        """Set an array that is not in a file yet."""
        if not self._spooled:
            self._arrays[name] = np.ascontiguousarray(array)
            return
        if self._folder is None:
            raise RuntimeError("a spooled segment has a folder")
        self._entries[name] = _write(self._folder, name, array)

    def put_ragged(self, name: str, rows: Sequence[np.ndarray], kind: type[np.generic]) -> None:
        """Set arrays of different lengths as one with the places where each starts."""
        self.put(f"{name}_starts", np.r_[0, np.cumsum([len(row) for row in rows])].astype(np.int64))
        self.put(name, np.concatenate(rows).astype(kind) if rows else np.empty(0, kind))

    def put_bytes(self, name: str, rows: Sequence[bytes]) -> None:
        """Set byte strings of different lengths."""
        self.put(f"{name}_starts", np.r_[0, np.cumsum([len(row) for row in rows])].astype(np.int64))
        self.put(name, np.frombuffer(b"".join(rows), np.uint8))

    def get(self, name: str) -> np.ndarray:
        """An array. Raises DamagedIndex when its file is not there or not as long as it was written."""
        if name not in self._arrays:
            self._arrays[name] = self._load(self._entries[name])
        return self._arrays[name]

    def load(self) -> None:
        """Map every file now, so that the segment stays readable when its files are removed."""
        for name in self._entries:
            self.get(name)

    def row(self, name: str, i: int) -> np.ndarray:
        """Row ``i`` of a ragged array."""
        starts = self.get(f"{name}_starts")
        return self.get(name)[starts[i] : starts[i + 1]]

    def _path(self, entry: FileEntry) -> Path:
        if self._folder is None:
            raise RuntimeError(f"segment {self.name} has no files yet")
        return self._folder / f"{entry.name}.npy"

    def _load(self, entry: FileEntry) -> np.ndarray:
        path = self._path(entry)
        try:
            size = path.stat().st_size
            if size != entry.size:
                raise DamagedIndex(f"{path} has {size} bytes, {entry.size} were written")
            loaded: np.ndarray = np.load(path, mmap_mode="r", allow_pickle=False)
        except FileNotFoundError as error:
            raise DamagedIndex(f"{path} is missing") from error
        except (ValueError, EOFError) as error:
            raise DamagedIndex(f"{path} is no array: {error}") from error
        return loaded

    def damaged_files(self) -> list[str]:
        """What is wrong with the files, read whole: one line each."""
        found = []
        for name in sorted(self._entries):
            entry = self._entries[name]
            path = self._path(entry)
            if not path.is_file():
                found.append(f"{path} is missing")
            elif path.stat().st_size != entry.size:
                found.append(f"{path} has {path.stat().st_size} bytes, {entry.size} were written")
            elif checksum(path) != entry.checksum:
                found.append(f"{path} has another checksum than what was written")
        return found

    def save(self, parent: Path) -> list[FileEntry]:
        """Write all arrays into the segment's folder below ``parent`` and make them durable."""
        folder = parent / self.name
        if not self._spooled:
            folder.mkdir(parents=True)
            self._folder = folder
            for name in sorted(self._arrays):
                self._entries[name] = _write(folder, name, self._arrays[name])
        sync_folder(folder)
        sync_folder(parent)
        return [self._entries[name] for name in sorted(self._entries)]


def _write(folder: Path, name: str, array: np.ndarray) -> FileEntry:
    path = folder / f"{name}.npy"
    with path.open("wb") as file:
        np.save(file, np.ascontiguousarray(array), allow_pickle=False)
        file.flush()
        os.fsync(file.fileno())
    return FileEntry(name, path.stat().st_size, checksum(path))


def checksum(path: Path) -> str:
    """xxh3 (128 bits) of a file's bytes, in hexadecimal."""
    digest = xxhash.xxh3_128()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def sync_folder(folder: Path) -> None:
    """Make a folder's list of files durable, where the system can."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
