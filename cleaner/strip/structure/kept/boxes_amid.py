"""Small elements amid an article that hold sentences of it: a quotation, a short section, a few facts.

They stand where sites put their letters, polls and teasers, and the model doubts them all. What leads nowhere, meets no
rule and holds a sentence stays if the model does not take it for such a box, though it would keep less than half of
these.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cleaner.strip.judgement import Verdict
from cleaner.strip.prose import ends_in_mark
from cleaner.strip.reading.blocks import HEADINGS, Outline
from cleaner.strip.structure.character_shares import BOLD, MAX_LINKED
from cleaner.strip.structure.kept import sure_paragraphs

LEAST = 0.3
"""Mean probability of the box's blocks from which it stays. On 1,941 development pages, judged by models that have not
seen their site, one such line is body and 9 are not: this guards boxes that hardly a labelled page has. The boxes of
``tests/cases/boxes_amid.toml`` are why it is so low."""
MOST = 8
"""Blocks of a box, and between two paragraphs."""
_HEADS = HEADINGS | {"h1"}


def keep(page: Outline, body: Sequence[float], verdicts: list[Verdict | None]) -> None:
    """Keep the boxes between sure paragraphs of one element that hold sentences and that the model alone cut."""
    for above, below, element in sure_paragraphs.pairs(page, body, verdicts):
        if below - above - 1 <= MOST and any(verdicts[above + 1 : below]):
            for box in _boxes(page, element, above, below):
                if _holds_sentences(page, box, body, verdicts):
                    for i in box:
                        verdicts[i] = None


def _boxes(page: Outline, element: int, above: int, below: int) -> Iterator[range]:
    """The blocks of each child of an element, of two or more, between two paragraphs."""
    at = above + 1
    while at < below:
        box = page.child(element, at)
        if box < 0 or page.starts[box] != at or page.ends[box] > below:
            at += 1
            continue
        if page.ends[box] > at + 1:
            yield range(at, page.ends[box])
        at = page.ends[box]


def _holds_sentences(
    page: Outline, box: range, body: Sequence[float], verdicts: Sequence[Verdict | None]
) -> bool:
    """Whether the model alone cut some of a box, and it is a head at most and sentences that lead nowhere."""
    cut = [verdict for verdict in verdicts[box.start : box.stop] if verdict is not None]
    sentences = [ends_in_mark(page.blocks[i].text) for i in box]
    return (
        bool(cut)
        and all(verdict.label == "model" for verdict in cut)
        and all(page.blocks[i].link_share <= MAX_LINKED for i in box)
        and all(sentences[1:])
        and (sentences[0] or page.blocks[box.start].tag in _HEADS or page.blocks[box.start].bold_share > BOLD)
        and sum(body[box.start : box.stop]) >= LEAST * len(box)
    )
