"""Reads samples/stories: the articles of the invented web and how they depend on one another.

A file holds ``language`` and, unless every article names its own, ``event``; then ``[[article]]`` tables:

``key``            names the article and is the last part of its address.
``site``           a table of sites/sites.toml.
``store``          where the page goes: ``html`` (default), ``txt``, ``warc``, ``jsonl``, ``jsonl-text``,
                   ``parquet`` or ``parquet-text``; those with ``text`` hold what a naive scraper kept.
``author``, ``date`` (ISO 8601), ``headline``, ``caption`` (optional), ``tags`` (optional).
``body``           its lines. A line is a paragraph unless it starts with ``## `` (subheading), ``> ``
                   (quote on its own), ``- `` (list item) or ``| `` (table row, cells divided by `` | ``).
``copy_of``        instead of ``body``: the body of another article, unchanged.
``near_of``        instead of ``body``: the body of another article with edits, its lines counted from 1:
                   ``drop = [5, 6]``, ``replace.1 = "..."``, ``insert.7 = "..."`` (after line 7).
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

STORES = ("html", "txt", "warc", "jsonl", "jsonl-text", "parquet", "parquet-text")


@dataclass(frozen=True, slots=True)
class Article:
    """One article as one site published it. ``body`` still has the marks of its lines."""

    key: str
    event: str
    language: str
    site: str
    headline: str
    author: str
    date: str
    body: tuple[str, ...]
    relation: str = "single"
    """``report`` (in its own words), ``exact-copy``, ``near-copy`` or ``single`` (nobody else tells it)."""
    source: str | None = None
    """For a copy: the key of the article that it was made from."""
    store: str = "html"
    caption: str = ""
    tags: tuple[str, ...] = ()


def plain(line: str) -> str:
    """A body line without its mark, as the gold has it."""
    if line.startswith("| "):
        return " | ".join(cells(line))
    for mark in ("## ", "> ", "- "):
        line = line.removeprefix(mark)
    return line


def cells(line: str) -> list[str]:
    """The cells of a table row."""
    return [cell.strip() for cell in line.removeprefix("|").split("|")]


def read(folder: Path) -> list[Article]:
    """All articles, sorted by key. Raises ValueError for a key used twice and KeyError for an unknown one."""
    tables: dict[str, dict[str, Any]] = {}
    for path in sorted(folder.glob("*.toml")):
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        for table in document["article"]:
            table = {"event": document.get("event"), "language": document["language"], **table}
            if tables.setdefault(table["key"], table) is not table:
                raise ValueError(f"{path.name}: the key {table['key']} is used twice")
            if table.get("store", "html") not in STORES:
                raise ValueError(f"{path.name}: {table['key']} has the unknown store {table['store']}")
    sizes = Counter(table["event"] for table in tables.values())
    return [_article(tables[key], tables, sizes) for key in sorted(tables)]


Table = Mapping[str, Any]


def _article(table: Table, tables: Mapping[str, Table], sizes: Counter[str]) -> Article:
    source = table.get("copy_of") or table.get("near_of")
    if sizes[table["event"]] == 1:
        relation = "single"
    elif source is None:
        relation = "report"
    else:
        relation = "exact-copy" if "copy_of" in table else "near-copy"
    return Article(
        key=table["key"],
        event=table["event"],
        language=table["language"],
        site=table["site"],
        headline=table["headline"],
        author=table["author"],
        date=table["date"],
        body=_body(table, tables),
        relation=relation,
        source=source,
        store=table.get("store", "html"),
        caption=table.get("caption", ""),
        tags=tuple(table.get("tags", ())),
    )


def _body(table: Table, tables: Mapping[str, Table]) -> tuple[str, ...]:
    if "body" in table:
        return tuple(table["body"])
    if "copy_of" in table:
        return _body(tables[table["copy_of"]], tables)
    replace, insert = table.get("replace", {}), table.get("insert", {})
    lines: list[str] = []
    for number, line in enumerate(_body(tables[table["near_of"]], tables), 1):
        if number not in table.get("drop", ()):
            lines.append(replace.get(str(number), line))
        if str(number) in insert:
            lines.append(insert[str(number)])
    return tuple(lines)
