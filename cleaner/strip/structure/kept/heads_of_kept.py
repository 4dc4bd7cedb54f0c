"""A head goes with what it heads: one that only the model cut stays if the block right below it does.

Heads are short, and the model has seen as many over teasers as over sections.
"""

from __future__ import annotations

from collections.abc import Sequence

from cleaner.strip.judgement import Verdict
from cleaner.strip.reading.blocks import HEADINGS, Outline
from cleaner.strip.structure.character_shares import MAX_LINKED

LEAST = 0.2
"""Probability from which such a head stays. On 1,941 development pages, judged by models that have not seen their site,
485 are body and 160 are not, with these the lines below most often neither."""


def keep(page: Outline, body: Sequence[float], verdicts: list[Verdict | None]) -> None:
    """Keep the heads of blocks that stay; not the first, above which the headline may stand once more."""
    begun = False
    for at, below in enumerate(verdicts[1:]):
        verdict = verdicts[at]
        if verdict is None:
            begun = True
        elif below is None and begun and verdict.label == "model" and body[at] >= LEAST:
            block = page.blocks[at]
            if block.tag in HEADINGS and block.link_share <= MAX_LINKED:
                verdicts[at] = None
