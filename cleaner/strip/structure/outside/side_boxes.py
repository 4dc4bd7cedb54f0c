"""What stands beside what a page of another kind is about: customers' reviews, other products, filters, dialogs.

Such boxes are known by their names, and go only where the model is in doubt about them and something else is left. The
models are told of names too, but have seen too few of these pages to trust them on sites that they do not know.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from cleaner.strip.reading.blocks import Outline
from cleaner.strip.structure.outside import named_boxes

MOST = 0.5
"""Mean probability of a box's words from which it is held for body. On sites held out the word F1 of wcxb's products
gains .03 so, listings .006, services .002, and none of them loses on the pages that the models learned from; with .6
products lose .001 there."""
LEAST_WORDS = 30
"""Words of body beside the boxes without which they stay."""
MAX_SHARE = 0.5
"""Share of the page's body up to which a box other than of reviews is one: items may stand in what filters them."""
MAX_NAME = 300
"""Characters of a name that are read."""
KINDS = {
    "product": frozenset("review dialog tooltip filter related unseen site".split()),
    "listing": frozenset("dialog tooltip filter unseen".split()),
    "collection": frozenset("tooltip unseen".split()),
    "service": frozenset("related tooltip".split()),
    "forum": frozenset("dialog".split()),
}
"""By the kind of a page the boxes that are beside it: others lose there on sites held out or on the learned pages."""
_BOX = re.compile(
    r"(?P<review>(?<![A-Za-z])(?:[Rr]eviews?|REVIEWS?)(?![a-z])|(?<=[a-z])Reviews?(?![a-z])"
    r"|(?<![A-Za-z])(?:customer|product|user|individual)reviews?|(?<![A-Za-z])review(?:text|body|content|list|s?section)"
    r"|(?<![A-Za-z])(?:jdgm|yotpo|bazaarvoice|bv-|BV[A-Z]|stamped-|spr-|loox|trustpilot|feefo|reevoo|turnto)"
    r"|(?i:(?<![A-Za-z])comments?(?![a-z])|disqus))"
    r"|(?P<tooltip>(?i:tooltip))"
    r"|(?P<dialog>(?i:modal|pop-?up|drawer|lightbox|off-?canvas|fly-?out|overlay))"
    r"|(?P<filter>(?i:(?<![A-Za-z])filter|facet|sort-?by|refine))"
    r"|(?P<related>(?i:(?<![A-Za-z])related|recommend|you-?may|also-?(?:bought|like|viewed)|up-?sell|cross-?sell"
    r"|recently-?viewed|similar-?(?:item|product)|complete-?the-?look))"
    r"|(?P<unseen>(?i:visually-?hidden|(?:^|\s)sr-only|screen-?reader|(?:^|\s)blind(?:\s|$)))"
    r"|(?P<site>(?i:site-?header|page-?header|top-?bar|announcement|promo-?bar|footer|newsletter|subscribe|sign-?up))"
)
_SIGNS = {
    "review": "review jdgm yotpo bazaarvoice bv stamped- spr- loox trustpilot feefo reevoo turnto comment "
    "disqus".split(),
    "tooltip": ["tooltip"],
    "dialog": "modal popup pop-up drawer lightbox canvas fly overlay".split(),
    "filter": "filter facet sort refine".split(),
    "related": "related recommend you also sell recently similar complete".split(),
    "unseen": "hidden sr-only screen blind".split(),
    "site": "header top announce promo footer newsletter subscri signup sign-up".split(),
}
"""One of these is part of each of those names."""
_NO_REVIEW = re.compile(r"ditorial|write|preview", re.IGNORECASE)
"""Reviews by the press are the seller's own words; forms for writing one hold no review."""


def boxes_in(page: Outline, kind: str | None) -> list[tuple[range, str]]:
    """Boxes beside what a page of this ``kind`` is about: the blocks of each, and what it is."""
    wanted = KINDS.get(kind or "")
    if not wanted:
        return []
    signs = [sign for what in sorted(wanted) for sign in _SIGNS[what]]
    return named_boxes.outermost(page, signs, lambda name: _kind_of(name[:MAX_NAME], wanted))


def doubtful(
    found: Sequence[tuple[range, str]], units: Sequence[float], body: Sequence[float], least: float
) -> dict[int, str]:
    """The blocks of those boxes that the model doubts, each with what it is in; none where too little would be left.

    ``units`` are the words of each block of the page, ``body`` the probability that it is body and ``least`` that from
    which it is.
    """
    aside: dict[int, str] = {}
    words = left = sum(n for n, share in zip(units, body, strict=True) if share >= least)
    for numbers, what in found:
        kept = [i for i in numbers if body[i] >= least]
        own = sum(units[i] for i in kept)
        small = what == "review" or own <= MAX_SHARE * words
        if kept and small and sum(units[i] * body[i] for i in kept) < MOST * own:
            aside.update(dict.fromkeys(numbers, what))
            left -= own
    return aside if left >= LEAST_WORDS else {}


@lru_cache(maxsize=20_000)
def _kind_of(name: str, wanted: frozenset[str]) -> str:
    for match in _BOX.finditer(name):
        what = match.lastgroup or ""
        if what in wanted and (what != "review" or _NO_REVIEW.search(name) is None):
            return what
    return ""
