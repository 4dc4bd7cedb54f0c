"""The stages behind the first: each result is a file of named sections in the working folder, with its mark.

A stage is one result of the process that directs the run (``exact-00000``), or that of many tasks, each of which
writes its own file wherever it is done (``reports-00000`` ...). The mark tells by what the stage was decided: the
parts of the input, the code, the settings that matter to it, and all of that of the stages before it. So a run that
was ended goes on with the first task without a mark, and after a change of a threshold with the first stage that it
decides. Of a folder that stands for one in a store the marks are here, and a file comes when it is asked for.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import xxhash

from cleaner.collapse.checkpoints import Arrays, Forgetful, Form, Mapped
from cleaner.remote import RemotePath
from cleaner.staging import marks, sections
from cleaner.staging.files import Folder, SharedFolder, WorkFile, part_path

DECIDED = "decided_by"
_Numbered = tuple[int, Any]
_Told = Mapping[str, Any]


class FileCheckpoints:
    """The results of one run in its working folder."""

    def __init__(
        self, folder: Path, decided: str, tell: Callable[[str], None], store: RemotePath | None = None
    ) -> None:
        """``decided`` is a digest of what decides all stages; ``tell`` is told what is taken over.

        ``store`` is the folder that this one stands for.
        """
        self._folder = folder
        self._store = store
        self._decided = decided
        self._tell = tell

    def __reduce__(self) -> tuple[type[Forgetful], tuple[()]]:
        """In another process nothing is kept."""
        return Forgetful, ()

    def result(self, stage: str, make: Callable[[], Arrays], decides: object = None) -> Arrays:
        """See ``Checkpoints``. Raises OSError."""
        decided = self._begin(stage, decides)
        path = self._path(stage, 0)
        if self._is_done(path, decided):
            self._tell(f"resumed: stage {stage} was done")
            return _read(path)
        found = make()
        self._decided = decided  # stages within it decide nothing behind it
        _write(path, decided, found)
        return found

    def mapped(self, stage: str, mapped: Mapped, form: Form, decides: object = None) -> Mapped:
        """See ``Checkpoints``. What it gives reads the files of the results. Raises OSError."""
        decided = self._begin(stage, decides)
        read = _in_place if form.in_place else _read

        def results(function: Callable[[Any], Any], tasks: Iterable[Any]) -> Iterator[Any]:
            total = skipped = 0

            def left() -> Iterator[_Numbered]:
                nonlocal total, skipped
                for number, task in enumerate(tasks):
                    total += 1
                    if self._is_done(self._path(stage, number), decided):
                        skipped += 1
                    else:
                        yield number, task
                if skipped:
                    self._tell(f"resumed: stage {stage}, {skipped} of {total} parts were done")

            after = 0
            do = partial(_do, SharedFolder(self._folder), stage, decided, form, function)
            for number, told in mapped(do, left()):
                for one in range(after, number):
                    yield form.result(read(self._path(stage, one)))
                self._bring(self._path(stage, number), told)
                yield form.result(read(self._path(stage, number)))
                after = number + 1
            for one in range(after, total):
                yield form.result(read(self._path(stage, one)))

        return results

    def _begin(self, stage: str, decides: object) -> str:
        """What decides a stage; files of it that something else decided are removed."""
        known = json.dumps([self._decided, stage, decides], sort_keys=True, default=str)
        self._decided = xxhash.xxh3_128_hexdigest(known.encode("utf-8", "surrogatepass"))
        for mark in self._folder.glob(f"{stage}-*.json"):
            if marks.told_in(mark).get(DECIDED) != self._decided:
                marks.remove(mark.with_suffix(""), self._store)
        return self._decided

    def _is_done(self, path: Path, decided: str) -> bool:
        """Whether a file is there, or in the store, as its mark says, and what decides it is the same."""
        if marks.read(path).get(DECIDED) != decided:
            return False
        if self._store is not None and not path.exists():
            try:
                marks.fetch(self._store, path.name, self._folder)
            except OSError:  # it is made anew; a store that gives nothing takes nothing either, which ends the run
                return False
        if marks.is_done(path):
            return True
        path.unlink(missing_ok=True)  # else it would stand for what another machine makes anew
        return False

    def _bring(self, path: Path, told: _Told) -> None:
        """See to it that what a task wrote is here, as it tells. Raises OSError."""
        if self._store is not None and not path.exists():
            marks.fetch(self._store, path.name, self._folder, told)

    def _path(self, stage: str, number: int) -> Path:
        return _path_of(self._folder, stage, number)


def _path_of(folder: Path, stage: str, number: int) -> Path:
    """The file of one task of a stage."""
    return Path(part_path(str(folder / stage), number))


def _do(
    folder: Folder, stage: str, decided: str, form: Form, function: Callable[[Any], Any], numbered: _Numbered
) -> tuple[int, _Told]:
    """Do a task where it came to: write its file, and then its mark; returns its number, and what the mark says."""
    number, task = numbered
    found = form.arrays(function(task))
    with folder.opened() as here:
        return number, _write(_path_of(here, stage, number), decided, found)


def _write(path: Path, decided: str, found: Arrays) -> _Told:
    with sections.Writer(path) as file:
        for name, values in found.items():
            file.array(name, values)
        told = {DECIDED: decided, **file.finish()}
        marks.write(path, told)
    return told


def _read(path: Path) -> Arrays:
    with sections.Reader(path) as file:
        return file.arrays()


def _in_place(path: Path) -> Arrays:
    return sections.InPlace(WorkFile(path))
