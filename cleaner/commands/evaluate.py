"""``cleaner evaluate``: the field's measures on labelled data of the user's own."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import PurePath

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cleaner.commands.terminal_text import printable
from cleaner.errors import UsageError
from cleaner.evaluate import canonical, collapse, peers, strip
from cleaner.evaluate.measures import Scores
from cleaner.progress import for_terminal
from cleaner.records import Level
from cleaner.settings import OPTIONS, Settings

_MEASURES = {
    "peers": {"strip"},
    "pages": {"strip"},
    "articles": {"near", "events"},
    "near_threshold": {"near", "events"},
    "event_threshold": {"events"},
}
"""Options that are of some measurements only."""


def main(options: argparse.Namespace) -> int:
    """Measure every file and print a table, or JSON."""
    for name, of in _MEASURES.items():
        if getattr(options, name) and options.what not in of:
            option = OPTIONS.get(name, name.replace("_", "-"))
            raise UsageError(f"--{option} is for {' and '.join(sorted(of))}, not for {options.what}")
    settings = Settings(near_threshold=options.near_threshold, event_threshold=options.event_threshold)
    corpus = collapse.Corpus(options.articles) if options.articles else None
    if options.what == "strip":
        figures: list = _strip(options)
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
    console = Console(file=sys.stdout, width=width)
    for table in _TABLES.get(options.what, _tables)(figures):
        console.print(table)
    return 0


def _strip(options: argparse.Namespace) -> list[strip.StripFigures]:
    """Figures of every file. What could not be measured, and what a tool failed on, is told on stderr."""
    tools = None
    if options.peers:
        tools, missing = peers.found()
        for name, why in missing.items():
            print(printable(f"cleaner evaluate: without {name}: {why}"), file=sys.stderr)
    pages = strip.pages_of(options.pages) if options.pages else None
    shown = for_terminal()
    figures = [one for path in options.labelled for one in strip.evaluate(path, pages, tools, shown)]
    compared = {one.file for one in figures if tools and one.method in tools}
    for one in figures:
        name = PurePath(one.file).name
        if tools and one.method == "cleaner" and one.file not in compared:
            line = f"{name}: stored text is among the pages, which only cleaner reads: nothing to set beside it"
            print(printable(f"cleaner evaluate: {line}"), file=sys.stderr)
        if one.failed:
            told = ", ".join(f"{what} {count}" for what, count in sorted(one.failed.items()))
            count = sum(one.failed.values())
            line = f"{one.method} failed on {count} of {one.pages} pages of {name}, which count as empty: {told}"
            line += f" ({one.failed_example})" if one.failed_example else ""
            print(printable(f"cleaner evaluate: {line}"), file=sys.stderr)
    return figures


def _strip_tables(figures: list[strip.StripFigures]) -> Iterator[Table | Text]:
    """The figures of each method on each file, and where pages are of kinds the words' F1 by them."""
    shown = _grid("file", "method", "pages", "P", "R", "F1", "words F1", "exact", "ms a page")
    for one in figures:
        shown.add_row(
            _file(one),
            one.method,
            str(one.pages),
            *_percents(one.scores),
            f"{100 * one.words:.1f}",
            str(one.exact),
            f"{one.milliseconds:.1f}",
        )
    yield shown
    kinds = sorted({kind for one in figures for kind in one.kinds})
    if kinds:
        by_kind = _grid("words F1 by kind", "method", *kinds)
        last = ""
        for one in filter(lambda one: one.kinds, figures):
            if one.file != last:
                pages = (str(one.kind_pages.get(kind, "-")) for kind in kinds)
                by_kind.add_row(_file(one), "(pages)", *pages)
            last = one.file
            told = (f"{100 * one.kinds[kind]:.1f}" if kind in one.kinds else "-" for kind in kinds)
            by_kind.add_row(_file(one), one.method, *told)
        yield Text()
        yield by_kind


def _canonical_tables(figures: list[canonical.CanonicalFigures]) -> Iterator[Table]:
    """Copies: F1 against the body; events: share of the common facts told."""
    names = ("file", "of", "policy", "clusters", "F1 or told", "of best", "best %", "stubs %", "leftovers %", "words")
    shown = _grid(*names)
    for one in figures:
        shown.add_row(
            _file(one),
            one.kind,
            one.policy,
            str(one.clusters),
            *(f"{100 * value:.1f}" for value in (one.quality, one.of_best, one.best)),
            *("-" if value is None else f"{100 * value:.1f}" for value in (one.stubs, one.leftovers)),
            f"{one.words:.0f}",
        )
    yield shown


def _tables(figures: list[collapse.CollapseFigures]) -> Iterator[Table]:
    names = ("file", "articles", "events", "stories", "B3 P", "R", "F", "ARI", "pair P", "R", "F", "lost", "dups", "ms")
    shown = _grid(*names)
    for one in figures:
        shown.add_row(
            _file(one),
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
    yield shown


def _grid(*names: str) -> Table:
    shown = Table(box=None, pad_edge=False)
    for i, name in enumerate(names):
        shown.add_column(name, justify="left" if i < 1 or name == "method" else "right", no_wrap=True)
    return shown


def _file(one: strip.StripFigures | canonical.CanonicalFigures | collapse.CollapseFigures) -> Text:
    return Text(printable(PurePath(one.file).name))


def _percents(scores: Scores) -> list[str]:
    return [f"{100 * value:.1f}" for value in scores]


_TABLES: dict[str, Callable[[list], Iterator[Table | Text]]] = {"strip": _strip_tables, "canonical": _canonical_tables}
