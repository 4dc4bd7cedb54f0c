"""Files compressed as they are written, the same bytes for the same content, and read back; by the end of the name."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import zstandard

ENDS = (".gz", ".zst")
FAULTS = (EOFError, zlib.error, zstandard.ZstdError)
"""What reading raises for a damaged file beside OSError."""
_GZIP_LEVEL, _ZSTD_LEVEL = 6, 3
"""The tools' own defaults."""


@contextmanager
def packed(raw: IO[bytes], name: str) -> Iterator[IO[bytes]]:
    """A stream whose bytes go into ``raw``, compressed if the name says so. ``raw`` stays open."""
    if name.endswith(".gz"):
        with gzip.GzipFile("", "wb", _GZIP_LEVEL, raw, mtime=0) as stream:  # neither a name nor a time is in it
            yield stream  # type: ignore[misc]
    elif name.endswith(".zst"):
        with zstandard.ZstdCompressor(_ZSTD_LEVEL, write_checksum=True).stream_writer(raw, closefd=False) as stream:
            yield stream  # type: ignore[misc]
    else:
        yield raw


def unpacked(raw: IO[bytes], name: str) -> IO[Any]:
    """The content of ``raw``, which goes with it. Reading raises FAULTS and OSError."""
    if name.endswith(".gz"):
        return gzip.GzipFile(fileobj=raw)  # type: ignore[return-value]
    if name.endswith(".zst"):
        reader = zstandard.ZstdDecompressor().stream_reader(raw, read_across_frames=True)
        return io.BufferedReader(reader)  # type: ignore[arg-type]
    return raw
