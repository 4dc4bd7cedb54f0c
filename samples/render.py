"""Dresses an article in the template of a site: HTML, or the lines that a naive scraper would keep.

A template (sites/*.html, sites/*.txt) is a list of parts, each below a line ``%% name``, with
``$placeholders`` as in string.Template. ``page`` is the whole; ``paragraph``, ``subheading``, ``quote``,
``list``, ``item``, ``table``, ``row`` and ``cell`` dress the lines of a body; ``after N`` is put below
the Nth of them, unless the body ends there; ``figure`` shows a caption, ``tag`` a tag, ``related`` and
``latest`` a teaser; ``story`` is one article of a page that holds two. Missing parts come from
common.html or common.txt. The words around the article stand in sites/labels.toml, by language.
"""

from __future__ import annotations

import html
import json
import tomllib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from string import Template
from typing import Any

from stories import Article, cells, plain

TEASER_LENGTH = 120
"""Characters of a teaser; half as many in Chinese."""
RELATED, LATEST = 3, 4
"""Number of teasers in the two grids of a page."""


@dataclass(frozen=True, slots=True)
class Site:
    """One invented site. ``parts`` replaces parts of its design."""

    name: str
    host: str
    language: str
    design: str
    stored: str
    path: str
    encoding: str = "utf-8"
    declare: str = ""
    """The charset that the page claims, where it is not the name of ``encoding``."""
    parts: Mapping[str, str] = field(default_factory=dict)


def parts(path: Path) -> dict[str, str]:
    """The parts of a template file by name."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("%% "):
            lines = found.setdefault(line.removeprefix("%% ").strip(), [])
        else:
            lines.append(line)
    return {name: "\n".join(content) for name, content in found.items()}


def fingerprint(key: str) -> int:
    """A number that depends on the key alone."""
    return zlib.crc32(key.encode("utf-8"))


class Web:
    """All sites with their templates and words; makes pages of articles."""

    def __init__(self, folder: Path, articles: Sequence[Article]) -> None:
        document = tomllib.loads((folder / "sites.toml").read_text(encoding="utf-8"))
        self.sites = {name: Site(**table) for name, table in document.items()}
        labels = (folder / "labels.toml").read_text(encoding="utf-8")
        self.labels: dict[str, dict[str, Any]] = tomllib.loads(labels)
        self.articles = articles
        common = {suffix: parts(folder / f"common{suffix}") for suffix in (".html", ".txt")}
        self.designs = {
            path.name: {**common[path.suffix], **parts(path)}
            for suffix in common
            for path in sorted(folder.glob(f"*{suffix}"))
            if path.stem != "common"
        }

    def path(self, article: Article, site: Site | None = None) -> str:
        """Where the page stands on its site."""
        year, month, day = article.date.split("-")
        site = site or self.sites[article.site]
        return site.path.format(key=article.key, year=year, month=month, day=day)

    def url(self, article: Article) -> str:
        """The page's address."""
        return f"https://{self.sites[article.site].host}/{self.path(article)}"

    def html(self, article: Article) -> str:
        """The page as its site serves it."""
        site = self.sites[article.site]
        design = {**self.designs[f"{site.design}.html"], **site.parts}
        return _Page(self, site, design, escape=True).make(article)

    def text(self, article: Article) -> str:
        """The page as a naive scraper stored it: one visible block a line."""
        site = self.sites[article.site]
        return _Page(self, site, self.designs[f"{site.stored}.txt"], escape=False).make(article)

    def others(self, article: Article) -> list[Article]:
        """Stories for the grids around an article: invented fillers and earlier articles on other events."""
        turn = fingerprint(article.key)
        earlier = [
            other
            for other in self.articles
            if other.language == article.language
            and other.event != article.event
            and other.date <= article.date
            and other.source is None
        ]
        fillers = [
            replace(article, key=_number("story", title), headline=title, body=(text,), caption="", tags=())
            for title, text in self.labels[article.language]["fillers"]
        ]
        mixed = _turned(earlier, turn)[:3] + _turned(fillers, turn)
        return _turned(mixed, turn)


def _number(kind: str, text: str) -> str:
    """A name with five digits that depend on the text alone, as content systems number their posts."""
    return f"{kind}-{10_000 + fingerprint(text) % 90_000}"


def _turned(items: Sequence[Article], by: int) -> list[Article]:
    by = by % len(items) if items else 0
    return [*items[by:], *items[:by]]


