"""Rows of Arrow batches, whichever file they stand in, as records of values that JSON can hold."""

from __future__ import annotations

import base64
import datetime
import decimal
import math
import uuid
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from cleaner.records import Page, Rejected
from cleaner.settings import Settings
from cleaner.sources.column_names import distinct
from cleaner.sources.decode import decode
from cleaner.sources.faults import Fault
from cleaner.sources.record import page_of, printable, set_value, value_of

EXPANDED_BYTES = 256 * 1024 * 1024
"""What a batch may at worst come to when its rows repeat long values of a dictionary."""
MAX_BINARY = 64 * 1024
"""Bytes of a binary value that still travel on in a field cleaner does not know; an image is left out, and told."""
_TEXT_BYTES = b"\t\n\r" + bytes(range(32, 127)) + bytes(range(128, 256))


def is_binary(kind: pa.DataType) -> bool:
    """Whether values of a type are bytes."""
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return (
        pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or pa.types.is_fixed_size_binary(kind)
        or pa.types.is_binary_view(kind)
    )


def rows(batch: pa.RecordBatch, most: int) -> Iterator[tuple[dict[str, Any] | None, str | None]]:
    """The rows of a batch, each with a number of it that JSON cannot hold; None for one of more than ``most`` values,
    which are not made."""
    nested = [column for column in batch.columns if pa.types.is_nested(column.type)]
    if sum(map(size_of, nested)) > most and batch.num_rows:
        if batch.num_rows == 1:
            yield None, None
            return
        for row in range(batch.num_rows):
            yield from rows(batch.slice(row, 1), most)
        return
    names = distinct(batch.schema.names)
    odd: dict[int, str] = {}
    columns = [_values(name, column, odd) for name, column in zip(names, batch.columns, strict=True)]
    for row, values in enumerate(zip(*columns, strict=True)):
        yield dict(zip(names, values, strict=True)), odd.get(row)


def size_of(column: pa.Array) -> int:
    """Number of values in a column, those of its lists and structs included."""
    kind = column.type
    if pa.types.is_struct(kind):
        return len(column) + sum(map(size_of, column.flatten()))
    if pa.types.is_map(kind):
        column = column.cast(pa.list_(pa.struct([kind.key_field, kind.item_field])))
    elif not pa.types.is_nested(kind) or pa.types.is_union(kind):
        return len(column)
    return len(column) + size_of(column.flatten())  # which leaves out what stands outside of a slice


def _values(name: str, column: pa.Array, odd: dict[int, str]) -> list[Any]:
    """The values of a column; ``odd`` gets the rows with a number that JSON cannot hold."""
    kind = column.type
    if (readable := _readable(kind)) != kind:
        column = pc.cast(column, readable, safe=False)
    try:
        values = column.to_pylist()
    except (ValueError, OverflowError):
        if pa.types.is_string(kind) or pa.types.is_large_string(kind):
            values = column.cast(pa.large_binary()).to_pylist()
            return [None if value is None else value.decode("utf-8", "replace") for value in values]
        values = [_value(scalar) for scalar in column]
    if pa.types.is_boolean(kind) or pa.types.is_integer(kind) or is_binary(kind):
        return values
    plain: list[Any] = []
    for row, value in enumerate(values):
        numbers: list[float] = []
        plain.append(_plain(value, numbers))
        if numbers:
            odd.setdefault(row, f"{name[:60]}: {numbers[0]}")
    return plain


def _readable(kind: pa.DataType) -> pa.DataType:
    """The type as which Python reads values of a type, within structs and lists too.

    It has no nanoseconds, and a zone by name needs a database the machine may lack.
    """
    if pa.types.is_timestamp(kind):
        return pa.timestamp("us", "UTC" if kind.tz else None)
    if pa.types.is_time64(kind):
        return pa.time64("us")
    if pa.types.is_duration(kind) and kind.unit == "ns":
        return pa.duration("us")
    if pa.types.is_struct(kind):
        return pa.struct([one.with_type(_readable(one.type)) for one in kind])
    if pa.types.is_list(kind):
        return pa.list_(kind.value_field.with_type(_readable(kind.value_type)))
    return kind


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


def page(record: dict[str, Any], origin: str, settings: Settings, odd: str | None) -> Page | Rejected:
    """The page of a row; ``odd`` is a number of it that JSON cannot hold."""
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
    found = page_of(printable(record) if _odd_key(record) else record, origin, fields)
    if left_out and isinstance(found, Page):
        found.not_understood["binary"] = left_out
    if odd and isinstance(found, Page):
        found.not_understood["number"] = odd
    return found


def _odd_key(record: dict[str, Any]) -> bool:
    return any("\0" in key for key in record)
