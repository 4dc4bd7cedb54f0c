"""Rows of tables that rules take for a bar of a page's furniture: "Built | 1817", "Born | 2 May 1933".

The cells of a row stand in one line as the entries of a bar do, and half of them may be a number, a date, the name of a
network or a word of a menu. Markup tells the two apart.
"""

from __future__ import annotations

from collections.abc import Sequence

from cleaner.strip.judgement import Verdict
from cleaner.strip.reading.blocks import Outline
from cleaner.strip.rules.rule_lookup import matching

LEAST = 0.5
"""Probability from which such a row stays: on 1,941 development pages, judged by models that have not seen their site,
14 are body and none is not."""
_OTHERS = ("model", "headline", "outside", "scrap", "advert")
"""Labels of what goes for another reason, or by what a shop says in a table of its offers."""


def keep(page: Outline, language: str | None, body: Sequence[float], verdicts: list[Verdict | None]) -> None:
    """Keep the rows of two cells and more that a rule cut and the model holds for body.

    A row of which rules know every cell is a bar, or the days of a calendar.
    """
    for i, (block, verdict) in enumerate(zip(page.blocks, verdicts, strict=True)):
        if verdict is None or body[i] < LEAST or block.tag != "tr" or " | " not in block.text:
            continue
        by_rule = verdict.score is None and verdict.label not in _OTHERS
        if by_rule and any(matching(cell, language) is None for cell in block.text.split(" | ")):
            verdicts[i] = None