@dataclass(frozen=True, slots=True)
class _Page:
    web: Web
    site: Site
    parts: Mapping[str, str]
    escape: bool

    def make(self, article: Article) -> str:
        others = self.web.others(article)
        values = self._values(article, others)
        if "story" in self.parts:
            earlier = [other for other in others if other in self.web.articles]
            second = replace((earlier or others)[0], site=article.site)
            values["story"] = self._fill("story", values)
            values["next"] = self._fill("story", self._values(second, self.web.others(second)))
            values["n_url"] = self._url(second)
        return self._fill("page", values) + "\n"

    def _fill(self, part: str, values: Mapping[str, Any]) -> str:
        return Template(self.parts[part]).substitute(values)

    def _safe(self, text: str) -> str:
        return html.escape(text, quote=False).replace('"', "&quot;") if self.escape else text

    def _url(self, article: Article) -> str:
        return f"https://{self.site.host}/{self.web.path(article, self.site)}"

    def _values(self, article: Article, others: Sequence[Article]) -> dict[str, Any]:
        site, labels = self.site, self.web.labels[article.language]
        year, month, day = (int(part) for part in article.date.split("-"))
        words = {name: self._safe(text) for name, text in labels.items() if isinstance(text, str)}
        values: dict[str, Any] = dict(words)
        values |= {
            "site_name": self._safe(site.name),
            "host": site.host,
            "lang": site.language,
            "charset": site.declare or site.encoding,
            "key": article.key,
            "number": _number("post", article.key).rpartition("-")[2],
            "title": self._safe(article.headline),
            "title_json": json.dumps(article.headline, ensure_ascii=False),
            "author": self._safe(article.author),
            "author_json": json.dumps(article.author, ensure_ascii=False),
            "iso": article.date,
            "date_text": labels["date_format"].format(year=year, month=labels["months"][month - 1], day=day),
            "url": self._url(article),
            "lead": self._safe(self._teaser(article)),
            "bio": self._safe(labels["author_bio"].format(author=article.author, name=site.name)),
            "copyright_line": self._safe(labels["copyright"].format(name=site.name)),
            "caption": self._safe(article.caption),
            "promo_title": self._safe(others[0].headline),
            "promo_url": self._url(others[0]),
        }
        values["figure"] = self._fill("figure", values) if article.caption else ""
        values["tag_links"] = ", ".join(self._fill("tag", {"text": self._safe(tag)}) for tag in article.tags)
        values["related"] = self._teasers("related", others[1 : 1 + RELATED], values)
        values["latest"] = self._teasers("latest", others[::-1][:LATEST], values)
        values["body"] = self._body(article, values)
        return values

    def _teaser(self, article: Article) -> str:
        text = plain(article.body[0])
        length = TEASER_LENGTH // 2 if article.language == "zh" else TEASER_LENGTH
        if len(text) <= length:
            return text
        cut = text[:length]
        return (cut if article.language == "zh" else cut.rpartition(" ")[0]) + "..."

    def _teasers(self, part: str, others: Sequence[Article], values: Mapping[str, Any]) -> str:
        return "\n".join(
            self._fill(
                part,
                {
                    **values,
                    "t_title": self._safe(other.headline),
                    "t_text": self._safe(self._teaser(other)),
                    "t_url": self._url(other),
                },
            )
            for other in others
        )

    def _body(self, article: Article, values: Mapping[str, Any]) -> str:
        blocks: list[str] = []
        lines = list(article.body)
        done = 0
        while done < len(lines):
            count = self._run(lines, done)
            blocks.append(self._block(lines[done : done + count], done + 1, values))
            done += count
            if f"after {done}" in self.parts and done < len(lines):
                blocks.append(self._fill(f"after {done}", values))
        return "\n".join(blocks)

    def _row(self, line: str) -> str:
        filled = (self._fill("cell", {"text": self._safe(cell)}) for cell in cells(line))
        return self._fill("row", {"cells": "".join(filled)})

    @staticmethod
    def _run(lines: Sequence[str], start: int) -> int:
        """How many lines from ``start`` on make one block: a list or a table takes several."""
        mark = lines[start][:2]
        end = start + 1
        while mark in ("- ", "| ") and end < len(lines) and lines[end].startswith(mark):
            end += 1
        return end - start

    def _block(self, lines: Sequence[str], position: int, values: Mapping[str, Any]) -> str:
        first = lines[0]
        if first.startswith("| "):
            rows = (self._row(line) for line in lines)
            return self._fill("table", {"rows": "\n".join(rows)})
        if first.startswith("- "):
            items = (self._fill("item", {"text": self._safe(plain(line))}) for line in lines)
            return self._fill("list", {"items": "\n".join(items)})
        # A live page shows its latest entry first: the clock runs back from 17.48, 23 minutes an entry.
        minutes = 17 * 60 + 48 - 23 * position
        clock = f"{minutes // 60:02}:{minutes % 60:02}"
        part = {"##": "subheading", "> ": "quote"}.get(first[:2], "paragraph")
        text = self._safe(plain(first))
        return self._fill(part, {**values, "text": text, "clock": clock, "position": str(position)})
