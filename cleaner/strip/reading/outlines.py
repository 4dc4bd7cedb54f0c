"""The outline of a parsed page: one walk through its tree in document order.

A block is the text between two block-level boundaries.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import lxml.html

from cleaner.strip.reading import page_elements, rendering
from cleaner.strip.reading.blocks import Block, Outline, squeeze
from cleaner.strip.reading.page_elements import PageElements

_BREAKING = frozenset(
    """address article aside blockquote body br caption center dd details dialog dir div dl dt fieldset
    figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol optgroup
    option p pre section summary table tbody td tfoot th thead tr ul""".split()
)
_SEPARATING = frozenset("hgroup search noframes frameset xmp listing plaintext multicol marquee".split())
"""Boxes of their own that are too rare to be known to the models: they end a block and begin the next."""
_CLOSE_SET = frozenset(("br", "li", "dd", "dt", "tr", "td", "th", "pre", "caption"))
"""Blocks of these follow each other without a blank line between them."""
_CELLS = ("td", "th")
_INLINE, _BLOCK, _LINE_BREAK, _LINK, _BOLD, _ASKED, _SKIPPED, _BOX = range(8)
_ELLIPSIS = "\x85"
"""What Latin-1 makes of the ellipsis of windows-1252; Python takes it for a line end."""
_KIND = {
    **dict.fromkeys(("b", "strong", "em", "i", "u"), _BOLD),
    **dict.fromkeys(_BREAKING, _BLOCK),
    **dict.fromkeys(rendering.NEVER_TEXT, _SKIPPED),
    **dict.fromkeys(rendering.SOMETIMES, _ASKED),
    **dict.fromkeys(_SEPARATING, _BOX),
    "a": _LINK,
    "br": _LINE_BREAK,
}
_HOW = {rendering.UNSEEN: _SKIPPED, rendering.INLINE: _INLINE, rendering.APART: _INLINE, rendering.BOX: _BOX}
_NAMING = frozenset(("id", "role", "itemprop"))
_HIDING = frozenset(("hidden", "aria-hidden", "style"))
_NOT_SHOWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SHOWN_LATER = "until-found"
_STREAMED = "S:"
"""Ids of the hidden boxes in which React streams what its scripts put in place."""


def outline(read: PageElements | lxml.html.HtmlElement) -> Outline:
    """Blocks of a parsed page in document order, with the tree of block elements that they stand in.

    A table row without blocks in its cells is one block. One pass, without recursion.
    """
    read = read if isinstance(read, PageElements) else page_elements.of(read)
    root = read.root
    body = root.find("body")
    title, description = _declared(read)
    page = Outline(title=title, description=description)
    _Walk(page).through(root if body is None else body)
    return page


def _declared(page: PageElements) -> tuple[str, str]:
    """What the page itself says its title and its summary are."""
    title = description = ""
    for meta in page.metas:
        name = (meta.get("property") or meta.get("name") or "").lower()
        if name == "og:title":
            title = title or meta.get("content") or ""
        elif name in ("description", "og:description"):
            description = description or meta.get("content") or ""
    if not title and page.titles:
        title = page.titles[0].text or ""
    return squeeze(title), squeeze(description)


class _Walk:
    """One walk through a page: the text of the block that is being read, and what is known of it."""

    def __init__(self, page: Outline) -> None:
        self.page = page
        self.buffer: list[str] = []
        self.link_chars = self.bold_chars = 0
        self.gap = True
        self.at = -1

    def through(self, body: lxml.html.HtmlElement) -> None:
        """Fill the outline from an element and everything below it.

        White space at the start of a block is left out: pages have more of it than of anything else.
        """
        buffer, blocks, parents, ends = self.buffer, self.page.blocks, self.page.parents, self.page.ends
        links = bolds = 0
        in_flat_row = False
        self._open("body", body)
        if body.text:
            buffer.append(body.text)
        above: list[tuple[Iterator[lxml.html.HtmlElement], lxml.html.HtmlElement, str, int]] = []
        siblings: Iterator[lxml.html.HtmlElement] = iter(body)
        while True:
            element = next(siblings, None)
            if element is not None:
                tag = element.tag
                kind = _KIND.get(tag, _INLINE)
                if kind == _BLOCK:
                    if in_flat_row and tag in _CELLS:
                        kind = _INLINE
                        if buffer:
                            buffer.append(" | ")
                    else:
                        self._open(tag, element)
                        if tag == "tr":
                            in_flat_row = _is_flat(element)
                elif kind == _LINE_BREAK:
                    if buffer:
                        self._flush()
                    self.gap = False
                elif kind == _LINK:
                    if len(element) and rendering.is_wrapper(element):
                        kind = _INLINE
                    else:
                        links += 1
                elif kind == _BOLD:
                    bolds += 1
                elif kind != _SKIPPED:
                    if kind == _ASKED:
                        kind = _HOW[rendering.how(element, tag)]
                    elif kind == _INLINE and (tag == "span" or "-" in tag):
                        how = rendering.how_inline(element, tag)
                        kind = _HOW[how]
                        apart = how == rendering.APART
                        if buffer and kind == _INLINE and (apart or rendering.is_apart(element, buffer[-1])):
                            buffer.append(" ")
                    if kind == _BOX:
                        if buffer:
                            self._flush()
                        self.gap = True
                if kind != _SKIPPED:
                    text = element.text
                    if text and (buffer or not text.isspace()):
                        buffer.append(text)
                        if links or bolds:
                            self._count(text, links, bolds)
                    if len(element):
                        above.append((siblings, element, tag, kind))
                        siblings = iter(element)
                        continue
            elif above:
                siblings, element, tag, kind = above.pop()
            else:
                break
            if kind == _BLOCK:
                if buffer:
                    self._flush()
                if tag not in _CLOSE_SET:
                    self.gap = True
                ends[self.at] = len(blocks)
                self.at = parents[self.at]
                in_flat_row = False
            elif kind == _LINK:
                links -= 1
            elif kind == _BOLD:
                bolds -= 1
            elif kind == _LINE_BREAK and buffer:
                self._flush()
            elif kind >= _SKIPPED:
                if kind == _BOX:
                    if buffer:
                        self._flush()
                    self.gap = True
                elif buffer and tag in rendering.REPLACED:
                    buffer.append(" ")
            text = element.tail
            if text and (buffer or not text.isspace()):
                buffer.append(text)
                if links or bolds:
                    self._count(text, links, bolds)
        if buffer:
            self._flush()
        ends[0] = len(blocks)

    def _count(self, text: str, links: int, bolds: int) -> None:
        size = len(text.strip())
        self.link_chars += size if links else 0
        self.bold_chars += size if bolds else 0

    def _open(self, tag: str, element: lxml.html.HtmlElement) -> None:
        """A block element begins."""
        if self.buffer:
            self._flush()
        if tag not in _CLOSE_SET:
            self.gap = True
        page, at = self.page, self.at
        hidden = at >= 0 and page.hidden[at]
        classes = names = ""
        for key, value in element.items():
            if key == "class":
                classes = value
            elif key in _NAMING:
                names = f"{names} {value}" if names else value
            elif key in _HIDING and not hidden:
                hidden = key == "hidden" or value == "true" or _NOT_SHOWN.search(value) is not None
                if key == "hidden" and (value == _SHOWN_LATER or (element.get("id") or "").startswith(_STREAMED)):
                    hidden = False
        self.at = len(page.ends)
        page.parents.append(at)
        page.tags.append(tag)
        page.classes.append(classes)
        page.names.append(names)
        page.hidden.append(hidden)
        page.starts.append(len(page.blocks))
        page.ends.append(-1)

    def _flush(self) -> None:
        raw = "".join(self.buffer)
        self.buffer.clear()
        if not raw.isascii():
            raw = raw.replace(_ELLIPSIS, "…")
        page, tag = self.page, self.page.tags[self.at]
        link_share = bold_share = 0.0
        if self.link_chars or self.bold_chars:
            size = max(1, len(raw.strip()))
            link_share = min(1.0, self.link_chars / size)
            bold_share = min(1.0, self.bold_chars / size)
            self.link_chars = self.bold_chars = 0
        for piece in raw.splitlines() if tag == "pre" else (raw,):
            text = squeeze(piece)
            if text:
                text = text.strip(" |") or text
                page.blocks.append(Block(text, tag, link_share, self.gap, bold_share, self.at))
                self.gap = tag not in _CLOSE_SET


def _is_flat(row: lxml.html.HtmlElement) -> bool:
    """Whether a table row holds at least two cells and neither blocks nor paragraphs inside them."""
    cells = [cell for cell in row if cell.tag in _CELLS]
    if len(cells) < 2:
        return False
    return not any(
        _is_blank_line(inner) if inner.tag == "br" else inner.tag in _BREAKING
        for cell in cells
        for inner in cell.iterdescendants()
    )


def _is_blank_line(line_break: lxml.html.HtmlElement) -> bool:
    """Whether nothing stands between a line break and the next: so paragraphs were set apart before there were any."""
    below = line_break.getnext()
    return below is not None and below.tag == "br" and not (line_break.tail or "").strip()
