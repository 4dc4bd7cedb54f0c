"""What the library's functions are given: checked, and made the records that the stages take.

Content is never at fault: whatever text or bytes come, something comes out. Only what is of a wrong type is
refused, by a TypeError of one line.
"""

from __future__ import annotations

import itertools
import logging
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from cleaner.errors import UsageError
from cleaner.records import Article, Page, Rejected
from cleaner.settings import LEVELS, Require, Settings, refuse_unused
from cleaner.sources.dates import read_date
from cleaner.sources.decode import decode
from cleaner.sources.faults import Fault
from cleaner.sources.record import content_id, printable

_TEXTS = ("url", "title", "date", "date_source", "lang", "author", "site", "site_name", "page_type")
"""Fields of an article that hold a string or None."""
_PAGE_TEXTS = ("url", "html", "text", "title", "date", "lang", "author")
"""The same of a page."""
_log = logging.getLogger("cleaner")


def page(caller: str, content: str | bytes, is_html: bool, **given: str | None) -> Page:
    """The page that ``caller`` was given. One without an id has its URL for that, else a hash of its content."""
    if not isinstance(content, (str, bytes, bytearray)):
        raise TypeError(f"{caller} takes str or bytes, not {type(content).__name__}")
    for name, value in given.items():
        if value is not None and not isinstance(value, str):
            raise TypeError(f"{caller} takes a str as {name}, not {type(value).__name__}")
    said = _said(given)
    text = printable(content) if isinstance(content, str) else _decoded(bytes(content))
    name = said.pop("id") or said["url"] or content_id(said["url"], said["title"], text)
    return Page(name, said["url"] or name, html=text if is_html else None, text=None if is_html else text, **said)


def _said(given: Mapping[str, Any]) -> dict[str, Any]:
    """What was given, in characters that can be written and with the date as those of records are read."""
    said = {name: printable(value) for name, value in given.items()}
    return said | {"date": read_date(said["date"]).date}


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


def choices(**given: Any) -> dict[str, Any]:
    """What ``collapse`` was given to choose by, checked as far as ``Settings`` does not.

    Raises TypeError for what is of a wrong type, UsageError for what decides nothing at the level.
    """
    require, prefer = given["require"], given["prefer"]
    if require is not None and not isinstance(require, Require):
        raise TypeError(f"collapse takes a Require as require, not {type(require).__name__}")
    if not isinstance(prefer, Iterable):
        raise TypeError(f"collapse takes domains as prefer, not {type(prefer).__name__}")
    usual = Settings()
    if given["level"] in LEVELS:
        refuse_unused((name for name, value in given.items() if value != getattr(usual, name)), given["level"])
    return given | {"prefer": (prefer,) if isinstance(prefer, str) else tuple(prefer)}


def check_run(inputs: Any, output: Any, settings: Any, index: Any, work: Any, engine: Any, **switches: Any) -> None:
    """Raise TypeError or UsageError for what ``run`` was given and cannot mean."""
    several = not isinstance(inputs, (str, bytes, os.PathLike))
    if several and not isinstance(inputs, Collection):
        raise TypeError(f"run takes a path or a list of paths as inputs, not {type(inputs).__name__}")
    for one in inputs if several else [inputs]:
        _check_path("run", "input", one)
    _check_path("run", "output", output)
    for name, path in (("index", index), ("work", work)):
        if path is not None:
            _check_path("run", name, path)
    if settings is not None and not isinstance(settings, Settings):
        raise TypeError(f"run takes Settings as settings, not {type(settings).__name__}")
    if not isinstance(engine, str) and not callable(getattr(engine, "submit", None)):
        raise TypeError(f"run takes the name of an engine, or an executor, as engine, not {type(engine).__name__}")
    for name, value in switches.items():
        if type(value) is not bool:
            raise TypeError(f"run takes True or False as {name}, not {type(value).__name__}")


def _check_path(caller: str, name: str, path: Any) -> None:
    """Raise TypeError for what is no path, UsageError for one that no file can have."""
    if not isinstance(path, (str, os.PathLike)) or not isinstance(written := os.fspath(path), str):
        raise TypeError(f"{caller} takes a path as {name}, not {type(path).__name__}")
    try:
        possible = bool(written) and b"\0" not in os.fsencode(written)
    except UnicodeEncodeError:  # a lone surrogate
        possible = False
    if not possible:
        raise UsageError(f"{name} '{printable(written)}' is the path of no file or folder")


def pages(given: Any) -> Iterator[Page]:
    """Pages as ``strip`` was given them. Raises TypeError for what is no page, and for a field of a wrong type."""
    if isinstance(given, (str, bytes, Page)) or not isinstance(given, Iterable):
        raise TypeError(f"strip takes pages (cleaner.Page), not {type(given).__name__}")
    return map(_page_of, itertools.count(), given)


def _page_of(place: int, page: Any) -> Page:
    if not isinstance(page, Page):
        raise TypeError(f"strip takes pages (cleaner.Page), not {type(page).__name__}")
    for name in ("id", "origin"):
        _must_be(str, page, name, place)
    for name in _PAGE_TEXTS:
        if getattr(page, name) is not None:
            _must_be(str, page, name, place)
    _must_be(dict, page, "extra", place)
    given = {name: getattr(page, name) for name in _PAGE_TEXTS if name != "html"}  # which reading its tree repairs
    said = _said(given)
    return replace(page, **said) if said != given else page


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


def _must_be(kind: type, record: Article | Page, name: str, place: int) -> None:
    value = getattr(record, name)
    if not isinstance(value, kind):
        what = "page" if isinstance(record, Page) else "article"
        raise TypeError(f"{name} of {what} {place} must be {kind.__name__}, not {type(value).__name__}")
