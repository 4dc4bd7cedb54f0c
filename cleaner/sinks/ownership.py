"""Which files of an output folder a run wrote: known by size and digest from its report, never by their names."""

from __future__ import annotations

import hashlib
import json
import re
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import xxhash

from cleaner.remote import RemotePath
from cleaner.settings import FORMATS
from cleaner.sinks import owned_page

NAMES = ("corpus", "merged", "pairs", "rejected", "cuts", "articles", "scores", "changes")
"""Files of rows that a run may write, without suffix."""
REPORT = "report.json"
FILES = "files"
"""Where a report says what was written beside it: by name, ``bytes`` and ``xxh3_128``."""
GUARDED = (*(f"{name}.{form}" for form in FORMATS for name in NAMES), REPORT)
SHARD = re.compile(rf"({'|'.join(NAMES)})-(\d{{5,}})\.({'|'.join(map(re.escape, FORMATS))})")
"""Name of a file that has some of the rows of one of these names (``cleaner.sinks.shards``)."""
_UNSIGNED = (FILES, "seconds")
"""Parts of a report that its own digest leaves out."""
_REPORT_KEYS = {"counts", "merged_by_relation", "rejected_by_reason", "settings", "versions"}
_ROW_KEYS = {
    "corpus": {"id", "url", "title", "date", "lang", "text", "story"},
    "merged": {"id", "into", "story", "relation", "score", "origin"},
    "rejected": {"id", "origin", "reason", "detail"},
    "cuts": {"id", "origin", "cuts"},
    "changes": {"story", "changes", "canonical", "was"},
}
"""Columns by which rows of cleaner 0.1 are known, whose report did not say what it wrote."""


class Stamp(NamedTuple):
    """By what is seen, without reading it, that a file is still the one that was looked at."""

    inode: int
    size: int
    changed: int | str
    """Nanoseconds since 1970; what a store calls the version of its file."""


@dataclass(slots=True)
class Found:
    """The guarded names that stand in a folder."""

    own: dict[str, Stamp] = field(default_factory=dict)
    """Files that a run wrote and nobody changed."""
    foreign: dict[str, str] = field(default_factory=dict)
    """The others, with what speaks against them."""


def look(
    folder: Path | RemotePath, reports: Sequence[Path | RemotePath] | None = None, wanted: Iterable[str] = ()
) -> Found:
    """Tell a run's files in ``folder`` from others, by the report there or by ``reports``. Raises OSError.

    Looked at are the names that a run may write, shards as far as a report lists them, and those that are ``wanted``;
    and a page about the run, which is its own if ``cleaner report`` wrote it, and else nobody's concern.
    """
    documents = [one for path in reports or [folder / REPORT] if (one := read_report(path)) is not None]
    found = Found()
    names = sorted({*GUARDED, *wanted, *(name for one in documents for name in shards_in(one))})
    for name, seen in stamps(folder, names).items():
        fault = _fault(folder / name, documents)
        if fault is None:
            found.own[name] = seen
        else:
            found.foreign[name] = fault
    if owned_page.is_own(folder / owned_page.NAME):
        found.own |= stamps(folder, [owned_page.NAME])
    return found


def unwanted(folder: Path | RemotePath, earlier: Iterable[str], written: Iterable[str]) -> set[str]:
    """Those of the ``earlier`` files of a folder that go when these are ``written``: all others."""
    gone = set(earlier) - {*written, REPORT}
    return gone if owned_page.is_own(folder / owned_page.NAME) else gone - {owned_page.NAME}


def stamps(folder: Path | RemotePath, names: Iterable[str]) -> dict[str, Stamp]:
    """The stamps of those of these names that stand in a folder, links too. Raises OSError."""
    if isinstance(folder, RemotePath):
        entries = folder.entries()
        there = {name: entries[name] for name in names if name in entries and not entries[name].is_folder}
        return {name: Stamp(0, state.st_size, state.version) for name, state in there.items()}
    found = {}
    for name in names:
        try:
            state = (folder / name).lstat()
        except FileNotFoundError:
            continue
        found[name] = Stamp(state.st_ino, state.st_size, state.st_mtime_ns)
    return found


