"""Stored text whose paragraphs were hard-wrapped at a column: its lines joined for reading, one verdict for all.

A line was wrapped when the first word of the next one would not have fitted behind it. Only the models and
the rules see the joined lines; the article and its cuts keep the lines as they were stored.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TypeVar

from cleaner.strip.prose import ends_in_mark
from cleaner.strip.reading.blocks import Block, merged

MIN_COLUMN, MAX_COLUMN = 50, 110
"""Characters of the longest line of a page that may have been wrapped: editors and mailers wrap at 65 to 100."""
MIN_FULL = 3
"""Full lines that must end amid a sentence; joining lines in vain does little, as each stays as it was stored."""
MIN_SET_APART = 3
"""Blank lines of a text all of whose other line ends may be those of full lines: there one such line says enough."""
MIN_SHARE = 0.5
"""Share of the lines that no blank line follows which must be full, from the first full one to the last: a headline
stands above them, and menus and boxes around them."""

T = TypeVar("T")


def joined(lines: Sequence[Block]) -> tuple[list[Block], list[int]]:
    """The lines with wrapped ones joined, and for each line as stored the joined one that it went into.

    A text that was not wrapped comes back as it is. What stands behind the end of a sentence, has nothing joined to it
    and ends in no mark is no part of a paragraph: the first button of a bar under it.
    """
    column = max((len(line.text) for line in lines), default=0)
    pairs = list(itertools.pairwise(lines))
    full = [not after.gap and _full(line.text, after.text, column) for line, after in pairs]
    at_full = [at for at, is_full in enumerate(full) if is_full]
    if not MIN_COLUMN <= column <= MAX_COLUMN or not _is_wrapped(pairs, at_full):
        return list(lines), list(range(len(lines)))
    into = [0]
    for at, (line, is_full) in enumerate(zip(lines[1:], [*full[1:], False], strict=True), 1):
        is_label = ends_in_mark(lines[at - 1].text) and not ends_in_mark(line.text) and not is_full
        goes_on = full[at - 1] and not is_label and not (at == 1 and _is_headline(lines[0].text, line.text))
        into.append(into[-1] if goes_on else into[-1] + 1)
    return merged(lines, into, " ".join), into


def _is_wrapped(pairs: Sequence[tuple[Block, Block]], full: Sequence[int]) -> bool:
    """Whether the lines that are full are those of a wrapped text."""
    amid = sum(not ends_in_mark(pairs[at][0].text) for at in full)
    set_apart = sum(after.gap for _, after in pairs)
    if amid and set_apart >= MIN_SET_APART and len(full) + set_apart == len(pairs):
        return True
    if amid < MIN_FULL:
        return False
    followed = sum(not after.gap for _, after in pairs[full[0] : full[-1] + 1])
    return len(full) >= MIN_SHARE * followed


def _full(line: str, after: str, column: int) -> bool:
    """Whether the next line's first word would have run over the column; half a line without a space is no word.

    The column is that of the longest line, and the one that was wrapped at may lie a little beyond.
    """
    word = len(after.split(" ", 1)[0])
    return 2 * word < column and len(line) + 1 + word >= column


def _is_headline(first: str, second: str) -> bool:
    """Whether the first line of a text is no part of the second: it ends in no mark, and the second begins anew."""
    return not ends_in_mark(first) and second.lstrip("\"'“„«»‘(¿¡—–- ")[:1].isupper()


def spread(verdicts: Sequence[T], into: Sequence[int]) -> list[T]:
    """For each line as stored the verdict on the joined line that it went into."""
    return [verdicts[at] for at in into]
