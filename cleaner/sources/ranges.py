"""A large file as several inputs: ranges of the lines of a JSONL file that is not compressed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from cleaner.remote import is_url
from cleaner.sources.discover import InputFile, Range
from cleaner.sources.jsonl import HEAD, is_of_lines
from cleaner.sources.opening import is_packed

_PIECE = 8 * 1024 * 1024


def divided(file: InputFile, count: int) -> list[InputFile]:
    """A file as at most so many ranges of about equal bytes; itself where it is read whole only.

    It is read once, for records are named by their lines. Together the ranges hold the records of the file.
    """
    if count < 2 or file.kind != "jsonl" or is_url(file.path):
        return [file]
    try:
        with Path(file.path).open("rb") as stream:
            head = stream.read(HEAD)
            if is_packed(head) or not is_of_lines(head, file.kind):
                return [file]
            return [replace(file, part=part, shown=file.shown) for part in _ranges(stream, count)]
    except OSError:
        return [file]  # it is told where it is read


def _ranges(stream: BinaryIO, count: int) -> Iterator[Range]:
    size = stream.seek(0, 2)
    begin = lines = before = stream.seek(0)
    for number in range(1, count):
        place = size * number // count
        if place <= begin:
            continue
        lines += _line_ends(stream, place - 1 - begin) + 1
        while (rest := stream.readline(_PIECE)) and not rest.endswith(b"\n"):
            pass
        end = stream.tell()
        if end >= size:
            break
        yield Range(begin, end, before)
        begin, before = end, lines
    yield Range(begin, size, before)


def _line_ends(stream: BinaryIO, size: int) -> int:
    found = 0
    while size and (piece := stream.read(min(size, _PIECE))):
        found += piece.count(b"\n")
        size -= len(piece)
    return found
