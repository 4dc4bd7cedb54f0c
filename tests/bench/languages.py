"""The same made data in four languages, one of them without spaces: what English costs, and what the others do."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from cleaner.records import Page
from cleaner.strip import language, strip_page

from . import measure
from .material import Made
from .table import Table
from .words import TONGUES

TOLD = 2000
"""Texts whose language is told."""
STORED = 200
"""Texts that are stripped as stored text."""
WARM = "Am Montag hat der Rat der Stadt gesagt, was im Hafen gebaut werden soll."


def run(table: Table, folder: Path, size: int, seed: int) -> None:
    """Telling the language, stripping stored text and the near stage in each language, beside English."""
    table.heading(f"Four languages: {size:,} articles for collapse --level near (CPU seconds; times: of English)")
    language.identify(WARM)
    first: dict[str, float] = {}
    for lang in TONGUES:
        data = Made(folder, seed, lang)
        rows = list(data.rows(TOLD))
        texts = [row["text"] for row in rows]
        pages = [Page(row["id"], row["id"], text=f"{row['title']}\n{row['text']}") for row in rows[:STORED]]
        figures = {
            "ms to tell a title": _each(language.identify, [row["title"] for row in rows]),
            "ms to tell a text": _each(language.identify, texts),
            "ms to strip stored text": _each(strip_page, pages),
        }
        source, output = data.articles_file(size), folder / "languages"
        cost = measure.command(["collapse", source, "--output", output, "--level", "near", "--quiet"], [folder])
        figures |= {"collapse s": cost.cpu, "MB": source.stat().st_size / measure.MB}
        first = first or figures
        table.line(lang, figures)
        if cost.code:
            table.skipped(lang, f"exit code {cost.code}: {cost.said[-300:]}")
        table.line("  times English", {name: one / first[name] for name, one in figures.items()})


def _each(work: Callable[[Any], object], given: Sequence[Any]) -> float:
    """Milliseconds of CPU time for each, the second time."""
    for _ in range(2):
        started = time.process_time()
        for one in given:
            work(one)
    return 1000 * (time.process_time() - started) / len(given)
