"""Parquet files: one record a row, read batch by batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from cleaner.records import Page, Rejected
from cleaner.settings import Settings
from cleaner.sources import arrow
from cleaner.sources.columns import EXPANDED_BYTES, page, rows
from cleaner.sources.faults import Fault
from cleaner.sources.input_file import InputFile
from cleaner.sources.json_stream import MIN_VALUES, most_values
from cleaner.sources.opening import open_bytes
from cleaner.sources.parquet_footer import BYTE_ARRAY, RowGroup, row_groups
from cleaner.urls import is_url

MAGIC = b"PAR1"
BATCH_BYTES = 8 * 1024 * 1024
"""Encoded bytes a batch of rows aims at; in memory as Python strings it is a small multiple of that."""
BATCH_ROWS = 1024
MAX_ROW_VALUES = 10_000
"""Values of one nested column that an average row may have; vectors have up to a few thousand."""
_BUFFER = 1024 * 1024
_DAMAGE = (pa.ArrowException, UnicodeDecodeError, OSError)


def read_parquet(file: InputFile, settings: Settings) -> Iterator[Page | Rejected]:
    """The rows of a Parquet file, or of some of its row groups; origin ``path#row``, 0-based.

    Columns named in ``settings.fields`` become the page's parts; binary ones hold text, HTML and text are then
    decoded like files. Other columns go to ``extra`` as values JSON can hold: dates and times as ISO 8601,
    decimals and UUIDs as strings; NaN, infinity and dates after the year 9999 as null; bytes as the text that they
    are in UTF-8, else as a ``data:`` URL.
    """
    part = file.part
    with ExitStack() as opened:
        try:
            parquet, groups, batch = _opened(file, opened)
        except Fault:
            if part is None or not part.begin:
                raise
            return  # whoever reads the beginning tells it
        row = part.before if part else 0
        for number in range(part.begin, part.end) if part else range(len(groups)):
            yield from _group(_Group(parquet, number, groups[number].rows, row, batch), file, settings)
            row += groups[number].rows
        if (expected := parquet.metadata.num_rows) != row and (part is None or part.last):
            raise Fault("corrupt", f"{row:,} rows where the index says {expected:,}")


class _Group(NamedTuple):
    """A row group that is to be read."""

    parquet: pq.ParquetFile
    number: int
    rows: int
    """That it has, as the index says."""
    row: int
    """Number of the first of them in the file."""
    batch: int
    """Rows that are read at a time."""


def _opened(file: InputFile, opened: ExitStack) -> tuple[pq.ParquetFile, list[RowGroup], int]:
    """The file, what its index says of its row groups, and rows a batch. Raises Fault, and OSError with a number."""
    native = file.path == file.shown and not is_url(file.path)
    try:
        stream = opened.enter_context(open_bytes(file.path, file.size, block=0))
        source = file.path if native else stream
        parquet = opened.enter_context(pq.ParquetFile(source, pre_buffer=False, buffer_size=_BUFFER))
    except _DAMAGE as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise _fault(file.path, error) from error
    groups = row_groups(stream)
    if len(groups) != parquet.metadata.num_row_groups or any(group.rows < 0 for group in groups):
        raise Fault("corrupt", "its footer contradicts itself")
    if not any(group.rows for group in groups):
        raise Fault("empty", "no rows")
    return parquet, groups, _batch_rows(groups)


def _group(group: _Group, file: InputFile, settings: Settings) -> Iterator[Page | Rejected]:
    """The rows of a row group. What is wrong with it costs its own rows only."""
    row = 0
    most = most_values(settings.limits.max_record_bytes)
    try:
        for batch in group.parquet.iter_batches(batch_size=group.batch, row_groups=[group.number]):
            for record, odd in rows(batch, most):
                origin = f"{file.shown}#{group.row + row}"
                row += 1
                if row > group.rows:
                    break
                if record is None:
                    yield Rejected(origin, "too-large", f"a row of more than {most:,} values")
                else:
                    yield page(record, origin, settings, odd)
    except _DAMAGE as error:
        # Arrow's own errors (a damaged page) are OSError too, but have no number.
        if isinstance(error, OSError) and error.errno is not None:
            raise
        yield _lost(group, row, file, _message(error))
        return
    if row != group.rows:
        yield _lost(group, row, file, f"the index says {group.rows:,}")


def _lost(group: _Group, row: int, file: InputFile, message: str) -> Rejected:
    where = f"in row group {group.number} " if group.number else ""
    return Rejected(file.shown, "corrupt", f"{where}after {row:,} rows: {message}")


def column_types(paths: Iterable[str]) -> dict[str, pa.DataType]:
    """The types of the columns of some Parquet and Arrow files, of those that have one type in all of them."""
    found: dict[str, pa.DataType | None] = {}
    for path in paths:
        try:
            with open_bytes(path, block=0) as source:
                of_parquet = source.peek(len(MAGIC)).startswith(MAGIC)
                schema = pq.read_schema(source) if of_parquet else arrow.schema(source)
        except (pa.ArrowException, OSError, ValueError, Fault):
            continue  # it is told where the file is read
        for field in schema:
            found[field.name] = field.type if found.get(field.name, field.type) == field.type else None
    return {name: kind for name, kind in found.items() if kind is not None}


def _message(error: Exception) -> str:
    return str(error).partition("\n")[0][:200]


def _fault(path: str, error: Exception) -> Fault:
    with open_bytes(path, block=0) as stream:
        start = stream.read(4)
        stream.seek(0, 2)
        size = stream.tell()
        stream.seek(max(0, size - 4))
        end = stream.read(4)
    if not size:
        return Fault("empty", "no bytes")
    if start == MAGIC and end != MAGIC:
        return Fault("truncated", "the file has no end, where Parquet keeps its index")
    return Fault("corrupt" if start == MAGIC else "not-parquet", _message(error))


def _batch_rows(groups: Iterable[RowGroup]) -> int:
    """Rows a batch: few enough for ``BATCH_BYTES`` at the average row of the widest row group, and for
    ``EXPANDED_BYTES`` if every row of the batch were the whole dictionary of its column (a few bytes a row
    can repeat one long text; that is how Parquet makes a bomb). Raises Fault ``too-large`` for rows of lists that
    are no records."""
    widest = 1
    dictionary = 1
    values = 1
    for group in groups:
        widest = max(widest, group.size // max(1, group.rows))
        for chunk in group.chunks:
            values = max(values, chunk.values // max(1, group.rows))
            if chunk.physical_type == BYTE_ARRAY and chunk.dictionary_page is not None:
                packed = max(0, chunk.data_page - chunk.dictionary_page)
                whole = max(1, chunk.compressed)
                dictionary = max(dictionary, chunk.uncompressed * min(packed, whole) // whole)
    if values > MAX_ROW_VALUES:
        raise Fault("too-large", f"its rows have {values:,} values in one column")
    return max(1, min(BATCH_ROWS, BATCH_BYTES // widest, EXPANDED_BYTES // dictionary, MIN_VALUES // values))
