"""The way of a page through the rooms: the one module that knows them all."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from cleaner import against, indexed, kept, links_file
from cleaner.collapse.links import Links
from cleaner.collapsing import Held, Run, add_reference, added_stories, collapsed_stories, put_pairs, put_story, reject
from cleaner.engines.launcher import Launcher
from cleaner.errors import RunFailed, UsageError
from cleaner.preparing import PAGE_KINDS, Inputs, Read, Stripped, clean_already, find, named_inputs, read, stripped
from cleaner.progress import Progress, Silent
from cleaner.records import Rejected
from cleaner.refusals import Refusals
from cleaner.remote import refuse_url, shown, without_scheme
from cleaner.report import Report
from cleaner.review import own_page
from cleaner.settings import Settings
from cleaner.shelf import DiskShelf, Shelf
from cleaner.sinks import rows
from cleaner.sinks.files import OutputFolder
from cleaner.sinks.publish import held_signals
from cleaner.sinks.scratch import PREFIX
from cleaner.site_memory import drop_repeated
from cleaner.sources.kinds import WITHIN
from cleaner.telling import Taken, counted, taken

Prepare = Callable[[Iterable[Read], Settings, Callable[[Stripped], Taken], Launcher], Iterator[Taken]]


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
def timed(report: Report, stage: str) -> Iterator[None]:
    """Count the wall time of the block to a stage."""
    started = time.monotonic()
    try:
        yield
    finally:
        report.seconds[stage] = report.seconds.get(stage, 0.0) + time.monotonic() - started


def _into_folder(
    inputs: Inputs,
    output: str | os.PathLike[str],
    settings: Settings,
    progress: Progress,
    prepare: Prepare,
    index: str | os.PathLike[str] | None = None,
) -> Report:
    report = Report()
    if index is not None:
        refuse_url("index", index)
        index = without_scheme(os.fspath(index))
    named = [shown(one) for one in named_inputs(inputs)]
    report.invocation = {"command": "run" if prepare is stripped else "collapse", "inputs": named}
    report.invocation |= {"index": os.fspath(index)} if index is not None else {}
    _refuse_scratch(inputs, Path(output))
    links = links_file.load(settings.links) if settings.links else Links()
    if settings.against is not None:
        against.check(settings.against, output)
    if settings.keep_scores and (index is not None or settings.against is not None):
        raise UsageError("--keep-scores keeps those of one corpus: neither --index nor --against goes with it")
    if index is not None and (settings.against is not None or settings.annotate):
        raise UsageError("an index is its runs' reference and has no row an article: no --against, no --annotate")
    if settings.encoder:
        from cleaner.collapse.event import encoder

        if index is not None:
            raise UsageError("an index keeps no vectors of an encoder; leave out one of the two")
        encoder.check(settings.encoder)
    names: tuple[str, ...] = ("corpus", "merged", "pairs", "rejected")
    names += ("cuts",) if settings.cuts else ()
    names += ("changes",) if index is not None else ()
    names += (kept.ARTICLES, kept.SCORES) if settings.keep_scores else ()
    with OutputFolder(output, settings.format, names) as out, Launcher() as launcher:
        files = find(inputs, out.folder, [*out.own, *own_page.names(out.folder)], indexed.files_of(index))
        if settings.format == "parquet" and (tables := [file.path for file in files if file.kind in WITHIN]):
            from cleaner.sources.parquet import column_types  # pyarrow takes a tenth of a second to load

            out.types = column_types(tables)
        refusals = Refusals({file.shown for file in files if file.kind not in PAGE_KINDS})
        with indexed.opened(index, settings, "run" if prepare is stripped else "collapse", links) as session:
            held = Held(DiskShelf(out.workspace) if session is None else Shelf())
            with_memory = settings.site_memory and prepare is stripped
            one = Run(settings, progress, report, refusals, out, held, session, with_memory, launcher, links)
            with timed(report, "strip"):
                finish = partial(taken, with_positions=one.site_memory)
                with progress.stage("read and strip" if prepare is stripped else "read", unit="records") as stage:
                    source = stage.read(read(stage.reading(files), settings, settings.limit))
                    records = prepare(source, settings, finish, launcher)
                    import_module("cleaner.collapse.levels")  # here, for the workers load what they need meanwhile
                    for record in stage.track(records):
                        _take(record, one)
                _check_sanity(report)
                refusals.check_form(report.records, settings.max_rejected)
                if session:
                    _leave_known(session, one)
                if one.site_memory:
                    _drop_repeated(one)
                if settings.against is not None:
                    add_reference(settings.against, one)
            with timed(report, "collapse"):
                collapsed, total = collapsed_stories(one) if session is None else added_stories(session, one)
            with timed(report, "write"):
                with progress.stage("write", total, "stories") as stage:
                    for story in stage.track(collapsed):
                        put_story(story, one)
                _finish(one)
            out.seal(report.as_dict(settings.as_dict()))
            with held_signals():  # between the two a signal would leave records that the index does not know
                out.publish()
                if session:
                    session.commit()  # last: a run killed before it is run again with the same result
    return report


def _refuse_scratch(inputs: Inputs, output: Path) -> None:
    """Raise UsageError for an input that stands in the output folder's scratch, which goes."""
    folder = os.path.realpath(output)
    for one in named_inputs(inputs):
        if os.path.realpath(one).startswith(f"{folder}{os.sep}{PREFIX}"):
            raise UsageError(f"{one} is what an unfinished run left in the output folder; move it out of there first")


