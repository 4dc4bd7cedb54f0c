"""Two articles in, what they have in place of each other out, as a person reads it."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from cleaner.collapse.alignment import Gap, Grams, Reading, Span, align
from cleaner.collapse.words import Written
from cleaner.records import Article

_MOST_SHOWN, _MOST_MATCHED = 6, 400


def differing(one: Article, other: Article, grams: Grams | None = None, others: Grams | None = None) -> list[str]:
    """What two texts have in place of each other, as a person reads it: ``5.1 / 6.3``; the first few places.

    ``grams`` and ``others`` are the hashes of each text's runs of words, as ``Reading`` takes them, where known.
    """
    laid = align(Reading(one.text, grams), Reading(other.text, others))
    mine, theirs = Written(laid.left.composed), Written(laid.right.composed)
    shown: list[str] = []
    for gap in sorted(laid.gaps, key=lambda gap: (gap.right, gap.left)):
        for (a, b), (c, d) in _exchanged(mine, theirs, gap):
            pair = _cut(mine.words(a, b)), _cut(theirs.words(c, d))
            if pair[0] != pair[1] and (told := " / ".join(pair)) not in shown:
                shown.append(told)
            if len(shown) == _MOST_SHOWN:
                return shown
    return shown


def _exchanged(left: Written, right: Written, gap: Gap) -> Iterator[tuple[Span, Span]]:
    """The words of a gap that stand in place of each other, without what both have between them."""
    (a, b), (c, d) = gap.left, gap.right
    if a == b or c == d:
        return
    if b - a + d - c > _MOST_MATCHED:
        yield gap.left, gap.right
        return
    mine, theirs = left.tokens(a, b), right.tokens(c, d)
    for kind, i, j, k, m in SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes():
        if kind == "replace":
            yield (a + i, a + j), (c + k, c + m)


def _cut(text: str, most: int = 60) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
