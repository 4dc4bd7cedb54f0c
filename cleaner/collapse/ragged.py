"""Rows of hashes of different lengths, one after the other: in memory, or in a file that is read in pieces."""

from __future__ import annotations

import mmap
import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from cleaner.staging.files import File, SharedFile

BLOCK = 4_000_000
"""Values worked on at once, 16 MB of hashes: bounds memory, and is enough for a call's cost not to show."""

Hashes = NDArray[np.unsignedinteger[Any]]
"""All of 32 bits, or all of 64."""
Places = NDArray[np.int64]


def ranges(first: Places, last: Places) -> Places:
    """All places from each ``first`` up to its ``last``, one range after the other."""
    sizes = last - first
    ends = np.cumsum(sizes)
    every: Places = np.arange(ends[-1] if len(ends) else 0) + np.repeat(first - ends + sizes, sizes)
    return every


class Ragged:
    """Row ``i`` is ``values[starts[i]:starts[i + 1]]``; ``starts`` has one place more than there are rows."""

    def __init__(self, values: Hashes, starts: Places) -> None:
        self.values = values
        self.starts = starts

    @classmethod
    def of(cls, rows: Sequence[Hashes]) -> Ragged:
        """Of single rows."""
        starts = np.zeros(len(rows) + 1, np.int64)
        np.cumsum([len(row) for row in rows], out=starts[1:])
        return cls(np.concatenate(rows) if rows else np.empty(0, np.uint32), starts)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, row: int) -> Hashes:
        return self._between(int(self.starts[row]), int(self.starts[row + 1]))

    def __iter__(self) -> Iterator[Hashes]:
        return (self[row] for row in range(len(self)))

    @property
    def sizes(self) -> Places:
        """Length of every row."""
        return np.diff(self.starts)

    def sizes_of(self, rows: Places) -> Places:
        """Length of each of these rows."""
        return self.starts[rows + 1] - self.starts[rows]

    def take(self, rows: Places) -> Ragged:
        """These rows, in memory."""
        starts = np.zeros(len(rows) + 1, np.int64)
        np.cumsum(self.sizes_of(rows), out=starts[1:])
        return Ragged(self._at(ranges(self.starts[rows], self.starts[rows + 1])), starts)

    def taken(self, rows: Places, folder: Path | None = None) -> Ragged:
        """These rows in their order, with a folder in a file there."""
        writer = RaggedWriter(folder)
        total = np.cumsum(self.sizes_of(rows))
        for part in np.split(rows, np.searchsorted(total, np.arange(BLOCK, total[-1] if len(rows) else 0, BLOCK))):
            block = self.take(part)
            writer.add(block.values, block.sizes)
        return writer.finish()

    def blocks(self, most: int = BLOCK) -> Iterator[tuple[int, Ragged]]:
        """All rows in order, in blocks of at most so many values (or one row): (first row, block in memory)."""
        first = 0
        while first < len(self):
            last = int(np.searchsorted(self.starts, self.starts[first] + most, "right")) - 1
            last = min(max(last, first + 1), len(self))
            begin, end = int(self.starts[first]), int(self.starts[last])
            yield first, Ragged(self._between(begin, end), self.starts[first : last + 1] - begin)
            first = last

    def rows(self) -> NDArray[np.int64]:
        """For every value the row it stands in."""
        return np.repeat(np.arange(len(self)), self.sizes)


    def discard(self) -> None:
        """The rows will not be asked for again: give back what they take."""
        self.values = np.empty(0, self.values.dtype)

    def _between(self, begin: int, end: int) -> Hashes:
        return self.values[begin:end]

    def _at(self, places: Places) -> Hashes:
        return self.values[places]


class _FileRagged(Ragged):
    """Rows whose values are in a file. What was read does not stay in this process' memory."""

    def __init__(self, file: File, starts: Places, kind: str) -> None:
        self._file = file
        self._kind = np.dtype(kind)
        self._map: mmap.mmap | None = None
        self._values: Hashes | None = None
        super().__init__(np.empty(0, kind), starts)

    def __reduce__(self) -> tuple[type[_FileRagged], tuple[File, Places, str]]:
        """In another process it maps the same file, when a value is asked for: it may have to be fetched."""
        return _FileRagged, (self._file, self.starts, self._kind.str)

    @property
    def values(self) -> Hashes:
        """All of them, mapped."""
        if self._values is None:
            with self._file.open() as stream:
                self._map = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
            found: Hashes = np.frombuffer(self._map, self._kind)
            self._values = found
        return self._values

    @values.setter
    def values(self, values: Hashes) -> None:
        self._values = values if len(values) else None

    def discard(self) -> None:
        """The rows will not be asked for again: remove the file."""
        super().discard()
        self._map = None
        if isinstance(self._file, SharedFile):
            Path(self._file.path).unlink()

    def _between(self, begin: int, end: int) -> Hashes:
        with self._file.open() as stream:
            found: Hashes = np.fromfile(stream, self._kind, end - begin, offset=self._kind.itemsize * begin)
        return found

    def _at(self, places: Places) -> Hashes:
        found: Hashes = self.values[places]
        if self._map is not None and hasattr(self._map, "madvise"):  # else what was looked at counts as this process'
            self._map.madvise(mmap.MADV_DONTNEED)
        return found


class RaggedWriter:
    """Collects rows; with a folder their values go to a file in it."""

    def __init__(self, folder: Path | None) -> None:
        self._parts: list[Hashes] = []
        self._kind: np.dtype[Any] = np.dtype(np.uint32)
        self._sizes: list[Places] = [np.zeros(1, np.int64)]
        self._stream: BinaryIO | None = None
        self._file: Path | None = None
        if folder is not None:
            number, name = tempfile.mkstemp(dir=folder, suffix=".hashes")
            self._stream, self._file = os.fdopen(number, "wb"), Path(name)

    def add(self, values: Hashes, sizes: Places) -> None:
        """Append rows of these sizes, their values one after the other."""
        self._sizes.append(np.asarray(sizes, np.int64))
        self._kind = values.dtype
        if self._stream is None:
            self._parts.append(values)
        else:
            self._stream.write(np.ascontiguousarray(values).data)

    def finish(self) -> Ragged:
        """All rows."""
        starts = np.cumsum(np.concatenate(self._sizes))
        if self._stream is None or self._file is None:
            return Ragged(np.concatenate([np.empty(0, self._kind), *self._parts]), starts)
        self._stream.close()
        if not starts[-1]:
            return Ragged(np.empty(0, self._kind), starts)
        return _FileRagged(SharedFile(self._file), starts, self._kind.str)
