"""What a text says of when and how many: weekdays, months, counted things; and whether it addresses its reader.

Reports of one event name the same weekday, as news does, and count the same things; sibling events (two
quakes, two title fights) share their names and differ here. Advice speaks to "you" and names no day.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import regex

from cleaner.collapse.event.languages import Language
from cleaner.collapse.event.names import plain_number
from cleaner.collapse.event.terms import Analyzer, Token, base_form

WEEKDAY_TOKENS = 120
"""Weekdays further on belong to the background of the story; 80 to 600 differ by 0.2 points of F."""
_NEXT = 3
"""Tokens after a number in which the counted thing is looked for; its first two terms are taken."""
_KEYS = 2
_MAX_NUMBER = 12
_ENDS_COUNT = frozenset(".;:!?\n。；：！？")
_NUMBERED_MONTH = regex.compile(r"(?<!\d)(1[0-2]|[1-9])\s?月(?:\s?\d{1,2}\s?日)?")


class Cues(NamedTuple):
    """See ``document.Document`` for what the fields hold."""

    weekdays: frozenset[int]
    months: frozenset[int]
    counted: frozenset[str]
    address: float


class Mark(NamedTuple):
    """What a word is, beside a term."""

    weekday: int | None
    month: int | None
    sure: bool
    """Whether the month's name is nothing else (``May`` and ``Mars`` are)."""
    number: str | None
    address: bool


class Marks:
    """Marks of the words of one language; remembers every word it has seen."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._known: dict[str, Mark | None] = {}

    def of(self, token: Token) -> Mark | None:
        """The mark of a token, None for most."""
        written = token.text
        if written not in self._known:
            self._known[written] = self._mark(token)
        return self._known[written]

    def _mark(self, token: Token) -> Mark | None:
        language, written = self.language, token.text
        if written[0].isdecimal():
            number = _plain(written)
            return Mark(None, None, False, number, False) if number else None
        word = base_form(written, language.code)
        weekday, month = language.weekdays.get(word), language.months.get(word)
        number = language.numerals.get(word)
        address = not language.address.isdisjoint(word if token.spaceless else (word,))
        if weekday is None and month is None and number is None and not address:
            return None
        return Mark(weekday, month, word not in language.unsure_months, number, address)


def _plain(written: str) -> str | None:
    """The number as ``names.plain_number`` writes it; None for ordinals, codes and long numbers."""
    parts = written.split(".")
    return plain_number(written) if len(written) <= _MAX_NUMBER and all(map(str.isdecimal, parts)) else None


def read_cues(
    text: str, tokens: list[Token], headline: str, head: list[Token], analyzer: Analyzer, marks: Marks
) -> Cues:
    """Cues of a text and its headline, each with its tokens."""
    weekdays, months, address = set(), set(), 0
    for place, token in enumerate(tokens):
        mark = marks.of(token)
        if mark is None:
            continue
        if mark.weekday is not None and place < WEEKDAY_TOKENS:
            weekdays.add(mark.weekday)
        if mark.month is not None and (mark.sure or _beside_number(tokens, place)):
            months.add(mark.month)
        address += mark.address
    if "月" in text:
        months.update(int(month) for month in _NUMBERED_MONTH.findall(text))
    counted = _counted(text, tokens, analyzer, marks)
    counted |= _counted(headline, head, analyzer, marks)
    share = round(address / max(len(tokens), 20), 4)
    return Cues(frozenset(weekdays), frozenset(months), frozenset(counted), share)


def _beside_number(tokens: list[Token], place: int) -> bool:
    """Whether a number stands up to two tokens from a word that may be a month (12 de março, March 12)."""
    return any(tokens[k].text[0].isdecimal() for k in range(max(0, place - 2), min(place + 2, len(tokens))))


def _of_month(tokens: list[Token], place: int, marks: Marks) -> bool:
    """Whether a number is the day of a month: the one before it or up to two tokens after it."""
    around = tokens[max(0, place - 1) : place] + tokens[place + 1 : place + 3]
    return any((mark := marks.of(token)) is not None and mark.month is not None for token in around)


def _counted(text: str, tokens: list[Token], analyzer: Analyzer, marks: Marks) -> set[str]:
    """``number thing`` for the things that the numbers of a text count."""
    found: set[str] = set()
    taken = -1
    for place, number in enumerate(tokens):
        mark = marks.of(number)
        if place <= taken or mark is None or mark.number is None:
            continue
        if number.text[0].isdecimal() and _of_month(tokens, place, marks):
            continue
        value, taken = _value(text, tokens, place, mark.number)
        if not value:
            continue
        keys = 0
        before = tokens[taken].end
        for token in tokens[taken + 1 : taken + 1 + _NEXT]:
            if not _ENDS_COUNT.isdisjoint(text[before : token.start]):
                break
            before = token.end
            mark = marks.of(token)
            term = analyzer.term(token)
            if not term or (mark is not None and (mark.number is not None or mark.month is not None)):
                continue
            found.add(f"{value} {term}")
            keys += 1
            if keys == _KEYS:
                break
    return found


def _value(text: str, tokens: list[Token], place: int, value: str) -> tuple[str, int]:
    """The number that starts at a token, thousands put together, and its last token; years give none."""
    last = place
    if not tokens[place].text.isdecimal():
        return value, last
    for token, after in pairwise(tokens[place : place + 4]):
        gap = text[token.end : after.start]
        if gap not in (",", ".", "\u00a0", "\u202f") or len(after.text) != 3 or not after.text.isdecimal():
            break
        value, last = value + after.text, last + 1
    if last == place and len(value) == 4 and value[:2] in ("19", "20"):
        return "", last
    return value, last
