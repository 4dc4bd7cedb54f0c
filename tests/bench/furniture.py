"""Whole HTML pages around made-up articles: navigation, related links, share bars, comments, footer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from html import escape
from typing import Any, NamedTuple

from . import made
from . import words as language

_PAGE, _SITE, _HEADLINES = 40, 41, 42
HEADLINES = 2000
"""Distinct headlines of links to other articles."""


class Layout(NamedTuple):
    """Class names of a site's markup."""

    body: str
    wrap: str
    card: str
    share: str
    author: str
    comment: str
    paragraph: str


LAYOUTS = (
    Layout("article-body", "main-column", "card", "share-bar", "author-box", "comment", ""),
    Layout("entry-content", "content-area", "td-module", "td-post-sharing", "td-author", "comment-body", ""),
    Layout("story__content", "l-main", "teaser", "social-tools", "byline-bio", "c-comment", "story__paragraph"),
    Layout("post-text", "post", "related-item", "sharedaddy", "about-writer", "reply", "para"),
    Layout("css-1h2k", "css-9xw1", "css-77ab", "css-q0e2", "css-b81z", "css-cm3d", "css-p4p4"),
    Layout("text", "col-8", "media", "addthis", "vcard", "discussion", ""),
)


def pages(count: int, words: int = 400, seed: int = 0) -> Iterator[dict[str, Any]]:
    """Rows ``id, url, html, gold_text, gold_copy, gold_event``; a page has about 40 kB and 350 elements."""
    for number, draft in enumerate(made.drafts(count, words, seed)):
        yield {
            "id": draft.id,
            "url": draft.url,
            "html": page(draft, number, seed),
            "gold_text": draft.text,
            "gold_copy": draft.gold_copy,
            "gold_event": draft.gold_event,
        }


def page(draft: made.Draft, number: int, seed: int) -> str:
    """The page that holds an article, in the layout of its site."""
    site = made.site_name(draft.site)
    layout = LAYOUTS[int(made.noise(1, seed, _SITE, draft.site)[0] % len(LAYOUTS))]
    drawn = [one >> 8 for one in made.noise(64, seed, _PAGE, number).tolist()]
    head, header, side, footer = _frame(seed, draft.site)
    writer = language.person(drawn[0])
    said = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": draft.title,
        "datePublished": draft.date,
        "author": {"@type": "Person", "name": writer},
    }
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{escape(draft.title)} | {site}'
        f'</title>\n<link rel="canonical" href="{draft.url}">\n'
        f'<meta property="og:title" content="{escape(draft.title)}">\n'
        f'<meta property="article:published_time" content="{draft.date}">\n'
        f'<script type="application/ld+json">{json.dumps(said)}</script>\n{head}</head>\n<body class="single">\n{header}'
        f'<div class="{layout.wrap}">\n<article id="a-{number}">\n<h1>{escape(draft.title)}</h1>\n'
        f'<p class="meta">By <a rel="author" href="/by/{drawn[0] % 900}">{writer}</a> '
        f'<time datetime="{draft.date}">{draft.date}</time></p>\n{_share(layout)}'
        f'<div class="{layout.body}">\n{_body(draft, layout, drawn)}</div>\n{_share(layout)}{_tags(drawn)}'
        f'<div class="{layout.author}"><img src="/i/{drawn[0] % 900}.jpg" alt="{writer}"><h4>{writer}</h4>\n'
        f"<p>{writer} writes for {site.title()} on {_headline(seed, drawn[1]).lower()} and has done so since 2011.</p>"
        f'</div>\n</article>\n<form class="newsletter"><h3>Sign up for our newsletter</h3><input type="email">'
        f"<button>Subscribe</button><p>By signing up you agree to our terms.</p></form>\n"
        f"{_cards(seed, layout, drawn[2:14])}{_comments(seed, layout, drawn)}</div>\n{side}{footer}</body>\n</html>\n"
    )


