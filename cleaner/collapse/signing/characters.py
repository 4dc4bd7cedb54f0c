"""What is a word, character by character: one class a code point, looked up in a table.

A word is a run of letters and digits with the marks that follow them; in scripts that are written without
spaces every character is one. Texts are case- and width-folded first (NFKC, then casefold).
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Any

import numpy as np
import regex
from numpy.typing import NDArray

from cleaner.scripts import UNSPACED

BETWEEN, IN_WORD, MARK, ALONE = range(4)
"""Classes: between words, part of a word, a mark that joins what it follows, a word of its own."""
TABLE_SIZE = 0x40000
"""Code points above hold no letters; among them only the variation selectors are marks."""
SELECTORS = (0xE0100, 0xE01EF)

_MOST_MARKS = 30
_MARKS_IN_ROW = regex.compile(rf"(\P{{ccc=0}}{{{_MOST_MARKS}}})\P{{ccc=0}}++")
"""The marks of one letter and those above 30, of which no language has need (Stream-Safe Text Format, UAX #15):
normalising sorts them in time with the square of their number."""
_MARK = regex.compile(r"\P{ccc=0}")
_WIDE = tuple((wide, unicodedata.normalize("NFKC", wide)) for wide in "，：；！？（）\u3000\xa0…")
"""Compatibility forms that most texts with them have no others of: without these a text is told to be normal at a
look, which takes a twentieth of the time of normalising it."""

_JAMO = range(0x1100, 0x1200)
"""Letters that become others beside each other: with marks all that do."""
BESIDE_OTHERS = 0xFF << 16
"""In ``alone``."""

CodePoints = NDArray[np.unsignedinteger[Any]]
Places = NDArray[np.int64]


def folded(text: str) -> str:
    """A text as words are compared: compatibility forms composed, case folded. ASCII is folded by the table."""
    return text if text.isascii() else composed(text).casefold()


def composed(text: str) -> str:
    """A text with its compatibility forms composed (NFKC), and no more marks a letter than languages have."""
    if text.isascii():
        return text
    if _MARK.search(text[_MOST_MARKS :: _MOST_MARKS + 1]):  # one of those is in any row of more
        text = _MARKS_IN_ROW.sub(r"\1", text)
    for wide, plain in _WIDE:
        text = text.replace(wide, plain)
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
def alone() -> NDArray[np.uint32]:
    """For every code point of 16 bits its class, shifted by 16, and what it is folded to, or BESIDE_OTHERS.

    The latter where it does not stand for one character whatever is beside it. What is BETWEEN is folded to 0, but
    for line feeds.
    """
    kinds = classes().tobytes()
    table = np.arange(0x10000, dtype=np.uint32)
    table |= classes()[:0x10000].astype(np.uint32) << np.uint32(16)
    table[classes()[:0x10000] == BETWEEN] = 0
    table[ord("\n")] = ord("\n")
    table[0xD800:0xE000] = BESIDE_OTHERS
    for first in range(0, 0x10000, 0x100):
        block = "".join(map(chr, range(first, first + 0x100)))
        if first not in range(0xD800, 0xE000) and (folded(block) != block or _beside_others(block, kinds)):
            table[first : first + 0x100] = [_alone(one, kinds) for one in block]  # others are left as they are
    return table


def _alone(one: str, kinds: bytes) -> int:
    """The entry of a code point."""
    plain = unicodedata.normalize("NFKC", one)
    written = plain.casefold()
    if _beside_others(plain, kinds):
        return BESIDE_OTHERS
    if not any(kinds[ord(part)] for part in written):
        return ord("\n") if one == "\n" else 0
    if len(plain) > 1 or len(written) > 1 or ord(written) > 0xFFFF:
        return BESIDE_OTHERS
    return kinds[ord(written)] << 16 | ord(written)


def _beside_others(plain: str, kinds: bytes) -> bool:
    """Whether there is a character in a text that becomes another beside others."""
    return any(kinds[point] == MARK or point in _JAMO for point in map(ord, plain))


def code_points(text: str) -> CodePoints:
    """The code points of a text, of 16 bits if all of them fit."""
    encoded = text.encode("utf-16-le", "surrogatepass")
    if len(encoded) == 2 * len(text):
        return np.frombuffer(encoded, np.uint16)
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def folded_alone(text: str) -> CodePoints | None:
    """Of a text as it is, for every code point its class, shifted by 16, and what it is folded to (``alone``).

    None for a text in which one depends on others, which must be ``folded`` as a whole.
    """
    encoded = text.encode("utf-16-le", "surrogatepass")
    if len(encoded) != 2 * len(text):
        return None
    entries = alone().take(np.frombuffer(encoded, np.uint16))
    return None if len(entries) and entries.max() >= BESIDE_OTHERS else entries


def words_alone(entries: CodePoints) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """``words_in`` by what ``folded_alone`` gives."""
    kinds = (entries >> np.uint32(16)).astype(np.uint8)
    begins = kinds == IN_WORD
    begins[1:] &= ~begins[:-1]
    begins |= kinds == ALONE
    return kinds != BETWEEN, begins


def words_in(points: CodePoints) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which code points of a text stand in words, and with which words begin. Points above 16 bits have 32."""
    if points.dtype == np.uint16:
        kind = classes().take(points)
    else:
        kind = classes().take(np.minimum(points, np.uint32(TABLE_SIZE - 1)))  # the last one stands for no letter
        kind[(points >= SELECTORS[0]) & (points <= SELECTORS[1])] = MARK
    marks = kind == MARK
    state = kind
    if marks.any():
        state = kind[np.maximum.accumulate(np.where(marks, 0, np.arange(len(points))))]
        state[state == MARK] = BETWEEN  # at the beginning
    begins = kind == IN_WORD
    begins[1:] &= state[:-1] != IN_WORD
    begins |= kind == ALONE
    return state != BETWEEN, begins


def spans(text: str) -> tuple[CodePoints, Places, Places]:
    """The code points of a text, where its words begin, and the places behind their ends."""
    if text.isascii():
        narrow = np.frombuffer(text.encode(), np.uint8)
        edges = np.flatnonzero(np.diff(ascii_folded().take(narrow) != 0, prepend=False, append=False))
        return narrow, edges[::2], edges[1::2]
    points = code_points(text)
    return points, *bounds(*words_in(points))


def bounds(inside: NDArray[np.bool_], begins: NDArray[np.bool_]) -> tuple[Places, Places]:
    """Where words begin, and the places behind their ends, by ``words_in``."""
    last = inside.copy()
    last[:-1] &= begins[1:] | ~inside[1:]
    return np.flatnonzero(begins), np.flatnonzero(last) + 1


@cache
def ascii_folded() -> NDArray[np.uint8]:
    """For every byte below 128 the folded character if it is part of a word, else 0."""
    table = np.zeros(128, np.uint8)
    for byte in range(128):
        if chr(byte).isalnum():
            table[byte] = ord(chr(byte).lower())
    return table
