"""Parquet files: one record a row, read batch by batch."""

from __future__ import annotations

import base64
import datetime
import decimal
import math
import uuid
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cleaner.records import Page, Rejected
from cleaner.remote import RemotePath, is_url
from cleaner.settings import Settings
from cleaner.sources.decode import decode
from cleaner.sources.discover import InputFile
from cleaner.sources.faults import Fault
from cleaner.sources.json_stream import BYTES_A_VALUE, MIN_VALUES
from cleaner.sources.record import page_of, printable, set_value, value_of

MAGIC = b"PAR1"
BATCH_BYTES = 8 * 1024 * 1024
"""Encoded bytes a batch of rows aims at; in memory as Python strings it is a small multiple of that."""
BATCH_ROWS = 1024
EXPANDED_BYTES = 256 * 1024 * 1024
"""What a batch may at worst come to when its rows repeat long values of a dictionary."""
MAX_BINARY = 64 * 1024
"""Bytes of a binary value that still travel on in a field cleaner does not know; an image is left out, and told."""
MAX_ROW_VALUES = 10_000
"""Values of one nested column that an average row may have; vectors have up to a few thousand."""
_BUFFER = 1024 * 1024
_TEXT_BYTES = b"\t\n\r" + bytes(range(32, 127)) + bytes(range(128, 256))


def read_parquet(file: InputFile, settings: Settings) -> Iterator[Page | Rejected]:
    """The rows of a Parquet file; origin ``path#row``, 0-based.

    Columns named in ``settings.fields`` become the page's parts; binary ones hold text, HTML and text are then
    decoded like files. Other columns go to ``extra`` as values JSON can hold: dates and times as ISO 8601,
    decimals and UUIDs as strings; NaN, infinity and dates after the year 9999 as null; bytes as the text that they
    are in UTF-8, else as a ``data:`` URL.
    """
    row = 0
    most = max(MIN_VALUES, settings.limits.max_record_bytes // BYTES_A_VALUE)
    try:
        with ExitStack() as opened:
            native = file.path == file.shown and not is_url(file.path)
            source = file.path if native else opened.enter_context(_opened(file.path))
            parquet = opened.enter_context(pq.ParquetFile(source, pre_buffer=False, buffer_size=_BUFFER))
            for batch in parquet.iter_batches(batch_size=_batch_rows(parquet)):
                for record, odd in _rows(batch, most):
                    origin = f"{file.shown}#{row}"
                    row += 1
                    if record is None:
                        yield Rejected(origin, "too-large", f"a row of more than {most:,} values")
                    else:
                        yield _record(record, origin, settings, odd)
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
    """The types of the columns of some Parquet files, of those that have one type in all of them."""
    found: dict[str, pa.DataType | None] = {}
    for path in paths:
        try:
            with _opened(path) as source:
                schema = pq.read_schema(source)
        except (pa.ArrowException, OSError, ValueError):
            continue  # it is told where the file is read
        for field in schema:
            found[field.name] = field.type if found.get(field.name, field.type) == field.type else None
    return {name: kind for name, kind in found.items() if kind is not None}


def _fault(path: str, row: int, error: Exception) -> Fault:
    message = str(error).partition("\n")[0][:200]
    if row:
        return Fault("corrupt", f"after {row:,} rows: {message}")
    with _opened(path) as stream:
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


def _opened(path: str) -> IO[bytes]:
    """The file; of one in a store the parts that are asked for are fetched, and nothing around them."""
    return RemotePath(path).open("rb", block=0) if is_url(path) else Path(path).open("rb")


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
    can repeat one long text; that is how Parquet makes a bomb). Raises Fault ``too-large`` for rows of lists that
    are no records."""
    widest = 1
    dictionary = 1
    values = 1
    for group in (parquet.metadata.row_group(index) for index in range(parquet.metadata.num_row_groups)):
        widest = max(widest, group.total_byte_size // max(1, group.num_rows))
        for chunk in (group.column(index) for index in range(group.num_columns)):
            values = max(values, chunk.num_values // max(1, group.num_rows))
            if chunk.physical_type == "BYTE_ARRAY" and chunk.dictionary_page_offset is not None:
                packed = max(0, chunk.data_page_offset - chunk.dictionary_page_offset)
                whole = max(1, chunk.total_compressed_size)
                dictionary = max(dictionary, chunk.total_uncompressed_size * min(packed, whole) // whole)
    if values > MAX_ROW_VALUES:
        raise Fault("too-large", f"its rows have {values:,} values in one column")
    return max(1, min(BATCH_ROWS, BATCH_BYTES // widest, EXPANDED_BYTES // dictionary, MIN_VALUES // values))


def _rows(batch: pa.RecordBatch, most: int) -> Iterator[tuple[dict[str, Any] | None, str | None]]:
    """The rows of a batch, each with a number of it that JSON cannot hold; None for one of more than ``most`` values,
    which are not made."""
    nested = [column for column in batch.columns if pa.types.is_nested(column.type)]
    if sum(map(_size, nested)) > most and batch.num_rows:
        if batch.num_rows == 1:
            yield None, None
            return
        for row in range(batch.num_rows):
            yield from _rows(batch.slice(row, 1), most)
        return
    names = batch.schema.names
    odd: dict[int, str] = {}
    columns = [_values(name, column, odd) for name, column in zip(names, batch.columns, strict=True)]
    for row, values in enumerate(zip(*columns, strict=True)):
        yield dict(zip(names, values, strict=True)), odd.get(row)


def _size(column: pa.Array) -> int:
    """Number of values in a column, those of its lists and structs included."""
    kind = column.type
    if pa.types.is_struct(kind):
        return len(column) + sum(map(_size, column.flatten()))
    if pa.types.is_map(kind):
        column = column.cast(pa.list_(pa.struct([kind.key_field, kind.item_field])))
    elif not pa.types.is_nested(kind) or pa.types.is_union(kind):
        return len(column)
    return len(column) + _size(column.flatten())  # which leaves out what stands outside of a slice


def _values(name: str, column: pa.Array, odd: dict[int, str]) -> list[Any]:
    """The values of a column; ``odd`` gets the rows with a number that JSON cannot hold."""
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
    plain: list[Any] = []
    for row, value in enumerate(values):
        numbers: list[float] = []
        plain.append(_plain(value, numbers))
        if numbers:
            odd.setdefault(row, f"{name[:60]}: {numbers[0]}")
    return plain


def _value(scalar: pa.Scalar) -> Any:
    """A value; None for one that Python's types cannot hold (a date in the year 20000, broken UTF-8)."""
    try:
        return scalar.as_py()
    except (ValueError, OverflowError):
        return None