def _body(draft: made.Draft, layout: Layout, drawn: list[int]) -> str:
    attribute = f' class="{layout.paragraph}"' if layout.paragraph else ""
    parts = []
    for number, paragraph in enumerate(draft.text.split("\n")):
        text = escape(paragraph, quote=False)
        draw = drawn[(16 + number) % 64]
        if draw % 4 == 0 and " " in text:
            first, _, rest = text.partition(" ")
            text = f'{first} <a href="/topic/{draw % 500}">{rest[:12]}</a>{rest[12:]}' if "&" not in rest[:16] else text
        parts.append(f"<p{attribute}>{text}</p>\n")
        if number == 0:
            parts.append(f'<figure><img src="/img/{draw % 9000}.jpg"><figcaption>A view of the place. Photo: Archive')
            parts.append("</figcaption></figure>\n")
        elif draw % 5 == 1:
            parts.append(f'<p class="more"><strong>Read also:</strong> <a href="/s/{draw % 999}">{_headline(0, draw)}')
            parts.append("</a></p>\n")
        elif draw % 7 == 2:
            parts.append('<div class="ad-slot" id="ad"><span>Advertisement</span><script>show(2);</script></div>\n')
    return "".join(parts)


def _share(layout: Layout) -> str:
    buttons = "".join(f'<li><a href="#{one}" class="btn">{one}</a></li>' for one in ("Share", "Post", "Mail", "Print"))
    return f'<ul class="{layout.share}">{buttons}</ul>\n'


def _tags(drawn: list[int]) -> str:
    links = "".join(f'<a href="/tag/{one % 5000}">{language.place(one)}</a> ' for one in drawn[50:55])
    return f'<div class="tags">Tags: {links}</div>\n'


def _cards(seed: int, layout: Layout, drawn: list[int]) -> str:
    cards = [
        f'<div class="{layout.card}"><a href="/s/{one % 99999}"><img src="/t/{one % 9999}.jpg"><h3>'
        f"{_headline(seed, one)}</h3></a><span>{one % 23 + 1} hours ago</span></div>\n"
        for one in drawn
    ]
    return f'<section class="related"><h2>You may also like</h2>\n{"".join(cards)}</section>\n'


def _comments(seed: int, layout: Layout, drawn: list[int]) -> str:
    items = [
        f'<li class="{layout.comment}"><b>{language.person(one)}</b> <i>{one % 30 + 1} March 2025</i>'
        f"<p>{_headline(seed, one)}. {_headline(seed, one >> 9)}!</p><a href='#r'>Reply</a></li>\n"
        for one in drawn[20 : 20 + drawn[15] % 12]
    ]
    form = "<form><h3>Leave a reply</h3><textarea></textarea><input name='name'><button>Post comment</button></form>"
    return f'<section id="comments"><h3>{len(items)} comments</h3><ol>{"".join(items)}</ol>{form}</section>\n'


@lru_cache(maxsize=HEADLINES)
def _headline_of(seed: int, number: int) -> str:
    return " ".join(made.plain(9, seed, _HEADLINES, number)).strip("\n.").replace(".", "")


def _headline(seed: int, number: int) -> str:
    return _headline_of(seed, number % HEADLINES)


@lru_cache(maxsize=2000)
def _frame(seed: int, site: int) -> tuple[str, str, str, str]:
    """What all pages of a site share: scripts and styles, header, side column, footer."""
    name = made.site_name(site).title()
    drawn = [one >> 8 for one in made.noise(96, seed, _SITE, site).tolist()]
    rules = "".join(f".c{one % 4096:x}{{margin:{one % 40}px;color:#{one % 4096:03x}}}\n" for one in drawn * 2)
    calls = "".join(f'q.push(["set","{one:x}",{one % 1000}]);\n' for one in drawn * 2)
    head = f"<style>\n{rules}</style>\n<script>\nvar q=q||[];\n{calls}</script>\n"
    sections = "".join(f'<li><a href="/c/{i}">{language.place(one)}</a></li>' for i, one in enumerate(drawn[:22]))
    header = (
        f'<header><a class="logo" href="/">{name}</a><nav><ul>{sections}</ul></nav>'
        f'<form role="search"><input name="q"></form><p class="cookies">We use cookies to improve our service.</p>'
        f'</header>\n<div class="breadcrumb"><a href="/">Home</a> / <a href="/c/3">{language.place(drawn[3])}</a></div>\n'
    )
    most = "".join(f'<li><a href="/s/{one % 99999}">{_headline(seed, one)}</a></li>\n' for one in drawn[22:40])
    side = f'<aside class="sidebar"><h3>Most read</h3><ol>\n{most}</ol></aside>\n'
    links = "".join(f'<li><a href="/l/{i}">{language.place(one)}</a></li>' for i, one in enumerate(drawn[40:70]))
    left = "".join(f"<p>{line}</p>" for line in made.leftovers(seed, site).split("\n"))
    footer = f"<footer><ul>{links}</ul>{left}<p>© 2025 {name}. All rights reserved.</p></footer>\n"
    return head, header, side, footer
