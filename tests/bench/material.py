"""What is measured on: data made by ``made`` and ``furniture``, or a folder of the user's own."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from cleaner import Settings, sources, strip
from cleaner.records import Article, Page

from . import furniture, made

WORDS = 300
"""Of a made article that is collapsed."""
IN_PARTS = 50_000
"""Articles from which several processes make them."""


class Made:
    """Data of the generator, written below ``folder`` once."""

    labelled = True

    def __init__(self, folder: Path, seed: int = 0, lang: str = "en") -> None:
        self.folder = folder
        self.seed = seed
        self.lang = lang

    def texts(self, count: int, words: int) -> list[str]:
        """Texts of articles."""
        return [row["text"] for row in made.articles(count, words, self.seed, lang=self.lang)]

    def rows(self, count: int) -> Iterator[dict[str, Any]]:
        """Articles with their labels."""
        return made.articles(count, WORDS, self.seed, lang=self.lang)

    def articles_file(self, count: int) -> Path:
        """JSONL of clean articles."""
        path = self.folder / f"articles-{count}-{self.seed}-{self.lang}.jsonl"
        if not path.exists():
            _written_in_parts(path, count, self.seed, self.lang)
        return path

    def pages(self, count: int) -> Iterator[dict[str, Any]]:
        """HTML pages."""
        return furniture.pages(count, seed=self.seed)

    def pages_file(self, count: int) -> Path:
        """JSONL of HTML pages."""
        path = self.folder / f"pages-{count}-{self.seed}.jsonl"
        return path if path.exists() else _written(path, self.pages(count))


class Given(Made):
    """Data of a folder or file in any form that cleaner reads; fewer rows where it holds fewer."""

    labelled = False

    def __init__(self, folder: Path, data: str) -> None:
        super().__init__(folder)
        self.data = data

    def _records(self) -> Iterator[Page]:
        for file in sources.discover([self.data]):
            yield from (one for one in sources.read(file, Settings()) if isinstance(one, Page))

    def texts(self, count: int, words: int) -> list[str]:
        return [row["text"] for row in self.rows(count)]

    def articles_file(self, count: int) -> Path:
        path = self.folder / f"articles-{count}.jsonl"
        return path if path.exists() else _written(path, self.rows(count))

    def rows(self, count: int) -> Iterator[dict[str, Any]]:
        articles = (strip.strip_page(page) if page.html is not None else page for page in self._records())
        for one in islice((one for one in articles if isinstance(one, Page | Article)), count):
            yield {"id": one.id, "url": one.url, "title": one.title, "date": one.date, "text": one.text or ""}

    def pages(self, count: int) -> Iterator[dict[str, Any]]:
        for page in islice((page for page in self._records() if page.html is not None), count):
            yield {"id": page.id, "url": page.url, "html": page.html}


def _written(path: Path, rows: Iterator[dict[str, Any]]) -> Path:
    """Write rows; a file that is there is whole."""
    part = path.with_suffix(".part")
    made.write(part, rows)
    part.rename(path)
    return path


def _written_in_parts(path: Path, count: int, seed: int, lang: str) -> None:
    """Write made articles with a process a core: a million take some two minutes on two."""
    cores = len(os.sched_getaffinity(0)) if count >= IN_PARTS else 1
    bounds = [count * one // cores for one in range(cores + 1)]
    tasks = [(path.with_suffix(f".part{one}"), count, seed, lang, range(*bounds[one : one + 2])) for one in range(cores)]
    with multiprocessing.Pool(cores) as pool:
        parts = pool.map(_write_part, tasks, chunksize=1)
    with parts[0].open("ab") as whole:
        for part in parts[1:]:
            with part.open("rb") as file:
                shutil.copyfileobj(file, whole, 1 << 20)
            part.unlink()
    parts[0].rename(path)


def _write_part(task: tuple[Path, int, int, str, range]) -> Path:
    path, count, seed, lang, among = task
    return made.write(path, made.articles(count, WORDS, seed, among, lang))


def gold(path: Path) -> dict[str, tuple[str, str]]:
    """Labels of a file of made articles: copy and event, by id."""
    with path.open(encoding="utf-8") as lines:
        rows = map(json.loads, lines)
        return {row["id"]: (row["gold_copy"], row["gold_event"]) for row in rows}
