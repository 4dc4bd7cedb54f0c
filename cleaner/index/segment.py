"""A segment: named arrays that are written once, each in a .npy file of its own, and mapped when read."""

from __future__ import annotations

import math
import mmap
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np

from cleaner.index import checksum
from cleaner.index.format import DamagedIndex

_FOLDER = re.compile(r"\d{6,}(-\d{6,})?")
_FILE = re.compile(r"(record|text|version|sample|sketch|band|near|report|posting|event|frequency)_[a-z_]+\.npy")
"""Names of segments and of their files; nothing else in a folder is an index's own."""


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
        self._maps: dict[str, mmap.mmap] = {}
        self._checked: set[str] = set()
        """Files whose checksum was found to be right."""
        self._spooled = False

    @classmethod
    def spooled(cls, parent: Path, name: str) -> Segment:
        """A new segment below ``parent`` whose arrays go to their files one by one; ``save`` ends it."""
        segment = cls(name, parent / name)
        segment._spooled = True
        (parent / name).mkdir(parents=True, exist_ok=True)
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
        self._add(_write(self._folder, name, array))

    def put_ragged(self, name: str, rows: Sequence[np.ndarray], kind: type[np.generic]) -> None:
        """Set arrays of different lengths as one with the places where each starts."""
        self.put(f"{name}_starts", np.r_[0, np.cumsum([len(row) for row in rows])].astype(np.int64))
        self.put(name, np.concatenate(rows).astype(kind) if rows else np.empty(0, kind))

    def put_bytes(self, name: str, rows: Sequence[bytes]) -> None:
        """Set byte strings of different lengths."""
        self.put(f"{name}_starts", np.r_[0, np.cumsum([len(row) for row in rows])].astype(np.int64))
        self.put(name, np.frombuffer(b"".join(rows), np.uint8))

    def get(self, name: str) -> np.ndarray:
        """An array. Raises DamagedIndex when its file is not what was written."""
        if name not in self._arrays:
            self._arrays[name] = self._load(self._entries[name])
        return self._arrays[name]

    def load(self) -> None:
        """Map every file now, so that the segment stays readable when its files are removed. Raises DamagedIndex."""
        for entry in self._entries.values():
            self._mapped(entry)

    def check(self) -> None:
        """Read every file. Raises DamagedIndex for the first that is not what was written."""
        for name in sorted(self._entries):
            if name not in self._checked:
                self._check(self._entries[name])

    def row(self, name: str, i: int) -> np.ndarray:
        """Row ``i`` of a ragged array."""
        starts = self.get(f"{name}_starts")
        return self.get(name)[starts[i] : starts[i + 1]]

    def _path(self, entry: FileEntry) -> Path:
        if self._folder is None:
            raise RuntimeError(f"segment {self.name} has no files yet")
        return self._folder / f"{entry.name}.npy"

    def _mapped(self, entry: FileEntry) -> mmap.mmap:
        if entry.name not in self._maps:
            with self._opened(entry) as file:
                self._maps[entry.name] = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return self._maps[entry.name]

    def _opened(self, entry: FileEntry) -> BinaryIO:
        path = self._path(entry)
        try:
            file = path.open("rb")
        except (FileNotFoundError, NotADirectoryError) as error:
            raise DamagedIndex(f"{path} is missing") from error
        size = os.fstat(file.fileno()).st_size
        if size != entry.size:
            file.close()
            raise DamagedIndex(f"{path} has {size} bytes, {entry.size} were written")
        return file

    def _check(self, entry: FileEntry) -> None:
        if entry.name in self._maps:
            found = checksum.of_map(self._maps[entry.name])
        else:
            with self._opened(entry) as file:
                found = checksum.of_file(file)
        if found != entry.checksum:
            raise DamagedIndex(f"{self._path(entry)} has another checksum than what was written")
        self._checked.add(entry.name)

    def _load(self, entry: FileEntry) -> np.ndarray:
        if entry.name not in self._checked:
            self._check(entry)
        mapped = self._mapped(entry)
        mapped.seek(0)
        np.lib.format.read_magic(mapped)
        shape, _, kind = np.lib.format.read_array_header_1_0(mapped)
        return np.frombuffer(mapped, kind, offset=mapped.tell(), count=math.prod(shape)).reshape(shape)

    def _add(self, entry: FileEntry) -> None:
        self._entries[entry.name] = entry
        self._checked.add(entry.name)

    def damaged_files(self) -> list[str]:
        """What is wrong with the files, read whole: one line each."""
        found = []
        for name in sorted(self._entries):
            entry = self._entries[name]
            path = self._path(entry)
            try:
                self._check(entry)
            except DamagedIndex as error:
                found.append(error.what)
            except OSError as error:
                found.append(f"{path}: {error.strerror}")
        return found

    def save(self, parent: Path) -> list[FileEntry]:
        """Write all arrays into the segment's folder below ``parent`` and make them durable."""
        folder = parent / self.name
        if not self._spooled:
            folder.mkdir(parents=True, exist_ok=True)
            self._folder = folder
            for name in sorted(self._arrays):
                self._add(_write(folder, name, self._arrays[name]))
        checksum.sync_folder(folder)
        checksum.sync_folder(parent)
        return [self._entries[name] for name in sorted(self._entries)]


def _write(folder: Path, name: str, array: np.ndarray) -> FileEntry:
    path = folder / f"{name}.npy"
    try:
        with path.open("wb") as file:
            np.save(file, np.ascontiguousarray(array), allow_pickle=False)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise OSError(error.errno, error.strerror or "it cannot be written", str(path)) from error
    with path.open("rb") as file:
        return FileEntry(name, path.stat().st_size, checksum.of_file(file))


def remove_unnamed(parent: Path, named: Iterable[str]) -> None:
    """Remove the segments below ``parent`` that are none of the ``named``; what is no segment's stays."""
    kept = set(named)
    for folder in sorted(parent.iterdir()):
        if folder.name in kept or not _FOLDER.fullmatch(folder.name) or folder.is_symlink() or not folder.is_dir():
            continue
        for path in folder.iterdir():
            if _FILE.fullmatch(path.name):
                path.unlink()
        with suppress(OSError):  # somebody else's file is in it
            folder.rmdir()
