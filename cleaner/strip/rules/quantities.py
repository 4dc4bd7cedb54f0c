"""What a recipe lists: quantities and times."""

from __future__ import annotations

from collections.abc import Sequence

import regex

QUANTITY = regex.compile(
    r"[\W_]{0,3}(?:\d{1,4}(?:[.,/–-]\d{1,4})?|[½¼¾⅓⅔])\s?(?:[mcdk]?l|[mk]?g|oz|lbs?|pounds?|pints?|cups?|tsps?|tbsps?|"
    r"teaspoons?|tablespoons?|cloves?|[te]l|msp|prisen?|c\. à [cs]\.?|cuillères?|cucharad(?:it)?as?|tazas?|"
    r"cucchiain?[oi]|colher(?:es)?|г|кг|мл|л|ч\. ?л|ст\. ?л)\b",
    regex.IGNORECASE,
)
"""How a recipe's quantities begin ("300 ml", "2 EL")."""
_TIME = regex.compile(
    r"(?:(?:prep(?:aration)?|cook(?:ing)?|baking|total|active) time|(?:zubereitungs|koch|back|gesamt)zeit|"
    r"temps de (?:préparation|cuisson)|tiempo de (?:preparación|cocción))\b.{0,3}\d",
    regex.IGNORECASE,
)
"""How the line begins that says how long a recipe takes."""


def is_listed(lines: Sequence[str], at: int) -> bool:
    """Whether a line is one of a recipe's times or quantities, of which another stands right above or below it."""
    if _TIME.match(lines[at]):
        return True
    if not QUANTITY.match(lines[at]):
        return False
    return any(QUANTITY.match(line) for line in (*lines[max(at - 1, 0) : at], *lines[at + 1 : at + 2]))
