"""From inputs to articles: finding files, reading records, stripping them in worker processes."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from cleaner import sources, strip
from cleaner.engines import local
from cleaner.engines.limits import OutOfTime, memory_limit, time_limit
from cleaner.errors import RunFailed, UsageError
from cleaner.records import Article, Page, Rejected
from cleaner.settings import Limits, Settings
from cleaner.sinks.files import SCRATCH_PREFIX
from cleaner.strip import language, metadata

OUTPUTS = ("corpus", "merged", "rejected", "cuts", "changes", "report")
"""Names of the files that a run writes into its output folder."""
SERIAL_PAGES = 24
"""Pages up to which starting workers takes longer than they save."""
Inputs = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]
Read = Page | Rejected
Stripped = Article | Rejected
_WARM = (
    Page(
        "warm",
        "warm",
        html="<html><head><title>A page</title></head><body><nav><a href='/a'>Home</a></nav><article><h1>A page</h1>"
        "<p>It was said on Monday that the people of the town had asked for this.</p></article></body></html>",
    ),
    Page("warm", "warm", text="A page\nIt was said on Monday that the people of the town had asked for this."),
)
"""Pages whose stripping loads the models, the rules and the libraries for HTML and for stored text."""
_NOT_ENGLISH = "Am Montag hat der Rat der Stadt gesagt, was im Hafen gebaut werden soll."
"""A text for which the model of languages is loaded: half a second, a worker's whole start."""


def read(files: Iterable[sources.InputFile], settings: Settings) -> Iterator[Read]:
    """All records of the files in their order."""
    for file in files:
        yield from sources.read(file, settings)


def find(inputs: Inputs, output: Path | None = None) -> list[sources.InputFile]:
    """The input files in their fixed order, without those that a run wrote into ``output`` itself.

    Raises UsageError for an input that is not there, or when nothing but such files is left.
    """
    named = [os.fspath(one) for one in ([inputs] if isinstance(inputs, str | os.PathLike) else inputs)]
    found = sources.discover(named)
    files = [file for file in found if output is None or not _is_own(Path(file.path).resolve(), output)]
    if not files:
        raise UsageError(f"{', '.join(named)}: nothing to read but the output of an earlier run")
    return files


def _is_own(file: Path, output: Path) -> bool:
    """Whether a file is one that a run writes into its output folder, or stands in an unfinished one."""
    below = file.parent == output and (file.stem in OUTPUTS and file.suffix in (".jsonl", ".parquet", ".json"))
    return below or any(part.startswith(SCRATCH_PREFIX) for part in file.parts)


def stripped(records: Iterable[Read], settings: Settings) -> Iterator[Stripped]:
    """Strip records in worker processes, results in the order of the records."""
    records = iter(records)
    first = list(itertools.islice(records, SERIAL_PAGES))
    workers = local.worker_count(settings.workers) if len(first) == SERIAL_PAGES else 1
    if workers > 1:
        _load_for(first, settings.limits)
    seconds = settings.limits.seconds_per_page
    return local.map_ordered(
        partial(_strip, limits=settings.limits),
        itertools.chain(first, records),
        workers,
        _killed,
        partial(_hung, seconds=seconds),
        seconds,
    )


def _load_for(records: Iterable[Read], limits: Limits) -> None:
    """Load here what stripping such records needs, before the workers are forked: they share it then."""
    of_html = {record.html is not None for record in records if isinstance(record, Page)}
    for page in _WARM:
        if (page.html is not None) in of_html:
            _strip(page, limits)
    language.identify(_NOT_ENGLISH)


def _strip(record: Read, limits: Limits) -> Stripped:
    """Strip a page; whatever goes wrong inside a library on its content becomes its rejection."""
    if isinstance(record, Rejected):
        return record
    try:
        with memory_limit(limits.memory_per_page), time_limit(limits.seconds_per_page):
            return strip.strip_page(record)
    except OutOfTime as error:
        return Rejected(record.origin, "too-slow", str(error), record.id)
    except (MemoryError, RecursionError) as error:
        return Rejected(record.origin, "too-large", f"{type(error).__name__} while it was stripped", record.id)
    except OSError:
        raise  # of the machine, not of the page
    except ImportError as error:
        raise RunFailed(f"the installation is damaged: {error}") from error
    except Exception as error:  # noqa: BLE001 - told in the rejection, and the other pages go on
        return Rejected(record.origin, "strip-failed", f"{type(error).__name__}: {error}", record.id)


def _killed(record: Read) -> Stripped:
    return Rejected(record.origin, "worker-died", "stripping it ended the process", record.id)


def _hung(record: Read, seconds: float) -> Stripped:
    return Rejected(record.origin, "too-slow", f"took longer than {seconds:g} seconds", record.id)


def clean_already(records: Iterable[Read], settings: Settings) -> Iterator[Stripped]:
    """Records as articles without stripping; HTML is rejected, for its body is not known.

    The column ``cuts`` that ``cleaner strip`` writes does not travel on.
    """
    for record in records:
        if isinstance(record, Rejected):
            yield record
        elif record.html is not None:
            yield Rejected(record.origin, "not-clean", "it is HTML; use: cleaner run", record.id)
        else:
            text = record.text or ""
            yield Article(
                id=record.id,
                text=text,
                url=record.url,
                title=record.title,
                date=metadata.iso_date(record.date),
                lang=language.normalise(record.lang) or language.identify(text),
                author=record.author,
                site=metadata.host(record.url) or metadata.host_of_folder(record.id),
                origin=record.origin,
                extra={name: value for name, value in record.extra.items() if name != "cuts"},
            )
