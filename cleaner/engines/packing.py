"""What every worker of a map needs, pickled once: small as a message, large as a file that all of them map.

The arrays of a large one (pickle protocol 5, out-of-band buffers: PEP 574) stand in the file as they are. Each
process maps it privately, so they are in memory once however many workers there are.
"""

from __future__ import annotations

import mmap
import os
import pickle
import tempfile
from pathlib import Path
from typing import Any

AS_FILE = 1024 * 1024
"""Bytes from which it goes by file."""
_ALIGNED = 64


def pack(value: Any, folder: Path | None = None, as_file: int = AS_FILE) -> tuple[bytes, Path | None]:
    """What ``unpack`` reads, and the file (in ``folder``) that belongs to it: the caller removes it."""
    buffers: list[pickle.PickleBuffer] = []
    body = pickle.dumps(value, 5, buffer_callback=buffers.append)
    arrays = [buffer.raw() for buffer in buffers]
    if len(body) + sum(map(len, arrays)) < as_file:
        return pickle.dumps((None, body, [bytes(array) for array in arrays])), None
    number, name = tempfile.mkstemp(dir=folder, suffix=".worker")
    spans = []
    with os.fdopen(number, "wb") as file:
        for part in (memoryview(body), *arrays):
            file.write(bytes(-file.tell() % _ALIGNED))
            spans.append((file.tell(), len(part)))
            file.write(part)
    return pickle.dumps((name, spans)), Path(name)


def unpack(message: bytes) -> Any:
    """The value of ``pack``. Its arrays may be written to; nobody else sees that."""
    name, *held = pickle.loads(message)  # noqa: S301 - from our own parent
    if name is None:
        body, arrays = held
        return pickle.loads(body, buffers=map(bytearray, arrays))  # noqa: S301
    with Path(name).open("rb") as file:
        view = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY))
    first, *rest = (view[begin : begin + length] for begin, length in held[0])
    return pickle.loads(first, buffers=rest)  # noqa: S301
