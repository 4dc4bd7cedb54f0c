"""What an HTML page says about itself, by trafilatura's readers.

Each is asked only for what it is needed for, and given a digest of the page (its head, then its headings, then what is
named after an author), which says the same in a fraction of the time. Dates are read elsewhere (``published``).
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import lxml.html

from cleaner.strip.metadata import bylines, json_ld
from cleaner.strip.reading import page_elements
from cleaner.strip.reading.page_elements import PageElements
from cleaner.strip.reading.parsing import ONE_CLASS

if TYPE_CHECKING:
    from trafilatura.settings import Document

MAX_AUTHORS = 30
"""Elements named after an author that are looked at; an article's own come first."""
_HEADINGS = ("h1", "h2")
_UNREAD = ("script", "style")
_LOADED = frozenset("stylesheet preload modulepreload prefetch preconnect dns-prefetch icon apple-touch-icon".split())
"""``rel`` of links that say what a browser is to load."""
_PARSER = lxml.html.HTMLParser()
_PARSER.set_element_class_lookup(ONE_CLASS)
_NAMING = frozenset(("rel", "id", "class", "itemprop", "data-testid", "data-component"))
"""Attributes by which an element is known for that of an author."""
_MAY_NAME_AUTHOR = re.compile(
    "uthor|yline|byl|BBL|writer|username|screenname|channel-name|journalist|posted-by|submitted-by|bianji|zuozhe|xiaobian"
)
"""Part of all names by which trafilatura finds an author."""
_CLASSED_AUTHOR = re.compile("uthor|yline|writer|journalist|posted-by|submitted-by|bianji|zuozhe|^(?:username|byl)$")
_KEPT_AROUND = frozenset(("a", "div", "section", "span", "time", "figure"))
"""Elements by which trafilatura tells a commenter's name from the author's."""


@dataclass(slots=True)
class Said:
    """What a page's metadata holds, as it stands there."""

    title: str | None = None
    """A title by other means, where the page has neither of the next two."""
    author: str | None = None
    url: str | None = None
    site_name: str | None = None
    og_title: str | None = None
    head_title: str | None = None
    """Its og:title and its ``<title>`` as they are written."""


def metadata_of(page: PageElements | lxml.html.HtmlElement, url: str | None = None) -> Said:
    """Title, author, address and site name of a parsed page."""
    page = page if isinstance(page, PageElements) else page_elements.of(page)
    said = Said(
        og_title=_og_title(page),
        head_title=next((written.text for written in page.titles if written.text), None),
    )
    declared = _declared(page, url, with_title=not (said.og_title or said.head_title))
    said.title = declared.title
    said.author = declared.author or _author(page.root)
    said.url, said.site_name = declared.url, declared.sitename
    return said


@cache
def _reader() -> Any:
    """trafilatura's readers. Loaded when the first page is read: who strips nothing needs them not."""
    with suppress(ImportError):
        import urllib3  # noqa: F401 - first, so that the warning filters which it sets for itself stay
    with warnings.catch_warnings():  # trafilatura and htmldate silence urllib3's for the whole process
        import trafilatura.metadata
    return trafilatura.metadata


def _declared(page: PageElements, url: str | None, with_title: bool) -> Document:
    """What the page's head and JSON-LD say, as trafilatura's ``extract_metadata`` puts it together."""
    reader = _reader()
    head = page.root.find("head")
    digest = _page([] if head is None else [_without_scripts(head)])
    try:
        said: Document = reader.examine_meta(digest)
        if said.author and " " not in said.author and not bylines.is_unspaced_name(said.author):
            said.author = None  # an account
        json_ld.read(page.scripts, said)
        if not said.author or (with_title and not said.title):
            parts_of_digest = [*([] if head is None else [head]), *_outermost(page.headings)]
            if not said.author and _may_name_author(parts_of_digest):
                said.author = reader.extract_author(_page(map(_copy, parts_of_digest)))
            if with_title and not said.title:
                said.title = reader.extract_title(_page(map(_copy, parts_of_digest)))
        said.url = said.url or reader.extract_url(digest, url)
        said.sitename = _site_name(said.sitename or reader.extract_sitename(digest), said.url)
        said.clean_and_trim()
    except MemoryError:
        raise  # the page's bound
    except Exception:  # noqa: BLE001 - what a library stumbles over in a head costs the metadata, never the page
        return reader.Document()
    return said


