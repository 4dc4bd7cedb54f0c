"""The other articles on a page that goes on for ever: what comes in the same wrapping as the first.

An endless page repeats the element that wraps its article, with another headline in it. Subheadings of
one article, also those wrongly marked up as h1, stand in one wrapping and are left alone; so is what follows a
wrapping that holds the headline and no article.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from cleaner.strip.metadata import dates, headline
from cleaner.strip.prose import is_prose
from cleaner.strip.reading.blocks import Outline

MIN_PARAGRAPHS = 3
"""Paragraphs an element must hold to be an article of its own."""
MIN_OWN = 2
"""Paragraphs that the element around the headline must hold for another like it to be another article: of many pages
it is a box with the headline and a line below it, and the box of the same kind that follows is the body."""
HEAD = 5
"""Blocks of an element in which its headline and its date stand."""
_HEADINGS = ("h1", "h2")
_NAMED = re.compile(
    r"(?:article|stor(?:y|ies)|post|entry|single|news|blog)"
    r"(?![\w-]{0,40}[-_](?:section|chapter|part|paragraph|block|box|group|step|slide|question|answer|tip)s?(?![\w-]))",
    re.IGNORECASE,
)
"""Names of elements that wrap a whole article, and not a chapter of it. Rows, columns and sections, which are repeated
within one, wrap another only where each of them begins with a headline and a date."""


def blocks_of_others(page: Outline, titles: Sequence[str]) -> set[int]:
    """Indices of the blocks that belong to other articles than the one under one of these titles.

    Empty when no heading of the page repeats a title.
    """
    headings = [i for i, block in enumerate(page.blocks) if block.tag in _HEADINGS]
    own = next((i for i in headings for title in titles if headline.same(page.blocks[i].text, title)), None)
    if own is None:
        return set()
    path = _path(page, page.blocks[own].container)
    after = dict(zip([-1, *path], path, strict=False))
    tops: dict[int, int] = dict.fromkeys(path, -1)
    found: set[int] = set()
    looked_at: set[int] = set()
    own_paragraphs: dict[int, int] = {}
    for i in headings:
        if i <= own or i in found or page.blocks[i].tag != page.blocks[own].tag:
            continue
        other = _top(page, page.blocks[i].container, tops)
        mine = after.get(page.parents[other], -1) if other >= 0 else -1
        if mine < 0 or other in looked_at or not _alike(page, mine, other):
            continue
        looked_at.add(other)
        if mine not in own_paragraphs:
            own_paragraphs[mine] = _paragraphs(page, mine)
        if own_paragraphs[mine] >= MIN_OWN and _paragraphs(page, other) >= MIN_PARAGRAPHS:
            found.update(range(page.starts[other], page.ends[other]))
    return found


def _paragraphs(page: Outline, element: int) -> int:
    inside = page.blocks[page.starts[element] : page.ends[element]]
    return sum(block.tag not in _HEADINGS and is_prose(block.text) for block in inside)


def _path(page: Outline, element: int) -> list[int]:
    """The element and those around it, the outermost first."""
    path = []
    while element >= 0:
        path.append(element)
        element = page.parents[element]
    return path[::-1]


def _top(page: Outline, element: int, tops: dict[int, int]) -> int:
    """The outermost element around this one that is not on the path to the first heading; -1 on the path itself.

    ``tops`` has the path's elements, and gets those that were passed: all headings of a page climb each edge once.
    """
    passed = []
    while element >= 0 and element not in tops:
        passed.append(element)
        element = page.parents[element]
    top = tops.get(element, -1)
    if top < 0 and passed:
        top = passed[-1]
    tops.update(dict.fromkeys(passed, top))
    return top


def _alike(page: Outline, first: int, second: int) -> bool:
    """Whether two elements are of one kind that wraps articles."""
    same = page.tags[first] == page.tags[second] and page.classes[first] == page.classes[second]
    if not same or page.tags[first] in _HEADINGS:
        return False
    return _is_named(page, first) or (_is_dated(page, first) and _is_dated(page, second))


def _is_named(page: Outline, element: int) -> bool:
    """Whether an element is called an article."""
    names = f"{page.classes[element]} {page.names[element]}"
    return page.tags[element] == "article" or _NAMED.search(names) is not None


def _is_dated(page: Outline, element: int) -> bool:
    """Whether an element begins with a headline and a date."""
    head = page.blocks[page.starts[element] : page.ends[element]][:HEAD]
    return any(block.tag in _HEADINGS for block in head) and any(dates.has_date(block.text) for block in head)
