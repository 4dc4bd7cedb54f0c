"""Finds the input files: files, folders, globs and ``-`` become a sorted list of ``InputFile``."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from cleaner.errors import UsageError

KINDS = {
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".txt": "text",
    ".text": "text",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".warc": "warc",
}
COMPRESSED = (".gz", ".zst")
KNOWN = ".html .htm .xhtml .txt .text .jsonl .ndjson .parquet .warc, all but .parquet also with .gz or .zst"
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file to read."""

    path: str
    """As shown to the user; ``-`` is standard input."""
    kind: str
    """``html``, ``text``, ``jsonl``, ``parquet``, ``warc``, ``stdin``, or ``unknown``: found in a folder,
    but not something that can be read."""
    name: str
    """Path relative to the folder that was given (or to the fixed part of the glob), with ``/``; the
    file's own name if the file itself was given. It is the id of a page that fills a whole file."""


def kind_of(name: str) -> str:
    """The kind a file's name tells, ``unknown`` if none. Upper and lower case are the same."""
    path = Path(name.lower())
    compressed = path.suffix in COMPRESSED
    kind = KINDS.get((path.with_suffix("") if compressed else path).suffix, UNKNOWN)
    return UNKNOWN if compressed and kind == "parquet" else kind


def discover(inputs: Sequence[str]) -> list[InputFile]:
    """The files that ``inputs`` name, each real file once, sorted by name and path.

    An input is a file, a folder (read with all its subfolders), a glob (``*``, ``?``, ``[...]`` and
    ``**``) or ``-``. Hidden files and folders are left out of folders and globs. The order of
    ``inputs`` does not change the result; a file that is reached in two ways is named by the one without
    links, then by the longest name.

    Raises UsageError when an input does not exist, is a file of unknown kind, or leads to no file.
    """
    if not inputs:
        raise UsageError("no input: name a file, a folder, a glob, or - for JSONL on standard input")
    found: dict[str, InputFile] = {}
    for given in inputs:
        for file in _expand(given):
            real = file.path if file.kind == "stdin" else os.path.realpath(file.path)
            other = found.get(real)
            if other is None or _rank(file, real) < _rank(other, real):
                found[real] = file
    return sorted(found.values(), key=lambda file: (file.name, file.path))


def _rank(file: InputFile, real: str) -> tuple[bool, int, int, str, str]:
    """Order of the ways to one real file: not over a link, the shortest path, the longest name."""
    path = os.path.normpath(Path(file.path).absolute())
    return (path != real, len(path), -len(file.name), file.name, file.path)


def _expand(given: str) -> Iterator[InputFile]:
    if given == "-":
        yield InputFile("-", "stdin", "-")
        return
    path = Path(given)
    if path.is_dir():
        files = [_in_folder(file, path) for file in _files_below(path)]
        if not files:
            raise UsageError(f"folder {given} holds no file")
        yield from files
    elif path.exists():
        kind = kind_of(path.name)
        if kind == UNKNOWN:
            raise UsageError(f"{given}: kind of file not known; known are {KNOWN}")
        yield InputFile(str(path), kind, path.name)
    elif any(mark in given for mark in "*?["):
        yield from _expand_glob(given)
    else:
        raise UsageError(f"{given}: no such file or folder")


def _expand_glob(pattern: str) -> Iterator[InputFile]:
    parts = Path(pattern).parts
    fixed = next(index for index, part in enumerate(parts) if any(mark in part for mark in "*?["))
    root = Path(*parts[:fixed])
    files: set[Path] = set()
    for match in _matches(root, parts[fixed:]) if root.is_dir() else ():
        files.update(_files_below(match) if match.is_dir() else (match,))
    if not files:
        raise UsageError(f"{pattern}: the glob matches no file")
    for file in sorted(files):
        yield _in_folder(file, root)


def _matches(folder: Path, parts: Sequence[str]) -> Iterator[Path]:
    """Entries below ``folder`` that the glob ``parts`` name; the same one may come twice."""
    if parts[0] == "**":
        for inner in _folders_below(folder):
            yield from _matches(inner, parts[1:] or ("*",))
        return
    for entry in _entries(folder):
        if entry.name.startswith(".") and not parts[0].startswith("."):
            continue
        if not fnmatchcase(entry.name, parts[0]):
            continue
        if len(parts) == 1:
            yield entry
        elif entry.is_dir():
            yield from _matches(entry, parts[1:])


def _in_folder(file: Path, folder: Path) -> InputFile:
    # A named pipe in a folder would block the whole run when opened; only what the user names is.
    kind = kind_of(file.name) if _regular_or_gone(file) else UNKNOWN
    return InputFile(str(file), kind, file.relative_to(folder).as_posix())


def _regular_or_gone(file: Path) -> bool:
    try:
        return stat.S_ISREG(file.stat().st_mode)
    except OSError:
        return True


def _files_below(root: Path) -> Iterator[Path]:
    """Files in ``root`` and its subfolders; a subfolder that cannot be listed comes as itself."""
    for folder in _folders_below(root):
        try:
            entries = _entries(folder)
        except OSError:
            yield folder
            continue
        yield from (entry for entry in entries if not entry.is_dir() and not entry.name.startswith("."))


def _folders_below(root: Path) -> Iterator[Path]:
    """``root`` and all folders below it that are not hidden, each real folder once.

    Links to folders are followed after everything that is reached without one, so that what is found
    under which name does not depend on the order of the listing.
    """
    seen: set[str] = set()
    plain: list[Path] = [root]
    linked: list[Path] = []
    while plain or linked:
        if plain:
            folder = plain.pop()
        else:
            linked.sort(reverse=True)
            folder = linked.pop()
        real = os.path.realpath(folder)
        if real in seen:
            continue
        seen.add(real)
        yield folder
        try:
            inner = [e for e in _entries(folder) if e.is_dir() and not e.name.startswith(".")]
        except OSError:
            continue
        for entry in inner:
            (linked if entry.is_symlink() else plain).append(entry)


def _entries(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())
