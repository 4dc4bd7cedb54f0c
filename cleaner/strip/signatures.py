"""Signatures in a forum: what a member has put below all posts, and wrote for none."""

from __future__ import annotations

import re

from cleaner.strip.blocks import Outline

_NAME = re.compile(
    r"(?:^|\s)(?:(?!has|no|with|show|hide)[a-z]{1,20}[-_]?)?signature(?:[-_]?(?:container|content|text|block|\d+))?(?:\s|$)"
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
