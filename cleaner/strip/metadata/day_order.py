"""In which order dates of digits are written, ``04/03/2026``: day or month first.

Nothing is guessed: it is what other dates of the page say, its country, its language; else it is open, unless other
pages of the site say it (``site_memory``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

import regex

_NO_DAY_FIRST = frozenset(("us", "fm", "pw", "mh"))
"""Countries that write the month first."""
_BOTH_ORDERS = frozenset(("ca", "ph", "pr", "pa", "ky", "gu"))
"""Countries that write both."""
_DAY_FIRST_ENGLISH = frozenset(
    "gb uk ie au nz in za ng ke gh sg my hk pk bd lk mt jm tt bb zw ug tz zm bw na mu fj pg np eu".split()
)
_ENGLISH = frozenset(("en", "eng"))
MAX_LINE = 200
"""Characters of a line up to which its dates say in which order the page writes them."""
SLASHED = re.compile(r"\d\s?[/-]\s?\d")
NUMERIC = regex.compile(r"(?<![\d./-])(\d{1,2})(?P<by>\s?[./-]\s?)(\d{1,2})(?P=by)(\d{4}|\d{2})(?![\d/-]|\.\d)")
"""Day, month and year, or month, day and year."""


def ascii_digits(text: str) -> str:
    """``text`` with the decimal digits of all scripts as ASCII ones."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.digit(sign)) if not sign.isascii() and sign.isdecimal() else sign for sign in text)


def order_of(lang: str | None, host: str | None = None) -> bool | None:
    """Whether dates of digits have the day first, by the country, else the language; None if open."""
    language, _, region = (lang or "").lower().replace("_", "-").partition("-")
    place = region.rpartition("-")[2] if len(region.rpartition("-")[2]) == 2 else ""
    end = (host or "").rpartition(".")[2].lower()
    for country in (place, end):
        if country in _NO_DAY_FIRST or country in ("gov", "mil", "edu"):
            return False
        if country in _BOTH_ORDERS:
            return None
        if country in _DAY_FIRST_ENGLISH:
            return True
    if not language or language in _ENGLISH or language == "und":
        return None
    return True


def seen_in(texts: Iterable[str]) -> bool | None:
    """The order of the dates in texts of one hand, as far as they have but one reading and all the same; else None."""
    marked = [text for text in texts if len(text) <= MAX_LINE and ("/" in text or "-" in text)]
    seen = {order for text in marked if SLASHED.search(text) for order in _orders(text)}
    return seen.pop() if len(seen) == 1 else None


def _orders(text: str) -> list[bool]:
    """The order of each date of digits in a text that has only one reading."""
    found = []
    for match in NUMERIC.finditer(ascii_digits(text), timeout=1.0):
        first, second = int(match[1]), int(match[3])
        if "." not in match["by"] and (first > 12) != (second > 12) and max(first, second) <= 31:
            found.append(first > 12)
    return found
