"""Values that came out of Parquet and went through JSON, with the types they had."""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Callable
from typing import Any

import pyarrow as pa

_LEVELS = 4
"""Lists and objects within each other whose types are kept."""


def target(kind: pa.DataType, levels: int = _LEVELS) -> pa.DataType | None:
    """The type that a column of type ``kind`` is written in; None where JSON's own types are as good, or all there is.

    Times have microseconds, as what read them keeps no more.
    """
    if pa.types.is_timestamp(kind):
        return pa.timestamp("us", kind.tz)
    if pa.types.is_date(kind) or pa.types.is_decimal(kind):
        return kind
    if pa.types.is_time(kind):
        return pa.time64("us")
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return kind
    if pa.types.is_boolean(kind) or pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return pa.bool_() if pa.types.is_boolean(kind) else pa.string()
    if levels and (pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)):
        inside = target(kind.value_type, levels - 1)
        return None if inside is None else pa.list_(kind.value_field.with_type(inside))
    if levels and pa.types.is_struct(kind):
        fields = [(field, target(field.type, levels - 1)) for field in kind]
        if not fields or any(inside is None for _, inside in fields):
            return None
        return pa.struct([field.with_type(inside) for field, inside in fields])
    return None


def array(values: list[Any], kind: pa.DataType) -> pa.Array:
    """Values as JSON has them in a type of ``target``. Raises ValueError and the like for what it cannot hold."""
    found = pa.array([_value(value, kind) for value in values], kind)
    if pa.types.is_floating(kind) and found.cast(pa.float64()).to_pylist() != [_number(value) for value in values]:
        raise ValueError("the numbers are finer than their type")
    return found


def _number(value: Any) -> Any:
    return None if value is None else float(value)


def _value(value: Any, kind: pa.DataType) -> Any:
    if value is None:
        return None
    if pa.types.is_list(kind):
        if not isinstance(value, list):
            raise ValueError("not a list")
        return [_value(one, kind.value_type) for one in value]
    if pa.types.is_struct(kind):
        if not isinstance(value, dict) or value.keys() - {field.name for field in kind}:
            raise ValueError("not such an object")
        return {field.name: _value(value.get(field.name), field.type) for field in kind}
    for is_kind, wanted, read in _READ:
        if is_kind(kind):
            if type(value) not in wanted:
                raise ValueError(f"{type(value).__name__} in a column of {kind}")
            return read(value)
    return value


_READ: tuple[tuple[Callable[[pa.DataType], bool], tuple[type, ...], Callable[[Any], Any]], ...] = (
    (pa.types.is_timestamp, (str,), datetime.datetime.fromisoformat),
    (pa.types.is_date, (str,), datetime.date.fromisoformat),
    (pa.types.is_time, (str,), datetime.time.fromisoformat),
    (pa.types.is_decimal, (str,), decimal.Decimal),
    (pa.types.is_integer, (int,), int),
    (pa.types.is_floating, (int, float), float),
    (pa.types.is_boolean, (bool,), bool),
    (pa.types.is_string, (str,), str),
)
