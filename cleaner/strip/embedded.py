"""The body that a page carries in its data and does not show: JSON-LD, and the state of pages made by scripts.

Looked for only where a page shows hardly any text. What it declares as its article's body is taken where the
page shows less than half of it; of other data the list or text with the most prose, if it stands beside the
page's own title, or where the page shows nothing at all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import lxml.etree
import lxml.html

from cleaner.strip.blocks import Block, Outline, outline, squeeze
from cleaner.strip.keys import key
from cleaner.strip.prose import ends_sentence
from cleaner.strip.rules import count_words

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
MIN_BODY = 300
"""Characters of prose that make a body."""
MAX_SHARE = 0.5
"""Share of the body that a page may show for the data to be taken."""
MIN_GAIN = 1.5
"""Times the shown prose that the body in the data must have."""
PROSE_WORDS = 8
"""Words of a string of prose; the names and addresses in a page's state have fewer, or no sentence end."""
LONG_WORDS = 30
"""Words from which a string is prose without the end of a sentence."""
MAX_JSON = 3_000_000
"""Characters of a script that is read."""
MAX_SCRIPTS = 40
MAX_NODES = 200_000
MAX_DEPTH = 60
MAX_BLOCKS = 5_000
MAX_FOUND = 2_000
"""Bounds of what is looked at: scripts of a page, values and levels of their data, paragraphs and candidates."""
_DECLARED = "articleBody"
_STATE = re.compile(
    r"^\s*+(?:(?:window|self|globalThis|var|let|const)\b[\s.]{0,3})?[\w$.\[\]\"']{1,120}\s{0,4}=\s{0,4}(JSON\.parse\(\s{0,4})?(?=[\[{\"'])"
)
_PUSH = re.compile(r"^\s*+\(?(?:self|window)\.[\w$.]{1,60}(?:\s?=\s?[^;]{0,80})?\)?\.push\(")
_TAG = re.compile(r"<[a-zA-Z/!][^<>]{0,5000}+>")
_LINE_TAG = re.compile(
    r"</(?:p|h[1-6]|li|div|blockquote|section)\s?>|<br\s?/?>|<p(?:\s[^<>]{0,2000}+)?>", re.IGNORECASE
)
_LATER = re.compile(
    r"relat|recommend|comment|repl(?:y|ies)|footer|header|legal|cookie|consent|privacy|transl|i18n|locale|message|terms|"
    r"newsletter|promo|seo|advert|sidebar|popular|trending|latest|nav|menu|config|setting|label|error|caption|bio|author|"
    r"schema|query|faq|more",
    re.IGNORECASE,
)
"""Keys of data beside a page's body."""
_BODY_KEY = re.compile(
    "body|content|text|paragraph|story|html|block|copy|markdown|section|children|component", re.IGNORECASE
)
"""Keys of data beside a page's body."""
_BODY_KEY = re.compile(
    "body|content|text|paragraph|story|html|block|copy|markdown|section|children|component", re.IGNORECASE
)
_CODE = re.compile(r"""["'][:,]\s?["'\[{]|\[["']\$|[{;]\s*\w+\s*[:=]|=>|\bfunction\s?\(""")
"""What stands in data and scripts that a string holds, and not in a text."""
_FLIGHT = re.compile(r"^[0-9a-f]{1,4}:(?=[\[{])", re.MULTILINE)
"""Where a value begins in what React's server components stream."""
_RUNS = ("children", "content", "nodes", "spans", "runs", "elements")
"""Keys of rich text under which a paragraph keeps its runs of text."""
_RUN_TEXT = ("text", "value")
_TITLE_KEYS = ("headline", "title", "name", "heading")
_ITEM_KEYS = frozenset(
    "headline url slug href permalink link published publishedAt datePublished byline".split()
)
"""Keys by which the items of a list are articles, and not the parts of one."""


@dataclass(slots=True)
class _Found:
    """A candidate: its paragraphs, the keys that lead to it, and whether the page's own title stands beside it."""

    lines: list[str]
    path: tuple[str, ...] = ()
    titled: bool = False
    title: str | None = None

    @property
    def size(self) -> int:
        return sum(len(line) for line in self.lines if is_prose(line))

    @property
    def weight(self) -> float:
        keys = " ".join(self.path[-4:])
        return self.size * (4.0 if self.titled else 1.0) * (1.5 if _BODY_KEY.search(keys) else 1.0)


