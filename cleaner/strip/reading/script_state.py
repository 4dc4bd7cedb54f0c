"""The texts that a script of a page holds as data: JSON, or the value that it assigns.

Each list or text with enough of them is a candidate for the page's body (``embedded`` chooses), with the keys that lead
to it and the title, the date and the author that stand beside it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import lxml.html

from cleaner.strip.prose import ends_sentence
from cleaner.strip.reading.blocks import squeeze
from cleaner.strip.reading.parsing import CONTROL
from cleaner.strip.rules import count_words

MIN_BODY = 300
"""Characters of prose that make a body."""
PROSE_WORDS = 8
"""Words of a string of prose; the names and addresses in a page's state have fewer, or no sentence end."""
LONG_WORDS = 30
"""Words from which a string is prose without the end of a sentence."""
MAX_LINE = 1_000
"""Characters of a title, a date or the names of authors."""
MAX_DEPTH = 60
MAX_BLOCKS = 5_000
MAX_FOUND = 2_000
"""Bounds of what is looked at: levels of the data, paragraphs and candidates."""
_STATE = re.compile(
    r"^\s*+(?:(?:window|self|globalThis|var|let|const)\b[\s.]{0,3})?[\w$.\[\]\"']{1,120}\s{0,4}=\s{0,4}(JSON\.parse\(\s{0,4})?(?=[\[{\"'])"
)
_PUSH = re.compile(r"^\s*+\(?(?:self|window)\.[\w$.]{1,60}(?:\s?=\s?[^;]{0,80})?\)?\.push\(")
_KEYED = re.compile(r"""([A-Za-z_$][\w$]{0,40}+)\s{0,4}:\s{0,4}("[^"\\]*+(?:\\.[^"\\]*+)*+")""")
"""A key of JavaScript and its string."""
MAX_SCRIPT = 2_000_000
_FUNCTION = re.compile(r"^\s*+(?:window|self|globalThis)\.[\w$]{1,60}\s?=\s?\(?function\b")
"""What calls a function for the state that it returns (Nuxt)."""
_CDATA = re.compile(r"^\s*+(?:/\*|//)?\s?<!\[CDATA\[\s?(?:\*/)?")
TEMPLATES = frozenset(
    """text/template text/x-template text/html text/ng-template text/x-handlebars text/x-handlebars-template
    text/markdown text/x-markdown""".split()
)
"""Types of scripts that hold text to be shown, not code."""
_HOLES = ("{{", "<%", "${")
"""What a template fills in: it is a form without content then."""
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
    "body|content|text|paragraph|story|html|block|copy|markdown|section|children|component|cooked", re.IGNORECASE
)
_CODE = re.compile(r"""["'][:,]\s?["'\[{]|\[["']\$|[{;]\s*\w+\s*[:=]|=>|\bfunction\s?\(""")
"""What stands in data and scripts that a string holds, and not in a text."""
_FLIGHT = re.compile(r"^[0-9a-f]{1,4}:(?=[\[{])", re.MULTILINE)
"""Where a value begins in what React's server components stream."""
_RUNS = ("children", "content", "nodes", "spans", "runs", "elements")
"""Keys of rich text under which a paragraph keeps its runs of text."""
_RUN_TEXT = ("text", "value")
TITLE_KEYS = ("headline", "title", "name", "heading")
_ITEM_KEYS = frozenset("headline url slug href permalink link published publishedAt datePublished byline".split())
"""Keys by which the items of a list are articles, and not the parts of one."""


PUBLISHED_KEYS = (
    "datePublished", "publishedAt", "published_at", "publishedDate", "published_date", "publishDate", "publish_date",
    "publicationDate", "publication_date", "pubDate", "firstPublished", "firstPublishedAt", "first_published_at",
)  # fmt: skip
AUTHOR_KEYS = ("author", "authors", "byline")

_DECODER = json.JSONDecoder(strict=False)


class Beside(NamedTuple):
    """What stands beside a text in data, as it is written there."""

    title: str | None = None
    published: str | None = None
    author: str | None = None

    def of(self, node: dict[str, Any]) -> Beside:
        """What stands in a node, or around it."""
        return Beside(
            _first(node, TITLE_KEYS) or self.title,
            _first(node, PUBLISHED_KEYS) or self.published,
            next((names for name in AUTHOR_KEYS if (names := _names(node.get(name)))), None) or self.author,
        )


NOTHING = Beside()


def _first(node: dict[str, Any], keys: Iterable[str]) -> str | None:
    return next((line for name in keys if isinstance(node.get(name), str) and (line := _line(node[name]))), None)


def _names(value: Any) -> str | None:
    """The names of persons in data: strings, or items with a ``name``."""
    items = value if isinstance(value, list) else [value]
    written = [item.get("name") if isinstance(item, dict) else item for item in items]
    return "; ".join(line for name in written if isinstance(name, str) and (line := _line(name))) or None


def _line(text: str) -> str:
    return squeeze(_writable(text))[:MAX_LINE]


def _writable(text: str) -> str:
    """A text without what no tree of elements holds: control characters, half pairs of surrogates."""
    return CONTROL.sub("", text).encode("utf-8", "replace").decode()


