"""What counts as a line of prose, in any script."""

from __future__ import annotations

import regex

from cleaner.strip.rules import count_words

PROSE_WORDS = 12
"""Words from which a line that ends like a sentence is a paragraph. Tuned with STRONG_WORDS."""
STRONG_WORDS = 35
"""Words from which one paragraph alone shows that the article goes on below a section head.

Both set by hand; their effect on labelled lines of stored text is seen with ``cleaner evaluate strip LINES``.
"""
_END = regex.compile(r"[.!?…。！？؟۔।॥:;；：][\"'”’»›)\]」』】]*(?:\[\d{1,3}\])*$")


def ends_sentence(line: str) -> bool:
    """Whether the line ends with a sentence mark, quotes and brackets after it allowed."""
    return _END.search(line[-24:]) is not None


def is_prose(line: str, words: int = PROSE_WORDS) -> bool:
    """Whether a line is a paragraph: at least so many words and the end of a sentence."""
    return ends_sentence(line) and count_words(line) >= words
