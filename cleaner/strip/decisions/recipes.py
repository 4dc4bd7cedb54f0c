"""What a recipe lists, in stored text: quantities, which the line model takes for scraps where they stand first."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from cleaner.strip.judgement import UNSURE, Verdict
from cleaner.strip.rules import count_words
from cleaner.strip.rules.quantities import QUANTITY

LEAST = 0.05
"""Probability from which quantities, two or more in a row, stay, and the head right above them. On 1,122 development
pages' stored lines 3 stay for it, all of them body: it guards texts that hardly a labelled page is. Set by hand."""
MIN_ROW = 2
HEAD_WORDS = 3


def kept(lines: Sequence[str], body: Sequence[float], verdicts: Sequence[Verdict | None]) -> list[int]:
    """The quantities that the model alone cut from rows of some, and the heads right above these rows."""
    found: list[int] = []
    is_quantity = [QUANTITY.match(line) is not None for line in lines]
    at = 0
    for quantities, group in itertools.groupby(is_quantity):
        start, at = at, at + len(list(group))
        if not quantities or at - start < MIN_ROW:
            continue
        row = range(start, at)
        if not any(verdicts[i] is None for i in row):
            continue
        found += [i for i in row if _is_doubted(verdicts[i]) and body[i] >= LEAST]
        head = start - 1
        if head >= 0 and _is_doubted(verdicts[head]) and body[head] >= LEAST and _is_head(lines[head]):
            found.append(head)
    return found


def _is_doubted(verdict: Verdict | None) -> bool:
    return verdict is not None and verdict.label in UNSURE


def _is_head(line: str) -> bool:
    return count_words(line) <= HEAD_WORDS and not any(char.isdigit() for char in line)
