"""Strip: a page in, its body out, with every dropped line and the rule that dropped it.

Folders are the stages that a page passes through:

- ``reading``: what a record holds becomes blocks, from HTML (``outlines``) or stored text (``blocks``);
- ``features``: a row of numbers for each block;
- ``models``: how likely each is body (``page_models``, ``line_models``) and what kind of page it is, with the
  arrays of ``weights``;
- ``metadata``: headline, authors, site and date;
- ``structure``: what the elements of an HTML page tell of its blocks;
- ``decisions``: which blocks go (``decide``), by the named ``rules`` of the page's language, by sections and by model.

``html_pages`` and ``stored_texts`` lead a page through them, ``articles`` makes the article and puts its cuts back.
Modules know those of the stages before their own; ``rules``, ``prose``, ``language`` and ``judgement`` serve all.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from types import ModuleType

from cleaner.records import Article, Page, Rejected
from cleaner.strip import html_pages, stored_texts
from cleaner.strip.articles import restore
from cleaner.strip.decisions import no_article
from cleaner.strip.judgement import Verdict
from cleaner.strip.reading import parsing, payload
from cleaner.strip.reading.blocks import Block
from cleaner.strip.reading.repair import repaired

__all__ = ["outcome", "restore", "strip_page", "verdicts_of"]


def strip_page(page: Page) -> Article | Rejected:
    """Strip one page. One that stands in the place of an article (not found, a wall) is rejected as ``no-article``,
    another without a body as ``no-body``, with the number of its lines."""
    article, lines, _ = verdicts_of(page)
    return outcome(page, article, lines)


def outcome(page: Page, article: Article, lines: Sequence[Block]) -> Article | Rejected:
    """The article that was stripped from a page of these lines, or its rejection: see ``strip_page``."""
    shown = article.text or "\n".join(line.text for line in lines)
    if instead := no_article.what_instead(article.title, shown):
        return Rejected(page.origin, "no-article", instead, page.id, tuple(article.cuts))
    if not article.text:
        detail = f"none of its {len(lines)} lines is body" if lines else "it holds no text"
        return Rejected(page.origin, "no-body", detail, page.id, tuple(article.cuts))
    return article


def verdicts_of(page: Page) -> tuple[Article, list[Block], list[Verdict | None]]:
    """Strip one page and return its lines and their verdicts beside the article (for ``inspect``)."""
    page = payload.decoded(page)
    if page.html is not None:
        page = replace(page, html=repaired(page.html))
    elements = parsing.parsed(page.html) if page.html is not None else None
    if elements is not None:
        return html_pages.stripped(page, elements)
    text = page.text if page.html is None else parsing.flatten(page.html)
    return stored_texts.stripped(page, text or "")


class _Callable(ModuleType):
    def __call__(self, pages: Iterable[Page], workers: int = 0) -> Iterator[Article | Rejected]:
        """``cleaner.strip``: pages stripped in worker processes (0: one a core), in their order.

        Yields an article or a rejection for each page of any iterable, which is taken from as fast as results are. A
        page that takes more than the ``Limits`` allow by default, hangs inside a C library or ends its process is
        rejected. Raises TypeError for what is no page.
        """
        from cleaner.ingest import strip_pages

        return strip_pages(pages, workers)


sys.modules[__name__].__class__ = _Callable