@dataclass(slots=True)
class Found:
    """A candidate: its paragraphs, the keys that lead to it, and whether the page's own title stands beside it."""

    lines: list[str]
    path: tuple[str, ...] = ()
    titled: bool = False
    beside: Beside = NOTHING
    declared: bool = False
    """Whether the page declares it as the body of its article."""

    @property
    def size(self) -> int:
        """Characters of its sentences."""
        return sum(len(line) for line in self.lines if is_prose(line))

    @property
    def weight(self) -> float:
        """By which candidates are compared: its size, and more if it is titled or its keys are those of a body."""
        keys = " ".join(self.path[-4:])
        return self.size * (4.0 if self.titled else 1.0) * (1.5 if _BODY_KEY.search(keys) else 1.0)


def is_prose(text: str) -> bool:
    """Whether a string is a sentence or more."""
    words = count_words(text)
    return words >= LONG_WORDS or (words >= PROSE_WORDS and ends_sentence(text))


def candidates(kind: str, text: str) -> list[Found]:
    """The candidates in a script of this type."""
    found: list[Found] = []
    if kind in TEMPLATES:
        if not any(hole in text for hole in _HOLES):
            _offer(paragraphs(text), (), NOTHING, found)
        return found
    state = _state(kind, text)
    lines = _gather(state, (), NOTHING, found)
    if isinstance(state, str):
        _offer(lines, (), NOTHING, found)
    return found


def loaded(text: str) -> Any:
    """The first JSON value of a text; None if there is none."""
    text = text.strip().removeprefix("<!--").removeprefix("//<![CDATA[").strip().rstrip(";")
    try:
        return _DECODER.raw_decode(text)[0] if text else None
    except (ValueError, RecursionError):
        return None


def _whole(text: str) -> Any:
    """The JSON value that a text is from its first character to its last, else None: a text may begin with "[1]"."""
    try:
        return _DECODER.decode(text)
    except (ValueError, RecursionError):
        return None


def paragraphs(text: str) -> list[str]:
    """The lines of a text that may be HTML."""
    text = _writable(text)
    for _ in range(2):
        if _TAG.search(text) is not None:
            text = _TAG.sub("", _LINE_TAG.sub("\n", text))
        if "&" in text:
            text = lxml.html.fromstring(f"<p>{text.replace('<', '&lt;')}</p>").text_content()
    return [line for one in text.splitlines() if (line := squeeze(one))]


def _state(kind: str, text: str) -> Any:
    """The data of a script: JSON, or the value that it assigns."""
    if "json" in kind:
        return loaded(text)
    marked = _CDATA.match(text)
    text = text[marked.end() :] if marked is not None else text
    start = _STATE.match(text)
    if start is not None:
        value = loaded(text[start.end() :])
        if value is None:
            return _literals(text)
        return value
    if _FUNCTION.match(text) is not None:
        return _literals(text)
    pushed = _PUSH.match(text)
    value = loaded(text[pushed.end() :]) if pushed is not None else None
    streamed = value[-1] if isinstance(value, list) and value else None
    if isinstance(streamed, str):
        return [loaded(streamed[found.end() :]) for found in _FLIGHT.finditer(streamed)]
    return value


def _literals(text: str) -> dict[str, str]:
    """The longest string of each key of a value that is JavaScript and no JSON."""
    found: dict[str, str] = {}
    for key, written in _KEYED.findall(text[:MAX_SCRIPT]):
        value = loaded(written)
        if isinstance(value, str) and len(value) > len(found.get(key, "")):
            found[key] = value
    return found


def _gather(node: Any, path: tuple[str, ...], beside: Beside, found: list[Found]) -> list[str]:
    """The texts below a node in order, runs of one paragraph as one; candidates among them go to ``found``."""
    if isinstance(node, str):
        inner = _whole(node) if len(node) >= MIN_BODY and node[0] in "{[" and len(path) <= MAX_DEPTH else None
        if isinstance(inner, (dict, list)):
            return _gather(inner, (*path, ""), beside, found)
        return paragraphs(node) if " " in node.strip() and _CODE.search(node) is None else []
    if len(path) > MAX_DEPTH or len(found) > MAX_FOUND:
        return []
    lines: list[str] = []
    if isinstance(node, list):
        runs = _runs(node)
        if runs is not None:
            return paragraphs(runs)
        for item in node:
            lines += _gather(item, (*path, ""), beside, found)
        if not any(isinstance(item, dict) and _ITEM_KEYS & item.keys() for item in node):
            _offer(lines, path, beside, found)
    elif isinstance(node, dict):
        beside = beside.of(node)
        for name, value in node.items():
            if isinstance(value, (str, list, dict)) and not is_later(name):
                if not isinstance(value, str):
                    lines += _gather(value, (*path, name), beside, found)
                elif len(value) >= MIN_BODY or _is_text(name):
                    inner = _gather(value, (*path, name), beside, found)
                    _offer(inner, (*path, name), beside, found)
                    lines += inner if _is_text(name) else []
    return lines[:MAX_BLOCKS]


def _offer(lines: list[str], path: tuple[str, ...], beside: Beside, found: list[Found]) -> None:
    if sum(map(len, lines)) >= MIN_BODY:
        found.append(Found(list(lines), path, False, beside))


@lru_cache(maxsize=10_000)
def is_later(name: str) -> bool:
    """Whether data of this name stand beside a page's body."""
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
