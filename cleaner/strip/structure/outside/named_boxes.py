"""Boxes of a page that are known by their names."""

from __future__ import annotations

from collections.abc import Callable, Collection

from cleaner.strip.reading.blocks import Outline


def outermost(
    page: Outline, signs: Collection[str], kind_of: Callable[[str], str], of_the_page: Collection[str] = ("h1", "main")
) -> list[tuple[range, str]]:
    """The outermost elements that are boxes of a known kind: the blocks of each, and its kind.

    ``kind_of`` tells it from a class, or from id, role and itemprop together; an empty string is none. It is asked only
    of names that hold one of ``signs``, in small letters: most pages' names hold hardly any. An element that is, or
    holds, one ``of_the_page`` is no box: a wrapping of the whole page may have its name from one. Time is linear in the
    page's elements.
    """
    found: list[tuple[range, str]] = []
    names = page.named()
    whole = "\n".join(names).lower()
    present = [sign for sign in signs if sign in whole]
    kinds: dict[str, str] = {}
    for name in names if present else ():
        lower = name.lower()
        for sign in present:
            if sign in lower:
                kinds[name] = kind_of(name)
                break
    if not any(kinds.values()):
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
        kind = kinds.get(page.classes[at]) or kinds.get(page.names[at]) or ""
        if kind and not own[at]:
            found.append((range(page.starts[at], page.ends[at]), kind))
            within = at
    return found
