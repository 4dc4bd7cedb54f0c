"""Text to tokens and terms.

A token is a piece of the text with its place; a term is what is counted: case-folded, stemmed, without
function words. Scripts written without spaces give pairs of neighbouring characters instead of words
(character bigrams index Chinese and Japanese about as well as segmented words: Nie, Gao, Zhang and Zhou,
"On the use of words and n-grams for Chinese information retrieval", IRAL 2000).
"""

from __future__ import annotations

import unicodedata
from itertools import pairwise
from typing import NamedTuple

import regex

from cleaner.collapse.event.languages import Language

_SPACELESS = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_TOKEN = regex.compile(
    rf"(?V1)(?P<run>(?:[{_SPACELESS}]\p{{M}}*+)++)"
    rf"|[[\p{{L}}\p{{M}}\p{{N}}]--[{_SPACELESS}]]++(?:[.'’][[\p{{L}}\p{{N}}]--[{_SPACELESS}]]++)*+"
)
_CHARACTER = regex.compile(r"\p{Any}\p{M}*+")
_ARABIC_MARKS = regex.compile(r"[\p{Mn}ـ]+")
_HAS_ARABIC_MARK = regex.compile(r"[\u0640\u064B-\u065F\u0670]")
_MAX_TOKEN = 60
"""Longer tokens (addresses, encoded data) say nothing about an event."""


class Token(NamedTuple):
    """One token: its text as written, where it starts and ends, and whether it is of a spaceless script."""

    text: str
    start: int
    end: int
    spaceless: bool


def tokenize(text: str, limit: int | None = None) -> list[Token]:
    """The first ``limit`` word tokens of ``text`` in order; a spaceless run gives one token a bigram."""
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        if match.lastgroup == "run":
            places = [(m.start(), m.end()) for m in _CHARACTER.finditer(text, start, end)]
            pairs = list(pairwise(places)) or [(places[0], places[0])]
            tokens.extend(Token(text[a[0] : b[1]], a[0], b[1], True) for a, b in pairs)
        elif end - start <= _MAX_TOKEN:
            tokens.append(Token(match.group(), start, end, False))
        if limit is not None and len(tokens) >= limit:
            return tokens[:limit]
    return tokens


def fold(word: str, language: str) -> str:
    """Case-folded, compatibility-composed, straight apostrophes; Turkish i and Arabic marks as they need."""
    if word.isascii():
        return word.replace("I", "ı").casefold() if language == "tr" else word.casefold()
    if language == "tr":
        word = word.replace("I", "ı").replace("İ", "i")
    word = unicodedata.normalize("NFKC", word).replace("’", "'").casefold()
    return _ARABIC_MARKS.sub("", word) if _HAS_ARABIC_MARK.search(word) else word


def base_form(written: str, language: str) -> str:
    """A folded word without the English genitive, or the case ending Turkish sets off by an apostrophe."""
    word = fold(written, language)
    if language == "tr":
        return word.split("'")[0]
    return word.removesuffix("'s")


class Analyzer:
    """Terms of one language; remembers the term of every word it has seen."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._stem = language.stem_function()
        self._words: dict[str, str] = {}
        self._pairs: dict[str, str] = {}

    def term(self, token: Token) -> str:
        """The term of a token, or an empty string for a function word or a single letter or digit."""
        known = self._pairs if token.spaceless else self._words
        term = known.get(token.text)
        if term is None:
            term = known[token.text] = self._pair(token.text) if token.spaceless else self._word(token.text)
        return term

    def _word(self, written: str) -> str:
        word = base_form(written, self.language.code)
        if len(word) < 2 or word in self.language.stop:
            return ""
        return self._stem(word)

    def _pair(self, written: str) -> str:
        pair = fold(written, self.language.code)
        return "" if any(character in self.language.stop for character in pair) else pair
