"""A page as a sequence of blocks, whatever it came as.

HTML is walked once in document order: a block is the text between two block-level boundaries. Stored
text (a page that somebody flattened) is split at its line breaks. From here on both are the same thing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import lxml.etree
import lxml.html

MAX_DEPTH = 2048
"""Nesting at which libxml2 stops reading a page even with its limits lifted (xmlParserMaxDepth)."""

_BREAKING = frozenset(
    """address article aside blockquote body br caption center dd details dialog dir div dl dt fieldset
    figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol optgroup
    option p pre section summary table tbody td tfoot th thead tr ul""".split()
)
_UNSEEN = frozenset(
    """script style head title meta link svg template select option textarea button iframe object embed
    noscript canvas map video audio input datalist math""".split()
)
_NEVER_TEXT = frozenset(("script", "style", "head", "title", "meta", "link", "template"))
"""Even an unclosed one of these holds no text; a button or select that holds paragraphs was left unclosed."""
_CLOSE_SET = frozenset(("br", "li", "dd", "dt", "tr", "td", "th", "pre", "caption"))
"""Blocks of these follow each other without a blank line between them."""
_LAYOUT_MARKS = ("p", "h1", "h2", "h3", "br", "table", "article", "section")
_TABLE_PARTS = ("caption", "colgroup", "thead", "tbody", "tfoot", "tr", "td", "th")
MIN_LAYOUT_CELL = 400
"""Characters of the cell that makes a table a layout."""
_CELLS = ("td", "th")
_INVISIBLE = re.compile(r"visually-?hidden|screen-?reader|\bsr-only", re.IGNORECASE)
"""Classes of inline text that only a screen reader sees ("opens in a new tab")."""
_SPACE = re.compile(r"\s+")
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff]")
_ZERO_WIDTH = re.compile("[\u00ad\u200b\u2060\ufeff]")
_TAG = re.compile(r"<(?:script|style)\b.{0,200000}?</(?:script|style)\s*>|<[^<>]{0,5000}>", re.DOTALL | re.IGNORECASE)


@dataclass(slots=True)
class Block:
    """One line of a page. ``tag`` is the nearest block element, empty for stored text."""

    text: str
    tag: str = ""
    link_share: float = 0.0
    """Share of the characters that stand in links, 0 to 1."""
    gap: bool = True
    """Whether a blank line stands before the block in the article's text."""


def parse(html: str) -> lxml.html.HtmlElement | None:
    """The page's tree, or None when there is no element in it or it is nested too deep to be read whole."""
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    data = _CONTROL.sub("", html).encode("utf-8", "replace")
    try:
        root = lxml.html.document_fromstring(data, parser=parser)
    except lxml.etree.ParserError:
        return None
    except lxml.etree.XMLSyntaxError:
        return None
    _unfold_layout_tables(root)
    too_deep = any("depth" in entry.message for entry in parser.error_log.filter_from_errors())
    return None if too_deep else root


def _unfold_layout_tables(root: lxml.html.HtmlElement) -> None:
    """Make divs of tables that lay out a page instead of holding data, so that a cell is not one row.

    Such a table has one cell that holds most of its text, in paragraphs, under headings, with line breaks
    or in another table.
    """
    for table in list(root.iter("table")):
        if all(inner is table for inner in table.iter(*_LAYOUT_MARKS)):
            continue
        parts = [part for part in table.iter(*_TABLE_PARTS) if next(part.iterancestors("table"), None) is table]
        sizes = [len(part.text_content()) for part in parts if part.tag in _CELLS]
        if not sizes or max(sizes) < max(MIN_LAYOUT_CELL, sum(sizes) / 2):
            continue
        for part in (table, *parts):
            part.tag = "div"


def squeeze(text: str) -> str:
    """White space runs as one space, no invisible characters, trimmed."""
    return _SPACE.sub(" ", _ZERO_WIDTH.sub("", text)).strip()


def from_html(root: lxml.html.HtmlElement) -> list[Block]:
    """Blocks of a parsed page in document order. A table row without blocks in its cells is one block."""
    body = root.find("body")
    body = root if body is None else body
    blocks: list[Block] = []
    buffer: list[str] = []
    link_chars = 0
    links = 0
    gap = True
    path: list[str] = []
    flat_rows: set[lxml.html.HtmlElement] = set()

    def flush(tag: str) -> None:
        nonlocal link_chars, gap
        if not buffer:
            return
        raw = "".join(buffer)
        buffer.clear()
        pieces = raw.splitlines() if tag == "pre" else [raw]
        size = max(1, len(raw.strip()))
        for piece in pieces:
            text = squeeze(piece)
            if text:
                blocks.append(Block(text.strip(" |") or text, tag, min(1.0, link_chars / size), gap))
                gap = tag not in _CLOSE_SET
        link_chars = 0

    walker = lxml.etree.iterwalk(body, events=("start", "end"))
    for event, element in walker:
        tag = element.tag
        if not isinstance(tag, str):
            continue
        if event == "start":
            if tag in _UNSEEN and (tag in _NEVER_TEXT or element.find(".//p") is None):
                walker.skip_subtree()
                continue
            if tag in _BREAKING:
                if tag in _CELLS and element.getparent() in flat_rows:
                    buffer.append(" | " if buffer else "")
                else:
                    flush(path[-1] if path else "body")
                    if tag == "br":
                        gap = False
                    elif tag not in _CLOSE_SET:
                        gap = True
                path.append(tag if tag != "br" else path[-1] if path else "body")
                if tag == "tr" and _is_flat(element):
                    flat_rows.add(element)
            elif tag == "a":
                links += 1
            elif tag == "span" and _INVISIBLE.search(element.get("class") or ""):
                walker.skip_subtree()
                continue
            text = element.text
        else:
            if tag in _BREAKING and tag not in _UNSEEN:
                if not (tag in _CELLS and element.getparent() in flat_rows):
                    flush(path[-1] if path else "body")
                    if tag not in _CLOSE_SET:
                        gap = True
                if path:
                    path.pop()
            elif tag == "a":
                links = max(0, links - 1)
            text = element.tail if element is not body else None
        if text:
            buffer.append(text)
            if links:
                link_chars += len(text.strip())
    flush("body")
    return blocks


def _is_flat(row: lxml.html.HtmlElement) -> bool:
    """Whether a table row holds at least two cells and no block element inside them."""
    cells = [cell for cell in row if cell.tag in _CELLS]
    if len(cells) < 2:
        return False
    return not any(inner.tag in _BREAKING for cell in cells for inner in cell.iterdescendants() if inner.tag != "br")


def from_text(text: str) -> list[Block]:
    """Blocks of stored text: its lines that are not blank, with the blank lines between them noted."""
    blocks: list[Block] = []
    gap = True
    for line in _CONTROL.sub("", text).splitlines():
        squeezed = squeeze(line)
        if squeezed:
            blocks.append(Block(squeezed, gap=gap))
            gap = False
        else:
            gap = True
    return blocks


def flatten(html: str) -> str:
    """Text of a page that no tree can be made of: every tag becomes a line break."""
    return _TAG.sub("\n", _CONTROL.sub("", html))


def to_text(blocks: list[Block]) -> str:
    """The text that these blocks make, with a blank line where there was one."""
    parts: list[str] = []
    for block in blocks:
        if parts:
            parts.append("\n\n" if block.gap else "\n")
        parts.append(block.text)
    return "".join(parts)
