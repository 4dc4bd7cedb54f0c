"""The elements in which a page says something about itself, gathered in one walk through its tree."""

from __future__ import annotations

from dataclasses import dataclass, field

import lxml.html


@dataclass(slots=True)
class Parts:
    """Elements of a page by their tag, in document order. Whoever changes the tree gathers them anew."""

    root: lxml.html.HtmlElement
    metas: list[lxml.html.HtmlElement] = field(default_factory=list)
    titles: list[lxml.html.HtmlElement] = field(default_factory=list)
    scripts: list[lxml.html.HtmlElement] = field(default_factory=list)
    headings: list[lxml.html.HtmlElement] = field(default_factory=list)
    """h1 and h2."""
    tables: list[lxml.html.HtmlElement] = field(default_factory=list)
    holders: list[lxml.html.HtmlElement] = field(default_factory=list)
    """Elements that may hold what is shown elsewhere: template and iframe."""


def of(root: lxml.html.HtmlElement) -> Parts:
    """The parts of a page."""
    parts = Parts(root)
    lists = {
        "meta": parts.metas,
        "title": parts.titles,
        "script": parts.scripts,
        "h1": parts.headings,
        "h2": parts.headings,
        "table": parts.tables,
        "template": parts.holders,
        "iframe": parts.holders,
    }
    for element in root.iter(*lists):
        lists[element.tag].append(element)
    return parts
