"""One output file or stream of lines, for what is written as it comes."""

from __future__ import annotations

import io
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, TextIO

from cleaner.errors import UsageError, name_fault
from cleaner.remote import RemotePath
from cleaner.sinks import store
from cleaner.sinks.compressed import packed
from cleaner.sinks.publish import held_signals, sync
from cleaner.sinks.scratch import aside
from cleaner.urls import is_url, shown, without_scheme

STANDARD = {"-": "stdout", "/dev/stdout": "stdout", "/dev/stderr": "stderr"}
"""Names that mean a stream this process has open already, whatever it was redirected to."""
IsOwn = Callable[[Path | RemotePath], bool]
"""Whether a file that stands where one is to be written is one that may be replaced."""


def is_special(path: str) -> bool:
    """Whether something stands at ``path`` that is no file and no folder: a pipe, a device."""
    if is_url(path):
        return False
    target = Path(without_scheme(path))
    return target.exists() and not target.is_file() and not target.is_dir()


@contextmanager
def output_stream(path: str, is_own: IsOwn | None = None) -> Iterator[TextIO]:
    """A UTF-8 stream into the file ``path``, written aside and moved into place when the block ends well.

    A link stays, its target is written; a file whose name ends in .gz or .zst is compressed. What cannot be replaced is
    written as it comes: a pipe, a device, and the names in ``STANDARD``. A URL's file is completed on this machine and
    put into its store. Raises UsageError when nothing can be written there, or a file stands there that is not to be
    replaced by what ``is_own`` says, and OSError when writing fails later.
    """
    if path in STANDARD:
        with _standard(STANDARD[path]) as stream:
            yield stream
        return
    if is_url(path):
        with _stored(RemotePath(path), is_own) as stream:
            yield stream
        return
    path = without_scheme(path)
    target = Path(os.path.realpath(path))
    special = is_special(path)
    if not special and (target.is_dir() or target.is_symlink() or not target.parent.is_dir()):  # a link to itself
        raise UsageError(f"cannot write to {path}: it must be a file in a folder that exists")
    if not special:
        _check_own(target, path, is_own)
    with _naming(str(path)), ExitStack() as stack:
        try:
            if special:
                stream = os.fdopen(os.open(path, os.O_WRONLY), "w", encoding="utf-8", newline="\n")
            else:
                written = stack.enter_context(aside(target.parent)) / "output"
                raw = stack.enter_context(written.open("wb"))
        except OSError as error:
            raise UsageError(f"cannot write to {path}: {error.strerror}") from error
        if special:
            with stream:
                yield stream
            return
        with _text(raw, path) as stream:
            yield stream
        raw.close()
        if target.exists():
            shutil.copymode(target, written)
        sync(written)
        with held_signals():
            written.replace(target)
            sync(target.parent)


@contextmanager
def _naming(path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        name_fault(error, path)
        raise


def _check_own(target: Path | RemotePath, named: str, is_own: IsOwn | None) -> None:
    if is_own is not None and target.exists() and not is_own(target):
        fault = "is not to be replaced: it is none that this command wrote"
        raise UsageError(f"{shown(named)} {fault}; move it away, or name another file")


@contextmanager
def _text(raw: IO[bytes], name: str) -> Iterator[TextIO]:
    """A UTF-8 stream into ``raw``, compressed if the name says so."""
    with packed(raw, name.lower()) as out:
        stream = io.TextIOWrapper(out, "utf-8", newline="\n")
        try:
            yield stream
        finally:
            stream.detach()  # which writes what waits


@contextmanager
def _stored(target: RemotePath, is_own: IsOwn | None) -> Iterator[TextIO]:
    """A UTF-8 stream into a file of a store, which appears when the block ends well. Raises as ``output_stream``."""
    try:
        if not target.name or target.is_dir():
            raise UsageError(f"cannot write to {target}: it must be a file")
        _check_own(target, str(target), is_own)
        store.check(target.parent)
    except OSError as error:
        raise UsageError(f"cannot write to {target}: {error.strerror or error}") from error
    with tempfile.TemporaryDirectory(prefix="cleaner-") as folder:
        written = Path(folder, "output")
        first = f"{Path(folder).parent}, where {target} is written first"
        with _naming(first), written.open("wb") as raw, _text(raw, target.name) as stream:
            yield stream
        target.put(written)


@contextmanager
def _standard(name: str) -> Iterator[TextIO]:
    """UTF-8 into a standard stream, whatever encoding the terminal's words have. Writing raises OSError."""
    usual: TextIO = getattr(sys, name)
    usual.flush()
    try:
        number = os.dup(usual.fileno())
    except (OSError, ValueError, AttributeError):  # somebody's object in its place, without a file below
        yield usual
        usual.flush()
        return
    with os.fdopen(number, "w", encoding="utf-8", newline="\n") as stream:
        yield stream
