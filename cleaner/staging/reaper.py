"""Removes the folder of a cache once nobody holds it: a process of its own, for those who hold it may be killed.

Run by its path with the folder as its argument; it needs the standard library only, and goes with the folder.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from contextlib import suppress
from pathlib import Path

LOCK, REAPER = "lock", "reaper"
LOOK_SECONDS = 2.0
UNUSED_SECONDS = 3600.0
"""From then on a file goes that nobody opened, for a process may hold the folder long after the run."""


def main(folder: Path) -> None:
    """Wait until nobody holds the folder, and remove it."""
    import fcntl  # not on Windows, where nobody runs this

    if os.fork():  # whatever started this waits for no child, and kills none
        os._exit(0)
    with suppress(FileNotFoundError), (folder / LOCK).open("rb+") as lock, (folder / REAPER).open("rb+") as own:
        try:
            fcntl.flock(own, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        while os.path.samestat(os.fstat(lock.fileno()), (folder / LOCK).stat()):
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                _remove_unused(folder)
                time.sleep(LOOK_SECONDS)
            else:
                shutil.rmtree(folder, ignore_errors=True)
                return


def _remove_unused(folder: Path) -> None:
    for path in folder.iterdir():
        with suppress(OSError):
            if path.name not in (LOCK, REAPER) and path.is_file():
                state = path.stat()
                if time.time() - state.st_mtime > UNUSED_SECONDS:
                    path.unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
