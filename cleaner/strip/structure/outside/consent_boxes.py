"""Boxes that ask for consent to cookies, of any kind of page: their text is prose at length and of no page's own.

They are known by the names that consent management platforms and the plugins of content management systems give them.
What such a platform sets into a page of terms (a list of the cookies) has other names and stays. A name that anybody
may give (``cookie-bar``, ``consent-notice``) does not count inside an article.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from cleaner.strip.reading.blocks import Outline
from cleaner.strip.rules import count_words
from cleaner.strip.structure.outside import named_boxes

LEAST_WORDS = 10
"""Words of body beside such boxes without which they are left to the model: one of them may wrap the page."""
MAX_NAME = 300
"""Characters of a name that are read."""
_SIGNS = tuple(
    "consent cookie onetrust optanon didomi usercentrics qc-cmp iubenda osano klaro cmpbox cmpwrapper axeptio "
    "tarteaucitron gdpr sp_message shopify-pc".split()
)
"""One of these is part of each name below."""
_NAME = re.compile(
    r"(?<!\S)(?:"
    r"onetrust-(?:consent|banner|pc|style)\S*|optanon-(?:alert|popup|menu)\S*"
    r"|didomi-(?:host|popup|notice|consent)\S*|usercentrics-(?:root|cmp-ui|banner)|qc-cmp2?-\S+"
    r"|cybotcookiebotdialog\S*|iubenda-cs-\S+|osano-cm-\S+|klaro|cmpbox2?|cmpwrapper|axeptio_\S+|tarteaucitronroot"
    r"|(?:truste|trustarc)[-_]\S*consent\S*|fc-consent-root|cky-consent-\S+|cmplz-cookiebanner\S*|moove_gdpr_\S+"
    r"|borlabscookie(?:box|banner)?|hs-eu-cookie-confirmation\S*|eu-cookie-compliance-\S+|shopify-pc__\S+"
    r"|sp_message_container\S*|cookie-law-info-bar"
    r"|(?P<plain>(?:\w+[-_])?(?:cookies?|gdpr|cookies?[-_]?consent|consent)"
    r"[-_]?(?:banner|bar|notice|popup|modal|dialog|overlay|manager|preferences|preference-center))"
    r")(?!\S)",
    re.IGNORECASE,
)
_OF_THE_PAGE = frozenset(("h1", "main", "article"))
"""What no such box holds."""
_PLAIN = "plain"


def blocks(page: Outline) -> list[int]:
    """Indices of the blocks that stand in boxes for consent, in order."""
    found = named_boxes.outermost(page, _SIGNS, _kind_of, _OF_THE_PAGE)
    depth = _depth(page) if any(kind == _PLAIN for _, kind in found) else []
    return [i for numbers, kind in found for i in numbers if kind != _PLAIN or not depth[i]]


def leave_enough(page: Outline, found: Sequence[int], kept: Sequence[bool]) -> bool:
    """Whether words of body are left without the blocks ``found``; ``kept`` are those that the model holds for it."""
    outside = set(found)
    words = (count_words(block.text) for i, block in enumerate(page.blocks) if kept[i] and i not in outside)
    return any(total >= LEAST_WORDS for total in itertools.accumulate(words))


def _kind_of(name: str) -> str:
    kinds = {match.lastgroup for match in _NAME.finditer(name[:MAX_NAME])}
    return "platform" if None in kinds else _PLAIN if kinds else ""


def _depth(page: Outline) -> list[int]:
    """For each block, in how many articles it stands."""
    steps = [0] * (len(page.blocks) + 1)
    for tag, start, end in zip(page.tags, page.starts, page.ends, strict=True):
        if tag == "article":
            steps[start] += 1
            steps[end] -= 1
    return list(itertools.accumulate(steps))
