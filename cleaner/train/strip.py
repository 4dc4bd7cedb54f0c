"""Trains the articles' block model and the line model of strip: ``python -m cleaner.train.strip DATA_DIR``.

DATA_DIR holds the page sets of ``page_types.SETS`` as ``NAME.jsonl.xz`` (``id``, ``url``, ``html``, ``gold_text``,
``page_type``) and ``lines.jsonl.xz`` (``page``, ``text``, ``keep``). Writes the two weight files beside strip (the
same bytes from the same data) and prints how strip does on sites and on sets that its block models have not seen, the
one for any page (``cleaner.train.other_pages``) and the classifier fitted anew with them, and how the line model does;
English lines, which are told by their wording too, are measured by ``cleaner.train.known_lines``. Needs the extra
[train]; takes an hour and a half on one core, a tenth of it with ``--weights-only``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from cleaner.strip import features
from cleaner.strip.decisions import decide
from cleaner.strip.models import line_models
from cleaner.strip.models.page_models import Judged
from cleaner.strip.reading import wrapped
from cleaner.strip.reading.blocks import Block
from cleaner.strip.weights.trees import Trees
from cleaner.train import block_models, boosting, made_languages, made_lines, scores, splits
from cleaner.train.block_models import Labelled
from cleaner.train.command import make_weights
from cleaner.train.pages import SETS, Example, line_examples

THRESHOLDS = (0.3, 0.4, 0.5)
LINE_ROUNDS = 80
LINE_SEEDS = (0, 1, 2)
"""Of the fits that are averaged. With three, and with the invented letters, the mails and menus of the hard pages are
told, with one not."""
LINE_SETTINGS: dict[str, float] = {"num_leaves": 15}
"""Where they differ from ``boosting.SETTINGS``: lines say less, and larger trees learn the sites by heart."""


class Read(NamedTuple):
    """The pages and the stored lines."""

    pages: list[Labelled]
    lines: list[Example]


def lines_of(folder: Path, pages: Iterable[Labelled]) -> list[Example]:
    """The labelled lines of the pages of ``pages.SETS``."""
    return line_examples(folder, [page.article for page in pages if page.source in SETS])


def read(folder: Path, varied: bool = True) -> Read:
    """All that the commands learn from; ``varied`` as for ``block_models.examples``."""
    pages = block_models.examples(folder, varied)
    return Read(pages, lines_of(folder, pages))


@cache
def made() -> list[Example]:
    """Invented pages, which train but are not measured."""
    english = (("en", lines, kept) for lines, kept in made_lines.pages())
    return [example(f"made/{n}", *page) for n, page in enumerate((*english, *made_languages.pages()))]


def example(name: str, language: str | None, lines: Sequence[str], kept: Sequence[bool]) -> Example:
    """A page of these lines in this language, ``kept`` says of each whether it is body; it is a site of its own."""
    stored, kept = _joined([Block(line, gap=False) for line in lines], kept)
    texts = [line.text for line in stored]
    columns = features.of_text(stored, decide.anywhere(texts, language))
    rows, growing = features.stack(columns, line_models.TEXT_GROUPS), features.growing(columns, line_models.TEXT_GROUPS)
    gold = "\n".join(text for text, stays in zip(texts, kept, strict=True) if stays)
    site = "made", "article", name
    return Example(name, *site, stored, rows, np.array(kept, bool), gold, sound=True, growing=growing)


def _joined(lines: list[Block], kept: Sequence[bool]) -> tuple[list[Block], Sequence[bool]]:
    """The lines as strip reads them, wrapped ones joined, unless that joins body with what is none."""
    whole, into = wrapped.joined(lines)
    of_whole = dict(zip(into, kept, strict=True))
    if any(of_whole[at] != stays for at, stays in zip(into, kept, strict=True)):
        return lines, kept
    return whole, [of_whole[at] for at in range(len(whole))]


def fit_lines(lines: Iterable[Example], invented: Iterable[Example]) -> Trees:
    """The line model, of these pages and invented ones."""
    train = [example for example in lines if example.sound]
    return boosting.fitted([*train, *invented], LINE_SETTINGS, LINE_ROUNDS, LINE_SEEDS)


def unseen_lines(
    parts: Iterable[tuple[list[Example], list[Example]]], invented: Sequence[Example]
) -> dict[str, Judged]:
    """What line models that have not seen its site say of each page.

    ``parts`` of them into training and test; ``invented`` ones (``made``) train too.
    """
    out: dict[str, Judged] = {}
    for train, test in parts:
        if train and test:
            trees = fit_lines(train, invented)
            out |= {page.name: Judged(trees.probability(page.rows), line_models.TEXT_THRESHOLD) for page in test}
    return out


def peers(pages: Sequence[Example]) -> str:
    """The row of trafilatura's fast mode."""
    import trafilatura

    def fast(example: Example) -> str:
        return trafilatura.extract(example.html, fast=True, include_comments=False, deduplicate=False) or ""

    return scores.row("trafilatura fast", scores.figures(pages, fast))


def _make(found: Read, weights: Path) -> None:
    """Write the weights of both models."""
    for name, number, trees in (
        ("html", len(found.pages), block_models.fit_articles(found.pages, block_models.made())),
        ("text", len(found.lines), fit_lines(found.lines, made())),
    ):
        trees.save(weights / f"{name}.npz")
        print(f"{name}: {number} pages, {len(trees.feature)} trees, {trees.width} features", flush=True)


def _measure(found: Read) -> None:
    """Print the tables of both kinds of pages."""
    examples = [page.article for page in found.pages]
    print(peers(examples), flush=True)
    for what, split in (("a set held out", splits.by_set), ("sites held out", splits.by_site)):
        blocks = block_models.unseen(split(found.pages), block_models.made())
        measured = [example for example in examples if example.name in blocks]
        print("\n".join(scores.report(f"blocks, {what}", measured, blocks, scores.BLOCKS)), flush=True)
    for what, split_lines in (("a set held out", splits.by_set), ("sites held out", splits.by_site)):
        lines = unseen_lines(split_lines(found.lines), made())
        title = f"lines by the model of all languages, {what}"
        print("\n".join(scores.report(title, found.lines, lines, scores.LINES, THRESHOLDS)), flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    return make_weights("cleaner.train.strip", __doc__, read, _make, _measure, arguments)


if __name__ == "__main__":
    sys.exit(main())
