"""Opens a file and unpacks gzip, Zstandard, bzip2 and xz on the way, in bounded memory.

Standard library and zstandard both have file objects for this, but the first raises one error for
truncated and corrupt data alike and the second takes truncated data for complete. Here all codecs tell
truncated, corrupt and bomb apart and give out all bytes that stand before the fault.
"""

from __future__ import annotations

import bz2
import io
import lzma
import zlib
from collections import deque
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO

import zstandard

from cleaner.remote import BLOCK, RemotePath
from cleaner.settings import Limits
from cleaner.sources.faults import StreamFault
from cleaner.sources.kinds import COMPRESSED
from cleaner.urls import is_url, without_scheme

GZIP_MAGIC = b"\x1f\x8b"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
ZSTD_SKIPPABLE = tuple(bytes([0x50 + n]) + b"\x2a\x4d\x18" for n in range(16))
XZ_MAGIC = b"\xfd7zXZ\0"
BZIP2_MAGIC = (b"1AY&SY", b"\x17rE8P\x90")
"""What follows ``BZh`` and a digit: a block, or the end of a stream that holds none."""
MAX_WINDOW = 2**31
"""Bytes a Zstandard decoder may look back: what ``zstd --long=31`` writes, the most that zstd itself reads. They are
taken as the content grows, a smaller file needs no more than its size."""
XZ_MEMORY = 512 * 1024 * 1024
"""Bytes an xz decoder may take; ``xz -9`` needs 65 MiB."""
ZSTD_DICTIONARY_FRAME = b"\x5d\x2a\x4d\x18"
"""First frame of a .warc.zst whose other frames need a dictionary: it holds that, plain or as a Zstandard frame of its
own (https://iipc.github.io/warc-specifications/specifications/warc-zstd/)."""
MAX_DICTIONARY = 16 * 1024 * 1024
"""Bytes of a dictionary; the tools that make them stop at one."""
BOMB_FLOOR = 64 * 1024 * 1024
"""Bytes of output below which no ratio makes a bomb (a small page of spaces is no attack)."""
_DICTIONARY_MAGIC = b"\x37\xa4\x30\xec"
_INPUT = 64 * 1024
_OUTPUT = 1024 * 1024
_START = 10
"""Bytes that tell every format."""
_SAMPLE = 1024
_NO_TEXT = bytes({*range(32), 127} - set(b"\t\n\r\f"))
"""Control characters: compressed data, whole or damaged, has some of them among its first bytes."""
_ZSTD_INPUT = 1024
"""zstandard gives out all that its input holds: at most 128 KiB for 4 bytes, here 32 MiB a step."""


def open_stream(path: str, limits: Limits, size: int | None = None) -> io.BufferedReader:
    """Open a path or URL for reading, unpacked if it starts like one of the formats whatever its name.

    ``size`` is what a store said of the file. Reading raises Fault (``truncated``, ``corrupt``,
    ``decompression-bomb``) after the last good byte. Raises Fault ``corrupt`` if the name ends as that of a compressed
    file and the content is neither that nor plain text, ``empty`` if there is no byte, and OSError.
    """
    with ExitStack() as on_fault:
        raw = on_fault.enter_context(open_bytes(path, size))
        stream = unpack(raw, limits, must=path.lower().endswith(COMPRESSED))
        on_fault.pop_all()
        return stream


def open_bytes(path: str, size: int | None = None, block: int = BLOCK) -> io.BufferedReader:
    """Open a path or URL as it is. Raises OSError.

    Of a file in a store ``block`` bytes are fetched at a time (0: what is asked for), a small one (``size``) at once.
    """
    if not is_url(path):
        return Path(without_scheme(path)).open("rb")
    remote = RemotePath(path)
    small = size is not None and size <= BLOCK
    return remote.open_small(size or 0) if small else remote.open("rb", block=block)  # type: ignore[return-value]


