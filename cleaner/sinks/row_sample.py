"""Rows of a large output file, drawn at random and always the same ones: what is read is bounded, not the file."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

from cleaner.errors import UsageError
from cleaner.sinks.compressed import FAULTS, unpacked
from cleaner.sinks.lookup import row_from
from cleaner.sinks.reading import Folder, missing, read_rows, row_files

Row = dict[str, Any]
SEED = "cleaner rows 0"
_PACKED = 7
"""Times a compressed file of rows is larger when unpacked, about: cuts of 500 web pages gave 6.7 (gz) and 7.5 (zst)."""
_GROUPS = 8
"""Row groups of a Parquet file of which rows are taken, at most."""


def drawn_rows(folder: Folder, name: str, most_bytes: int) -> tuple[Iterator[Row], bool]:
    """Rows of one output file worth about ``most_bytes`` of JSON, in no order, each once; whether they are all.

    Raises UsageError when the folder does not hold the file or it is damaged, also while the rows are read.
    """
    paths = row_files(folder, name)
    if not paths:
        raise missing(folder, name)
    try:
        sizes = [_size(path) for path in paths]
    except (ValueError, OSError) as error:
        raise UsageError(f"{folder}: {name} cannot be read: {error}") from error
    if sum(sizes) <= most_bytes:
        return read_rows(folder, name), True
    return _drawn(folder, name, most_bytes / sum(sizes), list(zip(paths, sizes, strict=True))), False


def _drawn(folder: Folder, name: str, share: float, files: list[tuple[Folder, int]]) -> Iterator[Row]:
    try:
        for path, size in files:
            yield from _way(path)(path, size, share, random.Random(f"{SEED} {path.name}"))
    except (ValueError, OSError, *FAULTS) as error:
        raise UsageError(f"{folder}: {name} cannot be read: {error}") from error


def _way(path: Folder) -> Callable[[Folder, int, float, random.Random], Iterator[Row]]:
    return {".parquet": _of_parquet, ".jsonl": _of_lines}.get(path.suffix, _of_packed)


def _size(path: Folder) -> int:
    """Bytes of the rows when unpacked, about."""
    if path.suffix == ".parquet":
        import pyarrow.parquet as pq  # takes a tenth of a second to load, and most folders are JSONL

        with path.open("rb") as source, pq.ParquetFile(source) as file:
            return sum(file.metadata.row_group(number).total_byte_size for number in range(file.num_row_groups))
    return path.stat().st_size * (1 if path.suffix == ".jsonl" else _PACKED)


def _of_lines(path: Folder, size: int, share: float, chance: random.Random) -> Iterator[Row]:
    """The rows behind places that are drawn."""
    left, seen = int(size * share), set()
    with path.open("rb") as stream:
        while left > 0:
            start, row = row_from(stream, chance.randrange(size))
            if row is None:  # the place was in the last row
                start, row = row_from(stream, 0)
            left -= max(1, stream.tell() - start)
            if row is not None and start not in seen:
                seen.add(start)
                yield row


def _of_packed(path: Folder, _size: int, share: float, chance: random.Random) -> Iterator[Row]:
    """No place in it can be gone to: all is unpacked, and the lines that are drawn are parsed."""
    with path.open("rb") as raw, unpacked(raw, path.name) as stream:
        for line in stream:
            if chance.random() < share:
                yield json.loads(line)


def _of_parquet(path: Folder, _size: int, share: float, chance: random.Random) -> Iterator[Row]:
    import pyarrow.parquet as pq

    with path.open("rb") as source, pq.ParquetFile(source) as file:
        every = range(file.num_row_groups)
        groups = sorted(chance.sample(every, min(_GROUPS, len(every))))
        share = min(1.0, share * len(every) / max(1, len(groups)))
        for group in groups:
            table = file.read_row_group(group)
            wanted = sorted(chance.sample(range(table.num_rows), round(table.num_rows * share)))
            yield from table.take(wanted).to_pylist()
