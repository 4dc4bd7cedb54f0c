"""Text to tokens and terms.

A token is a piece of the text with its place; a term is what is counted: case-folded, stemmed, without
function words. Scripts written without spaces give pairs of neighbouring characters instead of words
(character bigrams index Chinese and Japanese about as well as segmented words: Nie, Gao, Zhang and Zhou,
"On the use of words and n-grams for Chinese information retrieval", IRAL 2000).
"""

from __future__ import annotations

import re
import unicodedata
from itertools import islice, pairwise
from typing import NamedTuple

import regex

from cleaner.collapse.event.languages import Language
from cleaner.scripts import UNSPACED

_TOKEN = regex.compile(
    rf"(?V1)(?P<run>[{UNSPACED}][{UNSPACED}\p{{M}}]*+)"
    rf"|[[\p{{L}}\p{{M}}\p{{N}}]--[{UNSPACED}]]++(?:[.'’][[\p{{L}}\p{{N}}]--[{UNSPACED}]]++)*+"
)
_PLAIN = re.compile(r"[^\W_]+(?:[.'’][^\W_]+)*")
_NOT_PLAIN = re.compile("[^\x00-\u02ff\u0370-\u0482\u048a-\u052f\u2000-\u206f\u20a0-\u20bf]")
"""Of Latin, Greek and Cyrillic letters and usual punctuation both patterns make the same tokens, the plain one
in a third of the time."""
_KOREAN_START = regex.compile(r"[가-힣]")
_KOREAN_SYLLABLES = 2
"""Syllables of a Korean word that are counted. Nouns and stems of verbs are mostly of two; particles and endings follow
them without a space (Lee and Ahn, "Using n-grams for Korean text retrieval", SIGIR 1996, index pairs of syllables for
that). Set by hand: no labelled set is Korean."""
_UNSPACED_START = regex.compile(rf"(?V1)[{UNSPACED}]")
_CHARACTER = regex.compile(r"\p{Any}\p{M}*+")
_ARABIC_MARKS = regex.compile(r"[\p{Mn}ـ]+")
_HAS_ARABIC_MARK = regex.compile(r"[\u0640\u064B-\u065F\u0670]")
_MAX_TOKEN = 60
"""Longer tokens (addresses, encoded data) say nothing about an event."""
MOST_TOKENS = 10_000
"""Tokens that are taken of a text where the reader sets no limit."""
TOKEN_CHARS = 50
"""Characters of a text that are read for each token that is wanted of it. Of 7,700 development texts (event sets and
near copies) none has more than 17 for a token of its beginning."""


class Tokens(NamedTuple):
    """Tokens in order: as written, where each starts and where it ends."""

    texts: list[str]
    starts: list[int]
    ends: list[int]


def tokenize(text: str, limit: int = MOST_TOKENS) -> Tokens:
    """The first ``limit`` word tokens of ``text`` in order; a spaceless run gives one token a bigram.

    They are looked for among its first ``limit`` times TOKEN_CHARS characters.
    """
    text = text[: limit * TOKEN_CHARS]
    if text.isascii() or not _NOT_PLAIN.search(text):
        matches = list(islice(_PLAIN.finditer(text), limit))
        texts = [match[0] for match in matches]
        if not texts or len(max(texts, key=len)) <= _MAX_TOKEN:
            return Tokens(texts, [match.start() for match in matches], [match.end() for match in matches])
    places: list[tuple[int, int]] = []
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        if match.lastgroup == "run":
            runs = _CHARACTER.finditer(text, start, end)
            characters = [match.span() for match in islice(runs, limit - len(places) + 1)]
            pairs = [(a[0], b[1]) for a, b in pairwise(characters)] or characters
            places += [(first, last) for first, last in pairs if last - first <= _MAX_TOKEN]
        elif end - start <= _MAX_TOKEN:
            places.append((start, end))
        if len(places) >= limit:
            break
    places = places[:limit]
    return Tokens([text[start:end] for start, end in places], [a for a, _ in places], [b for _, b in places])


def is_spaceless(written: str) -> bool:
    """Whether a token is of a script written without spaces."""
    return not written.isascii() and _UNSPACED_START.match(written) is not None


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
    """Terms of one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._stem = language.stem_function()

    def term(self, written: str) -> str:
        """The term of a token, or an empty string for a function word or a single letter or digit."""
        stop = self.language.stop
        if is_spaceless(written):
            pair = fold(written, self.language.code)
            return "" if any(character in stop for character in pair) else pair
        word = base_form(written, self.language.code)
        if _KOREAN_START.match(word):
            word = word[:_KOREAN_SYLLABLES]
        return "" if len(word) < 2 or word in stop else self._stem(word)
