"""Text in UTF-16 as UTF-8, as it is read: what spreadsheets and PowerShell write where nothing else is asked for."""

from __future__ import annotations

import codecs
import io
from typing import Any

from cleaner.sources.faults import StreamFault

MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)
"""What text begins with that is not in UTF-8; the mark of UTF-32 LE begins as that of UTF-16."""
_PIECE = 64 * 1024


def as_utf8(stream: io.BufferedReader) -> io.BufferedReader:
    """The stream itself, or one of its text in UTF-8 if it begins with the mark of UTF-16 or UTF-32.

    Half a pair of surrogates comes out as such, so that only the record that holds it is none. Reading raises Fault
    ``truncated`` where the last character is cut, ``bad-encoding`` for what is no character of UTF-32, and what reading
    ``stream`` raises.
    """
    head = stream.peek(4)[:4]
    if not head.startswith(MARKS):
        return stream
    wide = head in (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
    return io.BufferedReader(_Recoded(stream, "utf-32" if wide else "utf-16"), _PIECE)


class _Recoded(io.RawIOBase):
    def __init__(self, stream: io.BufferedReader, encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")
        self._encoding = encoding
        self._output = memoryview(b"")
        self._ended = False

    def readable(self) -> bool:
        """True."""
        return True

    def close(self) -> None:
        """Close the stream below as well."""
        self._stream.close()
        super().close()

    def readinto(self, buffer: Any, /) -> int:
        """Fill ``buffer`` with what is there, 0 at the end. Raises Fault and OSError."""
        while not self._output and not self._ended:
            piece = self._stream.read1(_PIECE)
            self._ended = not piece
            self._output = memoryview(self._decode(piece))
        given = self._output[: len(buffer)]
        buffer[: len(given)] = given
        self._output = self._output[len(given) :]
        return len(given)

    def _decode(self, piece: bytes) -> bytes:
        try:
            return self._decoder.decode(piece, self._ended).encode("utf-8", "surrogatepass")
        except UnicodeDecodeError as error:
            self._decoder.reset()
            self._ended = True
            if not piece:
                raise StreamFault("truncated", f"{self._encoding} ends within a character") from error
            raise StreamFault("bad-encoding", f"no {self._encoding}: {error.reason}") from error
