"""Parquet files: one record a row, read batch by batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack

import pyarrow as pa
import pyarrow.parquet as pq

from cleaner.records import Page, Rejected
from cleaner.remote import is_url
from cleaner.settings import Settings
from cleaner.sources import arrow
from cleaner.sources.columns import EXPANDED_BYTES, page, rows
from cleaner.sources.discover import InputFile
from cleaner.sources.faults import Fault
from cleaner.sources.json_stream import MIN_VALUES, most_values
from cleaner.sources.opening import open_bytes
from cleaner.sources.parquet_footer import BYTE_ARRAY, RowGroup, row_groups

MAGIC = b"PAR1"
BATCH_BYTES = 8 * 1024 * 1024
"""Encoded bytes a batch of rows aims at; in memory as Python strings it is a small multiple of that."""
BATCH_ROWS = 1024
MAX_ROW_VALUES = 10_000
"""Values of one nested column that an average row may have; vectors have up to a few thousand."""
_BUFFER = 1024 * 1024


def read_parquet(file: InputFile, settings: Settings) -> Iterator[Page | Rejected]:
    """The rows of a Parquet file; origin ``path#row``, 0-based.

    Columns named in ``settings.fields`` become the page's parts; binary ones hold text, HTML and text are then
    decoded like files. Other columns go to ``extra`` as values JSON can hold: dates and times as ISO 8601,
    decimals and UUIDs as strings; NaN, infinity and dates after the year 9999 as null; bytes as the text that they
    are in UTF-8, else as a ``data:`` URL.
    """
    row = 0
    most = most_values(settings.limits.max_record_bytes)
    try:
        with ExitStack() as opened:
            native = file.path == file.shown and not is_url(file.path)
            stream = opened.enter_context(open_bytes(file.path, file.size, block=0))
            source = file.path if native else stream
            parquet = opened.enter_context(pq.ParquetFile(source, pre_buffer=False, buffer_size=_BUFFER))
            for batch in parquet.iter_batches(batch_size=_batch_rows(row_groups(stream))):
                for record, odd in rows(batch, most):
                    origin = f"{file.shown}#{row}"
                    row += 1
                    if record is None:
                        yield Rejected(origin, "too-large", f"a row of more than {most:,} values")
                    else:
                        yield page(record, origin, settings, odd)
            expected = parquet.metadata.num_rows
    except (pa.ArrowException, UnicodeDecodeError) as error:
        raise _fault(file.path, row, error) from error
    except OSError as error:
        # Arrow's own errors (a damaged page) are OSError too, but have no number.
        if error.errno is not None:
            raise
        raise _fault(file.path, row, error) from error
    if not row:
        raise Fault("empty", "no rows")
    if row != expected:
        raise Fault("corrupt", f"{row:,} rows where the index says {expected:,}")


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


def _fault(path: str, row: int, error: Exception) -> Fault:
    message = str(error).partition("\n")[0][:200]
    if row:
        return Fault("corrupt", f"after {row:,} rows: {message}")
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
    return Fault("corrupt" if start == MAGIC else "not-parquet", message)


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
