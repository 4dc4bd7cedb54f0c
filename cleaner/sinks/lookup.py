"""Finding rows of an output folder without reading all of it: by binary search, or by a search for bytes.

``corpus`` is in the order of its ids and ``merged`` in that of ``into``, in which the binary search relies;
where that finds nothing (a file in another order) the bytes are gone over once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import islice
from typing import IO, Any

from cleaner.errors import UsageError
from cleaner.sinks.compressed import FAULTS, unpacked
from cleaner.sinks.json_text import escaped
from cleaner.sinks.reading import Folder, missing, row_files

_PIECE = 16 * 1024 * 1024
_GROUPS = 4
"""Row groups of which rows are taken."""
Row = dict[str, Any]


def find_rows(folder: Folder, name: str, column: str, value: str, ordered: bool = False) -> list[Row]:
    """Rows of one output file whose ``column`` is ``value``, in their order.

    ``ordered`` says that the file is in the order of that column. Raises UsageError when the folder does not hold
    the file or it is damaged.
    """
    found = _open(folder, name, lambda path: _in_lines(path, column, value, ordered), _in_parquet(column, value))
    return [row for rows in found for row in rows]


def some_rows(folder: Folder, name: str, most: int) -> tuple[list[Row], bool]:
    """All rows of a file, or at least half of ``most`` that stand evenly in it; whether they are all."""
    each = max(1, most // max(1, len(row_files(folder, name))))
    found = _open(folder, name, lambda path: _some_lines(path, each), lambda path: _some_of_parquet(path, each))
    return [row for rows, _ in found for row in rows], all(whole for _, whole in found)


def holds(folder: Folder, name: str) -> bool:
    """Whether the folder has such a file."""
    return bool(row_files(folder, name))


def _open(folder: Folder, name: str, lines: Callable[[Folder], Any], parquet: Callable[[Folder], Any]) -> list[Any]:
    paths = row_files(folder, name)
    if not paths:
        raise missing(folder, name)
    try:
        return [parquet(path) if path.suffix == ".parquet" else lines(path) for path in paths]
    except (ValueError, OSError, KeyError, TypeError, *FAULTS) as error:
        raise UsageError(f"{folder}: {name} cannot be read: {error}") from error


def _in_lines(path: Folder, column: str, value: str, ordered: bool) -> list[Row]:
    wanted = f"{json.dumps(column)}:{escaped(json.dumps(value, ensure_ascii=False))}".encode()
    with path.open("rb") as stream:
        if path.suffix != ".jsonl":  # no place in it can be gone to
            every = unpacked(stream, path.name)
            return [row for line in every if wanted in line and (row := json.loads(line)).get(column) == value]
        if ordered and (found := _bisected(stream, path.stat().st_size, column, value)):
            return found
        lines = dict(_lines_with(stream, wanted))
    return [row for line in lines.values() if (row := json.loads(line)).get(column) == value]


def _bisected(stream: IO[bytes], size: int, column: str, value: str) -> list[Row]:
    """Rows from the first whose column is not below ``value``, as long as it is equal."""
    low, high = 0, size  # the first such row begins at low or later, and before high, or at the end
    while low < high:
        middle = (low + high) // 2
        start, row = row_from(stream, middle)
        if row is None or start >= high or _key(row, column) >= value:
            high = middle
        else:
            low = middle + 1
    found = []
    start, row = row_from(stream, low)
    while row is not None and _key(row, column) == value:
        found.append(row)
        line = stream.readline()
        row = json.loads(line) if line else None
    return found


def row_from(stream: IO[bytes], place: int) -> tuple[int, Row | None]:
    """The first row that begins at ``place`` or later, and where; the stream stands behind it."""
    stream.seek(max(0, place - 1))
    if place:
        stream.readline()
    start = stream.tell()
    line = stream.readline()
    return start, (json.loads(line) if line else None)


def _key(row: Row, column: str) -> str:
    return str(row.get(column) or "")


def _lines_with(stream: IO[bytes], wanted: bytes) -> Iterator[tuple[int, bytes]]:
    """Lines that hold these bytes, by where they begin; one may come more than once."""
    after, kept = 0, b""
    stream.seek(0)
    while piece := stream.read(_PIECE):
        text = kept + piece
        after += len(piece)
        at = text.find(wanted)
        while at >= 0:
            start, line = _line_around(stream, after - len(text) + at)
            yield start, line
            next_line = start + len(line) - (after - len(text))
            at = text.find(wanted, next_line) if next_line < len(text) else -1
        stream.seek(after)
        kept = text[-len(wanted) + 1 :]


def _line_around(stream: IO[bytes], place: int) -> tuple[int, bytes]:
    """The line that holds a place, and where it begins."""
    back, start = 4096, place
    while True:
        begin = max(0, place - back)
        stream.seek(begin)
        before = stream.read(place - begin)
        cut = before.rfind(b"\n")
        if cut >= 0 or not begin:
            start = begin + cut + 1
            break
        back *= 4
    stream.seek(start)
    return start, stream.readline()


def _some_lines(path: Folder, most: int) -> tuple[list[Row], bool]:
    with path.open("rb") as stream:
        first: list[Row] = []
        for line in unpacked(stream, path.name):
            first.append(json.loads(line))
            if len(first) > most:
                break
        if len(first) <= most:
            return first, True
        if path.suffix != ".jsonl":
            return _every_so_often(path, most), False
        size = path.stat().st_size
        rows: dict[int, Row] = {}
        for step in range(most):
            start, row = row_from(stream, size * step // most)
            if row is not None:
                rows[start] = row
    return list(rows.values()), False


def _every_so_often(path: Folder, most: int) -> list[Row]:
    """Rows of a compressed file that stand evenly in it."""
    with path.open("rb") as stream:
        number = sum(1 for _ in unpacked(stream, path.name))
    with path.open("rb") as stream:
        return [json.loads(line) for line in islice(unpacked(stream, path.name), 0, None, -(-number // most))]


def _in_parquet(column: str, value: str) -> Callable[[Folder], list[Row]]:
    def found(path: Folder) -> list[Row]:
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        rows: list[Row] = []
        with path.open("rb") as source, pq.ParquetFile(source) as file:
            at = file.schema_arrow.get_field_index(column)
            if at < 0:
                raise ValueError(f"it has no column {column}")
            for group in range(file.num_row_groups):
                one = file.read_row_group(group, columns=[column]).column(0)
                if pc.any(pc.equal(one, value)).as_py():
                    table = file.read_row_group(group)
                    rows += table.filter(pc.equal(table.column(column), value)).to_pylist()
        return rows

    return found


def _some_of_parquet(path: Folder, most: int) -> tuple[list[Row], bool]:
    import pyarrow.parquet as pq

    with path.open("rb") as source, pq.ParquetFile(source) as file:
        count, groups = file.metadata.num_rows, file.num_row_groups
        if count <= most:
            return file.read().to_pylist(), True
        rows: list[Row] = []
        wanted = sorted({groups * step // _GROUPS for step in range(_GROUPS)})
        for group in wanted:
            table = file.read_row_group(group)
            step = max(1, table.num_rows * len(wanted) // most)
            rows += table.take(list(range(0, table.num_rows, step))).to_pylist()
    return rows, False
