"""What becomes of the elements that are not plainly text: which of them a reader sees, and as what.

The walk through a page asks here about controls, embedded media, formulas and unknown elements. When in
doubt a sentence is shown: the models and rules decide over it like over any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import lxml.html
import regex

from cleaner.scripts import CHINESE_JAPANESE, UNSPACED
from cleaner.sentence_marks import COMMON, DOUBLE_DANDA, ELLIPSIS, URDU_STOP

UNSEEN, INLINE, BOX, APART = "unseen", "inline", "box", "apart"
"""Not text; part of the line that it stands in; a line of its own; part of the line as a word of its own."""
NEVER_TEXT = frozenset(
    "script style head title meta link template rp datalist input annotation annotation-xml desc".split()
)
"""Even an unclosed one of these holds no text."""
SOMETIMES = frozenset(
    "svg select option textarea button iframe object noscript canvas map video audio math rt rtc".split()
)
"""Controls, media and notations; a button or select that holds paragraphs was left unclosed."""
REPLACED = frozenset("select textarea button iframe object canvas video audio".split())
"""Boxes of which nothing is shown: the words before and after one are two words."""
_LABELS = ("text", "foreignobject")
"""Elements of a drawing that hold text."""
_HEADS = frozenset("h1 h2 h3 h4 h5 h6 dt summary legend".split())
_OWN_LINES = frozenset("p h1 h2 h3 h4 h5 h6 a b i em strong u font label td th dt".split())
"""Elements in which an unknown element is a part of the line."""
SENTENCE_WORDS = 8
"""Words of a control that is a sentence; labels have fewer."""
LONG_WORDS = 30
"""Words from which the text of a span is no label, with or without the end of a sentence."""
TEXTAREA_WORDS, MEDIA_WORDS = 25, 40
"""The same for a textarea (it may hold codes to copy) and a video or sound (what old browsers show instead)."""
MAX_LOOKED_AT = 1_000
"""Characters of an element's text that are looked at."""
MIN_WORD = 3
"""Characters of a word in a span of its own."""
_END_CHARS = 24
_STOPS = COMMON + ELLIPSIS + URDU_STOP + DOUBLE_DANDA
"""Not those of scripts in which hardly a control of a page is a sentence."""
_SENTENCE_END = re.compile(rf"[{_STOPS}][\"'\u201d\u2019\u00bb\u300d)]*\s*$")
_QUESTION = re.compile(r"[?\uff1f\u061f\u037e][\"'\u201d\u2019\u00bb\u300d)]*\s*$")
_WORD = regex.compile(rf"[{UNSPACED}]{{2}}|[^\W{CHINESE_JAPANESE}]+")
_INVISIBLE_OR_BLOCK = re.compile(
    r"(visually-?hidden|screen-?reader|\bsr-only)|(?:^|\s)(?:d-|u-|is-)?block(?:\s|$)", re.IGNORECASE
)
"""Classes of inline text that only a screen reader sees ("opens in a new tab"), and of spans that are blocks."""
_BLOCK_STYLE = re.compile(r"display\s*:\s*(?:block|flex|grid|table|list-item)\b", re.IGNORECASE)
_EXCUSE = re.compile(
    r"javascript|\bflash\b|\bplug-?in|browser|navigateur|navegador|bráuser|prohlížeč|przeglądar|tarayıc|браузер"
    r"|浏览器|瀏覽器|ブラウザ|브라우저|متصفح|مرورگر",
    re.IGNORECASE,
)
"""What stands where a browser lacks something says so."""
_IN_PAGE = ("#", "javascript:")
_BLOCKS = ("p", "blockquote")
MIN_PARAGRAPHS = 4
"""Sentences in paragraphs of their own that no link to another text holds."""
MIN_WRAPPERS = 3
"""Links around paragraphs that lead to one and the same address from which they are no links for a reader."""


def how(element: lxml.html.HtmlElement, tag: str) -> str:
    """What becomes of one of the elements that are sometimes shown."""
    if tag == "svg" and not _holds(element, "p", *_LABELS):
        return UNSEEN
    if tag == "math":
        return UNSEEN if _has_twin(element) else INLINE
    if tag in ("rt", "rtc"):
        return INLINE if _holds(element, "rb") else UNSEEN
    if len(element) and _holds(element, "p"):
        return INLINE
    if tag == "button":
        return _button(element)
    if tag in ("select", "option", "iframe"):
        return UNSEEN
    if tag in ("object", "noscript", "canvas", "map"):
        return BOX if _is_sentence(element, SENTENCE_WORDS) else UNSEEN
    if tag == "svg":
        return BOX if any(_is_sentence(label, SENTENCE_WORDS) for label in element.iter(*_LABELS)) else UNSEEN
    return BOX if _is_sentence(element, TEXTAREA_WORDS if tag == "textarea" else MEDIA_WORDS) else UNSEEN


def _holds(element: lxml.html.HtmlElement, *tags: str) -> bool:
    """Whether an element, itself none of these, holds one of them."""
    return next(element.iter(*tags), None) is not None


