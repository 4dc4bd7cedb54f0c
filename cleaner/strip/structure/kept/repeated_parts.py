"""Parts that are repeated in one form: what the model doubts of one stays if the same of the others does.

A catalogue, a programme or the steps of a guide give each item the same elements. The model sees a line and what is
around it, so that of the last item it may take the name for the head of a box.
"""

from __future__ import annotations

from collections.abc import Sequence

from cleaner.strip.judgement import Verdict
from cleaner.strip.reading.blocks import Outline
from cleaner.strip.rules import count_words

LEAST = 0.25
"""Probability from which such a line stays. Of 83 of these on 870 development pages 60 are body."""
MAX_WORDS = 8
"""Words of a line that is the name of an item or what is noted beside it: longer ones the model knows better."""
NEAR = 3
"""Lines up to the next that stays, above and below."""
OTHERS = 2
"""Lines in the same elements that stay, for each that goes, and at least."""


def keep_with_their_like(page: Outline, body: Sequence[float], verdicts: list[Verdict | None]) -> None:
    """Keep the lines that the model cut and of whose form others stay, amid what stays."""
    doubted = [i for i, verdict in enumerate(verdicts) if verdict is not None and body[i] >= LEAST]
    doubted = [i for i in doubted if (verdict := verdicts[i]) is not None and verdict.label == "model"]
    doubted = [i for i in doubted if _is_amid(i, verdicts) and count_words(page.blocks[i].text) <= MAX_WORDS]
    if not doubted:
        return
    asked = {_form(page, i) for i in doubted}
    number = dict.fromkeys(asked, 0)
    gone = dict.fromkeys(asked, 0)
    for i, verdict in enumerate(verdicts):
        form = _form(page, i)
        if form in asked:
            (number if verdict is None else gone)[form] += 1
    for i in doubted:
        form = _form(page, i)
        if number[form] >= OTHERS * gone[form]:
            verdicts[i] = None


def _is_amid(at: int, verdicts: Sequence[Verdict | None]) -> bool:
    """Whether a line stays not far above and not far below."""
    return None in verdicts[max(at - NEAR, 0) : at] and None in verdicts[at + 1 : at + 1 + NEAR]


def _form(page: Outline, at: int) -> tuple[str, ...]:
    """The block's tag, and tag and class of the two elements that it stands in."""
    block = page.blocks[at]
    form = [block.tag]
    element = block.container
    for _ in range(2):
        if element < 0:
            break
        form += (page.tags[element], page.classes[element])
        element = page.parents[element]
    return tuple(form)
