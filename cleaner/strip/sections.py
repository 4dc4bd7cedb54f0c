"""Sections: a recognised head, and how far what stands below it goes with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate

from cleaner.strip import section_boxes
from cleaner.strip.blocks import Outline
from cleaner.strip.prose import STRONG_WORDS, Reading
from cleaner.strip.rules import Rule

CERTAIN = 0.9
CERTAIN_WORDS = 20
"""The model's probability and the words of a paragraph that show that the body goes on."""
SENTENCE_WORDS = 4
"""Words of a line that ends a box where the article goes on below it."""
CLOSING = ("comments", "author")
"""Labels of sections that hold other people's prose."""


def lines_of(
    reading: Reading,
    standing: Sequence[bool],
    heads: Mapping[int, Rule],
    body: Sequence[float],
    page: Outline | None = None,
) -> dict[int, str]:
    """Which standing lines go with a section head above them, each with the name of the head's rule.

    A section ends where prose goes on: at a paragraph of STRONG_WORDS or of which the model (``body``) is
    sure, or at two paragraphs in a row; on a ``page`` of HTML where the head's box ends, too. Below a comment form or
    an author box it is other people's prose: there the article goes on only if most of it is still to come. Each line
    is looked at once.
    """
    if not heads:
        return {}
    words = [n if up else 0 for n, up in zip(reading.words, standing, strict=True)]
    prose = [up and reading.is_prose(i) for i, up in enumerate(standing)]
    so_far = [0, *accumulate(words)]
    prose_so_far = [0, *accumulate(n if is_paragraph else 0 for n, is_paragraph in zip(words, prose, strict=True))]
    strong = [
        p and (n >= STRONG_WORDS or (n >= CERTAIN_WORDS and share >= CERTAIN))
        for p, n, share in zip(prose, words, body, strict=True)
    ]

    def is_sentence(i: int) -> bool:
        return standing[i] and reading.is_prose(i, SENTENCE_WORDS)

    boxes = section_boxes.Page(page, body, is_sentence) if page is not None else None
    found: dict[int, str] = {}
    taken = 0
    done = 0
    for at in sorted(heads):
        closing = heads[at].label in CLOSING and so_far[at] - taken >= prose_so_far[-1] - prose_so_far[at]
        if at < done and not closing:
            continue
        start = max(at + 1, done)
        end = len(standing) if closing else _end(start, standing, prose, strong)
        if boxes is not None and not (closing and boxes.is_amid_text(at)):
            end = min(end, max(start, boxes.end(at)))
        for i in range(start, end):
            if standing[i]:
                found[i] = heads[at].name
                taken += words[i]
        done = max(done, end)
    return found


def _end(start: int, standing: Sequence[bool], prose: Sequence[bool], strong: Sequence[bool]) -> int:
    """The line at which prose goes on, the number of lines if it does not."""
    before: int | None = None
    for i in range(start, len(standing)):
        if strong[i] or (prose[i] and before is not None):
            return i if before is None else before
        before = i if prose[i] else None
    return len(standing)
