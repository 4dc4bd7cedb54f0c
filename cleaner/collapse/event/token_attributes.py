"""What a word is beside a term: a weekday, a month, a number, a word that speaks to the reader."""

from __future__ import annotations

from typing import NamedTuple

from cleaner.collapse.event.languages import Language
from cleaner.collapse.event.names import plain_number
from cleaner.collapse.event.terms import base_form

_MAX_NUMBER = 12


class TokenAttributes(NamedTuple):
    """What a word is, beside a term."""

    weekday: int | None
    month: int | None
    sure: bool
    """Whether the month's name is nothing else (``May`` and ``Mars`` are)."""
    number: str | None
    address: bool


def attributes_of(written: str, language: Language, spaceless: bool) -> TokenAttributes | None:
    """What is known of a word, None for most."""
    if written[0].isdecimal():
        number = _plain(written)
        return TokenAttributes(None, None, False, number, False) if number else None
    word = base_form(written, language.code)
    weekday, month = language.weekdays.get(word), language.months.get(word)
    number = language.numerals.get(word)
    address = not language.address.isdisjoint(word if spaceless else (word,))
    if weekday is None and month is None and number is None and not address:
        return None
    return TokenAttributes(weekday, month, word not in language.unsure_months, number, address)


def _plain(written: str) -> str | None:
    """The number as ``names.plain_number`` writes it; None for ordinals, codes and long numbers."""
    parts = written.split(".")
    return plain_number(written) if len(written) <= _MAX_NUMBER and all(map(str.isdecimal, parts)) else None
