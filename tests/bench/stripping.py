"""Stripping a page, and a whole run with one and two workers, beside trafilatura and a datatrove pipeline."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import trafilatura

from cleaner import strip
from cleaner.evaluate import peers as strip_peers
from cleaner.records import Page

from . import measure, peers
from .material import Made
from .table import Table

IN_PROCESS = 200
"""Pages on which a call of cleaner and of trafilatura are compared."""
ROUNDS = 3
WORKERS = (1, 2)
LEVELS = ("near", "event")


def run(table: Table, data: Made, folder: Path, count: int) -> None:
    """All lines on HTML."""
    rows = list(data.pages(count))
    if not rows:
        table.skipped("strip", "the data holds no HTML")
        return
    peers.quiet()
    _per_page(table, rows[:IN_PROCESS])
    source = data.pages_file(count)
    table.heading(f"cleaner run on {len(rows):,} HTML pages, {source.stat().st_size / measure.MB / len(rows):.3f} MB a page")
    alone = _seconds_to_strip(rows)
    table.line("strip_page in one process", {"s": alone, "pages/s": len(rows) / alone})
    del rows
    for level in LEVELS:
        _runs(table, source, folder, level, count, alone)
    _datatrove(table, source, folder, count)


def _runs(table: Table, source: Path, folder: Path, level: str, count: int, alone: float) -> None:
    """A whole run with each number of workers. ``alone`` are the seconds of ``strip_page`` for all pages.

    What is around extraction: the share of the workers' time (wall time by their number) in which no page was
    stripped, of the whole run and of its stage ``strip`` (reading, sending, cuts written); and of the CPU time.
    """
    first = None
    for workers in WORKERS:
        output = folder / "run"
        arguments = ["run", source, "--output", output, "--level", level, "--workers", str(workers), "--quiet"]
        cost = measure.command(arguments, [output.parent], folder / "scratch")
        name = f"--level {level}, {workers} worker{'s' * (workers > 1)}"
        if cost.code:
            table.skipped(name, f"exit code {cost.code}: {cost.said[-300:]}")
            continue
        stages = json.loads((output / "report.json").read_text())["seconds"]
        shutil.rmtree(output)
        first = first or cost
        table.line(name, {**cost.figures(), "pages/s": count / cost.wall, "times one worker": first.wall / cost.wall})
        around = {
            "whole run": 100 * (1 - alone / (cost.wall * workers)),
            "stage strip": 100 * (1 - alone / (stages["strip"] * workers)),
            "CPU": 100 * (1 - alone / cost.cpu),
        }
        table.line("  % around extraction", around)
        table.line("  seconds by stage", {name: float(one) for name, one in stages.items()})


def _per_page(table: Table, rows: list[dict[str, Any]]) -> None:
    """Every tool that ``cleaner evaluate strip --peers`` knows, asked in the same way, in turn."""
    table.heading(f"Stripping a page, one process, {len(rows)} pages in turn")
    pages = [_page(row) for row in rows]
    found, missing = strip_peers.found()
    methods: dict[str, Callable[[Page], object]] = {
        "cleaner.strip": strip.strip_page,
        **found,
        "trafilatura, with metadata": lambda page: trafilatura.bare_extraction(page.html, with_metadata=True),
    }
    calls = {name: partial(_each, method, pages) for name, method in methods.items()}
    with strip_peers.quiet():
        seconds = measure.best_in_turn(calls, ROUNDS)
    for name, one in seconds.items():
        failed = sum(found[name].failures.values()) // ROUNDS if name in found else 0
        note = f"failed on {failed} pages" if failed else ""
        table.line(name, {"ms a page": 1000 * one / len(pages), "times cleaner": one / seconds["cleaner.strip"]}, note)
    for name, why in missing.items():
        table.skipped(name, why)


def _each(method: Callable[[Page], object], pages: list[Page]) -> None:
    for page in pages:
        method(page)


def _page(row: dict[str, Any]) -> Page:
    return Page(row["id"], row["id"], url=row["url"], html=row["html"])


def _seconds_to_strip(rows: list[dict[str, Any]]) -> float:
    started = time.process_time()
    for row in rows:
        strip.strip_page(_page(row))
    return time.process_time() - started


def _datatrove(table: Table, source: Path, folder: Path, count: int) -> None:
    """datatrove's pipeline over the same pages, in as many files as it has tasks."""
    why = peers.missing(*peers.DATATROVE)
    if why:
        table.skipped("datatrove, trafilatura and MinHash", why)
        return
    pages = folder / "datatrove-pages"
    pages.mkdir(exist_ok=True)
    parts = [(pages / f"{number}.jsonl").open("wb") for number in range(max(WORKERS))]
    with source.open("rb") as lines:
        for number, line in enumerate(lines):
            parts[number % len(parts)].write(line)
    for part in parts:
        part.close()
    first = None
    for workers in WORKERS:
        output = folder / "datatrove"
        call = [sys.executable, "-m", "tests.bench.datatrove_pipeline", str(pages), str(output), str(workers)]
        cost = measure.run(call, [output.parent], folder / "scratch")
        if cost.code:
            table.skipped(f"datatrove, {workers} workers", f"exit code {cost.code}: {cost.said[-300:]}")
            continue
        shutil.rmtree(output)
        first = first or cost
        figures = {**cost.figures(), "pages/s": count / cost.wall, "times one worker": first.wall / cost.wall}
        table.line(f"datatrove, {workers} task{'s' * (workers > 1)}", figures)
    shutil.rmtree(pages)
