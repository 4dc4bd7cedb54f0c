"""What the event stage is trained on: labelled sets and pages as articles, and other versions of them."""

from __future__ import annotations

import gzip
import json
import lzma
import math
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import xxhash

from cleaner.errors import UsageError
from cleaner.records import Article

WINDOW_DAYS = 60
DELAY_DAYS = 1.5
"""Made-up dates: events are spread evenly over the window, reports follow with this mean delay."""
_FIRST_DAY = date(2024, 1, 1)


def load_set(folder: Path, name: str) -> tuple[list[Article], list[str]]:
    """Articles sorted by id and their labels. Raises UsageError for a file that is missing or unreadable."""
    path = folder / f"{name}.dev.jsonl.gz"
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            rows = sorted((json.loads(line) for line in lines), key=lambda row: str(row["id"]))
    except (OSError, EOFError, ValueError, KeyError) as error:
        raise UsageError(f"{path} is not a labelled set: {error}") from error
    articles = [
        Article(row["id"], row["text"], title=row.get("title"), date=row.get("date"), lang=row.get("lang"))
        for row in rows
    ]
    return articles, [row["cluster"] for row in rows]


def load_pages(path: Path) -> list[Article]:
    """Pages in the order of the file. Raises UsageError for a file that is missing or unreadable."""
    try:
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        return [
            Article(f"{k:05d}", row["gold_text"], title=row.get("title"), date=row.get("date"), lang="en")
            for k, row in enumerate(rows)
            if row["gold_text"].strip()
        ]
    except (OSError, EOFError, ValueError, KeyError, lzma.LZMAError) as error:
        raise UsageError(f"{path} holds no labelled pages: {error}") from error


def chance_of(key: str) -> float:
    """A number in [0, 1) that depends on the key only."""
    return xxhash.xxh3_64_intdigest(key.encode()) / 2**64


def with_drilled_dates(articles: Iterable[Article], labels: Iterable[str]) -> list[Article]:
    """Undated articles get a made-up date near that of their event, dated ones lose theirs.

    Only one family has dates, and it is also the one on which merging is most dangerous: a model trained
    on the sets as they are takes "has a date" for a sign of trouble and learns nothing about dates from
    the other sets. Made-up dates carry the one fact that is known of any news, that reports of an event
    come within days: they raise leave-one-family-out macro B-cubed F by three points.
    """
    drilled = []
    for article, label in zip(articles, labels, strict=True):
        made_up = None
        if not article.date:
            start = chance_of(f"event {label}") * WINDOW_DAYS
            delay = -math.log(1 - chance_of(f"report {article.id}")) * DELAY_DAYS
            made_up = (_FIRST_DAY + timedelta(days=int(start + delay))).isoformat()
        drilled.append(replace(article, date=made_up))
    return drilled


def with_titles_swapped(articles: Iterable[Article]) -> list[Article]:
    """Titles become the first line of the text; a short first line of an untitled text its title."""
    swapped = []
    for article in articles:
        title, text = None, article.text
        if article.title:
            text = f"{article.title}\n{article.text}"
        else:
            head, _, rest = article.text.strip().partition("\n")
            if 4 <= len(head.split()) <= 20 and len(rest.split()) > 30:
                title, text = head, rest
        swapped.append(replace(article, title=title, text=text))
    return swapped
