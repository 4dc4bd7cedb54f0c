"""Pages that are no articles, and boxes that are on pages of any kind: what stays of them and what goes."""

import tomllib
from pathlib import Path

import pytest

from cleaner import strip
from cleaner.records import Page
from cleaner.strip import customer_reviews, outlines, parsing
from cleaner.strip.rules import count_words

PAGES = tomllib.loads((Path(__file__).parent / "cases" / "kinds.toml").read_text(encoding="utf-8"))["page"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page["name"])
def test_what_is_the_pages_own_stays(page):
    article, _, _ = strip.verdicts_of(Page("x", "x", page.get("url"), page["source"]))
    text = " ".join(article.text.split())
    assert [one for one in page["keep"] if one not in text] == []
    assert [one for one in page.get("go", ()) if one in text] == []


ABOUT = "A box with a lid for letters, turned from one piece of pear wood and lined with felt of the colour you choose. "
REVIEWS = [
    "Bought it for my aunt, she keeps her pills in it now, and it smelled of honey for a week.",
    "Nice, but my letters do not fit unless I fold them. My own fault, still five stars.",
]


def product(name: str, about: str = 2 * ABOUT) -> str:
    cards = "".join(f"<div class='card'><p>{text}</p></div>" for text in REVIEWS)
    return f"<body><main><h1>Letter box</h1><p>{about}</p><section class='{name}'>{cards}</section></main></body>"


@pytest.mark.parametrize(
    ("source", "share", "found"),
    [
        (product("product-reviews"), 0.4, REVIEWS),
        (product("jdgm-widget"), 0.4, REVIEWS),
        (product("customerReviews list"), 0.4, REVIEWS),
        (product("product-reviews"), 0.7, []),
        (product("product-reviews", "A box."), 0.4, []),
        (product("editorial-reviews"), 0.4, []),
        (product("preview"), 0.4, []),
    ],
)
def test_reviews_go_where_the_model_doubts_them_and_the_product_is_described(source, share, found):
    page = outlines.outline(parsing.parsed(source))
    texts = [block.text for block in page.blocks]
    body = [share if text in REVIEWS else 0.9 for text in texts]
    reviews = customer_reviews.blocks(page, list(map(count_words, texts)), body, 0.3)
    assert [texts[at] for at in sorted(reviews)] == found
