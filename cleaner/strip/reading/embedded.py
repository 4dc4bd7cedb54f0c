"""The body that a page carries in its data and does not show: JSON-LD, and the state of pages made by scripts.

State stands in scripts, in attributes as JSON, and in templates.

Looked for only where a page shows hardly any text. What it declares as its article's body is taken where the
page shows less than half of it; of other data the list or text with the most prose, if it stands beside the
page's own title, or where the page shows nothing at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import lxml.etree
import lxml.html

from cleaner.strip.reading import inlining
from cleaner.strip.reading.blocks import Block, Outline, squeeze
from cleaner.strip.reading.outlines import outline
from cleaner.strip.reading.script_state import (
    MAX_BLOCKS,
    MAX_DEPTH,
    MIN_BODY,
    NOTHING,
    TEMPLATES,
    Beside,
    Found,
    candidates,
    is_later,
    is_prose,
    loaded,
    paragraphs,
)
from cleaner.text_key import key

LINE, MAX_SHOWN = 80, 3_000
"""Characters of a paragraph, and of the page's paragraphs from which it shows its body."""
MAX_TEASER = 250
"""Characters of prose up to which a page shows no body, so that data without its title may be it."""
MAX_LEAD = 1_500
"""Characters outside of links up to which a page may show a teaser of a body that its state holds; lists show more."""
MAX_LINES = 60
"""Lines of such a page, its menu among them."""
MIN_STATE = 400
"""Characters of prose that make a body where nothing says that it is one."""
MAX_SHARE = 0.5
"""Share of the body that a page may show for the data to be taken."""
MIN_GAIN = 1.5
"""Times the shown prose that the body in the data must have."""
MIN_DECLARED = 60
"""Characters of prose that make a body where the page declares it as that of its article and shows no sentence."""
MAX_JSON = 3_000_000
"""Characters of a script that is read."""
MAX_SCRIPTS = 40
MAX_NODES = 200_000
"""Bounds of what is looked at: scripts of a page, values of their data."""
_ARTICLE_BODY = "articleBody"
_DESCRIBED = ("Product", "ProductGroup", "JobPosting", "Event")
"""What has no body but a description, in which it is told at length."""
_MARKS = (_ARTICLE_BODY, "QAPage", "FAQPage", "DiscussionForumPosting", "SocialMediaPosting", *_DESCRIBED)
"""What stands in data that declare a body."""
_TEMPLATE, _JSON = "text/template", "application/json"


def brought_in(root: lxml.html.HtmlElement, html: str, page: Outline) -> Outline:
    """The page's outline with the body that only its data hold, or ``page`` as it is.

    ``Outline.declared`` says which blocks were brought in. ``root`` is changed with it.
    """
    if _shows_its_body(page.blocks):
        return page
    shown = [block for block in page.blocks if block.link_share < 0.5 and is_prose(block.text)]
    size = sum(len(block.text) for block in shown)
    found = _declared(root, html)
    lead = sum(len(block.text) for block in page.blocks if block.link_share < 0.5)
    if found is None and lead <= MAX_LEAD and len(page.blocks) <= MAX_LINES:
        found = _in_state(root, page, size)
    if found is None or _share_shown(found, page.blocks) > MAX_SHARE:
        return page
    if found.size < max(MIN_DECLARED if found.declared and not shown else MIN_BODY, MIN_GAIN * size):
        return page
    return _outline_with(root, found, {block.text for block in shown})


def _shows_its_body(blocks: Sequence[Block]) -> bool:
    size = 0
    for block in blocks:
        if len(block.text) >= LINE and block.link_share < 0.5:
            size += len(block.text)
            if size >= MAX_SHOWN:
                return True
    return False


def _share_shown(found: Found, blocks: Sequence[Block]) -> float:
    text = key(" ".join(block.text for block in blocks))
    shown = sum(len(line) for line in found.lines if (start := key(line)[:60]) and start in text)
    return shown / max(1, sum(map(len, found.lines)))


def _outline_with(root: lxml.html.HtmlElement, found: Found, shown: set[str]) -> Outline:
    """The page with the body in its place: below the headline, else at its start."""
    holder = lxml.etree.SubElement(root, "section", {"itemprop": "articleBody"})
    keys = {key(line) for line in found.lines}
    for line in found.lines[:MAX_BLOCKS]:
        lxml.etree.SubElement(holder, "p").text = line
    h1 = next(root.iter("h1"), None)
    body = root.find("body")
    if h1 is None and found.beside.title:
        head = lxml.html.Element("h1")
        head.text = found.beside.title
        holder.insert(0, head)
    if h1 is not None:
        h1.addnext(holder)
    elif body is not None:
        body.append(holder)
    _say(root, found.beside)
    whole = " ".join(key(line) for line in found.lines)
    for element in list(root.iter("p", "div")):
        # A teaser would stand there twice.
        text = squeeze(element.text or "") if not len(element) else ""
        start = key(text.rstrip("….")) if text in shown else ""
        if start and element.getparent() is not holder and (start in keys or start in whole):
            element.text = None
    page = outline(root)
    at = next((i for i, names in enumerate(page.names) if names == "articleBody" and page.tags[i] == "section"), None)
    if at is not None:
        page.declared = range(page.starts[at], page.ends[at])
    return page