def entry(path: Path | RemotePath) -> dict[str, Any]:
    """What a report says of a file that was written beside it."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, xxhash.xxh3_128)  # type: ignore[arg-type]
    return {"bytes": path.stat().st_size, "xxh3_128": digest.hexdigest()}


def signed(report: Mapping[str, Any], files: Mapping[str, Any]) -> dict[str, Any]:
    """A report with what was written beside it, and a digest of itself but for that and its seconds."""
    return {**report, FILES: {**files, REPORT: {"xxh3_128": _digest_of(report)}}}


def read_report(path: Path | RemotePath) -> dict[str, Any] | None:
    """The report of a run, None where there is none."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or not isinstance(document.get("counts"), dict):
        return None
    versions = document.get("versions")
    known = isinstance(versions, dict) and "cleaner" in versions
    listed = document.get(FILES)
    if not known or not (isinstance(listed, dict) or (listed is None and document.keys() >= _REPORT_KEYS)):
        return None
    return document


def shards_in(report: Mapping[str, Any]) -> list[str]:
    """Names of the shards that a report lists."""
    return sorted(name for name in report.get(FILES) or () if SHARD.fullmatch(name))


def _fault(path: Path | RemotePath, documents: Sequence[Mapping[str, Any]]) -> str | None:
    """What speaks against a run's having written a file as it is; None when it did."""
    if isinstance(path, Path) and not stat.S_ISREG(mode := path.lstat().st_mode):
        return "it is a link" if stat.S_ISLNK(mode) else "it is no file"
    if path.name == REPORT:
        report = read_report(path)
        if report is None:
            return "it is no report of cleaner's"
        same = FILES not in report or report[FILES].get(REPORT) == {"xxh3_128": _digest_of(report)}
        return None if same else "it was changed after the run that wrote it"
    if not documents:
        return f"no {REPORT} beside it says that a run wrote it"
    found: dict[str, Any] = {}
    faults = []
    for document in documents:
        if FILES not in document:
            if _has_rows_of(path):
                return None
            faults.append("its rows are not those of a run")
        elif (listed := document[FILES].get(path.name)) is None:
            faults.append(f"{REPORT} does not name it")
        else:
            if isinstance(listed, dict) and listed.get("bytes") == path.stat().st_size:
                found = found or entry(path)
                if found == listed:
                    return None
            faults.append("it is not as the run wrote it")
    return faults[-1]


def _digest_of(report: Mapping[str, Any]) -> str:
    plain = {name: value for name, value in report.items() if name not in _UNSIGNED}
    # What JSON makes of it, twice, so that a report read back gives what it gave before it was written.
    text = json.dumps(json.loads(json.dumps(plain, default=str)), sort_keys=True)
    return xxhash.xxh3_128_hexdigest(text.encode())


def _has_rows_of(path: Path | RemotePath) -> bool:
    """Whether all rows of a file are such as a run writes under its name."""
    wanted = _ROW_KEYS.get(path.stem)
    if wanted is None or isinstance(path, RemotePath):  # cleaner 0.1 wrote none of that name, and into no store
        return False
    try:
        if path.suffix == ".parquet":
            from pyarrow import ArrowException, parquet  # takes a tenth of a second to load

            try:
                return set(parquet.read_schema(path).names) >= wanted
            except ArrowException:
                return False
        return all(isinstance(row, dict) and row.keys() >= wanted for row in _rows(path))
    except (OSError, ValueError, RecursionError):
        return False


def _rows(path: Path) -> Iterator[Any]:
    with path.open(encoding="utf-8") as stream:
        for line in stream:
            yield json.loads(line)
