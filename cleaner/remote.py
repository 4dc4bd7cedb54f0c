"""Files that a URL names (``s3://bucket/key``), through fsspec: as far as the program asks a ``Path``, they answer.

Credentials and endpoints come from the environment and from fsspec's own configuration
(https://filesystem-spec.readthedocs.io/en/latest/features.html#configuration). What a store's library raises comes
out as an OSError of one line, and no URL is shown with a password or a token.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any, NamedTuple
from urllib.parse import urlsplit

from cleaner.errors import MissingExtra, UsageError
from cleaner.store_faults import as_os_error, line_of
from cleaner.urls import WEB, is_url, shown, without_scheme
from cleaner.version import DISTRIBUTION

_WITH_FOLDERS = ("local", "sftp", "ssh", "hdfs", "webhdfs", "smb", "ftp")
"""Schemes in which a folder must be there before a file is put into it."""
_EXTRA = {"s3": "s3fs", "s3a": "s3fs"}
_OTHERS = {
    **dict.fromkeys(("gs", "gcs"), "gcsfs"),
    **dict.fromkeys(("abfs", "abfss", "az"), "adlfs"),
    **dict.fromkeys(("sftp", "ssh"), "paramiko"),
    "hf": "huggingface_hub",
    "smb": "smbprotocol",
}
"""Schemes whose package is not among the extra's."""
BLOCK = 4 * 1024 * 1024
"""Bytes that are asked for at a time where a file is read from its beginning to its end."""
SMALL_BLOCK = 256 * 1024
"""The same where it is looked at here and there."""
_BUFFER = 128 * 1024
_VERSIONS = ("ETag", "etag", "generation", "blob_id", "oid", "mtime", "LastModified", "last_modified", "updated",
             "created")  # fmt: skip
"""By what stores tell two states of a file apart, the surest first."""


def place(named: str | os.PathLike[str]) -> Path | RemotePath:
    """What a path or URL names. Raises UsageError for a URL that no installed library opens."""
    name = os.fspath(named)
    return RemotePath(name) if is_url(name) else Path(without_scheme(name))


def identity(found: str | os.PathLike[str] | RemotePath) -> str:
    """What is the same for two names of one file."""
    if isinstance(found, RemotePath):
        return found.identity
    name = os.fspath(found)
    return RemotePath(name).identity if is_url(name) else os.path.realpath(without_scheme(name))


def local_folder(what: str, named: str | os.PathLike[str]) -> str:
    """The path of a folder that has to be of this machine. Raises UsageError for the URL of a store."""
    if is_url(named):
        raise UsageError(f"{what} {shown(named)} must be a folder of this machine, not a URL")
    return without_scheme(os.fspath(named))


class State(NamedTuple):
    """What a store says of a file without reading it. Named as in ``os.stat_result`` where that has it."""

    st_size: int
    version: str
    """Its ETag, else the time of its last change; empty where the store tells neither."""
    is_folder: bool = False


