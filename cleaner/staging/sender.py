"""Sends values to tasks through a store: the files in them and what is large are put there, each content once.

What is put is named by its digest, so that the same is there once, whoever needs it. It goes when the run ends.
"""

from __future__ import annotations

import copyreg
import hashlib
import io
import os
import pickle
import tempfile
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import xxhash

from cleaner.remote import RemotePath
from cleaner.staging import marks
from cleaner.staging.fetched import StoredFile, StoredFolder, StoredParts
from cleaner.staging.files import SharedFile, SharedFolder, SharedParts, WorkFile

PREFIX = "staged-"
LARGE = 32 * 1024
"""Bytes from which something goes by file."""
_State = tuple[str, int, int]


class Sender:
    """Sends values of one run through its working folder in a store."""

    def __init__(self, store: RemotePath, folder: Path) -> None:
        """``folder`` takes what is written to be put."""
        self._store = store
        self._folder = folder
        self._put: dict[str, StoredFile] = {}
        self._known: dict[_State, StoredFile] = {}
        run = uuid.uuid4().hex
        table: dict[type[Any], Callable[[Any], tuple[Any, ...]]] = {
            SharedFile: lambda file: (StoredFile, tuple(self._file(file.path))),
            WorkFile: lambda file: (StoredFile, _in_work(store.url, Path(file.path))),
            SharedParts: lambda parts: (StoredParts, (store.url, Path(parts.path).name, run)),
            SharedFolder: lambda _: (StoredFolder, (store.url,)),
        }
        self._table = copyreg.dispatch_table | table

    def packed(self, value: Any) -> bytes:
        """What ``unpacked`` reads on another machine, for many tasks: what is large is put. Raises OSError."""
        buffers: list[pickle.PickleBuffer] = []
        body = memoryview(self.pickled(value, buffers.append))
        parts = pickle.dumps([*map(self._sent, [body, *(one.raw() for one in buffers)])], pickle.HIGHEST_PROTOCOL)
        return pickle.dumps(self._sent(memoryview(parts)), pickle.HIGHEST_PROTOCOL)

    def close(self) -> None:
        """Take out of the store what was put there; what nobody can remove is left to the next run."""
        for name in self._put:
            with suppress(OSError):
                (self._store / name).unlink(missing_ok=True)
        self._put, self._known = {}, {}

    def pickled(self, value: Any, take: Callable[[pickle.PickleBuffer], Any] | None = None) -> bytes:
        """A value for another machine; only the files in it are put. Raises OSError."""
        stream = io.BytesIO()
        pickler = pickle.Pickler(stream, pickle.HIGHEST_PROTOCOL, buffer_callback=take)
        pickler.dispatch_table = self._table
        pickler.dump(value)
        return stream.getvalue()

    def _sent(self, content: memoryview) -> bytes | StoredFile:
        """Some bytes as they are sent: themselves, or where they are in the store."""
        if len(content) < LARGE:
            return bytes(content)
        digest = xxhash.xxh3_128_hexdigest(content)
        if f"{PREFIX}{digest}" in self._put:
            return self._put[f"{PREFIX}{digest}"]
        number, name = tempfile.mkstemp(dir=self._folder, suffix=".staged")
        try:
            with os.fdopen(number, "wb") as stream:
                stream.write(content)
            return self._stored(Path(name), len(content), digest)
        finally:
            Path(name).unlink()

    def _file(self, path: str) -> StoredFile:
        """A file of this machine where it is in the store, put there as it is now."""
        now = os.stat(path)  # noqa: PTH116 - as long as the path is a string
        state = path, now.st_size, now.st_mtime_ns
        if state not in self._known:
            with Path(path).open("rb", buffering=0) as stream:
                digest = hashlib.file_digest(stream, xxhash.xxh3_128).hexdigest()
            self._known[state] = self._stored(Path(path), now.st_size, digest)
        return self._known[state]

    def _stored(self, path: Path, size: int, digest: str) -> StoredFile:
        name = f"{PREFIX}{digest}"
        if name not in self._put:
            (self._store / name).put(path)
            self._put[name] = StoredFile(self._store.url, name, size, digest)
        return self._put[name]


def _in_work(url: str, path: Path) -> tuple[Any, ...]:
    """Where a file of the working folder is in the store."""
    told = marks.read(path)
    return tuple(StoredFile(url, path.name, told["bytes"], told["xxh3_128"]))


def unpacked(message: bytes) -> Any:
    """The value of ``Sender.packed``. Raises OSError."""
    parts = pickle.loads(_content(pickle.loads(message)))  # noqa: S301 - from the run that this is a task of
    body, *arrays = map(_content, parts)
    return pickle.loads(body, buffers=arrays)  # noqa: S301


def _content(sent: bytes | StoredFile) -> bytearray | memoryview:
    return bytearray(sent) if isinstance(sent, bytes) else sent.content()
