"""The end of a run: files moved into place so that a killed one can be finished, and a signal waits."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

from cleaner.sinks.ownership import FILES, GUARDED, REPORT, read_report, shards_in, unwanted

EARLIER = "earlier-report.json"
"""Where in the scratch the report that was there stands while the files are moved."""
_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK", "SIGALRM")
_HELD = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]


@contextmanager
def held_signals() -> Iterator[None]:
    """Signals that would end the process wait until the block is left, and are raised then.

    Outside the main thread Python raises none, and nothing is held.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before = {}
    try:
        for number in _HELD:
            if signal.getsignal(number) not in (None, signal.SIG_IGN):  # None: not Python's to put back
                before[number] = signal.signal(number, lambda number, _: came.append(number))
        yield
    finally:
        for number in reversed(before):
            signal.signal(number, before[number])
        for number in dict.fromkeys(came):
            signal.raise_signal(number)


def sync(path: Path, or_fail: bool = False) -> None:
    """Have the disk hold a file, or which files a folder has, where the platform can. Raises OSError.

    A folder that cannot be synced matters only to whoever removes next what is to be replaced: ``or_fail``.
    """
    if path.is_dir() and os.name != "posix":
        return  # Windows syncs what may be written, and no folder
    flags = os.O_RDONLY if os.name == "posix" else os.O_RDWR
    with suppress(OSError) if path.is_dir() and not or_fail else nullcontext():
        descriptor = os.open(path, flags)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def seal(scratch: Path, text: str) -> None:
    """Sync the files in ``scratch`` and put the report beside them: from then on they are to be moved into place."""
    part = scratch / "report.part"
    part.write_text(text, encoding="utf-8")
    for path in scratch.iterdir():
        if path.is_file():
            sync(path)
    part.replace(scratch / REPORT)
    sync(scratch)


def is_sealed(scratch: Path) -> bool:
    """Whether the files in ``scratch`` are all of a run's, some of them moved already perhaps."""
    return read_report(scratch / REPORT) is not None


def move(scratch: Path, folder: Path, own: Iterable[str]) -> None:
    """Move sealed files from ``scratch`` into ``folder``; of the ``own`` files there those that are not written go.

    The report goes away first and comes last. Can be done again after it was ended anywhere. Raises OSError.
    """
    report = read_report(scratch / REPORT) or {FILES: {}}
    if (folder / REPORT).exists():
        (folder / REPORT).replace(scratch / EARLIER)
        sync(folder)
    names = [name for name in GUARDED if name in report[FILES] and name != REPORT] + shards_in(report)
    for name in names:
        if (scratch / name).exists():
            (scratch / name).replace(folder / name)
    for name in unwanted(folder, own, names):
        (folder / name).unlink(missing_ok=True)
    sync(folder)
    (scratch / REPORT).replace(folder / REPORT)
    sync(folder)
