"""All levels in order: ``exact`` copies, then ``near`` copies among what is left, then one ``event``.

Each level keeps one article of a group and hands it on. Articles are put in one order first, so that the
order they came in changes nothing.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Sequence

from cleaner.collapse.event import Encoder
from cleaner.collapse.stories import Folded, build
from cleaner.records import Article, Story
from cleaner.settings import Require

__all__ = ["collapse", "order", "tell_apart"]


def collapse(
    articles: Iterable[Article],
    level: str = "event",
    keep: str = "complete",
    prefer: Sequence[str] = (),
    near_threshold: float | None = None,
    event_threshold: float | None = None,
    event_span: float | None = None,
    require: Require | None = None,
    encoder: Encoder | None = None,
    used: dict[str, float] | None = None,
) -> list[Story]:
    """Collapse articles to stories, sorted by the canonical's id.

    ``level`` is how far to go (exact, near, event), ``keep`` and ``prefer`` say which member becomes the
    canonical. ``event_span`` is the most hours that lie between two dated reports of one story (copies of
    a report may be of any date); None sets no limit. ``require`` is what a canonical must satisfy: a
    story of which no member does comes out with ``fits`` False. ``encoder`` adds its evidence to that for
    one event. ``used`` is filled with the thresholds that were used, by level. Articles with equal ids are
    told apart as ``tell_apart`` does.
    """
    ordered = tell_apart(sorted(articles, key=order))
    thresholds = near_threshold, event_threshold
    folded = Folded.from_articles(ordered, level, *thresholds, keep, prefer, event_span, require, encoder)
    if used is not None:
        used.update(folded.used)
    return build(folded)


def order(article: Article) -> tuple[str, ...]:
    """Sort key that puts articles in one order whatever order they came in: id, then content, then origin."""
    return (
        article.id,
        article.text,
        article.url or "",
        article.title or "",
        article.date or "",
        _rest(article),
        article.origin,
    )


def _rest(article: Article) -> str:
    """What else tells two records with equal content apart."""
    return json.dumps([article.lang, article.author, article.extra], sort_keys=True, ensure_ascii=False, default=str)


def tell_apart(articles: Sequence[Article]) -> list[Article]:
    """Give the second, third... article of one id the ids ``id#2``, ``id#3``; a free one is always found."""
    taken = {article.id for article in articles}
    seen: set[str] = set()
    result = []
    for article in articles:
        if article.id in seen:
            number = 2
            while f"{article.id}#{number}" in taken:
                number += 1
            article = dataclasses.replace(article, id=f"{article.id}#{number}")
            taken.add(article.id)
        seen.add(article.id)
        result.append(article)
    return result
