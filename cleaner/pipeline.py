"""The way of a page through the rooms: the one module that knows them all."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from cleaner import sources, strip
from cleaner.collapse import levels
from cleaner.engines import local
from cleaner.progress import Progress, Silent
from cleaner.records import Article, Page, Rejected, Story
from cleaner.report import Report
from cleaner.settings import Settings
from cleaner.sinks import rows
from cleaner.sinks.files import OutputFolder
from cleaner.strip import language, metadata

CHUNK_PAGES = 16
CHUNK_CHARS = 1_000_000
"""Pages, and characters of them, that go to a worker at a time."""
SERIAL_PAGES = 24
"""Pages up to which starting workers takes longer than they save."""
Read = Page | Rejected
Stripped = Article | Rejected
Prepare = Callable[[Iterable[Read], Settings], Iterator[Stripped]]


def run(
    inputs: Sequence[str], output: str, settings: Settings | None = None, progress: Progress | None = None
) -> Report:
    """Read, strip and collapse ``inputs`` into the folder ``output``; returns what was done.

    Raises UsageError for inputs that are not there and an output that cannot be written.
    """
    settings = settings or Settings()
    return _into_folder(inputs, output, settings, progress or Silent(), stripped)


def collapse_files(
    inputs: Sequence[str], output: str, settings: Settings | None = None, progress: Progress | None = None
) -> Report:
    """Collapse articles that are clean already (JSONL or Parquet with ``text``, or text files)."""
    settings = settings or Settings()
    return _into_folder(inputs, output, settings, progress or Silent(), clean_already)


def read(inputs: Sequence[str], settings: Settings, without: Path | None = None) -> Iterator[Read]:
    """All records of the inputs in their fixed order; files below ``without`` (the output) are passed over."""
    files = sources.discover(inputs)
    for file in files:
        if without is not None and without in Path(file.path).resolve().parents:
            continue
        yield from sources.read(file, settings)


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
    except Exception as error:  # noqa: BLE001 - told in the rejection, and the other pages go on
        return Rejected(page.origin, "strip-failed", f"{type(error).__name__}: {error}", page.id)


def _one_by_one(function: Callable[[list[Read]], list[Stripped]], chunk: list[Read]) -> list[Stripped]:
    """A chunk that ended its worker, page by page, so that only the page that did it is lost."""
    return [result for record in chunk for result in local.alone(function, [record], _killed)]


def _killed(chunk: list[Read]) -> list[Stripped]:
    return [Rejected(record.origin, "worker-died", "stripping it ended the process", record.id) for record in chunk]


def clean_already(records: Iterable[Read], settings: Settings) -> Iterator[Stripped]:
    """Records as articles without stripping; HTML is rejected, for its body is not known."""
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
                site=metadata.host(record.url),
                origin=record.origin,
                extra=record.extra,
            )


@contextmanager
def _timed(report: Report, stage: str) -> Iterator[None]:
    started = time.monotonic()
    try:
        yield
    finally:
        report.seconds[stage] = report.seconds.get(stage, 0.0) + time.monotonic() - started


def _into_folder(
    inputs: Sequence[str], output: str, settings: Settings, progress: Progress, prepare: Prepare
) -> Report:
    report = Report()
    folder = Path(output).resolve()
    sources.discover(inputs)  # a wrong path is told before the output folder is made
    with OutputFolder(output, settings.format) as out:
        articles: list[Article] = []
        with _timed(report, "strip"):
            records = prepare(read(inputs, settings, folder), settings)
            for record in progress.track("strip", records):
                _take(record, articles, report, out)
        renamed = _tell_apart(articles, report)
        with _timed(report, "collapse"):
            stages = [partial(_collapse, articles, settings)]
            stories = next(progress.track("collapse", (stage() for stage in stages), total=1))
        with _timed(report, "write"):
            _count(stories, report)
            report.check()
            out.write("corpus", (rows.corpus_row(story) for story in stories))
            out.write("merged", (row for story in stories for row in rows.merged_rows(story)))
            for name in ("cuts", "rejected"):
                out.ensure(name)
            out.rename_ids("cuts", renamed)
        out.write_document("report.json", report.as_dict(settings.as_dict()))
    return report


def _take(record: Stripped, articles: list[Article], report: Report, out: OutputFolder) -> None:
    """Count one record and send what is not needed any more to its file."""
    report.records += 1
    if isinstance(record, Rejected):
        report.rejected[record.reason] += 1
        out.append("rejected", rows.rejected_row(record))
        return
    out.append("cuts", rows.cuts_row(record))
    report.characters_kept += len(record.text)
    for cut in record.cuts:
        report.lines_cut[cut.label] += 1
        report.characters_cut[cut.label] += len(cut.text)
    articles.append(replace(record, cuts=[]))


def _tell_apart(articles: list[Article], report: Report) -> dict[str, str]:
    """Give records that share an id their own; returns the new id by origin."""
    articles.sort(key=levels.order)
    apart = levels.tell_apart(articles)
    changed = [(old, new) for old, new in zip(articles, apart, strict=True) if old.id != new.id]
    articles[:] = apart
    report.duplicate_ids = [(old.id, new.id) for old, new in changed]
    return {new.origin: new.id for _, new in changed}


def _collapse(articles: list[Article], settings: Settings) -> list[Story]:
    return levels.collapse(
        articles,
        settings.level,
        settings.keep,
        settings.prefer,
        settings.near_threshold,
        settings.event_threshold,
    )


def _count(stories: Sequence[Story], report: Report) -> None:
    report.stories = len(stories)
    for story in stories:
        for member in story.members:
            if member.relation != "canonical":
                report.merged[member.relation] += 1
