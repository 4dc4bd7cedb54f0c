"""Boxes of a page that are known by their names."""

from __future__ import annotations

from collections.abc import Callable, Collection

from cleaner.strip.blocks import Outline


def named(
    page: Outline,
    signs: Collection[str],
    is_named: Callable[[str], bool],
    of_the_page: Collection[str] = ("h1", "main"),
) -> set[int]:
    """Indices of the blocks in elements whose class, or id, role and itemprop, ``is_named`` says to name such a box.

    It is asked only of names that hold one of ``signs``. An element that is, or holds, one ``of_the_page`` is no box: a
    wrapping of the whole page may have its name from one. Time is linear in the page's elements.
    """
    names = {name for name in {*page.classes, *page.names} if name and any(sign in name for sign in signs)}
    names = set(filter(is_named, names))
    found: set[int] = set()
    if not names:
        return found
    own = [tag in of_the_page for tag in page.tags]
    own[0] = True
    for at in range(len(own) - 1, 0, -1):
        if own[at]:
            own[page.parents[at]] = True
    within = -1
    for at, parent in enumerate(page.parents):
        if within >= 0 and parent >= within:
            continue
        within = -1
        if not own[at] and (page.classes[at] in names or page.names[at] in names):
            found.update(range(page.starts[at], page.ends[at]))
            within = at
    return found
