"""What the text of a record really holds: a page's markup, entities, Markdown, escapes or lines.

Naive stores keep pages in the wrong column, escape them once too often, or on the way through JSON turn
their line ends into two characters. Each form is told by what a text of another kind has not; a text about
markup, or with code in it, stays as it is.
"""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

from cleaner.html_start import DOCUMENT_START
from cleaner.records import Page
from cleaner.strip.reading import markdown, mojibake
from cleaner.strip.reading.parsing import CONTROL

_ANY_TAG = re.compile(r"<[a-zA-Z!/?]")
_BLOCK = (
    "(?:p|div|h[1-6]|ul|ol|li|article|section|main|blockquote|figure|table|header|br|hr|body|span|strong|b|em|i|a|img)"
)
_FRAGMENT = re.compile(rf"^\s*+<{_BLOCK}(?:\s[^<>]{{0,2000}}+)?/?>", re.IGNORECASE)
_LAST_TAG = re.compile(r"(?:</[a-zA-Z][\w-]{0,20}\s?>|<(?:br|img|hr)\b[^<>]{0,500}>|-->)\s*$", re.IGNORECASE)
_PARAGRAPH_TAG = re.compile(r"</p\s?>|<p(?:\s[^<>]{0,500}+)?>|<br\s?/?>|</div\s?>|</li\s?>|</h[1-6]\s?>", re.IGNORECASE)
_LINE_TAG = re.compile(r"<br\s{0,3}/?>|</?p(?:\s[^<>]{0,500}+)?>|</?div(?:\s[^<>]{0,500}+)?>", re.IGNORECASE)
_ENDED = re.compile(r"(?:^|[.!?:;,…。！？؟۔।\"'”’»)>\]\n])\s{0,9}$")
_ABOUT = re.compile(
    r"\b(?:html5?|xml|css|markup|regex|regexp)\b|<\s?code|&lt;code|标签|タグ"
    r"|[>;][\"'`”’»]?\s{1,2}(?:tags?|elements?|entity|entities|balises?|etiquetas?)\b",
    re.IGNORECASE,
)
"""Words of texts in which markup is meant as it stands."""
_MENTIONED = re.compile(r"(?:^|[\s\"'`“‘«(])&(?:(?!amp;|[mn]dash;)[#\w]{2,25});(?=[\s\"'`”’»).,:]|$)", re.MULTILINE)
_ENTITY = re.compile(r"&(?:#\d{2,6}|#[xX][0-9a-fA-F]{2,5}|[a-zA-Z][a-zA-Z0-9]{1,24});")
_LOOK = 200_000
"""Characters of a text that are looked at for its form."""
_ESCAPED_TAG = re.compile(rf"&lt;/?{_BLOCK}(?:\s(?:(?!&[lg]t;).){{0,500}}?)?/?&gt;", re.IGNORECASE)
MIN_TAGS = 2
"""Paragraph tags of a text from which it is markup."""
_INLINE_PAIR = re.compile(
    r"<(a|b|i|em|strong|span|u|font|sup|sub|s|small)\b[^<>]{0,2000}>[^<>]{0,2000}</\1\s?>", re.IGNORECASE
)
_OTHER_TAG = re.compile(r"<(?!/?(?:a|b|i|em|strong|span|u|font|sup|sub|s|small|br|p|img)\b)[a-zA-Z/!]", re.IGNORECASE)
_BREAK = re.compile(r"(?<!\\)\\++(?:r\\++n|[nr])")
_BREAK_BEFORE_LOWER = re.compile(r"\\n[a-z]")
_JSON_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\([\"/t])")
MIN_BREAKS = 2
MAX_LOWER = 0.2
"""Share of the backslashes with an n that small letters follow, from which they are paths or code."""
_PLAIN_PARAGRAPH = re.compile(r"<(?:p|br|div|td|li|article|section|body|html|main|pre|table|textarea)\b", re.IGNORECASE)
_FIRST = 2_000
"""Characters of a page in which it mostly has one of these: a whole page's head takes long to search."""
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n[ \t\r\n]*")
MIN_LINES = 2


_MAIL_HEADER = re.compile(
    r"^\s{0,9}(?:[A-Z][A-Za-z-]{1,40}:[ \t][^\n]{0,1000}\n(?:[ \t]+\S[^\n]{0,1000}\n)*+){3,40}\s*\n"
)
_MAIL_FIELD = re.compile(r"^(From|Date|Subject):[ \t]([^\n]{0,1000})", re.MULTILINE)
_REPLY = re.compile(r"^(?:(?:re|aw|fwd?|wg|sv|tr)\s?:\s{0,9})+", re.IGNORECASE)
_ADDRESS = re.compile(r"<[^<>]{0,300}>|\S{1,100}@\S{1,200}")


def decoded(page: Page) -> Page:
    """The page with its content in the field it belongs to, as the text or HTML that was meant."""
    if page.html is not None:
        return _decoded_html(page, page.html)
    text = page.text or ""
    if "\\" in text:
        text = _without_escapes(text)
    if "<" in text or "&lt;" in text:
        found = _markup_in(text)
        if found is not None:
            return replace(page, html=found, text=None)
    if "&" in text and _entities_are_meant(text):
        text = unescape(unescape(text))
    if mojibake.is_likely(text):
        text = mojibake.mended(text)
    text = markdown.plain(text)
    page = _of_mail(page, text)
    return page if text is page.text else replace(page, text=text)


def _of_mail(page: Page, text: str) -> Page:
    """A mail's page has the title, date and author that stand in its header; the header stays in the text."""
    header = _MAIL_HEADER.match(text)
    if header is None:
        return page
    said = {name.lower(): value.strip() for name, value in _MAIL_FIELD.findall(header.group())}
    if "subject" not in said or not ("from" in said or "date" in said):
        return page
    subject = _REPLY.sub("", said["subject"]).strip()
    return replace(
        page,
        title=page.title or subject or None,
        date=page.date or said.get("date"),
        author=page.author or _ADDRESS.sub("", said.get("from", "")).strip(" \"'") or None,
    )


def _decoded_html(page: Page, html: str) -> Page:
    """HTML without a single tag is text, with entities; escaped as a whole, it is what it escapes."""
    if _ANY_TAG.search(html) is None:
        text = _without_escapes(html) if "\\" in html else html
        if len(_ESCAPED_TAG.findall(text[:_LOOK])) >= MIN_TAGS or DOCUMENT_START.match(unescape(text[:_LOOK])):
            return replace(page, html=unescape(text))
        return decoded(replace(page, html=None, text=unescape(text)))
    if "\n" in html and not _starts_with_boxes(html) and _PLAIN_PARAGRAPH.search(html) is None:
        return replace(page, html=_with_paragraphs(html))
    return page


def _starts_with_boxes(html: str) -> bool:
    """Whether one of the tags that make paragraphs stands at the start of a page and ends there."""
    found = _PLAIN_PARAGRAPH.search(html, 0, _FIRST)
    return found is not None and found.end() < _FIRST


def _entities_are_meant(text: str) -> bool:
    """Whether entities stand for characters, and are not what a text is about."""
    entities = len(_ENTITY.findall(text))
    return entities > 0 and not (2 * len(_MENTIONED.findall(text)) >= entities and _ABOUT.search(text))


def _with_paragraphs(html: str) -> str:
    """Text with inline tags whose paragraphs are blank lines, as editors of weblogs keep it."""
    if len(_BLANK_LINE.findall(html.strip())) >= MIN_LINES:
        return _BLANK_LINE.sub("\n<p>", f"<p>{html.strip()}").replace("\n", "<br>\n").replace("<br>\n<p>", "\n<p>")
    return html.strip().replace("\n", "<br>\n") if html.strip().count("\n") >= MIN_LINES else html


def _without_escapes(text: str) -> str:
    r"""The text with ``\n`` as line ends where it is one: many, and hardly a real line end beside them."""
    breaks = text.count("\\n")
    if (breaks < MIN_BREAKS and not (breaks and "\\n\\n" in text)) or text.strip().count("\n") * 4 > breaks:
        return text
    if len(_BREAK_BEFORE_LOWER.findall(text)) > MAX_LOWER * breaks:
        return text
    text = _BREAK.sub("\n", text)
    return _JSON_ESCAPE.sub(_character, text)


def _character(found: re.Match[str]) -> str:
    if found.group(1):
        code = int(found.group(1), 16)
        return "" if 0xD800 <= code < 0xE000 else chr(code)
    return " " if found.group(2) == "t" else found.group(2)


def _markup_in(text: str) -> str | None:
    """The HTML that a text is, or None."""
    if CONTROL.search(text[:100]):
        return None
    if DOCUMENT_START.match(text):
        return text
    if _FRAGMENT.match(text) and _LAST_TAG.search(text[-600:]) and len(_PARAGRAPH_TAG.findall(text)) >= 1:
        return text
    if "<" in text and (_breaks_lines(text) or _has_inline_tags(text)):
        return _with_paragraphs(text) if text.count("\n") > len(_LINE_TAG.findall(text)) else text
    if len(_ESCAPED_TAG.findall(text[:_LOOK])) >= MIN_TAGS:
        source = unescape(text)
        if DOCUMENT_START.match(source) or (_FRAGMENT.match(source) and _LAST_TAG.search(source[-600:])):
            return source
        return source if not _ABOUT.search(_LINE_TAG.sub(" ", source)) and _breaks_lines(source) else None
    return None


def _has_inline_tags(text: str) -> bool:
    """Whether a text has links and emphasis in HTML, and no other tags."""
    pairs = len(_INLINE_PAIR.findall(text))
    return pairs >= MIN_TAGS and _OTHER_TAG.search(text) is None and not _ABOUT.search(text)


def _breaks_lines(text: str) -> bool:
    """Whether tags stand in a text where its lines end, and not as words of its sentences."""
    tags = list(_LINE_TAG.finditer(text))
    if len(tags) < MIN_TAGS:
        return False
    placed = sum(_ENDED.search(text, max(0, tag.start() - 12), tag.start()) is not None for tag in tags)
    return placed >= 0.8 * len(tags) and not _ABOUT.search(_LINE_TAG.sub(" ", text))
