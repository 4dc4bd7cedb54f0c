"""Listings: the lines of a preformatted element that is no running text stay or go together.

A brace, a comment or a ``#include`` alone looks like residue or a list of tags; a listing without it says something
else. A letter or an old page set in one such element is running text, whose lines are judged each by itself, and so
are those of a listing that would go while running text of it stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import regex

from cleaner.strip.judgement import Verdict
from cleaner.strip.prose import is_prose
from cleaner.strip.reading.blocks import Block, Outline
from cleaner.strip.rules import count_words

_TAG = "pre"
MAX_PROSE = 0.5
"""Share of the characters that stand in sentences up to which it is a listing."""
MIN_WORDS, MAX_SIGNS = 8, 0.1
"""Words of such a line that was wrapped, and share of its characters that are neither letters nor spaces. Set by hand:
sentences have up to 0.07, declarations in C or Java 0.1 and more."""
_SIGN = regex.compile(r"[^\p{L}\p{M}\s]")
_SAY_NOTHING = frozenset(("residue",))
"""Labels that a line of nothing but signs gets, whatever is around it."""
_APART = frozenset(("headline", "outside"))
"""Labels of lines that are left out of it: the headline went into the title, other articles are elsewhere."""


def settle(page: Outline, verdicts: list[Verdict | None]) -> None:
    """Give all lines of each listing one verdict, that of most of its characters.

    Changes ``verdicts``, one a block of ``page``. Time is linear in the blocks.
    """
    for lines in _listings(page):
        given = {i: verdict for i in lines if (verdict := verdicts[i]) is None or verdict.label not in _APART}
        told = [verdict for verdict in given.values() if verdict is not None]
        if not 0 < len(told) < len(given):
            continue
        stays = goes = 0
        for i, verdict in given.items():
            size = len(page.blocks[i].text)
            if verdict is None:
                stays += size
            elif verdict.label not in _SAY_NOTHING:
                goes += size
        if stays >= goes:
            joint = None
        elif _is_running([page.blocks[i] for i, verdict in given.items() if verdict is None]):
            continue
        else:
            rule = Counter(verdict.rule for verdict in told).most_common(1)[0][0]
            joint = next(verdict for verdict in told if verdict.rule == rule)
        for i, verdict in given.items():
            verdicts[i] = verdict if verdict is not None and joint is not None else joint


def _listings(page: Outline) -> Iterator[range]:
    if _TAG not in page.tags:
        return
    stop = 0
    for tag, first, end in zip(page.tags, page.starts, page.ends, strict=True):
        if tag == _TAG and first >= stop and end - first > 1 and not _is_running(page.blocks[first:end]):
            stop = end
            yield range(first, end)


def _is_running(lines: Sequence[Block]) -> bool:
    running = sum(len(line.text) for line in lines if is_prose(line.text) or _is_of_words(line.text))
    return running > MAX_PROSE * sum(len(line.text) for line in lines)


def _is_of_words(line: str) -> bool:
    """Whether a line is one of a paragraph that was wrapped: words, and hardly a sign or digit."""
    return count_words(line) >= MIN_WORDS and len(_SIGN.findall(line)) <= MAX_SIGNS * len(line)
