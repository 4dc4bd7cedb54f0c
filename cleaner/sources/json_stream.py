"""JSON values one after the other, of an array or of none, cut apart without reading what is in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

CHUNK = 64 * 1024
_OUTSIDE = re.compile(rb'["\[\]{},]')
_INSIDE = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)
_PLAIN = rb'[^"\[\]{}]++|"(?:[^"\\]++|\\.)*+"'
_FLAT = rb"%s|\[(?:%s)*+\]|\{(?:%s)*+\}" % (_PLAIN, _PLAIN, _PLAIN)
_WITHIN = re.compile(rb"(?:%s|\[(?:%s)*+\]|\{(?:%s)*+\})*+" % (_PLAIN, _FLAT, _FLAT), re.DOTALL)
"""What may follow within a value without ending it: anything of up to two more levels, whole. It is most of a value,
and takes no step of Python's own; each byte is looked at once a level."""
_OPENING, _CLOSING = re.compile(rb"[\[{]++"), re.compile(rb"[\]}]++")
_STRINGS = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)', re.DOTALL)
_QUOTE, _BACKSLASH = b'"\\'
BYTES_A_VALUE = 64
MIN_VALUES = 100_000
"""A record may have one value for so many bytes of the largest record, at least MIN_VALUES. A list or an object takes
up to three hundred bytes in Python, for two bytes of JSON."""
SUSPICIOUS = 1024 * 1024
"""Bytes of a record from which its values are counted before they are made."""


class Values:
    """The values of a stream of JSON, as bytes; None for one longer than ``limit`` bytes.

    ``in_array`` says that they are the elements of an array (or of several). Without, they may stand one a line
    or be spread over lines, with commas between them or without. Nothing of them is checked but that strings and
    brackets end: what is no JSON comes out as it stands. Memory: one value and a chunk.
    """

    def __init__(self, read: Callable[[int], bytes], limit: int, in_array: bool) -> None:
        self._read = read
        self._limit = limit
        self._in_array = in_array
        self._piece = bytearray()
        self._too_long = False
        self._depth = 0
        self.complete = True
        """Whether all brackets that were opened are closed."""

    def __iter__(self) -> Iterator[bytes | None]:
        in_string = escaped = False
        while chunk := self._read(CHUNK):
            start = at = 0
            while at < len(chunk):
                if in_string:
                    if not escaped:
                        at = _end(_INSIDE, chunk, at)
                    # Here stands a quote, a backslash that ends the chunk, or what that one escapes.
                    if at < len(chunk):
                        in_string = escaped or chunk[at] == _BACKSLASH
                        escaped = not escaped and chunk[at] == _BACKSLASH
                        at += 1
                    continue
                if self._depth > self._in_array:
                    at = self._deeper(chunk, _end(_WITHIN, chunk, at))
                found = _OUTSIDE.search(chunk, at)
                if found is None:
                    break
                at = found.end()
                in_string = chunk[at - 1] == _QUOTE
                skip, end = self._structure(chunk[at - 1 : at])
                if end:
                    yield from self._taken(chunk[start : at - skip])
                if end or skip:
                    start = at
            self._add(chunk[start:])
        self.complete = not self._depth and not in_string
        yield from self._taken(b"")

    def _deeper(self, chunk: bytes, at: int) -> int:
        """Pass over runs of brackets within a value, but for the last that may end it."""
        opened = _end(_OPENING, chunk, at)
        self._depth += opened - at
        closed = min(_end(_CLOSING, chunk, opened) - opened, self._depth - self._in_array - 1)
        self._depth -= closed
        return opened + closed

    def _structure(self, mark: bytes) -> tuple[int, bool]:
        """Whether the mark is no part of a value (1, else 0), and whether a value ends with it."""
        floor = int(self._in_array)
        if mark in b"[{":
            self._depth += 1
            outer = self._in_array and self._depth == 1 and mark == b"["
            return int(outer), outer
        if mark in b"]}":
            self._depth = max(0, self._depth - 1)
            of_array = self._in_array and mark == b"]" and self._depth == 0
            return int(of_array), self._depth == 0
        separates = mark == b"," and self._depth <= floor
        return int(separates), separates

    def _add(self, piece: bytes) -> None:
        self._too_long = self._too_long or len(self._piece) + len(piece) > self._limit
        if self._too_long:
            self._piece.clear()
        else:
            self._piece += piece

    def _taken(self, piece: bytes) -> Iterator[bytes | None]:
        self._add(piece)
        value, too_long = bytes(self._piece), self._too_long
        self._piece.clear()
        self._too_long = False
        if too_long:
            yield None
        elif value.strip(b" \t\r\n\0\xef\xbb\xbf"):
            yield value


def _end(pattern: re.Pattern[bytes], chunk: bytes, at: int) -> int:
    match = pattern.match(chunk, at)
    return match.end() if match else at


def most_values(limit: int) -> int:
    """How many values a record may have where records have up to ``limit`` bytes, whatever they are read from."""
    return max(MIN_VALUES, limit // BYTES_A_VALUE)


def has_too_many_values(record: bytes, limit: int) -> bool:
    """Whether a record of a stream whose records have up to ``limit`` bytes would take far more memory than that.

    Counted is what stands between values; only where that is much the strings, which may hold the same characters,
    are left out.
    """
    if len(record) < SUSPICIOUS:
        return False
    most = most_values(limit)
    return _separators(record) > most and _separators(_STRINGS.sub(b"", record)) > most


def _separators(record: bytes) -> int:
    return record.count(b",") + record.count(b"[") + record.count(b"{")
