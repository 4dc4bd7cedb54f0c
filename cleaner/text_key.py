"""One key for texts that differ in case, space and punctuation only."""

from __future__ import annotations

import re

_NOT_WORD = re.compile(r"[\W_]+")
_NOT_ASCII_WORD = bytes(code for code in range(128) if not chr(code).isalnum())


def key(text: str) -> str:
    """Letters and digits of a text, casefolded: what survives every scraper."""
    if text.isascii():  # the same, at a fifth of the time
        return text.lower().encode().translate(None, _NOT_ASCII_WORD).decode()
    return _NOT_WORD.sub("", text.casefold())
