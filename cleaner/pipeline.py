"""The way of a page through the rooms: the one module that knows them all."""

from __future__ import annotations

import os
import time
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from cleaner import indexed
from cleaner.collapse import levels
from cleaner.collapse.event import encoder
from cleaner.errors import RunFailed, UsageError
from cleaner.preparing import Inputs, Read, Stripped, clean_already, find, read, stripped
from cleaner.progress import Progress, Silent
from cleaner.records import Article, Cut, Rejected, Story
from cleaner.report import Report
from cleaner.settings import Settings
from cleaner.sinks import rows
from cleaner.sinks.files import OutputFolder
from cleaner.strip import site_memory

Prepare = Callable[[Iterable[Read], Settings], Iterator[Stripped]]


def run(
    inputs: Inputs,
    output: str | os.PathLike[str],
    settings: Settings | None = None,
    progress: Progress | None = None,
    index: str | os.PathLike[str] | None = None,
) -> Report:
    """Read, strip and collapse ``inputs`` into the folder ``output``; returns what was done.

    With an ``index`` they are collapsed against all that earlier runs put into that folder, and added to it.
    Raises UsageError for inputs that are not there and an output or index that cannot be written.
    """
    settings = settings or Settings()
    return _into_folder(inputs, output, settings, progress or Silent(), stripped, index)


def collapse_files(
    inputs: Inputs,
    output: str | os.PathLike[str],
    settings: Settings | None = None,
    progress: Progress | None = None,
    index: str | os.PathLike[str] | None = None,
) -> Report:
    """Collapse articles that are clean already (JSONL or Parquet with ``text``, or text files)."""
    settings = settings or Settings()
    return _into_folder(inputs, output, settings, progress or Silent(), clean_already, index)


@contextmanager
def _timed(report: Report, stage: str) -> Iterator[None]:
    started = time.monotonic()
    try:
        yield
    finally:
        report.seconds[stage] = report.seconds.get(stage, 0.0) + time.monotonic() - started


@dataclass(slots=True)
class _Held:
    """What a run keeps of each article while it waits for the rest."""

    articles: list[Article] = field(default_factory=list)
    positions: list[array[int]] = field(default_factory=list)
    """Places of each article's lines on its page."""
    new_cuts: dict[str, list[Cut]] = field(default_factory=dict)
    """By origin: what was dropped after the article's cuts had gone to their file."""
    new_ids: dict[str, str] = field(default_factory=dict)
    """By origin."""


def _into_folder(
    inputs: Inputs,
    output: str | os.PathLike[str],
    settings: Settings,
    progress: Progress,
    prepare: Prepare,
    index: str | os.PathLike[str] | None = None,
) -> Report:
    report = Report()
    files = find(inputs, Path(output).resolve())  # a wrong path is told before the output folder is made
    if settings.encoder:
        if index is not None:
            raise UsageError("an index keeps no vectors of an encoder; leave out one of the two")
        encoder.check(settings.encoder)
    with indexed.opened(index, settings, "run" if prepare is stripped else "collapse") as session:
        with OutputFolder(output, settings.format) as out:
            held = _Held()
            with _timed(report, "strip"):
                for record in progress.track("strip", prepare(read(files, settings), settings)):
                    _take(record, held, report, out)
                _check_sanity(report)
                if session:
                    _leave_known(session, held, report, out)
                if settings.site_memory and prepare is stripped:
                    _drop_repeated(held, report, out, session)
            if session is None:
                held.articles = _tell_apart(held, report)
            collapsed = _collapse(held.articles, settings, report) if session is None else session.add(held.articles)
            with _timed(report, "collapse"):
                stories = next(progress.track("collapse", collapsed, total=1))
                stories = _fitting(stories, settings, report, out, session)
            with _timed(report, "write"):
                _write(stories, held, report, out, session)
            out.write_document("report.json", report.as_dict(settings.as_dict()))
        if session:
            session.commit()  # last: a run killed before it is run again with the same result
    return report


def _write(
    stories: list[Story], held: _Held, report: Report, out: OutputFolder, session: indexed.Session | None
) -> None:
    """All files but the report; the counts must add up."""
    _count(stories, report, session)
    report.check()
    out.write("corpus", (rows.corpus_row(story) for story in stories))
    merged = (row for story in stories for row in rows.merged_rows(story))
    out.write("merged", merged if session is None else (row for row in merged if session.brought(row["id"])))
    for name in ("cuts", "rejected"):
        out.ensure(name)
    out.rewrite("cuts", held.new_ids.keys() | held.new_cuts.keys(), partial(_amended, held))
    if session:
        report.thresholds = session.thresholds()
        out.write("changes", (change.as_row() for change in session.changes))
        report.index = session.counts()


