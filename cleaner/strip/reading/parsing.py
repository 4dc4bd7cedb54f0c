"""From the source of a page to its tree, or to flattened text when no tree can be made of it."""

from __future__ import annotations

import codecs
import itertools
import re
from collections.abc import Iterable

import lxml.etree
import lxml.html

from cleaner.strip.reading import page_elements
from cleaner.strip.reading.inlining import inline
from cleaner.strip.reading.page_elements import PageElements

CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff]")
C1_CONTROL = {code: bytes((code,)).decode("cp1252", "ignore") for code in range(128, 160)}
"""What the C1 controls in a text were before somebody took windows-1252 for Latin-1."""
_CONTROL_BYTES = bytes(byte for byte in range(128) if CONTROL.match(chr(byte)))
_FEED_IS_SPACE = bytes.maketrans(b"\f", b" ")
"""HTML takes a form feed for white space, XML has none, and so lxml refuses to write one into a tree."""
ONE_CLASS = lxml.etree.ElementDefaultClassLookup(
    element=lxml.html.HtmlElement, comment=lxml.html.HtmlComment, pi=lxml.html.HtmlProcessingInstruction
)
"""All elements are of one class: to ask Python for that of each, as lxml.html does for those of forms, takes a tenth of
the time of reading a page's tree."""
_TOO_DEEP = "Excessive depth"
"""How libxml2 says that it stopped; ids and tags of a page, which may be called anything, stand in other messages."""
_NONCHARACTERS = ("\ufffe", "\uffff")
_LAYOUT_MARKS = ("p", "h1", "h2", "h3", "br", "table", "article", "section")
_TABLE_PARTS = ("caption", "colgroup", "thead", "tbody", "tfoot", "tr", "td", "th")
MIN_LAYOUT_CELL = 400
"""Characters of the cell that makes a table a layout."""
_CELLS = ("td", "th")
_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*+>?")
_UNREAD = re.compile(r"<(script|style)\b", re.IGNORECASE)
LARGE = 50_000
"""Bytes from which a page's attributes are counted: on a smaller one they cost a second or two at worst."""
_SPACE = " \t\n\f\r"
_ATTRIBUTE = (
    rf"[^{_SPACE}/>][^{_SPACE}/>=]*+"
    rf"(?:[{_SPACE}]*+=[{_SPACE}]*+(?:\"[^\"]*+\"|'[^']*+'|[^{_SPACE}>]*+))?+"
)
"""As HTML's tokeniser reads one (HTML Standard, 13.2.5.32 to 40): slashes stand between two, a value is not needed."""
_ATTRIBUTES = rf"(?:[{_SPACE}/]*+{_ATTRIBUTE})*+"
_RAW = "|".join(
    rf"(?i:{name})(?=[{_SPACE}/>]){_ATTRIBUTES}>?[^<]*+(?:<(?!/(?i:{name}))[^<]*+)*+" for name in ("script", "style")
)
_OPENING = re.compile(
    rf"<(?:(?=[sS])(?:{_RAW})|[a-zA-Z][^{_SPACE}/>]*+{_ATTRIBUTES}|!--(?:-?>|[^-]*+(?:-(?!-!?>)[^-]*+)*+))".encode()
)
"""A comment, a script or a style sheet, which hold no elements, or else an element's tag. It has no groups, so that
those of a page are found at once."""
_TAG_ATTRIBUTES = re.compile(rf"<[a-zA-Z][^{_SPACE}/>]*+({_ATTRIBUTES})".encode())
_ONE = re.compile(rf"[{_SPACE}/]*+{_ATTRIBUTE}".encode())
MAX_ATTRIBUTES = 3_000
"""Attributes of one element; libxml2's time is the square of their number, and no clock can stop it."""
CROWDED_ELEMENTS = 4
"""So many of them may have that many, more of them fewer."""
LONG_TAG = 1_000
"""Bytes from which a tag's attributes are counted: 500 at most in a shorter one."""



def parse(html: str) -> lxml.html.HtmlElement | None:
    """The page's tree, or None when there is no element in it or it cannot be read whole: nested too deep."""
    page = parsed(html)
    return page.root if page is not None else None


def parsed(html: str) -> PageElements | None:
    """As ``parse``, with the elements of the page that say something of it."""
    parser = lxml.html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, collect_ids=False
    )
    parser.set_element_class_lookup(ONE_CLASS)
    if any(character in html for character in _NONCHARACTERS):
        html = CONTROL.sub("", html)
    data = _utf8(html).translate(_FEED_IS_SPACE, _CONTROL_BYTES)
    if _is_crowded(data):
        return None
    try:
        root = lxml.html.document_fromstring(data, parser=parser)
    except lxml.etree.ParserError:
        return None
    except lxml.etree.XMLSyntaxError:
        return None
    if any(entry.message.startswith(_TOO_DEEP) for entry in parser.error_log.filter_from_errors()):
        return None
    page = page_elements.of(root)
    if inline(root, page.holders):
        page = page_elements.of(root)
    _unfold_layout_tables(page.tables)
    return page


def _utf8(html: str) -> bytes:
    """The source in UTF-8; half a pair of surrogates is a question mark.

    Read as a buffer, a string keeps its UTF-8, which resiliparse then finds there and need not make again.
    """
    try:
        return codecs.readbuffer_encode(html)[0]
    except UnicodeEncodeError:
        return html.encode("utf-8", "replace")


def _is_crowded(data: bytes) -> bool:
    """Whether elements of a large page have too many attributes. One pass, whatever they look like."""
    if len(data) < LARGE:
        return False
    work = 0
    for tag in [tag for tag in _OPENING.findall(data) if len(tag) > LONG_TAG]:
        if (found := _TAG_ATTRIBUTES.match(tag)) is not None:
            attributes = _ONE.finditer(found.group(1))
            count = sum(1 for _ in itertools.islice(attributes, MAX_ATTRIBUTES + 1))
            work += count**2
            if count > MAX_ATTRIBUTES or work > CROWDED_ELEMENTS * MAX_ATTRIBUTES**2:
                return True
    return False


def _unfold_layout_tables(tables: Iterable[lxml.html.HtmlElement]) -> None:
    """Make divs of tables that lay out a page instead of holding data, so that a cell is not one row.

    Such a table has one cell that holds most of its text, in paragraphs, under headings, with line breaks
    or in another table.
    """
    for table in tables:
        if all(inner is table for inner in table.iter(*_LAYOUT_MARKS)):
            continue
        parts = [part for part in table.iter(*_TABLE_PARTS) if next(part.iterancestors("table"), None) is table]
        sizes = [len(part.text_content()) for part in parts if part.tag in _CELLS]
        if not sizes or max(sizes) < max(MIN_LAYOUT_CELL, sum(sizes) / 2):
            continue
        for part in (table, *parts):
            part.tag = "div"


def flatten(html: str) -> str:
    """Text of a page that no tree can be made of: every tag becomes a line break, scripts and styles go."""
    parts: list[str] = []
    lowered = html.lower()
    at = 0
    while (opening := _UNREAD.search(html, at)) is not None:
        parts.append(html[at : opening.start()])
        closing = lowered.find("</" + opening.group(1).lower(), opening.end())
        if closing < 0:
            at = len(html)
            break
        at = closing
    parts.append(html[at:])
    return _TAG.sub("\n", CONTROL.sub("", "".join(parts)))
