"""Of a text that is part of a longer one: what the longer one has beside it, for a round-up holds a brief whole."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import chain, compress, pairwise
from typing import Any

from cleaner.collapse.alignment import Alignment, Reading, Span, size

CONTENT = 5
"""Letters from which a word is content, for languages of which nothing is known."""
SHORT_WORDS = 3.5
"""Mean letters of a text's words below which neighbouring pairs of them are its content: in Chinese a word here is
one letter, in Korean and Vietnamese two or three; in English, Hebrew or Arabic it is four or more."""
PART = 0.5
"""Share of the shorter text that the longer one holds from which it may be a part."""


def beside_part(
    laid: Alignment, others: Sequence[Span], beside: int, title: Sequence[str], longer_title: Sequence[str]
) -> tuple[float, float, float, float, float]:
    """Of a shorter text that is part of a longer one: what the longer one has beside it.

    Prose beside it and above it (logarithms of their share of the words held), how little of the part's
    content comes again there, how little the longer one's title has to do with the part, and whether the
    part is short and stands in the middle. All 0 for a text that is no part. ``others`` are the longer
    text's spans of which the part has nothing, ``beside`` their words of prose; the longer text is the right one.
    """
    held = size(laid.held_right)
    if not held or not beside or size(laid.held_left) < PART * len(laid.left):
        return 0.0, 0.0, 0.0, 0.0, 0.0
    first = laid.held_right[0][0]
    above = math.log1p(prose(laid.right, [span for span in others if span[0] < first]) / held)
    pairs = _in_pairs(laid.left.tokens)
    part = set(_content_at(laid.left, laid.held_left, pairs, any_line=True))
    apart = 1 - len(part.intersection(_content_at(laid.right, others, pairs))) / len(part) if part else 0.0
    foreign = _foreign(laid.left, title, longer_title, pairs)
    return math.log1p(beside / held), above, apart, foreign, above / math.log(held + 9)


def prose(reading: Reading, spans: Iterable[Span]) -> int:
    """Words of prose in some spans."""
    return sum(reading.prose.count(1, first, last) for first, last in spans)


def _foreign(part: Reading, own: Sequence[str], other: Sequence[str], pairs: bool) -> float:
    """How little another title than its own has to do with a text: the share of its content that is not there."""
    if own and own == other:
        return 0.0
    title = set(_content_of(other, pairs, CONTENT - 1))
    if not title:
        return 0.5
    if pairs:
        known = " ".join(("", *part.tokens, "|", *own, ""))
        return sum(f" {one} {behind} " not in known for one, behind in title) / len(title)
    return len(title - part.known - set(own)) / len(title)


def _in_pairs(words: Sequence[str]) -> bool:
    """Whether neighbouring pairs of a text's words are its content, rather than its long words."""
    return len("".join(words)) < SHORT_WORDS * len(words)


def _content_of(words: Sequence[str], pairs: bool, least: int = CONTENT) -> Iterable[Any]:
    """Pairs of neighbouring words, or words of at least so many letters."""
    return pairwise(words) if pairs else [word for word in words if len(word) >= least]


def _content_at(reading: Reading, spans: Iterable[Span], pairs: bool, any_line: bool = False) -> Iterable[Any]:
    """Content of the prose in some spans."""
    words = (reading.tokens[first:last] for first, last in spans)
    if not any_line:
        words = (list(compress(reading.tokens[a:b], reading.prose[a:b])) for a, b in spans)
    return chain.from_iterable(_content_of(some, pairs) for some in words)
