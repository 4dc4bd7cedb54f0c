"""The two block models and the classifier of pages, fitted and asked as strip asks them (``page_models.judge``).

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

from cleaner.strip import features
from cleaner.strip.models import declared, page_models, page_type
from cleaner.strip.models.page_models import Judged
from cleaner.strip.weights import convolutions, weight_files
from cleaner.strip.weights.convolutions import Network
from cleaner.strip.weights.trees import Trees
from cleaner.train import boosting, made_pages, networks, page_types, variants
from cleaner.train.pages import FOLDS, SETS, Example, body_of

OTHER_GROUPS = [name for name in page_models.OTHER_GROUPS if name != "kind"]
ROUNDS = 150
"""Of each fit; judged by the pages of sites not seen. Against three fits of 75 and 100 rounds two of 150 bring F1 of
news-like pages .2 points more on average, of wcxb's other kinds .5. A single fit moves fundus_eval by a point with its
seed."""
ARTICLE_SEEDS, OTHER_SEEDS = (2, 4), (0, 3)
"""Of the fits that are averaged. Of the pairs of eight seeds 19 of 28 keep the floors of all hard pages; with these
all lines of the special pages of the tests stay too, and with them the least furniture stays in languages with few
rules. Others do as well on sites held out: which of a few short captions is lost is chance."""
DOUBTFUL = 0.85
"""Probability from which a block that the gold text lacks is left out of training, told by models that have not seen
its site (after Northcutt, Jiang and Chuang, "Confident learning", JAIR 70, 2021): gold texts leave out captions,
subheads and items that are body. With .7 articles of wcxb lose .1 points of F1 on sites held out."""
AMID = 4
"""Blocks in which body is to stand before such a block, and behind it. Where they are left out anywhere, the model no
longer tells paywalls and offers below short articles."""
NETWORK_SETTINGS = networks.Settings(epochs=8, unseen=0.3)
NETWORK_SEEDS = (0,)
ARTICLE_SHARE, MADE_SHARE = 0.3, 0.3
"""What an article and an invented page weigh beside a page of another kind for the networks, which are asked about
pages that may be none. On sites held out articles of share 1 tell magic_forum .007 worse, the others alike."""


class Labelled(NamedTuple):
    """One page as each of three models sees it."""

    article: Example
    """With the features of the articles' model."""
    other: Example
    """With those of the model for any page, without the kind of the page."""
    kind: page_types.Example
    units: NDArray[np.float64]
    """Words of each block."""
    variant: Labelled | None = None
    """Its variant (``variants``), which trains with it and is not measured."""

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
    networks: tuple[Network, ...]


def shipped() -> Fitted:
    """Those that strip has."""
    articles, others, kinds = map(weight_files.trees, ("html", "other_pages", "page_type"))
    return Fitted(articles, others, kinds, weight_files.networks("page_networks"))


def example(source: str, kind: str, row: Mapping[str, Any], share: float = 1.0) -> Labelled | None:
    """One labelled page (``id``, ``url``, ``html``, ``gold_text``) with its share in training.

    None if it shows nothing.
    """
    html, gold, name = str(row["html"]), str(row["gold_text"]), row["id"]
    read = page_types.read(row)
    if read is None:
        return None
    blocks = read.outline.blocks
    texts = [block.text for block in blocks]
    body, sound = body_of(texts, gold)
    article = features.of_article(read.groups, page_models.membership(read.html, blocks))
    units = read.groups["text"][:, features.UNITS]
    other = features.of_other_page(read.groups, declared.columns(read.html, texts, units))
    found = Example(
        name=name,
        source=source,
        kind=kind,
        group=read.group,
        blocks=blocks,
        rows=features.stack(article, page_models.HTML_GROUPS),
        body=body,
        gold=gold,
        sound=sound,
        growing=features.growing(article, page_models.HTML_GROUPS),
        html=html,
        share=share,
    )
    others, growing = features.stack(other, OTHER_GROUPS), features.growing(other, OTHER_GROUPS)
    kinds = page_types.Example(source, kind, read.group, read.row, share)
    return Labelled(found, replace(found, rows=others, growing=growing, html=None), kinds, units.copy())


def examples(folder: Path, varied: bool = True) -> list[Labelled]:
    """The pages of all sets, sorted by set and id, with their variants where block models are to learn (``varied``).

    Those that show nothing are left out.
    """
    found = []
    for source, kind, row in page_types.rows(folder):
        page = example(source, kind, row)
        if page is None:
            continue
        if varied:
            page = page._replace(variant=example(source, kind, variants.of_row(row), variants.SHARE))
        found.append(page)
    return found


@cache
def made() -> list[Labelled]:
    """Invented articles, which train but are not measured; each is a site of its own."""
    found = [page for row in made_pages.rows() if (page := example("made", "article", row)) is not None]
    return [page._replace(kind=replace(page.kind, share=page_types.INVENTED_SHARE)) for page in found]


def types_of(kinds: Trees, page: Labelled) -> NDArray[np.float64]:
    """Probability of each kind of page."""
    return kinds.probabilities(page.kind.row, len(page_type.TYPES))


def told(page: Labelled, types: NDArray[np.float64]) -> Example:
    """A page with the columns of its kind."""
    kind = features.of_kind(types, len(page.other.rows)).astype(np.float32)
    return replace(page.other, rows=np.concatenate([page.other.rows, kind], axis=1))


def with_variants(pages: Iterable[Labelled]) -> list[Labelled]:
    """Each page, and behind it its variant."""
    return [one for page in pages for one in (page, page.variant) if one is not None]


