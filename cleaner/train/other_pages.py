"""Trains the block model for pages that are no article: ``python -m cleaner.train.other_pages DATA_DIR``.

DATA_DIR holds the page sets of ``page_types.SETS`` as ``NAME.jsonl.xz`` (``id``, ``url``, ``html``, ``gold_text``,
``page_type``). The model learns from all of them, articles too, and is told the kind of each page by a classifier
that has not seen its site. Writes its weight file beside strip (the same bytes from the same data; the other weights
stay as they are) and prints how well pages of sites not seen are done by the articles' model alone and as strip does
them: articles by the mean of both, what is told to be no article by this one. Needs the extra [train]; takes about ten
minutes on one core, a third of it with ``--weights-only``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaner.evaluate.measures import corpus_shingle_scores, corpus_word_scores
from cleaner.records import Page
from cleaner.strip import declared, features, models, page_type
from cleaner.strip.rules import count_words
from cleaner.strip.trees import Trees, share_of
from cleaner.train import page_types, strip
from cleaner.train.command import make_weights
from cleaner.train.pages import FOLDS, Example, body_of, group_of

GROUPS = [name for name in models.OTHER_GROUPS if name != "kind"]
ROUNDS = 300
SETTINGS: dict[str, float] = {"learning_rate": 0.07}
"""Where they differ from ``boosting.SETTINGS``; judged by the pages of sites not seen."""


class Labelled(NamedTuple):
    """One page as each of three models sees it."""

    article: Example
    """With the features of the articles' model."""
    other: Example
    """With those of this one, without the kind of the page."""
    kind: page_types.Example


def examples(folder: Path) -> list[Labelled]:
    """The pages of all sets, sorted by set and id; those that show nothing are left out."""
    out = []
    for source, kind, row in page_types.rows(folder):
        html, gold, name = str(row["html"]), str(row["gold_text"]), row["id"]
        read = page_types.read(Page(name, name, url=row.get("url"), html=html))
        if read is None:
            continue
        blocks = read.outline.blocks
        texts = [block.text for block in blocks]
        body, sound = body_of(texts, gold)
        article = features.of_article(read.groups, models.membership(read.html, blocks))
        told = declared.columns(read.html, texts, read.groups["text"][:, features.UNITS])
        other = features.of_other_page(read.groups, told)
        group = group_of(name, row.get("url"), html)
        example = Example(
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
        )
        others, growing = features.stack(other, GROUPS), features.growing(other, GROUPS)
        kinds = page_types.Example(source, kind, group, read.row)
        out.append(Labelled(example, replace(example, rows=others, growing=growing), kinds))
    return out


def types_of(model: Trees, page: Labelled) -> NDArray[np.float64]:
    """Probability of each kind of page."""
    return model.probabilities(page.kind.row, len(page_type.TYPES))


def told(page: Labelled, types: NDArray[np.float64]) -> Example:
    """A page with the columns of its kind."""
    kind = features.of_kind(types, len(page.other.rows)).astype(np.float32)
    return replace(page.other, rows=np.concatenate([page.other.rows, kind], axis=1))


def fit(pages: Sequence[Labelled]) -> Trees:
    """The model. In training each page's kind is told by a classifier fitted on the pages of other sites."""
    sound = [page for page in pages if page.other.sound]
    rows: dict[str, Example] = {}
    for fold in range(FOLDS):
        model = page_types.fit([page.kind for page in sound if page.other.fold != fold])
        rows |= {page.other.name: told(page, types_of(model, page)) for page in sound if page.other.fold == fold}
    return strip.fitted([rows[page.other.name] for page in sound], SETTINGS, ROUNDS)


class Texts(NamedTuple):
    """What is left of a page."""

    alone: str
    """By the articles' model."""
    switched: str
    """As strip does: by both, or by the one for other kinds."""


def unseen(pages: Sequence[Labelled]) -> dict[str, Texts]:
    """What is left of each page by models that have not seen its site, with the rules.

    The articles' model learns from the sets that ``cleaner.train.strip`` fits it on.
    """
    out: dict[str, Texts] = {}
    for fold in range(FOLDS):
        train = [page for page in pages if page.other.fold != fold]
        kinds = page_types.fit([page.kind for page in train])
        articles = strip.fitted(
            [page.article for page in train if page.article.sound and page.article.source in strip.SETS],
            strip.HTML_SETTINGS,
            strip.HTML_ROUNDS,
        )
        others = fit(train)
        for page in pages:
            if page.other.fold != fold:
                continue
            alone = articles.probability(page.article.rows)
            out[page.other.name] = Texts(
                strip.with_rules(page.article, alone, models.ALONE_THRESHOLD, "model.block"),
                _as_strip(page, articles, others, types_of(kinds, page)),
            )
    return out


def _as_strip(page: Labelled, articles: Trees, others: Trees, types: NDArray[np.float64]) -> str:
    """What is left of a page that is judged as ``models.judge`` does."""
    example = told(page, types)
    units = np.fromiter((count_words(block.text) for block in example.blocks), np.float64, len(example.blocks))
    kind, article = page_type.TYPES[int(types.argmax())], float(types[page_type.ARTICLE])
    if article >= models.ARTICLE:
        odds = articles.log_odds(page.article.rows)
        body, threshold = models.of_article(
            odds, lambda rows: others.log_odds(example.rows[rows]), units, article, kind
        )
    else:
        body = others.quick_probability(example.rows)
        if kind in models.BOTH_KINDS:
            body = share_of((articles.log_odds(page.article.rows) + others.log_odds(example.rows)) / 2)
        threshold = models.threshold_of(body, units, kind)
    return strip.with_rules(example, body, threshold, "model.block", article=article >= models.ARTICLE)


def report(pages: Iterable[Labelled], found: Mapping[str, Texts]) -> list[str]:
    """A table: shingle and word F1 by set and kind, of the articles' model alone and as strip does them."""
    parts: dict[str, list[Example]] = {}
    for page in pages:
        parts.setdefault(f"{page.other.source} {page.other.kind}", []).append(page.other)
    lines = [f"{'F1 of shingles and of words':30s} pages   articles' alone   as strip does"]
    for name, part in sorted(parts.items()):
        golds = [example.gold for example in part]
        cells = []
        for texts in zip(*(found[example.name] for example in part), strict=True):
            shingles, words = corpus_shingle_scores(golds, texts).f1, corpus_word_scores(golds, texts).f1
            cells.append(f"{shingles:.4f} {words:.4f}")
        lines.append(f"{name:30s} {len(part):5d}   {cells[0]:16s}  {cells[1]}")
    return lines


def _make(pages: list[Labelled], weights: Path) -> None:
    """Write the weights."""
    trees = fit(pages)
    trees.save(weights / "other_pages.npz")
    print(f"{len(pages)} pages, {len(trees.feature)} trees, {trees.width} features", flush=True)


def _measure(pages: list[Labelled]) -> None:
    """Print the table by kind of page."""
    print("\n".join(report(pages, unseen(pages))))


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    return make_weights("cleaner.train.other_pages", __doc__, examples, _make, _measure, arguments)


if __name__ == "__main__":
    sys.exit(main())
