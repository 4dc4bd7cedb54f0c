"""Mutations of a page's or record's text, before it goes into a container."""

from __future__ import annotations

import random
from collections.abc import Callable

Change = Callable[[random.Random, str], str]
LONGEST = 200_000
"""Characters that repeating and nesting may come to."""
ODD = (
    "\0", "\ud800", "\udfff", "\ufeff", "\ufffe", "\u2028", "\u2029", "\x85", "\x1b[31m", "\u202e", "\u200b", "\u0301" * 40,
    "\U0001f469\u200d\U0001f692", "\r", "\x0b", "\x0c", "\t\u00a0", "\u3000", "\u0130", "\u00df", "\ufdfa", "\u0e33", "\x7f",
    "&#xd800;", "&#0;", "&#x110000;", "&amp;lt;", "&nbsp", "<![CDATA[", "]]>", "<!--", "-->", "<?xml", "<!", "</", "<", ">",
)  # fmt: skip
TAGS = "b i a p div span table td tr ul li font form select template svg math object iframe script style h1 br q".split()
PIECES = (
    "_1", "-read", "-", "_", ".", "...", "\u201d", '"', "[1]", "a | ", "Home > ", "http://a.b/c ", "www.", "@a ", "#a ",
    "12 de enero de 2026 ", "12 Foobarember 2026\n", "2026-03-02T06:30:00Z ", "1", "1,", "1.", "x", " ", "\n", "a\n", "\r\n",
    "A. B. ", "Mr. ", "By ", "Read more ", "\u4e2d\u6587", "\u3002", "\u0e01\u0e33", "&amp;", "=", "/", "(", ")", "%20", "\\",
    "<br>", "<p>a", "<li><a href=/x>a</a>", "<h1>Some title here</h1>", "<td>", "</p>", "<a b='", '<div a="<" ',
)  # fmt: skip
DATES = (
    "0000-00-00", "9999-12-31", "99999-01-01", "2026-13-99", "2026-02-30T25:61:61+99:99", "2024-W10-6", "20260302T063000Z",
    "Mon, 02 Mar 2026 06:30:00 GMT", "1772438400", "1772438400000000", "-1", "tomorrow", "3 hours ago", "\u0661\u0662/\u0663",
    "31/02/2026", "12 de enero", "1970", "\u4e8c\u25cb\u4e8c\u516d\u5e74\u4e09\u6708\u4e8c\u65e5", "2026-03-02T06:30:00+" + "9" * 40,
)  # fmt: skip
CHARSETS = ("utf-8", "utf-16", "utf-16-le", "utf-7", "latin-1", "windows-1252", "koi8-r", "shift_jis", "gb18030", "big5",
            "iso-2022-jp", "x-user-defined", "no-such", "utf-32", "idna", "rot13", "unicode_escape", "hz", "\0")  # fmt: skip


def mutated(rng: random.Random, text: str, other: str, is_html: bool) -> str:
    """``text`` after one to four changes; ``other`` is what is spliced in."""
    for _ in range(rng.choice((1, 1, 1, 2, 2, 4))):
        kind = rng.choice(_HTML if is_html else _TEXT)
        text = _splice(rng, text, other) if kind is _splice_marker else kind(rng, text)
    return text


def _place(rng: random.Random, text: str) -> int:
    return rng.randrange(len(text) + 1)


def _insert(rng: random.Random, text: str, piece: str) -> str:
    at = _place(rng, text)
    return text[:at] + piece + text[at:]


def _odd(rng: random.Random, text: str) -> str:
    for _ in range(rng.choice((1, 3, 20))):
        text = _insert(rng, text, rng.choice(ODD))
    return text


def _repeat(rng: random.Random, text: str) -> str:
    """One piece over and over: what makes a pattern or a parser run away."""
    piece = rng.choice(PIECES)
    if rng.random() < 0.4:
        piece += rng.choice(PIECES)
    if rng.random() < 0.2 and text:
        at = _place(rng, text)
        piece = text[at : at + rng.choice((1, 2, 5, 30))] or piece
    times = min(rng.choice((20, 60, 400, 3000, 20_000, 100_000)), LONGEST // len(piece))
    return _insert(rng, text, piece * times + rng.choice(("", "x", "!1", "\n", ".", ">")))


def _nest(rng: random.Random, text: str) -> str:
    tags = rng.sample(TAGS, rng.choice((1, 1, 2)))
    depth = min(rng.choice((10, 100, 300, 3000, 20_000)), LONGEST // sum(len(tag) + 2 for tag in tags))
    opened = "".join(f"<{tag}>" for tag in tags) * depth
    closed = "".join(f"</{tag}>" for tag in rng.sample(tags, len(tags))) * depth if rng.random() < 0.5 else ""
    return _insert(rng, text, opened + "deep" + closed)


def _attributes(rng: random.Random, text: str) -> str:
    form, gap = rng.choice(("a{}=1", 'a{}="<"', "a{}", "a{}='>'", "a=1")), rng.choice((" ", "/", "\n"))
    number = rng.choice((10, 500, 3000, 8000))
    return _insert(rng, text, "<div " + gap.join(form.format(i) for i in range(number)) + ">x</div>")


def _cut(rng: random.Random, text: str) -> str:
    first, last = sorted((_place(rng, text), _place(rng, text)))
    return rng.choice((text[:first], text[last:], text[:first] + text[last:]))


def _lines(rng: random.Random, text: str) -> str:
    lines = text.split("\n")
    rng.shuffle(lines)
    return rng.choice(("\n", "\r", " ", "\u2028", "\n\n\n", "")).join(lines + lines[: rng.choice((0, 0, 5))])


def _date(rng: random.Random, text: str) -> str:
    date = rng.choice(DATES)
    shown = rng.choice(
        (
            "\n{}\n", "<time datetime='{}'>", "<meta property='article:published_time' content='{}'>",
            '<script type="application/ld+json">{{"@type":"NewsArticle","datePublished":"{}"}}</script>',
        )
    )  # fmt: skip
    return _insert(rng, text, shown.format(date))


def _linked_data(rng: random.Random, text: str) -> str:
    depth = rng.choice((1, 50, 2000, 30_000))
    body = rng.choice(
        (
            "[" * depth, '{"author":' * depth, '{"@type":"NewsArticle","headline":' + "9" * depth + "}",
            '{"@type":"NewsArticle","headline":"' + '\\"a' * depth, '{"@type":["Article"],"author":[1,null,{}],"image":{"a":[]}}',
            '{"@type":"NewsArticle","author":"\\ud800","headline":"\\u0000","datePublished":1e400}',
        )
    )  # fmt: skip
    return f'<html><head><script type="application/ld+json">{body}</script></head>{text}'


def _charset(rng: random.Random, text: str) -> str:
    name = rng.choice(CHARSETS)
    return rng.choice((f"<meta charset='{name}'>", f'<?xml version="1.0" encoding="{name}"?>')) + text


def _splice_marker(rng: random.Random, text: str) -> str:
    return text


def _splice(rng: random.Random, text: str, other: str) -> str:
    return text[: _place(rng, text)] + other[_place(rng, other) :]


_TEXT: tuple[Change, ...] = (_odd, _odd, _repeat, _repeat, _cut, _lines, _date, _splice_marker)
_HTML: tuple[Change, ...] = (*_TEXT, _nest, _nest, _attributes, _linked_data, _charset, _charset)