def unpack(raw: io.BufferedReader, limits: Limits, must: bool = False) -> io.BufferedReader:
    """``raw`` unpacked if it is compressed, else ``raw`` itself.

    ``must``: else is a fault, but for plain text: a client or a store that unpacked it on the way left its name.
    """
    head = raw.peek(_START)[:_START]
    if not head:
        raise StreamFault("empty", "no bytes")
    if _format_of(head):
        return io.BufferedReader(Unpacked(raw, limits), _INPUT)
    if must and len(head) < _START and _may_begin(head):
        raise StreamFault("truncated", f"compressed data ends early, after {len(head)} bytes")
    if must and len(sample := raw.peek(_SAMPLE)[:_SAMPLE]) != len(sample.translate(None, _NO_TEXT)):
        raise StreamFault("corrupt", "neither gzip, Zstandard, bzip2 nor xz, whatever the name says")
    return raw


def is_packed(head: bytes) -> bool:
    """Whether a file that begins so is compressed."""
    return _format_of(head[:_START]) is not None


def _format_of(head: bytes) -> str | None:
    if head.startswith(GZIP_MAGIC):
        return "gzip"
    if head.startswith((ZSTD_MAGIC, *ZSTD_SKIPPABLE)):
        return "zstd"
    if head.startswith(XZ_MAGIC):
        return "xz"
    return "bzip2" if head[:3] == b"BZh" and head[3:4].isdigit() and head[4:_START] in BZIP2_MAGIC else None


def _decoder(name: str) -> Any:
    if name == "gzip":
        return zlib.decompressobj(wbits=31)
    return bz2.BZ2Decompressor() if name == "bzip2" else lzma.LZMADecompressor(lzma.FORMAT_XZ, XZ_MEMORY)


