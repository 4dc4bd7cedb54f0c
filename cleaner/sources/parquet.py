"""Parquet files: one record a row, read batch by batch."""

from __future__ import annotations

import datetime
import decimal
import math
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cleaner.records import Page, Rejected
from cleaner.settings import Settings
from cleaner.sources.decode import decode
from cleaner.sources.discover import InputFile
from cleaner.sources.faults import Fault
from cleaner.sources.record import page_of, printable

MAGIC = b"PAR1"
BATCH_BYTES = 8 * 1024 * 1024
"""Encoded bytes a batch of rows aims at; in memory as Python strings it is a small multiple of that."""
BATCH_ROWS = 1024
EXPANDED_BYTES = 256 * 1024 * 1024
"""What a batch may at worst come to when its rows repeat long values of a dictionary."""
_BUFFER = 1024 * 1024


def read_parquet(file: InputFile, settings: Settings) -> Iterator[Page | Rejected]:
    """The rows of a Parquet file; origin ``path#row``, 0-based.

    Columns named in ``settings.fields`` become the page's parts; HTML and text may be binary and are then
    decoded like files. Other columns go to ``extra`` as values JSON can hold: dates and times as ISO 8601,
    decimals and UUIDs as strings; NaN, infinity and dates after the year 9999 as null. Binary columns are
    left out.
    """
    row = 0
    try:
        with pq.ParquetFile(file.path, pre_buffer=False, buffer_size=_BUFFER) as parquet:
            columns = [name for name, kind in _top_columns(parquet) if _is_read(name, kind, settings)]
            for batch in parquet.iter_batches(batch_size=_batch_rows(parquet), columns=columns):
                for record in _rows(batch):
                    yield _record(record, f"{file.path}#{row}", settings)
                    row += 1
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


def _fault(path: str, row: int, error: Exception) -> Fault:
    message = str(error).partition("\n")[0][:200]
    if row:
        return Fault("corrupt", f"after {row:,} rows: {message}")
    with Path(path).open("rb") as stream:
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


def _top_columns(parquet: pq.ParquetFile) -> list[tuple[str, pa.DataType]]:
    return [(field.name, field.type) for field in parquet.schema_arrow]


def _is_read(name: str, kind: pa.DataType, settings: Settings) -> bool:
    return not _is_binary(kind) or name in (settings.fields.html, settings.fields.text)


def _is_binary(kind: pa.DataType) -> bool:
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return (
        pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or pa.types.is_fixed_size_binary(kind)
        or pa.types.is_binary_view(kind)
    )


def _batch_rows(parquet: pq.ParquetFile) -> int:
    """Rows a batch: few enough for ``BATCH_BYTES`` at the average row of the widest row group, and for
    ``EXPANDED_BYTES`` if every row of the batch were the whole dictionary of its column (a few bytes a row
    can repeat one long text; that is how Parquet makes a bomb)."""
    widest = 1
    dictionary = 1
    for group in (parquet.metadata.row_group(index) for index in range(parquet.metadata.num_row_groups)):
        widest = max(widest, group.total_byte_size // max(1, group.num_rows))
        for chunk in (group.column(index) for index in range(group.num_columns)):
            if chunk.physical_type == "BYTE_ARRAY" and chunk.dictionary_page_offset is not None:
                packed = max(0, chunk.data_page_offset - chunk.dictionary_page_offset)
                whole = max(1, chunk.total_compressed_size)
                dictionary = max(dictionary, chunk.total_uncompressed_size * min(packed, whole) // whole)
    return max(1, min(BATCH_ROWS, BATCH_BYTES // widest, EXPANDED_BYTES // dictionary))


def _rows(batch: pa.RecordBatch) -> Iterator[dict[str, Any]]:
    names = batch.schema.names
    columns = [_values(column) for column in batch.columns]
    for values in zip(*columns, strict=True):
        yield dict(zip(names, values, strict=True))


def _values(column: pa.Array) -> list[Any]:
    kind = column.type
    if pa.types.is_timestamp(kind):
        # Python has no nanoseconds, and a zone by name needs a database the machine may lack.
        zone = "UTC" if kind.tz else None
        column = pc.cast(column, pa.timestamp("us", zone), safe=False)
    try:
        values = column.to_pylist()
    except (ValueError, OverflowError):
        if pa.types.is_string(kind) or pa.types.is_large_string(kind):
            values = column.cast(pa.large_binary()).to_pylist()
            return [None if value is None else value.decode("utf-8", "replace") for value in values]
        values = [_value(scalar) for scalar in column]
    if pa.types.is_boolean(kind) or pa.types.is_integer(kind) or _is_binary(kind):
        return values
    return [_plain(value) for value in values]


def _value(scalar: pa.Scalar) -> Any:
    """A value; None for one that Python's types cannot hold (a date in the year 20000, broken UTF-8)."""
    try:
        return scalar.as_py()
    except (ValueError, OverflowError):
        return None


def _plain(value: Any) -> Any:
    """``value`` as JSON can hold it; bytes inside nested values become None."""
    if isinstance(value, str):
        return value.replace("\0", "") if "\0" in value else value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return value.total_seconds()
    if isinstance(value, (decimal.Decimal, uuid.UUID)):
        return str(value)
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return None


def _record(record: dict[str, Any], origin: str, settings: Settings) -> Page | Rejected:
    for name in (settings.fields.html, settings.fields.text):
        content = record.get(name)
        if isinstance(content, (bytes, str)) and len(content) > settings.limits.max_record_bytes:
            limit = settings.limits.max_record_bytes
            return Rejected(origin, "too-long", f"{name} is longer than {limit:,} bytes")
        if isinstance(content, bytes):
            try:
                record[name] = decode(content) if content.strip() else ""
            except Fault as fault:
                return Rejected(origin, fault.reason, f"{name}: {fault.detail}")
    return page_of(printable(record) if _odd_key(record) else record, origin, settings.fields)


def _odd_key(record: dict[str, Any]) -> bool:
    return any("\0" in key for key in record)
