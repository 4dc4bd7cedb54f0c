"""The source of a page, mended where parsers would lose or garble text that a browser shows.

What is here works on the source as one string, so that everybody who reads it afterwards sees the same page.
To search a page from end to end costs as much as to parse a part of it: the first look is at its ends only, the
second at the text that was read from it.
"""

from __future__ import annotations

import re

from cleaner.strip.reading import mojibake
from cleaner.strip.reading.parsing import C1_CONTROL

_END = "</html"
_END_TAG = re.compile(r"</(?:html|body)(?:\s[^<>]{0,200})?>", re.IGNORECASE)
_TAGS = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1|<[^<>]*+>", re.IGNORECASE | re.DOTALL)
_AFTER = 200_000
"""Characters after the end of a page in which text is looked for."""
SMALL = 100_000
"""Characters of a page that is searched as a whole for an end in its middle; so is a larger one that shows little."""
_XHTML = "http://www.w3.org/1999/xhtml"
_PREFIX = re.compile(rf"""xmlns:([a-zA-Z][\w-]{{0,20}})\s{{0,9}}=\s{{0,9}}["']{re.escape(_XHTML)}["']""")
_SELF_CLOSED = re.compile(
    r"<(a|abbr|article|aside|b|button|canvas|div|em|h[1-6]|i|iframe|li|main|nav|noscript|object|ol|p|script|section|span|"
    r"strong|style|table|td|textarea|title|tr|ul|video)(?:\s[^<>]{0,2000}+|/)(?<=/)>",
    re.IGNORECASE,
)
_C1 = "\x93\x92\x94\x96\x97\x85\x91\x84\x80"
"""C1 controls that stand for quotes, dashes, the ellipsis and the euro sign."""
_LAST = 2_000
_LITTLE = 1_500
"""Characters of text by which a large page shows little."""
_XML_START = 2_000
"""Characters of a page's start in which it says that it is XML."""
_CDATA = "<![CDATA["
_LITERAL_BREAK = re.compile(r"(?<=>)(?:\s*\\[nrt])+")
MIN_LITERAL_BREAKS = 3
"""Tags followed by a backslash and an n from which these are line breaks that were escaped once too often."""
_ABOUT_MARKUP = re.compile(r"<(?:code|pre|xmp|samp|kbd)\b|\bentit(?:y|ies)\b", re.IGNORECASE)
_NAMES = (
    r"(?:nbsp|[lr][sd]quo|[bs]dquo|[lr]aquo|quot|apos|hellip|[mn]dash|shy|euro|[aeiouyncAEIOUYNC](?:acute|grave|circ|uml|tilde|"
    r"cedil)|szlig|aring|oslash|aelig|#\d{2,6}|#x[0-9a-fA-F]{2,5});"
)
_ENTITY = re.compile(f"&{_NAMES}")
_DOUBLE_ENTITY = re.compile(f"&amp;(?={_NAMES})")
MIN_DOUBLE_ENTITIES = 2


def repaired(html: str) -> str:
    """The source with its text where parsers find it: nothing after its end, tags without a prefix."""
    last = max(html.rfind(_END), html.rfind(_END.upper(), len(html) - _LAST))
    if last >= 0 and (
        _TAGS.sub("", html[last : last + _AFTER]).strip() or (len(html) < SMALL and html.rfind(_END, 0, last) >= 0)
    ):
        html = _END_TAG.sub("\n", html)
    start = html[:_XML_START]
    if _XHTML in start:
        html = _as_html(html, start)
    elif "<?xml" in start:
        html = _opened(html)
    if (_XHTML in start or "<?xml" in start or "<rss" in start) and _CDATA in html:
        html = html.replace(_CDATA, "").replace("]]>", "")
    if start.count(">\\n") >= MIN_LITERAL_BREAKS and html.count("\\n") <= 4 * html.count(">\\n"):
        html = _LITERAL_BREAK.sub("\n", html).replace('\\"', '"').replace("<\\/", "</")
    return html


def again(html: str, text: str) -> str:
    """The source mended further, if the ``text`` that was read from it shows that it must be; else ``html`` itself."""
    if len(text) < _LITTLE <= len(html) and html.find(_END) != html.rfind(_END):
        html = _END_TAG.sub("\n", html)
    if "&" in text and len(_ENTITY.findall(text)) >= MIN_DOUBLE_ENTITIES and not _ABOUT_MARKUP.search(html):
        html = _DOUBLE_ENTITY.sub("&", html)
    if text.isascii():
        return html
    if any(control in text for control in _C1):
        html = html.translate(C1_CONTROL)
    return mojibake.mended(html) if mojibake.is_likely(text) else html


def _as_html(html: str, start: str) -> str:
    """XHTML: the prefix of its elements goes."""
    for prefix in dict.fromkeys(_PREFIX.findall(start)):
        html = re.sub(rf"(</?){prefix}:(?=[a-zA-Z])", r"\1", html)
    return _opened(html) if "<?xml" in start or _PREFIX.search(start) else html


def _opened(html: str) -> str:
    """XML: an element that closes itself is empty, where HTML would take what follows for its content."""
    return _SELF_CLOSED.sub(lambda tag: f"{tag.group()[:-2]}></{tag.group(1)}>", html)