def _take(record: Stripped, held: _Held, report: Report, out: OutputFolder) -> None:
    """Count one record and send what is not needed any more to its file."""
    report.records += 1
    if not isinstance(record, Rejected) or record.cuts:
        out.append("cuts", rows.cuts_row(record))
        _count_cuts(record.cuts, report)
    if isinstance(record, Rejected):
        _reject(record, report, out)
        return
    report.characters_kept += len(record.text)
    held.positions.append(site_memory.kept_positions(record))
    held.articles.append(replace(record, cuts=[]))


def _check_sanity(report: Report) -> None:
    """Raise RunFailed when every page failed in the same way: that is no fault of the pages."""
    failed = report.rejected["strip-failed"]
    if failed and failed == report.records:
        raise RunFailed(f"none of {failed} pages could be stripped; the installation is damaged, nothing was written")


def _reject(rejected: Rejected, report: Report, out: OutputFolder) -> None:
    report.rejected[rejected.reason] += 1
    out.append("rejected", rows.rejected_row(rejected))


def _count_cuts(cuts: Iterable[Cut], report: Report) -> None:
    for cut in cuts:
        report.lines_cut[cut.label] += 1
        report.characters_cut[cut.label] += len(cut.text)


def _leave_known(session: indexed.Session, held: _Held, report: Report, out: OutputFolder) -> None:
    """Reject what the index holds already; the other articles get the ids they go by in it."""
    positions = {article.origin: place for article, place in zip(held.articles, held.positions, strict=True)}
    batch = session.identify(held.articles)
    for article in batch.known:
        _reject(Rejected(article.origin, "already-known", "the index holds this content", article.id), report, out)
    for article in batch.emptied:
        _reject(Rejected(article.origin, "no-body", "its site repeats all of it", article.id), report, out)
    held.articles = batch.fresh
    held.positions = [positions[article.origin] for article in batch.fresh]
    report.duplicate_ids = [(old, article.id) for old, article in batch.renamed]
    held.new_ids = {article.origin: article.id for _, article in batch.renamed}


def _drop_repeated(held: _Held, report: Report, out: OutputFolder, session: indexed.Session | None) -> None:
    """Drop what sites repeat; an article that was nothing else is rejected."""
    before = sum(len(article.text) for article in held.articles)
    earlier = session.earlier_pages(held.articles) if session else ()
    dropped = site_memory.drop_repeated(held.articles, held.positions, earlier)
    report.characters_kept -= before - sum(len(article.text) for article in held.articles)
    for i, cuts in dropped.items():
        held.new_cuts[held.articles[i].origin] = cuts
        _count_cuts(cuts, report)
    for article in held.articles:
        if not article.text:
            _reject(Rejected(article.origin, "no-body", "its site repeats all of it", article.id), report, out)
    if session:
        session.empty([article for article in held.articles if not article.text])
    held.articles = [article for article in held.articles if article.text]


def _amended(held: _Held, row: dict[str, Any]) -> dict[str, Any]:
    """A row of cuts with what became known after it was written."""
    origin = row["origin"]
    row["id"] = held.new_ids.get(origin, row["id"])
    row["cuts"] += [rows.cut_row(cut) for cut in held.new_cuts.get(origin, ())]
    row["cuts"].sort(key=lambda cut: cut["position"])
    return row


def _tell_apart(held: _Held, report: Report) -> list[Article]:
    """The articles in one order, each with an id of its own."""
    articles = sorted(held.articles, key=levels.order)
    apart = levels.tell_apart(articles)
    changed = [(old, new) for old, new in zip(articles, apart, strict=True) if old.id != new.id]
    report.duplicate_ids = [(old.id, new.id) for old, new in changed]
    held.new_ids = {new.origin: new.id for _, new in changed}
    return apart


def _collapse(articles: list[Article], settings: Settings, report: Report) -> Iterator[list[Story]]:
    """The stories, as the one item of a stage that shows its progress."""
    yield levels.collapse(
        articles,
        settings.level,
        settings.keep,
        settings.prefer,
        settings.near_threshold,
        settings.event_threshold,
        settings.event_span,
        settings.require,
        encoder.Encoder.load(settings.encoder) if settings.encoder and settings.level == "event" else None,
        report.thresholds,
    )


def _fitting(
    stories: Sequence[Story], settings: Settings, report: Report, out: OutputFolder, session: indexed.Session | None
) -> list[Story]:
    """The stories whose canonical satisfies what the settings require; the records of the others are rejected."""
    for story in stories:
        if not story.fits:
            who = "its only member does not satisfy" if story.size == 1 else f"none of {story.size} members satisfies"
            detail = f"story {story.id}: {who} {settings.require}"
            for member in story.members:
                if session and not session.brought(member.id):
                    continue
                _reject(Rejected(member.origin, "requirement", detail, member.id), report, out)
    return [story for story in stories if story.fits]


def _count(stories: Sequence[Story], report: Report, session: indexed.Session | None) -> None:
    """Count the records of this run that ended in a story."""
    for story in stories:
        for member in story.members:
            if session and not session.brought(member.id):
                continue
            if member.relation == "canonical":
                report.stories += 1
            else:
                report.merged[member.relation] += 1
