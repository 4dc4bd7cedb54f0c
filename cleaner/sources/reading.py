"""Reads one input file: picks the reader for its kind and turns faults of the whole file into a record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from cleaner.records import Page, Rejected
from cleaner.settings import Settings
from cleaner.sources.discover import UNKNOWN, InputFile
from cleaner.sources.faults import Fault
from cleaner.sources.jsonl import read_jsonl, read_stdin
from cleaner.sources.page_file import read_page_file
from cleaner.sources.warc import read_warc

Reader = Callable[[InputFile, Settings], Iterator[Page | Rejected]]


def read(file: InputFile, settings: Settings) -> Iterator[Page | Rejected]:
    """The records of one file in their order, streaming: memory does not grow with the file.

    Bad content never raises. What is wrong with one record gives a ``Rejected`` in its place; what ends
    the file early (``truncated``, ``corrupt``, ``unreadable``, ``decompression-bomb``) gives one after
    the records that were good.
    """
    try:
        yield from _READERS[file.kind](file, settings)
    except Fault as fault:
        yield Rejected(file.path, fault.reason, fault.detail)
    except OSError as error:
        yield Rejected(file.path, "unreadable", error.strerror or str(error))


def _read_parquet(file: InputFile, settings: Settings) -> Iterator[Page | Rejected]:
    from cleaner.sources.parquet import read_parquet  # pyarrow takes a tenth of a second to load

    return read_parquet(file, settings)


def _read_unknown(file: InputFile, settings: Settings) -> Iterator[Page | Rejected]:
    if Path(file.path).is_dir():
        raise Fault("unreadable", "the folder cannot be listed")
    if Path(file.path).exists() and not Path(file.path).is_file():
        raise Fault("unknown-kind", "not a regular file")
    suffix = Path(file.path).suffix
    raise Fault("unknown-kind", f"cannot read {suffix} files" if suffix else "no suffix that tells its kind")
    yield  # makes this a generator, like its peers


_READERS: dict[str, Reader] = {
    "html": read_page_file,
    "text": read_page_file,
    "jsonl": read_jsonl,
    "parquet": _read_parquet,
    "warc": read_warc,
    "stdin": read_stdin,
    UNKNOWN: _read_unknown,
}
