"""Trains the block model and the line model of strip: ``python -m cleaner.train.strip DATA_DIR``.

DATA_DIR holds the page sets of ``pages.SETS`` as ``NAME.jsonl.xz`` (``id``, ``url``, ``html``, ``gold_text``,
``page_type``) and ``lines.jsonl.xz`` (``page``, ``text``, ``keep``). Writes the two weight files beside strip
(the same bytes from the same data) and prints how well the models do on sites and on sets they have not
seen. The model for pages that are no article is another command's (``cleaner.train.other_pages``). Needs the extra
[train]; takes about a quarter of an hour on one core, a third of it with ``--weights-only``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cleaner.evaluate.measures import Scores, corpus_shingle_scores
from cleaner.strip import decide, language, models
from cleaner.strip.trees import Trees
from cleaner.train import boosting
from cleaner.train.command import make_weights
from cleaner.train.pages import FOLDS, SETS, Example, ceiling, html_examples, line_examples, material

COLUMNS = ("fundus_eval", "magic_article", "readability", "wcxb articles", "wcxb others")
THRESHOLDS = (0.3, 0.4, 0.5, 0.6)
HTML_ROUNDS, TEXT_ROUNDS = 150, 80
HTML_SETTINGS: dict[str, float] = {}
TEXT_SETTINGS: dict[str, float] = {"num_leaves": 15}
"""Where they differ from ``boosting.SETTINGS``: lines say less, and larger trees learn the sites by heart."""

Probabilities = Mapping[str, NDArray[np.float64]]
Splits = Iterator[tuple[list[Example], list[Example]]]


def by_set(examples: Sequence[Example]) -> Splits:
    """Each set held out whole, and from the training side the sites that it has."""
    for source in SETS:
        test = [example for example in examples if example.source == source]
        groups = {example.group for example in test}
        yield [e for e in examples if e.source != source and e.group not in groups and e.sound], test


def by_domain(examples: Sequence[Example]) -> Splits:
    """Five folds; a site is in one of them."""
    for fold in range(FOLDS):
        test = [example for example in examples if example.fold == fold]
        yield [example for example in examples if example.fold != fold and example.sound], test


def fitted(examples: Sequence[Example], settings: Mapping[str, float], rounds: int) -> Trees:
    """A model of these pages, which cuts off the columns that grow with a page where most of these end."""
    return boosting.fit(*material(examples), settings, rounds, ceiling(examples))


def unseen(splits: Splits, settings: Mapping[str, float], rounds: int) -> Probabilities:
    """Probabilities of every page's blocks from a model that has not seen its part of the data."""
    out: dict[str, NDArray[np.float64]] = {}
    for train, test in splits:
        if train and test:
            trees = fitted(train, settings, rounds)
            out |= {example.name: trees.probability(example.rows) for example in test}
    return out


def figures(examples: Iterable[Example], text_of: Callable[[Example], str]) -> dict[str, Scores]:
    """Scores of a method by column of the tables."""
    parts: dict[str, list[Example]] = {}
    for example in examples:
        parts.setdefault(example.column, []).append(example)
    return {
        name: corpus_shingle_scores([e.gold for e in part], [text_of(e) for e in part]) for name, part in parts.items()
    }


def kept_text(example: Example, kept: Iterable[bool]) -> str:
    """The text of the blocks that stay."""
    return "\n".join(block.text for block, stays in zip(example.blocks, kept, strict=True) if stays)


def with_rules(
    example: Example, body: NDArray[np.float64], threshold: float, model: str, article: bool = True
) -> str:
    """The text of the blocks that model and rules leave; ``article`` as for ``decide.Outlook``."""
    texts = [block.text for block in example.blocks]
    lang = language.of_page(" ".join(text for text, share in zip(texts, body, strict=True) if share >= threshold))
    outlook = decide.Outlook(decide.anywhere(texts, lang), body.tolist(), threshold, model, article=article)
    verdicts = decide.decide(texts, outlook, lang).verdicts
    return kept_text(example, (verdict is None for verdict in verdicts))


def row(name: str, found: Mapping[str, Scores]) -> str:
    """A line of a table of scores."""
    cells = [f"{s.precision:.4f} {s.recall:.4f} {s.f1:.4f}" if (s := found.get(c)) else "-" for c in COLUMNS]
    return f"{name:24s} " + " | ".join(f"{cell:20s}" for cell in cells)


def report(
    title: str, examples: Sequence[Example], probabilities: Probabilities, rules_at: float, model: str
) -> list[str]:
    """A table: the model at each threshold, and with the rules at one."""
    lines = [title, f"{'':24s} " + " | ".join(f"{column:20s}" for column in COLUMNS)]
    for threshold in THRESHOLDS:
        found = figures(examples, lambda e, t=threshold: kept_text(e, probabilities[e.name] >= t))  # type: ignore[misc]
        lines.append(row(f"model at {threshold}", found))
    found = figures(examples, lambda e: with_rules(e, probabilities[e.name], rules_at, model))
    return [*lines, row(f"model at {rules_at} + rules", found), ""]


def peers(pages: Sequence[Example]) -> str:
    """The row of trafilatura's fast mode."""
    import trafilatura

    def fast(example: Example) -> str:
        return trafilatura.extract(example.html, fast=True, include_comments=False, deduplicate=False) or ""

    return row("trafilatura fast", figures(pages, fast))


def _read(data: Path) -> tuple[list[Example], list[Example]]:
    """The pages and the stored lines."""
    pages = html_examples(data)
    return pages, line_examples(data, pages)


def _make(read: tuple[list[Example], list[Example]], weights: Path) -> None:
    """Write the weights of both models."""
    pages, lines = read
    for name, examples, settings, rounds in (
        ("html", pages, HTML_SETTINGS, HTML_ROUNDS),
        ("text", lines, TEXT_SETTINGS, TEXT_ROUNDS),
    ):
        trees = fitted([e for e in examples if e.sound], settings, rounds)
        trees.save(weights / f"{name}.npz")
        print(f"{name}: {len(examples)} pages, {len(trees.feature)} trees, {trees.width} features", flush=True)


def _measure(read: tuple[list[Example], list[Example]]) -> None:
    """Print the tables of both models."""
    pages, lines = read
    print(peers(pages), flush=True)
    for name, examples, settings, rounds, threshold, model in (
        ("blocks", pages, HTML_SETTINGS, HTML_ROUNDS, models.ALONE_THRESHOLD, "model.block"),
        ("lines", lines, TEXT_SETTINGS, TEXT_ROUNDS, models.TEXT_THRESHOLD, "model.line"),
    ):
        for what, split in (("a set held out", by_set), ("sites held out", by_domain)):
            found = unseen(split(examples), settings, rounds)
            print("\n".join(report(f"{name}, {what}", examples, found, threshold, model)), flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    return make_weights("cleaner.train.strip", __doc__, _read, _make, _measure, arguments)


if __name__ == "__main__":
    sys.exit(main())
