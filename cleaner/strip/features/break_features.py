"""One row of numbers for each end of a line of stored text, for the network that tells where a sentence goes on.

``inline_breaks`` says what for. The columns are what the two lines that meet there begin and end with, how long they
are, and how often lines nearby and of the text as a whole begin amid a sentence. There is no list of words: whether a
paragraph ends in a word such as "of" is told by how often this text, and the labelled pages (``Words``), have it
inside a line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
import regex
import xxhash
from numpy.typing import NDArray

from cleaner import sentence_marks
from cleaner.strip.weights import weight_files

LOWER, UPPER, DIGIT, LETTER, STOP, COMMA, COLON, CLOSING, OPENING, QUOTE, DASH, OTHER = range(12)
"""What a line begins or ends with; LETTER is one of a script without capitals."""
CLASSES = 12
ON = frozenset((LOWER, STOP, COMMA, COLON, CLOSING))
"""What a line begins with that goes on a sentence."""
MAY = ON | {LETTER}
"""What one begins with that may: where there are no capitals nothing shows it."""
_MARKS = {
    # without those of Armenian, Amharic, Burmese, Khmer and Tibetan, which the network was trained without
    STOP: sentence_marks.COMMON + sentence_marks.ELLIPSIS + sentence_marks.URDU_STOP + sentence_marks.DOUBLE_DANDA,
    COMMA: ",，、;；،؛",
    COLON: ":：",
    CLOSING: ")]}」』）】》〉",
    OPENING: "([{„「『（【《〈¿¡",
    QUOTE: "\"'“”‘’«»",  # each of them opens in some language and closes in another
    DASH: "-–—",
}
_CLASS = {mark: kind for kind, marks in _MARKS.items() for mark in marks}
_AFTER_STOP = _MARKS[QUOTE] + _MARKS[CLOSING]
"""What may stand behind the end of a sentence."""
_GREEK_QUESTION, _GREEK = ";\u037e", regex.compile(r"\p{Greek}")
"""The semicolon and the sign for it ask questions in Greek."""
PLAIN = 10
"""Columns of a line before those of its first and last characters."""
WIDTH = PLAIN + 2 * CLASSES
MOST = 9
"""Times from which on it does not matter how often a word stands inside lines."""
LOOKED = 30
"""Words of a line among which those with a capital are counted."""
NEAR = 8
"""Line ends to either side among which those are counted behind which a sentence surely goes on."""
BITS = 14
"""A bucket for each of 2 ** BITS hashes of words."""
LONGEST_WORD, PART = 12, 2
"""Characters of the longest word that is looked up as a whole, and of the first or last ones of a longer one that are:
lines of Chinese are one word."""
STEP = 0.1
"""Log-odds of words are kept as whole numbers of these."""


@dataclass(frozen=True, slots=True)
class Words:
    """How often words begin and end paragraphs."""

    begins: NDArray[np.float32]
    """Shape (2 ** BITS,): for each bucket the log-odds that a word of it stands inside, not at the beginning, beside
    those of all words."""
    ends: NDArray[np.float32]
    """The same of the end."""

    def save(self, path: Path) -> None:
        """Write a compressed .npz: the same bytes for the same words."""
        steps = np.clip(np.rint(np.stack([self.begins, self.ends]) / STEP), -127, 127).astype(np.int8)
        with path.open("wb") as stream:
            np.savez_compressed(stream, steps=steps)


def read_words(path: Path) -> Words:
    """Words from a file that ``Words.save`` wrote. Raises ValueError for another number of buckets."""
    with np.load(path, allow_pickle=False) as data:
        steps = data["steps"]
    if steps.shape != (2, 2**BITS):
        raise ValueError(f"{path} holds no words")
    begins, ends = steps.astype(np.float32) * np.float32(STEP)
    return Words(begins, ends)


@cache
def shipped_words() -> Words:
    """The words beside this module."""
    return weight_files.read("break_words", read_words)


def first_bucket(word: str) -> int:
    """The bucket of a line's first word."""
    return _bucket((word if len(word) <= LONGEST_WORD else word[:PART]).lower())


