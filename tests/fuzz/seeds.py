"""What is mutated: pages of samples/, and a few invented records that use every field."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SAMPLES = Path(__file__).parents[2] / "samples" / "pages"
LONGEST = 60_000
"""Bytes of a sample above which it is left out: the same time is better spent on more inputs."""
TEXT = (
    "Ferry to Skerry Point stops for the winter\n"
    "By Anna Holm, 2 March 2026 08:15\n"
    "The ferry between Lowhaven and Skerry Point makes its last trip on Sunday, the harbour office said on Monday.\n"
    "Its engine is thirty years old, and the yard that built it has closed. \u201cWe sail when we can,\u201d said Holm.\n"
    "Related: The lighthouse gets a new lamp\n"
    "About 140 people live on the point. Their mail will come by road, 62 km around the bay.\n"
    "Share on Facebook\n"
)
RECORDS: tuple[dict[str, object], ...] = (
    {"id": "ferry", "url": "https://news.lowhaven.example/2026/03/02/ferry", "text": TEXT, "date": "2026-03-02"},
    {"id": 17, "title": "Ferry stops", "text": TEXT.upper(), "date": 1772438400, "lang": "en", "extra": {"a": [1.5]}},
    {"url": "https://a.example/b", "text": "\u6e21\u8f2a\u5728\u51ac\u5929\u505c\u822a\u3002" * 12, "lang": "zh"},
    {"id": "page", "html": f"<html lang=en><body><h1>Ferry</h1><p>{TEXT}</p></body></html>", "date": "Mon, 2 Mar 2026"},
)


@dataclass(frozen=True)
class Page:
    """One page: HTML or stored text."""

    text: str
    is_html: bool


@cache
def pages() -> tuple[Page, ...]:
    """All pages that are mutated, in a fixed order."""
    found = [Page(str(record.get("html") or record.get("text")), "html" in record) for record in RECORDS]
    for path in sorted(SAMPLES.rglob("*")):
        if path.suffix in (".html", ".txt") and path.stat().st_size < LONGEST:
            found.append(Page(path.read_bytes().decode("utf-8", "replace"), path.suffix == ".html"))
    return tuple(found)


@cache
def records() -> tuple[dict[str, object], ...]:
    """Records as JSON objects."""
    feed = (SAMPLES / "feed.jsonl").read_text(encoding="utf-8").splitlines()
    return (*RECORDS, *(json.loads(line) for line in feed))


@cache
def files() -> tuple[tuple[str, bytes], ...]:
    """Whole containers as they stand in samples/, with their suffixes."""
    warc = (SAMPLES / "crawl.warc.gz").read_bytes()
    return (
        (".parquet", (SAMPLES / "archive.parquet").read_bytes()),
        (".warc.gz", warc),
        (".warc", gzip.decompress(warc)),
        (".jsonl", (SAMPLES / "feed.jsonl").read_bytes()),
    )
