"""A parsed page looked at a second time, when its text has been read."""

from __future__ import annotations

from dataclasses import replace

from cleaner.records import Page
from cleaner.strip import blocks, embedded, grafts, parsing, parts, repair
from cleaner.strip.parts import Parts


def second_look(page: Page, found: Parts) -> tuple[Page, Parts, blocks.Outline]:
    """The page, its tree with its parts, and its outline; if the text shows damage, those of the page as it was meant.

    ``found``, the tree of ``page.html``, is changed where markup was escaped or only data hold the body.
    """
    html, outline = page.html or "", blocks.outline(found)
    text = "\n".join(block.text for block in outline.blocks)
    mended = repair.again(html, text)
    if mended is not html and (anew := parsing.parsed(mended)) is not None:
        page, html, found = replace(page, html=mended), mended, anew
        outline = blocks.outline(found)
    if grafts.open_escaped(found.root, text):
        found = parts.of(found.root)
        outline = blocks.outline(found)
    whole = embedded.brought_in(found.root, html, outline)
    return page, found if whole is outline else parts.of(found.root), whole
