"""Files and folders in a store, as a carried task has them on whatever machine it came to."""

from __future__ import annotations

import mmap
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

from cleaner.staging import cache, marks
from cleaner.staging.files import LocalReader, Reader, Span, part_path


class StoredFile(NamedTuple):
    """A file in a store."""

    folder: str
    """URL of the working folder there."""
    name: str
    size: int
    digest: str

    def open(self) -> BinaryIO:
        """See ``files.File``: it is fetched whole."""
        return cache.of(self.folder).opened(self.name, self.size, self.digest)

    def reader(self) -> Reader:
        """See ``files.File``."""
        return _RangeReader(self)

    def content(self) -> memoryview:
        """All of it, mapped; what is written to it nobody else sees."""
        if not self.size:
            return memoryview(bytearray())
        with self.open() as stream:
            return memoryview(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_COPY))


class StoredParts(NamedTuple):
    """Part files in a store."""

    folder: str
    name: str
    """Theirs up to ``-00000``."""
    run: str
    """What names the run: another one may have written others there."""

    def file(self, number: int) -> StoredFile:
        """See ``files.Parts``. Raises OSError."""
        name = part_path(self.name, number)
        mark = cache.of(self.folder).mark(name, self.run)
        return StoredFile(self.folder, name, mark["bytes"], mark["xxh3_128"])


class StoredFolder(NamedTuple):
    """A folder in a store that takes what tasks write."""

    folder: str

    @contextmanager
    def opened(self) -> Iterator[Path]:
        """See ``files.Folder``: a file goes there when its mark is written. Raises OSError."""
        held = cache.of(self.folder)  # another thread may ask for that of another run, and this one would go
        with tempfile.TemporaryDirectory(dir=held.folder) as here:
            marks.stand_for(Path(here), self.folder)
            yield Path(here)


class _RangeReader:
    """Reads ranges, until fetching all of the file would have cost no more."""

    def __init__(self, file: StoredFile) -> None:
        self._file = file
        self._whole: LocalReader | None = None
        self._held: dict[int, bytes] = {}

    def ask(self, spans: Iterable[Span]) -> None:
        """See ``files.Reader``."""
        if self._whole is not None:
            return
        file, wanted = self._file, list(spans)
        if cache.of(file.folder).pays_whole(file.name, file.size, file.digest, wanted):
            with file.open() as stream:
                self._whole = LocalReader(os.dup(stream.fileno()))
            self._held = {}
        else:
            self._held = cache.of(file.folder).ranges(file.name, wanted)

    def read(self, at: int, size: int) -> bytes:
        """See ``files.Reader``."""
        if self._whole is None and len(self._held.get(at, b"")) < size:
            self.ask([(at, size)])
        return self._held[at][:size] if self._whole is None else self._whole.read(at, size)

    def close(self) -> None:
        """See ``files.Reader``."""
        if self._whole is not None:
            self._whole.close()
