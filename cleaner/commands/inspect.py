"""``cleaner inspect``: one page's lines, kept and dropped, with the rule that dropped each."""

from __future__ import annotations

import argparse
import sys

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cleaner import sources
from cleaner.commands.option_settings import settings_from
from cleaner.commands.terminal_text import printable
from cleaner.engines.limits import OutOfTime, memory_limit, within
from cleaner.errors import UsageError
from cleaner.records import Page, Rejected
from cleaner.strip import outcome, verdicts_of
from cleaner.strip.judgement import Verdict
from cleaner.strip.reading.blocks import Block
from cleaner.urls import shown

RULE_WIDTH = 26


def main(options: argparse.Namespace) -> int:
    """Show the first record of a file, or the one with the id; a rejected one is found by origin too."""
    terminal = sys.stdout.isatty()
    console = Console(file=sys.stdout, highlight=False, markup=False, emoji=False, soft_wrap=not terminal)
    limits = settings_from(options).limits
    found = _find(options)
    if isinstance(found, Rejected):
        console.print(_rejection(found))
        return 0
    try:
        with memory_limit(limits.memory_per_page):
            article, lines, verdicts = within(limits.seconds_per_page, verdicts_of, found)
    except OutOfTime as error:
        console.print(_safe(f"{found.origin}: rejected, too-slow: {error}"))
        return 0
    except (MemoryError, RecursionError) as error:
        console.print(_safe(f"{found.origin}: rejected, too-large: {type(error).__name__} while it was stripped"))
        return 0
    for name, value in (
        ("id", article.id),
        ("title", article.title),
        ("date", article.date),
        ("author", article.author),
        ("language", article.lang),
        ("address", article.url),
    ):
        console.print(Text(f"{name:>10}  ", style="bold") + _safe(value or "-"))
    console.print()
    if terminal:
        console.print(_table(lines, verdicts, options.cut_only))
    else:  # a line a line, for what reads them
        for line, verdict in zip(lines, verdicts, strict=True):
            if verdict is not None or not options.cut_only:
                rule, sign, text = (part.plain for part in _row(line, verdict))
                print(f"{rule:<{RULE_WIDTH}} {sign} {text}")
    console.print(_summary(lines, verdicts))
    if isinstance(ended := outcome(found, article, lines), Rejected):
        console.print(_rejection(ended))
    return 0


def _table(lines: list[Block], verdicts: list[Verdict | None], cut_only: bool) -> Table:
    shown = Table.grid(padding=(0, 1))
    shown.add_column(width=RULE_WIDTH, no_wrap=True)
    shown.add_column(width=1)
    shown.add_column(overflow="fold")
    for line, verdict in zip(lines, verdicts, strict=True):
        if verdict is not None or not cut_only:
            shown.add_row(*_row(line, verdict))
    return shown


def _find(options: argparse.Namespace) -> Page | Rejected:
    settings = settings_from(options)
    for file in sources.discover([options.file]):
        for record in sources.read(file, settings):
            names = (record.id, record.origin) if isinstance(record, Rejected) else (record.id,)
            if options.id is None or options.id in names:
                return record
    wanted = f"no record with the id '{options.id}'" if options.id else "no record"
    raise UsageError(f"{shown(options.file)} holds {wanted}")


def _row(line: Block, verdict: Verdict | None) -> tuple[Text, Text, Text]:
    text = _safe(line.text)
    if verdict is None:
        return Text(), Text("+", style="green"), text
    rule = verdict.rule if verdict.score is None else f"{verdict.rule} {verdict.score:.2f}"
    text.stylize("red dim")
    return Text(rule, style="red"), Text("-", style="red"), text


def _summary(lines: list[Block], verdicts: list[Verdict | None]) -> Text:
    dropped = sum(verdict is not None for verdict in verdicts)
    characters = sum(len(line.text) for line in lines)
    kept = sum(len(line.text) for line, verdict in zip(lines, verdicts, strict=True) if verdict is None)
    return Text(
        f"\n{len(lines)} lines: {len(lines) - dropped} kept, {dropped} dropped; "
        f"{kept:,} of {characters:,} characters kept",
        style="bold",
    )


def _rejection(record: Rejected) -> Text:
    return _safe(f"{record.origin}: rejected, {record.reason}: {record.detail}")


def _safe(text: str) -> Text:
    """Page text as plain text: no markup and no control characters reach the terminal."""
    return Text(printable(text))
