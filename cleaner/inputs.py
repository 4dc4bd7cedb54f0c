"""The files of an input: those of a folder, a glob or a name, without what belongs to the run itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from cleaner import sources
from cleaner.errors import UsageError
from cleaner.remote import RemotePath, identity, place
from cleaner.sinks import ownership
from cleaner.sources.kinds import STDIN
from cleaner.urls import is_url, shown

Inputs = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]
CORPUS = "corpus"
"""How the names begin of what a run made that may be an input again."""


def find(
    inputs: Inputs,
    output: Path | RemotePath | None = None,
    earlier: Collection[str] = (),
    left_out: Collection[Path | RemotePath] = (),
    seen: Callable[[sources.InputFile], None] | None = None,
) -> list[sources.InputFile]:
    """The input files in their fixed order.

    Of a folder or a glob those are left out that belong to the run: files of the names ``earlier``, which an earlier
    run wrote into the ``output`` folder, and all in the folders ``left_out`` (an index, a working folder); of what a
    run wrote into another folder all but the corpus, whose stories the rest tells of. Raises UsageError for an input
    that is not there, for one that this run would replace, or when nothing but own files is left. ``seen`` is called
    with each file that is found.
    """
    named = named_inputs(inputs)
    found = sources.discover(named, seen)
    ours = {identity(output / name) for name in earlier} if output is not None else set()
    files = [file for file in found if not _is_own(file, ours, named)]
    files = _without_other_rows(files, named)
    real = cache(os.path.realpath)
    for store in (f"{one.identity}/" for one in left_out if isinstance(one, RemotePath)):
        files = [file for file in files if not (is_url(file.path) and identity(file.path).startswith(store))]
    for below in (real(one) for one in left_out if isinstance(one, Path)):
        files = [file for file in files if not Path(real(Path(file.path).parent)).is_relative_to(below)]
    if not files:
        raise UsageError(f"{', '.join(map(shown, named))}: nothing to read but the output of an earlier run")
    return files


def absolute(file: sources.InputFile) -> sources.InputFile:
    """A file as any process finds it, whatever folder it works in; it is told of by the same name."""
    known = file.kind == STDIN or is_url(file.path)
    return file if known else replace(file, path=os.path.abspath(file.path), shown=file.shown)  # noqa: PTH100


def named_inputs(inputs: Inputs) -> list[str]:
    """What the user named, as a list."""
    return [os.fspath(one) for one in ([inputs] if isinstance(inputs, str | os.PathLike) else inputs)]


def _is_own(file: sources.InputFile, ours: Collection[str], named: Sequence[str]) -> bool:
    """Whether a file is one of ``ours`` (real paths), found in a folder. Raises UsageError for one that was named."""
    if not ours or file.kind == STDIN:
        return False
    path = Path(file.path)
    link = not is_url(file.path) and path.is_symlink()
    if not link and path.name not in {Path(one).name for one in ours}:
        return False
    real = identity(file.path)
    if real not in ours:
        return False
    if link or real in (identity(one) for one in named if not is_url(one) or is_url(file.path)):
        raise UsageError(f"input {file.shown} is what an earlier run wrote into the output folder; name another folder")
    return True


def _without_other_rows(files: list[sources.InputFile], named: Sequence[str]) -> list[sources.InputFile]:
    """The files without what a run wrote beside its corpus and nobody changed; what was named is read."""
    meant = {identity(one) for one in named}
    beside = {path for file in files if file.path.endswith(ownership.REPORT) for path in _beside_corpus(file.path)}
    return [file for file in files if file.path not in beside or identity(file.path) in meant]


def _beside_corpus(report: str) -> Iterator[str]:
    folder = report.removesuffix(ownership.REPORT)
    if folder and folder[-1] not in "/\\":
        return  # another file, whose name ends so
    for name in ownership.look(place(report).parent).own:
        if not name.startswith(CORPUS):
            yield folder + name