def _plain(value: Any, odd: list[float]) -> Any:
    """``value`` as JSON can hold it; ``odd`` gets the numbers that it cannot."""
    if isinstance(value, str):
        return value.replace("\0", "") if "\0" in value else value
    if isinstance(value, float):
        if math.isfinite(value):
            return value
        odd.append(value)
        return None
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, bytes):
        return _plain_bytes(value)
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return value.total_seconds()
    if isinstance(value, (decimal.Decimal, uuid.UUID)):
        return str(value)
    if isinstance(value, dict):
        return {str(key): _plain(item, odd) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item, odd) for item in value]
    return None


def _plain_bytes(value: bytes) -> str | None:
    """Bytes as the text that they are, else as a ``data:`` URL (RFC 2397); None for many that are no text."""
    if not value.translate(None, _TEXT_BYTES):
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            pass
    return None if len(value) > MAX_BINARY else f"data:;base64,{base64.b64encode(value).decode('ascii')}"


def _record(record: dict[str, Any], origin: str, settings: Settings, odd: str | None) -> Page | Rejected:
    fields = settings.fields
    limit = settings.limits.max_record_bytes
    for name in (fields.html, fields.text):
        content = value_of(record, name)
        if isinstance(content, (bytes, str)) and len(content) > limit:
            return Rejected(origin, "too-long", f"{name} is longer than {limit:,} bytes")
        if isinstance(content, bytes):
            try:
                set_value(record, name, decode(content) if content.strip() else "")
            except Fault as fault:
                return Rejected(origin, fault.reason, f"{name}: {fault.detail}")
    left_out = None
    for name, value in record.items():
        if isinstance(value, bytes):
            record[name] = _plain_bytes(value)
            if record[name] is None:
                left_out = f"{name[:60]}: {len(value):,} bytes"
    page = page_of(printable(record) if _odd_key(record) else record, origin, fields)
    if left_out and isinstance(page, Page):
        page.not_understood["binary"] = left_out
    if odd and isinstance(page, Page):
        page.not_understood["number"] = odd
    return page


def _odd_key(record: dict[str, Any]) -> bool:
    return any("\0" in key for key in record)
