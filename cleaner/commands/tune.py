"""``cleaner tune``: what every threshold would lose and leave on labelled data, and the one to use."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any

from rich.console import Console
from rich.table import Table

from cleaner import settings_file
from cleaner.commands.terminal_text import printable
from cleaner.errors import UsageError
from cleaner.evaluate import plot, tuning
from cleaner.evaluate.collapse import Corpus
from cleaner.evaluate.tuning import Step, Tuned

ROWS = 0.05
"""The table shows thresholds so far apart, beside the chosen one, default and what runs take; JSON and plot: all."""


def main(options: argparse.Namespace) -> int:
    """Measure, print a table or JSON, draw and write what is asked for."""
    if options.plot:
        if not options.plot.lower().endswith(".png"):
            raise UsageError(f"--plot {options.plot} must end in .png")
        plot.require_matplotlib()
        if Path(options.plot).exists() and not plot.is_picture(Path(options.plot)):
            raise UsageError(f"--plot {options.plot} is not to be replaced: it is no PNG; name another file")
    others: Mapping[str, Any] = {}
    for file in filter(None, (options.plot, options.write)):
        if not Path(file).absolute().parent.is_dir():
            raise UsageError(f"{Path(file).parent}: no such folder")
    if options.write and Path(options.write).exists():
        others = settings_file.load(options.write)  # what else a settings file says stays
    corpus = Corpus(options.articles) if options.articles else None
    tuned = tuning.tune(options.labelled, options.level, corpus, options.most_lost)
    if corpus is not None and (note := corpus.note()):
        print(printable(f"cleaner tune: {note}"), file=sys.stderr)
    if options.json:
        print(json.dumps(dataclasses.asdict(tuned), indent=2))
    else:
        width = None if sys.stdout.isatty() else 150
        Console(file=sys.stdout, width=width).print(_table(tuned, options.labelled))
        print(printable(_advice(tuned, options.write)))
    if options.plot:
        plot.draw(tuned, options.plot)
    if options.write:
        files = ", ".join(PurePath(path).name for path in options.labelled)
        comment = printable(f"{tuned.level}_threshold is chosen by cleaner tune on {files}.")
        settings_file.dump(options.write, {**others, f"{tuned.level}_threshold": tuned.chosen}, comment)
    return 0


def _table(tuned: Tuned, files: Sequence[str]) -> Table:
    shown = Table(box=None, pad_edge=False)
    for name in ("threshold", "stories", "lost", "%", "dups", "%", "B3 P", "R", "F", "ARI", "pair P", "R", "F", ""):
        shown.add_column(name, justify="left" if not name else "right", no_wrap=True)
    for step in tuned.steps:
        if step.threshold in (tuned.chosen, tuned.default, *tuned.run) or (step.threshold / ROWS + 1e-6) % 1 < 1e-3:
            shown.add_row(*_row(step), _note(step, tuned, files))
    return shown


def _row(step: Step) -> list[str]:
    bcubed = ["-"] * 3 if step.bcubed is None else [f"{100 * value:.1f}" for value in step.bcubed]
    return [
        f"{step.threshold:g}",
        str(step.stories),
        str(step.lost),
        f"{100 * step.lost / max(1, step.events):.1f}",
        str(step.duplicates),
        f"{100 * step.duplicates / max(1, step.stories):.1f}",
        *bcubed,
        "-" if step.ari is None else f"{100 * step.ari:.1f}",
        *(f"{100 * value:.1f}" for value in step.pairs),
    ]


def _note(step: Step, tuned: Tuned, files: Sequence[str]) -> str:
    notes = ["use this"] * (step.threshold == tuned.chosen)
    here = [PurePath(file).name for file, used in zip(files, tuned.run, strict=True) if used == step.threshold]
    if here:  # without a threshold a run takes the one that the scores of its corpus ask for
        notes.append("run takes it" if len(here) == len(files) else f"run takes it on {', '.join(here)}")
    notes += ["default"] * (step.threshold == tuned.default)
    return printable("; ".join(notes))


def _advice(tuned: Tuned, file: str | None) -> str:
    option = "--threshold" if tuned.level == "event" else "--near-threshold"
    if file:
        return f"{option} {tuned.chosen:g}, written to {file}; use it with: cleaner run ... --settings {file}"
    return f"use it with: cleaner run ... {option} {tuned.chosen:g}"
