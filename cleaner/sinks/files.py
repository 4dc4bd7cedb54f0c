"""Output files that appear whole or not at all: written aside, moved into place at the end."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

import regex

from cleaner.errors import UsageError
from cleaner.settings import FORMATS

SCRATCH_PREFIX = ".cleaner-unfinished-"
NAMES = ("corpus", "merged", "rejected", "cuts", "changes")
"""Files of rows that a run may write, without suffix."""
REPORT = "report.json"
STANDARD = {"-": "stdout", "/dev/stdout": "stdout", "/dev/stderr": "stderr"}
"""Names that mean a stream this process has open already, whatever it was redirected to."""
_SURROGATE = regex.compile("[\ud800-\udfff]")


def to_json(row: Mapping[str, Any]) -> str:
    """A row as one line of JSON, the same bytes for the same row. Lone surrogates become U+FFFD."""
    return _encodable(json.dumps(row, ensure_ascii=False, separators=(",", ":"), default=str))


def _encodable(text: str) -> str:
    return text if text.isascii() else _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)


class OutputFolder:
    """A folder that gets its files all at once.

    Used as a context manager: ``write`` puts a file aside, leaving the block moves all files into place.
    After an error nothing has changed but for the missing folder's creation. Files that others put in the
    folder are left alone.
    """

    def __init__(self, folder: str | os.PathLike[str], form: str) -> None:
        self.folder = Path(folder)
        self.form = form
        self._open: dict[str, TextIO] = {}
        self._scratch: Path | None = None

    def __enter__(self) -> Self:
        if self.folder.exists() and not self.folder.is_dir():
            raise UsageError(f"output {self.folder} is a file; name a folder")
        for name in (*(f"{name}.{self.form}" for name in NAMES), REPORT):
            if (self.folder / name).is_dir():
                raise UsageError(f"cannot write {self.folder / name}: it is a folder")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._scratch = Path(tempfile.mkdtemp(prefix=SCRATCH_PREFIX, dir=self.folder))
        except OSError as error:
            raise UsageError(f"cannot write to {self.folder}: {error.strerror}") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._finish()
        finally:
            for stream in self._open.values():
                with suppress(OSError):  # a full disk: the error that ends the block says so already
                    stream.close()
            shutil.rmtree(self.scratch, ignore_errors=True)

    @property
    def scratch(self) -> Path:
        """The folder aside."""
        if self._scratch is None:
            raise RuntimeError("the output folder is not open")
        return self._scratch

    @property
    def workspace(self) -> Path:
        """A folder aside for what is not to be held in memory; it goes when the block is left."""
        folder = self.scratch / "work"
        folder.mkdir(exist_ok=True)
        return folder

    def append(self, name: str, row: Mapping[str, Any]) -> None:
        """Add one row to the file ``name`` (without suffix)."""
        self.append_lines(name, [to_json(row)])

    def append_lines(self, name: str, lines: Iterable[str]) -> None:
        """Add rows that are JSON already (``to_json``)."""
        stream = self._open.get(name)
        if stream is None:
            stream = self._open[name] = (self.scratch / f"{name}.jsonl").open("w", encoding="utf-8", newline="\n")
        for line in lines:
            stream.write(line + "\n")

    def write(self, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Write all rows of a file; one without rows exists and is empty."""
        with (self.scratch / f"{name}.jsonl").open("w", encoding="utf-8", newline="\n") as stream:
            for row in rows:
                stream.write(to_json(row) + "\n")

    def ensure(self, name: str) -> None:
        """Make sure the file ``name`` exists, empty if nothing was appended."""
        (self.scratch / f"{name}.jsonl").touch()

    def rewrite(
        self, name: str, origins: Collection[str], change: Callable[[dict[str, Any]], Mapping[str, Any]]
    ) -> None:
        """Change the rows of these origins in a file that was appended to."""
        if name in self._open:
            self._open.pop(name).close()
        path = self.scratch / f"{name}.jsonl"
        if not origins or not path.exists():
            return
        changed = path.with_suffix(".changed")
        with path.open(encoding="utf-8") as old, changed.open("w", encoding="utf-8", newline="\n") as new:
            for line in old:
                row = json.loads(line)
                new.write(to_json(change(row)) + "\n" if row["origin"] in origins else line)
        changed.replace(path)

    def write_document(self, name: str, document: Mapping[str, Any]) -> None:
        """Write one JSON document with its suffix in the name, indented for reading."""
        text = json.dumps(document, ensure_ascii=False, indent=2, default=str) + "\n"
        (self.scratch / name).write_text(_encodable(text), encoding="utf-8")

    def _finish(self) -> None:
        shutil.rmtree(self.workspace)
        for stream in self._open.values():
            stream.close()
        if self.form == "parquet":
            from cleaner.sinks import parquet  # pyarrow takes a tenth of a second to load

            for path in sorted(self.scratch.glob("*.jsonl")):
                parquet.convert(path, path.with_suffix(".parquet"))
                path.unlink()
        of_a_run = _is_of_a_run(self.folder)
        written = sorted(self.scratch.iterdir())
        for path in written:
            with path.open("rb+") as file:
                os.fsync(file.fileno())
            path.replace(self.folder / path.name)
        if of_a_run:
            self._remove_stale({path.name for path in written})

    def _remove_stale(self, names: Collection[str]) -> None:
        """Remove what an earlier run left: the same files in the other format, and changes where a run has none."""
        stems = {name.split(".")[0] for name in names} | ({"changes"} if REPORT in names else set())
        for path in (self.folder / f"{stem}.{form}" for stem in sorted(stems) for form in FORMATS):
            if path.stem in NAMES and path.name not in names and path.is_file():
                path.unlink()


def _is_of_a_run(folder: Path) -> bool:
    """Whether the folder holds the report of an earlier run, so that the files beside it are that run's."""
    try:
        report = json.loads((folder / REPORT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    versions = report.get("versions") if isinstance(report, dict) else None
    return isinstance(versions, dict) and "cleaner" in versions


def is_special(path: str) -> bool:
    """Whether something stands at ``path`` that is no file and no folder: a pipe, a device."""
    target = Path(path)
    return target.exists() and not target.is_file() and not target.is_dir()


@contextmanager
def output_stream(path: str) -> Iterator[TextIO]:
    """A text stream into the file ``path``, written aside and moved into place when the block ends well.

    A link stays, its target is written. What cannot be replaced is written as it comes: a pipe, a device,
    and the names in ``STANDARD``. Raises UsageError when nothing can be written there, and OSError when
    writing fails later.
    """
    if path in STANDARD:
        stream: TextIO = getattr(sys, STANDARD[path])
        yield stream
        stream.flush()
        return
    special = is_special(path)
    target = Path(os.path.realpath(path))
    if not special and (target.is_dir() or not target.parent.is_dir()):
        raise UsageError(f"cannot write to {path}: it must be a file in a folder that exists")
    try:
        descriptor, scratch = (
            (os.open(path, os.O_WRONLY), None)
            if special
            else tempfile.mkstemp(prefix=SCRATCH_PREFIX, dir=target.parent)
        )
    except OSError as error:
        raise UsageError(f"cannot write to {path}: {error.strerror}") from error
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as stream:
            yield stream
        if scratch is not None:
            Path(scratch).chmod(0o644)
            Path(scratch).replace(target)
    finally:
        if scratch is not None:
            Path(scratch).unlink(missing_ok=True)
