"""Opens a file and unpacks gzip and Zstandard on the way, in bounded memory.

Standard library and zstandard both have file objects for this, but the first raises one error for
truncated and corrupt data alike and the second takes truncated data for complete. Here both codecs tell
truncated, corrupt and bomb apart and give out all bytes that stand before the fault.
"""

from __future__ import annotations

import io
import zlib
from collections import deque
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO

import zstandard

from cleaner.settings import Limits
from cleaner.sources.faults import StreamFault

GZIP_MAGIC = b"\x1f\x8b"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
ZSTD_SKIPPABLE = tuple(bytes([0x50 + n]) + b"\x2a\x4d\x18" for n in range(16))
BOMB_FLOOR = 64 * 1024 * 1024
"""Bytes of output below which no ratio makes a bomb (a small page of spaces is no attack)."""
_GZIP_INPUT = 64 * 1024
_GZIP_OUTPUT = 1024 * 1024
_ZSTD_INPUT = 1024
"""zstandard gives out all that its input holds: at most 128 KiB for 4 bytes, here 32 MiB a step."""


def open_stream(path: str, limits: Limits) -> io.BufferedReader:
    """Open ``path`` for reading, unpacked if it starts like gzip or Zstandard whatever its name.

    Reading raises Fault (``truncated``, ``corrupt``, ``decompression-bomb``) after the last good byte.
    Raises Fault ``corrupt`` if the name ends in .gz or .zst and the content is neither, ``empty`` if
    there is no byte, and OSError.
    """
    with ExitStack() as on_fault:
        raw = on_fault.enter_context(Path(path).open("rb"))
        stream = unpack(raw, limits, must=path.lower().endswith((".gz", ".zst")))
        on_fault.pop_all()
        return stream


def unpack(raw: io.BufferedReader, limits: Limits, must: bool = False) -> io.BufferedReader:
    """``raw`` unpacked if it is gzip or Zstandard, else ``raw`` itself. ``must``: else is a fault."""
    head = raw.peek(4)[:4]
    if not head:
        raise StreamFault("empty", "no bytes")
    if head.startswith(GZIP_MAGIC) or head.startswith((ZSTD_MAGIC, *ZSTD_SKIPPABLE)):
        return io.BufferedReader(Unpacked(raw, limits), _GZIP_INPUT)
    if must:
        raise StreamFault("corrupt", "neither gzip nor Zstandard, whatever the name says")
    return raw


class Unpacked(io.RawIOBase):
    """The content of a gzip (any number of members) or Zstandard (any number of frames) stream."""

    def __init__(self, raw: BinaryIO, limits: Limits) -> None:
        self._raw = raw
        self._max_ratio = limits.max_expansion
        self._floor = min(BOMB_FLOOR, limits.max_record_bytes)
        self._input = b""
        self._decoder: Any = None
        self._output = memoryview(b"")
        self._read = 0
        self._written = 0
        self._position = 0
        self._members: deque[tuple[int, int]] = deque()
        self._gzip = False
        self._fault: StreamFault | None = None
        self._ended = False

    def readable(self) -> bool:
        """True."""
        return True

    def tell(self) -> int:
        """Bytes given out so far."""
        return self._position

    def close(self) -> None:
        """Close the file below as well."""
        self._raw.close()
        super().close()

    def readinto(self, buffer: Any, /) -> int:
        """Fill ``buffer`` with what is there, 0 at the end. Raises Fault and OSError."""
        while not self._output:
            if self._fault is not None:
                raise self._fault
            if self._ended:
                return 0
            try:
                self._output = memoryview(self._step())
            except StreamFault as fault:
                self._fault = fault
        piece = self._output[: len(buffer)]
        buffer[: len(piece)] = piece
        self._output = self._output[len(piece) :]
        self._position += len(piece)
        return len(piece)

    def place(self, position: int) -> str:
        """Where the byte ``position`` of the output stands in the file.

        The offset of its member or frame, with ``+`` and the distance from the member's start if it is
        not its first byte. Earlier members are forgotten: ask in rising order.
        """
        while len(self._members) > 1 and self._members[1][0] <= position:
            self._members.popleft()
        start, offset = self._members[0]
        return f"{offset}+{position - start}" if position > start else str(offset)

    def _step(self) -> bytes:
        if self._decoder is None and not self._start_member():
            self._ended = True
            return b""
        if not self._input:
            self._fill()
        at_end = not self._input
        try:
            if self._gzip:
                output = self._decoder.decompress(self._input, _GZIP_OUTPUT)
                self._input = self._decoder.unconsumed_tail
            else:
                output = self._decoder.decompress(self._input)
                self._input = b""
        except (zlib.error, zstandard.ZstdError) as error:
            raise StreamFault(
                "corrupt", f"compressed data is damaged after {self._written:,} bytes: {error}"
            ) from error
        self._written += len(output)
        if self._decoder.eof:
            self._input = self._decoder.unused_data
            self._decoder = None
        elif at_end and not output:
            raise StreamFault("truncated", f"compressed data ends early, after {self._written:,} bytes")
        consumed = self._read - len(self._input)
        if self._written > self._floor and self._written > consumed * self._max_ratio:
            raise StreamFault("decompression-bomb", f"{consumed:,} bytes grew to more than {self._written:,}")
        return output

    def _start_member(self) -> bool:
        while len(self._input) < 4 and self._fill():
            pass
        if self._members:
            # Tapes and block devices pad gzip files with zero bytes.
            self._input = self._input.lstrip(b"\0")
            while not self._input and self._fill():
                self._input = self._input.lstrip(b"\0")
            while len(self._input) < 4 and self._fill():
                pass
        if not self._input:
            return False
        self._gzip = self._input.startswith(GZIP_MAGIC)
        if self._gzip:
            self._decoder = zlib.decompressobj(wbits=31)
        elif self._input.startswith((ZSTD_MAGIC, *ZSTD_SKIPPABLE)):
            self._decoder = zstandard.ZstdDecompressor().decompressobj()
        elif len(self._input) < 4:
            raise StreamFault("truncated", f"compressed data ends early, after {self._written:,} bytes")
        else:
            raise StreamFault("corrupt", f"no compressed data after {self._written:,} bytes")
        self._members.append((self._written, self._read - len(self._input)))
        return True

    def _fill(self) -> bool:
        more = self._raw.read(_GZIP_INPUT if self._gzip else _ZSTD_INPUT)
        self._read += len(more)
        self._input += more
        return bool(more)
