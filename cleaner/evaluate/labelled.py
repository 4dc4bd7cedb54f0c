"""Labelled data of the user's own: rows of JSONL (plain, .gz, .zst, .bz2, .xz) or Parquet."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from cleaner.errors import UsageError, no_file
from cleaner.remote import place
from cleaner.settings import Limits
from cleaner.sinks import ownership
from cleaner.sinks.reading import Folder, read_rows
from cleaner.sinks.rows import EXCERPT
from cleaner.sources.faults import Fault
from cleaner.sources.opening import open_stream
from cleaner.urls import shown


def rows(path: str) -> Iterator[dict[str, Any]]:
    """Rows of one labelled file. Raises UsageError when it is not there, not what its name says, or has no row."""
    file = place(path)
    if not _is_file(file):
        raise UsageError(f"{shown(path)}: {no_file(file)}")
    number = 0
    try:
        for number, row in enumerate(_parquet(file) if file.suffix.lower() == ".parquet" else _lines(path), 1):
            if not isinstance(row, dict):
                raise UsageError(f"{file}:{number} is not a JSON object")
            yield row
    except (OSError, ValueError, RecursionError, NotImplementedError) as error:
        reason = " ".join(str(error).split())[:200]
        raise UsageError(f"{file}:{number + 1} cannot be read: {reason}") from error
    except Fault as fault:
        raise UsageError(f"{file}:{number + 1} cannot be read: {fault.reason}, {fault.detail}") from fault
    if not number:
        raise UsageError(f"{file} holds no row to measure on")


def articles(path: str) -> Iterator[tuple[dict[str, Any], bool]]:
    """Rows of articles, and whether the text of one is cut off: of a file, or of the output folder of a run.

    Of a folder they are those of ``corpus``, then of ``merged``, of which a run keeps the beginnings of the texts only
    unless it was told to keep them whole.
    """
    folder = place(path)
    if not folder.is_dir():
        yield from ((row, False) for row in rows(path))
        return
    whole = (ownership.read_report(folder / ownership.REPORT) or {}).get("settings", {}).get("keep_merged_text") is True
    seen = set()
    for row in read_rows(folder, "corpus"):
        seen.add(row["id"])
        yield row, False
    for row in read_rows(folder, "merged"):
        if row["id"] not in seen:  # a corpus with all articles has it whole
            yield row, not whole and len(row.get("text") or "") >= EXCERPT


def _is_file(file: Folder) -> bool:
    try:
        return file.is_file()
    except (OSError, ValueError):
        return False


def _parquet(file: Folder) -> Iterator[Any]:
    import pyarrow.parquet as pq

    with file.open("rb") as source:
        for batch in pq.ParquetFile(source).iter_batches():
            yield from batch.to_pylist()


def _lines(path: str) -> Iterator[Any]:
    with open_stream(path, Limits()) as stream:
        for line in stream:
            if line.strip():
                yield json.loads(line)


def column(row: Mapping[str, Any], names: tuple[str, ...], path: str) -> Any:
    """The first of these columns that a row has; UsageError names them when it has none."""
    for name in names:
        if row.get(name) is not None:
            return row[name]
    raise UsageError(f"{shown(path)}: a row has no {' or '.join(names)}")


def text_of(row: Mapping[str, Any], names: tuple[str, ...], path: str) -> str:
    """The first of these columns, the lines of one that is a list."""
    value = column(row, names, path)
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)


def string(row: Mapping[str, Any], name: str) -> str | None:
    """A column that holds a string where it holds anything."""
    value = row.get(name)
    return value if value is None or isinstance(value, str) else str(value)


def pages_of_lines(path: str) -> Iterator[tuple[str, list[str], list[bool]]]:
    """Labelled lines (``page``, ``text``, ``keep`` 0 or 1, a page's lines together) as (page, lines, keep)."""
    for page, group in groupby(rows(path), key=lambda row: str(row.get("page"))):
        lines = list(group)
        texts = [str(column(row, ("text",), path)) for row in lines]
        yield page, texts, [bool(column(row, ("keep",), path)) for row in lines]