class RemotePath:
    """A file or folder in a store, with what a ``Path`` has of methods for reading; all raise OSError of one line."""

    def __init__(self, url: str, system: Any = None) -> None:
        """``system`` is the fsspec file system of the URL. Raises UsageError for a scheme nothing is installed for."""
        self.url = url.rstrip("/") if not url.endswith("://") else url
        self._system = _system(url) if system is None else system
        self._path = self._system._strip_protocol(self.url)

    def __str__(self) -> str:
        return shown(self.url)

    def __truediv__(self, name: str) -> RemotePath:
        return RemotePath(f"{self.url}{'' if self.url.endswith('://') else '/'}{name}", self._system)

    @property
    def scheme(self) -> str:
        """``s3`` of ``s3://``, in lower case."""
        return self.url.partition(":")[0].lower()

    @property
    def identity(self) -> str:
        """The same for two spellings of one file."""
        protocol = self._system.protocol
        return f"{protocol if isinstance(protocol, str) else protocol[0]}://{self._path.lstrip('/')}"

    @property
    def name(self) -> str:
        """The last part of the path."""
        path = urlsplit(self.url).path if self.scheme in WEB else self._path
        return PurePosixPath(path).name

    @property
    def parent(self) -> RemotePath:
        """The folder that it stands in."""
        return RemotePath(self.url.rpartition("/")[0] or self.url, self._system)

    @property
    def suffix(self) -> str:
        """The end of the name, with its dot."""
        return PurePosixPath(self.name).suffix

    @property
    def stem(self) -> str:
        """The name without its suffix."""
        return PurePosixPath(self.name).stem

    def stat(self) -> State:
        """Size and version, as the store says now."""
        with self._told():
            self._system.invalidate_cache()
            return _state(self._system.info(self._path))

    def exists(self) -> bool:
        """Whether a file or a folder is there."""
        try:
            self.stat()
        except FileNotFoundError:
            return False
        return True

    def is_file(self) -> bool:
        """Whether a file is there."""
        try:
            return not self.stat().is_folder
        except FileNotFoundError:
            return False

    def is_dir(self) -> bool:
        """Whether a folder is there; in an object store, whether there are files below."""
        try:
            return self.stat().is_folder
        except FileNotFoundError:
            return False

    def entries(self) -> dict[str, State]:
        """What stands in the folder, by name; nothing of one that is not there."""
        with self._told():
            self._system.invalidate_cache()
            try:
                found = self._system.ls(self._path, detail=True)
            except FileNotFoundError:
                return {}
        return {name: _state(info) for info in found if (name := self._below(info["name"])) and "/" not in name}

    def files_below(self) -> dict[str, State]:
        """All files in the folder and below, by their path from here."""
        with self._told():
            self._system.invalidate_cache()
            found = self._system.find(self._path, detail=True)
        # Some programs make an empty object in the place of a folder, whose key ends in a slash.
        named = ((self._below(path), info) for path, info in found.items() if not path.endswith("/"))
        return {name: _state(info) for name, info in named if name}

    def _below(self, path: str) -> str:
        return path.removeprefix(self._path).strip("/") if path.startswith(self._path) else PurePosixPath(path).name

    def open(self, mode: str = "r", encoding: str | None = None, block: int = SMALL_BLOCK) -> IO[Any]:
        """The file for reading, by blocks as they are asked for (``block`` 0: exactly what is asked for)."""
        how: dict[str, Any] = {"block_size": block, "cache_type": "readahead"} if block else {"cache_type": "none"}
        with self._told():
            raw = _Stream(self._system.open(self._path, "rb", **how), self)
        return self._buffered(raw, mode, encoding)

    def open_small(self, size: int) -> IO[bytes]:
        """A file of ``size`` bytes, read at once: one request instead of two."""
        with self._told():
            content = self._system.cat_file(self._path, start=0, end=size) if size else b""
        return self._buffered(io.BytesIO(content), "rb", None)

    def _buffered(self, raw: Any, mode: str, encoding: str | None) -> IO[Any]:
        stream = io.BufferedReader(raw, _BUFFER)
        return stream if mode == "rb" else io.TextIOWrapper(stream, encoding)

    def read_ranges(self, spans: Sequence[tuple[int, int]]) -> list[bytes]:
        """Some ranges, each its first byte and their number, fetched side by side where the store's library can."""
        starts, ends = [at for at, _ in spans], [at + size for at, size in spans]
        with self._told():
            found = self._system.cat_ranges([self._path] * len(spans), starts, ends) if spans else []
            for one in found:
                if isinstance(one, Exception):
                    raise one
            return list(found)

    def read_text(self, encoding: str) -> str:
        """The whole of a text file."""
        with self.open("r", encoding) as stream:
            return str(stream.read())

    def put(self, source: Path) -> None:
        """Replace the file by one of this machine; it appears whole or not at all where the store works like that."""
        with self._told():
            if self.scheme in _WITH_FOLDERS:
                self._system.makedirs(self._system._parent(self._path), exist_ok=True)
            self._system.put_file(str(source), self._path)

    def fetch(self, target: Path) -> None:
        """Copy the file to one of this machine."""
        with self._told():
            self._system.get_file(self._path, str(target))

    def unlink(self, missing_ok: bool = False) -> None:
        """Remove the file."""
        with self._told():
            try:
                self._system.rm_file(self._path)
            except FileNotFoundError:
                if not missing_ok:
                    raise

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Whatever a store's library raises, as an OSError of one line that names this file."""
        try:
            yield
        except Exception as error:
            raise as_os_error(error, str(self)) from error


class _Stream(io.RawIOBase):
    """A file of fsspec for the readers of the standard library."""

    def __init__(self, file: Any, path: RemotePath) -> None:
        self._file = file
        self._at = path

    def readable(self) -> bool:
        """True."""
        return True

    def seekable(self) -> bool:
        """Whether another place can be gone to."""
        return bool(self._file.seekable())

    def readinto(self, buffer: Any, /) -> int:
        """Fill ``buffer`` with what comes. Raises OSError."""
        with self._at._told():
            piece = self._file.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)

    def seek(self, place: int, whence: int = 0, /) -> int:
        """Go to a place. Raises OSError."""
        with self._at._told():
            return int(self._file.seek(place, whence))

    def tell(self) -> int:
        """The place that is read next."""
        return int(self._file.tell())

    def close(self) -> None:
        """Close the file below as well."""
        if not self.closed:
            self._file.close()
        super().close()


def _system(url: str) -> Any:
    """The fsspec file system of a URL."""
    scheme = url.partition(":")[0].lower()
    try:
        import fsspec
    except ImportError as error:
        raise MissingExtra("fsspec", "remote", shown(url)) from error
    try:
        kind = fsspec.get_filesystem_class(scheme)
    except ValueError as error:
        raise UsageError(f"{shown(url)}: no kind of store is known as {scheme}://") from error
    except ImportError as error:
        if scheme in _OTHERS:
            package = _OTHERS[scheme]
            message = f"{shown(url)} needs the package {package}: pip install '{DISTRIBUTION}[remote]' {package}"
            raise UsageError(message) from error
        raise MissingExtra(_EXTRA.get(scheme, f"for {scheme}://"), "remote", shown(url)) from error
    try:
        return kind(**kind._get_kwargs_from_urls(url))
    except Exception as error:  # each library has errors of its own for what it is not told
        raise UsageError(f"{shown(url)}: {line_of(error)}") from error


def _state(info: dict[str, Any]) -> State:
    version = next((str(info[name]) for name in _VERSIONS if info.get(name)), "")
    return State(int(info.get("size") or 0), version.strip('"'), info.get("type") == "directory")
