"""Pages that are no articles, and boxes that are on pages of any kind: what stays of them and what goes."""

import tomllib
from pathlib import Path

import pytest

from cleaner import strip
from cleaner.records import Page
from cleaner.strip.reading import outlines, parsing
from cleaner.strip.rules import count_words
from cleaner.strip.structure.outside import consent_boxes, side_boxes

PAGES = tomllib.loads((Path(__file__).parent / "cases" / "kinds.toml").read_text(encoding="utf-8"))["page"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page["name"])
def test_what_is_the_pages_own_stays(page):
    article, _, _ = strip.verdicts_of(Page("x", "x", page.get("url"), page["source"]))
    text = " ".join(article.text.split())
    assert [one for one in page["keep"] if one not in text] == []
    assert [one for one in page.get("go", ()) if one in text] == []


@pytest.mark.parametrize(
    ("around", "name", "goes"),
    [
        ("div", "cookie-bar", True),
        ("article", "cookie-bar", False),
        ("article", "cookie-bar onetrust-banner-sdk", True),
        ("div", "informed-consent", False),
    ],
)
def test_a_name_that_anybody_may_give_is_no_consent_box_inside_an_article(around, name, goes):
    box = f"<div class='{name}'><p>Melt the butter with the sugar.</p></div>"
    page = outlines.outline(parsing.parsed(f"<body><p>Two bakes.</p><{around}><p>One.</p>{box}</{around}></body>"))
    assert [page.blocks[i].text for i in consent_boxes.blocks(page)] == ["Melt the butter with the sugar."] * goes


ABOUT = "A box with a lid for letters, turned from one piece of pear wood and lined with felt of the colour you choose. "
REVIEWS = [
    "Bought it for my aunt, she keeps her pills in it now, and it smelled of honey for a week.",
    "Nice, but my letters do not fit unless I fold them. My own fault, still five stars.",
]


def product(name: str, about: str = 2 * ABOUT) -> str:
    cards = "".join(f"<div class='card'><p>{text}</p></div>" for text in REVIEWS)
    return f"<body><main><h1>Letter box</h1><p>{about}</p><section class='{name}'>{cards}</section></main></body>"


@pytest.mark.parametrize(
    ("kind", "source", "share", "found"),
    [
        ("product", product("product-reviews"), 0.4, REVIEWS),
        ("product", product("jdgm-widget"), 0.4, REVIEWS),
        ("product", product("customerReviews list"), 0.4, REVIEWS),
        ("product", product("related-products"), 0.4, REVIEWS),
        ("product", product("product-reviews"), 0.7, []),
        ("product", product("product-reviews", "A box."), 0.4, []),
        ("product", product("editorial-reviews"), 0.4, []),
        ("product", product("preview"), 0.4, []),
        ("listing", product("size-modal"), 0.4, REVIEWS),
        ("listing", product("product-reviews"), 0.4, []),
        ("forum", product("comments"), 0.4, []),
        ("documentation", product("modal"), 0.4, []),
    ],
)
def test_what_is_beside_goes_where_the_model_doubts_it_and_enough_is_left(kind, source, share, found):
    page = outlines.outline(parsing.parsed(source))
    texts = [block.text for block in page.blocks]
    body = [share if text in REVIEWS else 0.9 for text in texts]
    aside = side_boxes.doubtful(side_boxes.boxes_in(page, kind), list(map(count_words, texts)), body, 0.3)
    assert [texts[at] for at in sorted(aside)] == found
