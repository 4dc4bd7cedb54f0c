"""Signatures in a forum: what a member has put below all posts, and wrote for none."""

from __future__ import annotations

import re

from cleaner.strip.blocks import Outline

SURE_FORUM = 0.7
"""Probability from which a page is taken for a forum's: references of programming languages, which are told as one with
less, name the signatures of methods so."""
_NAME = re.compile(
    r"(?:^|\s)(?:(?:post|message|user|forum|bbp)[-_]?)?signature(?:[-_]?(?:container|content|text|block|\d+))?(?:\s|$)"
    r"|(?:^|\s)sig[-_]?\d+(?:\s|$)",
    re.IGNORECASE,
)
"""Classes and ids that forum software gives them: ``signature``, ``message-signature``, ``sig511``."""


def blocks(page: Outline) -> set[int]:
    """Indices of the blocks of a forum's page that are signatures."""
    found: set[int] = set()
    stop = 0
    for classes, names, first, end in zip(page.classes, page.names, page.starts, page.ends, strict=True):
        named = stop <= first < end and ("sig" in classes or "sig" in names)
        if named and _NAME.search(f"{classes} {names}") is not None:
            found.update(range(first, end))
            stop = end
    return found
