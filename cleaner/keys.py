"""One key for texts that differ in case, space and punctuation only."""

from __future__ import annotations

import re

_NOT_WORD = re.compile(r"[\W_]+")


def key(text: str) -> str:
    """Letters and digits of a text, casefolded: what survives every scraper."""
    return _NOT_WORD.sub("", text.casefold())
