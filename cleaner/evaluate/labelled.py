"""Labelled data of the user's own: rows of JSONL (plain, .gz, .zst, .xz) or Parquet."""

from __future__ import annotations

import gzip
import io
import json
import lzma
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from cleaner.errors import UsageError


def rows(path: str) -> Iterator[dict[str, Any]]:
    """Rows of one labelled file. Raises UsageError when it is not there or not what its name says."""
    file = Path(path)
    if not file.is_file():
        raise UsageError(f"{path}: no such file")
    number = 0
    try:
        if file.suffix == ".parquet":
            import pyarrow.parquet as pq

            for batch in pq.ParquetFile(file).iter_batches():
                yield from batch.to_pylist()
            return
        with _open(file) as stream:
            for number, line in enumerate(io.TextIOWrapper(stream, encoding="utf-8"), 1):
                if line.strip():
                    row = json.loads(line)
                    if not isinstance(row, dict):
                        raise UsageError(f"{path}:{number} is not a JSON object")
                    yield row
    except (OSError, EOFError, ValueError, lzma.LZMAError) as error:
        raise UsageError(f"{path}:{number + 1} cannot be read: {error}") from error


def _open(file: Path) -> Any:
    if file.suffix == ".gz":
        return gzip.open(file, "rb")
    if file.suffix == ".xz":
        return lzma.open(file, "rb")
    if file.suffix == ".zst":
        import zstandard

        return zstandard.open(file, "rb")
    return file.open("rb")


def column(row: Mapping[str, Any], names: tuple[str, ...], path: str) -> Any:
    """The first of these columns that a row has; UsageError names them when it has none."""
    for name in names:
        if row.get(name) is not None:
            return row[name]
    raise UsageError(f"{path}: a row has no {' or '.join(names)}")


def pages_of_lines(path: str) -> Iterator[tuple[str, list[str], list[bool]]]:
    """Labelled lines (``page``, ``text``, ``keep`` 0 or 1, a page's lines together) as (page, lines, keep)."""
    for page, group in groupby(rows(path), key=lambda row: str(row.get("page"))):
        lines = list(group)
        yield page, [str(row["text"]) for row in lines], [bool(row["keep"]) for row in lines]
