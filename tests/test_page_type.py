"""What kind of page it is, what its data declare, and which of its blocks are kept for it."""

import json

import numpy as np
import pytest
from conftest import call, rows
from hypothesis import given
from hypothesis import strategies as st

import cleaner
from cleaner.strip.models import declared, page_models, page_type
from cleaner.strip.weights import weight_files

POSTS = [
    "I replaced the bearing of my mill last week and it still hums above nine hundred turns. What else could it be?",
    "Had the same on mine. In the end it was the belt: worn on the inside where nobody looks. Take it off and bend it.",
    "Second that. And check that the motor is not loose on its plate, mine had lost two of the four screws.",
    "Thanks both, it was the belt indeed. Ordered a new one, and the hum is gone even at full speed.",
]
ITEMS = [
    ("Oak bench, two seats", "A garden bench of oiled oak that stays outside all year.", "€ 240"),
    ("Ash stool", "A three-legged stool, turned by hand, in three heights.", "€ 85"),
    ("Elm table, round", "Seats four. The top is one piece, with the edge as it grew.", "€ 610"),
    ("Pear box", "A box with a lid for letters, lined with felt.", "€ 48"),
]
NEWS = [
    f"The ferry to {place} will not sail before {month}, the harbour office said on Monday, because the pier that it "
    "lands at has to be rebuilt from the ground up after the storm of last winter."
    for place, month in (("Osby", "May"), ("Hollen", "June"), ("Vik", "July"), ("Sande", "August"), ("Lunde", "autumn"))
]


def page(title: str, body: str, head: str = "") -> str:
    menu = "".join(f"<li><a href='/{name}'>{name}</a></li>" for name in ("Home", "About", "Contact", "Help"))
    return (
        f"<html lang='en'><head><title>{title}</title>{head}</head><body><nav class='menu'><ul>{menu}</ul></nav>"
        f"<main>{body}</main><footer><p>© 2026 The owners</p><a href='/terms'>Terms</a></footer></body></html>"
    )


def forum() -> str:
    posts = "".join(
        f"<div class='post' id='post-{at}'><div class='username'>member{at}</div><div class='post-date'>3 May 2026</div>"
        f"<div class='post-content'><p>{text}</p></div><a class='reply-button' href='#'>Reply</a></div>"
        for at, text in enumerate(POSTS)
    )
    return page(
        "Mill hums at high speed - Workshop forum", f"<h1>Mill hums at high speed</h1><div class='topic'>{posts}</div>"
    )


def article(declaring: list[str] | None = None) -> str:
    said = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": "No ferry before May"}
    if declaring is not None:
        said["articleBody"] = " ".join(declaring)
    head = f"<meta property='og:type' content='article'><script type='application/ld+json'>{json.dumps(said)}</script>"
    text = "".join(f"<p>{line}</p>" for line in NEWS)
    return page("No ferry before May", f"<article class='story'><h1>No ferry before May</h1>{text}</article>", head)


def test_an_article_and_a_forum_are_told_apart():
    found = cleaner.strip_html(article(), url="https://ledger.example/news/2026/05/03/no-ferry-before-may")
    assert found.page_type == "article" and found.page_type_probability > 0.8
    found = cleaner.strip_html(forum(), url="https://workshop.example/forum/viewtopic.php?t=1204")
    assert found.page_type == "forum" and found.page_type_probability > 0.5


def test_a_forum_keeps_its_posts():
    kept = cleaner.strip_html(forum(), url="https://workshop.example/forum/viewtopic.php?t=1204").text
    assert [post for post in POSTS if post not in kept] == []
    assert "Reply" not in kept and "Contact" not in kept


def test_a_collection_keeps_its_items():
    cards = "".join(
        f"<li class='product-card'><a href='/p/{at}'><h3>{name}</h3></a><p>{text}</p>"
        f"<span class='price'>{price}</span></li>"
        for at, (name, text, price) in enumerate(ITEMS)
    )
    body = f"<h1>Furniture</h1><p>Everything that we make is made to last.</p><ul class='product-grid'>{cards}</ul>"
    found = cleaner.strip_html(page("Furniture", body), url="https://joiner.example/collections/furniture")
    assert found.page_type in ("collection", "product", "listing")
    assert [text for _, text, _ in ITEMS if text not in found.text] == []


def test_documentation_keeps_its_code():
    code = "tank = Tank('rain', litres=400)\ntank.open(valve=2)\nprint(tank.level)"
    body = (
        "<div class='document'><h1>Tanks</h1><p>A tank holds water and knows how much of it there is. Make one with a "
        f"name and a size in litres, then open a valve:</p><pre class='highlight'>{code}</pre><p>The level is given in "
        "litres and goes down as long as a valve is open. Closing all valves stops it, and so does an empty tank.</p>"
        "<h2>Errors</h2><p>A tank without a name raises ValueError before anything is opened.</p></div>"
    )
    html = page("Tanks - Waterworks 2.1 documentation", body)
    kept = cleaner.strip_html(html, url="https://docs.water.example/tanks").text
    assert "tank.open(valve=2)" in kept and "raises ValueError" in kept


def test_stored_text_has_no_kind():
    found = cleaner.strip_text("\n".join(NEWS))
    assert found.page_type is None and found.page_type_probability is None


