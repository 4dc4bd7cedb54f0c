"""The head of an HTTP message as crawlers kept it: status and header fields, however they are written.

FastWARC reads well-formed heads. It loses the status behind two spaces or a tab and takes a block without a
head, or an interim response, for a status line; the bytes are gone by then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import regex

from cleaner.sources.faults import Fault

MAX_HEAD = 64 * 1024
"""Bytes of a head; browsers and servers allow a quarter of that."""
_PIECE = 4096
_START = regex.compile(rb"\s{0,16}+(?:HTTP|ICY)", regex.IGNORECASE)
_STATUS = regex.compile(rb"\s{0,16}+(?:HTTP(?:/\d{1,2}(?:\.\d{1,2})?)?|ICY)[ \t]+(\d{3})(?!\d)", regex.IGNORECASE)
_END = regex.compile(rb"\r?\n[ \t]*\r?\n|\r\r")
_LINE = regex.compile(r"\r\n|\n|\r")
_INTERIM = range(100, 200)
_MAX_INTERIM = 5


@dataclass(slots=True)
class Head:
    """What stands in front of a message's body."""

    status: int | None = None
    """None when the block has no head: all of it is body."""
    fields: list[tuple[str, str]] = field(default_factory=list)
    """Names in lower case and values, in the order of the message."""
    rest: bytes = b""
    """Bytes of the body that were read with the head."""

    def all(self, name: str) -> list[str]:
        """The values of every field of this name (in lower case)."""
        return [value for known, value in self.fields if known == name]


def read_head(read: Callable[[int], bytes]) -> Head:
    """Read the head of a message, interim (1xx) responses before it skipped.

    ``read`` gives at most so many bytes, none at the end. Raises Fault ``bad-http`` if a head has no status
    or does not end.
    """
    data = _more(b"", read)
    if _START.match(data) is None:
        return Head(rest=data)
    for _ in range(_MAX_INTERIM):
        start = len(data) - len(data.lstrip())
        while (end := _END.search(data, start)) is None:
            more = _more(data, read)
            if len(more) == len(data):
                break
            if len(more) > MAX_HEAD:
                raise Fault("bad-http", f"the header has more than {MAX_HEAD:,} bytes")
            start, data = max(0, len(data) - 8), more
        stop, after = (end.start(), end.end()) if end is not None else (len(data), len(data))
        status = _STATUS.match(data)
        if status is None:
            raise Fault("bad-http", "no status in the status line")
        head = Head(int(status[1]), _fields(data[:stop]), data[after:])
        if head.status not in _INTERIM:
            return head
        data = head.rest or _more(b"", read)
    raise Fault("bad-http", "no status line after the interim ones")


def _more(data: bytes, read: Callable[[int], bytes]) -> bytes:
    return data + read(_PIECE)


def _fields(head: bytes) -> list[tuple[str, str]]:
    """The header fields; a line that begins with white space goes on the one before (obs-fold, RFC 9112, 5.2)."""
    fields: list[tuple[str, str]] = []
    for line in _LINE.split(head.decode("latin-1").lstrip())[1:]:
        if line[:1] in (" ", "\t") and fields:
            name, value = fields[-1]
            fields[-1] = name, f"{value} {line.strip()}"
            continue
        name, colon, value = line.partition(":")
        if colon:
            fields.append((name.strip().lower(), value.strip()))
    return fields
