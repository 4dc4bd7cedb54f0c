"""The parts that the strip stage wrote in, the articles of a run out: counted, dated, without what sites repeat."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from cleaner.article_store import ArticleStore, FileArticleStore
from cleaner.driver.run import Run, reject
from cleaner.driver.work_folder import WorkFolder
from cleaner.engines.engine import Engine
from cleaner.errors import RunFailed
from cleaner.output_rows import counted
from cleaner.records import OpenDate, Rejected
from cleaner.report import Report
from cleaner.site_memory import (
    DayOrder,
    cut_lines,
    lines_as_arrays,
    lines_of_arrays,
    repeated_lines,
    settle_dates,
)
from cleaner.sources.skipped import Rejoined
from cleaner.tasks import Task, strip
from cleaner.tasks.task import Plan

if TYPE_CHECKING:
    from cleaner.index.session import Session


def articles_of(
    planned: Plan, tasks: Sequence[Task], engine: Engine, store: FileArticleStore, work: WorkFolder, run: Run
) -> None:
    """Do those ``tasks`` of the strip stage that are left, and put what all its parts hold into the ``store``."""
    _strip(tasks, engine, run)
    orders: list[DayOrder] = []
    rejoined = Rejoined()
    for number in planned.parts:
        path = planned.file(strip.STAGE, number)
        work.bring(path)
        orders += _take_part(number, strip.PartFile(path), store, rejoined, run)
    _check_sanity(run.report)
    _settle_dates(orders, run)
    run.refusals.check_form(run.report.records, run.settings.max_rejected)
    if run.session:
        _leave_known(run.session, run)
    if run.site_memory:
        _drop_repeated(run)


def _strip(tasks: Sequence[Task], engine: Engine, run: Run) -> None:
    """Do the tasks of the first stage."""
    settings, strips = run.settings, bool(tasks) and tasks[0].plan.strips
    with run.progress.stage("read and strip" if strips else "read", unit="records") as stage:
        if engine.is_local:
            records = strip.stripped(tasks, run.launcher, settings.workers, stage)
            import_module("cleaner.collapse.levels")  # here, for the workers load what they need meanwhile
            for _ in stage.track(records):
                pass
        else:
            for done in engine.map(strip.run, tasks, ahead=None):
                stage.advance(done.records)


def _take_part(
    number: int, file: strip.PartFile, store: FileArticleStore, rejoined: Rejoined, run: Run
) -> list[DayOrder]:
    """Count what the strip stage made of one part, and take its articles into the store; what they say of dates."""
    report = run.report
    with file as part:
        counts = part.counts()
        report.records += counts.records
        report.characters_kept += counts.characters_kept
        report.page_types.update(counts.page_types)
        _count_cuts(counts.cuts, report)
        report.note(counts.not_understood)
        for told in part.rejected():
            rejected = rejoined.take(Rejected(*told))
            if rejected is None:
                report.records -= 1
            else:
                reject(rejected, run)
        orders = [
            DayOrder(len(store) + at, day_first, OpenDate(*open_date) if open_date else None, written)
            for at, day_first, open_date, written in part.day_orders()
        ]
        store.adopt(number, part.headers(), part.spans())
        if run.site_memory:
            run.articles.positions += part.positions()
    return orders


def _settle_dates(orders: Sequence[DayOrder], run: Run) -> None:
    """Give articles the dates that their sites' other pages decide; records' dates that stay open are told."""
    articles = run.articles.store
    written = [(left.written, left.place) for left in settle_dates(articles, orders) if left.written]
    if written:
        first, place = written[0]
        run.report.note({"date": (len(written), first, articles[place].origin)})


def _check_sanity(report: Report) -> None:
    """Raise RunFailed when every page failed in the same way: that is no fault of the pages."""
    failed = report.rejected["strip-failed"]
    if failed and failed == report.records:
        raise RunFailed(f"none of {failed} pages could be stripped; the installation is damaged, nothing was written")


def _count_cuts(counts: Iterable[tuple[str, int, int]], report: Report) -> None:
    for label, lines, characters in counts:
        report.lines_cut[label] += lines
        report.characters_cut[label] += characters


def _leave_known(session: Session, run: Run) -> None:
    """Reject what the index holds already; the other articles get the ids they go by in it."""
    articles = run.articles
    positions = dict(zip((article.origin for article in articles.store), articles.positions, strict=False))
    batch = session.identify(articles.store)
    for article in batch.known:
        reject(Rejected(article.origin, "already-known", "the index holds this content", article.id), run)
    for article in batch.refused:
        reject(Rejected(article.origin, "removed", "it was taken out of the index", article.id), run)
    for article in batch.emptied:
        reject(Rejected(article.origin, "no-body", "its site repeats all of it", article.id), run)
    articles.store = ArticleStore(batch.fresh)
    articles.positions = [positions[article.origin] for article in batch.fresh if positions]
    run.report.duplicate_ids = [(old, article.id) for old, article in batch.renamed]
    articles.new_ids = {article.origin: article.id for _, article in batch.renamed}


def _drop_repeated(run: Run) -> None:
    """Drop what sites repeat; an article that was nothing else is rejected."""
    articles, session = run.articles, run.session
    before = sum(header.length for header in articles.store.headers)
    earlier = session.earlier_pages(articles.store) if session else ()
    kept = run.checkpoints.result("sites", lambda: lines_as_arrays(repeated_lines(articles.store, earlier)))
    dropped = cut_lines(articles.store, articles.positions, lines_of_arrays(kept))
    run.report.characters_kept -= before - sum(header.length for header in articles.store.headers)
    for i, cuts in dropped.items():
        articles.new_cuts[articles.store[i].origin] = cuts
        _count_cuts(counted(cuts), run.report)
    empty = [i for i, header in enumerate(articles.store.headers) if not header.length]
    for article in (articles.store[i] for i in empty):
        reject(Rejected(article.origin, "no-body", "its site repeats all of it", article.id), run)
    if session:
        session.empty([articles.store[i] for i in empty])
    articles.keep([i for i, header in enumerate(articles.store.headers) if header.length])
