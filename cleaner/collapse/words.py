"""Word tokens of any script, the same that ``signing`` hashes (see ``signing.characters``)."""

from __future__ import annotations

import string
from functools import cache, cached_property

import numpy as np
import regex

from cleaner.collapse.signing import characters
from cleaner.collapse.signing.characters import UNSPACED, Places, composed, folded

_SHORT = 150
"""Characters up to which a pattern finds words faster than arrays do."""
_HAS_UNSPACED = regex.compile(f"[{UNSPACED}]")
_SPACED_TOKEN = regex.compile(r"[\p{L}\p{N}][\p{L}\p{N}\p{M}]*+")
_SPACE, _LINE_FEED = b" \n"
_ANY_TOKEN = regex.compile(
    rf"[[{UNSPACED}]--\p{{M}}]\p{{M}}*+|[[\p{{L}}\p{{N}}]--[{UNSPACED}]][[[\p{{L}}\p{{N}}]--[{UNSPACED}]]\p{{M}}]*+",
    regex.V1,
)


def count(word: str) -> int:
    """Number of tokens in a piece of text without white space, mostly one."""
    inner = word.strip(string.punctuation)
    return 1 if inner.isascii() and inner.isalnum() else len(tokens(word))


def tokens(text: str) -> list[str]:
    """Case- and width-folded (NFKC) words; characters one by one in scripts that write no spaces."""
    return tokens_of_folded(folded(text))  # what is ASCII is folded there


def tokens_of_folded(plain: str) -> list[str]:
    """The words of a text that is case- and width-folded already."""
    if len(plain) > _SHORT or plain.isascii():
        return marked_off(plain).split()
    pattern = _ANY_TOKEN if _HAS_UNSPACED.search(plain) else _SPACED_TOKEN
    return pattern.findall(plain)


def marked_off(plain: str) -> str:
    """The words of a folded text, as ``tokens_of_folded``, with nothing but spaces and its line feeds between them."""
    if plain.isascii():
        return plain.encode().translate(_ascii_marked_off()).decode()
    points = characters.code_points(plain)
    inside, begins = characters.words_in(points)
    written = np.where(inside | (points == _LINE_FEED), points, points.dtype.type(_SPACE))
    begins[1:] &= inside[:-1]
    begins[0] = False
    if begins.any():  # right behind other words
        places = np.arange(len(points)) + np.cumsum(begins)
        spread = np.full(places[-1] + 1, _SPACE, points.dtype)
        spread[places] = written
        written = spread
    return written.tobytes().decode("utf-16-le" if written.itemsize == 2 else "utf-32-le")


@cache
def _ascii_marked_off() -> bytes:
    """For every byte what stands for it."""
    table = characters.ascii_folded().copy()
    table[table == 0] = _SPACE
    table[_LINE_FEED] = _LINE_FEED
    return table.tobytes().ljust(256, b" ")


class Written:
    """A text by its words (``tokens``), as they are written. Where each stands is found once, when first asked for."""

    def __init__(self, text: str) -> None:
        self._plain = text if text.isascii() else composed(text)

    @cached_property
    def _places(self) -> tuple[Places, Places]:
        """Where words begin, and the places behind their ends."""
        return characters.spans(self._plain)[1:]

    def words(self, first: int, last: int) -> str:
        """The words [first, last) with what stands between them, and the rest of a number like ``5.1``."""
        begins, ends = self._places
        last = min(last, len(begins))
        if first >= last:
            return ""
        while first and self._joined(first):
            first -= 1
        while last < len(begins) and self._joined(last):
            last += 1
        return " ".join(self._plain[begins[first] : ends[last - 1]].split())

    def _joined(self, place: int) -> bool:
        """Whether a word and the one before it are parts of one number."""
        begins, ends = self._places
        text, end, begin = self._plain, ends[place - 1], begins[place]
        return text[end:begin] in (".", ",", ":") and text[end - 1].isnumeric() and text[begin].isnumeric()
