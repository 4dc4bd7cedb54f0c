"""Turns scraped web pages into a corpus that holds one canonical story per event.

import cleaner
article = cleaner.strip_html(html, url="https://example.org/a")
article = cleaner.strip_text("a page that somebody flattened to lines")
stories = cleaner.collapse(articles, level="event")
report = cleaner.run(["pages/"], "out", cleaner.Settings(level="near"))
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from typing import TYPE_CHECKING

import cleaner.collapse  # noqa: F401 - first, so that the function below keeps the name the folder has too

if TYPE_CHECKING:
    from cleaner.engines.executor import Submits
    from cleaner.errors import MissingExtra, RunFailed, TooManyRejected, UsageError
    from cleaner.links_file import Given as Links
    from cleaner.records import Article, Cut, Grain, Keep, Level, Member, Opinions, Page, Rejected, Relation, Story
    from cleaner.report import Report
    from cleaner.settings import Fields, Limits, Require, Settings
    from cleaner.version import VERSION as __version__

    def strip(pages: Iterable[Page], workers: int = 0) -> Iterator[Article | Rejected]: ...  # noqa: D103

__all__ = [
    "Article",
    "Cut",
    "Fields",
    "Grain",
    "Keep",
    "Level",
    "Limits",
    "Member",
    "MissingExtra",
    "Opinions",
    "Page",
    "Rejected",
    "Relation",
    "Require",
    "RunFailed",
    "Settings",
    "Story",
    "TooManyRejected",
    "UsageError",
    "__version__",
    "collapse",
    "run",
    "strip",
    "strip_html",
    "strip_text",
]


_FROM = {
    "errors": ("MissingExtra", "RunFailed", "TooManyRejected", "UsageError"),
    "records": (
        "Article", "Cut", "Grain", "Keep", "Level", "Member", "Opinions", "Page", "Rejected", "Relation", "Story",
    ),
    "settings": ("Fields", "Limits", "Require", "Settings"),
}  # fmt: skip
"""Which module has what. It is loaded when it is asked for, so that the import of the package takes no time in which
Ctrl-C would be answered by a traceback: the command line sets its handlers behind it."""


if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Names of other modules, and ``strip``, the folder of that name, which can be called."""
        if name == "strip":
            return import_module("cleaner.strip")
        if name == "__version__":
            return import_module("cleaner.version").VERSION
        for module, names in _FROM.items():
            if name in names:
                value = globals()[name] = getattr(import_module(f"cleaner.{module}"), name)
                return value
        raise AttributeError(f"module 'cleaner' has no attribute '{name}'")

    def __dir__() -> list[str]:
        """All of them, loaded or not."""
        return sorted({*globals(), *__all__})


def strip_html(
    html: str | bytes,
    url: str | None = None,
    *,
    id: str | None = None,
    title: str | None = None,
    date: str | None = None,
    lang: str | None = None,
) -> Article:
    """The body and metadata of an HTML page. Bytes are decoded as a browser would.

    What is given goes before what the page says. Without an id the article has its URL as such, else a hash of
    the page. No content raises: the article of a page without a body, of nothing and of bytes that are no text has
    an empty text; its cuts say where everything went. Raises TypeError for what is neither str nor bytes.
    """
    from cleaner import library

    given = library.page("strip_html", html, True, url=url, id=id, title=title, date=date, lang=lang)
    return library.stripped(given)


def strip_text(
    text: str | bytes,
    title: str | None = None,
    *,
    id: str | None = None,
    url: str | None = None,
    date: str | None = None,
    lang: str | None = None,
) -> Article:
    """The body of stored text: a page that somebody flattened to lines.

    ``title`` is its headline where that is known. All else is as for ``strip_html``.
    """
    from cleaner import library

    given = library.page("strip_text", text, False, url=url, id=id, title=title, date=date, lang=lang)
    return library.stripped(given)


def collapse(
    articles: Iterable[Article],
    level: Level = "event",
    keep: Keep = "complete",
    prefer: Sequence[str] = (),
    *,
    near_threshold: float | None = None,
    event_threshold: float | None = None,
    event_span: float | None = None,
    grain: Grain = "story",
    opinions: Opinions = "together",
    require: Require | None = None,
    links: Links = (),
) -> list[Story]:
    """Collapse articles to stories, one per event (or per text, at the levels ``near`` and ``exact``).

    The options are those of `Settings`. ``links`` say of two ids whether they are of one story: a file of them, or
    (left, right, same), or mappings with these keys. A story of which no member satisfies ``require`` has ``fits``
    False. An article without an id goes by its URL, else by a hash of its content. Raises UsageError for a value that
    makes no sense, or that decides nothing at the level, and TypeError for what is no article.
    """
    from cleaner import library, links_file
    from cleaner.collapse import levels

    return levels.collapse(
        library.articles(articles),
        **library.choices(
            level=level,
            keep=keep,
            prefer=prefer,
            near_threshold=near_threshold,
            event_threshold=event_threshold,
            event_span=event_span,
            grain=grain,
            opinions=opinions,
            require=require,
        ),
        links=links_file.links(links),
    )


def run(
    inputs: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    output: str | os.PathLike[str],
    settings: Settings | None = None,
    index: str | os.PathLike[str] | None = None,
    *,
    engine: str | Submits = "local",
    work: str | os.PathLike[str] | None = None,
    fresh: bool = False,
    keep_work: bool = False,
) -> Report:
    """Read, strip and collapse files, folders or globs into the folder ``output``.

    With an ``index`` (a folder) they are collapsed against all that earlier runs put into it, and added to it.
    The ``engine`` carries its parts: processes of this machine, ``ray``, ``spark``, or an executor of
    ``concurrent.futures`` (Dask's) or submitit; on another machine input, output and ``work`` have the same paths, or
    are URLs.
    A run that was ended goes on when it is started again with the same inputs and settings, but not if ``fresh``; what
    it has done waits in the folder ``work`` (default: ``.cleaner-work`` in the output), and stays with ``keep_work``.
    Raises UsageError for inputs that are not there, a wrong setting, or an output that cannot be written, and
    RunFailed (TooManyRejected when it is for the input) for a run without a result.
    """
    from cleaner import library, pipeline
    from cleaner.driver.plan import Execution

    library.check_run(inputs, output, settings, index, work, engine, fresh=fresh, keep_work=keep_work)
    execution = Execution(engine, None if work is None else os.fspath(work), fresh, keep_work)
    return pipeline.run(inputs, output, settings, index=index, execution=execution)
