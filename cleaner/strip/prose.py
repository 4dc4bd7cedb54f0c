"""What counts as a line of prose, in any script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import regex

from cleaner import scripts
from cleaner.strip.rules import count_words

PROSE_WORDS = 12
"""Words from which a line that ends like a sentence is a paragraph. Tuned with STRONG_WORDS."""
STRONG_WORDS = 35
"""Words from which one paragraph alone shows that the article goes on below a section head.

Both set by hand; their effect on labelled lines of stored text is seen with ``cleaner evaluate strip LINES``.
"""
WORD_CHARS = 7
"""Characters that count as a word of prose even without a space: a sentence of Finnish, Hungarian or Telugu has half as
many words as its English wording. English prose has six to a word, the space included."""
LEAST_WORDS = 8
"""Words below which a line counts as what it has: addresses are long too."""
MARKED_SHARE = 0.2
"""Share of a page's lines of PROSE_WORDS or more that end in a sentence mark, below which the page sets none:
transcripts, and texts whose writers leave the mark out at the end of a paragraph. Set by hand."""
_END = regex.compile(r"[\p{Sentence_Terminal}\u0f0d…:;：；][\"'\p{Pe}\p{Pf}\p{Pi}]*(?:\[\d{1,3}\])*$")
_NO_MARKS = regex.compile(rf"[{scripts.WITHOUT_MARKS}][\"'\p{{Pe}}\p{{Pf}}\p{{Pi}}]*$")
"""The end of a line in a script that ends sentences with a space or not at all (Thai, Lao) or often does
(Khmer, Burmese)."""


def _ends_in_word(line: str) -> bool:
    """Whether the line ends in a letter or digit of ASCII, as most do that are no sentence: neither a mark nor Thai."""
    last = line[-1:]
    return last.isascii() and last.isalnum()


def ends_in_mark(line: str) -> bool:
    """Whether the line ends with a sentence mark of any script, quotes and brackets after it allowed."""
    return not _ends_in_word(line) and _END.search(line[-24:]) is not None


def ends_sentence(line: str) -> bool:
    """Whether the line ends like a sentence: with a mark, or, in a script without marks, long enough for one."""
    if _ends_in_word(line):
        return False
    return ends_in_mark(line) or (ends_in_letter_of_unmarked(line) and count_words(line) >= PROSE_WORDS)


def ends_in_letter_of_unmarked(line: str) -> bool:
    """Whether the line ends in a letter of a script whose sentences end without a mark, quotes after it allowed."""
    return _NO_MARKS.search(line[-24:]) is not None


def is_prose(line: str, words: int = PROSE_WORDS) -> bool:
    """Whether a line is a paragraph: at least so many words and the end of a sentence."""
    return count_words(line) >= words and ends_sentence(line)


@dataclass(slots=True, frozen=True)
class Reading:
    """The lines of one page, read once for all steps that ask what is prose."""

    words: list[int]
    """Length of each line in words, and no fewer than one for every WORD_CHARS characters of a sentence."""
    ends: list[bool]
    """Whether each line ends like a sentence; on a page without sentence marks, whether it is as long as one."""

    def is_prose(self, at: int, words: int = PROSE_WORDS) -> bool:
        """Whether a line is a paragraph: at least so many words and the end of a sentence."""
        return self.ends[at] and self.words[at] >= words


def read(lines: Sequence[str]) -> Reading:
    """Count the words and see the ends of a page's lines."""
    words = [count_words(line) for line in lines]
    ends = [ends_sentence(line) for line in lines]
    words = [
        max(n, len(line) // WORD_CHARS) if end and n >= LEAST_WORDS else n
        for n, line, end in zip(words, lines, ends, strict=True)
    ]
    long = [end for n, end in zip(words, ends, strict=True) if n >= PROSE_WORDS]
    if sum(long) < MARKED_SHARE * len(long):
        ends = [end or n >= PROSE_WORDS for n, end in zip(words, ends, strict=True)]
    return Reading(words, ends)
