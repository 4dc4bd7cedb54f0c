"""When a page's article came out: what its markup and its address say.

What markup declares as publication (meta elements, JSON-LD) is the surest, then a whole day in the address; a date
line by the headline (``datelines``) is heard before what is less sure. The date of a related story, of an event, or
a number in an address is none of these, nor is the date of a change that only the head knows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import lxml.html
import regex

from cleaner.strip.metadata import dates
from cleaner.strip.reading.page_elements import PageElements

_META_NAMES = frozenset(
    """article:published_time article:published og:published_time og:article:published_time datepublished
    date-published published published_time publication_date publish-date publish_date publishdate pubdate
    article.published parsely-pub-date sailthru.date dc.date.issued dcterms.issued dcterms.created
    citation_publication_date citation_date cxenseparse:recs:publishtime""".split()
)
"""Names by which heads declare when an article came out, in lower case."""
_PUBLISHED_NAME = regex.compile(r"publish|pub(?:lication)?[-_.:]?date")
_NOT_PUBLISHED = regex.compile(r"publisher|unpub|modif|updat|expir|end|revis|year|event")
"""Names of a site's own making that say the same, by their parts (``w-published-date``, ``sl:publishTime``)."""
_DATE_NAMES = frozenset("ptime date dc.date dcterms.date published-date release_date pub_date article_date".split())
"""Names that mostly declare the same."""
_ARTICLES = ("article", "posting", "report", "story", "recipe", "review")
"""Ends of the JSON-LD types (schema.org) that are articles, in lower case."""
_JSON = "application/ld+json"
MAX_JSON = 500_000
"""Characters of JSON-LD above which it is not read."""
MAX_DEPTH = 8
MAX_DECLARED = 20
"""Dates of a page's markup that are read; a page of thousands that are none must not take seconds."""
_WRITTEN = regex.compile(r'"datePublished"\s{0,20}+:\s{0,20}+"([^"\\]{4,80})"')
_URL_DAY = regex.compile(r"/((?:19|20)\d\d)([/-])(0?[1-9]|1[0-2])\2(0?[1-9]|[12]\d|3[01])(?=[/-])")
_COMPACT_URL_DAY = regex.compile(
    r"[/-]((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=[/._-])"
    r"|/((?:19|20)\d\d)(?:-?(0[1-9]|1[0-2])/|/(0[1-9]|1[0-2]))(0[1-9]|[12]\d|3[01])(?=/)"
)
_NAMED_URL_DAY = regex.compile(r"/((?:19|20)\d\d)/([a-z]{3,9})/(0?[1-9]|[12]\d|3[01])(?=[/-])", regex.IGNORECASE)
_DATED = regex.compile("[dD]ate|time|publish|posted|stamp")
"""Classes named after a date."""
_MOMENTS = ("datetime", "content", "ts", "data-datetime", "data-date", "data-time", "data-timestamp", "title")
"""Attributes that hold what an element shows in words."""
_TIME_TAG = regex.compile(r"time(?:-?ago)?$|^time-")
"""Elements of a page's own making that show a moment (``relative-time``, ``time-ago``)."""
_APART = frozenset(("aside", "footer", "nav"))
_APART_NAME = regex.compile(r"widget|side-?bar|footer|card|archive|modif|updat", regex.IGNORECASE)
"""Names of boxes whose dates may be of something else than the article."""
_OTHERS = regex.compile(
    r"relat|recommend|teaser|popular|trend|latest|recent|comment|more-|upcoming|event(?!ual)|calendar|copyright",
    regex.IGNORECASE,
)
"""Names of boxes whose dates are of something else."""
_TEASER_HEADS = ("h2", "h3", "h4")
MAX_TEASER = 400
"""Characters of such a box."""
MAX_INNER = 6
"""Elements of a box that are looked at."""
MAX_MARKED = 40
"""Elements named after a date that are looked at."""
Read = Callable[[str | None], str | None]


class Found(NamedTuple):
    """A date and where it was found (``Article.date_source``)."""

    date: str
    source: str


def declared(page: PageElements, read: Read) -> Found | None:
    """The date that the page's meta elements or JSON-LD declare as that of publication, as ``read`` gives it."""
    for raw in [raw for name, raw in _named(page) if name in _META_NAMES][:MAX_DECLARED]:
        if date := read(raw):
            return Found(date, "metadata")
    written: list[tuple[bool, str]] = []
    for script in page.scripts:
        text = (script.text or "") if script.get("type") == _JSON else ""
        if ("datePublished" in text or "dateCreated" in text) and len(text) <= MAX_JSON:
            written += _dated(text)
    for is_article in (True, False):
        for raw in [raw for kind, raw in written if kind == is_article][:MAX_DECLARED]:
            if date := read(raw):
                return Found(date, "metadata")
    return None


