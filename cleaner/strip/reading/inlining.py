"""Text that a page carries in a place of its own and shows in another, put where it is shown.

Three places: the shadow tree of an element (``<template shadowrootmode>``), the document of an ``<iframe srcdoc>``,
and markup that was escaped once too often, so that a browser shows its tags.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape

import lxml.etree
import lxml.html

MAX_LEVELS = 3
"""Documents inside documents that are opened."""
_STARTS_AS_MARKUP = re.compile(
    r"^\s*+<(?:p|div|h[1-6]|ul|ol|article|section|span|blockquote|figure|table|br|strong|b|em|i|a)\b[^<>]{0,2000}+>",
    re.IGNORECASE,
)
_ENDS_AS_MARKUP = re.compile(r"(?:</[a-zA-Z][\w-]{0,20}\s?>|<br\s?/?>)\s*$")
_PARAGRAPH_ENDS = re.compile(r"</p\s?>|<br\s?/?>|</div\s?>|</li\s?>", re.IGNORECASE)
_CODE = frozenset(("code", "pre", "xmp", "samp", "kbd", "textarea", "script", "style", "plaintext", "listing", "title"))
FURNITURE = re.compile("nav|header|footer|menu|banner|cookie|consent|search|cart|dialog|modal|toolbar")
"""Words in the names of elements that hold no text of the page: site builders make whole menus of shadow trees."""
_TAIL = 40


def inline(root: lxml.html.HtmlElement, holders: Iterable[lxml.html.HtmlElement]) -> bool:
    """Put shadow trees and documents in iframes where the page shows them, and what stands beside the body into it.

    ``holders`` are the page's templates and iframes. Returns whether any of them was opened.
    """
    body = root.find("body")
    if body is not None:
        for stray in list(body.itersiblings()):
            body.append(stray)
    framed = shadows = False
    for element in holders:
        if element.tag == "iframe":
            framed = framed or element.get("srcdoc") is not None
        elif element.get("shadowrootmode") or element.get("shadowroot"):
            _show_shadow(element)
            shadows = True
    if framed:
        _open_documents(root)
    return framed or shadows


def parse_escaped(root: lxml.html.HtmlElement, text: str) -> bool:
    """Put the markup that the page's ``text`` shows as text into the tree; whether there was any."""
    return ("</" in text or "<br" in text or "&lt;/" in text) and _parse_escaped(root)


def _show_shadow(template: lxml.html.HtmlElement) -> None:
    """The shadow tree stands for its host's children, which go into its slots; menus and banners stay unseen."""
    host = template.getparent()
    if host is None or any(FURNITURE.search(above.tag) for above in template.iterancestors()):
        return
    template.tag = "div"
    slots = {slot.get("name"): slot for slot in reversed(list(template.iter("slot")))}
    for child in [child for child in host if child is not template and isinstance(child.tag, str)]:
        slot = slots.get(child.get("slot"))
        if slot is not None:
            slot.append(child)


def _open_documents(root: lxml.html.HtmlElement) -> None:
    level = list(root.iter("iframe"))
    for _ in range(MAX_LEVELS):
        opened = [iframe for iframe in level if _fill(iframe, iframe.get("srcdoc") or "")]
        level = [inner for iframe in opened for inner in iframe.iter("iframe")]


def _fill(element: lxml.html.HtmlElement, source: str) -> bool:
    """Make the element a div that holds what ``source`` shows; whether there is anything."""
    body = _body(source)
    if body is None:
        return False
    for child in list(element):
        element.remove(child)
    element.tag = "div"
    element.attrib.pop("srcdoc", None)
    element.text = body.text
    element.extend(list(body))
    return True


def _body(source: str) -> lxml.html.HtmlElement | None:
    if "<" not in source:
        return None
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        root = lxml.html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except (lxml.etree.ParserError, lxml.etree.XMLSyntaxError):
        return None
    return root.find("body")


def _parse_escaped(root: lxml.html.HtmlElement) -> bool:
    """Open the elements whose text is markup from its first character to its last, outside of code."""
    opened = [_fill(element, source) for element, source in list(_escaped(root))]
    return True in opened


def _escaped(root: lxml.html.HtmlElement) -> Iterator[tuple[lxml.html.HtmlElement, str]]:
    for element in root.iter():
        text = element.text
        if not text or len(element) or element.tag in _CODE:
            continue
        if "&lt;" in text:
            text = unescape(text)
        if (
            _STARTS_AS_MARKUP.match(text)
            and _ENDS_AS_MARKUP.search(text[-_TAIL:].rstrip())
            and _PARAGRAPH_ENDS.search(text)
            and not any(above.tag in _CODE for above in element.iterancestors())
        ):
            yield element, text
