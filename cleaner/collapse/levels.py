"""All levels in order: ``exact`` copies, then ``near`` copies among what is left, then one ``event``.

Each level keeps one article of a group and hands it on. Articles are put in one order first, so that the
order they came in changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from cleaner.article_store import ArticleStore
from cleaner.collapse import bands
from cleaner.collapse.event import Encoder
from cleaner.collapse.hierarchy import Hierarchy
from cleaner.collapse.links import Links
from cleaner.collapse.saved_scores import SavedScores
from cleaner.collapse.stories import build
from cleaner.progress import Progress, Silent
from cleaner.records import Article, Grain, Keep, Level, Opinions, Story
from cleaner.settings import Require, Settings

__all__ = ["build_levels", "collapse", "order", "ordered"]


def collapse(
    articles: Iterable[Article],
    level: Level = "event",
    keep: Keep = "complete",
    prefer: Sequence[str] = (),
    near_threshold: float | None = None,
    event_threshold: float | None = None,
    event_span: float | None = None,
    require: Require | None = None,
    encoder: Encoder | None = None,
    links: Links | None = None,
    grain: Grain = "story",
    opinions: Opinions = "together",
) -> list[Story]:
    """Collapse articles to stories, sorted by the canonical's id.

    The choices are those of ``Settings``: a story of which no member satisfies ``require`` comes out with
    ``fits`` False. ``encoder`` adds its evidence to that for one event, ``links`` are what a person knows. Of
    articles with equal ids all but the first get the ids ``id#2``, ``id#3``... Raises UsageError for a choice that
    makes no sense.
    """
    settings = Settings(
        level=level,
        keep=keep,
        prefer=tuple(prefer),
        near_threshold=near_threshold,
        event_threshold=event_threshold,
        event_span=event_span,
        grain=grain,
        opinions=opinions,
        require=require or Require(),
    )
    store = ArticleStore(articles)
    ordered(store)
    hierarchy = Hierarchy.of_articles(store, settings)
    hierarchy.take_links(links or Links())
    build_levels(hierarchy, settings, encoder)
    return list(build(hierarchy, carry=True))


def build_levels(
    hierarchy: Hierarchy,
    settings: Settings,
    encoder: Encoder | None = None,
    saved: SavedScores | None = None,
    progress: Progress | None = None,
) -> None:
    """Run the levels up to that of the settings; ``saved`` are pairs that may have been scored before."""
    progress = progress or Silent()
    with progress.stage("collapse: exact", len(hierarchy.headers), "articles") as stage:
        hierarchy.group_exact(_choice(settings, hierarchy.links.pairs))
        stage.advance(len(hierarchy.headers))
    if settings.level != "exact":
        with progress.stage("collapse: near", bands.number(len(hierarchy.headers)), "bands") as stage:
            hierarchy.link_copies(settings.near_threshold, stage.track)
    if settings.level == "event":
        if saved is not None and hierarchy.reports_digest() == saved.of:
            hierarchy.take_scores(saved)
        else:
            hierarchy.score_reports(encoder, progress, settings.encoder and _files_of(Path(settings.encoder)))
        hierarchy.link_events(settings.event_threshold, settings.span, settings.least_event_threshold)


def _choice(settings: Settings, links: Sequence[tuple[int, int, bool]]) -> object:
    """What decides which copy of a group is kept, and which copies are one group."""
    return [settings.keep, settings.prefer, str(settings.require), links]


def _files_of(folder: Path) -> list[tuple[str, int, int]]:
    """The files of a folder and their states."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in files]


def ordered(store: ArticleStore) -> list[tuple[str, int]]:
    """Put a store in the one order, ids apart: the second, third... article of one id becomes ``id#2``, ``id#3``.

    A free id is always found. Returns the ids that were changed, each with its article's place.
    """
    places = sorted(range(len(store)), key=lambda i: store.headers[i].id)
    for first, last in _equal_ids(store, places):
        places[first:last] = sorted(places[first:last], key=lambda i: order(store[i]))
    store.arrange(places)
    return _tell_apart(store)


def _equal_ids(store: ArticleStore, places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Stretches of ``places`` (first, one behind the last) whose articles have one id."""
    first = 0
    for last in range(1, len(places) + 1):
        if last == len(places) or store.headers[places[last]].id != store.headers[places[first]].id:
            if last - first > 1:
                yield first, last
            first = last


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
    names = [article.lang, article.author, article.site, article.site_name, article.date_source, article.page_type]
    plain = [*names, article.page_type_probability, article.extra]
    return json.dumps(plain, sort_keys=True, ensure_ascii=False, default=str)


def _tell_apart(store: ArticleStore) -> list[tuple[str, int]]:
    """Give the second, third... article of one id, which stand together, another."""
    changed: list[tuple[str, int]] = []
    taken: set[str] = set()
    for first, last in _equal_ids(store, range(len(store))):
        taken = taken or {header.id for header in store.headers}
        base = store.headers[first].id
        number = 2
        for place in range(first + 1, last):
            while f"{base}#{number}" in taken:
                number += 1
            taken.add(f"{base}#{number}")
            store.rename(place, f"{base}#{number}")
            changed.append((base, place))
    return changed
