"""The output folder of a run: files that appear whole or not at all, and that replace none but a run's own."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from cleaner.errors import RunFailed, UsageError, name_fault
from cleaner.remote import RemotePath, place
from cleaner.sinks import owned_page, ownership, publish, scratch, shards, store
from cleaner.sinks.compressed import packed
from cleaner.sinks.json_text import to_document, to_json
from cleaner.sinks.ownership import REPORT

WORK = "work"
PARTS = "parts"
"""Folder in a run's scratch that ``cleaner.driver.work_folder`` looks after: it outlives a run that was ended."""
START_AGAIN = "no output file was changed; the same command starts from the beginning"
GO_ON = "no output file was changed; the same command goes on from what is done"
_PIECE = 1024 * 1024


class OutputFolder:
    """A folder that gets its files all at once.

    Used as a context manager: rows are put aside, ``seal`` completes the files and ``publish`` moves them into
    place. Leaving the block without leaves the folder as it was, and none where there was none. Files that a run
    did not write are never replaced. One run at a time writes into a folder.

    The folder may be a URL: then the files are completed in a folder of this machine and put there.
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        form: str,
        names: Collection[str],
        staging: str | os.PathLike[str] | None = None,
        with_parts: bool = False,
        count: int = 1,
    ) -> None:
        """``names`` are the files that will be written, without suffix; ``form`` is their suffix.

        ``staging`` is a folder that is there, in which files for a URL are completed; None: one for temporary files.
        ``with_parts`` says that somebody else looks after the folder ``PARTS`` aside. With a ``count`` above 1 each
        file comes in so many shards. Raises UsageError for a URL that nothing installed writes to.
        """
        self.folder = place(folder)
        """Where the files will be."""
        self.local = self.folder if isinstance(self.folder, Path) else Path()
        """The folder of this machine in which they are completed; of a URL's output it goes when the block is left."""
        self._staging = staging
        self.goes_on = False
        """Whether the same command goes on from what is done, should the block be left early."""
        self.form = form
        self.names = names
        self._count = count
        self._targets = shards.names(names, form, count)
        self.own: dict[str, ownership.Stamp] = {}
        """Files that an earlier run wrote and this one replaces or removes."""
        self.earlier: Mapping[str, Any] = {}
        """The earlier run's report."""
        self.types: Mapping[str, Any] = {}
        """Arrow types that fields of the input had; Parquet files keep them."""
        self._left = (PARTS,) if with_parts else ()
        self._open: dict[str, TextIO] = {}
        self._carried: list[Path] = []
        self._scratch: scratch.Scratch | None = None
        self._made: list[Path] = []
        self._keep = self._moved = False

    def __enter__(self) -> Self:
        try:
            self._make()
            self._scratch = scratch.of_run(self.local)
            self._keep = publish.is_sealed(self.scratch)
            if self._keep:
                self._finish_earlier()
            self._scratch.clear(self._left)
            scratch.sweep(self.local)
            self._look()
        except BaseException as error:
            self._give_up(failed=True)
            if isinstance(error, OSError):
                raise UsageError(f"cannot write to {self.folder}: {error.strerror or error}") from error
            if isinstance(error, scratch.Busy):
                raise UsageError(f"another run writes into {self.folder}; wait until it has ended") from error
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for stream in self._open.values():
            with suppress(OSError):  # a full disk: the error that ends the block says so already
                stream.close()
        with publish.held_signals():
            self._give_up(failed=isinstance(error, Exception))
        name_fault(error, str(self.folder))
        if isinstance(error, KeyboardInterrupt | OSError):
            error.add_note(self._state())

    @property
    def scratch(self) -> Path:
        """The folder aside."""
        if self._scratch is None:
            raise RuntimeError("the output folder is not open")
        return self._scratch.path

    @property
    def workspace(self) -> Path:
        """A folder aside for what is not to be held in memory; it goes when the block is left."""
        folder = self.scratch / WORK
        folder.mkdir(exist_ok=True)
        return folder

    def append(self, name: str, row: Mapping[str, Any]) -> None:
        """Add one row to the file ``name`` (without suffix)."""
        self.append_lines(name, [to_json(row)])

    def append_lines(self, name: str, lines: Iterable[str]) -> None:
        """Add rows that are JSON already (``to_json``)."""
        stream = self._stream(name)
        for line in lines:
            stream.write(line + "\n")

    def append_bytes(self, name: str, data: bytes) -> None:
        """Add rows that are whole lines of JSON in UTF-8 already."""
        stream = self._stream(name)
        stream.flush()
        stream.buffer.write(data)

    def write(self, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Write all rows of a file."""
        self.append_lines(name, map(to_json, rows))

    def has(self, name: str) -> bool:
        """Whether rows were added to the file ``name``."""
        return name in self._open

    def carry(self, path: Path) -> None:
        """Take over a finished file of an earlier run as it is."""
        target = self.scratch / path.name
        try:
            os.link(path, target)
        except OSError:  # a file system without hard links, or another one
            shutil.copyfile(path, target)
        self._carried.append(target)

    def seal(self, report: Mapping[str, Any]) -> None:
        """Complete all files, empty ones too, on the disk, and the report, which names them. Raises OSError."""
        shutil.rmtree(self.scratch / WORK, ignore_errors=True)
        carried = {path.name.partition(".")[0].partition("-")[0] for path in self._carried}
        for name in self.names:
            if name not in self._open and name not in carried:
                self._open[name] = self._path(name).open("a", encoding="utf-8", newline="\n")
        for stream in self._open.values():
            stream.close()
        files = {path.name: ownership.entry(path) for path in self._carried}
        for path in map(self._path, sorted(self._open)):
            for final in self._completed(path):
                files[final.name] = ownership.entry(final)
        publish.seal(self.scratch, to_document(ownership.signed(report, files)))

    def _completed(self, path: Path) -> list[Path]:
        """The files that come of one of rows, in the form that is asked for."""
        pieces = [path] if self._count <= 1 else shards.split(path, self._count)
        finals = [piece.with_suffix(f".{self.form}") for piece in pieces]
        if self.form == "parquet":
            from cleaner.sinks import parquet  # pyarrow takes a tenth of a second to load

            parquet.convert(path, dict(zip(pieces, finals, strict=True)), self.types)
        elif finals != pieces:
            for piece, final in zip(pieces, finals, strict=True):
                with piece.open("rb") as rows, final.open("wb") as raw, packed(raw, final.name) as out:
                    shutil.copyfileobj(rows, out, _PIECE)
        for left in {path, *pieces} - set(finals):
            left.unlink()
        return finals

    def publish(self) -> None:
        """Move the sealed files into place; no signal ends it.

        Raises RunFailed when somebody changed the folder, or when it cannot be done.
        """
        with publish.held_signals():
            self._check_unchanged()
            self._keep = True
            try:
                if isinstance(self.folder, Path):
                    publish.move(self.scratch, self.folder, self.own)
                else:
                    store.publish(self.scratch, self.folder, self.own)
            except OSError as error:
                raise RunFailed(f"{self.folder}: {error}; {self._ahead()}") from error
            self._keep, self._moved = False, True

    def _stream(self, name: str) -> TextIO:
        """The file aside that gets rows of this name."""
        stream = self._open.get(name)
        if stream is None:
            stream = self._open[name] = self._path(name).open("w", encoding="utf-8", newline="\n")
        return stream

    def _path(self, name: str) -> Path:
        return self.scratch / f"{name}.jsonl"

    def _make(self) -> None:
        """Make the folder and those above it, or one for what is to be put into a store."""
        if isinstance(self.folder, RemotePath):
            self.local = Path(tempfile.mkdtemp(prefix="cleaner-", dir=self._staging))
            self._made.append(self.local)
            return
        if self.folder.exists() and not self.folder.is_dir():
            raise UsageError(f"output {self.folder} is a file; name a folder")
        missing = [path for path in (self.folder, *self.folder.parents) if not path.exists()]
        for path in reversed(missing):
            path.mkdir(exist_ok=True)
            self._made.append(path)

    def _finish_earlier(self) -> None:
        """What a killed run had ready is moved into place. Raises UsageError where that would replace others' files."""
        reports = [self.scratch / publish.EARLIER, self.local / REPORT, self.scratch / REPORT]
        found = ownership.look(self.local, reports)
        self._refuse(found.foreign, found.foreign)
        with publish.held_signals():
            publish.move(self.scratch, self.local, found.own)
            self._keep = False

    def _look(self) -> None:
        """Learn what an earlier run wrote. Raises UsageError where a file that is not such would be replaced."""
        if isinstance(self.folder, RemotePath):
            store.check(self.folder)
            found = store.look(self.folder, self._targets)
        else:
            found = ownership.look(self.folder, wanted=self._targets)
        self._refuse(found.foreign, [*self._targets, REPORT])
        self.own = found.own
        self.earlier = ownership.read_report(self.folder / REPORT) or {}

    def _refuse(self, foreign: Mapping[str, str], names: Iterable[str]) -> None:
        for name in names:
            if name in foreign:
                raise UsageError(
                    f"{self.folder / name} is not to be replaced: {foreign[name]}; move it away, or name another folder"
                )

    def _check_unchanged(self) -> None:
        """Raise RunFailed when a file came or changed since the run began."""
        names = {*self._targets, REPORT, *self.own} - {owned_page.NAME}  # made anew meanwhile it goes as well
        for name, seen in ownership.stamps(self.folder, names).items():
            if self.own.get(name) != seen:
                path = self.folder / name
                raise RunFailed(f"{path} was written by another while the run went on; nothing was replaced")

    def _give_up(self, failed: bool) -> None:
        """Remove what is not to stay: the scratch, and after an error folders that were made for nothing."""
        if self._scratch is not None:
            with suppress(OSError):
                self._scratch.release(self._keep, self._left)
        of_store = isinstance(self.folder, RemotePath)
        if of_store and self._made:
            shutil.rmtree(self.local, ignore_errors=True)
        elif failed and not self._keep and not self._moved:
            for path in reversed(self._made):
                with suppress(OSError):
                    path.rmdir()

    def _state(self) -> str:
        if self._moved:
            return "the output had been written whole"
        return self._ahead() if self._keep else GO_ON if self.goes_on else START_AGAIN

    def _ahead(self) -> str:
        """What becomes of an output of which a part is there."""
        if isinstance(self.folder, RemotePath):
            return "the next run into it will replace what is there" if self.own else "what was put was removed again"
        return "the next run into the folder will complete its files"