def _site_name(name: str | None, url: str | None) -> str | None:
    """A site's name without the sign of an account, capitalised; where there is none, its host."""
    if name:
        name = name.lstrip("@")
        return name.title() if name and "." not in name and not name[0].isupper() else name
    host = _reader().META_URL.match(url) if url else None
    return host[1] if host else name


def _og_title(page: PageElements) -> str | None:
    for meta in page.metas:
        if "og:title" in (meta.get("property"), meta.get("name")) and meta.get("content"):
            return meta.get("content")
    return None


def _new(tag: str, attributes: dict[str, str] | None = None) -> lxml.html.HtmlElement:
    """An element by itself."""
    return _PARSER.makeelement(tag, attributes)


def _page(elements: Iterable[lxml.html.HtmlElement]) -> lxml.html.HtmlElement:
    """A page of these elements, a head among them in its place."""
    page = _new("html")
    body = _new("body")
    for element in elements:
        (page if element.tag == "head" else body).append(element)
    page.append(body)
    return page


def _copy(element: lxml.html.HtmlElement) -> lxml.html.HtmlElement:
    copied = element.__copy__()  # deep, and without Python's own way there
    copied.tail = None
    return copied


def _without_scripts(head: lxml.html.HtmlElement) -> lxml.html.HtmlElement:
    copied = _new("head")
    copied.extend([child.__copy__() for child in head if child.tag not in _UNREAD and child.get("rel") not in _LOADED])
    return copied


def _outermost(headings: Iterable[lxml.html.HtmlElement]) -> list[lxml.html.HtmlElement]:
    """Headings that stand in no other, which comes with all that it holds: a thousand nested ones are copied once."""
    return [one for one in headings if next(one.iterancestors(*_HEADINGS), None) is None]


def _may_name_author(elements: Iterable[lxml.html.HtmlElement]) -> bool:
    """Whether anything in these elements is named as trafilatura knows authors."""
    for part in elements:
        for element in part.iter():
            if element.tag == "author":
                return True
            if any(name in _NAMING and _MAY_NAME_AUTHOR.search(value) for name, value in element.items()):
                return True
    return False


def _author(root: lxml.html.HtmlElement) -> str | None:
    """The author by the elements that are named after one, each in shells of those around it."""
    found = []
    inside: set[lxml.html.HtmlElement] = set()
    for element in _named_after_authors(root):
        if element not in inside:
            inside.update(element.iter())  # each element of the page once, however deep they are nested
            found.append(_in_shells(element))
            if len(found) == MAX_AUTHORS:
                break
    return _author_of(_page(found)) if found else None


def _author_of(digest: lxml.html.HtmlElement) -> str | None:
    reader = _reader()
    said: Document = reader.Document()
    try:
        json_ld.read(digest.iter("script"), said)
        said.author = said.author or reader.extract_author(digest)
        said.clean_and_trim()
    except MemoryError:
        raise  # the page's bound
    except Exception:  # noqa: BLE001 - as above
        return None
    return said.author


def _named_after_authors(root: lxml.html.HtmlElement) -> Iterator[lxml.html.HtmlElement]:
    """Elements whose names or attributes say that they may hold an author's name."""
    for element in root.iter("*"):
        if element.tag == "author":
            yield element
            continue
        for name, value in element.items():
            if name in _NAMING and (
                _CLASSED_AUTHOR.search(value) is not None
                if name == "class"
                else "uthor" in value
                if name == "id"
                else name != "rel" or value == "author"
            ):
                yield element
                break


def _in_shells(element: lxml.html.HtmlElement) -> lxml.html.HtmlElement:
    inner = _copy(element)
    for nested in list(_named_after_authors(inner))[MAX_AUTHORS:]:  # trafilatura reads each with all that it holds
        nested.attrib.clear()
        nested.tag = "span"
    for outer in element.iterancestors():
        if outer.tag in _KEPT_AROUND:
            shell = _new(outer.tag, {name: value for name, value in outer.items() if not name.startswith("{")})
            shell.append(inner)
            inner = shell
    return inner
