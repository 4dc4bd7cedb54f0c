"""Output files that appear whole or not at all: written in a folder aside, moved into place at the end."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from cleaner.errors import UsageError
from cleaner.sinks import parquet

SCRATCH_PREFIX = ".cleaner-unfinished-"


def to_json(row: Mapping[str, Any]) -> str:
    """A row as one line of JSON, the same bytes for the same row. Lone surrogates become U+FFFD."""
    line = json.dumps(row, ensure_ascii=False, separators=(",", ":"), default=str)
    return line.encode("utf-8", "replace").decode("utf-8") if not line.isascii() else line


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
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._scratch = Path(tempfile.mkdtemp(prefix=SCRATCH_PREFIX, dir=self.folder))
        except OSError as error:
            raise UsageError(f"cannot write to {self.folder}: {error.strerror}") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for stream in self._open.values():
            stream.close()
        if self._scratch is None:
            return
        try:
            if kind is None:
                self._finish()
        finally:
            shutil.rmtree(self._scratch, ignore_errors=True)

    @property
    def scratch(self) -> Path:
        """The folder aside."""
        if self._scratch is None:
            raise RuntimeError("the output folder is not open")
        return self._scratch

    def append(self, name: str, row: Mapping[str, Any]) -> None:
        """Add one row to the file ``name`` (without suffix)."""
        stream = self._open.get(name)
        if stream is None:
            stream = self._open[name] = (self.scratch / f"{name}.jsonl").open("w", encoding="utf-8", newline="\n")
        stream.write(to_json(row) + "\n")

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
        (self.scratch / name).write_text(text, encoding="utf-8")

    def _finish(self) -> None:
        for stream in self._open.values():
            stream.close()
        if self.form == "parquet":
            for path in sorted(self.scratch.glob("*.jsonl")):
                parquet.convert(path, path.with_suffix(".parquet"))
                path.unlink()
        other = "jsonl" if self.form == "parquet" else "parquet"
        for path in sorted(self.scratch.iterdir()):
            with path.open("rb+") as written:
                os.fsync(written.fileno())
            path.replace(self.folder / path.name)
            if path.suffix != ".json":
                (self.folder / path.name).with_suffix(f".{other}").unlink(missing_ok=True)


def write_stream(path: str, rows: Iterable[Mapping[str, Any]], stdout: TextIO) -> int:
    """Write rows as JSONL to a file (aside, then moved into place) or, for ``-``, to ``stdout`` as they come.

    Returns the number of rows.
    """
    count = 0
    if path == "-":
        for row in rows:
            stdout.write(to_json(row) + "\n")
            count += 1
        stdout.flush()
        return count
    target = Path(path)
    if target.is_dir() or not target.parent.is_dir():
        raise UsageError(f"cannot write to {path}: it must be a file in a folder that exists")
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", newline="\n", dir=target.parent, prefix=SCRATCH_PREFIX, delete=False
        ) as stream:
            scratch = Path(stream.name)
            try:
                for row in rows:
                    stream.write(to_json(row) + "\n")
                    count += 1
            except BaseException:
                scratch.unlink(missing_ok=True)
                raise
        scratch.chmod(0o644)
        scratch.replace(target)
    except OSError as error:
        raise UsageError(f"cannot write to {path}: {error.strerror}") from error
    return count
