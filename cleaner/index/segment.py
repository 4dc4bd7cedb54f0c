"""A segment: the arrays that a run brought, in one file of named sections (``staging.sections``), mapped when read."""

from __future__ import annotations

import mmap
import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import numpy as np

from cleaner.collapse.ragged import Ragged
from cleaner.index.format import DamagedIndex
from cleaner.sinks.publish import sync
from cleaner.staging import sections

_NAME = re.compile(rf"\d{{6,}}(-\d{{6,}})?(-\w+{re.escape(sections.ASIDE)})?")
"""Names of segments, and of such that were not finished; nothing else in a folder is an index's own."""
Arrays = Mapping[str, np.ndarray]


class Segment:
    """Arrays by name: in memory while they are made, from the mapped file afterwards."""

    def __init__(self, name: str, folder: Path | None = None, size: int = 0, digest: str = "") -> None:
        """``size`` and ``digest`` are those of the file in ``folder``, as ``save`` left them."""
        self.name = name
        self.size = size
        self.digest = digest
        self._path = None if folder is None else folder / name
        self._arrays: dict[str, np.ndarray] = {}
        self._sections: Mapping[str, sections.Section] = {}
        self._map: mmap.mmap | None = None

    def put(self, arrays: Arrays) -> None:
        """Set arrays of a segment that is being made."""
        self._arrays.update(arrays)

    def holds(self, table: str) -> bool:
        """Whether it has such a table."""
        return not {f"{table}_number", f"{table}_holder"}.isdisjoint(self._arrays or self.load())

    def get(self, name: str) -> np.ndarray:
        """An array. Raises DamagedIndex when the file is not what was written, KeyError for none of its arrays."""
        self.check()
        return self._arrays[name]

    def under(self, prefix: str) -> Arrays:
        """The arrays whose names begin so, by the rest of their names."""
        self.check()
        return {name.removeprefix(prefix): one for name, one in self._arrays.items() if name.startswith(prefix)}

    def ragged(self, name: str) -> Ragged:
        """An array of rows of different lengths."""
        return Ragged(self.get(name), self.get(f"{name}_starts"))

    def load(self) -> Mapping[str, sections.Section]:
        """Map the file, which can be read then when it is removed; its sections by name. Raises DamagedIndex."""
        if self._map is None and self._path is not None:
            try:
                size = self._path.stat().st_size
                if size != self.size:
                    raise DamagedIndex(f"{self._path} has {size} bytes, {self.size} were written")
                with sections.Reader(self._path) as file:
                    self._map, self._sections = file.mapped(), file.sections()
            except (FileNotFoundError, NotADirectoryError) as error:
                raise DamagedIndex(f"{self._path} is missing") from error
            except sections.Damaged as error:
                raise DamagedIndex(str(error)) from error
        return self._sections

    def check(self) -> None:
        """Read the file whole, once. Raises DamagedIndex where it is not what was written."""
        if self._arrays or self._path is None:
            return
        every = self.load()
        if (mapped := self._map) is None or not sections.is_as_written(mapped, self.digest):
            raise DamagedIndex(f"{self._path} has another checksum than what was written")
        if hasattr(mapped, "madvise"):  # else what was looked at counts as this process's
            mapped.madvise(mmap.MADV_DONTNEED)
        self._arrays = {name: section.array(mapped) for name, section in every.items()}

    def save(self, folder: Path, arrays: Iterable[tuple[str, np.ndarray]] = ()) -> None:
        """Write the arrays, or those given, each before the next is made, into a file in ``folder``, durably.

        Raises OSError.
        """
        path = folder / self.name
        try:
            with sections.Writer(path) as file:
                for name, values in arrays or sorted(self._arrays.items()):
                    file.array(name, values)
                told = file.finish()
            path.chmod(folder.stat().st_mode & 0o666)  # whoever may read the folder may read it
            sync(path)
        except OSError as error:
            raise OSError(error.errno, error.strerror or "it cannot be written", str(path)) from error
        sync(folder, or_fail=True)
        self._path, self.size, self.digest = path, told["bytes"], told["xxh3_128"]


def remove_unnamed(folder: Path, named: Collection[str]) -> None:
    """Remove the segments in ``folder`` that are none of the ``named``; what is no segment's stays."""
    for path in sorted(folder.iterdir()):
        if path.name not in named and _NAME.fullmatch(path.name) and path.is_file() and not path.is_symlink():
            path.unlink()
