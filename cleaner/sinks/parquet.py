"""JSONL to Parquet with the same columns. What has no common type in a column becomes JSON text."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from cleaner.plain_rows import PUBLISHED, moment
from cleaner.sinks import typed
from cleaner.sinks.json_text import escaped

ROWS = 5_000
"""Rows a row group."""
MAX_FIELDS = 100
"""Fields of an object above which a column of such objects is JSON text."""
_STRING, _FLOAT = pa.string(), pa.float64()
_TIES = {"score": pa.float64(), "via": pa.struct({"id": _STRING, "score": pa.float64()}), "mean": pa.float64()}
_MEMBER = dict.fromkeys(("id", "url", "date", "site", "relation"), _STRING) | _TIES
_STORY = pa.struct(
    {
        "id": _STRING,
        "size": pa.int64(),
        "first_seen": _STRING,
        "last_seen": _STRING,
        "sites": pa.int64(),
        "first_site": _STRING,
        "members": pa.list_(pa.struct(_MEMBER)),
    }
)
_ROLE = {"id": _STRING, "role": _STRING, "canonical": _STRING}
_ANNOTATED = pa.struct(
    _ROLE | {field.name: field.type for field in _STORY if field.name != "id"} | {"relation": _STRING} | _TIES
)
"""Of a corpus with all articles: that of a canonical, and what a member is to it."""
_CUT = pa.struct(
    [
        ("text", _STRING),
        ("label", _STRING),
        ("rule", _STRING),
        ("position", pa.int64()),
        ("score", pa.float64()),
        ("span", pa.list_(pa.int64())),
    ]
)
_DOUBTFUL = pa.struct({"text": _STRING, "position": pa.int64(), "score": pa.float64()})
KNOWN: dict[str, dict[str, pa.DataType]] = {
    "corpus": dict.fromkeys(
        ("id", "url", "title", "date", "date_source", "lang", "author", "site", "site_name", "page_type", "text"),
        _STRING,
    )
    | {"page_type_probability": pa.float64(), "story": _STORY},
    "merged": dict.fromkeys(("id", "into", "story", "relation"), _STRING)
    | _TIES
    | dict.fromkeys(("url", "date", "title", "text", "origin", "evidence"), _STRING),
    "pairs": {"left": _STRING, "right": _STRING, "same": pa.bool_(), "level": _STRING}
    | dict.fromkeys(("score", "threshold"), pa.float64())
    | {f"{side}_{name}": _STRING for side in ("left", "right") for name in ("title", "date", "site", "into")},
    "articles": dict.fromkeys(
        ("id", "url", "title", "date", "date_source", "lang", "author", "site", "site_name", "text", "origin", "extra"),
        _STRING,
    ),
    "scores": {"left": pa.int64(), "right": pa.list_(pa.int64()), "score": pa.list_(pa.float64())},
    "rejected": dict.fromkeys(("id", "origin", "reason", "detail"), _STRING),
    "cuts": {"id": _STRING, "origin": _STRING, "site": _STRING, "kept": pa.int64()}
    | {"cuts": pa.list_(_CUT), "doubtful": pa.list_(_DOUBTFUL)},
    "changes": dict.fromkeys(("story", "canonical", "was"), _STRING)
    | dict.fromkeys(("changes", "added", "removed", "into"), pa.list_(_STRING)),
}


MOMENT = pa.timestamp("us", "UTC")
DATED = ("corpus", "merged")
"""Files that have it."""


def convert(
    source: Path, targets: Path | Mapping[Path, Path], types: Mapping[str, pa.DataType] | None = None
) -> None:
    """Write a JSONL output file as Parquet, in bounded memory. The file's stem says which columns it has.

    ``targets`` is the file to write, or for each of the pieces of the source one: all have the columns of the whole.
    ``types`` are those that fields of the input had; a field whose values are such keeps its type.
    """
    schema, kept = _schema(source, types or {})
    with_time = source.stem in DATED and PUBLISHED not in schema.names
    if with_time:
        schema = schema.insert(schema.get_field_index("date") + 1, pa.field(PUBLISHED, MOMENT))
    for piece, target in (targets if isinstance(targets, Mapping) else {source: targets}).items():
        with pq.ParquetWriter(target, schema, compression="zstd") as writer:
            for rows in _batches(piece):
                if with_time:
                    rows = [row | {PUBLISHED: moment(row.get("date"))} for row in rows]
                columns = [_column([row.get(f.name) for row in rows], f.type, f.name in kept) for f in schema]
                writer.write_table(pa.Table.from_arrays(columns, schema=schema))


def _column(values: list[Any], kind: pa.DataType, kept: bool) -> pa.Array:
    return typed.array(values, kind) if kept else pa.array([_fit(value, kind) for value in values], kind)


def _schema(source: Path, types: Mapping[str, pa.DataType]) -> tuple[pa.Schema, Collection[str]]:
    """Known columns, then those of the input's own fields, with the types they had or those their values share.

    Also the names of those that keep the types they had.
    """
    known = dict(KNOWN.get(source.stem, {}))
    wanted = {name: typed.target(kind) for name, kind in types.items() if name not in known}
    kept = {name: kind for name, kind in wanted.items() if kind is not None}
    found: dict[str, pa.DataType] = {}
    for rows in _batches(source):
        if source.stem == "corpus":
            # a field of the input's own may have the name of one of our numbers, and hold anything
            numbers = {name: kind for name, kind in known.items() if kind == _FLOAT}
            known |= dict.fromkeys(_unfit(rows, numbers), _STRING)
            if "role" in (rows[0].get("story") or {}):
                known["story"] = _ANNOTATED
        for name in _unfit(rows, kept):
            del kept[name]
        for name in {name: None for row in rows for name in row if name not in known}:
            here = _infer([row.get(name) for row in rows])
            if name not in found or pa.types.is_null(found[name]):
                found[name] = here
            elif found[name] != here and not pa.types.is_null(here):
                found[name] = _STRING
    own = {name: _STRING if pa.types.is_null(kind) else kind for name, kind in sorted(found.items())}
    kept = {name: kind for name, kind in kept.items() if name in own}
    return pa.schema(list((known | own | kept).items())), kept


def _unfit(rows: Sequence[Mapping[str, Any]], kinds: Mapping[str, pa.DataType]) -> list[str]:
    """The columns of these rows whose values are not all of the type that they are to have."""
    return [name for name, kind in kinds.items() if not _holds([row.get(name) for row in rows], kind)]


def _holds(values: list[Any], kind: pa.DataType) -> bool:
    """Whether a type holds such values as they are."""
    try:
        typed.array(values, kind)
    except (pa.ArrowException, ValueError, TypeError, ArithmeticError):
        return False
    return True


def _infer(values: list[Any]) -> pa.DataType:
    try:
        kind = pa.array(values).type
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError):
        return _STRING
    if pa.types.is_list(kind) and pa.types.is_null(kind.value_type):
        return pa.null()  # of empty lists it is open what they hold
    keys = {tuple(value) for value in values if isinstance(value, dict)}
    return kind if pa.types.is_null(kind) or (len(keys) <= 1 and _keeps(kind)) else _STRING


def _keeps(kind: pa.DataType, levels: int = 2) -> bool:
    """Whether values of a type come back as they were: scalars, lists of them, objects that all have the same keys."""
    if pa.types.is_list(kind):
        return levels > 0 and not pa.types.is_struct(kind.value_type) and _keeps(kind.value_type, levels - 1)
    if pa.types.is_struct(kind):
        plain = all(not pa.types.is_struct(f.type) and _keeps(f.type, levels - 1) for f in kind)
        return levels > 0 and 0 < kind.num_fields <= MAX_FIELDS and plain
    return pa.types.is_boolean(kind) or pa.types.is_integer(kind) or pa.types.is_floating(kind) or kind == _STRING


def _fit(value: Any, kind: pa.DataType) -> Any:
    if kind == _STRING and value is not None and not isinstance(value, str):
        return escaped(json.dumps(value, ensure_ascii=False))
    return value


def _batches(source: Path) -> Iterator[list[dict[str, Any]]]:
    with source.open(encoding="utf-8") as lines:
        while rows := [json.loads(line) for line in islice(lines, ROWS)]:
            yield rows
