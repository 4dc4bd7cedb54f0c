"""Fidelity: what pages of kinds that lose text easily have to keep."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from cleaner import strip
from cleaner.records import Page
from cleaner.strip.judgement import Verdict
from cleaner.strip.reading import outlines, parsing
from cleaner.strip.rules.rule_lookup import matching
from cleaner.strip.structure.boxes import poll_boxes
from cleaner.strip.structure.kept import beside_paragraphs, heads_of_kept

CASES = tomllib.loads((Path(__file__).parent / "cases" / "kept.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", CASES["page"], ids=[page["name"] for page in CASES["page"]])
def test_the_text_stays(page):
    article, _, _ = strip.verdicts_of(Page("x", "x", html=page.get("html"), text=page.get("text")))
    assert [one for one in page["stays"] if one not in article.text] == []
    assert [one for one in page["goes"] if one in article.text] == []


@pytest.mark.parametrize("language", CASES["promised"])
def test_a_notice_that_says_more_behind_a_comma_is_one(language):
    assert [line for line in CASES["promised"][language] if matching(line, language) is None] == []


@pytest.mark.parametrize("language", CASES["told"])
def test_what_somebody_says_is_no_notice(language):
    assert [line for line in CASES["told"][language] if matching(line, language) is not None] == []


def test_a_line_of_words_beside_a_network_is_no_share_bar():
    assert matching("Facebook Twitter and what became of them", "en") is None
    assert matching("Share on Facebook Copy link WhatsApp", "en") is not None
    assert matching("VK Share on Facebook", "en") is not None


PARAGRAPHS = [f"The keeper of the {what} said that nobody had crossed it since the gale." for what in ("weir", "lock")]


def outline_of(body):
    elements = parsing.parsed(f"<html><body><article>{body}</article></body></html>")
    assert elements is not None
    return outlines.outline(elements)


def doubted(page, probability, share=0.95):
    """The model's verdicts where it is sure of the paragraphs and gives every other line this probability."""
    body = [share if block.text in PARAGRAPHS else probability for block in page.blocks]
    return body, [None if one > 0.5 else Verdict("model.block", one) for one in body]


@pytest.mark.parametrize(
    ("between", "stays"),
    [
        ("<p>It is shut.</p>", True),
        ('<div class="line">“I heard it go.”</div><p>He left.</p>', True),
        ("<blockquote><p>“I heard it go.”</p></blockquote>", True),
        ("<p>It is shut</p>", False),
        ("<p><a href='/x'>The ferry that nobody ordered sails at last.</a></p>", False),
        ("<h2>It is shut.</h2>", True),
        ("<h1>It is shut.</h1>", False),
        ("<div><h3>By post.</h3><p>It is free.</p></div>", False),
        ("<p>One.</p><p>Two.</p><p>Three.</p>", False),
    ],
)
def test_a_sentence_between_two_sure_paragraphs_stays(between, stays):
    page = outline_of(f"<p>{PARAGRAPHS[0]}</p>{between}<p>{PARAGRAPHS[1]}</p>")
    body, verdicts = doubted(page, 0.3)
    beside_paragraphs.keep(page, body, verdicts)
    heads_of_kept.keep(page, body, verdicts)
    assert [verdict is None for verdict in verdicts[1:-1]] == [stays] * (len(verdicts) - 2)


def test_a_sentence_stays_only_where_the_model_doubts_and_no_rule_speaks():
    page = outline_of(f"<p>{PARAGRAPHS[0]}</p><p>It is shut.</p><p>{PARAGRAPHS[1]}</p>")
    for probability, share, verdict in ((0.05, 0.95, "model.block"), (0.3, 0.7, "model.block"), (0.3, 0.95, "advert.x")):
        body, _ = doubted(page, probability, share)
        verdicts = [None, Verdict(verdict), None]
        beside_paragraphs.keep(page, body, verdicts)
        assert verdicts[1] == Verdict(verdict)


def below_head(box, language="en"):
    """What becomes of the lines of a box whose first one the model cut and whose others it left."""
    page = outline_of(f"<p>{PARAGRAPHS[0]}</p><div>{box}</div><p>{PARAGRAPHS[1]}</p>")
    head = next(at for at, block in enumerate(page.blocks) if at)
    verdicts = [Verdict("model.block", 0.4) if at == head else None for at in range(len(page.blocks))]
    poll_boxes.drop(page, language, verdicts)
    assert verdicts[0] is None
    assert verdicts[-1] is None
    return [verdict and verdict.rule for verdict in verdicts[head + 1 : -1]]


def test_what_stands_in_a_box_below_the_head_of_a_poll_goes_with_it():
    answers = "<p>Should the weir be rebuilt?</p><ul><li>Yes 61%</li><li>Ask the heron 17%</li></ul>"
    assert below_head(f"<h4>What do you think?</h4>{answers}") == ["navigation.poll-head"] * 3
    assert below_head(f"<h4>Umfrage</h4>{answers}", "de") == ["navigation.de-poll"] * 3
    assert below_head(f"<h4>The weir</h4>{answers}") == [None] * 3
    long = f"<p>{' '.join(['The weir has stood here since the mill was built.'] * 4)}</p>"
    assert below_head(f"<h4>What do you think?</h4>{answers}{long}") == [None] * 4
    prose = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    assert below_head(f"<h4>Quick poll</h4>{prose}") == [None] * 2
    assert below_head(f"<h4>What do you think?</h4>{''.join(f'<p>Line {n}.</p>' for n in range(12))}") == [None] * 12


WARES = """Bread board of ash, Butter knife of beech, Egg cup with a foot, Milking stool, Step for the larder, Coat rail, Salt box,
Cutting block on legs, Flour chest, Ladle of maple, Cheese press, Bench for two, Cradle board, Drying rack for herbs,
Spoon rack, Chair with arms, Chair without arms, Broom of birch, Bowl for dough, Tray for twelve cups""".replace("\n", " ")
PIECES = [piece for number, ware in enumerate(WARES.split(", ")) for piece in (ware, f"{12 + 7 * number} crowns")]


@pytest.mark.parametrize("head", ["Popular", "New products", "Just in"])
def test_a_head_of_boxes_amid_a_stored_listing_takes_no_listing(head):
    lines = ["Tables and tools of the Lower Marsh joinery", *PIECES[:10], head, *PIECES[10:]]
    article, _, _ = strip.verdicts_of(Page("x", "x", text="\n".join(lines)))
    assert [piece for piece in PIECES if piece not in article.text.split("\n")] == []


@pytest.mark.parametrize("head", ["Popular", "New products", "Just in"])
def test_such_a_head_below_a_short_stored_article_takes_its_list(head):
    text = [
        "Lower Marsh joinery sells its last bench",
        "The joinery of Lower Marsh sold its last bench on Saturday, to the schoolmaster, who had sat on it for nine years.",
        "Its owner, Alma Rieck, said that she would keep the workshop open for repairs until the wood ran out.",
    ]
    article, _, _ = strip.verdicts_of(Page("x", "x", text="\n".join(["Home", "News", *text, head, *PIECES])))
    assert article.text.split("\n") == text[1:]
