"""The way of a page through the rooms: the one module that knows them all."""

from __future__ import annotations

import json
import os
from functools import partial
from pathlib import Path

from cleaner import indexed, links_file, plain_rows
from cleaner.article_store import FileArticleStore
from cleaner.collapse.links import Links
from cleaner.driver import plan, reference_corpus, saved_scores
from cleaner.driver.articles import articles_of
from cleaner.driver.plan import Execution
from cleaner.driver.refusals import Refusals
from cleaner.driver.run import Run, RunArticles
from cleaner.driver.stories import add_reference, added_stories, collapsed_stories, put_pairs, put_story
from cleaner.driver.work_folder import WorkFolder
from cleaner.engines.choice import later_stages, opened
from cleaner.engines.launcher import Launcher
from cleaner.errors import UsageError
from cleaner.ingest import PAGE_KINDS
from cleaner.input_progress import Listing
from cleaner.inputs import Inputs, absolute, find, named_inputs
from cleaner.progress import Progress, Silent
from cleaner.remote import local_folder
from cleaner.report import Report
from cleaner.settings import Settings
from cleaner.sinks.files import OutputFolder
from cleaner.sinks.json_text import to_json
from cleaner.sinks.publish import held_signals
from cleaner.sinks.scratch import PREFIX, RUN
from cleaner.sources.kinds import WITHIN
from cleaner.tasks import strip
from cleaner.tasks.task import Command, Plan
from cleaner.urls import shown


def run(
    inputs: Inputs,
    output: str | os.PathLike[str],
    settings: Settings | None = None,
    progress: Progress | None = None,
    index: str | os.PathLike[str] | None = None,
    execution: Execution | None = None,
    command: Command = "run",
) -> Report:
    """Read, strip and collapse ``inputs`` into the folder ``output``; returns what was done.

    With an ``index`` they are collapsed against all that earlier runs put into that folder, and added to it. The
    ``command`` collapse takes articles that are clean already (JSONL or Parquet with ``text``, or text files).
    Raises UsageError for inputs that are not there and an output or index that cannot be written.
    """
    settings, progress, execution = settings or Settings(), progress or Silent(), execution or Execution()
    report = Report()
    if index is not None:
        index = local_folder("index", index)
    named = [shown(one) for one in named_inputs(inputs)]
    report.invocation = {"command": command, "inputs": named}
    report.invocation |= {"index": os.fspath(index)} if index is not None else {}
    _refuse_scratch(inputs, output, execution.work)
    links = links_file.load(settings.links) if settings.links else Links()
    _refuse_together(settings, output, index)
    names = _files_of(settings, index)
    with (
        OutputFolder(output, settings.format, names, with_parts=True, count=settings.partitions) as out,
        WorkFolder(out, execution.work, execution.keep_work) as work,
        Launcher() as launcher,
        opened(execution.engine, launcher, settings.workers, work.transient) as engine,
    ):
        left_out = [folder for folder in (indexed.files_of(index), work.path, work.store) if folder is not None]
        files = find(inputs, out.folder, out.own, left_out, Listing(progress.note))
        if settings.format == "parquet" and (tables := [file.path for file in files if file.kind in WITHIN]):
            from cleaner.sources.parquet import column_types  # pyarrow takes a tenth of a second to load

            out.types = column_types(tables)
        refusals = Refusals({file.shown for file in files if file.kind not in PAGE_KINDS})
        later = later_stages(engine, launcher, settings.workers, work.transient, work.store)
        with indexed.opened(index, settings, command, links) as session, later as carries:
            every = files if engine.is_local else map(absolute, files)
            planned = plan.made(work.path, command, settings, every, work.store)
            done = work.begin(planned, execution.fresh, progress.note)
            store = FileArticleStore(work.transient, planned.files_of(strip.STAGE))
            articles = RunArticles(store)
            state = Run(
                settings=settings,
                progress=progress,
                report=report,
                refusals=refusals,
                out=out,
                workspace=work.transient,
                articles=articles,
                session=session,
                site_memory=planned.with_positions,
                launcher=launcher,
                engine=carries,
                links=links,
                checkpoints=work.checkpoints(session.decides if session else ""),
            )
            with report.timed("strip"):
                tasks = [task for task in planned.tasks(strip.STAGE) if task.number not in done]
                articles_of(planned, tasks, engine, store, work, state)
                if settings.against is not None:
                    add_reference(settings.against, state)
            with report.timed("collapse"):
                collapsed, total = collapsed_stories(state) if session is None else added_stories(session, state)
            with report.timed("write"):
                with progress.stage("write", total, "stories") as stage:
                    for story in stage.track(collapsed):
                        put_story(story, state)
                _finish(state, planned)
            out.seal(report.as_dict(settings.as_dict()))
            with held_signals():  # between the two a signal would leave records that the index does not know
                out.publish()
                if session:
                    session.commit()  # last: a run killed before it is run again with the same result
    return report


