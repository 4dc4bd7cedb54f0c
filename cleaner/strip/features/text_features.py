"""What the characters of a page's blocks say: the features that HTML and stored text share.

The blocks are laid end to end as one array of code points, and every count is one pass of numpy over it:
no Python loop over characters or words. Words are told apart by 64-bit hashes. Nothing here knows a
language: common words are those that are frequent on the page itself, a Chinese or Japanese character counts
as half a word, and scripts without capitals, spaces or sentence marks are read as if each could be there.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from cleaner import scripts, sentence_marks
from cleaner.strip.features.sequence_features import side_by_side
from cleaner.strip.rules import UNSPACED_CHARS, is_unspaced

Column = NDArray[np.float32]

OTHER, UPPER, LETTER, DIGIT, SPACE, COMMA, STOP, WIDE, CLOSING, COLON, RULE, SIGN, CASELESS, UNSPACED = range(14)
_KINDS = 14
_MARKS = {
    COMMA: ",،、，;；؛၊",
    STOP: sentence_marks.ALL,
    CLOSING: "\"'”’»›)]」』】）“‘«‹„([「『【（",
    COLON: ":：",
    RULE: "|｜»›•·▪►→/",
    SIGN: "@#©®™+*=<>_&$€£%",
}
MAX_CHARS = 20_000
"""Characters of one block that are looked at: more of a paragraph says nothing new."""
COMMON_SHARE = 0.004
"""Share of a page's running words from which a word is one of its common words."""
COMMON_LETTERS = 6
CONTENT_LETTERS = 4
"""Letters up to which a word can be a common one, and from which it can be one that tells the topic."""
MAX_COMPARED = 60
"""Words of a block that can repeat the title or the summary."""
LONG_UNITS = 12
"""Words of a block that counts as running text."""
UNMARKED_UNITS = 12
"""Words from which a block in a script without spaces is taken to end a sentence, with a mark or without."""
_KANA_OR_HAN = re.compile(f"[{scripts.KANA_AND_HAN}]")
_MAY_BEGIN = np.array([kind in (UPPER, WIDE, CASELESS, UNSPACED) for kind in range(_KINDS)], np.float64)

_BLOCKS = (
    (0x3400, 0x4DC0, WIDE),
    (0x4E00, 0xA000, WIDE),
    (0xAC00, 0xD7A4, CASELESS),  # Hangul
    (0xD800, 0xF900, OTHER),  # surrogates, private use
)
"""Where each code point is of one kind since Unicode 14: they are two thirds of all, and to ask for each takes time."""


@cache
def _tables() -> tuple[NDArray[np.uint8], NDArray[np.uint16]]:
    """For each code point below 65,536 its kind and its lower-case form."""
    kinds = np.zeros(65_536, np.uint8)
    lower = np.arange(65_536, dtype=np.uint16)
    for start, end, kind in _BLOCKS:
        kinds[start:end] = kind
    asked = np.ones(65_536, bool)
    for start, end, _ in _BLOCKS:
        asked[start:end] = False
    for code in np.flatnonzero(asked).tolist():
        character = chr(code)
        category = unicodedata.category(character)
        if category[0] == "L":
            if _KANA_OR_HAN.match(character):
                kinds[code] = WIDE
            elif category in ("Lu", "Lt"):
                kinds[code] = UPPER
                small = character.lower()
                if len(small) == 1:
                    lower[code] = ord(small)
            elif is_unspaced(character):
                kinds[code] = UNSPACED
            else:
                kinds[code] = CASELESS if category == "Lo" else LETTER
        elif category[0] == "M":
            kinds[code] = UNSPACED if is_unspaced(character) else LETTER
        elif category == "Nd":
            kinds[code] = DIGIT
        elif category[0] == "Z":
            kinds[code] = SPACE
    for kind in (RULE, SIGN, COMMA, STOP, CLOSING, COLON):
        for character in _MARKS[kind]:
            kinds[ord(character)] = kind
    return kinds, lower


@dataclass(slots=True)
class Words:
    """The words of all blocks, one after the other; a wide character is a word."""

    block: NDArray[np.intp]
    """The block a word stands in."""
    key: NDArray[np.uint64]
    """Hash of its lower-case letters; of a wide character and those that follow it and make a word with it."""
    length: NDArray[np.int64]
    capital: NDArray[np.bool_]
    wide: NDArray[np.bool_]
    """Whether it is a character of a script without spaces."""


