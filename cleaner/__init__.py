"""Turns scraped web pages into a corpus that holds one canonical story per event.

import cleaner
article = cleaner.strip_html(html, url="https://example.org/a")
article = cleaner.strip_text("a page that somebody flattened to lines")
stories = cleaner.collapse(articles, level="event")
report = cleaner.run(["pages/"], "out", cleaner.Settings(level="near"))
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import cleaner.collapse  # noqa: F401 - first, so that the function below keeps the name the folder has too
from cleaner.errors import MissingExtra, UsageError
from cleaner.records import Article, Cut, Member, Page, Rejected, Story
from cleaner.settings import Fields, Limits, Require, Settings

if TYPE_CHECKING:
    from cleaner.report import Report

__all__ = [
    "Article",
    "Cut",
    "Fields",
    "Limits",
    "Member",
    "MissingExtra",
    "Page",
    "Rejected",
    "Require",
    "Settings",
    "Story",
    "UsageError",
    "collapse",
    "run",
    "strip_html",
    "strip_text",
]


def strip_html(html: str | bytes, url: str | None = None) -> Article:
    """The body and metadata of an HTML page. Bytes are decoded as a browser would.

    The article of a page without a body has an empty text; its cuts say where everything went.
    """
    from cleaner import strip
    from cleaner.sources.decode import decode

    text = html if isinstance(html, str) else decode(html)
    return strip.verdicts_of(Page(id=url or "", origin=url or "", url=url, html=text))[0]


def strip_text(text: str, title: str | None = None) -> Article:
    """The body of stored text: a page that somebody flattened to lines.

    ``title`` is its headline where that is known.
    """
    from cleaner import strip

    return strip.verdicts_of(Page(id="", origin="", text=text, title=title))[0]


def collapse(
    articles: Iterable[Article],
    level: str = "event",
    keep: str = "complete",
    prefer: Sequence[str] = (),
    *,
    near_threshold: float | None = None,
    event_threshold: float | None = None,
    event_span: float | None = None,
    require: Require | None = None,
) -> list[Story]:
    """Collapse articles to stories, one per event (or per text, at the levels ``near`` and ``exact``).

    The options are those of `Settings`. A story of which no member satisfies ``require`` has ``fits`` False.
    Raises UsageError for a value that makes no sense.
    """
    from cleaner.collapse import levels

    return levels.collapse(
        articles,
        level,
        keep,
        (prefer,) if isinstance(prefer, str) else prefer,
        near_threshold,
        event_threshold,
        event_span,
        require,
    )


def run(
    inputs: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    output: str | os.PathLike[str],
    settings: Settings | None = None,
    index: str | os.PathLike[str] | None = None,
) -> Report:
    """Read, strip and collapse files, folders or globs into the folder ``output``.

    With an ``index`` (a folder) they are collapsed against all that earlier runs put into it, and added to it.
    Raises UsageError for inputs that are not there, a wrong setting, or an output that cannot be written.
    """
    from cleaner import pipeline

    return pipeline.run(inputs, output, settings, index=index)
