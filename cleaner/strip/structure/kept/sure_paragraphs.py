"""Paragraphs that are surely body, between which lines stand that are less sure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cleaner.strip.judgement import SURE, Verdict
from cleaner.strip.reading.blocks import Outline
from cleaner.strip.rules import count_words

PARAGRAPH_WORDS = 8
"""Words of such a paragraph."""


def pairs(
    page: Outline, body: Sequence[float], verdicts: Sequence[Verdict | None]
) -> Iterator[tuple[int, int, int]]:
    """Each two in a row with lines between them that stand in one element: the upper, the lower and the element.

    Verdicts of the lines between may change the while.
    """
    above = -1
    for below, verdict in enumerate(verdicts):
        if verdict is not None or body[below] < SURE or count_words(page.blocks[below].text) < PARAGRAPH_WORDS:
            continue
        if 0 <= above < below - 1:
            element = page.around(above)
            if page.around(below) == element:
                yield above, below, element
        above = below
