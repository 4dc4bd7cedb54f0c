"""Sign-up boxes of an HTML page: what stands in one beside a head that a rule knows goes with it.

The head ("Subscribe to our newsletter") is worded alike everywhere, the promise below it is not; both stand in one
small element with the form to fill in, which no paragraph of the body shares. Where no rule knows the head, the model
may still have cut it, amid an article, and doubt the promise.
"""

from __future__ import annotations

from collections.abc import Sequence

from cleaner.strip.judgement import SURE, Verdict
from cleaner.strip.reading.blocks import HEADINGS, Outline
from cleaner.strip.rules import Rule
from cleaner.strip.structure.boxes import small_boxes

LABEL = "subscribe"
MAX_BLOCKS = 4
"""Blocks of a box, its head among them."""
MAX_ELEMENTS = 40
"""Elements of a box among which its form is looked for."""


def spread(page: Outline, rules: Sequence[Rule | None]) -> list[Rule | None]:
    """For each block the rule that matches it, or else that of the head or promise of the sign-up box around."""
    found = list(rules)
    for at, rule in enumerate(rules):
        if rule is None or rule.label != LABEL or rule.effect != "line":
            continue
        for box in small_boxes.begun_by(page, at, MAX_BLOCKS):
            if _holds_form(page, box):
                for i in range(at + 1, page.ends[box]):
                    found[i] = found[i] or rule
                break
        if at and page.blocks[at - 1].tag in HEADINGS and not found[at - 1] and _is_headed(page, at):
            found[at - 1] = rule
    return found


def _is_headed(page: Outline, at: int) -> bool:
    """Whether the block above a promise heads the box of both, which holds a form."""
    boxes = small_boxes.begun_by(page, at - 1, MAX_BLOCKS)
    return any(page.ends[box] > at and _holds_form(page, box) for box in boxes)


def drop_amid(page: Outline, body: Sequence[float], verdicts: list[Verdict | None]) -> None:
    """Drop what is left, and doubted, of a box with a form amid an article whose first line the model cut.

    ``body`` is the model's probability of each block. Nothing goes above or below all that is surely body.
    """
    sure = [at for at, verdict in enumerate(verdicts) if verdict is None and body[at] >= SURE]
    for at in range(sure[0], sure[-1]) if sure else ():
        verdict = verdicts[at]
        if verdict is None or verdict.label != "model":
            continue
        for box in small_boxes.begun_by(page, at, MAX_BLOCKS):
            left = [i for i in range(at + 1, page.ends[box]) if verdicts[i] is None]
            if left and all(body[i] < SURE for i in left) and _holds_form(page, box):
                for i in left:
                    verdicts[i] = Verdict("subscribe.form")
                break


def _holds_form(page: Outline, box: int) -> bool:
    """Whether a form stands inside an element, whose elements follow it in document order."""
    inside = {box}
    for element in range(box + 1, min(len(page.tags), box + 1 + MAX_ELEMENTS)):
        if page.parents[element] not in inside:
            return False
        if page.tags[element] == "form":
            return True
        inside.add(element)
    return False