def is_prose(text: str) -> bool:
    """Whether a string is a sentence or more."""
    words = count_words(text)
    return words >= LONG_WORDS or (words >= PROSE_WORDS and ends_sentence(text))


def brought_in(root: lxml.html.HtmlElement, html: str, page: Outline) -> Outline:
    """The page's outline with the body that only its data hold, or ``page`` as it is.

    ``Outline.declared`` says which blocks were brought in. ``root`` is changed with it.
    """
    if sum(len(block.text) for block in page.blocks if len(block.text) >= LINE and block.link_share < 0.5) >= MAX_SHOWN:
        return page
    shown = [block for block in page.blocks if block.link_share < 0.5 and is_prose(block.text)]
    size = sum(len(block.text) for block in shown)
    found = _declared(root, html)
    lead = sum(len(block.text) for block in page.blocks if block.link_share < 0.5)
    if found is None and lead <= MAX_LEAD and len(page.blocks) <= MAX_LINES:
        found = _in_state(root, page, size)
    if found is None or found.size < max(MIN_BODY, MIN_GAIN * size) or _share_shown(found, page.blocks) > MAX_SHARE:
        return page
    return _outline_with(root, found, {block.text for block in shown})


def _share_shown(found: _Found, blocks: Sequence[Block]) -> float:
    text = key(" ".join(block.text for block in blocks))
    shown = sum(len(line) for line in found.lines if (start := key(line)[:60]) and start in text)
    return shown / max(1, sum(map(len, found.lines)))


def _outline_with(root: lxml.html.HtmlElement, found: _Found, shown: set[str]) -> Outline:
    """The page with the body in its place: below the headline, else at its start."""
    holder = lxml.etree.SubElement(root, "section", {"itemprop": "articleBody"})
    keys = {key(line) for line in found.lines}
    for line in found.lines[:MAX_BLOCKS]:
        lxml.etree.SubElement(holder, "p").text = line
    h1 = next(root.iter("h1"), None)
    body = root.find("body")
    if h1 is None and found.title:
        head = lxml.html.Element("h1")
        head.text = found.title
        holder.insert(0, head)
    if h1 is not None:
        h1.addnext(holder)
    elif body is not None:
        body.append(holder)
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


def _declared(root: lxml.html.HtmlElement, html: str) -> _Found | None:
    """What JSON-LD or microdata declare as the body of the page's article."""
    if _DECLARED not in html:
        return None
    best: _Found | None = None
    for script in list(root.iter("script"))[: 5 * MAX_SCRIPTS]:
        text = script.text or ""
        if "json" not in (script.get("type") or "") or len(text) > MAX_JSON or _DECLARED not in text:
            continue
        for node in _dicts(_loaded(text)):
            body = node.get(_DECLARED)
            if isinstance(body, str) and (best is None or len(body) > best.size):
                title = next((node[name] for name in _TITLE_KEYS if isinstance(node.get(name), str)), None)
                best = _Found(_paragraphs(body), title=title)
    return best


def _loaded(text: str) -> Any:
    text = text.strip().removeprefix("<!--").removeprefix("//<![CDATA[").strip().rstrip(";")
    try:
        return _DECODER.raw_decode(text)[0] if text else None
    except (ValueError, RecursionError):
        return None


_DECODER = json.JSONDecoder(strict=False)


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


def _paragraphs(text: str) -> list[str]:
    """The lines of a text that may be HTML."""
    for _ in range(2):
        if _TAG.search(text) is not None:
            text = _TAG.sub("", _LINE_TAG.sub("\n", text))
        if "&" in text:
            text = lxml.html.fromstring(f"<p>{text.replace('<', '&lt;')}</p>").text_content()
    return [line for one in text.splitlines() if (line := squeeze(one))]


