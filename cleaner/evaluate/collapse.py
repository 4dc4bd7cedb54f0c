"""How well collapse finds copies and events, by the field's clustering measures."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from cleaner.collapse import levels
from cleaner.errors import UsageError
from cleaner.evaluate import labelled, measures
from cleaner.evaluate.measures import Scores
from cleaner.records import Article, Level
from cleaner.sinks.rows import EXCERPT
from cleaner.sources.dates import read_date
from cleaner.strip.metadata.dates import iso_date
from cleaner.strip.metadata.hosts import host
from cleaner.urls import shown

GOLD = ("cluster", "event", "label")
TEXT = ("text", "gold_text", "body")
"""Columns with the text of an article, the first that a row has; a list is its lines."""


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


def evaluate(
    path: str, level: Level, near: float | None = None, event: float | None = None, corpus: Corpus | None = None
) -> CollapseFigures:
    """Collapse the labelled articles of one file (``text``, ``cluster``, and ``title``, ``date``, ``url``)."""
    articles, truth = clusters(path, corpus)
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


class Corpus:
    """The articles that labels name by id: of a file, or of the output folder of a run, ``corpus`` and ``merged``."""

    def __init__(self, path: str) -> None:
        """Raises UsageError when it cannot be read."""
        self.path = path
        self.articles: list[Article] = []
        self._place: dict[str, int] = {}
        self._cut: set[int] = set()
        self._asked: set[int] = set()
        for row, cut in labelled.articles(path):
            place = len(self.articles)
            self._place[str(labelled.column(row, ("id",), path))] = place
            if cut:
                self._cut.add(place)
            self.articles.append(article(row, f"{place:09d}", path))

    def place(self, name: str, where: str) -> int:
        """Place of the article of an id. Raises UsageError where there is none."""
        if name not in self._place:
            raise UsageError(f"{shown(where)}: {shown(self.path)} has no article '{name}'")
        self._asked.add(self._place[name])
        return self._place[name]

    def note(self) -> str | None:
        """What is to be told of the articles that were asked for: texts of which the beginning only is known."""
        cut = len(self._cut & self._asked)
        if not cut:
            return None
        return (
            f"of {cut} of the {len(self._asked)} labelled articles merged has the first {EXCERPT} characters only; "
            "figures are surer after a run with --keep-merged-text"
        )


def clusters(path: str, corpus: Corpus | None = None) -> tuple[list[Article], list[str]]:
    """The articles of one labelled file, in their order, and each one's cluster.

    A row without a text is of an article of the ``corpus``, known by its id.
    """
    articles, truth = [], []
    for number, row in enumerate(labelled.rows(path)):
        truth.append(str(labelled.column(row, GOLD, path)))
        name = f"{number:09d}"
        if corpus is not None and not any(row.get(one) for one in TEXT):
            place = corpus.place(str(labelled.column(row, ("id",), path)), path)
            articles.append(replace(corpus.articles[place], id=name))
        else:
            articles.append(article(row, name, path))
    return articles, truth


def article(row: Mapping[str, Any], name: str, path: str) -> Article:
    """An article of a labelled row. Raises UsageError when it has no text."""
    url = labelled.string(row, "url")
    return Article(
        name,
        labelled.text_of(row, TEXT, path),
        url=url,
        title=labelled.string(row, "title"),
        date=iso_date(read_date(row.get("date")).date),
        lang=labelled.string(row, "lang"),
        site=host(url),
    )
