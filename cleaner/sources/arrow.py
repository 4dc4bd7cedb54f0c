"""Arrow IPC files and streams (.arrow, and .feather of version 2): one record a row, read batch by batch."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import ExitStack
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cleaner.records import Page, Rejected
from cleaner.settings import Settings
from cleaner.sources.columns import EXPANDED_BYTES, is_binary, page, rows, size_of
from cleaner.sources.faults import Fault
from cleaner.sources.input_file import InputFile
from cleaner.sources.json_stream import most_values
from cleaner.sources.opening import open_bytes

MAGIC = b"ARROW1"
_FEATHER_1 = b"FEA1"
_STREAM = b"\xff\xff\xff\xff"
_BEFORE = 8
"""Bytes of a file before its first message."""
_COMPRESSED = re.compile(rb"\x28\xb5\x2f\xfd|\x04\x22\x4d\x18")
"""How the buffers of a batch begin that is compressed (Zstandard, LZ4), after eight bytes with their size
(https://arrow.apache.org/docs/format/Columnar.html#compression). They stand at multiples of eight."""
_PIECE = 1024 * 1024
MAX_BATCH = 512 * 1024**2
"""Bytes that a batch may have, unpacked; the writers' defaults make some megabytes."""
SLICE_ROWS = 256
"""Rows of a batch that are made at a time."""


def read_arrow(file: InputFile, settings: Settings) -> Iterator[Page | Rejected]:
    """The rows of an Arrow file or stream; origin ``path#row``, 0-based. Columns are those of ``read_parquet``.

    What a batch says of itself is checked before its rows are looked at.
    """
    row = 0
    most = most_values(settings.limits.max_record_bytes)
    try:
        with ExitStack() as opened:
            for batch in _batches(opened.enter_context(open_bytes(file.path, file.size)), opened):
                for part in _slices(batch):
                    for record, odd in [(None, None)] if part is None else rows(part, most):
                        origin = f"{file.shown}#{row}"
                        row += 1
                        if record is None:
                            yield Rejected(origin, "too-large", f"a row of more than {most:,} values or of huge ones")
                        else:
                            yield page(record, origin, settings, odd)
    except (pa.ArrowException, UnicodeDecodeError) as error:
        raise _fault(row, error) from error
    except MemoryError as error:  # a damaged message claims any length
        raise Fault("too-large", f"after {row:,} rows: a batch takes more memory than there is") from error
    except OSError as error:
        if error.errno is not None:  # Arrow's own errors have no number
            raise
        raise _fault(row, error) from error
    if not row:
        raise Fault("empty", "no rows")


def schema(file: IO[bytes]) -> pa.Schema:
    """The columns of a file or stream. Raises Fault and what Arrow does."""
    with ExitStack() as opened:
        return opened.enter_context(pa.ipc.open_stream(_checked(file, opened))).schema


def _batches(file: IO[bytes], opened: ExitStack) -> Iterator[pa.RecordBatch]:
    """The batches of a file or of a stream, each found whole."""
    for batch in opened.enter_context(pa.ipc.open_stream(_checked(file, opened))):
        batch.validate(full=True)
        if any(_has_views(field.type) for field in batch.schema):
            raise Fault("too-large", "a list view may hold one value any number of times; write lists")
        yield batch


def _checked(file: IO[bytes], opened: ExitStack) -> IO[bytes]:
    """The messages of a file or of a stream."""
    source = opened.enter_context(pa.PythonFile(file, "r"))
    start = source.read(len(MAGIC))
    if not start:
        raise Fault("empty", "no bytes")
    if start.startswith(_FEATHER_1):
        raise Fault("not-arrow", "Feather of version 1; write it again: pyarrow.feather.write_feather(table, FILE)")
    if not start.startswith((MAGIC, _STREAM)):
        raise Fault("not-arrow", "it begins as neither a file nor a stream of Arrow's")
    source.seek(_BEFORE if start == MAGIC else 0)  # a file is a stream between its magic and its index
    return io.BufferedReader(_Checked(source), _PIECE)


class _Checked(io.RawIOBase):
    """A stream of messages, none of which is or unpacks to more than it may."""

    def __init__(self, source: pa.NativeFile) -> None:
        self._messages = pa.ipc.MessageReader.open_stream(source)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        """True."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Fill ``buffer`` with what comes. Raises Fault."""
        if not self._rest:
            try:
                message = self._messages.read_next_message()
            except StopIteration:
                return 0
            if (size := _unpacked(message.body)) > MAX_BATCH:
                raise Fault("too-large", f"a batch of {size:,} bytes; write it in smaller ones")
            self._rest = memoryview(message.serialize()).cast("B")
        piece = self._rest[: len(buffer)]
        buffer[: len(piece)] = piece
        self._rest = self._rest[len(piece) :]
        return len(piece)


def _unpacked(body: pa.Buffer | None) -> int:
    """Bytes that the body of a message says it takes in memory."""
    if body is None:
        return 0
    view = memoryview(body).cast("B")
    starts = (found.start() for found in _COMPRESSED.finditer(view))
    return len(view) + sum(int.from_bytes(view[at - 8 : at], "little") for at in starts if at and not at % 8)


def _slices(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch | None]:
    """A batch in parts that come to no more than EXPANDED_BYTES as rows; None for a row that does.

    A dictionary and a view tell one long value in a few bytes, as often as they like.
    """
    longest = [_longest(column) for column in batch.columns]
    waiting = [batch.slice(start, SLICE_ROWS) for start in range(0, batch.num_rows, SLICE_ROWS)][::-1]
    while waiting:
        part = waiting.pop()
        cost = sum(size_of(column) * most for column, most in zip(part.columns, longest, strict=True) if most)
        if cost <= EXPANDED_BYTES:
            yield part
        elif part.num_rows == 1:
            yield None
        else:
            middle = part.num_rows // 2
            waiting += [part.slice(middle), part.slice(0, middle)]


def _longest(column: pa.Array) -> int:
    """Bytes of the longest value that may stand in a column more often than in memory."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        values = column.dictionary
        text = pa.types.is_string(values.type) or pa.types.is_large_string(values.type) or is_binary(values.type)
        return int(pc.max(pc.binary_length(values)).as_py() or 0) if text and len(values) else values.nbytes
    if pa.types.is_string_view(kind) or pa.types.is_binary_view(kind):
        lengths = np.frombuffer(column.buffers()[1], np.int32)[::4]
        return int(lengths[column.offset : column.offset + len(column)].max(initial=0))
    if pa.types.is_run_end_encoded(kind):
        return column.values.nbytes
    if pa.types.is_struct(kind):
        return max((_longest(column.field(i)) for i in range(kind.num_fields)), default=0)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        return _longest(column.values)
    return column.nbytes if pa.types.is_nested(kind) else 0


def _has_views(kind: pa.DataType) -> bool:
    """Whether a type is or holds a list view."""
    if pa.types.is_list_view(kind) or pa.types.is_large_list_view(kind):
        return True
    return any(_has_views(kind.field(i).type) for i in range(kind.num_fields)) if pa.types.is_nested(kind) else False


def _fault(row: int, error: Exception) -> Fault:
    message = str(error).partition("\n")[0][:200]
    ended = "to read" in message and "got" in message
    return Fault("truncated" if ended else "corrupt" if row else "not-arrow", f"after {row:,} rows: {message}")
