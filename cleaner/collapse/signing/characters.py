"""What is a word, character by character: one class a code point, looked up in a table.

A word is a run of letters and digits with the marks that follow them; in scripts that are written without
spaces every character is one. Texts are case- and width-folded first (NFKC, then casefold).
"""

from __future__ import annotations

import unicodedata
from functools import cache

import numpy as np
import regex
from numpy.typing import NDArray

BETWEEN, IN_WORD, MARK, ALONE = range(4)
"""Classes: between words, part of a word, a mark that joins what it follows, a word of its own."""
TABLE_SIZE = 0x40000
"""Code points above hold no letters; among them only the variation selectors are marks."""
SELECTORS = (0xE0100, 0xE01EF)
UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
"""Scripts without spaces between words, as a piece of a character class."""

_MARKS_IN_ROW = regex.compile(r"(\P{ccc=0}{30})\P{ccc=0}++")
"""The marks of one letter and those above 30, of which no language has need (Stream-Safe Text Format, UAX #15):
normalising sorts them in time with the square of their number."""


def folded(text: str) -> str:
    """A text as words are compared: compatibility forms composed, case folded. ASCII is folded by the table."""
    return text if text.isascii() else composed(text).casefold()


def composed(text: str) -> str:
    """A text with its compatibility forms composed (NFKC), and no more marks a letter than languages have."""
    if text.isascii():
        return text
    if _MARKS_IN_ROW.search(text):
        text = _MARKS_IN_ROW.sub(r"\1", text)
    return unicodedata.normalize("NFKC", text)


@cache
def classes() -> NDArray[np.uint8]:
    """The class of every code point below TABLE_SIZE, uint8."""
    everything = "".join(map(chr, range(0xD800))) + "\0" * 0x800 + "".join(map(chr, range(0xE000, TABLE_SIZE)))
    table = np.full(TABLE_SIZE, BETWEEN, np.uint8)
    for pattern, number in ((r"[\p{L}\p{N}]+", IN_WORD), (rf"[{UNSPACED}]+", ALONE), (r"\p{M}+", MARK)):
        for run in regex.finditer(pattern, everything):
            table[run.start() : run.end()] = number
    return table


@cache
def ascii_folded() -> NDArray[np.uint8]:
    """For every byte below 128 the folded character if it is part of a word, else 0."""
    table = np.zeros(128, np.uint8)
    for byte in range(128):
        if chr(byte).isalnum():
            table[byte] = ord(chr(byte).lower())
    return table
