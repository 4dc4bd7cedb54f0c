"""The date of publication that a page declares in so many words, with its time of day.

Markup that says "published" goes before any other date: htmldate takes a head's date of change when the
head has no other, though the JSON-LD below it says when the article came out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import lxml.etree
import lxml.html

from cleaner.strip.metadata import iso_date

_META_NAMES = frozenset(
    """article:published_time article:published og:published_time og:article:published_time datepublished
    date-published published published_time publication_date publish-date publish_date publishdate pubdate
    article.published parsely-pub-date sailthru.date dc.date.issued dcterms.issued dcterms.created
    citation_publication_date citation_date cxenseparse:recs:publishtime""".split()
)
"""Names by which heads declare when an article came out, in lower case."""
_ARTICLES = ("article", "posting", "report", "story", "recipe", "review")
"""Ends of the JSON-LD types (schema.org) that are articles, in lower case."""
_JSON = lxml.etree.XPath("//script[@type='application/ld+json']")
MAX_JSON = 500_000
"""Characters of JSON-LD above which it is not read."""
MAX_DEPTH = 8


def declared_date(root: lxml.html.HtmlElement) -> str | None:
    """The date that the page's meta elements or JSON-LD declare as that of publication, as ``iso_date`` gives it."""
    for meta in root.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        if name.lower() in _META_NAMES and (date := iso_date(meta.get("content"))):
            return date
    dated: list[tuple[bool, str]] = []
    for script in _JSON(root):
        text = script.text or ""
        if "datePublished" in text and len(text) <= MAX_JSON:
            dated += _dated(text)
    for is_article in (True, False):
        for kind, written in dated:
            if kind == is_article and (date := iso_date(written)):
                return date
    return None


def _dated(text: str) -> Iterator[tuple[bool, str]]:
    """Every ``datePublished`` of a piece of JSON-LD, with whether it is an article's."""
    try:
        data = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return
    yield from _walk(data, MAX_DEPTH)


def _walk(data: Any, depth: int) -> Iterator[tuple[bool, str]]:
    if isinstance(data, dict):
        written = data.get("datePublished")
        if isinstance(written, str):
            kinds = data.get("@type")
            names = kinds if isinstance(kinds, list) else [kinds]
            yield any(str(name).lower().endswith(_ARTICLES) for name in names), written
    if depth:
        inner = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
        for one in inner:
            yield from _walk(one, depth - 1)
