"""Input files in, how far they are out: found while listed, their number and sizes, the place within the open one."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from cleaner.sources import InputFile

Item = TypeVar("Item")
MANY = 2_000
"""Files from which it is told that an input is being listed."""
AGAIN_SECONDS = 5.0
"""Seconds until that is told again; and from which on it is told of fewer, of a slow store or disk."""


class Listing:
    """Tells of a large input, or a slow one, that it is being listed: called with each file that is found."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._count = 0
        self._told = time.monotonic()

    def __call__(self, _found: object) -> None:
        """One more was found."""
        self._count += 1
        if self._count == MANY or time.monotonic() - self._told >= AGAIN_SECONDS:
            self._told = time.monotonic()
            self._tell(f"listing the input: {self._count:,} files so far")


class Files:
    """How far the reading of input files is, in files and bytes."""

    def __init__(self, files: Sequence[InputFile]) -> None:
        self._files = files
        self._sizes = [_size(file) for file in files]
        self.bytes = sum(self._sizes)
        self.measured = all(file.path != "-" for file in files)
        self._finished = self._before = self._records = 0
        self._ended = False

    def opened(self, files: Iterable[InputFile]) -> Iterator[InputFile]:
        """Hand on the files, each of which is read when the next is asked for."""
        for file, size in zip(files, self._sizes, strict=True):
            yield file
            self._finished += 1
            self._before += size

    def count(self, records: Iterable[Item]) -> Iterator[Item]:
        """Hand records on."""
        for record in records:
            self._records += 1
            yield record
        self._ended = True

    def read_bytes(self) -> int:
        """Bytes that were read, within the file that is open as far as the system tells."""
        if self._finished == len(self._files):
            return self.bytes
        file = self._files[self._finished]
        place = _place_in(os.path.realpath(file.path)) - (file.part.begin if file.part else 0) if self._records else 0
        return self._before + min(max(0, place), self._sizes[self._finished])

    def share(self, done: int) -> float | None:
        """Share of the bytes whose records are done."""
        if self._ended:
            return done / self._records if self._records else 1.0
        if not self.measured or not self.bytes or not self._records:
            return None
        return self.read_bytes() / self.bytes * min(1.0, done / self._records)

    def figures(self) -> dict[str, int | None]:
        """Files and bytes, for machines."""
        whole = self.bytes if self.measured else None
        return {
            "files": self._finished, "files_total": len(self._files), "bytes": self.read_bytes(), "bytes_total": whole
        }  # fmt: skip

    def amount(self) -> str:
        """Files and bytes in words."""
        count = "1 file" if len(self._files) == 1 else f"{len(self._files):,} files"
        return f"{count}, {size_of(self.bytes)}" if self.measured else count


def size_of(count: int) -> str:
    """Bytes as a person reads them."""
    if count < 1_000_000:
        return f"{count / 1e3:.0f} kB"
    return f"{count / 1e6:.1f} MB" if count < 1_000_000_000 else f"{count / 1e9:.1f} GB"


def _size(file: InputFile) -> int:
    if file.part is not None:
        return file.part.end - file.part.begin
    if file.size is not None:
        return file.size
    try:
        return os.stat(file.path).st_size  # noqa: PTH116 - a Path a file takes most of the time of a million
    except (OSError, ValueError):  # reading it will say what is wrong
        return 0


def _place_in(real: str) -> int:
    """How far this process has read the file ``real``, by its descriptors; 0 where the system does not tell."""
    with suppress(OSError):
        for number in Path("/proc/self/fd").iterdir():
            with suppress(OSError):
                if str(number.readlink()) == real:
                    told = Path("/proc/self/fdinfo", number.name).read_text(encoding="ascii")
                    return int(told.split(maxsplit=2)[1])
    return 0