class Unpacked(io.RawIOBase):
    """The content of a compressed stream of any number of members (gzip), frames (Zstandard) or streams."""

    def __init__(self, raw: BinaryIO, limits: Limits) -> None:
        self._raw = raw
        self._max_ratio = limits.max_expansion
        self._floor = min(BOMB_FLOOR, limits.max_record_bytes)
        self._input = b""
        self._decoder: Any = None
        self._zstd = zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW)
        self._output = memoryview(b"")
        self._read = 0
        self._written = 0
        self._position = 0
        self._members: deque[tuple[int, int]] = deque()
        self._format: str | None = None
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
        self._refill()
        if not self._output:
            if self._fault is not None:
                raise self._fault
            return 0
        piece = self._output[: len(buffer)]
        buffer[: len(piece)] = piece
        self._output = self._output[len(piece) :]
        self._position += len(piece)
        return len(piece)

    def peek(self, size: int) -> bytes:
        """At most so many of the next bytes, which are still to be read; none at the end or before a fault."""
        self._refill()
        return bytes(self._output[:size])

    def go_to(self, place: int, position: int) -> None:
        """Go on at the member that begins at byte ``place`` of the file, the byte ``position`` of the content.

        To be called once the first bytes were looked at (``peek``): what unpacks the others may stand there. The file
        is read on at multiples of what is read at a time, so that all comes as it does from the beginning.
        """
        step = _ZSTD_INPUT if self._format == "zstd" and place >= _INPUT else _INPUT
        self._raw.seek(place)
        self._input = self._raw.read(step - place % step)
        self._read = place + len(self._input)
        self._written = self._position = position
        self._decoder, self._output = None, memoryview(b"")

    def _refill(self) -> None:
        while not self._output and self._fault is None and not self._ended:
            try:
                self._output = memoryview(self._step())
            except StreamFault as fault:
                self._fault = fault

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
        # Codecs of the standard library keep the input that they had no room to unpack.
        holds = self._format in ("bzip2", "xz") and not self._decoder.needs_input
        if not self._input and not holds:
            self._fill()
        at_end = not self._input and not holds
        try:
            if self._format == "zstd":
                place = self._read - len(self._input)  # steps end at the same bytes wherever reading began
                size = _ZSTD_INPUT - place % _ZSTD_INPUT
                given, behind = self._input[:size], self._input[size:]
                output = self._decoder.decompress(given)
            else:
                output, behind = self._decoder.decompress(self._input, _OUTPUT), b""
            self._input = self._decoder.unconsumed_tail if self._format == "gzip" else behind
        except (zlib.error, zstandard.ZstdError, lzma.LZMAError, OSError, EOFError, MemoryError) as error:
            raise self._damage(error) from error
        self._written += len(output)
        if self._decoder.eof:
            self._input = self._decoder.unused_data + behind
            self._decoder = None
        elif at_end and not output:
            raise StreamFault("truncated", f"compressed data ends early, after {self._written:,} bytes")
        consumed = self._read - len(self._input)
        if self._written > self._floor and self._written > consumed * self._max_ratio:
            raise StreamFault("decompression-bomb", f"{consumed:,} bytes grew to more than {self._written:,}")
        return output

    def _damage(self, error: Exception) -> StreamFault:
        """The fault that an error of a codec tells."""
        message = str(error)
        if isinstance(error, MemoryError) or any(word in message.lower() for word in ("memory", "allocation")):
            return StreamFault("too-large", f"unpacking it takes more memory than it may have: {message}")
        return StreamFault("corrupt", f"compressed data is damaged after {self._written:,} bytes: {message}")

    def _start_member(self) -> bool:
        while len(self._input) < _START and self._fill():
            pass
        if self._members:
            # Tapes and block devices pad gzip files with zero bytes, xz pads its streams.
            self._input = self._input.lstrip(b"\0")
            while not self._input and self._fill():
                self._input = self._input.lstrip(b"\0")
            while len(self._input) < _START and self._fill():
                pass
        if not self._input:
            return False
        if not self._members and self._input.startswith(ZSTD_DICTIONARY_FRAME) and not self._read_dictionary():
            return False
        self._format = _format_of(self._input[:_START])
        if self._format is not None:
            self._decoder = self._zstd.decompressobj() if self._format == "zstd" else _decoder(self._format)
        elif _may_begin(self._input):
            raise StreamFault("truncated", f"compressed data ends early, after {self._written:,} bytes")
        else:
            raise StreamFault("corrupt", f"no compressed data after {self._written:,} bytes")
        self._members.append((self._written, self._read - len(self._input)))
        return True

    def _read_dictionary(self) -> bool:
        """Take the dictionary out of the first frame, if it is one; whether anything comes after."""
        while len(self._input) < 8 and self._fill():
            pass
        size = 8 + int.from_bytes(self._input[4:8], "little")
        if size > MAX_DICTIONARY:
            return True
        while len(self._input) < size and self._fill():
            pass
        content = self._input[8:size]
        try:
            if content.startswith(ZSTD_MAGIC):
                content = zstandard.ZstdDecompressor().decompress(content, MAX_DICTIONARY)
            if not content.startswith(_DICTIONARY_MAGIC) or len(self._input) < size:
                return True
            dictionary = zstandard.ZstdCompressionDict(content)
            self._zstd = zstandard.ZstdDecompressor(dict_data=dictionary, max_window_size=MAX_WINDOW)
        except zstandard.ZstdError as error:
            raise StreamFault("corrupt", f"the dictionary of the first frame is damaged: {error}") from error
        self._input = self._input[size:]
        while len(self._input) < _START and self._fill():
            pass
        return bool(self._input)

    def _fill(self) -> bool:
        more = self._raw.read(_ZSTD_INPUT if self._format == "zstd" else _INPUT)
        self._read += len(more)
        self._input += more
        return bool(more)


def _may_begin(rest: bytes) -> bool:
    """Whether so few bytes are left that they may be the start of another member."""
    magics = (GZIP_MAGIC, ZSTD_MAGIC, XZ_MAGIC, *ZSTD_SKIPPABLE)
    of_bzip2 = len(rest) < _START and rest.startswith(b"BZh")
    return len(rest) < 4 or of_bzip2 or any(magic.startswith(rest) for magic in magics)
