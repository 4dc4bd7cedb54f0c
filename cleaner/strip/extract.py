"""What an HTML page says about itself, by trafilatura and htmldate.

They read a digest of the page (its head, JSON-LD and headings, then what is named after an author), which
says the same in a fraction of the time. Dates are looked for in the whole page.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import lxml.etree
import lxml.html
import regex

if TYPE_CHECKING:
    from trafilatura.settings import Document

DATES: dict[str, Any] = {"extensive_search": False, "original_date": True, "max_date": "2100-01-01"}
"""Date of publication, not of the last change, and no guesses: on 251 dated development pages (wcxb) the
extensive search finds 4 more right dates and 2 more wrong ones."""
MAX_AUTHORS = 30
"""Elements named after an author that are looked at; an article's own come first."""
_DATA = ("application/ld+json", "application/settings+json")
_JSON = lxml.etree.XPath(f"//body//script[@type='{_DATA[0]}' or @type='{_DATA[1]}']")
_STRING = regex.compile(r'"(?:\\"|[^"])*+("?)')
MAX_JSON = 1_000_000
"""Characters of JSON-LD above which it is not read."""
_HEADINGS = ("h1", "h2")
_AUTHORS = lxml.etree.XPath(
    "descendant-or-self::*[@rel='author' or @itemprop or @data-testid or @data-component or contains(@class, 'uthor')"
    " or contains(@id, 'uthor') or contains(@class, 'yline') or contains(@class, 'writer') or @class='username' or"
    " @class='byl' or contains(@class, 'journalist') or contains(@class, 'posted-by') or"
    " contains(@class, 'submitted-by') or contains(@class, 'bianji') or contains(@class, 'zuozhe') or"
    " self::author]"
)
_KEPT_AROUND = frozenset(("a", "div", "section", "span", "time", "figure"))
"""Elements by which trafilatura tells a commenter's name from the author's."""


@dataclass(slots=True)
class Said:
    """What a page's metadata holds, as it stands there."""

    title: str | None = None
    author: str | None = None
    url: str | None = None
    site_name: str | None = None
    og_title: str | None = None
    head_title: str | None = None
    """Its og:title and its ``<title>`` as they are written."""


def metadata_of(root: lxml.html.HtmlElement, url: str | None = None) -> Said:
    """Title, author, date, address and site name of a parsed page."""
    declared = _read(_digest(root), url)
    return Said(
        title=declared.title,
        author=declared.author or _author(root),
        url=declared.url,
        site_name=declared.sitename,
        og_title=_og_title(root),
        head_title=next((written.text for written in root.iter("title") if written.text), None),
    )


@cache
def _reader() -> tuple[Callable[[lxml.html.HtmlElement, str | None, dict[str, Any]], Document], type[Document]]:
    """trafilatura's reader and what it returns. Loaded when the first page is read: who strips nothing needs it not."""
    with suppress(ImportError):
        import urllib3  # noqa: F401 - first, so that the warning filters which it sets for itself stay
    with warnings.catch_warnings():  # trafilatura and htmldate silence urllib3's for the whole process
        from trafilatura.metadata import extract_metadata
    from trafilatura.settings import Document

    return extract_metadata, Document


def _read(page: lxml.html.HtmlElement, url: str | None) -> Document:
    extract_metadata, nothing = _reader()
    try:
        return extract_metadata(page, url, dict(DATES))
    except MemoryError:
        raise  # the page's bound
    except Exception:  # noqa: BLE001 - what a library stumbles over in a head costs the metadata, never the page
        return nothing()


def _og_title(root: lxml.html.HtmlElement) -> str | None:
    for meta in root.iter("meta"):
        if "og:title" in (meta.get("property"), meta.get("name")) and meta.get("content"):
            return meta.get("content")
    return None


def _page(parts: Iterable[lxml.html.HtmlElement]) -> lxml.html.HtmlElement:
    """A page of these elements, a head among them in its place."""
    page = lxml.html.Element("html")
    body = lxml.html.Element("body")
    for part in parts:
        (page if part.tag == "head" else body).append(part)
    page.append(body)
    return page


def _copy(element: lxml.html.HtmlElement) -> lxml.html.HtmlElement:
    copied = deepcopy(element)
    copied.tail = None
    return copied


def _digest(root: lxml.html.HtmlElement) -> lxml.html.HtmlElement:
    """The page's head, JSON-LD and headings."""
    head = root.find("head")
    parts = [*filter(_is_closed, _JSON(root)), *_headings(root)]
    page = _page(_copy(part) for part in ([] if head is None else [head]) + parts)
    if head is not None:
        for script in page.iter("script"):
            if script.get("type") in _DATA and not _is_closed(script):
                script.text = ""
    return page


def _headings(root: lxml.html.HtmlElement) -> Iterator[lxml.html.HtmlElement]:
    """Headings that stand in no other, which comes with all that it holds: a thousand nested ones are copied once."""
    for heading in root.iter(*_HEADINGS):
        if next(heading.iterancestors(*_HEADINGS), None) is None:
            yield heading


def _is_closed(script: lxml.html.HtmlElement) -> bool:
    """Whether trafilatura can read a piece of JSON-LD in linear time: all its strings end."""
    text = script.text or ""
    return len(text) <= MAX_JSON and all(_STRING.findall(text))


def _author(root: lxml.html.HtmlElement) -> str | None:
    """The author by the elements that are named after one, each in shells of those around it."""
    parts = []
    inside: set[lxml.html.HtmlElement] = set()
    for element in _AUTHORS(root):
        if element not in inside:
            inside.update(element.iter())  # each element of the page once, however deep they are nested
            parts.append(_in_shells(element))
            if len(parts) == MAX_AUTHORS:
                break
    return _read(_page(parts), None).author if parts else None


def _in_shells(element: lxml.html.HtmlElement) -> lxml.html.HtmlElement:
    inner = _copy(element)
    for nested in _AUTHORS(inner)[MAX_AUTHORS:]:  # trafilatura reads each with all that it holds
        nested.attrib.clear()
        nested.tag = "span"
    for outer in element.iterancestors():
        if outer.tag in _KEPT_AROUND:
            shell = lxml.html.Element(outer.tag, dict(outer.attrib))
            shell.append(inner)
            inner = shell
    return inner
