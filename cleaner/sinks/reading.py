"""Reading an output folder back, in either format."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from cleaner.errors import UsageError
from cleaner.settings import FORMATS
from cleaner.sinks import shards
from cleaner.sinks.compressed import FAULTS, unpacked
from cleaner.sinks.shards import Folder

_ROWS = 1_000
"""Of a Parquet file that are in memory at a time."""


def row_files(folder: Folder, name: str) -> list[Folder]:
    """The file of one output (``corpus``, ``merged`` ...) in a folder, or its shards, in whichever format they are.

    Raises UsageError where a store does not say.
    """
    try:
        return next(filter(None, (shards.found(folder, name, form) for form in FORMATS)), [])
    except OSError as error:
        raise UsageError(f"{error.filename or folder}: {error.strerror or error}") from error


def missing(folder: Folder, name: str) -> UsageError:
    """What to say where there is no such file."""
    return UsageError(f"{folder} holds no {name}.jsonl (.gz, .zst) or {name}.parquet; name the --output of a run")


def read_rows(folder: Folder, name: str) -> Iterator[dict[str, Any]]:
    """Rows of one output file (``corpus``, ``merged``, ``rejected``, ``cuts``) of a run.

    Raises UsageError when the folder does not hold it or it is damaged.
    """
    paths = row_files(folder, name)
    if not paths:
        raise missing(folder, name)
    try:
        for path in paths:
            yield from _rows(path)
    except (ValueError, OSError, *FAULTS) as error:
        raise UsageError(f"{folder}: {name} cannot be read: {error}") from error


def _rows(path: Folder) -> Iterator[dict[str, Any]]:
    if path.suffix != ".parquet":
        with path.open("rb") as raw, unpacked(raw, path.name) as stream:
            for line in stream:
                yield json.loads(line)
    else:
        import pyarrow.parquet as pq  # takes a quarter of a second to load, and most folders are JSONL

        with path.open("rb") as source:
            for batch in pq.ParquetFile(source).iter_batches(batch_size=_ROWS):
                yield from batch.to_pylist()
