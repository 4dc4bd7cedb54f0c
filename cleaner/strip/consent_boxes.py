"""Boxes that ask for consent to cookies, of any kind of page: their text is prose at length and of no page's own.

They are known by the names that consent management platforms and the plugins of content management systems give them.
What such a platform sets into a page of terms (a list of the cookies) has other names and stays.
"""

from __future__ import annotations

import re

from cleaner.strip import named_boxes
from cleaner.strip.blocks import Outline

MAX_NAME = 300
"""Characters of a name that are read."""
_SIGNS = tuple(
    "consent cookie onetrust optanon didomi usercentrics qc-cmp iubenda osano klaro cmpbox cmpwrapper axeptio "
    "tarteaucitron gdpr sp_message shopify-pc".split()
)
"""One of these is part of each name below."""
_NAME = re.compile(
    r"(?:^|\s)(?:"
    r"onetrust-(?:consent|banner|pc|style)\S*|optanon-(?:alert|popup|menu)\S*"
    r"|didomi-(?:host|popup|notice|consent)\S*|usercentrics-(?:root|cmp-ui|banner)|qc-cmp2?-\S+"
    r"|cybotcookiebotdialog\S*|iubenda-cs-\S+|osano-cm-\S+|klaro|cmpbox2?|cmpwrapper|axeptio_\S+|tarteaucitronroot"
    r"|(?:truste|trustarc)[-_]\S*consent\S*|fc-consent-root|cky-consent-\S+|cmplz-cookiebanner\S*|moove_gdpr_\S+"
    r"|borlabscookie(?:box|banner)?|hs-eu-cookie-confirmation\S*|eu-cookie-compliance-\S+|shopify-pc__\S+"
    r"|sp_message_container\S*|cookie-law-info-bar"
    r"|(?:\w+[-_])?(?:cookies?|gdpr|cookies?[-_]?consent|consent)"
    r"[-_]?(?:banner|bar|notice|popup|modal|dialog|overlay|manager|preferences|preference-center)"
    r")(?:\s|$)",
    re.IGNORECASE,
)
_OF_THE_PAGE = frozenset(("h1", "main", "article"))
"""What no such box holds."""


def blocks(page: Outline) -> list[int]:
    """Indices of the blocks that stand in boxes for consent, in order."""
    return [i for numbers, _ in named_boxes.outermost(page, _SIGNS, _kind_of, _OF_THE_PAGE) for i in numbers]


def _kind_of(name: str) -> str:
    return "consent" if _NAME.search(name[:MAX_NAME]) is not None else ""
