"""``cleaner collapse`` as a command at several sizes: time, memory, disk, and how they grow."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from cleaner.evaluate.measures import bcubed, pair_scores

from . import material, measure
from .material import Made
from .table import Table


def run(table: Table, data: Made, folder: Path, level: str, sizes: Sequence[int]) -> None:
    """Collapse files of these sizes at one level."""
    table.heading(f"cleaner collapse --level {level} (memory of all processes; disk: most at one time, output included)")
    before: tuple[int, measure.Cost] | None = None
    for size in sizes:
        source = data.articles_file(size)
        output, scratch = folder / "collapsed", folder / "scratch"
        cost = measure.command(
            ["collapse", source, "--output", output, "--level", level, "--quiet"], [output.parent], scratch
        )
        if cost.code:
            table.skipped(f"{size:,} articles", f"exit code {cost.code}: {cost.said[-300:]}")
            continue
        figures = cost.figures()
        if before:
            figures["exponent"] = math.log(cost.wall / before[1].wall) / math.log(size / before[0])
        table.line(f"{size:,} articles", figures)
        seconds = json.loads((output / "report.json").read_text())["seconds"]
        table.line("  seconds by stage", {name: float(one) for name, one in seconds.items()})
        if data.labelled:
            _quality(table, source, output, level)
            if level == "event":
                _candidates(table, source)
        before = (size, cost)
        shutil.rmtree(output)
        shutil.rmtree(scratch)


def _quality(table: Table, source: Path, output: Path, level: str) -> None:
    """B-cubed of the stories, and the share of the pairs of one event that are in one story."""
    story: dict[str, str] = {}
    with (output / "corpus.jsonl").open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            story |= {member["id"]: row["story"]["id"] for member in row["story"]["members"]}
    labels = material.gold(source)
    ids = list(labels)
    gold = [labels[one][0 if level == "near" else 1] for one in ids]
    found = [story.get(one, one) for one in ids]
    scores, pairs = bcubed(gold, found), pair_scores(gold, found)
    figures = {"P": round(scores.precision, 4), "R": round(scores.recall, 4), "F": round(scores.f1, 4)}
    table.line("  B-cubed", {**figures, "pair recall": round(pairs.recall, 4), "pair precision": round(pairs.precision, 4)})


def _candidates(table: Table, source: Path) -> None:
    """What part of the true pairs was looked at, in a process of its own."""
    call = [sys.executable, "-m", "tests.bench.recall", str(source)]
    done = subprocess.run(call, capture_output=True, check=False, text=True)
    if done.returncode:
        table.skipped("  candidates", done.stderr.strip()[-300:])
    else:
        table.line("  candidates", json.loads(done.stdout))
