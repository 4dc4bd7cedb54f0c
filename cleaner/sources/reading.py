"""Reads one input file: picks the reader for its kind and turns faults of the whole file into a record."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from pathlib import Path

from cleaner.errors import RunFailed
from cleaner.records import Page, Rejected
from cleaner.settings import Settings
from cleaner.sources.delimited import read_delimited
from cleaner.sources.faults import Fault
from cleaner.sources.input_file import InputFile
from cleaner.sources.jsonl import read_json, read_stdin
from cleaner.sources.kinds import STDIN, UNKNOWN, partition_of, what_is
from cleaner.sources.page_file import read_page_file
from cleaner.sources.record import add_partition
from cleaner.sources.warc import read_warc
from cleaner.urls import is_url

Reader = Callable[[InputFile, Settings], Iterator[Page | Rejected]]


def read(file: InputFile, settings: Settings) -> Iterator[Page | Rejected]:
    """The records of one file in their order, streaming: memory does not grow with the file.

    Bad content never raises. What is wrong with one record gives a ``Rejected`` in its place; what ends
    the file early (``truncated``, ``corrupt``, ``unreadable``, ``decompression-bomb``) gives one after
    the records that were good. A file without a record gives one that says so: ``empty``.
    """
    partition = partition_of(file.shown)
    records = 0
    try:
        for record in _READERS[file.kind](file, settings):
            if partition and isinstance(record, Page):
                add_partition(record, partition, settings.fields)
            records += 1
            yield record
        if not records and file.part is None:
            raise Fault("empty", "it holds no record")
    except Fault as fault:
        yield Rejected(file.shown, fault.reason, fault.detail)
    except OSError as error:
        if is_url(file.path) and error.errno == errno.EIO:
            raise RunFailed(f"{file.shown}: {error.strerror}") from error  # the store is at fault, not this file
        yield Rejected(file.shown, "unreadable", error.strerror or str(error))


def _read_parquet(file: InputFile, settings: Settings) -> Iterator[Page | Rejected]:
    from cleaner.sources.parquet import read_parquet  # pyarrow takes a tenth of a second to load

    return read_parquet(file, settings)


def _read_arrow(file: InputFile, settings: Settings) -> Iterator[Page | Rejected]:
    from cleaner.sources.arrow import read_arrow

    return read_arrow(file, settings)


def _read_unknown(file: InputFile, settings: Settings) -> Iterator[Page | Rejected]:
    if file.fault:
        raise Fault("unreadable", file.fault)
    if Path(file.path).exists() and not Path(file.path).is_file():
        raise Fault("unknown-kind", "not a regular file")
    raise Fault("unknown-kind", what_is(Path(file.path).name))
    yield  # makes this a generator, like its peers


_READERS: dict[str, Reader] = {
    "html": read_page_file,
    "text": read_page_file,
    "jsonl": read_json,
    "json": read_json,
    "csv": read_delimited,
    "tsv": read_delimited,
    "arrow": _read_arrow,
    "parquet": _read_parquet,
    "warc": read_warc,
    STDIN: read_stdin,
    UNKNOWN: _read_unknown,
}
