"""CSV and TSV: one record a row, columns by the names in the first one (RFC 4180).

A quote that is never closed must not swallow the rows behind it: a row that cannot be read, or has other columns than
the first, is rejected by its first line, and reading goes on with the line after that.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import NamedTuple

import regex

from cleaner.records import Page, Rejected
from cleaner.settings import Settings
from cleaner.sources.column_names import distinct
from cleaner.sources.faults import Fault
from cleaner.sources.input_file import InputFile
from cleaner.sources.json_stream import most_values
from cleaner.sources.opening import open_stream
from cleaner.sources.record import page_of, printable
from cleaner.sources.utf16 import as_utf8

DELIMITERS = (",", ";", "\t", "|")
"""What may stand between the cells of a .csv, in the order in which they are taken where the first row has as many."""
_BOM = b"\xef\xbb\xbf"
_SEPARATOR_LINE = regex.compile(rb"sep=(.)\r?\n")
"""What spreadsheets write, and read, before the first row."""
_QUOTED = regex.compile(rb'"[^"]*+(?:""[^"]*+)*+(?:"|\Z)')
_PIECE = 64 * 1024
UNCLOSED, LOOKED = 8, 4
"""Of a row that is longer than a record may be it is looked for so many times that length whether its quote is ever
closed. If not only its first line is given up, for so many rows of a file: behind them the rest of such a row goes with
it, or a file made for that would be read again line by line."""
_MANY = 1_000
"""Delimiters in a line from which it is counted how many of them stand between cells."""


class _Row(NamedTuple):
    line: int
    """Number of its first line, from 1 on."""
    cells: list[str]
    fault: tuple[str, str] | None = None
    """Reason and detail, of one that is no record."""


def read_delimited(file: InputFile, settings: Settings) -> Iterator[Page | Rejected]:
    """The rows of a .csv or .tsv file, plain or compressed; origin ``path:line``. Empty cells are null.

    Text is UTF-8, or UTF-16 with its mark.
    Rejected are ``broken-row``, ``bad-encoding``, ``too-long`` and ``too-large`` (too many cells).
    """
    with open_stream(file.path, settings.limits, file.size) as stream:
        lines = _Lines(as_utf8(stream), settings.limits.max_record_bytes)
        try:
            for row in _rows(lines, tabs=file.kind == "tsv"):
                origin = f"{file.shown}:{row.line}"
                if row.fault:
                    yield Rejected(origin, *row.fault)
                else:
                    record = {name: cell or None for name, cell in zip(lines.names, row.cells, strict=True)}
                    odd = any("\0" in cell for cell in row.cells)
                    yield page_of(printable(record) if odd else record, origin, settings.fields)
        except Fault as fault:
            yield Rejected(f"{file.shown}:{lines.number + 1}", fault.reason, fault.detail)


class _Lines:
    """The lines of a file, of which some can be given back."""

    def __init__(self, stream: io.BufferedReader, limit: int) -> None:
        self._stream = stream
        self._back: list[bytes] = []
        self.limit = limit
        self.number = 0
        """Of the last line that was taken."""
        self.names: list[str] = []
        """Of the columns, once the first row is read."""

    def take(self) -> bytes:
        """The next line, of one longer than the limit its beginning; nothing at the end. Raises Fault."""
        line = self._next(self.limit + 1)
        self.number += bool(line)
        return line

    def give_back(self, lines: list[bytes]) -> None:
        """Have these taken again."""
        self._back.extend(reversed(lines))
        self.number -= len(lines)

    def skip_row(self, begun: list[bytes], may_return: bool) -> bool:
        """Pass over the rest of a row, of which these lines were taken; whether its last quote is closed.

        Where it is not, to the end of the file or as far as is looked, all but the first line are given back if that
        is whole and ``may_return``.
        """
        inside = sum(line.count(b'"') for line in begun) % 2 == 1
        last, size = begun[-1], 0
        after_first = self.number - len(begun) + 1
        held = begun[1:] if may_return and inside and begun[0].endswith(b"\n") else None
        while inside or not last.endswith(b"\n"):
            whole = last.endswith(b"\n")
            last = b"" if size > LOOKED * self.limit else self._next(self.limit + 1 if held is not None else _PIECE)
            if not last:
                if held is not None:
                    self._back.extend(reversed(held))
                    self.number = after_first
                return not inside
            if held is not None:
                held.append(last)
                size += len(last)
            self.number += whole
            inside ^= last.count(b'"') % 2 == 1
        return True

    def _next(self, most: int) -> bytes:
        return self._back.pop() if self._back else self._stream.readline(most)


def _rows(lines: _Lines, tabs: bool) -> Iterator[_Row]:
    first = lines.take()
    first = first.removeprefix(_BOM)
    said = _SEPARATOR_LINE.fullmatch(first)
    delimiter = said[1].decode("latin-1") if said else _delimiter(first, tabs)
    if not said:
        lines.give_back([first] if first else [])
    for row in _parsed(lines, delimiter, tabs):
        if lines.names or row.fault:
            yield row
        else:
            lines.names = distinct(cell.strip() or f"column {number}" for number, cell in enumerate(row.cells, 1))


def _delimiter(line: bytes, tabs: bool) -> str:
    """What stands between the cells of the first row."""
    text = _QUOTED.sub(b"", line).decode("latin-1")
    return "\t" if tabs else max(DELIMITERS, key=text.count)


def _parsed(lines: _Lines, delimiter: str, tabs: bool) -> Iterator[_Row]:
    """Rows and broken rows; the first is the one with the names."""
    unclosed = 0
    while line := lines.take():
        if not line.strip():
            continue
        number = lines.number
        record = _Record(lines, line, delimiter)
        cells, error = record.parse()
        columns = len(lines.names) or len(cells)
        while len(cells) > columns and not cells[-1]:
            cells.pop()
        if record.fault:
            reason, detail = record.fault
            closed = lines.skip_row(record.lines, unclosed < UNCLOSED)
            unclosed += not closed
            yield _Row(number, [], (reason, detail if closed else f"{detail}; its quote is never closed"))
            continue
        if (error or len(cells) != columns) and tabs and line.count(b"\t") == columns - 1:
            # Without quoting: https://www.iana.org/assignments/media-types/text/tab-separated-values
            lines.give_back(record.lines[1:])
            record.lines, record.undecoded = [line], False
            cells, error = record.text(line).rstrip("\r\n").split("\t"), ""
        if error or len(cells) != columns:
            lines.give_back(record.lines[1:])
            yield _Row(number, [], ("broken-row", error or f"{len(cells)} cells in place of {columns}"))
        elif record.undecoded:
            yield _Row(number, [], ("bad-encoding", "not UTF-8"))
        else:
            yield _Row(number, cells)


class _Record:
    """One row as it is read, line by line."""

    def __init__(self, lines: _Lines, line: bytes, delimiter: str) -> None:
        self._source = lines
        self._delimiter = delimiter
        self._size = self._cells = 0
        self.lines = [line]
        self.undecoded = False
        self.fault: tuple[str, str] | None = None
        """Why it was not read to its end."""

    def parse(self) -> tuple[list[str], str]:
        """Its cells, and what is wrong with them. Raises Fault."""
        # The limit is the module's, whoever reads CSV in this process: it is given back at once.
        before = csv.field_size_limit(self._source.limit + 1)
        try:
            return next(csv.reader(self._texts(), delimiter=self._delimiter, strict=True), []), ""
        except csv.Error as error:
            return [], str(error)
        finally:
            csv.field_size_limit(before)

    def _texts(self) -> Iterator[str]:
        line = self.lines[0]
        while self._may_be_read(line):
            yield self.text(line)
            line = self._source.take()
            if not line:
                return
            self.lines.append(line)

    def text(self, line: bytes) -> str:
        """A line decoded."""
        try:
            return line.decode("utf-8")
        except UnicodeDecodeError:
            self.undecoded = True
            return line.decode("utf-8", "replace")

    def _may_be_read(self, line: bytes) -> bool:
        limit = self._source.limit
        self._size += len(line)
        if self._size > limit:
            self.fault = ("too-long", f"row of more than {limit:,} bytes")
        delimiter = self._delimiter.encode("latin-1")
        if line.count(delimiter) > _MANY:
            within = b'"' if len(self.lines) > 1 else b""  # a row goes on in the next line within quotes only
            self._cells += _QUOTED.sub(b"", within + line).count(delimiter)
            most = most_values(limit)
            if self._cells > most:
                self.fault = ("too-large", f"row of more than {most:,} cells")
        return self.fault is None
