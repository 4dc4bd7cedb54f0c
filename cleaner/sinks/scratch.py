"""Folders beside the output for what is not finished, each under a lock that goes with the process that holds it."""

from __future__ import annotations

import errno
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = ".cleaner-unfinished-"
RUN = ".cleaner-work"
"""Scratch of the one run that may write into a folder at a time."""
LOCK = "lock"
WAIT_SECONDS = 2.0
"""How long another run's lock is waited for: the workers of a killed run end a moment after it."""
OLD_SECONDS = 24 * 3600.0
"""Age from which scratch without a lock goes: of cleaner 0.1, or of a file system that knows no locks."""


class Busy(Exception):
    """A living process holds the scratch."""


class Scratch:
    """A folder and the lock on it; ``release`` removes both."""

    def __init__(self, path: Path, lock: int | None) -> None:
        self.path = path
        self._lock = lock

    def clear(self, left: Collection[str] = ()) -> None:
        """Remove all but the lock and the names that are to be ``left``."""
        for entry in self.path.iterdir():
            if entry.name != LOCK and entry.name not in left:
                _remove(entry)

    def release(self, keep: bool = False, left: Collection[str] = ()) -> None:
        """Give up the lock; ``keep`` leaves what is in the folder to the next run, else only these names are."""
        if not keep:
            self.clear(left)
            keep = any((self.path / name).exists() for name in left)
            if os.name == "posix" and not keep:  # under the lock, so that nobody's new scratch goes
                shutil.rmtree(self.path, ignore_errors=True)
        self._unlock()
        if not keep and os.name != "posix":  # Windows keeps open files
            with suppress(OSError):
                (self.path / LOCK).unlink(missing_ok=True)
                self.path.rmdir()

    def give_up(self, remove: bool) -> None:
        """Give up the lock and leave the folder, its lock file only if it is not to ``remove``."""
        if remove and os.name == "posix":
            (self.path / LOCK).unlink(missing_ok=True)
        self._unlock()
        if remove and os.name != "posix":
            with suppress(OSError):
                (self.path / LOCK).unlink(missing_ok=True)

    def _unlock(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def held(folder: Path) -> Scratch:
    """A folder that is there, under its lock where the file system knows locks. Raises Busy, and OSError."""
    try:
        return Scratch(folder, _waited(folder))
    except _NoLocks:
        return Scratch(folder, None)


def of_run(folder: Path) -> Scratch:
    """The scratch of the run that writes into ``folder``, with what a killed one left in it.

    Raises Busy when another run is at it, and OSError.
    """
    path = folder / RUN
    if path.is_symlink():  # what it leads to is nobody's scratch
        raise NotADirectoryError(errno.ENOTDIR, "it is a link", str(path))
    try:
        return Scratch(path, _waited(path))
    except _NoLocks:
        return Scratch(Path(tempfile.mkdtemp(prefix=PREFIX, dir=folder)), None)


def _waited(folder: Path) -> int:
    """The lock of a folder, which is made where it is not there: the one that holds it may remove it.

    Raises Busy when another process holds it for longer than WAIT_SECONDS, _NoLocks and OSError.
    """
    until = time.monotonic() + WAIT_SECONDS
    while True:
        folder.mkdir(exist_ok=True)
        try:
            lock = _locked(folder)
        except Busy:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
            continue
        if lock is not None:
            return lock


@contextmanager
def aside(folder: Path) -> Iterator[Path]:
    """A new folder in ``folder`` for one file that is being written; it goes when the block is left. Raises OSError."""
    sweep(folder)
    while True:
        path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=folder))
        try:
            lock = _locked(path)
        except _NoLocks:
            held = Scratch(path, None)
            break
        except Busy:  # a sweep took it for a dead one's and removes it
            continue
        if lock is not None:
            held = Scratch(path, lock)
            break
    try:
        yield path
    finally:
        with suppress(OSError):
            held.release()


def sweep(folder: Path) -> None:
    """Remove scratch whose owner is gone; a run's (``RUN``) is not touched, it may have to be finished."""
    with suppress(OSError):
        for path in [Path(entry) for entry in os.scandir(folder) if entry.name.startswith(PREFIX)]:
            with suppress(OSError, Busy, _NoLocks):
                _sweep(path)


def _sweep(path: Path) -> None:
    if not path.is_symlink() and (path / LOCK).is_file():
        lock = _locked(path)
        if lock is not None:
            Scratch(path, lock).release()
    elif time.time() - max(one.lstat().st_mtime for one in (path, *path.rglob("*"))) > OLD_SECONDS:
        _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


class _NoLocks(Exception):
    """The file system knows no locks."""


def _locked(folder: Path) -> int | None:
    """A descriptor of the folder's lock file, which is held; None when the folder went meanwhile.

    Raises Busy when another process holds it, _NoLocks and OSError.
    """
    try:
        descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o666)
    except FileNotFoundError:
        return None
    try:
        _take(descriptor)
        mine, named = os.fstat(descriptor), (folder / LOCK).stat()
        if (mine.st_dev, mine.st_ino) == (named.st_dev, named.st_ino):
            return descriptor
    except FileNotFoundError:
        pass
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None


def _take(descriptor: int) -> None:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK):
            raise Busy from error
        raise _NoLocks from error
