"""How well collapse finds copies and events, by the field's clustering measures."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cleaner.collapse import levels
from cleaner.evaluate import labelled, measures
from cleaner.evaluate.measures import Scores
from cleaner.records import Article, Level
from cleaner.sources.dates import read_date
from cleaner.strip.dates import iso_date
from cleaner.strip.metadata import host

GOLD = ("cluster", "event", "label")


@dataclass(slots=True)
class CollapseFigures:
    """Figures on one file."""

    file: str
    articles: int
    events: int
    stories: int
    bcubed: Scores
    pairs: Scores
    ari: float
    lost: int
    """Events of which no canonical is left."""
    duplicates: int
    """Canonicals beyond the first of their event."""
    milliseconds: float
    """Wall time an article."""


def evaluate(path: str, level: Level, near: float | None = None, event: float | None = None) -> CollapseFigures:
    """Collapse the labelled articles of one file (``text``, ``cluster``, and ``title``, ``date``, ``url``)."""
    articles, truth = clusters(path)
    started = time.monotonic()
    stories = levels.collapse(articles, level=level, near_threshold=near, event_threshold=event)
    spent = time.monotonic() - started
    predicted = {member.id: story.id for story in stories for member in story.members}
    place = {article.id: i for i, article in enumerate(articles)}
    found = [predicted[article.id] for article in articles]
    canonicals = [place[story.canonical.id] for story in stories]
    return CollapseFigures(
        path,
        len(articles),
        len(set(truth)),
        len(stories),
        measures.bcubed(truth, found),
        measures.pair_scores(truth, found),
        measures.adjusted_rand(truth, found),
        measures.events_lost(truth, found, canonicals),
        measures.duplicates_left(truth, found, canonicals),
        1000 * spent / max(1, len(articles)),
    )


def clusters(path: str) -> tuple[list[Article], list[str]]:
    """The articles of one labelled file, in their order, and each one's cluster."""
    articles, truth = [], []
    for number, row in enumerate(labelled.rows(path)):
        truth.append(str(labelled.column(row, GOLD, path)))
        articles.append(article(row, f"{number:09d}", path))
    return articles, truth


def article(row: Mapping[str, Any], name: str, path: str) -> Article:
    """An article of a labelled row. Raises UsageError when it has no text."""
    url = labelled.string(row, "url")
    return Article(
        name,
        str(labelled.column(row, ("text",), path)),
        url=url,
        title=labelled.string(row, "title"),
        date=iso_date(read_date(row.get("date")).date),
        lang=labelled.string(row, "lang"),
        site=host(url),
    )
