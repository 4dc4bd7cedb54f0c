"""What a run kept (``--keep-scores``) in, its stories with another threshold out, without reading its input again.

Copies are found again among the kept articles; the scores of reports are taken as they were, as long as the same
copies are kept. Stories that come out with the same members are taken over line by line; only when others do are the
reports read again, so that it can be told what speaks for them. The result is that of a run with these settings.
"""

from __future__ import annotations

import json
import os
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cleaner import links_file, settings_file
from cleaner.article_store import FileArticleStore
from cleaner.collapse.close_decisions import weak_joins
from cleaner.collapse.links import Link, Links
from cleaner.driver import saved_scores, stories
from cleaner.driver.refusals import Refusals
from cleaner.driver.run import Run, RunArticles
from cleaner.engines.engine import LocalProcesses
from cleaner.engines.launcher import Launcher
from cleaner.errors import UsageError
from cleaner.output_rows import StoryRows
from cleaner.progress import Progress, Silent
from cleaner.records import Article, Member, Story
from cleaner.remote import local_folder
from cleaner.report import Report
from cleaner.settings import Settings, refuse_unused
from cleaner.sinks import ownership, shards
from cleaner.sinks.files import OutputFolder
from cleaner.sinks.publish import held_signals
from cleaner.sinks.reading import read_rows
from cleaner.sinks.shards import Joined

if TYPE_CHECKING:
    from cleaner.collapse.hierarchy import Hierarchy
    from cleaner.collapse.saved_scores import SavedScores

CARRIED = ("cuts", saved_scores.ARTICLES)
"""Files that stay as they are."""
_COLLAPSED = "requirement"
"""The reason for which a collapse rejects records; the others were rejected before it."""


def rethreshold(
    folder: str | os.PathLike[str],
    output: str | os.PathLike[str] | None = None,
    changes: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
) -> Report:
    """Make the stories of the run that wrote ``folder`` anew, there or in the folder ``output``.

    ``changes`` are settings that are other than they were: ``event_threshold``, ``near_threshold``, ``event_span``,
    ``grain``, ``links``, ``workers``. Raises UsageError for a folder without what a run keeps, and RunFailed.
    """
    source = Path(local_folder("rethreshold", folder))
    document = _report(source)
    settings = _settings(source, document, changes or {})
    given = (changes or {}).get("links")
    links = links_file.load(given) if given else _links_of(source)
    target = source if output is None else output
    report = _begun(document)
    carried = [name for name in CARRIED if settings.cuts or name != "cuts"]
    names = ("corpus", "merged", "pairs", "rejected", *carried, saved_scores.SCORES)
    count = len(shards.found(source, saved_scores.SCORES, settings.format))
    with OutputFolder(target, settings.format, names, count=count) as out, Launcher() as launcher:
        _refuse_others(document, source)
        for name in carried:
            for path in shards.found(source, name, settings.format):
                out.carry(path)
        for row in read_rows(source, "rejected"):
            if row["reason"] != _COLLAPSED:
                out.append("rejected", row)
        if settings.format == "parquet":
            from cleaner.sources.parquet import column_types  # pyarrow takes a tenth of a second to load

            out.types = column_types(map(str, shards.found(source, "corpus", "parquet")))
        articles = RunArticles(FileArticleStore(out.workspace))
        run = Run(
            settings=settings,
            progress=progress or Silent(),
            report=report,
            refusals=Refusals(),
            out=out,
            workspace=out.workspace,
            articles=articles,
            session=None,
            site_memory=False,
            launcher=launcher,
            engine=LocalProcesses(launcher, settings.workers, out.workspace),
            links=links,
            earlier=_EarlierStories(source, document.get("scores_of", ""), {*links.number, *_links_of(source).number}),
        )
        with report.timed("collapse"):
            for article in saved_scores.read_articles(source):
                articles.store.add(article)
            rows, total = stories.collapsed_stories(run)
            if not out.has(saved_scores.SCORES):  # they are those of before
                for path in shards.found(source, saved_scores.SCORES, settings.format):
                    out.carry(path)
        with report.timed("write"):
            with run.progress.stage("write", total, "stories") as stage:
                for story in stage.track(rows):
                    stories.put_story(story, run)
            report.check()
            stories.put_pairs(run)
            articles.store.close()
        told_of = report.as_dict(settings.as_dict())
        before = ("characters", "duplicate_ids", "invocation")
        out.seal(told_of | {name: document[name] for name in before if name in document})
        with held_signals():
            out.publish()
    return report


def _report(source: Path) -> dict[str, Any]:
    document = ownership.read_report(source / ownership.REPORT)
    if document is None:
        raise UsageError(f"{source} holds no {ownership.REPORT} of a run; name the --output of one")
    files = document.get(ownership.FILES, {})
    form = document.get("settings", {}).get("format")
    wanted = (
        {f"{name}.{form}", f"{shards.stem(name, 0)}.{form}"} for name in (saved_scores.ARTICLES, saved_scores.SCORES)
    )
    if any(names.isdisjoint(files) for names in wanted):
        raise UsageError(f"{source} holds no articles and scores; make it by a run with --keep-scores")
    return document


def _refuse_others(document: Mapping[str, Any], source: Path) -> None:
    """Raise UsageError where a file that is to be read is not as the run wrote it."""
    found = ownership.look(source)
    for name in document[ownership.FILES]:
        if name not in found.own:
            raise UsageError(f"{source / name} is not as the run wrote it; run it again")


def _settings(source: Path, document: Mapping[str, Any], changes: Mapping[str, Any]) -> Settings:
    """The settings of the run, but for the changes. Raises UsageError."""
    said = {name: value for name, value in document["settings"].items() if value is not None}
    try:
        settings = settings_file.settings(said)
    except (UsageError, TypeError) as error:
        raise UsageError(f"{source / ownership.REPORT}: {error}") from error
    refuse_unused(changes, settings.level)
    return replace(settings, **changes)


def _links_of(source: Path) -> Links:
    """The links that the run held to, as far as it had their records."""
    return Links(
        Link(row["left"], row["right"], row["same"]) for row in read_rows(source, "pairs") if row["level"] == "link"
    )


def _begun(document: Mapping[str, Any]) -> Report:
    """A report with what was done before the collapse."""
    rejected = Counter(document["rejected_by_reason"])
    rejected.pop(_COLLAPSED, None)
    return Report(
        document["counts"]["records"],
        rejected,
        lines_cut=Counter(document["lines_cut_by_label"]),
        characters_cut=Counter(document["characters_cut_by_label"]),
        characters_kept=document["characters"]["kept"],
        page_types=Counter(document.get("page_types", {})),
        not_understood=document["not_understood"],
        scores_of=document.get("scores_of", ""),
    )


class _EarlierStories:
    """The stories as they were told, to be taken over where they come out with the same members."""

    def __init__(self, folder: Path, digest: str, linked: set[str]) -> None:
        """``linked`` are ids that links name, now or before: what is said of their stories may have changed."""
        self._folder = folder
        self._digest = digest
        self._linked = linked
        self._lines: dict[str, tuple[frozenset[str], array[int]]] = {}
        """By canonical: the members, and where in the files of corpus and merged its lines begin and end."""
        self._corpus, self._merged = (Joined(shards.found(folder, name, "jsonl")) for name in ("corpus", "merged"))
        for canonical, members, begin, end in _stories(self._corpus):
            self._lines[canonical] = members, array("q", (begin, end, 0, 0))
        for canonical, begin, end in _merged(self._merged):
            if canonical in self._lines:
                self._lines[canonical][1][2:] = array("q", (begin, end))

    @cached_property
    def scores(self) -> SavedScores:
        """The pairs that were scored."""
        return saved_scores.read_scores(self._folder, self._digest)

    def same(self, hierarchy: Hierarchy, number: int, head: int) -> bool:
        """Whether a group with this canonical is a story that was told before."""
        members, _ = self._lines.get(hierarchy.headers[head].id, (frozenset(), None))
        ids = {hierarchy.headers[i].id for i in hierarchy.groups[number]}
        return ids == {name for name in members if name in hierarchy.ids} and self._linked.isdisjoint(ids)

    def rows(self, canonical: str, thresholds: Mapping[str, float]) -> StoryRows:
        """Its lines, as they stand in the files."""
        _, (begin, end, first, last) = self._lines[canonical]
        corpus = _read(self._corpus, begin, end)
        merged = _read(self._merged, first, last)
        records = [json.loads(line) for line in merged]
        relations = ["canonical", *(row["relation"] for row in records)]
        return StoryRows(corpus, merged, relations, [], weak_joins(_story(json.loads(corpus[0]), records), thresholds))


def _story(row: Mapping[str, Any], merged: Sequence[Mapping[str, Any]]) -> Story:
    """A story as its rows tell it, as far as its joins are looked at."""
    site = {member["id"]: member["site"] for member in row["story"]["members"]}
    head = Member(row["id"], "canonical", 1.0, {}, date=row["date"], site=row["site"], title=row["title"])
    members = [
        Member(one["id"], one["relation"], one["score"], one["evidence"], date=one["date"], site=site[one["id"]],
               title=one["title"])
        for one in merged
    ]  # fmt: skip
    return Story(row["story"]["id"], Article(row["id"], ""), [head, *members])


def _read(files: Joined, begin: int, end: int) -> list[str]:
    return files.read(begin, end).decode("utf-8").split("\n")[:-1]


def _lines(files: Joined) -> Iterator[tuple[dict[str, Any], int, int]]:
    """Rows of JSONL files, and where each begins and ends; none of files in another format."""
    begin = 0
    for line in files.lines():
        yield json.loads(line), begin, begin + len(line)
        begin += len(line)


def _stories(files: Joined) -> Iterator[tuple[str, frozenset[str], int, int]]:
    """Canonical, members and place of each story; a corpus with all articles has several rows of one."""
    canonical, members, begin, end = "", frozenset[str](), 0, 0
    for row, start, stop in _lines(files):
        if row["story"].get("role") != "member":
            if end:
                yield canonical, members, begin, end
            canonical, begin = row["id"], start
            members = frozenset(member["id"] for member in row["story"]["members"])
        end = stop
    if end:
        yield canonical, members, begin, end


def _merged(files: Joined) -> Iterator[tuple[str, int, int]]:
    """Canonical and place of the rows that were merged into it, which stand together."""
    canonical, begin, end = "", 0, 0
    for row, start, stop in _lines(files):
        if row["into"] != canonical:
            if end:
                yield canonical, begin, end
            canonical, begin = row["into"], start
        end = stop
    if end:
        yield canonical, begin, end
