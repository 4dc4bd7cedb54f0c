"""Polls of an HTML page: what stands in one box with a head that a rule knows goes with it.

The head ("What do you think?") is worded alike everywhere, question and answers are the page's own words.
"""

from __future__ import annotations

from cleaner.strip.judgement import Verdict
from cleaner.strip.prose import is_prose
from cleaner.strip.reading.blocks import Outline
from cleaner.strip.rules import count_words
from cleaner.strip.rules.rule_lookup import matching
from cleaner.strip.structure.boxes import small_boxes

SIGN = "poll"
"""Part of the names of the rules for such heads."""
LEAST, MOST = 3, 12
"""Blocks of a box: a head, a question or two answers; a page's body may well ask what its readers think."""
HEAD_WORDS = 8
LONG = 35
"""Words from which a block is a paragraph, and the box none of a poll."""


def drop(page: Outline, language: str | None, verdicts: list[Verdict | None]) -> None:
    """Drop what stands of a poll whose head the model cut; one whose head it left is a section (``decide``)."""
    for at, verdict in enumerate(verdicts):
        if verdict is None or verdict.label != "model":
            continue
        for box in small_boxes.begun_by(page, at, MOST):
            if page.ends[box] - at >= LEAST:
                _drop_below(at, page.ends[box], page, language, verdicts)
                break


def _drop_below(at: int, end: int, page: Outline, language: str | None, verdicts: list[Verdict | None]) -> None:
    """Drop the lines below the first one of a box, if that is the head of a poll."""
    standing = [i for i in range(at + 1, end) if verdicts[i] is None]
    if not standing or count_words(page.blocks[at].text) > HEAD_WORDS:
        return
    rule = matching(page.blocks[at].text, language, ("tail",))
    if rule is None or rule.effect != "section" or SIGN not in rule.name:
        return
    texts = [page.blocks[i].text for i in standing]
    if any(count_words(text) >= LONG for text in texts) or any(map(_are_prose, texts, texts[1:])):
        return
    for i in standing:
        verdicts[i] = Verdict(rule.name)


def _are_prose(line: str, below: str) -> bool:
    """Whether two lines are paragraphs, which show that prose goes on below a head of any section."""
    return is_prose(line) and is_prose(below)