@dataclass(slots=True)
class Texts:
    """Blocks of one page as arrays: ``counts[i, kind]`` characters of a kind in block i."""

    counts: NDArray[np.float64]
    chars: NDArray[np.float64]
    units: NDArray[np.float64]
    """Length in words; a wide character is half a word, one of another script without spaces a fifth."""
    tokens: NDArray[np.float64]
    """Number of its words, at least one: each wide character is one here."""
    words: Words
    first: NDArray[np.uint8]
    """Kind of the first character."""
    last: NDArray[np.uint8]
    """Kind of the last character, quotes and brackets after a sentence mark aside."""
    sentences: NDArray[np.float64]
    """Sentence marks inside the block that white space or a wide character follows."""


def read(texts: Sequence[str]) -> Texts:
    """Count what there is to count in these texts, which are not empty."""
    number = len(texts)
    texts = [text if len(text) <= MAX_CHARS else text[:MAX_CHARS] for text in texts]
    joined = " \n".join(texts) + " \n"
    sizes = np.fromiter(map(len, texts), np.intp, number)
    kinds_of, lower_of = _tables()
    small = _codes(joined)
    kinds = kinds_of.take(small)
    starts = np.zeros(number, np.intp)
    np.cumsum(sizes[:-1] + 2, out=starts[1:])
    row_of = np.repeat(np.arange(0, number * _KINDS, _KINDS), sizes + 2)
    counted = np.bincount(row_of + kinds, minlength=number * _KINDS)
    counts = counted.reshape(number, _KINDS).astype(np.float64)
    counts[:, SPACE] -= 1
    counts[:, OTHER] -= 1
    words = _words(small, kinds, lower_of, row_of)
    wide, unspaced = counts[:, WIDE], counts[:, UNSPACED]
    tokens = np.bincount(words.block, minlength=number)
    units = tokens - wide / 2 - unspaced * (1 - 1 / UNSPACED_CHARS)
    ends = starts + sizes - 1
    last = kinds[ends]
    for _ in range(2):
        ends = np.where((last == CLOSING) & (ends > starts), ends - 1, ends)
        before = kinds[ends]
        marks = (before == STOP) | (before == COLON) | (before == CLOSING)
        last = np.where((last == CLOSING) & marks, before, last)
    last = np.where((last == UNSPACED) & (units >= UNMARKED_UNITS), STOP, last)
    stops = np.flatnonzero(kinds == STOP)  # never the last, which is a line break
    after = kinds[stops + 1]
    breaks = stops[(after == SPACE) | (after == WIDE) | (after == UNSPACED)]
    return Texts(
        counts=counts,
        chars=sizes.astype(np.float64),
        units=units,
        tokens=np.maximum(tokens, 1.0),
        words=words,
        first=kinds[starts],
        last=last,
        sentences=np.bincount(row_of[breaks] // _KINDS, minlength=number).astype(np.float64),
    )


def _codes(text: str) -> NDArray[np.intp]:
    """Code points of a text; those above 65,535 are that one."""
    codes = np.frombuffer(text.encode("utf-16-le", "replace"), np.uint16)
    if len(codes) == len(text):
        return codes.astype(np.intp)
    return np.minimum(np.frombuffer(text.encode("utf-32-le", "replace"), np.uint32), 0xFFFF).astype(np.intp)


def _words(
    small: NDArray[np.intp], kinds: NDArray[np.uint8], lower_of: NDArray[np.uint16], row_of: NDArray[np.intp]
) -> Words:
    """The words in these code points; ``row_of`` is _KINDS times the block of each."""
    wide = (kinds == WIDE) | (kinds == UNSPACED)
    inside = (kinds == UPPER) | (kinds == LETTER) | (kinds == DIGIT) | (kinds == CASELESS)
    begins = inside.copy()
    begins[1:] &= ~inside[:-1]
    begins |= wide
    starts = np.flatnonzero(begins)
    if not len(starts):
        nothing = np.zeros(0, np.int64)
        no = nothing.astype(bool)
        return Words(nothing.astype(np.intp), nothing.astype(np.uint64), nothing, no, no)
    member = inside | wide
    ends = member.copy()
    ends[:-1] &= begins[1:] | ~member[1:]
    length = np.flatnonzero(ends) - starts + 1
    first = np.zeros(len(starts), np.intp)
    np.cumsum(length[:-1], out=first[1:])
    place = np.flatnonzero(member)
    offset = np.arange(len(place)) - np.repeat(first, length)
    letters = lower_of.take(small.take(place)).astype(np.uint64)
    with np.errstate(over="ignore"):
        letters += np.uint64(1)
        letters *= _powers(64).take(np.minimum(offset, 63))
        key = np.add.reduceat(letters, first)
        is_wide = wide[starts]
        if is_wide.any():
            pairs = np.flatnonzero(is_wide[:-1] & is_wide[1:] & (np.diff(starts) == 1))
            following = key[pairs + 1].copy()
            key[pairs] += following * np.uint64(0x9E3779B97F4A7C15)
        unspaced = kinds[starts] == UNSPACED
        if unspaced.any():  # two characters are no word there, four nearly
            fours = np.flatnonzero(unspaced[:-2] & unspaced[2:] & (starts[2:] - starts[:-2] == 2))
            following = key[fours + 2].copy()
            key[fours] += following * np.uint64(0xC2B2AE3D27D4EB4F)
    return Words(row_of[starts] // _KINDS, key, length, kinds[starts] == UPPER, is_wide)


@cache
def _powers(number: int) -> NDArray[np.uint64]:
    """Odd 64-bit multipliers, one for each place in a word (a multiply-shift family; fixed)."""
    state, out = 0x9E3779B97F4A7C15, []
    for _ in range(number):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        out.append(state | 1)
    return np.array(out, np.uint64)


def share(values: NDArray[np.float64], of: NDArray[np.float64]) -> NDArray[np.float64]:
    """Division where nothing by nothing is nothing."""
    return values / np.maximum(of, 1)


def statistics(texts: Texts, strings: Sequence[str]) -> NDArray[np.float64]:
    """Length, characters, ends and repetitions of each block."""
    counts, chars, units, tokens, words = texts.counts, texts.chars, texts.units, texts.tokens, texts.words
    number = len(chars)
    wide = counts[:, WIDE] + counts[:, UNSPACED]
    letters = counts[:, UPPER] + counts[:, LETTER] + counts[:, CASELESS] + wide
    capitals = np.bincount(words.block[words.capital], minlength=number)
    short = np.bincount(words.block[(words.length <= 3) & ~words.wide], minlength=number)
    length = np.bincount(words.block, words.length, minlength=number)
    seen = Counter(strings)
    repeats = np.fromiter([seen[string] for string in strings], np.float64, number)
    columns = [
        np.log1p(chars),
        units,
        share(counts[:, UPPER], letters),
        share(counts[:, DIGIT], chars),
        share(letters, chars),
        counts[:, COMMA],
        share(counts[:, COMMA], units),
        texts.sentences,
        (texts.last == STOP).astype(np.float64),
        (texts.last == COLON).astype(np.float64),
        _MAY_BEGIN.take(texts.first),
        (texts.first == DIGIT).astype(np.float64),
        (texts.first == CLOSING).astype(np.float64),
        counts[:, RULE],
        counts[:, SIGN],
        share(wide, letters),
        capitals / tokens,
        short / tokens,
        length / tokens,
        repeats,
    ]
    return side_by_side(columns)


def vocabulary(texts: Texts, number: int) -> NDArray[np.float64]:
    """What share of a block's words are the page's common ones, its running text's, its title's.

    The first ``number`` texts are the page's blocks; what follows (title, summary) they are compared with.
    """
    words, units, tokens = texts.words, texts.units, texts.tokens
    size = len(units)
    keys, serial = np.unique(words.key, return_inverse=True)
    running = (units >= LONG_UNITS)[words.block] & (words.block < number)
    frequency = np.bincount(serial[running], minlength=len(keys)).astype(np.float64)
    total = max(1.0, frequency.sum())
    common = (frequency >= max(3.0, COMMON_SHARE * total))[serial] & (words.length <= COMMON_LETTERS)
    content = words.wide | (words.length >= CONTENT_LETTERS)
    topical = (frequency[serial] - running >= 1) & ~common & content
    columns = [
        np.bincount(words.block[common], minlength=size) / tokens,
        np.bincount(words.block[topical], minlength=size)
        / np.maximum(np.bincount(words.block[content], minlength=size), 1),
    ]
    for other in range(number, size):
        wanted = np.zeros(len(keys), bool)
        wanted[serial[words.block == other]] = True
        held = np.bincount(words.block[wanted[serial]], minlength=size)
        columns += [held / tokens, held / max(1, int(wanted.sum())) * (units < MAX_COMPARED)]
    return side_by_side(columns)[:number]
