"""What the library's functions are given: checked, and made the records that the stages take.

Content is never at fault: whatever text or bytes come, something comes out. Only what is of a wrong type is
refused, by a TypeError of one line.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace

from cleaner.records import Article, Page, Rejected
from cleaner.sources.decode import decode
from cleaner.sources.faults import Fault
from cleaner.sources.record import content_id, printable

_TEXTS = ("url", "title", "date", "date_source", "lang", "author", "site", "site_name", "page_type")
"""Fields of an article that hold a string or None."""
_log = logging.getLogger("cleaner")


def page(caller: str, content: str | bytes, is_html: bool, **given: str | None) -> Page:
    """The page that ``caller`` was given. One without an id has its URL for that, else a hash of its content."""
    if not isinstance(content, (str, bytes, bytearray)):
        raise TypeError(f"{caller} takes str or bytes, not {type(content).__name__}")
    for name, value in given.items():
        if value is not None and not isinstance(value, str):
            raise TypeError(f"{caller} takes a str as {name}, not {type(value).__name__}")
    said = {name: printable(value) for name, value in given.items()}
    text = printable(content) if isinstance(content, str) else _decoded(bytes(content))
    name = said.pop("id") or said["url"] or content_id(said["url"], said["title"], text)
    return Page(name, said["url"] or name, html=text if is_html else None, text=None if is_html else text, **said)


def _decoded(content: bytes) -> str:
    """What bytes say, "" where that is no text."""
    try:
        return str(printable(decode(content)))
    except Fault:
        return ""


def stripped(given: Page) -> Article:
    """The article of a page; one without text where a library that reads the page cannot."""
    from cleaner.strip import verdicts_of

    try:
        return verdicts_of(given)[0]
    except (OSError, ImportError):
        raise  # of the machine, not of the page
    except Exception as error:  # noqa: BLE001 - no content raises; what it was is logged
        _log.warning("%s could not be stripped: %s: %s", given.origin, type(error).__name__, error)
        return Article(given.id, "", given.url, given.title, lang=given.lang, origin=given.origin)


def articles(given: Iterable[Article]) -> list[Article]:
    """Articles as ``collapse`` was given them, each with an id: its URL where it has none, else a hash of its content.

    Raises TypeError for what is no article, and for one with a field of a wrong type.
    """
    if isinstance(given, (str, bytes, Article)) or not isinstance(given, Iterable):
        raise TypeError(f"collapse takes articles, not {type(given).__name__}")
    return [_named(one, place) for place, one in enumerate(given)]


def _named(article: Article, place: int) -> Article:
    if isinstance(article, Rejected):
        raise TypeError(f"collapse takes articles; number {place} was rejected as {article.reason}: leave it out")
    if not isinstance(article, Article):
        raise TypeError(f"collapse takes articles; number {place} is of type {type(article).__name__}")
    for name in ("id", "text", "origin"):
        _must_be(str, article, name, place)
    for name in _TEXTS:
        if getattr(article, name) is not None:
            _must_be(str, article, name, place)
    _must_be(dict, article, "extra", place)
    if article.id.strip():
        return article
    url, title, text = (printable(one) for one in (article.url, article.title, article.text))
    return replace(article, id=url or content_id(url, title, text))


def _must_be(kind: type, article: Article, name: str, place: int) -> None:
    value = getattr(article, name)
    if not isinstance(value, kind):
        raise TypeError(f"{name} of article {place} must be {kind.__name__}, not {type(value).__name__}")
