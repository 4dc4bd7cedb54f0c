"""Signatures in a forum: what a member has put below all posts, and wrote for none."""

from __future__ import annotations

import itertools
import re

from cleaner.strip.reading.blocks import Outline

SURE_FORUM = 0.7
"""Probability from which a page is taken for a forum's: references of programming languages, which are told as one with
less, name the signatures of methods so."""
_NAME = re.compile(
    r"(?:^|\s)(?:(?:post|message|user|forum|bbp)[-_]?)?signature(?:[-_]?(?:container|content|text|block|\d+))?(?:\s|$)"
    r"|(?:^|\s)sig[-_]?\d+(?:\s|$)",
    re.IGNORECASE,
)
"""Classes and ids that forum software gives them: ``signature``, ``message-signature``, ``sig511``."""
MAX_SHARE = 0.5
"""Share of the page's text up to which an element named so is one: a wrapping may have its name from a theme."""


def blocks(page: Outline) -> set[int]:
    """Indices of the blocks of a forum's page that are signatures."""
    found: set[int] = set()
    stop = 0
    upto = list(itertools.accumulate((len(block.text) for block in page.blocks), initial=0))
    most = MAX_SHARE * upto[-1]
    for classes, names, first, end in zip(page.classes, page.names, page.starts, page.ends, strict=True):
        named = stop <= first < end and ("sig" in classes or "sig" in names) and upto[end] - upto[first] <= most
        if named and _NAME.search(f"{classes} {names}") is not None:
            found.update(range(first, end))
            stop = end
    return found
