"""JSON Lines, from a file or standard input: one record a line."""

from __future__ import annotations

import io
import json
import math
import sys
from collections.abc import Iterator
from itertools import chain
from typing import Any

from cleaner.records import Page, Rejected
from cleaner.settings import Settings
from cleaner.sources.discover import InputFile
from cleaner.sources.faults import Fault
from cleaner.sources.opening import open_stream, unpack
from cleaner.sources.record import page_of, printable

MAX_DEPTH = 100
"""Levels of nesting above which a record is refused: what reads or copies it later works by recursion."""
_SKIP = 64 * 1024
_BOM = b"\xef\xbb\xbf"


def read_jsonl(file: InputFile, settings: Settings) -> Iterator[Page | Rejected]:
    """The records of a JSONL file, plain or compressed."""
    with open_stream(file.path, settings.limits) as stream:
        yield from _records(stream, file.path, settings)


def read_stdin(file: InputFile, settings: Settings) -> Iterator[Page | Rejected]:
    """The records of JSONL on standard input, plain or compressed."""
    if sys.stdin is None:
        raise Fault("unreadable", "standard input is closed")
    stream = unpack(sys.stdin.buffer, settings.limits)  # type: ignore[arg-type]
    yield from _records(stream, file.path, settings)


def _records(stream: io.BufferedReader, path: str, settings: Settings) -> Iterator[Page | Rejected]:
    limit = settings.limits.max_record_bytes
    number = 0
    try:
        while line := stream.readline(limit + 1):
            number += 1
            if len(line) > limit and not line.endswith(b"\n"):
                _skip_line(stream)
                yield Rejected(f"{path}:{number}", "too-long", f"line of more than {limit:,} bytes")
            elif line.strip():
                yield _record(line, f"{path}:{number}", settings)
    except Fault as fault:
        yield Rejected(f"{path}:{number + 1}", fault.reason, fault.detail)


def _skip_line(stream: io.BufferedReader) -> None:
    while (rest := stream.readline(_SKIP)) and not rest.endswith(b"\n"):
        pass


def _record(line: bytes, origin: str, settings: Settings) -> Page | Rejected:
    try:
        text = line.removeprefix(_BOM).decode("utf-8").rstrip()
    except UnicodeDecodeError as error:
        return Rejected(origin, "bad-encoding", f"not UTF-8 at byte {error.start + 1} of the line")
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        return Rejected(origin, "broken-json", f"{error.msg} at column {error.pos + 1}")
    except RecursionError:
        return Rejected(origin, "broken-json", "nested too deep")
    except ValueError as error:
        return Rejected(origin, "broken-json", str(error))
    if not isinstance(value, dict):
        return Rejected(origin, "not-an-object", f"a JSON {_NAMES.get(type(value), 'value')}")
    if line.count(b"[") + line.count(b"{") > MAX_DEPTH and _too_deep(value):
        return Rejected(origin, "broken-json", f"nested more than {MAX_DEPTH} levels deep")
    if b"\\u" in line or b"\0" in line:
        value = printable(value)
    return page_of(value, origin, settings.fields)


def _too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH):
        lists = (item for item in level if isinstance(item, list))
        dicts = (item.values() for item in level if isinstance(item, dict))
        level = [item for item in chain(*lists, *dicts) if isinstance(item, (list, dict))]
        if not level:
            return False
    return True


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError(f"number out of range: {digits[:40]}")
    return number


_NAMES = {list: "list", str: "string", int: "number", float: "number", bool: "boolean", type(None): "null"}
_DECODER = json.JSONDecoder(strict=False, parse_constant=_refuse_constant, parse_float=_finite)
"""``strict=False``: scraped data often has raw tabs and line feeds in its strings."""
