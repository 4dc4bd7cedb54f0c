"""The body of a HTTP message as it was sent, to the content: chunks joined, compression undone."""

from __future__ import annotations

import io
import zlib

import zstandard
from fastwarc.stream_io import BrotliReader

from cleaner.sources.faults import Fault, too_long
from cleaner.sources.opening import GZIP_MAGIC, ZSTD_MAGIC

_PIECE = 64 * 1024
_ZSTD_PIECE = 1024


def content_of(body: bytes, transfer: str, content: str, limit: int) -> bytes:
    """``body`` without the transfer and content encodings that its headers name.

    Archives often keep the header of an encoding that they have undone already: a body that does not
    look like its encoding is taken as it is. What can be decoded before a damage is kept, as browsers do.
    Raises Fault ``too-long`` if the content has more than ``limit`` bytes, ``bad-http`` if nothing can be
    decoded or the encoding is not known.
    """
    for name in reversed(f"{content},{transfer}".lower().split(",")):
        name = name.strip()
        if name in ("", "identity", "utf-8"):
            continue
        elif name == "chunked":
            body = _dechunk(body)
        elif name in ("gzip", "x-gzip"):
            body = _inflate(body, limit, 31) if body.startswith(GZIP_MAGIC) else body
        elif name == "deflate":
            body = _inflate(body, limit, 15 if body[:1] == b"\x78" else -15) if not _is_markup(body) else body
        elif name == "br":
            body = _unbrotli(body, limit) if not _is_markup(body) else body
        elif name == "zstd":
            body = _unzstd(body, limit) if body.startswith(ZSTD_MAGIC) else body
        else:
            raise Fault("bad-http", f"encoding {name[:40]} is not known")
        if len(body) > limit:
            raise too_long(limit)
    return body


def _is_markup(body: bytes) -> bool:
    return body.lstrip()[:1] == b"<"


def _dechunk(body: bytes) -> bytes:
    """Join chunks (RFC 9112, 7.1); a body that does not start with a chunk is returned as it is."""
    pieces: list[bytes] = []
    position = 0
    while True:
        line_end = body.find(b"\n", position, position + 1000)
        size = body[position:line_end].split(b";")[0].strip() if line_end >= 0 else b""
        if not size or len(size) > 8 or size.strip(b"0123456789abcdefABCDEF"):
            return b"".join(pieces) if pieces else body
        length = int(size, 16)
        if not length:
            return b"".join(pieces)
        pieces.append(body[line_end + 1 : line_end + 1 + length])
        position = line_end + 1 + length
        position += 2 if body[position : position + 2] == b"\r\n" else 1


def _inflate(body: bytes, limit: int, wbits: int) -> bytes:
    decoder = zlib.decompressobj(wbits)
    output = bytearray()
    rest = body
    try:
        while rest and not decoder.eof and len(output) <= limit:
            output += decoder.decompress(rest[:_PIECE], limit + 1 - len(output))
            rest = decoder.unconsumed_tail + rest[_PIECE:]
    except zlib.error as error:
        if not output:
            raise Fault("bad-http", f"compressed body is damaged: {error}") from error
    return bytes(output)


def _unbrotli(body: bytes, limit: int) -> bytes:
    reader = BrotliReader(io.BytesIO(body))
    output = bytearray()
    try:
        while len(output) <= limit and (piece := reader.read(_PIECE)):
            output += piece
    except OSError as error:
        if not output:
            raise Fault("bad-http", f"compressed body is damaged: {error}") from error
    return bytes(output)


def _unzstd(body: bytes, limit: int) -> bytes:
    decoder = zstandard.ZstdDecompressor().decompressobj()
    output = bytearray()
    try:
        for start in range(0, len(body), _ZSTD_PIECE):
            output += decoder.decompress(body[start : start + _ZSTD_PIECE])
            if decoder.eof or len(output) > limit:
                break
    except zstandard.ZstdError as error:
        if not output:
            raise Fault("bad-http", f"compressed body is damaged: {error}") from error
    return bytes(output)
