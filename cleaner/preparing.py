"""From inputs to articles: finding files, reading records, stripping them in worker processes."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from cleaner import sources, strip
from cleaner.engines import local
from cleaner.errors import RunFailed, UsageError
from cleaner.records import Article, Page, Rejected
from cleaner.settings import Settings
from cleaner.sinks.files import SCRATCH_PREFIX
from cleaner.strip import language, metadata

CHUNK_PAGES = 16
CHUNK_CHARS = 1_000_000
"""Pages, and characters of them, that go to a worker at a time."""
OUTPUTS = ("corpus", "merged", "rejected", "cuts", "changes", "report")
"""Names of the files that a run writes into its output folder."""
SERIAL_PAGES = 24
"""Pages up to which starting workers takes longer than they save."""
Inputs = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]
Read = Page | Rejected
Stripped = Article | Rejected


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
    function = partial(_strip_chunk, seconds=settings.limits.seconds_per_page)
    chunks = _chunks(itertools.chain(first, records), 1 if workers == 1 else CHUNK_PAGES)
    for chunk in local.map_ordered(function, chunks, workers, partial(_one_by_one, function)):
        yield from chunk


def _chunks(records: Iterable[Read], pages: int) -> Iterator[list[Read]]:
    chunk: list[Read] = []
    characters = 0
    for record in records:
        chunk.append(record)
        if isinstance(record, Page):
            characters += len(record.html or record.text or "")
        if len(chunk) >= pages or characters >= CHUNK_CHARS:
            yield chunk
            chunk, characters = [], 0
    if chunk:
        yield chunk


def _strip_chunk(chunk: list[Read], seconds: float) -> list[Stripped]:
    return [record if isinstance(record, Rejected) else _strip_one(record, seconds) for record in chunk]


def _strip_one(page: Page, seconds: float) -> Stripped:
    """Strip a page; whatever goes wrong inside a library on its content becomes its rejection."""
    try:
        with local.time_limit(seconds):
            return strip.strip_page(page)
    except local.OutOfTime as error:
        return Rejected(page.origin, "too-slow", str(error), page.id)
    except (MemoryError, RecursionError) as error:
        return Rejected(page.origin, "too-large", f"{type(error).__name__} while it was stripped", page.id)
    except OSError:
        raise  # of the machine, not of the page
    except ImportError as error:
        raise RunFailed(f"the installation is damaged: {error}") from error
    except Exception as error:  # noqa: BLE001 - told in the rejection, and the other pages go on
        return Rejected(page.origin, "strip-failed", f"{type(error).__name__}: {error}", page.id)


def _one_by_one(function: Callable[[list[Read]], list[Stripped]], chunk: list[Read]) -> list[Stripped]:
    """A chunk that ended its worker, page by page, so that only the page that did it is lost."""
    return [result for record in chunk for result in local.alone(function, [record], _killed)]


def _killed(chunk: list[Read]) -> list[Stripped]:
    return [Rejected(record.origin, "worker-died", "stripping it ended the process", record.id) for record in chunk]


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
