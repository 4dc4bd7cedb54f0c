"""An invented language that looks like English: function words, content words by Zipf's law, names."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

FUNCTION = (
    "the of and to in a is that for it was on with as be by at from are this has had were which said not but his "
    "they an her or will been more who their its would also two one after when all about there up out than first "
    "into over he she we year last people could other time some only may between under most before during since "
    "while where against many these because both each through no if so what can then them him our now such still"
).split()
CONTENT = 40_000
"""Distinct content words."""
FUNCTION_SHARE = 0.45
"""Of all words of a text, as in English news."""
PLAIN, CAPITAL, STOP, COMMA, END = range(5)
"""Ways to write a word; the last is a full stop that ends a paragraph."""
POOL = 1 << 21
_ONSETS = "b br bl c ch cr d dr f fl g gr h j k l m n p pl pr qu r s sh sl st str t tr v w".split()
_NUCLEI = "a a e e e i i o o u u ai ea ee oo ou".split()
_CODAS = ["", "", "", "", "", "n", "r", "l", "s", "t", "nd", "rt", "ck", "m", "st", "p"]
_ENDINGS = ["", "", "", "", "", "", "", "", "s", "s", "ed", "ing", "er", "ly", "ment", "ness", "ation", "able", "ity"]
_TOPIC_WORDS = 150


def _stems(count: int, seed: int) -> list[str]:
    """Distinct stems of one to three syllables, the same for one seed."""
    draw = np.random.default_rng(seed)
    found: dict[str, None] = {}
    while len(found) < count:
        size = count
        syllables = draw.choice(3, size, p=[0.35, 0.5, 0.15]) + 1
        parts = draw.integers(0, 1 << 20, (size, 3, 3))
        for number, part in zip(syllables.tolist(), parts.tolist(), strict=True):
            word = "".join(
                _ONSETS[a % len(_ONSETS)] + _NUCLEI[b % len(_NUCLEI)] + _CODAS[c % len(_CODAS)]
                for a, b, c in part[:number]
            )
            if len(word) > 2:
                found[word] = None
    return list(found)[:count]


@cache
def vocabulary() -> NDArray[np.object_]:
    """All words, function words first, once for each way to write them: object, (5 * words(),)."""
    draw = np.random.default_rng(1)
    endings = draw.integers(0, len(_ENDINGS), CONTENT).tolist()
    content = [stem + _ENDINGS[end] for stem, end in zip(_stems(CONTENT, 2), endings, strict=True)]
    content.sort(key=lambda word: len(word) // 3)  # frequent words are short
    plain = FUNCTION + content
    written = [*plain, *(word.capitalize() for word in plain)]
    for mark in (".", ",", ".\n"):
        written += [word + mark for word in plain]
    return np.array(written, dtype=object)


def words() -> int:
    """Distinct words."""
    return len(FUNCTION) + CONTENT


@cache
def background() -> NDArray[np.int32]:
    """A pool of words as texts hold them; a text draws places of it."""
    draw = np.random.default_rng(3)
    function = 1 / (np.arange(len(FUNCTION)) + 2.0)
    content = 1 / (np.arange(CONTENT) + 40.0)
    weights = np.r_[FUNCTION_SHARE * function / function.sum(), (1 - FUNCTION_SHARE) * content / content.sum()]
    return draw.choice(len(weights), POOL, p=weights).astype(np.int32)


@cache
def topic(number: int) -> NDArray[np.int32]:
    """A pool of words that texts on one topic have more often than others."""
    draw = np.random.default_rng((4, number))
    chosen = len(FUNCTION) + draw.integers(200, CONTENT, _TOPIC_WORDS)
    weights = 1 / (np.arange(_TOPIC_WORDS) + 5.0)
    return draw.choice(chosen, 1024, p=weights / weights.sum()).astype(np.int32)


@cache
def _names() -> tuple[list[str], list[str], list[str]]:
    stems = [stem.capitalize() for stem in _stems(24_000, 5) if len(stem) > 3]
    return stems[:600], stems[600:4600], [stem + "ov" if stem[-1] not in "aeiou" else stem for stem in stems[4600:]]


def person(number: int) -> str:
    """First name and surname; small numbers do not mean anything."""
    first, _, last = _names()
    return f"{first[number % len(first)]} {last[(number // len(first)) % len(last)]}"


def place(number: int) -> str:
    """A town; of a skewed choice, for some are in the news daily."""
    _, places, _ = _names()
    return places[int(len(places) ** ((number % 100_003) / 100_003)) - 1]


def organisation(number: int) -> str:
    """A body with a name of two words."""
    kinds = ("Institute", "Council", "Bank", "Party", "University", "Railways", "Union", "Ministry", "Group", "Port")
    return f"{_names()[2][(number // 10) % len(_names()[2])]} {kinds[number % 10]}"
