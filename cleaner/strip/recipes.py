"""What a recipe lists, in stored text: quantities, which the line model takes for scraps where they stand first."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import regex

from cleaner.strip.judgement import UNSURE, Verdict
from cleaner.strip.rules import count_words

LEAST = 0.05
"""Probability from which quantities, two or more in a row, stay, and the head right above them. On 1,122 development
pages' stored lines 3 stay for it, all of them body: it guards texts that hardly a labelled page is. Set by hand."""
MIN_ROW = 2
HEAD_WORDS = 3
_QUANTITY = regex.compile(
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
    if not _QUANTITY.match(lines[at]):
        return False
    return any(_QUANTITY.match(line) for line in (*lines[max(at - 1, 0) : at], *lines[at + 1 : at + 2]))


def kept(lines: Sequence[str], body: Sequence[float], verdicts: Sequence[Verdict | None]) -> list[int]:
    """The quantities that the model alone cut from rows of some, and the heads right above these rows."""
    found: list[int] = []
    is_quantity = [_QUANTITY.match(line) is not None for line in lines]
    at = 0
    for quantities, group in itertools.groupby(is_quantity):
        start, at = at, at + len(list(group))
        if not quantities or at - start < MIN_ROW:
            continue
        row = range(start, at)
        if not any(verdicts[i] is None for i in row):
            continue
        found += [i for i in row if _is_doubted(verdicts[i]) and body[i] >= LEAST]
        head = start - 1
        if head >= 0 and _is_doubted(verdicts[head]) and body[head] >= LEAST and _is_head(lines[head]):
            found.append(head)
    return found


def _is_doubted(verdict: Verdict | None) -> bool:
    return verdict is not None and verdict.label in UNSURE


def _is_head(line: str) -> bool:
    return count_words(line) <= HEAD_WORDS and not any(char.isdigit() for char in line)
