"""``cleaner run`` and ``cleaner collapse``: inputs in, a folder out, a closing table."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cleaner import pipeline
from cleaner.commands.option_settings import settings_from
from cleaner.commands.terminal_text import printable
from cleaner.driver.plan import Execution
from cleaner.plurals import counted
from cleaner.progress import Progress, for_terminal
from cleaner.report import Report
from cleaner.sinks import owned_page
from cleaner.urls import shown

MANY_REJECTED = 0.05
"""Share of the records from which the summary points to the rejected ones."""


def main(options: argparse.Namespace) -> int:
    """Run one of the two commands and show what was done."""
    settings = settings_from(options)
    progress = for_terminal(options.quiet, options.progress)
    if options.report:
        owned_page.usual(options.output)  # told before the work, not after it
    execution = Execution(options.engine, options.work, options.fresh, options.keep_work)
    report = pipeline.run(options.inputs, options.output, settings, progress, options.index, execution, options.command)
    page = None
    if options.report:
        from cleaner.review import page as review  # jinja2 is loaded for it alone

        page = review.write(options.output)
    conclude(progress, report, shown(options.output), page)
    return 0


def conclude(progress: Progress, report: Report, output: str, page: str | None = None) -> None:
    """Show what was done and what to look at next: a table to people, a line to machines."""
    told = {"output": output, "report": page, **report.as_dict({})}
    if progress.summary({name: told[name] for name in ("output", "report", "counts", "merged_by_relation", "seconds")}):
        return
    console = Console(file=sys.stderr, highlight=False)
    console.print(table(report, output))
    for line in look_next(report, output, page):
        console.print(Text(printable(line)), soft_wrap=True)


def look_next(report: Report, output: str, page: str | None) -> Iterator[str]:
    """What to look at next, in lines."""
    folder = shlex.quote(output)
    commands = []
    if page:
        yield f"open {page} in a browser: is it to be trusted, closest calls, stories side by side"
    else:
        commands.append((f"cleaner report {folder}", "a page to look at: is it to be trusted, closest calls, stories"))
    if report.merged["near"] + report.merged["event"]:
        commands.append((f"cleaner explain {folder} ID", "why a record was kept, merged or rejected"))
    width = max((len(command) for command, _ in commands), default=0)
    for number, (command, what) in enumerate(commands):
        yield f"{'' if number else 'next:':<6}{command:<{width}}    {what}"
    rejected = report.rejected.total()
    if rejected > report.records * MANY_REJECTED:
        yield f"      {rejected:,} of {report.records:,} records were rejected: the file rejected in {folder} says why"


def table(report: Report, output: str) -> Table:
    """The closing table: what came in, what went where, what was cut."""
    stories = counted(report.stories, "story")
    title = Text(printable(f"cleaner: {stories} in {output}"))  # a path may hold what rich takes for markup
    shown = Table(title=title, title_justify="left", show_header=False)
    shown.add_column(style="bold")
    shown.add_column(justify="right")
    shown.add_column()

    def add(name: str, number: int, note: str = "") -> None:
        shown.add_row(name, f"{number:,}", note)

    add("records in", report.records)
    reasons = ", ".join(f"{reason} {number:,}" for reason, number in sorted(report.rejected.items()))
    add("rejected", report.rejected.total(), reasons)
    for relation, note in (("exact", "same words"), ("near", "near copies"), ("event", "other reports of the event")):
        add(f"merged, {relation}", report.merged[relation], note)
    if report.merged["opinion"]:
        add("merged, opinion", report.merged["opinion"], "opinion pieces about the event")
    add("stories out", report.stories, "one canonical article each")
    if report.index:
        add("stories in the index", report.index["stories"], f"{report.index['records']:,} records")
        kinds = [name for name in report.index if name not in ("records", "stories", "stories_changed")]
        add("  changed", report.index["stories_changed"], ", ".join(f"{name} {report.index[name]:,}" for name in kinds))
    if report.against:
        held = ", ".join(f"{name.replace('_', ' ')} {number:,}" for name, number in report.against.items())
        add("against", report.rejected["in-reference"], held)
    if report.links:
        unknown = report.links["unknown_ids"]["count"]
        note = f"{unknown:,} ids of them are of no record; see report.json" if unknown else "all hold"
        add("links", report.links["same"] + report.links["different"], note)
    add("characters kept", report.characters_kept)
    for label, number in sorted(report.characters_cut.items(), key=lambda item: (-item[1], item[0])):
        add(f"  cut, {label}", number, counted(report.lines_cut[label], "line"))
    if report.duplicate_ids:
        add("ids told apart", len(report.duplicate_ids), "records that shared an id; see report.json")
    seconds = ", ".join(f"{stage} {value:.1f}" for stage, value in report.seconds.items())
    shown.add_row("seconds", f"{sum(report.seconds.values()):.1f}", seconds)
    return shown