def fit_kinds(pages: Iterable[Labelled], invented: Iterable[Labelled]) -> Trees:
    """The classifier, of these pages, their variants and invented ones."""
    return page_types.fit([page.kind for page in (*with_variants(pages), *invented)])


def fit_articles(pages: Sequence[Labelled], invented: Sequence[Labelled]) -> Trees:
    """The articles' model, of ``pages.SETS`` and invented pages: without magic_forum, which is all of one kind.

    What is doubtful on the pages is told first, where that is not known.
    """
    doubted = all(page.article.doubtful is not None for page in pages)
    return _articles_of(pages if doubted else with_doubts(pages, invented), invented)


def _articles_of(pages: Iterable[Labelled], invented: Iterable[Labelled]) -> Trees:
    train = [page.article for page in with_variants(pages) if page.article.sound and page.source in SETS]
    return boosting.fitted([*train, *(page.article for page in invented)], {}, ROUNDS, ARTICLE_SEEDS)


def with_doubts(pages: Sequence[Labelled], invented: Sequence[Labelled]) -> list[Labelled]:
    """The pages with the blocks that their gold texts may lack by mistake, see DOUBTFUL.

    Models without a fifth of the sites tell those of its pages; ``invented`` pages train too and are not doubted.
    """
    folds = sorted({page.fold for page in pages})
    trees = {fold: _articles_of([page for page in pages if page.fold != fold], invented) for fold in folds}
    return [_doubted(page, trees[page.fold]) for page in pages]


def amid(body: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which blocks have ``body`` among the AMID before them and among as many behind."""
    before = np.concatenate([np.zeros(AMID + 1, int), np.cumsum(body)])
    upto = before[AMID:-1], before[AMID + 1 :]  # of blocks before each, and with itself
    behind = np.concatenate([upto[1], np.full(AMID, before[-1])])[AMID:]
    return (upto[0] > before[: len(body)]) & (behind > upto[1])


def _doubted(page: Labelled, trees: Trees) -> Labelled:
    own = page.article
    doubtful = ~own.body & amid(own.body) & (trees.probability(own.rows) >= DOUBTFUL)
    variant = None if page.variant is None else _doubted(page.variant, trees)
    return page._replace(article=replace(own, doubtful=doubtful), variant=variant)


def told_unseen(pages: Sequence[Labelled], invented: Sequence[Labelled]) -> tuple[list[Example], list[Example]]:
    """The pages with their variants, and the invented ones, each with the columns of its kind.

    That is told by a classifier fitted on the pages of other sites.
    """
    rows: tuple[list[Example], list[Example]] = [], []
    for fold in range(FOLDS):
        kinds = fit_kinds(*([page for page in part if page.fold != fold] for part in (pages, invented)))
        for part, found in zip((with_variants(pages), invented), rows, strict=True):
            test = (page for page in part if page.fold == fold and page.other.sound)
            found += [told(page, types_of(kinds, page)) for page in test]
    return rows


def fit_others(rows: Sequence[Example]) -> Trees:
    """The model for any page, of the labelled ones as ``told_unseen`` gives them.

    Of invented articles only the classifier learns: with them this model tells the posts of forums worse (.785, .773).
    """
    return boosting.fitted(rows, {}, ROUNDS, OTHER_SEEDS)


def fit_networks(rows: Iterable[Example], invented: Iterable[Example]) -> tuple[Network, ...]:
    """The networks for pages that may be no articles, of the pages as ``told_unseen`` gives them."""
    found = [replace(page, share=ARTICLE_SHARE * page.share) if page.kind == "article" else page for page in rows]
    found += [replace(page, share=MADE_SHARE * page.share) for page in invented]
    return networks.fit(*networks.of_examples(found), NETWORK_SEEDS, NETWORK_SETTINGS)


def write_others(pages: Sequence[Labelled], invented: Sequence[Labelled], weights: Path) -> Trees:
    """Write the weights of the models for any page into a folder; returns the trees."""
    rows, made_rows = told_unseen(pages, invented)
    others = fit_others(rows)
    others.save(weights / "other_pages.npz")
    convolutions.save(fit_networks(rows, made_rows), weights / "page_networks.npz")
    return others


def fit(pages: Sequence[Labelled], invented: Sequence[Labelled], in_context: bool = True) -> Fitted:
    """All of them; the networks only for blocks ``in_context``."""
    rows, made_rows = told_unseen(pages, invented)
    others = fit_others(rows)
    read_in_context = fit_networks(rows, made_rows) if in_context else ()
    return Fitted(fit_articles(pages, invented), others, fit_kinds(pages, invented), read_in_context)


def judged(page: Labelled, by: Fitted) -> Judged:
    """What these models say of a page together, as ``page_models.judge`` has it."""
    types = types_of(by.kinds, page)
    rows = told(page, types).rows

    def by_article() -> NDArray[np.float64]:
        return by.articles.log_odds(page.article.rows)

    def as_other(numbers: NDArray[np.intp] | None) -> NDArray[np.float32]:
        return rows if numbers is None else rows[numbers]

    return page_models.by_both(types, page.units, by_article, as_other, by.others, lambda: by.networks)


def unseen(
    splits: Iterable[tuple[list[Labelled], list[Labelled]]], invented: Sequence[Labelled], in_context: bool = True
) -> dict[str, Judged]:
    """What models that have not seen its site say of each page.

    ``splits`` part the pages into training and test; ``invented`` ones (``made``) train too. ``in_context`` as for
    ``fit``.
    """
    out: dict[str, Judged] = {}
    for train, test in splits:
        if train and test:
            by = fit(train, invented, in_context)
            out |= {page.article.name: judged(page, by) for page in test}
    return out
