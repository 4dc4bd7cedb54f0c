"""Files and folders of this machine that carried tasks read and write: ``sender`` sends others in their place."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

Span = tuple[int, int]
"""First byte of a range, and how many there are."""


class Reader(Protocol):
    """Reads here and there in one file."""

    def ask(self, spans: Iterable[Span]) -> None:
        """These will be read next: what is far away is fetched at once."""
        ...

    def read(self, at: int, size: int) -> bytes:
        """So many bytes from a place on. Raises OSError."""
        ...

    def close(self) -> None:
        """Nothing more will be read."""
        ...


class File(Protocol):
    """A file that tasks read."""

    def open(self) -> BinaryIO:
        """The whole file for reading, on a disk of the machine that asks. Raises OSError."""
        ...

    def reader(self) -> Reader:
        """What reads here and there in it. Raises OSError."""
        ...


class Parts(Protocol):
    """The files of the parts of a plan."""

    def file(self, number: int) -> File:
        """That of one part."""
        ...


class Folder(Protocol):
    """A folder that takes what tasks write."""

    def opened(self) -> AbstractContextManager[Path]:
        """A folder for files and their marks, in whose place they are when the block ends."""
        ...


class SharedFile:
    """A file of this machine."""

    def __init__(self, path: str | Path) -> None:
        self.path = str(path)

    def open(self) -> BinaryIO:
        """See ``File``."""
        return open(self.path, "rb", buffering=0)  # noqa: PTH123 - often, and it is returned

    def reader(self) -> Reader:
        """See ``File``."""
        return LocalReader(os.open(self.path, os.O_RDONLY | getattr(os, "O_BINARY", 0)))


class WorkFile(SharedFile):
    """A file of the working folder that has its mark. Where that stands for one in a store, it is there already."""


class LocalReader:
    """Reads in a file that is open, and is closed by this one."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def ask(self, spans: Iterable[Span]) -> None:
        """Nothing is far away."""

    def read(self, at: int, size: int) -> bytes:
        """See ``Reader``."""
        return os.pread(self._descriptor, size, at)

    def close(self) -> None:
        """See ``Reader``."""
        os.close(self._descriptor)


class SharedParts:
    """Files of parts on this machine."""

    def __init__(self, path: str | Path) -> None:
        """``path`` is theirs up to ``-00000``."""
        self.path = str(path)

    def file(self, number: int) -> SharedFile:
        """See ``Parts``."""
        return SharedFile(part_path(self.path, number))


class SharedFolder:
    """A folder of this machine."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def opened(self) -> Iterator[Path]:
        """See ``Folder``."""
        yield self.path


def part_path(parts: str, number: int) -> str:
    """The path of a part file by its number."""
    return f"{parts}-{number:05d}"
