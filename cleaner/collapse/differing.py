"""What two texts have in place of each other, as a person reads it."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from cleaner.collapse.aligned import Alignment, Gap, Reading, Span, align
from cleaner.collapse.words import Written
from cleaner.records import Article

_MOST_SHOWN, _MOST_MATCHED = 6, 400


def differing(one: Article, other: Article) -> list[str]:
    """What two texts have in place of each other, as a person reads it: ``5.1 / 6.3``; the first few places."""
    laid = align(Reading(one.text), Reading(other.text))
    mine, theirs = Written(one.text), Written(other.text)
    shown: list[str] = []
    for gap in sorted(laid.gaps, key=lambda gap: (gap.right, gap.left)):
        for (a, b), (c, d) in _exchanged(laid, gap):
            pair = _cut(mine.words(a, b)), _cut(theirs.words(c, d))
            if pair[0] != pair[1] and (told := " / ".join(pair)) not in shown:
                shown.append(told)
            if len(shown) == _MOST_SHOWN:
                return shown
    return shown


def _exchanged(laid: Alignment, gap: Gap) -> Iterator[tuple[Span, Span]]:
    """The words of a gap that stand in place of each other, without what both have between them."""
    (a, b), (c, d) = gap.left, gap.right
    mine, theirs = laid.left.tokens[a:b], laid.right.tokens[c:d]
    if not mine or not theirs:
        return
    if len(mine) + len(theirs) > _MOST_MATCHED:
        yield gap.left, gap.right
        return
    for kind, i, j, k, m in SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes():
        if kind == "replace":
            yield (a + i, a + j), (c + k, c + m)


def _cut(text: str, most: int = 60) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
