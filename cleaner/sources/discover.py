"""Finds the input files: files, folders, globs, URLs and ``-`` become a sorted list of ``InputFile``."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

from cleaner.errors import UsageError
from cleaner.sources.input_file import MARKS, InputFile, printable_path
from cleaner.sources.kinds import KNOWN, STDIN, UNKNOWN, is_marker, is_marker_folder, kind_of, what_is
from cleaner.urls import is_url, without_scheme


def discover(inputs: Sequence[str], seen: Callable[[InputFile], None] | None = None) -> list[InputFile]:
    """The files that ``inputs`` name, each real file once, sorted by name and path.

    An input is a file, a folder (read with all its subfolders), a glob (``*``, ``?``, ``[...]`` and ``**``), a URL of
    any of these, or ``-``. Hidden files and folders and the markers of data lakes are left out of folders and globs; a
    folder that cannot be listed and a link that leads nowhere come as files of kind ``unknown``. The order of
    ``inputs`` does not change the result; a file that is reached in two ways is named by the one without links, then
    by the longest name. ``seen`` is called with each as it is found, for a large folder takes a while.

    Raises UsageError when an input does not exist, is a file of unknown kind, or leads to no file.
    """
    if not inputs:
        raise UsageError("no input: name a file, a folder, a glob, or - for JSONL on standard input")
    found: dict[str, InputFile] = {}
    for given in inputs:
        for file, real in _expand(given):
            if seen:
                seen(file)
            other = found.get(real)
            if other is None or _rank(file, real) < _rank(other, real):
                found[real] = file
    return sorted(_apart(found.values()), key=lambda file: (file.name, file.shown))


def _apart(files: Iterable[InputFile]) -> list[InputFile]:
    r"""Files whose shown paths differ: one that another file really has (``\xff`` in letters) is escaped once more."""
    files = list(files)
    odd = [file for file in files if file.shown != file.path]
    if not odd:
        return files
    taken = {file.path for file in files}
    changed = {}
    for file in sorted(odd, key=lambda file: file.path):
        shown, name = file.shown, file.name
        while shown in taken:
            shown, name = (one.replace("\\", "\\\\") if "\\" in one else f"{one}'" for one in (shown, name))
        taken.add(shown)
        changed[file.path] = replace(file, shown=shown, name=name)
    return [changed.get(file.path, file) for file in files]


def _rank(file: InputFile, real: str) -> tuple[bool, int, int, str, str]:
    """Order of the ways to one real file: not over a link, the shortest path, the longest name."""
    path = os.path.normpath(Path(file.path).absolute())
    return (path != real, len(path), -len(file.name), file.name, file.path)


def _expand(given: str) -> Iterator[tuple[InputFile, str]]:
    """Files that one input names, each with its real path."""
    if given == "-":
        yield InputFile("-", STDIN, "-"), "-"
        return
    if is_url(given):
        from cleaner.sources import stores  # fsspec takes a while to load

        yield from stores.expand(given)
        return
    if (path := without_scheme(given)) != given:
        scheme = given[: -len(path)] if path else given
        yield from ((replace(file, shown=f"{scheme}{file.shown}"), real) for file, real in _expand(path))
        return
    path = str(Path(given))
    try:
        Path(path).stat()
    except (OSError, ValueError) as error:
        if any(mark in given for mark in MARKS):
            yield from _expand_glob(given)
            return
        number = error.errno if isinstance(error, OSError) else None
        gone = number in (None, errno.ENOENT, errno.ENOTDIR)
        raise UsageError(f"{given}: {'no such file or folder' if gone else os.strerror(number or 0)}") from error
    if Path(path).is_dir():
        below = _below(path)
        if (first := next(below, None)) is None:
            raise UsageError(f"folder {given} holds no file")
        yield first
        yield from below
        return
    name = Path(path).name
    kind = kind_of(name)
    if kind == UNKNOWN:
        raise UsageError(f"{given}: kind of file not known ({what_is(name)}); known are {KNOWN}")
    yield InputFile(path, kind, printable_path(name)), os.path.realpath(path)


def _expand_glob(pattern: str) -> Iterator[tuple[InputFile, str]]:
    parts = Path(pattern).parts
    fixed = next(index for index, part in enumerate(parts) if any(mark in part for mark in MARKS))
    root = str(Path(*parts[:fixed]))
    found = dict(_matches(root, "", parts[fixed:])) if _can_be_listed(root) else {}
    if not found:
        raise UsageError(f"{pattern}: the glob matches no file")
    yield from found.items()


def _matches(folder: str, name: str, parts: Sequence[str]) -> Iterator[tuple[InputFile, str]]:
    """Files below ``folder`` that the glob ``parts`` name; the same one may come twice."""
    if parts[0] == "**":
        for inner, inner_name in _folders_below(folder, name):
            yield from _matches(inner, inner_name, parts[1:] or ("*",))
        return
    try:
        entries = _entries(folder)
    except OSError as error:
        yield _unlisted(folder, name, error)
        return
    real = os.path.realpath(folder)
    for entry in entries:
        hidden = entry.name.startswith(".") and not parts[0].startswith(".")
        if hidden or not fnmatchcase(entry.name, parts[0]):
            continue
        path, its_name = _join(folder, entry.name), name + entry.name
        if not _is_folder(entry):
            if len(parts) == 1 and not is_marker(entry.name):
                yield _file(entry, path, its_name, real)
        elif len(parts) == 1:
            yield from _below(path, its_name + "/")
        else:
            yield from _matches(path, its_name + "/", parts[1:])


def _below(root: str, name: str = "") -> Iterator[tuple[InputFile, str]]:
    """Files in ``root`` and its subfolders; a subfolder that cannot be listed comes as itself."""
    for folder, prefix in _folders_below(root, name):
        try:
            entries = _entries(folder)
        except OSError as error:
            yield _unlisted(folder, prefix, error)
            continue
        real = os.path.realpath(folder)
        for entry in entries:
            if not (entry.name.startswith(".") or is_marker(entry.name) or _is_folder(entry)):
                yield _file(entry, _join(folder, entry.name), prefix + entry.name, real)


def _folders_below(root: str, name: str) -> Iterator[tuple[str, str]]:
    """``root`` and all folders below it that are not hidden, each real folder once, with the names of what is in them.

    Links to folders are followed after everything that is reached without one, so that what is found
    under which name does not depend on the order of the listing.
    """
    seen: set[str] = set()
    plain: list[tuple[str, str]] = [(root, name)]
    linked: list[tuple[str, str]] = []
    while plain or linked:
        if not plain:
            linked.sort(reverse=True)
        folder, prefix = (plain or linked).pop()
        real = os.path.realpath(folder)
        if real in seen:
            continue
        seen.add(real)
        yield folder, prefix
        try:
            entries = _entries(folder)
        except OSError:
            continue
        for entry in entries:
            if not entry.name.startswith(".") and _is_folder(entry) and not is_marker_folder(entry.name):
                below = (_join(folder, entry.name), f"{prefix}{entry.name}/")
                (linked if entry.is_symlink() else plain).append(below)


def _file(entry: os.DirEntry[str], path: str, name: str, real_folder: str) -> tuple[InputFile, str]:
    kind, fault = kind_of(entry.name), ""
    try:
        # A named pipe in a folder would block the whole run when opened; only what the user names is.
        if not entry.is_file():
            kind = UNKNOWN
            entry.stat()
    except OSError as error:
        kind, fault = UNKNOWN, error.strerror or str(error)
    real = os.path.realpath(path) if entry.is_symlink() else _join(real_folder, entry.name)
    return InputFile(path, kind, printable_path(name), fault=fault), real


def _unlisted(folder: str, name: str, error: OSError) -> tuple[InputFile, str]:
    fault = f"the folder cannot be listed: {error.strerror or error}"
    return InputFile(folder, UNKNOWN, printable_path(name.rstrip("/") or "."), fault=fault), os.path.realpath(folder)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads in a circle
        return False


def _can_be_listed(folder: str) -> bool:
    try:
        return Path(folder).is_dir()
    except (OSError, ValueError):
        return False


def _entries(folder: str) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return sorted(entries, key=lambda entry: entry.name)


def _join(folder: str, name: str) -> str:
    return name if folder == "." else os.path.join(folder, name)  # noqa: PTH118 - a Path a file takes most of the time of listing a large folder
