"""Input files in a store: what a URL of a file, a folder or a glob leads to, named and passed over as local ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from cleaner.errors import UsageError
from cleaner.remote import RemotePath, State
from cleaner.sources.input_file import MARKS, InputFile
from cleaner.sources.kinds import KNOWN, UNKNOWN, is_marker, is_marker_folder, kind_of, what_is
from cleaner.urls import WEB, shown

Found = tuple[InputFile, str]


def expand(url: str) -> Iterator[Found]:
    """The files that a URL names, each with what identifies it. Raises UsageError as ``discover`` does."""
    try:
        yield from _expand(url)
    except OSError as error:
        raise UsageError(f"{error.filename or shown(url)}: {error.strerror or error}") from error


def _expand(url: str) -> Iterator[Found]:
    path = RemotePath(url)
    try:
        state = path.stat()
    except FileNotFoundError:
        if path.scheme in WEB or not any(mark in url for mark in MARKS):
            raise
        found = list(_globbed(url))
        if not found:
            raise UsageError(f"{shown(url)}: the glob matches no file") from None
        yield from found
        return
    if state.is_folder:
        files = list(_below(path))
        if not files:
            raise UsageError(f"folder {path} holds no file")
        yield from files
        return
    if kind_of(path.name) == UNKNOWN:
        raise UsageError(f"{path}: kind of file not known ({what_is(path.name)}); known are {KNOWN}")
    yield _file(path, path.name, state)


def _file(path: RemotePath, name: str, state: State) -> Found:
    file = InputFile(path.url, kind_of(path.name), name, size=state.st_size, version=state.version)
    return file, path.identity


def _below(folder: RemotePath, name: str = "") -> Iterator[Found]:
    for below, state in folder.files_below().items():
        *folders, last = below.split("/")
        passed_over = any(one.startswith(".") or is_marker_folder(one) for one in folders)
        if not (passed_over or last.startswith(".") or is_marker(last)):
            yield _file(folder / below, name + below, state)


def _globbed(url: str) -> Iterator[Found]:
    """Files that a glob matches; folders are listed as far as it names them, and no further."""
    scheme, _, rest = url.partition("://")
    parts = [part for part in rest.split("/") if part]
    fixed = next(index for index, part in enumerate(parts) if any(mark in part for mark in MARKS))
    start = "/" if rest.startswith("/") else ""  # as local:///folder has it
    return _matches(RemotePath(f"{scheme}://{start}{'/'.join(parts[:fixed])}"), "", parts[fixed:])


def _matches(folder: RemotePath, name: str, parts: Sequence[str]) -> Iterator[Found]:
    """As ``discover._matches``, of a folder in a store."""
    if tuple(parts) == ("**",):
        yield from _below(folder, name)
        return
    entries = sorted(folder.entries().items())
    if parts[0] == "**":
        yield from _matches(folder, name, parts[1:])
        for entry, state in entries:
            if state.is_folder and not entry.startswith(".") and not is_marker_folder(entry):
                yield from _matches(folder / entry, f"{name}{entry}/", parts)
        return
    for entry, state in entries:
        hidden = entry.startswith(".") and not parts[0].startswith(".")
        if hidden or not fnmatchcase(entry, parts[0]):
            continue
        if not state.is_folder:
            if len(parts) == 1 and not is_marker(entry):
                yield _file(folder / entry, name + entry, state)
        elif len(parts) == 1:
            yield from _below(folder / entry, f"{name}{entry}/")
        else:
            yield from _matches(folder / entry, f"{name}{entry}/", parts[1:])
