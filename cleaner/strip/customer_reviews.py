"""What customers write below a product: other people's words, as comments are below an article.

They are known by the names of their boxes, and go only where the model is in doubt about them and the page tells of the
product beside them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from cleaner.strip.blocks import Outline
from cleaner.strip.boxes import named

MOST = 0.5
"""Mean probability of their words from which reviews are held for body. On sites held out the word F1 of wcxb's
products gains .024 so, and .002 on the pages that the models learned from; without it .026 and -.005."""
LEAST_WORDS = 30
"""Words of body beside the reviews without which they stay."""
_SIGNS = tuple("eview EVIEW jdgm yotpo bazaarvoice bv- BV stamped- spr- loox trustpilot feefo reevoo turnto".split())
_NAME = re.compile(
    r"(?<![A-Za-z])(?:[Rr]eviews?|REVIEWS?)(?![a-z])|(?<=[a-z])Reviews?(?![a-z])"
    r"|(?<![A-Za-z])(?:customer|product|user|individual)reviews?"
    r"|(?<![A-Za-z])review(?:text|body|content|list|s?section)"
    r"|(?<![A-Za-z])(?:jdgm|yotpo|bazaarvoice|bv-|BV[A-Z]|stamped-|spr-|loox|trustpilot|feefo|reevoo|turnto)"
)
"""Names of boxes of reviews, those of widely used plugins among them."""
_OTHER = re.compile(r"ditorial|write|preview", re.IGNORECASE)
"""Reviews by the press are the seller's own words; forms for writing one hold no review."""


def blocks(page: Outline, units: Sequence[float], body: Sequence[float], threshold: float) -> set[int]:
    """Indices of the blocks of a product's page that are reviews; none where these may be what it is about.

    ``units`` are the words of each block, ``body`` the probability that it is body and ``threshold`` that from which
    it is.
    """
    found = named(page, _SIGNS, _is_named)
    kept = [i for i, share in enumerate(body) if share >= threshold]
    reviews = [i for i in kept if i in found]
    words = sum(units[i] for i in reviews)
    beside = sum(units[i] for i in kept) - words
    if not words or beside < LEAST_WORDS or sum(units[i] * body[i] for i in reviews) >= MOST * words:
        return set()
    return found


def _is_named(name: str) -> bool:
    return _NAME.search(name) is not None and _OTHER.search(name) is None
