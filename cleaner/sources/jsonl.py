"""JSON from a file or standard input: one record a line, or an array of records, or records spread over lines."""

from __future__ import annotations

import io
import json
import math
import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

import regex

from cleaner.records import Page, Rejected
from cleaner.settings import Settings
from cleaner.sources.faults import Fault
from cleaner.sources.input_file import InputFile, Range
from cleaner.sources.json_stream import Values, has_too_many_values
from cleaner.sources.opening import Unpacked, open_stream, unpack
from cleaner.sources.record import page_of, printable
from cleaner.sources.utf16 import MARKS, as_utf8

MAX_DEPTH = 100
"""Levels of nesting above which a record is refused: what reads or copies it later works by recursion."""
_SKIP = 64 * 1024
HEAD = 64 * 1024
"""Bytes that show how records are laid out."""
_START = 4 * 1024
"""Bytes of a line longer than a record may be that show whether it holds many."""
_BOM = b"\xef\xbb\xbf"
_ARRAY = regex.compile(rb"\[\s*+\{\s*+\"")
_SPREAD = regex.compile(rb"\{[ \t]*+\r?\n[ \t]*+\"")
_LINES = regex.compile(rb"\{[^\n]*\}[ \t]*+(?:\r?\n\s*+(?:\{|$)|\r?$)")


def read_json(file: InputFile, settings: Settings) -> Iterator[Page | Rejected]:
    """The records of a .jsonl or .json file, plain or compressed, or those of a range of it."""
    with open_stream(file.path, settings.limits, file.size) as stream:
        if file.part is not None:
            _go_to(stream, file.part)
            yield from _of_lines(stream, file.shown, _Reader(settings), file.part)
            return
        yield from _records(stream, file, settings)


def _go_to(stream: io.BufferedReader, part: Range) -> None:
    """Go to where a range begins."""
    if not isinstance(stream.raw, Unpacked):
        stream.seek(part.begin)
    elif part.begin:
        stream.raw.peek(1)
        stream.raw.go_to(part.begin, part.at)


def read_stdin(file: InputFile, settings: Settings) -> Iterator[Page | Rejected]:
    """The records of JSON on standard input, plain or compressed."""
    if sys.stdin is None:
        raise Fault("unreadable", "standard input is closed")
    stream = unpack(sys.stdin.buffer, settings.limits)  # type: ignore[arg-type]
    yield from _records(stream, file, settings)


def _records(stream: io.BufferedReader, file: InputFile, settings: Settings) -> Iterator[Page | Rejected]:
    """Records in the layout that the first bytes show; the name only says which one goes without saying."""
    try:
        stream = as_utf8(stream)
        head = stream.peek(HEAD)[:HEAD].removeprefix(_BOM).lstrip()
    except Fault:
        head = b""  # told again where it is read
    in_array, spread = _layout(head, file.kind)
    reader = _Reader(settings)
    if in_array or spread:
        yield from _of_values(stream, file.shown, in_array, reader)
    else:
        yield from _of_lines(stream, file.shown, reader)


def is_of_lines(head: bytes, kind: str) -> bool:
    """Whether a file that begins so, without being compressed, has a record a line, and one at least."""
    head = head.removeprefix(_BOM).lstrip()
    return bool(head) and not head.startswith(MARKS) and not any(_layout(head, kind))


def _layout(head: bytes, kind: str) -> tuple[bool, bool]:
    """Whether what begins so is an array, and whether its records are spread over lines."""
    in_array = bool(_ARRAY.match(head)) or (kind == "json" and head.startswith(b"["))
    return in_array, bool(_SPREAD.match(head)) or (kind == "json" and not _LINES.match(head))


def _objects(line: bytes) -> list[bytes]:
    """The objects of a line that holds nothing else but commas, of which the last may be cut off; else none.

    Streams write records without line ends, and a file whose last line had none may have been followed by another.
    """
    values = [value or b"" for value in Values(io.BytesIO(line).read, len(line), in_array=False)]
    return values if all(value.lstrip().startswith(b"{") for value in values) else []


def _of_lines(
    stream: io.BufferedReader, path: str, reader: _Reader, part: Range | None = None
) -> Iterator[Page | Rejected]:
    """Records of the lines from where the stream stands, those of a range where one is given."""
    limit = reader.limit
    number = part.before if part else 0
    left: float = math.inf
    if part and isinstance(stream.raw, Unpacked):
        left = part.until - part.at if part.until else math.inf
    elif part:
        left = part.end - part.begin
    try:
        while left > 0 and (line := stream.readline(limit + 1)):
            number += 1
            left -= len(line)
            if len(line) > limit and not line.endswith(b"\n"):
                whole = _LongLine(stream, line)
                yield from _of_long_line(whole, f"{path}:{number}", reader)
                left -= whole.size - len(line)
            elif line.strip():
                yield from reader.records(line, f"{path}:{number}")
    except Fault as fault:
        yield Rejected(f"{path}:{number + 1}", fault.reason, fault.detail)


class _LongLine:
    """A line of which only the beginning was read."""

    def __init__(self, stream: io.BufferedReader, begun: bytes) -> None:
        self._stream = stream
        self._piece = self.begun = begun
        self.size = len(begun)
        """Bytes of what was read of it."""

    def read(self, _size: int = 0) -> bytes:
        """The next of it, nothing at its end."""
        piece = self._piece
        self._piece = b"" if piece.endswith(b"\n") or not piece else self._stream.readline(_SKIP)
        self.size += len(self._piece)
        return piece