def _named(page: PageElements) -> Iterator[tuple[str, str | None]]:
    """The names of a page's meta elements, in lower case, and what they say."""
    for meta in page.metas:
        yield (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower(), meta.get("content")


def _is_published(name: str) -> bool:
    """Whether a site's own name for a meta element says that it holds when an article came out."""
    return "pub" in name and _PUBLISHED_NAME.search(name) is not None and _NOT_PUBLISHED.search(name) is None


def named_date(page: PageElements, read: Read) -> Found | None:
    """The date of a meta element that is named so and no more, or by a name of the site's own."""
    for is_named in (_DATE_NAMES.__contains__, _is_published):
        for raw in [raw for name, raw in _named(page) if is_named(name)][:MAX_DECLARED]:
            if date := read(raw):
                return Found(date, "metadata")
    return None


def of_address(url: str | None) -> Found | None:
    """The day in an address's path: ``/2026/03/04/``, ``/2026-03-04-``, ``/20260304/``, ``/2026-03/04/``,
    ``/2026/0304/`` or ``/2026/mar/04/``. Year and month are no day."""
    try:
        path = urlsplit(url or "").path
    except ValueError:
        return None
    day = _URL_DAY.search(path)
    parts = (day[1], day[3], day[4]) if day else None
    if parts is None and (compact := _COMPACT_URL_DAY.search(path)):
        parts = (compact[1] or compact[4], compact[2] or compact[5] or compact[6], compact[3] or compact[7])
    if parts is None and (named := _NAMED_URL_DAY.search(path)):
        date = dates.iso_date(f"{named[3]} {named[2]} {named[1]}", "en")
    else:
        date = dates.iso_date("-".join(parts)) if parts else None
    return Found(date, "url") if date else None


def marked_up(root: lxml.html.HtmlElement, read: Read) -> Found | None:
    """The first date in an element that is named after one and does not stand in a box of its own.

    Where there is none, the date in such boxes if it is the only one.
    """
    looked = 0
    best: Found | None = None
    aside: dict[str, None] = {}
    for element in _named_after_dates(root):
        if looked >= MAX_MARKED:
            break
        apart = _apart(element)
        if apart == "others":
            continue
        looked += 1
        text = " ".join(element.text_content().split()) if len(element) < 20 else ""
        said = next(filter(None, map(element.get, _MOMENTS)), None)
        date = read(said) or (read(text) or dates.find(text, read) if 0 < len(text) <= dates.MAX_DATE else None)
        if date is None:
            continue
        if apart:
            aside[date] = None
        elif element.get("itemprop") == "datePublished" or element.get("pubdate") is not None:
            return Found(date, "markup")
        else:
            best = best or Found(date, "markup")
    if best is None and len({date[:10] for date in aside}) == 1:
        best = Found(max(aside, key=len), "markup")
    return best


def _named_after_dates(root: lxml.html.HtmlElement) -> Iterator[lxml.html.HtmlElement]:
    for element in root.iter("*"):
        named = element.get("class")
        if (
            (named and _DATED.search(named) is not None)
            or element.tag == "time"
            or ("-" in element.tag and _TIME_TAG.search(element.tag) is not None)
            or element.get("itemprop") == "datePublished"
        ):
            yield element


def _apart(element: lxml.html.HtmlElement) -> str | None:
    """Whether an element stands in a box beside the article (``aside``) or of something else (``others``)."""
    found = None
    for outer in (element, *element.iterancestors()):
        if outer.tag in ("body", "main", "article", "html"):
            return found
        if outer is not element and _is_teaser(outer) and any(map(_is_teaser, _next_to(outer))):
            return "others"
        named = f"{outer.get('class') or ''} {outer.get('id') or ''}"[:300]
        if len(named) > 1 and _OTHERS.search(named):
            return "others"
        if outer.tag in _APART or (len(named) > 1 and _APART_NAME.search(named)):
            found = "aside"
    return found


def _next_to(box: lxml.html.HtmlElement) -> Iterator[lxml.html.HtmlElement]:
    return (one for one in (box.getprevious(), box.getnext()) if one is not None)


def _is_teaser(box: lxml.html.HtmlElement) -> bool:
    """Whether a box is headed by a link to something else, and has little beside it."""
    if len(box.text_content()) > MAX_TEASER:
        return False
    return any(inner.tag in _TEASER_HEADS and inner.find(".//a[@href]") is not None for inner in islice(box, MAX_INNER))


def _dated(text: str) -> Iterator[tuple[bool, str]]:
    """Every ``datePublished`` of a piece of JSON-LD, with whether it is an article's."""
    try:
        data = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        # Scripts in CDATA, with comments or commas too many still say when; of which of several things is not known.
        yield from ((True, raw) for raw in _WRITTEN.findall(text)[:1])
        return
    yield from _walk(data, MAX_DEPTH)


def _walk(data: Any, depth: int) -> Iterator[tuple[bool, str]]:
    if isinstance(data, dict):
        kinds = data.get("@type")
        names = kinds if isinstance(kinds, list) else [kinds]
        is_article = any(str(name).lower().endswith(_ARTICLES) for name in names)
        written = data.get("datePublished") or (data.get("dateCreated") if is_article else None)
        if isinstance(written, str):
            yield is_article, written
    if depth:
        inner: Iterable[Any] = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
        for one in inner:
            yield from _walk(one, depth - 1)
