"""What a text says of when and how many: weekdays, months, counted things; and whether it addresses its reader.

Reports of one event name the same weekday, as news does, and count the same things; sibling events (two
quakes, two title fights) share their names and differ here. Advice speaks to "you" and names no day.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, pairwise
from typing import NamedTuple

import regex

from cleaner.collapse.event.lexicon import Words
from cleaner.collapse.event.terms import Tokens
from cleaner.collapse.event.token_attributes import TokenAttributes

WEEKDAY_TOKENS = 120
"""Weekdays further on belong to the background of the story; 80 to 600 differ by 0.2 points of F."""
_NEXT = 3
"""Tokens after a number in which the counted thing is looked for; its first two terms are taken."""
_KEYS = 2
_ENDS_COUNT = frozenset(".;:!?\n。；：！？")
_NUMBERED_MONTH = regex.compile(r"(?<!\d)(1[0-2]|[1-9])\s?[月월](?:\s?(\d{1,2})\s?[日일])?")
_MONTH_SIGNS = ("月", "월")
"""What stands behind the number of a month in Chinese and Japanese, and in Korean."""
_DAYS = 31
HEAD_TOKENS = 20
"""Of a text without a headline, the tokens that are read for one; 15 to 30 make no difference."""


NUMBERS = 128
"""Numbers of headlines are told apart by their rests from it: a bit each."""
_DIGITS = 12


class Cues(NamedTuple):
    """See ``document.Document`` for what the fields hold."""

    weekdays: frozenset[int]
    months: frozenset[int]
    counted: frozenset[str]
    address: float
    told: frozenset[int]
    head_numbers: frozenset[int]


def read_cues(words: Words, headline: Words) -> Cues:
    """Cues of a text and of its headline."""
    weekdays, months, address = set(), set(), 0
    for place, own in enumerate(words.attributes):
        if own is None:
            continue
        if own.weekday is not None and place < WEEKDAY_TOKENS:
            weekdays.add(own.weekday)
        if own.month is not None and (own.sure or _beside_number(words.tokens, place)):
            months.add(own.month)
        address += own.address
    told = _dates(words, WEEKDAY_TOKENS) | _dates(headline, WEEKDAY_TOKENS)
    if any(sign in words.text for sign in _MONTH_SIGNS):
        months.update(int(month) for month, _ in _NUMBERED_MONTH.findall(words.text))
    for one in (headline.text, words.text[: words.tokens.ends[:WEEKDAY_TOKENS][-1] if words.tokens.ends else 0]):
        if any(sign in one for sign in _MONTH_SIGNS):
            told.update(_date(int(month), day) for month, day in _NUMBERED_MONTH.findall(one) if _is_day(day))
    counted = _counted(words) | _counted(headline)
    share = round(address / max(len(words.attributes), 20), 4)
    numbers = _head_numbers(headline, words)
    return Cues(frozenset(weekdays), frozenset(months), frozenset(counted), share, frozenset(told), numbers)


def _is_day(written: str) -> bool:
    return written.isdecimal() and len(written) <= 2 and 1 <= int(written) <= _DAYS


def _date(month: int, day: str) -> int:
    """A day of the year without its year, as a number below 372."""
    return (month - 1) * _DAYS + int(day) - 1


def _dates(words: Words, most: int) -> set[int]:
    """Days of a month that are named among the first tokens: the number before the month, else right after it."""
    texts, found = words.tokens.texts, set[int]()
    for place, own in enumerate(words.attributes[:most]):
        if own is None or own.month is None:
            continue
        around = chain(texts[max(0, place - 1) : place], texts[place + 1 : place + 2])
        before = next((_leading(text) for text in around if _is_day(_leading(text))), None)
        if before is not None:
            found.add(_date(own.month, before))
    return found


def _leading(text: str) -> str:
    """The digits that a token starts with (4th, 4-го)."""
    end = next((k for k, letter in enumerate(text) if not letter.isdecimal()), len(text))
    return text[:end] if end <= _DIGITS else ""


def _head_numbers(headline: Words, words: Words) -> frozenset[int]:
    """Numbers of the headline, else of the first words, each by its rest from ``NUMBERS``."""
    texts = headline.tokens.texts or words.tokens.texts[:HEAD_TOKENS]
    return frozenset(int(digits) % NUMBERS for text in texts if text[0].isdecimal() and (digits := _leading(text)))


def _beside_number(tokens: Tokens, place: int) -> bool:
    """Whether a number stands up to two tokens from a word that may be a month (12 de março, March 12)."""
    return any(text[0].isdecimal() for text in tokens.texts[max(0, place - 2) : place + 2])


def _of_month(attributes: Sequence[TokenAttributes | None], place: int) -> bool:
    """Whether a number is the day of a month: the one before it or up to two tokens after it."""
    around = [*attributes[max(0, place - 1) : place], *attributes[place + 1 : place + 3]]
    return any(own is not None and own.month is not None for own in around)


def _counted(words: Words) -> set[str]:
    """``number thing`` for the things that the numbers of a text count."""
    text, (texts, starts, ends), attributes = words.text, words.tokens, words.attributes
    found: set[str] = set()
    taken = -1
    for place, own in enumerate(attributes):
        if own is None or place <= taken or own.number is None:
            continue
        if texts[place][0].isdecimal() and _of_month(attributes, place):
            continue
        value, taken = _value(text, words.tokens, place, own.number)
        if not value:
            continue
        keys = 0
        before = ends[taken]
        for after in range(taken + 1, min(taken + 1 + _NEXT, len(texts))):
            if not _ENDS_COUNT.isdisjoint(text[before : starts[after]]):
                break
            before = ends[after]
            term, following = words.terms[after], attributes[after]
            if not term or (following is not None and (following.number is not None or following.month is not None)):
                continue
            found.add(f"{value} {term}")
            keys += 1
            if keys == _KEYS:
                break
    return found


def _value(text: str, tokens: Tokens, place: int, value: str) -> tuple[str, int]:
    """The number that starts at a token, thousands and decimals put together, and its last token; years give none."""
    texts, starts, ends = tokens
    last = place
    if not texts[place].isdecimal():
        return value, last
    for token, after in pairwise(range(place, min(place + 4, len(texts)))):
        gap = text[ends[token] : starts[after]]
        if gap not in (",", ".", "\u00a0", "\u202f") or len(texts[after]) != 3 or not texts[after].isdecimal():
            break
        value, last = value + texts[after], last + 1
    if last == place and _is_decimal(text, tokens, place):
        return f"{value}.{texts[place + 1]}", place + 1
    if last == place and len(value) == 4 and value[:2] in ("19", "20"):
        return "", last
    return value, last


def _is_decimal(text: str, tokens: Tokens, place: int) -> bool:
    """Whether a comma and one or two digits follow a number: 2,6 as many languages write 2.6."""
    texts, starts, ends = tokens
    after = place + 1
    if after >= len(texts) or text[ends[place] : starts[after]] != ",":
        return False
    return texts[after].isdecimal() and len(texts[after]) <= 2
