"""Sentences that the model doubts between paragraphs that are surely body.

Somebody's four words, or a line that a site sets in an element of another kind: the model has seen more boxes than
such lines. What stands between two sure paragraphs in the same element, ends as a sentence does and meets no rule is
kept.
"""

from __future__ import annotations

from collections.abc import Sequence

from cleaner.strip.judgement import Verdict
from cleaner.strip.prose import ends_in_mark
from cleaner.strip.reading.blocks import Outline
from cleaner.strip.structure.character_shares import LINKED, MAX_LINKED
from cleaner.strip.structure.kept import sure_paragraphs

LEAST = 0.1
"""Probability from which such a sentence stays. On 1,941 development pages, judged by models that have not seen their
site, 6 are body and 5 are not: this guards lines that hardly a labelled page has."""
IN_A_ROW = 2
"""Such lines between two paragraphs."""
_TAGS = frozenset("p div blockquote section pre".split())


def keep(page: Outline, body: Sequence[float], verdicts: list[Verdict | None]) -> None:
    """Keep the sentences between sure paragraphs that the model cut."""
    for above, below, element in sure_paragraphs.pairs(page, body, verdicts):
        between = [i for i in range(above + 1, below) if not _is_by_itself(page, i, verdicts[i])]
        if len(between) <= IN_A_ROW and all(_is_sentence(page, i, element, body, verdicts) for i in between):
            for i in between:
                verdicts[i] = None


def _is_by_itself(page: Outline, at: int, verdict: Verdict | None) -> bool:
    """Whether a line that goes is an advertisement's mark or leads to another report."""
    return verdict is not None and (verdict.label == "advert" or page.blocks[at].link_share >= LINKED)


def _is_sentence(
    page: Outline, at: int, element: int, body: Sequence[float], verdicts: Sequence[Verdict | None]
) -> bool:
    block, verdict = page.blocks[at], verdicts[at]
    return (
        (verdict is None or verdict.label == "model")
        and body[at] >= LEAST
        and block.tag in _TAGS
        and block.link_share <= MAX_LINKED
        and page.around(at) == element
        and ends_in_mark(block.text)
    )
