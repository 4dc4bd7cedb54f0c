"""Heads of a text's own parts that rules take for words of the site's interface: "Tools", "Contact", "Privacy".

A guide has a part on tools and a recipe book one on resources, and their heads are the words of every site's menu. Such
a head stands amid the text, as others do, and right above a paragraph that is surely body; a box has a
paragraph of its own kind below its head.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from cleaner.strip.judgement import Verdict
from cleaner.strip.reading.blocks import HEADINGS, Outline
from cleaner.strip.rules import count_words
from cleaner.strip.structure.character_shares import BOLD, MAX_LINKED

LABELS = frozenset("breadcrumb cookie copyright navigation paywall share sources subscribe tags".split())
"""Labels of such words. What the others name leads elsewhere under a head of its own: promises and related reports."""
LEAST, LEAST_BELOW = 0.35, 0.85
"""Probability from which such a head stays, and of the line below it: of 35 on 1,941 development pages, judged by
models that have not seen their site, 29 are body."""
MAX_WORDS = 8
"""Words of a head."""
NEAR = 3
"""Lines up to the one above that stays."""
ALIKE = 2
"""Heads of one form from which they are those of a text."""
_HEADS = HEADINGS | {"dt"}
_EXCEPT = ("navigation.contents", "navigation.feedback")
"""Rules of heads that have something of their own below them that may look like the text."""


def keep(page: Outline, body: Sequence[float], verdicts: list[Verdict | None]) -> None:
    """Keep the heads amid the text that rules cut, if there is another of their form."""
    found = {i for i in range(1, len(verdicts) - 1) if _is_head(page, i, body, verdicts)}
    if not found:
        return
    forms = Counter(_form(page, i) for i, verdict in enumerate(verdicts) if verdict is None or i in found)
    for i in found:
        if forms[_form(page, i)] >= ALIKE:
            verdicts[i] = None


def _is_head(page: Outline, at: int, body: Sequence[float], verdicts: Sequence[Verdict | None]) -> bool:
    """Whether a rule cut this line, which stands amid the text like a head of what is below it."""
    verdict, block = verdicts[at], page.blocks[at]
    return (
        verdict is not None
        and verdict.score is None
        and verdict.label in LABELS
        and body[at] >= LEAST
        and verdicts[at + 1] is None
        and body[at + 1] >= LEAST_BELOW
        and (block.tag in _HEADS or block.bold_share >= BOLD)
        and block.link_share <= MAX_LINKED
        and not verdict.rule.endswith(_EXCEPT)
        and count_words(block.text) <= MAX_WORDS
        and _form(page, at + 1) != _form(page, at)
        and None in verdicts[max(at - NEAR, 0) : at]
    )


def _form(page: Outline, at: int) -> tuple[str, str, bool]:
    """The block's tag and class, and whether it is set in bold."""
    block = page.blocks[at]
    heads = block.tag in _HEADS
    return (block.tag, page.classes[block.container], not heads and block.bold_share >= BOLD)