def _say(root: lxml.html.HtmlElement, beside: Beside) -> None:
    """Have the head say when and by whom, where the data do and the head does not."""
    head = root.find("head")
    if head is None:
        return
    names = {meta.get("name") or meta.get("property") for meta in head.iter("meta")}
    for name, content in (("article:published_time", beside.published), ("author", beside.author)):
        if content and name not in names:
            lxml.etree.SubElement(head, "meta", {"name": name, "content": content})


def _declared(root: lxml.html.HtmlElement, html: str) -> Found | None:
    """What JSON-LD or microdata declare as the body of the page."""
    scripts = list(root.iter("script"))[: 5 * MAX_SCRIPTS]
    data = [script.text or "" for script in scripts if "json" in (script.get("type") or "")]
    texts = [text for text in data if len(text) <= MAX_JSON and _is_marked(text)]
    if not texts or not _is_marked(html):
        return None
    best: Found | None = None
    for text in texts:
        for node in _dicts(loaded(text)):
            lines = [line for body in _bodies(node) for line in paragraphs(body)]
            if lines and (best is None or sum(map(len, lines)) > best.size):
                best = Found(lines, beside=NOTHING.of(node), declared=isinstance(node.get(_ARTICLE_BODY), str))
    return best


def _is_marked(text: str) -> bool:
    return any(mark in text for mark in _MARKS)


def _bodies(node: dict[str, Any]) -> Iterator[str]:
    """The texts that make the body of what a node of schema.org describes."""
    if isinstance(body := node.get(_ARTICLE_BODY), str):
        yield body
        return
    kind = node.get("@type")
    if kind in ("QAPage", "FAQPage"):
        for question in _listed(node.get("mainEntity")):
            yield from _texts(question, ("name", "text"))
            for key_of_answers in ("acceptedAnswer", "suggestedAnswer"):
                for answer in _listed(question.get(key_of_answers)):
                    yield from _texts(answer, ("text",))
    elif kind in ("DiscussionForumPosting", "SocialMediaPosting"):
        yield from _texts(node, ("text",))
        for comment in _listed(node.get("comment")):
            yield from _texts(comment, ("text",))
    elif kind in _DESCRIBED:
        yield from _texts(node, ("description",))


def _listed(value: Any) -> list[dict[str, Any]]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict)]


def _texts(node: dict[str, Any], names: Sequence[str]) -> Iterator[str]:
    yield from (node[name] for name in names if isinstance(node.get(name), str))


def _dicts(data: Any) -> Iterator[dict[str, Any]]:
    stack = [(data, 0)]
    seen = 0
    while stack and seen < MAX_NODES:
        node, depth = stack.pop()
        seen += 1
        if isinstance(node, dict):
            yield node
        if depth < MAX_DEPTH and isinstance(node, (dict, list)):
            stack += [(one, depth + 1) for one in (node.values() if isinstance(node, dict) else node)]


def _in_state(root: lxml.html.HtmlElement, page: Outline, shown: int) -> Found | None:
    """The best candidate among the data of scripts, attributes and templates."""
    titles = {key(text) for text in (page.title, *(block.text for block in page.blocks if block.tag == "h1")) if text}
    best: Found | None = None
    bare = sum(len(block.text) for block in page.blocks if block.link_share < 0.5) <= MAX_TEASER
    for kind, text in sorted(_data(root, bare), key=lambda data: -len(data[1]))[:MAX_SCRIPTS]:
        for found in candidates(kind, text):
            mine = key(found.beside.title or "")
            found.titled = bool(mine) and any(mine in other or other in mine for other in titles if other)
            fits = found.size >= MIN_STATE and (found.titled or shown <= MAX_TEASER)
            if fits and (best is None or found.weight > best.weight):
                best = found
    return best


def _data(root: lxml.html.HtmlElement, bare: bool) -> Iterator[tuple[str, str]]:
    """Type and text of what may hold a page's state: scripts and attributes that are JSON; of a ``bare`` page, which
    shows nothing, templates and attributes that are markup too."""
    for element in root.iter():
        if element.tag == "script":
            kind, text = element.get("type") or "", element.text or ""
            if not element.get("src") and _is_data(text) and (bare or kind not in TEMPLATES):
                yield kind, text
        elif element.tag == "template" and bare and not _is_outside_body(element):
            text = lxml.etree.tostring(element, encoding="unicode", with_tail=False)
            if _is_data(text):
                yield _TEMPLATE, text
        for name, value in element.items():
            if _is_data(value) and (value[0] in "{[" or (bare and value[0] == "<")) and not is_later(name):
                yield _TEMPLATE if value[0] == "<" else _JSON, value


def _is_data(text: str) -> bool:
    return MIN_BODY <= len(text) <= MAX_JSON


def _is_outside_body(element: lxml.html.HtmlElement) -> bool:
    return inlining.FURNITURE.search(f"{element.get('id') or ''} {element.get('class') or ''}") is not None
