"""The articles of a run in, the lines of its stories out, to their files: what a run and ``rethreshold`` share."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import xxhash

from cleaner.collapse.checkpoints import Mapped
from cleaner.collapse.reference import is_of_reference
from cleaner.driver import reference_corpus, saved_scores
from cleaner.driver.run import Run, reject
from cleaner.encoded_article import encoded_article
from cleaner.output_rows import StoryRows, rows_of, story_rows
from cleaner.progress import watched
from cleaner.sinks import rows

if TYPE_CHECKING:
    from cleaner.collapse.signing import Hashed
    from cleaner.index.session import Session

PARALLEL_FROM = 2_000
"""Articles from which the engine signs and reads them: to start two takes as long as to sign a thousand."""
STORIES_TOGETHER = 250
"""Stories that a worker makes the lines of at a time."""


def add_reference(path: str, run: Run) -> None:
    """Put the articles of a reference corpus beside the run's; reject those that begin as one of it does."""
    found = reference_corpus.Reference()
    articles = run.articles.store
    own = len(articles)
    digest = xxhash.xxh3_128()
    run.articles.positions = []  # of own articles only, and nothing asks for them any more
    with run.progress.stage("read reference", unit="articles") as stage:
        for article in stage.track(reference_corpus.read(path, run.settings, found, run.launcher)):
            digest.update(json.dumps([article.id, article.date, article.lang, article.site]).encode())
            digest.update(encoded_article(article))
            articles.add(article)
    run.reference = digest.hexdigest()
    counts = {"articles": found.articles, "unreadable": found.unreadable, "exact": 0, "near": 0, "event": 0}
    if found.begins:
        known = {i: name for i in range(own) if (name := found.holds(articles[i])) is not None}
        for i, name in known.items():
            reject(reference_corpus.known_by_beginning(articles[i], name), run)
        run.articles.keep([i for i in range(len(articles)) if i not in known])
        counts["begins_alike"] = len(known)
    run.report.against = counts


def collapsed_stories(run: Run) -> tuple[Iterator[StoryRows], int]:
    """The stories of a run without an index, and their number."""
    from cleaner.collapse import levels, task_sizes, text_hashes
    from cleaner.collapse.close_pairs import close_pairs
    from cleaner.collapse.event import encoder
    from cleaner.collapse.hierarchy import Hierarchy
    from cleaner.collapse.stories import in_order
    from cleaner.tasks import rows as rows_stage

    settings, articles = run.settings, run.articles.store
    changed = [row for row in levels.ordered(articles) if not is_of_reference(row[0])]
    run.report.duplicate_ids = [(old, articles.headers[place].id) for old, place in changed]
    run.report.note_links(run.links, (header.id for header in articles.headers))
    run.articles.new_ids = {articles[place].origin: articles.headers[place].id for _, place in changed}
    mapped = _carried(run)
    with run.progress.stage("collapse: words", len(articles), "articles") as stage:
        hashed = run.checkpoints.mapped("words", mapped, text_hashes.FORM, run.reference)
        words = text_hashes.TextHashes.of(articles, run.workspace, partial(watched, stage, _texts_in, hashed))
    hierarchy = Hierarchy.of_articles(articles, settings, words, run.workspace, mapped, run.checkpoints)
    used = encoder.Encoder.load(settings.encoder) if settings.encoder and settings.level == "event" else None
    if settings.against is not None:
        ids = enumerate(header.id for header in hierarchy.headers)
        hierarchy.reference = frozenset(i for i, name in ids if is_of_reference(name))
    hierarchy.take_links(run.links)
    levels.build_levels(hierarchy, settings, used, run.earlier.scores if run.earlier else None, run.progress)
    run.report.thresholds = hierarchy.used
    if settings.keep_scores and not run.earlier:
        run.out.write(saved_scores.ARTICLES, saved_scores.article_rows(articles))
    if settings.keep_scores and not hierarchy.scored_before:
        run.out.write(saved_scores.SCORES, saved_scores.score_rows(hierarchy))
        run.report.scores_of = hierarchy.reports_digest() if settings.level == "event" else ""
    order = in_order(hierarchy)
    run.close += close_pairs(hierarchy, order)
    before = run.earlier if hierarchy.scored_before else None  # else all scores are new
    same = [group for group in order if before and before.same(hierarchy, *group)]
    known = {number: hierarchy.headers[head].id for number, head in same}
    anew = [group for group in order if group[0] not in known]
    if anew and before:
        hierarchy.read_reports(used)
    each = task_sizes.size(len(anew), STORIES_TOGETHER)
    batches = (anew[first : first + each] for first in range(0, len(anew), each))
    made = run.checkpoints.mapped(rows_stage.STAGE, mapped, rows_stage.FORM, settings.as_dict())
    batches_of_rows = made(partial(story_rows, hierarchy, settings), batches)
    found: Iterator[StoryRows] = itertools.chain.from_iterable(batches_of_rows)
    if before and known:
        used_now = hierarchy.used
        every = (before.rows(known[number], used_now) if number in known else next(found) for number, _ in order)
        return every, len(order)
    return found, len(order)


def _carried(run: Run) -> Mapped:
    """What carries the work on the articles of a run."""
    return run.engine.map if len(run.articles.store) >= PARALLEL_FROM else map


def _texts_in(hashed: Hashed) -> int:
    """How many texts were hashed."""
    return len(hashed.words)


def added_stories(session: Session, run: Run) -> tuple[Iterator[StoryRows], int]:
    """The stories of an index that this run changed, and their number."""
    with run.progress.stage("collapse: index", len(run.articles.store), "articles") as stage:
        stories = session.add(list(run.articles.store), _carried(run), run.checkpoints)
        stage.advance(len(run.articles.store))
    run.report.thresholds = session.thresholds()
    run.report.note_links(run.links, session.known(run.links.number))
    run.close += session.close_pairs
    return (rows_of(story, run.settings, run.report.thresholds, session.brought) for story in stories), len(stories)


def put_story(story: StoryRows, run: Run) -> None:
    """One story's lines to their files."""
    for rejected in story.rejected:
        reject(rejected, run)
    for relation in story.held:
        run.report.against[relation] += 1
    for relation in story.relations:
        if relation == "canonical":
            run.report.stories += 1
        else:
            run.report.merged[relation] += 1
    run.out.append_lines("corpus", story.corpus)
    run.out.append_lines("merged", story.merged)
    run.close += story.close


def put_pairs(run: Run) -> None:
    """The close decisions to their file."""
    from cleaner.collapse.close_decisions import in_order_of_doubt

    run.out.write("pairs", map(rows.pair_row, in_order_of_doubt(run.close)))
