"""Reading an output folder back, in either format."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cleaner.errors import UsageError
from cleaner.remote import RemotePath
from cleaner.settings import FORMATS
from cleaner.sinks.compressed import FAULTS, unpacked

Folder = Path | RemotePath

_ROWS = 1_000
"""Of a Parquet file that are in memory at a time."""


def row_file(folder: Folder, name: str) -> Folder | None:
    """The file of one output (``corpus``, ``merged`` ...) in a folder, in whichever format it is there.

    Raises UsageError where a store does not say.
    """
    found = (folder / f"{name}.{form}" for form in FORMATS)
    try:
        return next((path for path in found if path.is_file()), None)
    except OSError as error:
        raise UsageError(f"{error.filename or folder}: {error.strerror or error}") from error


def missing(folder: Folder, name: str) -> UsageError:
    """What to say where there is no such file."""
    return UsageError(f"{folder} holds no {name}.jsonl (.gz, .zst) or {name}.parquet; name the --output of a run")


def read_rows(folder: Folder, name: str) -> Iterator[dict[str, Any]]:
    """Rows of one output file (``corpus``, ``merged``, ``rejected``, ``cuts``) of a run.

    Raises UsageError when the folder does not hold it or it is damaged.
    """
    path = row_file(folder, name)
    if path is None:
        raise missing(folder, name)
    try:
        if path.suffix != ".parquet":
            with path.open("rb") as raw, unpacked(raw, path.name) as stream:
                for line in stream:
                    yield json.loads(line)
        else:
            import pyarrow.parquet as pq  # takes a quarter of a second to load, and most folders are JSONL

            with path.open("rb") as source:
                for batch in pq.ParquetFile(source).iter_batches(batch_size=_ROWS):
                    yield from batch.to_pylist()
    except (ValueError, OSError, *FAULTS) as error:
        raise UsageError(f"{folder}: {name} cannot be read: {error}") from error
