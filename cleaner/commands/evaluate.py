"""``cleaner evaluate``: the field's measures on labelled data of the user's own."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Callable
from pathlib import PurePath

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cleaner.commands.plain import printable
from cleaner.evaluate import canonical, collapse, strip
from cleaner.evaluate.measures import Scores
from cleaner.records import Level
from cleaner.settings import Settings


def main(options: argparse.Namespace) -> int:
    """Measure every file and print a table, or JSON."""
    settings = Settings(near_threshold=options.near_threshold, event_threshold=options.event_threshold)
    corpus = collapse.Corpus(options.articles) if options.articles else None
    if options.what == "strip":
        pages = strip.pages_of(options.pages) if options.pages else None
        figures: list = [one for path in options.labelled for one in strip.evaluate(path, pages, options.peers)]
    elif options.what == "canonical":
        figures = [one for path in options.labelled for one in canonical.evaluate(path)]
    else:
        level: Level = "near" if options.what == "near" else "event"
        figures = [
            collapse.evaluate(path, level, settings.near_threshold, settings.event_threshold, corpus)
            for path in options.labelled
        ]
    if corpus is not None and (note := corpus.note()):
        print(printable(f"cleaner evaluate: {note}"), file=sys.stderr)
    if options.json:
        print(json.dumps([dataclasses.asdict(one) for one in figures], ensure_ascii=False, indent=2))
        return 0
    width = None if sys.stdout.isatty() else 120
    table = _TABLES.get(options.what, _table)
    Console(file=sys.stdout, width=width).print(table(figures))
    return 0


def _strip_table(figures: list[strip.StripFigures]) -> Table:
    kinds = sorted({kind for one in figures for kind in one.kinds})
    shown = _grid("file", "method", "pages", "P", "R", "F1", "words F1", "exact", "ms a page", *_short(kinds))
    for one in figures:
        shown.add_row(
            Text(PurePath(one.file).name),
            one.method,
            str(one.pages),
            *_percents(one.scores),
            f"{100 * one.words:.1f}",
            str(one.exact),
            f"{one.milliseconds:.1f}",
            *(f"{100 * one.kinds[kind]:.1f}" if kind in one.kinds else "-" for kind in kinds),
        )
    if kinds:
        shown.caption = "by kind of page: F1 of the words"
    return shown


def _short(kinds: list[str]) -> list[str]:
    """Names of columns."""
    return [kind[:6] for kind in kinds]


def _canonical_table(figures: list[canonical.CanonicalFigures]) -> Table:
    """Copies: F1 against the body; events: share of the common facts told."""
    names = ("file", "of", "policy", "clusters", "F1 or told", "of best", "best %", "stubs %", "leftovers %", "words")
    shown = _grid(*names)
    for one in figures:
        shown.add_row(
            Text(PurePath(one.file).name),
            one.kind,
            one.policy,
            str(one.clusters),
            *(f"{100 * value:.1f}" for value in (one.quality, one.of_best, one.best)),
            *("-" if value is None else f"{100 * value:.1f}" for value in (one.stubs, one.leftovers)),
            f"{one.words:.0f}",
        )
    return shown


def _table(figures: list[collapse.CollapseFigures]) -> Table:
    names = ("file", "articles", "events", "stories", "B3 P", "R", "F", "ARI", "pair P", "R", "F", "lost", "dups", "ms")
    shown = _grid(*names)
    for one in figures:
        shown.add_row(
            Text(PurePath(one.file).name),
            str(one.articles),
            str(one.events),
            str(one.stories),
            *_percents(one.bcubed),
            f"{100 * one.ari:.1f}",
            *_percents(one.pairs),
            str(one.lost),
            str(one.duplicates),
            f"{one.milliseconds:.1f}",
        )
    if len(figures) > 1:
        mean = 100 * sum(one.bcubed.f1 for one in figures) / len(figures)
        shown.caption = f"mean B-cubed F {mean:.1f}"
    return shown


def _grid(*names: str) -> Table:
    shown = Table(box=None, pad_edge=False)
    for i, name in enumerate(names):
        shown.add_column(name, justify="left" if i < 1 or name == "method" else "right", no_wrap=True)
    return shown


def _percents(scores: Scores) -> list[str]:
    return [f"{100 * value:.1f}" for value in scores]


_TABLES: dict[str, Callable[[list], Table]] = {"strip": _strip_table, "canonical": _canonical_table}
