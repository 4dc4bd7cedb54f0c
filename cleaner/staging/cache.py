"""Files of a store on the disk of a machine that does tasks: each fetched once for all processes there.

The folder is one of the system's temporary ones, for one working folder in a store. Whoever uses it holds a lock on it
that goes with the process; the last one that leaves removes it, and where that was killed, ``reaper``.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import weakref
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

import xxhash

from cleaner.remote import RemotePath
from cleaner.staging.files import Span
from cleaner.staging.reaper import LOCK, REAPER
from cleaner.staging.sections import is_whole

try:
    import fcntl
except ImportError:  # Windows: each process has a folder of its own
    fcntl = None  # type: ignore[assignment]

NAME = "cleaner-cache-"
REQUEST = 256 * 1024
"""Bytes that are fetched in the time that a request takes to be answered, some 5 ms of a connection."""
GAP = 16 * 1024
"""Bytes between two ranges that are rather fetched along than left out by a request more."""


class Cache:
    """What was fetched of the working folder ``url``; digests are of 128 bits (XXH3)."""

    def __init__(self, url: str) -> None:
        """Raises OSError."""
        self._store = RemotePath(url)
        self.folder, lock = _entered(xxhash.xxh3_64_hexdigest(url.encode()))
        self._asked: Counter[str] = Counter()
        self._marks: dict[str, dict[str, Any]] = {}
        self._run = ""
        weakref.finalize(self, _left, self.folder, lock)  # when the interpreter ends, too

    def mark(self, name: str, run: str) -> dict[str, Any]:
        """What the mark of a part file in the store says, read once in a run. Raises OSError."""
        if run != self._run:
            self._run, self._marks = run, {}
        if name not in self._marks:
            self._marks[name] = json.loads((self._store / f"{name}.json").read_text("utf-8"))
        return self._marks[name]

    def opened(self, name: str, size: int, digest: str) -> BinaryIO:
        """A file of the store, fetched whole. Raises OSError."""
        path = self._path(name, digest)
        while True:
            try:
                stream = path.open("rb", buffering=0)
                os.utime(path)  # what was used last stays longest
                return stream
            except FileNotFoundError:
                self._fetch(path, name, size, digest)

    def pays_whole(self, name: str, size: int, digest: str, spans: Sequence[Span]) -> bool:
        """Whether a file is rather fetched whole, as these ranges of it are wanted now, and others were before.

        It is once they cost as much as the whole does: so never more than twice of what is best is fetched.
        """
        self._asked[name] += sum(REQUEST + length for _, length in _joined(spans))
        fits = size <= self._room()
        return self._path(name, digest).exists() or (self._asked[name] >= size and fits)

    def ranges(self, name: str, spans: Sequence[Span]) -> dict[int, bytes]:
        """Ranges of a file of the store, by their first bytes. Raises OSError."""
        joined = _joined(spans)
        found = (self._store / name).read_ranges(joined)
        pieces = {at: piece for (at, _), piece in zip(joined, found, strict=True)}
        starts = iter(joined)
        begin, length = next(starts, (0, 0))
        held = {}
        for at, size in sorted(spans):
            while at >= begin + length and size:
                begin, length = next(starts)
            held[at] = pieces[begin][at - begin : at - begin + size] if size else b""
        return held

    def _path(self, name: str, digest: str) -> Path:
        return self.folder / f"{name}-{digest[:16]}"

    def _fetch(self, path: Path, name: str, size: int, digest: str) -> None:
        with _locked(path.with_name(f"{path.name}.lock")):
            if path.exists():
                return
            self._make_room(size)
            number, aside = tempfile.mkstemp(dir=self.folder, suffix=".part")
            os.close(number)
            try:
                (self._store / name).fetch(Path(aside))
                if not is_as_put(Path(aside), size, digest):
                    raise OSError(None, "it is not as it was put there", str(self._store / name))
                Path(aside).replace(path)
            finally:
                Path(aside).unlink(missing_ok=True)

    def _held(self) -> list[tuple[float, int, Path]]:
        """Time of last use, size and path of what is there."""
        found = []
        for entry in os.scandir(self.folder):
            with suppress(FileNotFoundError):
                state = entry.stat()
                if entry.is_file(follow_symlinks=False) and not entry.name.endswith((LOCK, REAPER, ".part")):
                    found.append((state.st_mtime, state.st_size, Path(entry.path)))
        return found

    def _room(self) -> int:
        """Bytes that may be held: half of what the disk has room for."""
        return (shutil.disk_usage(self.folder).free + sum(size for _, size, _ in self._held())) // 2

    def _make_room(self, wanted: int) -> None:
        """Remove what was not used for longest; whoever has it open or mapped goes on with it."""
        held = sorted(self._held())
        total = sum(size for _, size, _ in held)
        most = self._room()
        for _, size, path in held:
            if total + wanted <= most:
                return
            path.unlink(missing_ok=True)
            total -= size


@lru_cache(maxsize=1)
def of(url: str) -> Cache:
    """That of a process, from one task to the next. Raises OSError."""
    return Cache(url)


def is_as_put(path: Path, size: int, digest: str) -> bool:
    """Whether a file is as its digest says: of all of it, or, of one of sections, of what is before the digest."""
    if is_whole(path, size, digest):
        return True
    with path.open("rb", buffering=0) as stream:
        return path.stat().st_size == size and hashlib.file_digest(stream, xxhash.xxh3_128).hexdigest() == digest


def _joined(spans: Sequence[Span]) -> list[Span]:
    """Ascending ranges that hold these, near ones in one."""
    found: list[Span] = []
    for at, size in sorted(span for span in spans if span[1]):
        if found and at <= sum(found[-1]) + GAP:
            begin, length = found[-1]
            found[-1] = begin, max(length, at + size - begin)
        else:
            found.append((at, size))
    return found


def _entered(key: str) -> tuple[Path, int | None]:
    """The folder for ``key``, and the lock on it that is shared with others. Raises OSError."""
    parent = Path(tempfile.gettempdir())
    if fcntl is None:
        return Path(tempfile.mkdtemp(prefix=NAME)), None
    prefix = f"{NAME}{os.getuid()}-"
    for other in parent.glob(f"{prefix}*"):
        if other.name != f"{prefix}{key}":
            with suppress(OSError):
                if _is_own(other):
                    _left(other, os.open(other / LOCK, os.O_RDWR | os.O_CREAT))
    folder = parent / f"{prefix}{key}"
    while True:
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        try:
            if not _is_own(folder):
                return Path(tempfile.mkdtemp(prefix=NAME)), None
            lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        except FileNotFoundError:
            continue  # the last one left meanwhile
        fcntl.flock(lock, fcntl.LOCK_SH)
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(lock), (folder / LOCK).stat()):
                _see_to_reaper(folder)
                return folder, lock
        os.close(lock)


def _is_own(folder: Path) -> bool:
    """Whether it is a folder of this user, no link and nobody else's. Raises OSError."""
    state = folder.lstat()
    return state.st_uid == os.getuid() and stat.S_ISDIR(state.st_mode)


def _see_to_reaper(folder: Path) -> None:
    """See to it that somebody removes the folder, also where all who hold it are killed."""
    with suppress(OSError), (folder / REAPER).open("ab") as own:
        fcntl.flock(own, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.flock(own, fcntl.LOCK_UN)
        program = [sys.executable, "-I", "-S", str(Path(__file__).with_name("reaper.py")), str(folder)]
        quiet = subprocess.DEVNULL
        subprocess.run(program, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True, check=False)


def _left(folder: Path, lock: int | None) -> None:
    """Give up a lock, and remove the folder where nobody else holds it."""
    if lock is None:
        shutil.rmtree(folder, ignore_errors=True)
        return
    try:
        with suppress(OSError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(lock)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Let one process at a time do something."""
    if fcntl is None:
        yield
        return
    with path.open("wb") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield
