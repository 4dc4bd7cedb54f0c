"""From articles to the rows of stories: what a run and ``rethreshold`` share."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import xxhash
from numpy.typing import NDArray

from cleaner import against, kept
from cleaner.article_store import ArticleStore, encoded_article
from cleaner.collapse.checkpoints import Checkpoints, Forgetful, Mapped
from cleaner.collapse.links import Links
from cleaner.engines.engine import Engine
from cleaner.engines.launcher import Launcher
from cleaner.output_rows import StoryRows, rows_of, story_rows
from cleaner.progress import Progress, watched
from cleaner.records import ClosePair, Cut, Rejected
from cleaner.refusals import Refusals
from cleaner.report import Report
from cleaner.settings import Settings
from cleaner.sinks import rows
from cleaner.sinks.files import OutputFolder

if TYPE_CHECKING:
    from cleaner.collapse.hierarchy import Hierarchy
    from cleaner.collapse.kept_scores import KeptScores
    from cleaner.collapse.signing import Hashed
    from cleaner.index.session import Session

PARALLEL_FROM = 2_000
"""Articles from which the engine signs and reads them: to start two takes as long as to sign a thousand."""
STORIES_TOGETHER = 250
"""Stories that a worker makes the lines of at a time."""


@dataclass(slots=True)
class Held:
    """What a run keeps of each article while it waits for the rest."""

    articles: ArticleStore
    positions: list[NDArray[np.int32]] = field(default_factory=list)
    """Places of each article's lines on its page, where they will be asked for."""
    new_cuts: dict[str, list[Cut]] = field(default_factory=dict)
    """By origin: what was dropped after the article's cuts had gone to their file."""
    new_ids: dict[str, str] = field(default_factory=dict)
    """By origin."""

    def keep(self, places: list[int]) -> None:
        """Leave out the articles at other places."""
        self.articles.arrange(places)
        if self.positions:
            self.positions = [self.positions[i] for i in places]


class Before(Protocol):
    """Stories as an earlier run told them (see ``cleaner.rethreshold``)."""

    @property
    def scores(self) -> KeptScores:
        """The pairs that it scored."""

    def same(self, hierarchy: Hierarchy, number: int, head: int) -> bool:
        """Whether a group with this canonical is a story that was told before."""

    def rows(self, canonical: str, thresholds: Mapping[str, float]) -> StoryRows:
        """What was told of it."""


@dataclass(slots=True)
class Run:
    """One run: what its steps share."""

    settings: Settings
    progress: Progress
    report: Report
    refusals: Refusals
    out: OutputFolder
    workspace: Path
    """Takes what is not to be held in memory."""
    held: Held
    session: Session | None
    site_memory: bool
    launcher: Launcher
    engine: Engine
    links: Links
    close: list[ClosePair] = field(default_factory=list)
    """Close decisions, in no order."""
    before: Before | None = None
    """What an earlier run told of the same articles."""
    checkpoints: Checkpoints = field(default_factory=Forgetful)
    """Keep the results of the stages behind the first."""
    reference: str = ""
    """A digest of the reference corpus."""


def reject(rejected: Rejected, one: Run) -> None:
    """Count a record that goes no further, and write it down."""
    one.report.rejected[rejected.reason] += 1
    one.refusals.note(rejected)
    one.out.append("rejected", rows.rejected_row(rejected))


def add_reference(path: str, one: Run) -> None:
    """Put the articles of a reference corpus beside the run's; reject those that begin as one of it does."""
    found = against.Reference()
    articles = one.held.articles
    own = len(articles)
    digest = xxhash.xxh3_128()
    one.held.positions = []  # of own articles only, and nothing asks for them any more
    with one.progress.stage("read reference", unit="articles") as stage:
        for article in stage.track(against.read(path, one.settings, found, one.launcher)):
            digest.update(json.dumps([article.id, article.date, article.lang, article.site]).encode())
            digest.update(encoded_article(article))
            articles.add(article)
    one.reference = digest.hexdigest()
    counts = {"articles": found.articles, "unreadable": found.unreadable, "exact": 0, "near": 0, "event": 0}
    if found.begins:
        known = {i: name for i in range(own) if (name := found.holds(articles[i])) is not None}
        for i, name in known.items():
            reject(against.known_by_beginning(articles[i], name), one)
        one.held.keep([i for i in range(len(articles)) if i not in known])
        counts["begins_alike"] = len(known)
    one.report.against = counts


def collapsed_stories(one: Run) -> tuple[Iterator[StoryRows], int]:
    """The stories of a run without an index, and their number."""
    from cleaner.collapse import levels, portions, signed
    from cleaner.collapse.closest import close_pairs
    from cleaner.collapse.event import encoder
    from cleaner.collapse.hierarchy import Hierarchy
    from cleaner.collapse.stories import in_order
    from cleaner.tasks import rows as rows_stage

    settings, articles = one.settings, one.held.articles
    changed = [row for row in levels.ordered(articles) if not against.is_of_reference(row[0])]
    one.report.duplicate_ids = [(old, articles.headers[place].id) for old, place in changed]
    one.report.note_links(one.links, (header.id for header in articles.headers))
    one.held.new_ids = {articles[place].origin: articles.headers[place].id for _, place in changed}
    mapped = _carried(one)
    with one.progress.stage("collapse: words", len(articles), "articles") as stage:
        hashed = one.checkpoints.mapped("words", mapped, signed.FORM, one.reference)
        words = signed.Signed.of(articles, one.workspace, partial(watched, stage, _texts_in, hashed))
    hierarchy = Hierarchy.of_articles(articles, settings, words, one.workspace, mapped, one.checkpoints)
    used = encoder.Encoder.load(settings.encoder) if settings.encoder and settings.level == "event" else None
    if settings.against is not None:
        ids = enumerate(header.id for header in hierarchy.headers)
        hierarchy.reference = frozenset(i for i, name in ids if against.is_of_reference(name))
    hierarchy.take_links(one.links)
    hierarchy.build(settings, used, one.before.scores if one.before else None, one.progress)
    one.report.thresholds = hierarchy.used
    if settings.keep_scores and not one.before:
        one.out.write(kept.ARTICLES, kept.article_rows(articles))
    if settings.keep_scores and not hierarchy.scored_before:
        one.out.write(kept.SCORES, kept.score_rows(hierarchy))
        one.report.scores_of = hierarchy.reports_digest() if settings.level == "event" else ""
    order = in_order(hierarchy)
    one.close += close_pairs(hierarchy, order)
    before = one.before if hierarchy.scored_before else None  # else all scores are new
    same = [one for one in order if before and before.same(hierarchy, *one)]
    known = {number: hierarchy.headers[head].id for number, head in same}
    anew = [group for group in order if group[0] not in known]
    if anew and before:
        hierarchy.read_reports(used)
    each = portions.size(len(anew), STORIES_TOGETHER)
    batches = (anew[first : first + each] for first in range(0, len(anew), each))
    made = one.checkpoints.mapped(rows_stage.STAGE, mapped, rows_stage.FORM, settings.as_dict())
    batches_of_rows = made(partial(story_rows, hierarchy, settings), batches)
    found: Iterator[StoryRows] = itertools.chain.from_iterable(batches_of_rows)
    if before and known:
        used_now = hierarchy.used
        every = (before.rows(known[number], used_now) if number in known else next(found) for number, _ in order)
        return every, len(order)
    return found, len(order)


def _carried(one: Run) -> Mapped:
    """What carries the work on the articles of a run."""
    return one.engine.map if len(one.held.articles) >= PARALLEL_FROM else map


def _texts_in(hashed: Hashed) -> int:
    """How many texts were hashed."""
    return len(hashed.words)


def added_stories(session: Session, one: Run) -> tuple[Iterator[StoryRows], int]:
    """The stories of an index that this run changed, and their number."""
    with one.progress.stage("collapse: index", len(one.held.articles), "articles") as stage:
        stories = session.add(list(one.held.articles), _carried(one), one.checkpoints)
        stage.advance(len(one.held.articles))
    one.report.thresholds = session.thresholds()
    one.report.note_links(one.links, session.known(one.links.number))
    one.close += session.close_pairs
    return (rows_of(story, one.settings, one.report.thresholds, session.brought) for story in stories), len(stories)


def put_story(story: StoryRows, one: Run) -> None:
    """One story's lines to their files."""
    for rejected in story.rejected:
        reject(rejected, one)
    for relation in story.held:
        one.report.against[relation] += 1
    for relation in story.relations:
        if relation == "canonical":
            one.report.stories += 1
        else:
            one.report.merged[relation] += 1
    one.out.append_lines("corpus", story.corpus)
    one.out.append_lines("merged", story.merged)
    one.close += story.close


def put_pairs(one: Run) -> None:
    """The close decisions to their file."""
    from cleaner.collapse.close_decisions import in_order_of_doubt

    one.out.write("pairs", map(rows.pair_row, in_order_of_doubt(one.close)))
