"""Stored text whose paragraphs were hard-wrapped at a column: its lines joined for reading, one verdict for all.

A line was wrapped when the first word of the next one would not have fitted behind it. Only the models and
the rules see the joined lines; the article and its cuts keep the lines as they were stored.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TypeVar

from cleaner.strip.blocks import Block

MIN_COLUMN, MAX_COLUMN = 50, 110
"""Characters of the longest line of a page that may have been wrapped: editors and mailers wrap at 65 to 100."""
MIN_FULL = 5
"""Lines that must be full, and the share of those that no blank line follows which must be."""
MIN_SHARE = 0.5

T = TypeVar("T")


def joined(lines: Sequence[Block]) -> tuple[list[Block], list[int]]:
    """The lines with wrapped ones joined, and for each line as stored the joined one that it went into.

    A text that was not wrapped comes back as it is.
    """
    column = max((len(line.text) for line in lines), default=0)
    pairs = list(itertools.pairwise(lines))
    full = [not after.gap and _full(line.text, after.text, column) for line, after in pairs]
    followed = sum(not after.gap for _, after in pairs)
    if not MIN_COLUMN <= column <= MAX_COLUMN or sum(full) < max(MIN_FULL, MIN_SHARE * followed):
        return list(lines), list(range(len(lines)))
    out: list[Block] = []
    parts: list[list[str]] = []
    into: list[int] = []
    for at, line in enumerate(lines):
        if at and full[at - 1]:
            parts[-1].append(line.text)
        else:
            out.append(line)
            parts.append([line.text])
        into.append(len(out) - 1)
    return [Block(" ".join(words), gap=line.gap) for words, line in zip(parts, out, strict=True)], into


def _full(line: str, after: str, column: int) -> bool:
    """Whether the next line's first word would have run over the column; half a line without a space is no word.

    The column is that of the longest line, and the one that was wrapped at may lie a little beyond.
    """
    word = len(after.split(" ", 1)[0])
    return 2 * word < column and len(line) + 1 + word >= column


def spread(verdicts: Sequence[T], into: Sequence[int]) -> list[T]:
    """For each line as stored the verdict on the joined line that it went into."""
    return [verdicts[at] for at in into]