def last_bucket(word: str) -> int:
    """The bucket of a line's last word."""
    return _bucket((word if len(word) <= LONGEST_WORD else word[-PART:]).lower())


@lru_cache(maxsize=20_000)
def _bucket(word: str) -> int:
    return xxhash.xxh32_intdigest(word.encode(errors="replace")) % 2**BITS


@lru_cache(maxsize=20_000)
def class_of(character: str) -> int:
    """What a character is among the first and last ones of lines."""
    if character in _CLASS:
        return _CLASS[character]
    if character.islower():
        return LOWER
    if character.isupper() or character.istitle():
        return UPPER
    return DIGIT if character.isdigit() else LETTER if character.isalpha() else OTHER


def may_go_on(line: str, after: str) -> bool:
    """Whether the next line may begin amid a sentence that this one does not end."""
    return class_of(after[0]) in MAY and not ends_sentence(line)


def begins_anew(line: str, after: str) -> bool:
    """Whether a line ends a sentence and the next one begins as sentences do."""
    return ends_sentence(line) and class_of(after[0]) not in ON


def ends_sentence(line: str) -> bool:
    """Whether a line ends in a sentence mark, quotes and brackets after it allowed."""
    return _end(line) == STOP


def of_breaks(lines: Sequence[str], known: Words) -> NDArray[np.float32]:
    """A row for the end of each line but the last: shape (lines - 1, columns). No line is blank."""
    own = _of_lines(lines, known)
    number = len(lines) - 1
    first, last = own[:, PLAIN : PLAIN + CLASSES], own[:, PLAIN + CLASSES :]
    ended = last[:, STOP]
    on = first[1:, sorted(ON)].sum(axis=1) * (1 - ended[:-1])
    words = np.expm1(own[:, 0])
    marks = first[:, [STOP, COMMA, COLON, CLOSING]].sum(axis=1)
    text = [
        first[:, LOWER].mean(),
        marks.mean(),
        on.mean(),
        np.log1p(marks.sum()),
        np.log1p(on.sum()),
        words @ ended / words.sum(),
        np.log1p(len(lines)),
        words.mean(),
        np.median(words),
    ]
    sums = np.concatenate([[0.0], np.cumsum(on)])
    at = np.arange(number)
    start, stop = np.maximum(0, at - NEAR), np.minimum(number, at + NEAR + 1)
    near = (sums[stop] - sums[start]) / (stop - start)
    return np.concatenate([own[:-1], own[1:], near[:, None], np.tile(text, (number, 1))], axis=1, dtype=np.float32)


def _end(line: str) -> int:
    """What a line ends with, quotes and brackets behind a sentence left out."""
    end = line.rstrip(_AFTER_STOP) or line
    return STOP if end[-1] in _GREEK_QUESTION and _GREEK.match(end[-2:]) is not None else class_of(end[-1])


def _of_lines(lines: Sequence[str], known: Words) -> NDArray[np.float32]:
    words = [line.split(" ") for line in lines]
    inside = Counter(word for line in words for word in line[1:-1])
    rows = np.zeros((len(lines), WIDTH), np.float32)
    for row, line, own in zip(rows, lines, words, strict=True):
        first, last = own[0], own[-1]
        looked = own[:LOOKED]
        row[:PLAIN] = (
            np.log1p(len(own)),
            np.log1p(len(line)),
            len(first),
            len(last),
            min(inside[first], MOST),
            min(inside[last], MOST),
            sum(class_of(word[0]) == UPPER for word in looked) / len(looked),
            class_of(last[0]) == LOWER,
            known.begins[first_bucket(first)],
            known.ends[last_bucket(last)],
        )
        row[PLAIN + class_of(line[0])] = 1
        row[PLAIN + CLASSES + _end(line)] = 1
    return rows
