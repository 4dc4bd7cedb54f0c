"""A parsed page looked at a second time, when its text has been read."""

from __future__ import annotations

from dataclasses import replace

import lxml.html

from cleaner.records import Page
from cleaner.strip import blocks, embedded, grafts, parsing, repair


def second_look(page: Page, root: lxml.html.HtmlElement) -> tuple[Page, lxml.html.HtmlElement, blocks.Outline]:
    """The page, its tree and its outline; if the text shows damage, those of the page as it was meant.

    ``root``, the tree of ``page.html``, is changed where markup was escaped or only data hold the body.
    """
    html, outline = page.html or "", blocks.outline(root)
    text = "\n".join(block.text for block in outline.blocks)
    mended = repair.again(html, text)
    if mended is not html and (anew := parsing.parse(mended)) is not None:
        page, html, root = replace(page, html=mended), mended, anew
        outline = blocks.outline(root)
    if grafts.open_escaped(root, text):
        outline = blocks.outline(root)
    return page, root, embedded.brought_in(root, html, outline)
