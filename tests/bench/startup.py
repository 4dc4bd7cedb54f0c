"""How long it takes until something comes: ``--help``, and a run of five pages."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from . import measure
from .material import Made
from .table import Table

ROUNDS = 5


def run(table: Table, data: Made, folder: Path) -> None:
    """The best and the worst of some rounds; the first fills the caches of the file system and is not counted."""
    table.heading(f"Start-up, best and worst of {ROUNDS}")
    pages = folder / "five"
    pages.mkdir(exist_ok=True)
    for number, row in enumerate(data.pages(5)):
        (pages / f"{number}.html").write_text(row["html"], encoding="utf-8")
    articles = folder / "five.jsonl"
    articles.write_text("".join(json.dumps(row) + "\n" for row in data.rows(5)), encoding="utf-8")
    output = folder / "five-out"
    commands: dict[str, list[str | Path]] = {
        "cleaner --help": ["--help"],
        "cleaner run, five pages": ["run", pages, "--output", output, "--quiet"],
        "cleaner collapse, five articles": ["collapse", articles, "--output", output, "--quiet"],
    }
    for name, arguments in commands.items():
        costs = [measure.command(arguments) for _ in range(ROUNDS + 1)][1:]
        failed = [cost for cost in costs if cost.code]
        if failed:
            table.skipped(name, f"exit code {failed[0].code}: {failed[0].said[-300:]}")
            continue
        walls = [cost.wall for cost in costs]
        table.line(name, {"s": min(walls), "worst s": max(walls), "CPU s": min(cost.cpu for cost in costs)})
    shutil.rmtree(output, ignore_errors=True)