def test_a_run_gives_the_kind_out_and_counts_it(tmp_path):
    for name, html in (("a.html", article()), ("b.html", forum())):
        (tmp_path / name).write_text(html, encoding="utf-8")
    assert call("run", tmp_path / "a.html", tmp_path / "b.html", "--output", tmp_path / "out").returncode == 0
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    corpus = rows(tmp_path / "out" / "corpus.jsonl")
    assert sum(report["page_types"].values()) == len(corpus) == 2
    assert {row["page_type"] for row in corpus} <= set(page_type.TYPES)
    assert all(0 < row["page_type_probability"] <= 1 for row in corpus)


# ---- what the page's data declare


def test_the_declared_body_is_read_from_json_ld():
    assert declared.text_of(article(NEWS)) == " ".join(NEWS)
    assert declared.text_of(article()) == ""


@pytest.mark.parametrize(
    "value", ['"short"', '"no end', "12", '"bad \\q escape ' + "x" * 300 + '"', "null", '["a list"]', ""]
)
def test_what_is_no_declared_body(value):
    assert declared.text_of(f'<script type="application/ld+json">{{"articleBody": {value}}}</script>') == ""


def test_blocks_of_the_declared_body_are_marked():
    texts = ["Menu", NEWS[0], NEWS[1], "A line of somebody else's that stands below the text and is no part of it."]
    found = declared.columns(article(NEWS), texts, np.array([1.0, 30, 30, 16]))
    assert found[:, 0].tolist() == [0, 1, 1, 0]
    assert (declared.columns(article(), texts, np.ones(4)) == declared.NONE).all()


# ---- the threshold of a page that is no article


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 300)), min_size=1, max_size=40))
def test_a_page_has_a_threshold_within_bounds(blocks):
    body, units = (np.array(column, float) for column in zip(*blocks, strict=True))
    assert page_models.LOWEST <= page_models.threshold_of(body, units) <= page_models.HIGHEST


def test_doubtful_blocks_stay_where_most_of_a_page_is_doubtful():
    units = np.full(10, 20.0)
    assert page_models.threshold_of(np.array([0.45] * 10), units) <= 0.45
    assert page_models.threshold_of(np.array([0.95] * 9 + [0.3]), units) > 0.3


def test_a_listing_keeps_more_of_what_is_doubtful_than_a_forum():
    body, units = np.array([0.9, 0.5, 0.4, 0.3, 0.2, 0.02]), np.full(6, 20.0)
    assert page_models.threshold_of(body, units, "listing") < page_models.threshold_of(body, units, "forum") <= 0.5


# ---- the blocks of an article, by both models


def judged(odds, other, article=0.95, kind="article"):
    """Which blocks are body; ``other`` are the second model's log-odds. The blocks it was asked about are told too."""
    asked = []

    def by_other(rows):
        asked.extend(rows.tolist())
        return np.array(other)[rows]

    units = np.full(len(odds), 20.0)
    body, threshold = page_models.of_article(np.array(odds), by_other, lambda found: found, units, article, kind)
    return (body >= threshold).tolist(), asked


def test_the_second_model_is_asked_only_where_the_first_leaves_it_open():
    kept, asked = judged([5.0, 4.0, 1.0, -1.0, -5.0], [-9.0, 3.0, -3.0, 3.0, 9.0])
    assert asked == [2, 3]
    assert kept == [True, True, False, True, False]


def test_a_page_that_one_model_holds_for_body_is_kept_whole():
    assert judged([1.2] * 8, [-3.0] * 8)[0] == [True] * 8
    assert judged([1.2] * 6 + [4.0], [3.0] * 6 + [-3.0])[0] == [True] * 7


def test_where_a_page_may_be_no_article_doubtful_blocks_stay():
    odds = [3.0, 0.0, -0.2, -0.3, -0.2, -4.0]
    assert judged(odds, odds)[0] == [True] + [False] * 5
    assert judged(odds, odds, 0.5, "listing")[0] == [True] * 5 + [False]


@given(st.lists(st.tuples(st.floats(-9, 9), st.floats(-9, 9)), min_size=1, max_size=30), st.floats(0.3, 1))
def test_both_models_leave_at_least_half_of_what_the_articles_model_keeps(blocks, article):
    odds, other = (list(column) for column in zip(*blocks, strict=True))
    alone = sum(1 / (1 + np.exp(-one)) >= page_models.ALONE_THRESHOLD for one in odds)
    assert sum(judged(odds, other, article)[0]) >= page_models.LEAST_LEFT * alone


@pytest.mark.parametrize(("article", "asked"), [(0.95, False), (0.6, True), (0.1, True)])
def test_networks_read_the_blocks_of_a_page_that_may_be_no_article(article: float, asked: bool) -> None:
    trees, networks = weight_files.trees("other_pages"), weight_files.networks("page_networks")
    every = np.random.default_rng(5).normal(size=(30, trees.width)).astype(np.float32)
    types = np.full(len(page_type.TYPES), (1 - article) / (len(page_type.TYPES) - 1))
    types[page_type.ARTICLE] = article
    with_networks, without = (
        page_models.by_both(
            types,
            np.full(30, 12.0),
            lambda: np.linspace(-2.0, 2.0, 30),
            lambda numbers: every if numbers is None else every[numbers],
            trees,
            lambda found=found: found,
        )
        for found in (networks, ())
    )
    assert (with_networks.probability != without.probability).any() == asked