def _of_long_line(line: _LongLine, origin: str, reader: _Reader) -> Iterator[Page | Rejected]:
    """What a line holds that is longer than a record may be: many records, or one that is too long."""
    limit = reader.limit
    if len(_objects(line.begun[:_START])) > 1:
        yield from reader.several(Values(line.read, limit, in_array=False), origin)
    else:
        while line.read():
            pass
        yield Rejected(origin, "too-long", f"line of more than {limit:,} bytes")


def _of_values(stream: io.BufferedReader, path: str, in_array: bool, reader: _Reader) -> Iterator[Page | Rejected]:
    number = 0
    values = Values(stream.read1, reader.limit, in_array)
    try:
        for value in values:
            yield reader.one(value, f"{path}#{number}")
            number += 1
        if not values.complete:
            yield Rejected(f"{path}#{number}", "truncated", f"the JSON ends early, after {number:,} records")
        elif not number:
            yield Rejected(path, "empty", "no record")
    except Fault as fault:
        yield Rejected(f"{path}#{number}", fault.reason, fault.detail)


class _Reader:
    """Makes pages of JSON values, and knows what of each was left out."""

    def __init__(self, settings: Settings) -> None:
        self.limit = settings.limits.max_record_bytes
        self._fields = settings.fields
        self._odd: str | None = None
        # strict=False: scraped data often has raw tabs and line feeds in its strings.
        hooks: dict[str, Any] = {"strict": False, "parse_constant": self._left_out, "parse_float": self._finite}
        self._decoder = json.JSONDecoder(**hooks)
        self._careful = json.JSONDecoder(**hooks, parse_int=self._whole)

    def records(self, line: bytes, origin: str) -> Iterator[Page | Rejected]:
        """The record of a line, or the records, where the end of a line was lost or a comma stands behind it."""
        found = self.record(line, origin)
        refused = isinstance(found, Rejected) and found.reason in ("broken-json", "bad-encoding", "too-large")
        objects = _objects(line) if refused and line.lstrip().startswith(b"{") else []
        if len(objects) > 1 or (objects and line.rstrip().endswith(b",")):
            yield from self.several(objects, origin)
        else:
            yield found

    def several(self, values: Iterable[bytes | None], origin: str) -> Iterator[Page | Rejected]:
        """The records of one line; the first has the line's own origin."""
        for number, value in enumerate(values):
            yield self.one(value, f"{origin}#{number}" if number else origin)

    def one(self, value: bytes | None, origin: str) -> Page | Rejected:
        """The record of a value of a stream, None for one that is too long."""
        if value is None:
            return Rejected(origin, "too-long", f"record of more than {self.limit:,} bytes")
        return self.record(value, origin)

    def record(self, data: bytes, origin: str) -> Page | Rejected:
        """The page that a JSON object holds. What JSON has no number for (NaN, infinity) is null, and told."""
        if has_too_many_values(data, self.limit):
            return Rejected(origin, "too-large", f"{len(data):,} bytes of JSON that hold too many values to be read")
        try:
            text = data.removeprefix(_BOM).decode("utf-8").strip()
        except UnicodeDecodeError as error:
            return Rejected(origin, "bad-encoding", f"not UTF-8 at byte {error.start + 1} of the record")
        self._odd = None
        try:
            value = self._value(text)
        except json.JSONDecodeError as error:
            return Rejected(origin, "broken-json", f"{error.msg} at column {error.pos + 1}")
        except RecursionError:
            return Rejected(origin, "broken-json", "nested too deep")
        if not isinstance(value, dict):
            return Rejected(origin, "not-an-object", f"a JSON {_NAMES.get(type(value), 'value')}")
        if data.count(b"[") + data.count(b"{") > MAX_DEPTH and _too_deep(value):
            return Rejected(origin, "broken-json", f"nested more than {MAX_DEPTH} levels deep")
        if b"\\u" in data or b"\0" in data:
            value = printable(value)
        page = page_of(value, origin, self._fields)
        if self._odd is not None and isinstance(page, Page):
            page.not_understood["number"] = self._odd
        return page

    def _value(self, text: str) -> Any:
        try:
            return self._decoder.decode(text)
        except json.JSONDecodeError:
            raise
        except ValueError:  # a whole number of more digits than Python reads
            return self._careful.decode(text)

    def _left_out(self, written: str) -> None:
        self._odd = self._odd or written[:60]

    def _finite(self, digits: str) -> float | None:
        number = float(digits)
        if math.isfinite(number):
            return number
        self._left_out(digits)
        return None

    def _whole(self, digits: str) -> int | None:
        try:
            return int(digits)
        except ValueError:
            self._left_out(digits)
            return None


def _too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH):
        lists = (item for item in level if isinstance(item, list))
        dicts = (item.values() for item in level if isinstance(item, dict))
        level = [item for item in chain(*lists, *dicts) if isinstance(item, (list, dict))]
        if not level:
            return False
    return True


_NAMES = {list: "list", str: "string", int: "number", float: "number", bool: "boolean", type(None): "null"}
