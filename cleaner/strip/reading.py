"""A parsed page looked at a second time, when its text has been read."""

from __future__ import annotations

from dataclasses import replace

import lxml.html

from cleaner.records import Page
from cleaner.strip import blocks, embedded, grafts, parsing, parts, repair
from cleaner.strip.parts import Parts


def second_look(page: Page, root: lxml.html.HtmlElement) -> tuple[Page, Parts, blocks.Outline]:
    """The page, its tree with its parts, and its outline; if the text shows damage, those of the page as it was meant.

    ``root``, the tree of ``page.html``, is changed where markup was escaped or only data hold the body.
    """
    html, found = page.html or "", parts.of(root)
    outline = blocks.outline(found)
    text = "\n".join(block.text for block in outline.blocks)
    mended = repair.again(html, text)
    if mended is not html and (anew := parsing.parse(mended)) is not None:
        page, html, root = replace(page, html=mended), mended, anew
        found = parts.of(root)
        outline = blocks.outline(found)
    if grafts.open_escaped(root, text):
        found = parts.of(root)
        outline = blocks.outline(found)
    whole = embedded.brought_in(root, html, outline)
    return page, found if whole is outline else parts.of(root), whole
