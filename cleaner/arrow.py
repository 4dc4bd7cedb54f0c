"""Pages in tables of Arrow: for Spark's mapInArrow, Ray Data, Daft, and Hugging Face datasets.

    df.mapInArrow(cleaner.arrow.strip_batches, schema)                    # Spark: one pool of workers a partition
    ds.map_batches(cleaner.arrow.strip_table, batch_format="pyarrow")     # Ray Data
    dataset.with_format("arrow").map(cleaner.arrow.strip_table, batched=True, remove_columns=dataset.column_names)

The columns of a page are named as in ``Fields``; every row gives one, in its place, with ``reason`` where it was
rejected.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence

import pyarrow as pa

import cleaner
from cleaner.errors import UsageError
from cleaner.plain_rows import PUBLISHED, article_row, moment
from cleaner.records import Article, Page, Rejected
from cleaner.settings import Fields, Settings
from cleaner.sinks.parquet import KNOWN, MOMENT
from cleaner.sources.columns import page, rows
from cleaner.sources.json_stream import most_values

_OF_ARTICLE = {name: kind for name, kind in KNOWN["corpus"].items() if name != "story"}
SCHEMA = pa.schema(
    [
        *((name, kind) for name, kind in list(_OF_ARTICLE.items())[:4]),
        (PUBLISHED, MOMENT),
        *((name, kind) for name, kind in list(_OF_ARTICLE.items())[4:]),
        ("reason", pa.string()),
        ("detail", pa.string()),
    ]
)
"""The columns of what comes out, before those that are kept of the input."""


def strip_table(
    table: pa.Table | pa.RecordBatch, fields: Fields | None = None, workers: int = 1, keep: Sequence[str] = ()
) -> pa.Table | pa.RecordBatch:
    """Strip the pages in a table's rows; a row for each, in their order, as a table of the same kind.

    ``fields`` names the columns with ``html`` or ``text``, ``id``, ``url`` ...; those in ``keep`` are kept beside
    the result's (``SCHEMA``). ``workers`` are the processes that strip (0: one a core); they take a
    second to start, for each call. Rejected rows have a ``reason`` and no text. Raises TypeError and UsageError.
    """
    if not isinstance(table, (pa.Table, pa.RecordBatch)):
        raise TypeError(f"strip_table takes a pyarrow Table or RecordBatch, not {type(table).__name__}")
    batches = table.to_batches() if isinstance(table, pa.Table) else [table]
    found = list(strip_batches(batches, fields, workers, keep))
    if isinstance(table, pa.RecordBatch):
        return found[0]
    return pa.Table.from_batches(found, _schema(table.schema, keep))


def strip_batches(
    batches: Iterable[pa.RecordBatch], fields: Fields | None = None, workers: int = 1, keep: Sequence[str] = ()
) -> Iterator[pa.RecordBatch]:
    """``strip_table`` for one batch after the other, all by the same workers: a batch out for each that comes in."""
    settings = Settings(fields=fields or Fields(), workers=workers)
    waiting: deque[tuple[pa.RecordBatch, list[Page | Rejected]]] = deque()

    def pages() -> Iterator[Page]:
        for batch in batches:
            records = list(_records(batch, settings))
            waiting.append((batch, records))
            yield from (record for record in records if isinstance(record, Page))

    stripped: deque[Article | Rejected] = deque()
    for one in cleaner.strip(pages(), workers):
        stripped.append(one)
        while waiting and len(stripped) >= _pages_in(waiting[0][1]):
            yield _result(*waiting.popleft(), stripped, keep)
    while waiting:
        yield _result(*waiting.popleft(), stripped, keep)


def _records(batch: pa.RecordBatch, settings: Settings) -> Iterator[Page | Rejected]:
    most = most_values(settings.limits.max_record_bytes)
    for number, (record, odd) in enumerate(rows(batch, most)):
        if record is None:
            yield Rejected(f"row {number}", "too-large", f"a row of more than {most:,} values")
        else:
            yield page(record, f"row {number}", settings, odd)


def _pages_in(records: Iterable[Page | Rejected]) -> int:
    return sum(isinstance(record, Page) for record in records)


def _result(
    batch: pa.RecordBatch,
    records: Iterable[Page | Rejected],
    stripped: deque[Article | Rejected],
    keep: Sequence[str],
) -> pa.RecordBatch:
    found = [_row(record if isinstance(record, Rejected) else stripped.popleft()) for record in records]
    made = [pa.array([row.get(field.name) for row in found], field.type) for field in SCHEMA]
    schema = _schema(batch.schema, keep)
    return pa.RecordBatch.from_arrays([*made, *(batch.column(name) for name in keep)], schema=schema)


def _row(one: Article | Rejected) -> dict[str, object]:
    if isinstance(one, Rejected):
        return {"id": one.id, "reason": one.reason, "detail": one.detail}
    return {**article_row(one), PUBLISHED: moment(one.date)}


def _schema(given: pa.Schema, keep: Sequence[str]) -> pa.Schema:
    for name in keep:
        if name in SCHEMA.names or given.get_field_index(name) < 0:
            what = "is a column of the result" if name in SCHEMA.names else "is no column of the table, or of several"
            raise UsageError(f"keep: {name} {what}")
    return pa.schema([*SCHEMA, *(given.field(name) for name in keep)])
