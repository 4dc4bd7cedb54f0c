"""Reading an output folder back, in either format."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from cleaner.errors import UsageError


def read_rows(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    """Rows of one output file (``corpus``, ``merged``, ``rejected``, ``cuts``) of a run.

    Raises UsageError when the folder does not hold it or it is damaged.
    """
    lines, parquet = folder / f"{name}.jsonl", folder / f"{name}.parquet"
    try:
        if lines.is_file():
            with lines.open(encoding="utf-8") as stream:
                for line in stream:
                    yield json.loads(line)
        elif parquet.is_file():
            for batch in pq.ParquetFile(parquet).iter_batches():
                yield from batch.to_pylist()
        else:
            raise UsageError(f"{folder} holds no {name}.jsonl or {name}.parquet; name the --output of a run")
    except (ValueError, OSError) as error:
        raise UsageError(f"{folder}: {name} cannot be read: {error}") from error
