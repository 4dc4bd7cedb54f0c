"""A parsed page looked at a second time, when its text has been read."""

from __future__ import annotations

from dataclasses import replace

from cleaner.records import Page
from cleaner.strip.reading import embedded, inlining, outlines, page_elements, parsing, repair
from cleaner.strip.reading.blocks import Outline
from cleaner.strip.reading.page_elements import PageElements


def second_look(page: Page, found: PageElements) -> tuple[Page, PageElements, Outline]:
    """The page, its tree with its elements, and its outline; where the text shows damage, of the page as meant.

    ``found``, the tree of ``page.html``, is changed where markup was escaped or only data hold the body.
    """
    html, outline = page.html or "", outlines.outline(found)
    text = "\n".join(block.text for block in outline.blocks)
    mended = repair.again(html, text)
    if mended is not html and (anew := parsing.parsed(mended)) is not None:
        page, html, found = replace(page, html=mended), mended, anew
        outline = outlines.outline(found)
    if inlining.parse_escaped(found.root, text):
        found = page_elements.of(found.root)
        outline = outlines.outline(found)
    whole = embedded.brought_in(found.root, html, outline)
    return page, found if whole is outline else page_elements.of(found.root), whole
