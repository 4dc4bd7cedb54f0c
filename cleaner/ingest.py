"""Files in, articles out: records are read, and stripped in worker processes or taken as they are.

What strips is imported by the functions that strip: the process that directs a run does not, and need not load it.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from importlib import import_module
from typing import Any

from cleaner import library, sources
from cleaner.engines import local
from cleaner.engines.launcher import Launcher
from cleaner.engines.limits import memory_limit
from cleaner.errors import RunFailed
from cleaner.records import Article, OpenDate, Page, Rejected
from cleaner.settings import Limits, Settings
from cleaner.sources.kinds import UNKNOWN

PAGE_KINDS = ("html", "text", UNKNOWN)
"""Kinds of files that are one record each; the others hold records."""
SINGLE_PAGES, SINGLE_CHARS = 24, 1_000_000
"""Pages, or characters of them, up to which a second worker takes longer to load than it saves."""
CHUNK_RECORDS, CHUNK_CHARS = 100, 1_000_000
"""Clean articles that go to a worker at a time, or characters of them."""
SERIAL_CHUNKS = 16
"""Chunks up to which starting workers takes longer than they save."""
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
"""A text for which the model of languages is loaded."""
_NO_DATES = tuple(f"31 {3 * letter} 2026" for letter in "qъطωשझฆঝழ漢훑ჟֆ")
"""For each of them dateparser tries, and so loads, all languages of a script: a second or more."""


def read(files: Iterable[sources.InputFile], settings: Settings, limit: int | None = None) -> Iterator[Read]:
    """The records of the files in their order, all or the first ``limit``."""
    every = itertools.chain.from_iterable(sources.read(file, settings) for file in files)
    return every if limit is None else itertools.islice(every, limit)


def as_it_is(record: Stripped) -> Stripped:
    """The record itself."""
    return record


def stripped(
    records: Iterable[Read],
    settings: Settings,
    finish: Callable[[Stripped], Any] = as_it_is,
    launcher: Launcher | None = None,
) -> Iterator[Any]:
    """Strip records in worker processes, results in the order of the records.

    ``finish`` is what is made of each where it was stripped, so that one process need not do it for all.
    ``launcher`` starts the workers. Nothing is stripped in this process: what ends or never leaves a C library takes
    its worker along, whatever the number of workers or records.
    """
    if launcher:
        launcher.call(partial(import_module, "cleaner.output_rows"))
    return _stripped(iter(records), settings, finish, launcher)


def _stripped(
    records: Iterator[Read], settings: Settings, finish: Callable[[Stripped], Any], launcher: Launcher | None
) -> Iterator[Any]:
    with nullcontext(launcher) if launcher else Launcher() as own:
        first = list(_first(records))
        workers = local.worker_count(settings.workers) if _pay(first) else 1
        if workers > 1:
            own.call(partial(_load, *_kinds_of(first)))
        seconds = settings.limits.seconds_per_page
        yield from local.map_ordered(
            partial(_strip_and, settings.limits, finish),
            itertools.chain(first, records),
            workers,
            partial(_killed_and, finish),
            partial(_hung_and, seconds, finish),
            seconds,
            load_all,
            own,
        )


def strip_pages(pages: Iterable[Page], workers: int = 0) -> Iterator[Stripped]:
    """See ``cleaner.strip``. The pages' ``extra`` stay in this process: whatever they are, they need not be pickled."""
    settings = Settings(workers=workers)
    return _with_extra(library.pages(pages), settings)


def _with_extra(pages: Iterable[Page], settings: Settings) -> Iterator[Stripped]:
    extras: deque[dict[str, Any]] = deque()

    def bare() -> Iterator[Page]:
        for page in pages:
            extras.append(page.extra)
            yield replace(page, extra={})

    for found in stripped(bare(), settings):
        extra = extras.popleft()
        if isinstance(found, Article):
            found.extra = extra
        yield found


def _first(records: Iterator[Read]) -> Iterator[Read]:
    """So many of the records as tell whether more than one worker pays."""
    size = 0
    for record in itertools.islice(records, SINGLE_PAGES):
        yield record
        size += _characters(record)
        if size >= SINGLE_CHARS:
            return


def _pay(records: Sequence[Read]) -> bool:
    return len(records) >= SINGLE_PAGES or sum(map(_characters, records)) >= SINGLE_CHARS


def _characters(record: Read) -> int:
    return len(record.html or record.text or "") if isinstance(record, Page) else 0


def _strip_and(limits: Limits, finish: Callable[[Stripped], Any], record: Read) -> Any:
    return finish(_strip(record, limits))


def _kinds_of(records: Iterable[Read]) -> tuple[bool, bool, bool]:
    """Whether HTML, stored text and dates in words are among these records."""
    pages = [record for record in records if isinstance(record, Page)]
    html = {page.html is not None for page in pages}
    return True in html, False in html, any(page.date and not page.date.strip()[:4].isdigit() for page in pages)


