"""An output folder in a store: files that were completed on this machine, put there one by one, the report last.

While they are put, the new report and the one that was there stand in a folder beside them that no reader of inputs
looks into. So the next run knows whose the files are when one was killed on the way.
"""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import xxhash

from cleaner.remote import RemotePath
from cleaner.sinks import ownership
from cleaner.sinks.ownership import FILES, GUARDED, REPORT
from cleaner.sinks.publish import EARLIER
from cleaner.sinks.scratch import RUN

_PROBE = "probe"


def look(folder: RemotePath, wanted: Collection[str]) -> ownership.Found:
    """Tell files of runs, killed ones too, from others, and those of the names ``wanted``. Raises OSError."""
    aside = folder / RUN
    return ownership.look(folder, [*(aside / name for name in aside.entries()), folder / REPORT], wanted)


def check(folder: RemotePath) -> None:
    """Raise OSError unless files can be put into the folder: told before the work, not after it."""
    if folder.is_file():
        raise OSError(errno.ENOTDIR, "it is a file", str(folder))
    with tempfile.TemporaryDirectory(prefix="cleaner-") as local:
        probe = Path(local, _PROBE)
        probe.write_bytes(b"")
        (folder / RUN / _PROBE).put(probe)
    (folder / RUN / _PROBE).unlink()


def publish(scratch: Path, folder: RemotePath, earlier: Collection[str]) -> None:
    """Put sealed files into ``folder``; of the ``earlier`` ones there those that are not written go.

    The report goes away first and comes last. What fails leaves no file of its own where there was none; it leaves
    the earlier report as long as no file was replaced. Raises OSError.
    """
    report = ownership.read_report(scratch / REPORT) or {FILES: {}}
    names = [name for name in GUARDED if name in report[FILES] and name != REPORT] + ownership.shards_in(report)
    begun: list[str] = []
    if REPORT in earlier:
        with (folder / REPORT).open("rb") as stream:
            (scratch / EARLIER).write_bytes(stream.read())
        _put_aside(scratch / EARLIER, folder)
    _put_aside(scratch / REPORT, folder)
    with _undone(scratch, folder, begun, earlier):
        (folder / REPORT).unlink(missing_ok=True)
        for name in names:
            begun.append(name)
            (folder / name).put(scratch / name)
        for name in ownership.unwanted(folder, earlier, names):
            (folder / name).unlink(missing_ok=True)
        begun.append(REPORT)
        (folder / REPORT).put(scratch / REPORT)
    with suppress(OSError):  # the output is whole; the next run passes over what is left, or removes it
        clear(folder)


def clear(folder: RemotePath) -> None:
    """Remove the reports beside the files. Raises OSError."""
    for name in (folder / RUN).entries():
        (folder / RUN / name).unlink(missing_ok=True)


def _put_aside(report: Path, folder: RemotePath) -> None:
    """Under a name of its own, so that those of several killed runs stay."""
    (folder / RUN / f"{xxhash.xxh3_64_hexdigest(report.read_bytes())}.json").put(report)


@contextmanager
def _undone(scratch: Path, folder: RemotePath, begun: Collection[str], earlier: Collection[str]) -> Iterator[None]:
    try:
        yield
    except BaseException:
        with suppress(OSError):
            for name in set(begun) - set(earlier):
                (folder / name).unlink(missing_ok=True)
            if len(begun) < 2 and (scratch / EARLIER).exists():  # the first put failed: nothing was replaced
                (folder / REPORT).put(scratch / EARLIER)
            if not earlier:
                clear(folder)
        raise
