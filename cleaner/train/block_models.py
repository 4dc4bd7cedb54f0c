"""The two block models and the classifier of pages, fitted and asked together as strip asks them (``models.judge``).

So what the commands print is how strip does on pages that it has not seen, not how one of the models does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaner.records import Page
from cleaner.strip import declared, features, models, page_type
from cleaner.strip.models import Judged
from cleaner.strip.trees import Trees
from cleaner.train import boosting, made_pages, page_types
from cleaner.train.pages import FOLDS, SETS, Example, body_of, group_of

OTHER_GROUPS = [name for name in models.OTHER_GROUPS if name != "kind"]
ROUNDS, FITS = 150, 2
"""Of each block model, averaged; judged by the pages of sites not seen. Against three fits of 75 and 100 rounds, F1 of
news-like pages is .2 points higher on average, of wcxb's other kinds .5. A single fit moves fundus_eval by a point with
its seed."""


class Labelled(NamedTuple):
    """One page as each of three models sees it."""

    article: Example
    """With the features of the articles' model."""
    other: Example
    """With those of the model for any page, without the kind of the page."""
    kind: page_types.Example
    units: NDArray[np.float64]
    """Words of each block."""

    @property
    def source(self) -> str:
        """The set that it is of."""
        return self.article.source

    @property
    def group(self) -> str:
        """Its site."""
        return self.article.group

    @property
    def fold(self) -> int:
        """0 to FOLDS - 1, by its site."""
        return self.article.fold


class Fitted(NamedTuple):
    """The models of strip's blocks."""

    articles: Trees
    others: Trees
    kinds: Trees


def shipped() -> Fitted:
    """Those that strip has."""
    return Fitted(models.model("html"), models.model("other_pages"), page_type.model())


def example(source: str, kind: str, row: Mapping[str, Any]) -> Labelled | None:
    """One labelled page (``id``, ``url``, ``html``, ``gold_text``); None if it shows nothing."""
    html, gold, name = str(row["html"]), str(row["gold_text"]), row["id"]
    read = page_types.read(Page(name, name, url=row.get("url"), html=html))
    if read is None:
        return None
    blocks = read.outline.blocks
    texts = [block.text for block in blocks]
    body, sound = body_of(texts, gold)
    article = features.of_article(read.groups, models.membership(read.html, blocks))
    units = read.groups["text"][:, features.UNITS]
    other = features.of_other_page(read.groups, declared.columns(read.html, texts, units))
    group = group_of(name, row.get("url"), html)
    found = Example(
        name=name,
        source=source,
        kind=kind,
        group=group,
        blocks=blocks,
        rows=features.stack(article, models.HTML_GROUPS),
        body=body,
        gold=gold,
        sound=sound,
        growing=features.growing(article, models.HTML_GROUPS),
        html=html,
    )
    others, growing = features.stack(other, OTHER_GROUPS), features.growing(other, OTHER_GROUPS)
    kinds = page_types.Example(source, kind, group, read.row)
    return Labelled(found, replace(found, rows=others, growing=growing, html=None), kinds, units.copy())


def examples(folder: Path) -> list[Labelled]:
    """The pages of all sets, sorted by set and id; those that show nothing are left out."""
    return [found for row in page_types.rows(folder) if (found := example(*row)) is not None]


@cache
def made() -> list[Labelled]:
    """Invented articles, which train but are not measured; each is a site of its own."""
    rows = (
        {"id": f"made/page{n}", "html": page.html, "gold_text": page.gold} for n, page in enumerate(made_pages.pages())
    )
    return [found for row in rows if (found := example("made", "article", row)) is not None]


def types_of(kinds: Trees, page: Labelled) -> NDArray[np.float64]:
    """Probability of each kind of page."""
    return kinds.probabilities(page.kind.row, len(page_type.TYPES))


def told(page: Labelled, types: NDArray[np.float64]) -> Example:
    """A page with the columns of its kind."""
    kind = features.of_kind(types, len(page.other.rows)).astype(np.float32)
    return replace(page.other, rows=np.concatenate([page.other.rows, kind], axis=1))


def fit_articles(pages: Iterable[Labelled], invented: Iterable[Labelled]) -> Trees:
    """The articles' model, of ``pages.SETS`` and invented pages: without magic_forum, which is all of one kind."""
    train = [page.article for page in pages if page.article.sound and page.source in SETS]
    return boosting.fitted([*train, *(page.article for page in invented)], {}, ROUNDS, FITS)


def fit_others(pages: Iterable[Labelled], invented: Iterable[Labelled]) -> Trees:
    """The model for any page, of all sets and invented pages.

    In training a page's kind is told by a classifier fitted on the pages of other sites.
    """
    sound = [page for page in pages if page.other.sound]
    train = [*sound, *invented]
    rows: dict[str, Example] = {}
    for fold in range(FOLDS):
        kinds = page_types.fit([page.kind for page in sound if page.fold != fold])
        rows |= {page.other.name: told(page, types_of(kinds, page)) for page in train if page.fold == fold}
    return boosting.fitted([rows[page.other.name] for page in train], {}, ROUNDS, FITS)


def fit(pages: Sequence[Labelled], invented: Sequence[Labelled]) -> Fitted:
    """All three; the kind of a page is learnt from ``pages`` alone."""
    kinds = page_types.fit([page.kind for page in pages])
    return Fitted(fit_articles(pages, invented), fit_others(pages, invented), kinds)


def judged(page: Labelled, by: Fitted) -> Judged:
    """What these models say of a page together, as ``models.judge`` has it."""
    types = types_of(by.kinds, page)
    rows = told(page, types).rows

    def by_article() -> NDArray[np.float64]:
        return by.articles.log_odds(page.article.rows)

    def as_other(numbers: NDArray[np.intp] | None) -> NDArray[np.float32]:
        return rows if numbers is None else rows[numbers]

    return models.by_both(types, page.units, by_article, as_other, by.others)


def unseen(splits: Iterable[tuple[list[Labelled], list[Labelled]]], invented: Sequence[Labelled]) -> dict[str, Judged]:
    """What models that have not seen its site say of each page.

    ``splits`` part the pages into training and test; ``invented`` ones (``made``) train too.
    """
    out: dict[str, Judged] = {}
    for train, test in splits:
        if train and test:
            by = fit(train, invented)
            out |= {page.article.name: judged(page, by) for page in test}
    return out
