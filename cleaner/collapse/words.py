"""Word tokens of any script, the same that ``signing`` hashes (see ``signing.characters``)."""

from __future__ import annotations

import re
import string
from functools import cached_property

import regex

from cleaner.collapse.signing.characters import UNSPACED, composed, folded

_HAS_UNSPACED = regex.compile(f"[{UNSPACED}]")
_SPACED_TOKEN = regex.compile(r"[\p{L}\p{N}][\p{L}\p{N}\p{M}]*+")
_ASCII_TOKEN = re.compile("[a-z0-9]+")
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
    return tokens_of_folded(text.lower() if text.isascii() else folded(text))


def tokens_of_folded(plain: str) -> list[str]:
    """The words of a text that is case- and width-folded already."""
    if plain.isascii():
        return _ASCII_TOKEN.findall(plain)
    pattern = _ANY_TOKEN if _HAS_UNSPACED.search(plain) else _SPACED_TOKEN
    return pattern.findall(plain)


class Written:
    """A text by its words (``tokens``), as they are written. Where each stands is found once, when first asked for."""

    def __init__(self, text: str) -> None:
        self._plain = text if text.isascii() else composed(text)

    @cached_property
    def _places(self) -> list[tuple[int, int]]:
        plain = self._plain
        found = _ASCII_TOKEN.finditer(plain.lower()) if plain.isascii() else _ANY_TOKEN.finditer(plain)
        return [match.span() for match in found]

    def words(self, first: int, last: int) -> str:
        """The words [first, last) with what stands between them, and the rest of a number like ``5.1``."""
        plain, places = self._plain, self._places
        if not places[first:last]:
            return ""
        last = min(last, len(places))
        while first and _joined(plain, places[first - 1], places[first]):
            first -= 1
        while last < len(places) and _joined(plain, places[last - 1], places[last]):
            last += 1
        return " ".join(plain[places[first][0] : places[last - 1][1]].split())


def _joined(text: str, one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two words are parts of one number."""
    between = text[one[1] : other[0]]
    return between in (".", ",", ":") and text[one[1] - 1].isnumeric() and text[other[0]].isnumeric()