def _in_state(root: lxml.html.HtmlElement, page: Outline, shown: int) -> _Found | None:
    """The best candidate among the data of scripts."""
    titles = {key(text) for text in (page.title, *(block.text for block in page.blocks if block.tag == "h1")) if text}
    best: _Found | None = None
    scripts = sorted(root.iter("script"), key=lambda script: -len(script.text or ""))
    for script in scripts[:MAX_SCRIPTS]:
        text = script.text or ""
        if not MIN_BODY <= len(text) <= MAX_JSON or script.get("src"):
            continue
        candidates: list[_Found] = []
        _gather(_state(script.get("type") or "", text), (), None, candidates)
        for found in candidates:
            mine = key(found.title or "")
            found.titled = bool(mine) and any(mine in other or other in mine for other in titles if other)
            fits = found.size >= MIN_STATE and (found.titled or shown <= MAX_TEASER)
            if fits and (best is None or found.weight > best.weight):
                best = found
    return best


def _state(kind: str, text: str) -> Any:
    """The data of a script: JSON, or the value that it assigns."""
    if "json" in kind:
        return _loaded(text)
    start = _STATE.match(text)
    if start is not None:
        value = _loaded(text[start.end() :])
        return _loaded(value) if isinstance(value, str) else value
    pushed = _PUSH.match(text)
    value = _loaded(text[pushed.end() :]) if pushed is not None else None
    streamed = value[-1] if isinstance(value, list) and value else None
    if isinstance(streamed, str):
        return [_loaded(streamed[found.end() :]) for found in _FLIGHT.finditer(streamed)]
    return value


def _gather(node: Any, path: tuple[str, ...], title: str | None, found: list[_Found]) -> list[str]:
    """The texts below a node in order, runs of one paragraph as one; candidates among them go to ``found``."""
    if isinstance(node, str):
        return _paragraphs(node) if " " in node.strip() and _CODE.search(node) is None else []
    if len(path) > MAX_DEPTH or len(found) > MAX_FOUND:
        return []
    lines: list[str] = []
    if isinstance(node, list):
        runs = _runs(node)
        if runs is not None:
            return _paragraphs(runs)
        for item in node:
            lines += _gather(item, (*path, ""), title, found)
        if not any(isinstance(item, dict) and _ITEM_KEYS & item.keys() for item in node):
            _offer(lines, path, title, found)
    elif isinstance(node, dict):
        title = next((node[name] for name in _TITLE_KEYS if isinstance(node.get(name), str)), None) or title
        for name, value in node.items():
            if isinstance(value, (str, list, dict)) and not _is_later(name):
                if not isinstance(value, str):
                    lines += _gather(value, (*path, name), title, found)
                elif len(value) >= MIN_BODY or _is_text(name):
                    inner = _gather(value, (*path, name), title, found)
                    _offer(inner, (*path, name), title, found)
                    lines += inner if _is_text(name) else []
    return lines[:MAX_BLOCKS]


def _offer(lines: list[str], path: tuple[str, ...], title: str | None, found: list[_Found]) -> None:
    if sum(map(len, lines)) >= MIN_BODY:
        found.append(_Found(list(lines), path, False, title))


@lru_cache(maxsize=10_000)
def _is_later(name: str) -> bool:
    return _LATER.search(name) is not None


@lru_cache(maxsize=10_000)
def _is_text(name: str) -> bool:
    return _BODY_KEY.search(name) is not None or name in (*_RUN_TEXT, "title", "heading", "quote")


def _runs(node: list[Any]) -> str | None:
    """The text of a list of runs (Slate, ProseMirror, Contentful, Portable Text), or None."""
    parts: list[str] = []
    for item in node:
        if not isinstance(item, dict):
            return None
        text = next((item[name] for name in _RUN_TEXT if isinstance(item.get(name), str)), None)
        if text is None:
            inner = next((item[name] for name in _RUNS if isinstance(item.get(name), list)), None)
            text = _runs(inner) if inner is not None and _is_inline(item) else None
        if text is None or _TAG.search(text) is not None:
            return None
        parts.append(text)
    joined = "".join(parts)
    return joined if parts and (len(parts) == 1 or not all(is_prose(part) for part in parts)) else None


def _is_inline(item: dict[str, Any]) -> bool:
    kind = str(item.get("type") or item.get("nodeType") or item.get("_type") or "")
    return "link" in kind or kind in ("a", "b", "i", "em", "strong", "mark", "hyperlink")
