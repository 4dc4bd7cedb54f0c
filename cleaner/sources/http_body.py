"""The body of a HTTP message as it was sent, to the content: chunks joined, compression undone."""

from __future__ import annotations

import codecs
import io
import zlib

import regex
import zstandard
from fastwarc.stream_io import BrotliReader

from cleaner.sources.decode import CONTROLS, codec_of
from cleaner.sources.faults import Fault, too_long
from cleaner.sources.opening import GZIP_MAGIC, ZSTD_MAGIC

GZIP_DEFLATE = GZIP_MAGIC + b"\x08"
"""gzip with the only method it has."""
NO_ENCODING = ("", "identity", "none", "null", "binary", "7bit", "8bit", "plain", "text", "off", "default")
"""Words by which servers say that a body has no content encoding."""
MAX_AGAIN = 3
"""Times that a body may have been compressed beside what its headers say."""
_CHUNK = regex.compile(rb"[ \t]{0,8}0*([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]{0,1000})?\r?\n")
_TEXT_WINDOW = 1024
_PIECE = 64 * 1024
_ZSTD_PIECE = 1024


def content_of(body: bytes, transfer: str, content: str, limit: int) -> bytes:
    """``body`` without the transfer and content encodings that its headers name.

    Archives often keep the header of an encoding that they have undone already: a body that does not
    look like its encoding is taken as it is. As often they lose it: chunks are joined and gzip and Zstandard
    undone whatever the headers say. Servers name charsets and types for encodings; a name that is not known
    is no reason to lose a body that is text. What can be decoded before a damage is kept, as browsers do.
    Raises Fault ``too-long`` if the content has more than ``limit`` bytes, ``bad-http`` if nothing can be
    decoded or the encoding is not known.
    """
    names = [name.strip().strip("\"'") for name in reversed(f"{content},{transfer}".lower().split(","))]
    if "chunked" in names or _is_chunked(body):
        body = _dechunk(body)
    for name in names:
        if name in NO_ENCODING or name == "chunked" or "/" in name or codec_of(name):
            continue
        body = _undo(body, name, limit)
        if len(body) > limit:
            raise too_long(limit)
    for _ in range(MAX_AGAIN):
        if not body.startswith((GZIP_DEFLATE, ZSTD_MAGIC)):
            break
        body = _inflate(body, limit, 31) if body.startswith(GZIP_DEFLATE) else _unzstd(body, limit)
        if len(body) > limit:
            raise too_long(limit)
    return body


def _undo(body: bytes, name: str, limit: int) -> bytes:
    if name in ("gzip", "x-gzip"):
        return _inflate(body, limit, 31) if body.startswith(GZIP_MAGIC) else body
    if name == "deflate":
        return body if _is_markup(body) else _inflate(body, limit, 15 if body[:1] == b"\x78" else -15)
    if name == "br":
        return body if _is_markup(body) else _unbrotli(body, limit)
    if name == "zstd":
        return _unzstd(body, limit) if body.startswith(ZSTD_MAGIC) else body
    if body.startswith((GZIP_MAGIC, ZSTD_MAGIC)) or _is_text(body):
        return body
    raise Fault("bad-http", f"encoding {name[:40]} is not known")


def _is_markup(body: bytes) -> bool:
    return body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"


def _is_text(body: bytes) -> bool:
    """Whether a body starts as markup, or with a kilobyte of UTF-8 without controls."""
    if _is_markup(body):
        return True
    start = body[:_TEXT_WINDOW]
    if len(start.translate(None, CONTROLS)) < len(start):
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return False
    return True


def _is_chunked(body: bytes) -> bool:
    """Whether a body is a chunk, to the byte, and another one or the end after it."""
    first = _CHUNK.match(body)
    if first is None:
        return False
    end = first.end() + int(first[1], 16)
    after = body[end : end + 2]
    end += 2 if after == b"\r\n" else 1
    if after[:1] not in (b"\r", b"\n") or not int(first[1], 16):
        return False
    return end >= len(body) or _CHUNK.match(body, end) is not None


def _dechunk(body: bytes) -> bytes:
    """Join chunks (RFC 9112, 7.1); a body that does not start with a chunk is returned as it is."""
    pieces: list[bytes] = []
    position = 0
    while True:
        chunk = _CHUNK.match(body, position)
        if chunk is None:
            return b"".join(pieces) if pieces else body
        length = int(chunk[1], 16)
        if not length:
            return b"".join(pieces)
        pieces.append(body[chunk.end() : chunk.end() + length])
        position = chunk.end() + length
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