def how_inline(element: lxml.html.HtmlElement, tag: str) -> str:
    """What becomes of a span or of an element of the page's own making."""
    if tag == "span":
        named = element.get("class")
        said = _said_by_class(named) if named is not None else ""
        if said:
            return UNSEEN if said == UNSEEN else BOX if _is_running(element) else INLINE
        style = element.get("style")
        if style is None or not _is_block(style):
            return INLINE
        return BOX if not _holds(element, "a") or _is_running(element) else INLINE
    above = element.getparent()
    if above is None or above.tag in _OWN_LINES:
        return INLINE
    before = element.getprevious()
    beside = (above.text if before is None else before.tail) or ""
    if beside.strip() or (element.tail or "").strip():
        return INLINE
    return BOX if _is_running(element) else APART


@lru_cache(maxsize=20_000)
def _said_by_class(named: str) -> str:
    found = _INVISIBLE_OR_BLOCK.search(named)
    return "" if found is None else UNSEEN if found.group(1) else BOX


@lru_cache(maxsize=20_000)
def _is_block(style: str) -> bool:
    return _BLOCK_STYLE.search(style) is not None


def is_apart(element: lxml.html.HtmlElement, written: str) -> bool:
    """Whether a space was meant between a span and the one before it: a style sheet makes boxes of them.

    One ends as a word does and the other begins as a sentence does; a letter set on its own belongs to its word.
    """
    text = element.text
    if not text or not text[0].isupper() or len(written) < MIN_WORD:
        return False
    if not written[-1].islower() and written[-1] not in ".!?:;":
        return False
    before = element.getprevious()
    return before is not None and before.tag == "span" and not before.tail


def is_wrapper(link: lxml.html.HtmlElement) -> bool:
    """Whether a link with elements inside is none for a reader: it wraps text of the page that it stands on.

    It wraps a block, and leads to a place on the page, or to where so many others lead that wrap blocks; or it wraps
    a whole text.
    """
    if not _wraps(link) or not _is_running(link):
        return False
    if sum(1 for inner in link if inner.tag in _BLOCKS and _is_running(inner)) >= MIN_PARAGRAPHS:
        return True
    target = (link.get("href") or "#").partition("#")[0]
    if not target or target.startswith(_IN_PAGE):
        return True
    near = 0
    for other in _beside(link):
        if (other.get("href") or "").partition("#")[0] == target:
            near += _wraps(other)
            if near >= MIN_WRAPPERS - 1:
                return True
    return False


def _wraps(link: lxml.html.HtmlElement) -> bool:
    return len(link) > 0 and link[0].tag in _BLOCKS


def _beside(link: lxml.html.HtmlElement, reach: int = 6) -> Iterator[lxml.html.HtmlElement]:
    """The links among the elements next to one."""
    for preceding in (True, False):
        for at, other in enumerate(link.itersiblings("a", preceding=preceding)):
            if at == reach:
                break
            yield other


def _button(button: lxml.html.HtmlElement) -> str:
    """A button in a heading is the heading (of an accordion); one with a sentence or a question is a line."""
    above = button.getparent()
    head = above if above is None or above.tag in _HEADS else above.getparent()
    if head is not None and head.tag in _HEADS and _text(head) == _text(button):
        return INLINE
    text = _text(button)
    if _QUESTION.search(text[-_END_CHARS:]) is not None:
        return BOX
    return BOX if _is_long(text, SENTENCE_WORDS) and not _holds(button, "div") else UNSEEN


def _has_twin(math: lxml.html.HtmlElement) -> bool:
    """Whether a formula stands there a second time as plain markup (KaTeX, MathJax): this one is for screen readers."""
    above = math.getparent()
    named = (above.get("class") or "") if above is not None else ""
    return "katex-mathml" in named or "ssistive" in named or (above is not None and above.tag == "mjx-assistive-mml")


def _text(element: lxml.html.HtmlElement) -> str:
    """The beginning of an element's text: as much as tells a sentence from a label."""
    parts = [element.text or ""]
    size = len(parts[0])
    for inner in element.iterdescendants():
        if size > MAX_LOOKED_AT:
            break
        if inner.tag not in NEVER_TEXT and inner.text:
            parts.append(inner.text)
            size += len(inner.text)
        if inner.tail:
            parts.append(inner.tail)
            size += len(inner.tail)
    return " ".join(" ".join(parts)[:MAX_LOOKED_AT].split())


def _is_long(text: str, words: int) -> bool:
    """Whether a text has so many words and the end of a sentence."""
    if len(text) < 2 * words or _SENTENCE_END.search(text[-_END_CHARS:]) is None:
        return False
    return sum(1 for _ in _WORD.finditer(text)) >= words


def _is_sentence(element: lxml.html.HtmlElement, words: int) -> bool:
    """Whether a control or replaced element holds a sentence of so many words, and neither code nor an excuse."""
    text = _text(element)
    return _is_long(text, words) and "<" not in text and _EXCUSE.search(text) is None


def _is_running(element: lxml.html.HtmlElement) -> bool:
    """Whether a span or an element of the page's own holds a sentence, or so many words that it is no label."""
    text = _text(element)
    return _is_long(text, SENTENCE_WORDS) or sum(1 for _ in _WORD.finditer(text)) >= LONG_WORDS