def _take(found: Taken, one: Run) -> None:
    """Count one record and send what is not needed any more to its file."""
    report = one.report
    report.records += 1
    if one.settings.cuts:
        one.out.append_lines("cuts", found.cuts)
    _count_cuts(found.counts, report)
    if isinstance(found.record, Rejected):
        reject(found.record, one)
        return
    report.note(found.record.origin, found.not_understood)
    report.characters_kept += len(found.record.text)
    if found.record.page_type:
        report.page_types[found.record.page_type] += 1
    if found.positions is not None:
        one.held.positions.append(found.positions)
    one.held.articles.add(found.record)


def _check_sanity(report: Report) -> None:
    """Raise RunFailed when every page failed in the same way: that is no fault of the pages."""
    failed = report.rejected["strip-failed"]
    if failed and failed == report.records:
        raise RunFailed(f"none of {failed} pages could be stripped; the installation is damaged, nothing was written")


def _count_cuts(counts: Iterable[tuple[str, int, int]], report: Report) -> None:
    for label, lines, characters in counts:
        report.lines_cut[label] += lines
        report.characters_cut[label] += characters


def _leave_known(session: indexed.Session, one: Run) -> None:
    """Reject what the index holds already; the other articles get the ids they go by in it."""
    held = one.held
    positions = dict(zip((article.origin for article in held.articles), held.positions, strict=False))
    batch = session.identify(held.articles)
    for article in batch.known:
        reject(Rejected(article.origin, "already-known", "the index holds this content", article.id), one)
    for article in batch.refused:
        reject(Rejected(article.origin, "removed", "it was taken out of the index", article.id), one)
    for article in batch.emptied:
        reject(Rejected(article.origin, "no-body", "its site repeats all of it", article.id), one)
    held.articles = Shelf(batch.fresh)
    held.positions = [positions[article.origin] for article in batch.fresh if positions]
    one.report.duplicate_ids = [(old, article.id) for old, article in batch.renamed]
    held.new_ids = {article.origin: article.id for _, article in batch.renamed}


def _drop_repeated(one: Run) -> None:
    """Drop what sites repeat; an article that was nothing else is rejected."""
    held, session = one.held, one.session
    before = sum(card.length for card in held.articles.cards)
    earlier = session.earlier_pages(held.articles) if session else ()
    dropped = drop_repeated(held.articles, held.positions, earlier)
    one.report.characters_kept -= before - sum(card.length for card in held.articles.cards)
    for i, cuts in dropped.items():
        held.new_cuts[held.articles[i].origin] = cuts
        _count_cuts(counted(cuts), one.report)
    empty = [i for i, card in enumerate(held.articles.cards) if not card.length]
    for article in (held.articles[i] for i in empty):
        reject(Rejected(article.origin, "no-body", "its site repeats all of it", article.id), one)
    if session:
        session.empty([held.articles[i] for i in empty])
    held.keep([i for i, card in enumerate(held.articles.cards) if card.length])


def _finish(one: Run) -> None:
    """The rest of the files; the counts must add up, and something must have come of the records."""
    report, out, session, held, settings = one.report, one.out, one.session, one.held, one.settings
    report.check()
    put_pairs(one)
    made = report.stories + report.merged.total()
    earlier = out.earlier.get("counts", {}).get("stories", 0)
    if session or not earlier:  # an index keeps such stories back; else none was asked for, and none is lost
        made += report.rejected["requirement"]
    one.refusals.check_made(report.records, made, settings.max_rejected, earlier)
    out.rewrite("cuts", held.new_ids.keys() | held.new_cuts.keys(), partial(_amended, held))
    if session:
        out.write("changes", (change.as_row() for change in session.changes))
        report.index = session.counts()
    held.articles.close()


def _amended(held: Held, row: dict[str, Any]) -> dict[str, Any]:
    """A row of cuts with what became known after it was written."""
    origin = row["origin"]
    row["id"] = held.new_ids.get(origin, row["id"])
    row["kept"] -= sum(len(cut.text) for cut in held.new_cuts.get(origin, ()))
    row["cuts"] += [rows.cut_row(cut) for cut in held.new_cuts.get(origin, ())]
    row["cuts"].sort(key=lambda cut: cut["position"])
    return row