collapse_files = partial(run, command="collapse")


def _refuse_together(settings: Settings, output: str | os.PathLike[str], index: str | os.PathLike[str] | None) -> None:
    """Raise UsageError for what does not go together: a reference, an index, saved scores, an encoder."""
    if settings.against is not None:
        reference_corpus.check(settings.against, output)
    if settings.keep_scores and (index is not None or settings.against is not None):
        raise UsageError("--keep-scores keeps those of one corpus: neither --index nor --against goes with it")
    if index is not None and (settings.against is not None or settings.annotate):
        raise UsageError("an index is its runs' reference and has no row an article: no --against, no --annotate")
    if settings.encoder:
        from cleaner.collapse.event import encoder

        if index is not None:
            raise UsageError("an index keeps no vectors of an encoder; leave out one of the two")
        encoder.check(settings.encoder)


def _files_of(settings: Settings, index: str | os.PathLike[str] | None) -> tuple[str, ...]:
    """The names of the files that a run writes beside its report."""
    names: tuple[str, ...] = ("corpus", "merged", "pairs", "rejected")
    names += ("cuts",) if settings.cuts else ()
    names += ("changes",) if index is not None else ()
    return (*names, saved_scores.ARTICLES, saved_scores.SCORES) if settings.keep_scores else names


def _refuse_scratch(inputs: Inputs, output: str | os.PathLike[str], work: str | None) -> None:
    """Raise UsageError for an input that stands in the output folder's scratch or the working folder, which go."""
    folder = os.path.realpath(Path(output))
    gone = (f"{folder}{os.sep}{PREFIX}", f"{folder}{os.sep}{RUN}", *([os.path.realpath(work)] if work else ()))
    if work is not None and Path(work).is_file():
        raise UsageError(f"--work {work} is a file; name a folder")
    for one in named_inputs(inputs):
        if os.path.realpath(one).startswith(gone):
            raise UsageError(f"{one} is what an unfinished run left in its working folder; move it out of there first")


def _finish(run: Run, planned: Plan) -> None:
    """The rest of the files; the counts must add up, and something must have come of the records."""
    report, out, session, articles, settings = run.report, run.out, run.session, run.articles, run.settings
    report.check()
    put_pairs(run)
    made = report.stories + report.merged.total()
    earlier = out.earlier.get("counts", {}).get("stories", 0)
    if session or not earlier:  # an index keeps such stories back; else none was asked for, and none is lost
        made += report.rejected["requirement"]
    run.refusals.check_made(report.records, made, settings.max_rejected, earlier)
    for number in planned.parts if settings.cuts else ():
        _put_cuts(strip.PartFile(planned.file(strip.STAGE, number)), run)
    if session:
        out.write("changes", (change.as_row() for change in session.changes))
        report.index = session.counts()
    articles.store.close()


def _put_cuts(file: strip.PartFile, run: Run) -> None:
    """The rows of cuts of one part to their file, with what became known after they were written."""
    articles, out = run.articles, run.out
    changed = articles.new_ids.keys() | articles.new_cuts.keys()
    with file as part:
        if not changed or changed.isdisjoint(part.cut_origins()):
            for extent in part.extents("cuts"):
                out.append_bytes("cuts", extent)
            return
        for origin, line in zip(part.cut_origins(), part.lines("cuts"), strict=True):
            out.append_bytes("cuts", _amended(articles, line) if origin in changed else line + b"\n")


def _amended(articles: RunArticles, line: bytes) -> bytes:
    row = json.loads(line)
    origin = row["origin"]
    row["id"] = articles.new_ids.get(origin, row["id"])
    row["kept"] -= sum(len(cut.text) for cut in articles.new_cuts.get(origin, ()))
    row["cuts"] += [plain_rows.cut_row(cut) for cut in articles.new_cuts.get(origin, ())]
    row["cuts"].sort(key=lambda cut: cut["position"])
    return (to_json(row) + "\n").encode()
