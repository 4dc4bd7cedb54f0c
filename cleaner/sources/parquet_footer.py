"""The figures of the row groups in the footer of a Parquet file, read without Arrow.

Arrow tells them too, but ends the process over a footer whose figures of one column contradict each other (its
``ParquetMetaData.row_group(g).column(c)`` does not catch what its reader throws; seen with pyarrow 26, size statistics
of another number of levels). Reading rows raises as it should, so only these figures are taken from here.

The footer is a Thrift struct in the compact protocol (Apache Thrift, "Thrift compact protocol encoding"; field numbers
after ``parquet.thrift`` of the Parquet format).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, BinaryIO, NamedTuple

from cleaner.sources.faults import Fault

BYTE_ARRAY = 6
_ROW_GROUPS, _COLUMNS, _TOTAL_BYTE_SIZE, _NUM_ROWS, _META_DATA = 4, 1, 2, 3, 3
_TYPE, _NUM_VALUES, _UNCOMPRESSED, _COMPRESSED, _DATA_PAGE, _DICTIONARY_PAGE = 1, 5, 6, 7, 9, 11
_TRUE, _FALSE, _I16, _I64, _BINARY, _LIST, _SET, _MAP, _STRUCT = 1, 2, 4, 6, 8, 9, 10, 11, 12
_FIXED = {_TRUE: 0, _FALSE: 0, 3: 1, 7: 8, 13: 16}
"""Bytes of the other kinds; a byte, a double and a UUID are the last three."""
_MOST_LEVELS = 16
"""Structs and lists in each other; the format has nine."""
_TAIL = 8
"""Bytes behind the footer: its length, and the magic."""


class Chunk(NamedTuple):
    """What one column holds of a row group. Sizes and places in bytes; the file may say anything here."""

    physical_type: int
    values: int
    uncompressed: int
    compressed: int
    data_page: int
    dictionary_page: int | None


class RowGroup(NamedTuple):
    """One row group."""

    rows: int
    size: int
    """Bytes of its columns, uncompressed."""
    chunks: list[Chunk]


def row_groups(stream: BinaryIO) -> list[RowGroup]:
    """What the footer says of each row group. Raises Fault ``corrupt`` for one that cannot be read."""
    end = stream.seek(0, 2)
    stream.seek(max(0, end - _TAIL))
    size = int.from_bytes(stream.read(4), "little")
    if size + _TAIL > end:
        raise Fault("corrupt", "its footer is longer than the file")
    stream.seek(end - _TAIL - size)
    try:
        return _Footer(stream.read(size)).row_groups()
    except (IndexError, KeyError, OverflowError) as error:
        raise Fault("corrupt", "its footer cannot be read") from error


class _Footer:
    def __init__(self, content: bytes) -> None:
        self.content = content
        self.at = 0

    def row_groups(self) -> list[RowGroup]:
        found: list[RowGroup] = []
        self._struct({_ROW_GROUPS: lambda: found.extend(self._structs(self._row_group))})
        return found

    def _row_group(self) -> RowGroup:
        chunks: list[Chunk] = []
        own = self._struct({_COLUMNS: lambda: chunks.extend(self._structs(self._chunk))})
        return RowGroup(own.get(_NUM_ROWS, 0), own.get(_TOTAL_BYTE_SIZE, 0), chunks)

    def _chunk(self) -> Chunk:
        said: dict[int, int] = {}
        self._struct({_META_DATA: lambda: said.update(self._struct({}))})
        return Chunk(
            said.get(_TYPE, 0),
            said.get(_NUM_VALUES, 0),
            said.get(_UNCOMPRESSED, 0),
            said.get(_COMPRESSED, 0),
            said.get(_DATA_PAGE, 0),
            said.get(_DICTIONARY_PAGE),
        )

    def _structs(self, read: Callable[[], Any]) -> Iterable[Any]:
        """The structs of a list, each as ``read`` gives it."""
        size, kind = self._list_head()
        if kind != _STRUCT:
            raise KeyError(kind)
        return (read() for _ in range(size))

    def _struct(self, readers: dict[int, Callable[[], None]], level: int = 0) -> dict[int, int]:
        """The whole numbers of a struct by field; other fields go to their reader or are passed over."""
        numbers: dict[int, int] = {}
        field = 0
        while head := self._byte():
            kind = head & 15
            field = field + (head >> 4) if head >> 4 else self._number()
            if _I16 <= kind <= _I64:
                numbers[field] = self._number()
            elif field in readers:
                readers[field]()
            else:
                self._skip(kind, level)
        return numbers

    def _skip(self, kind: int, level: int) -> None:
        if level > _MOST_LEVELS:
            raise OverflowError("levels")
        if _I16 <= kind <= _I64:
            self._unsigned()
        elif kind == _BINARY:
            size = self._unsigned()
            self.at += size
        elif kind == _STRUCT:
            self._struct({}, level + 1)
        elif kind in (_LIST, _SET):
            self._skip_all(*self._list_head(), level)
        elif kind == _MAP:
            if size := self._unsigned():
                kinds = self._byte()
                for _ in range(size):
                    self._skip_one(kinds >> 4, level)
                    self._skip_one(kinds & 15, level)
        else:
            self.at += _FIXED[kind]

    def _skip_all(self, size: int, kind: int, level: int) -> None:
        for _ in range(size):
            self._skip_one(kind, level)

    def _skip_one(self, kind: int, level: int) -> None:
        """An element of a list or a map, where a truth value takes a byte."""
        if kind in (_TRUE, _FALSE):
            self._byte()
        else:
            self._skip(kind, level + 1)

    def _list_head(self) -> tuple[int, int]:
        head = self._byte()
        size = head >> 4
        return (self._unsigned() if size == 15 else size), head & 15

    def _byte(self) -> int:
        found = self.content[self.at]
        self.at += 1
        return found

    def _number(self) -> int:
        """A signed number: zigzag."""
        found = self._unsigned()
        return (found >> 1) ^ -(found & 1)

    def _unsigned(self) -> int:
        found = shift = 0
        while True:
            byte = self.content[self.at]
            self.at += 1
            found |= (byte & 127) << shift
            if byte < 128:
                return found
            shift += 7
            if shift > 63:
                raise OverflowError("number")
