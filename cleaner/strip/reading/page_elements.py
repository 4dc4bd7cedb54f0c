"""The elements in which a page says something about itself, gathered in one walk through its tree."""

from __future__ import annotations

from dataclasses import dataclass, field

import lxml.html


@dataclass(slots=True)
class PageElements:
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


def of(root: lxml.html.HtmlElement) -> PageElements:
    """The elements of a page."""
    elements = PageElements(root)
    lists = {
        "meta": elements.metas,
        "title": elements.titles,
        "script": elements.scripts,
        "h1": elements.headings,
        "h2": elements.headings,
        "table": elements.tables,
        "template": elements.holders,
        "iframe": elements.holders,
    }
    for element in root.iter(*lists):
        lists[element.tag].append(element)
    return elements
