"""A large file as several inputs, each read by a task of its own: together they give the records of the file.

    JSONL                    ranges of lines; of a compressed one from a member, frame or stream on that begins a line
    Parquet                  row groups, of which the footer tells where they are
    WARC                     records; of a compressed one those that begin a gzip member, frame or stream

Records are named by their places and faults by how much was good before, so lines are counted here, and a compressed
file is unpacked and gone through: a search for what looks like a member would find those that stand inside of others,
too. That takes some hundredths of what stripping its pages takes. Where nothing can be divided a file stays whole: a
CSV file, whose line ends may be quoted, and one of Arrow's, which ends at its first damaged batch.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO

from cleaner.settings import Limits
from cleaner.sources.faults import Fault
from cleaner.sources.input_file import InputFile, Range
from cleaner.sources.jsonl import HEAD, is_of_lines
from cleaner.sources.opening import Unpacked, is_packed, open_bytes, unpack
from cleaner.sources.parquet_footer import row_groups
from cleaner.urls import is_url

IN_ONE = 3
"""Times of the bytes of a range that the first member of a file of lines may be long."""
_PIECE = 8 * 1024 * 1024
_UNPACKED = 1024 * 1024


def divided(file: InputFile, count: int, limits: Limits | None = None) -> list[InputFile]:
    """A file as at most so many ranges of about equal bytes; itself where it is read whole only.

    ``limits`` are those of reading it. All but the footer of a Parquet file is read once, so of the others none in a
    store is divided.
    """
    if count < 2 or file.kind not in ("jsonl", "parquet", "warc") or (file.kind != "parquet" and is_url(file.path)):
        return [file]
    try:
        if file.kind == "parquet":
            found = _of_row_groups(file, count)
        elif file.kind == "warc":
            found = _of_records(file, count, limits or Limits())
        else:
            found = _of_lines(file, count) or _of_packed_lines(file, count, limits or Limits())
    except (Fault, OSError):
        return [file]  # it is told where it is read
    return [replace(file, part=part, shown=file.shown) for part in found] if len(found) > 1 else [file]


def _of_lines(file: InputFile, count: int) -> list[Range]:
    with Path(file.path).open("rb") as stream:
        head = stream.read(HEAD)
        if is_packed(head) or not is_of_lines(head, file.kind):
            return []
        return list(_lines(stream, count))


def _lines(stream: BinaryIO, count: int) -> Iterator[Range]:
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
        yield Range(begin, end, before, end - begin, last=False)
        begin, before = end, lines
    yield Range(begin, size, before, size - begin, last=True)


def _line_ends(stream: BinaryIO, size: int) -> int:
    found = 0
    while size and (piece := stream.read(min(size, _PIECE))):
        found += piece.count(b"\n")
        size -= len(piece)
    return found


def _of_row_groups(file: InputFile, count: int) -> list[Range]:
    with open_bytes(file.path, file.size, block=0) as stream:
        groups = row_groups(stream)
    ends = list(accumulate(max(1, sum(chunk.compressed for chunk in group.chunks)) for group in groups))
    rows = [0, *accumulate(group.rows for group in groups)]
    found: list[Range] = []
    begin = size = 0
    for number, end in enumerate(ends, 1):
        if number == len(ends) or end * count >= ends[-1] * (len(found) + 1):
            found.append(Range(begin, number, rows[begin], end - size, last=number == len(ends)))
            begin, size = number, end
    return found


def _of_records(file: InputFile, count: int, limits: Limits) -> list[Range]:
    from cleaner.sources.warc import beginnings  # only who has such files loads what reads them

    return _between(beginnings(file, limits), Path(file.path).stat().st_size, count)


def _of_packed_lines(file: InputFile, count: int, limits: Limits) -> list[Range]:
    size = Path(file.path).stat().st_size
    with open_bytes(file.path) as raw, unpack(raw, limits) as stream:
        unpacked = stream.raw
        if not isinstance(unpacked, Unpacked) or not is_of_lines(unpacked.peek(HEAD), file.kind):
            return []
        return _between(_members(raw, unpacked, IN_ONE * size // count), size, count)


def _members(raw: BinaryIO, unpacked: Unpacked, most: int) -> Iterator[Range]:
    """The members of ``raw`` that begin a line, each as a range that has no end, but none from behind a fault.

    There are none where the first is longer than about ``most`` bytes: mostly it is the only one.
    """
    lines, at_end_of_line = 0, False
    try:
        while True:
            at = unpacked.tell()
            piece = unpacked.read(_UNPACKED) or b""  # of one member
            place, _, inside = unpacked.place(at).partition("+")
            if not piece or (place == "0" and raw.tell() > most + HEAD):
                return
            if at and not inside and at_end_of_line:
                yield Range(int(place), 0, lines, 0, last=False, at=at)
            lines += piece.count(b"\n")
            at_end_of_line = piece.endswith(b"\n")
    except (Fault, OSError):
        return  # it is told where it is read


def _between(begins: Iterable[Range], size: int, count: int) -> list[Range]:
    """A file of ``size`` bytes as about ``count`` ranges, of which all but the first begin at some of ``begins``."""
    chosen = [Range(0, 0, 0, 0, last=False), *_at_about(begins, size, count)]
    ends = [*((one.begin, one.at) for one in chosen[1:]), (size, 0)]
    return [
        one._replace(end=end, size=end - one.begin, last=end == size, until=until)
        for one, (end, until) in zip(chosen, ends, strict=True)
    ]


def _at_about(begins: Iterable[Range], size: int, count: int) -> Iterator[Range]:
    """Of all beginnings those nearest behind the ends of ``count`` equal parts of the bytes."""
    wanted = 1
    for one in begins:
        if one.begin * count >= size * wanted:
            yield one
            wanted = one.begin * count // size + 1