def _load(html: bool, text: bool, worded: bool) -> None:
    """Load what stripping such records needs: in the server, workers then share it, and no page pays for it."""
    from cleaner.strip import language, strip_page
    from cleaner.strip.metadata import dates

    for page in _WARM:
        if html if page.html is not None else text:
            strip_page(page)
    language.identify(_NOT_ENGLISH)
    if worded:
        for written in _NO_DATES:
            dates.iso_date(written)


def load_all() -> None:
    """Load what stripping any record may need."""
    from cleaner.strip import rules

    _load(html=True, text=True, worded=True)
    for code in ("common", *rules.LANGUAGES):
        rules.load(code)


def _strip(record: Read, limits: Limits) -> Stripped:
    """Strip a page; whatever goes wrong inside a library on its content becomes its rejection."""
    if isinstance(record, Rejected):
        return record
    try:
        from cleaner.strip import strip_page

        with memory_limit(limits.memory_per_page):
            return strip_page(record)
    except (MemoryError, RecursionError) as error:
        return Rejected(record.origin, "too-large", f"{type(error).__name__} while it was stripped", record.id)
    except OSError:
        raise  # of the machine, not of the page
    except ImportError as error:
        raise RunFailed(f"the installation is damaged: {error}") from error
    except Exception as error:  # noqa: BLE001 - told in the rejection, and the other pages go on
        return Rejected(record.origin, "strip-failed", f"{type(error).__name__}: {error}", record.id)


def _killed_and(finish: Callable[[Stripped], Any], record: Read) -> Any:
    return finish(Rejected(record.origin, "worker-died", "stripping it ended the process", record.id))


def _hung_and(seconds: float, finish: Callable[[Stripped], Any], record: Read) -> Any:
    return finish(Rejected(record.origin, "too-slow", f"took longer than {seconds:g} seconds", record.id))


def clean_already(
    records: Iterable[Read],
    settings: Settings,
    finish: Callable[[Stripped], Any] = as_it_is,
    launcher: Launcher | None = None,
) -> Iterator[Any]:
    """Records as articles without stripping, in order; HTML is rejected, for its body is not known.

    The column ``cuts`` that ``cleaner strip`` writes does not travel on. ``finish``, ``launcher`` as in ``stripped``.
    """
    chunks = _chunks(records)
    first = list(itertools.islice(chunks, SERIAL_CHUNKS))
    workers = local.worker_count(settings.workers) if len(first) == SERIAL_CHUNKS else 1
    clean, every = partial(_clean, finish), itertools.chain(first, chunks)
    if workers == 1:
        yield from itertools.chain.from_iterable(map(clean, every))
        return
    with nullcontext(launcher) if launcher else Launcher() as own:
        own.call(partial(_article, Page("warm", "warm", text=_NOT_ENGLISH)))
        yield from itertools.chain.from_iterable(local.map_ordered(clean, every, workers, _lost, launcher=own))


def _chunks(records: Iterable[Read]) -> Iterator[list[Read]]:
    """Records in lists of about CHUNK_CHARS characters."""
    chunk: list[Read] = []
    size = 0
    for record in records:
        chunk.append(record)
        size += _characters(record)
        if size >= CHUNK_CHARS or len(chunk) >= CHUNK_RECORDS:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _clean(finish: Callable[[Stripped], Any], chunk: list[Read]) -> list[Any]:
    return [finish(record if isinstance(record, Rejected) else _article(record)) for record in chunk]


def _lost(_chunk: list[Read]) -> list[Any]:
    raise RunFailed("a worker process ended while it read articles; is there enough memory?")


def _article(page: Page) -> Stripped:
    from cleaner.strip import language
    from cleaner.strip.decisions import no_article
    from cleaner.strip.metadata import dates, hosts

    if page.html is not None:
        return Rejected(page.origin, "not-clean", "it is HTML; use: cleaner run", page.id)
    text = page.text or ""
    if instead := no_article.what_instead(page.title, text):
        return Rejected(page.origin, "no-article", instead, page.id)
    read = dates.Reader(page.lang, hosts.host(page.url), [page.date or ""])
    date = read(page.date)
    first, second = read.both(read.open[0]) if read.open else (None, None)
    open_date = OpenDate(first, second, "record") if first and second else None
    return Article(
        id=page.id,
        text=text,
        url=page.url,
        title=page.title,
        date=date,
        lang=language.normalise(page.lang) or language.identify(text),
        author=page.author,
        site=hosts.site_of(page.url, page.id),
        origin=page.origin,
        extra={name: value for name, value in page.extra.items() if name != "cuts"},
        not_understood=dates.not_understood(page, date is not None),
        day_first=read.seen,
        open_date=open_date,
    )
