"""What stands far below the body that a page declares is no part of the article, unless the text goes on."""

from __future__ import annotations

import json

import pytest

import cleaner

STORY = [
    "The ferry between Tolvik and the northern islands will stop for nine days in March while its engine is replaced, "
    "the harbour master said on Tuesday.",
    "“Nobody likes to close the line in the week before Easter, but the old engine has failed us four times since the "
    "autumn,” Ilse Marn told the council, which approved the work by seven votes to two.",
    "A smaller boat from Sedlin will carry post, medicine and up to twelve passengers on each crossing, twice a day in "
    "calm weather, and residents of the islands go first.",
    "The new engine was built in Karvania and cost the province 1.4 million crowns, a third of which comes from a fund "
    "for coastal towns that the ministry set up after the storms of last year.",
    "Fishermen who sell their catch on the mainland asked for a second boat. The council answered that none was to be "
    "had before the summer, and offered to pay for cold storage in the meantime.",
    "If the work goes as planned, the first regular ferry will leave Tolvik at six in the morning on the last Friday "
    "of the month, with the mayor and the school band on board.",
]
NOTICE = [
    "This notice explains how the publisher and its partners, including advertisers and providers of technology, use "
    "cookies and other means of tracking on these pages, in apps and in messages.",
    "Cookies that are needed for the service keep it safe, remember what was put into forms and tell which of our "
    "computers answers; without them the pages cannot be shown as they were made.",
    "Cookies of measurement count how often a page is opened and from where, so that we learn which of our articles "
    "are read to the end and which of them are left after a few lines.",
    "Cookies of selection collect what you have looked at, here and with others, so that what is advertised to you is "
    "nearer to your interests; they may be joined with what our partners know of you.",
    "Depending on where you live, you may be able to change your choice at any time in the settings, object to the "
    "sale of your data or ask in writing for what is stored of you.",
]
FOOT = "About Contact Careers Advertise Archive Newsletters Podcasts Shop Help Imprint Privacy Accessibility".split()


def page(declared: list[list[str]], story: list[str]) -> str:
    """A page with this article, these bodies declared, a foot of links and a long notice below it."""
    said = "".join(
        f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", "articleBody": " ".join(body)})}</script>'
        for body in declared
    )
    paragraphs = "".join(f"<p>{line}</p>" for line in story)
    foot = "".join(f'<li><a href="/{name}">{name}</a></li>' for name in FOOT)
    notice = "".join(f"<p>{line}</p>" for line in NOTICE)
    return (
        f"<html><head><title>Ferry to stop for nine days</title>{said}</head><body><article>"
        f"<h1>Ferry to stop for nine days</h1>{paragraphs}</article><footer><ul>{foot}</ul></footer>"
        f"<div><h2>How we work</h2>{notice}</div></body></html>"
    )


def rules_of_cuts(html: str) -> dict[str, str]:
    return {cut.text: cut.rule for cut in cleaner.strip_html(html).cuts}


def test_a_notice_far_below_the_declared_body_goes_and_the_body_stays():
    html = page([STORY], STORY)
    assert cleaner.strip_html(html).text.split("\n\n") == STORY
    assert set(rules_of_cuts(html)) >= set(NOTICE)
    # without the declaration it is held for body, so it is by this rule that it goes
    undeclared = cleaner.strip_html(page([], STORY)).text
    gone = [line for line in NOTICE if line in undeclared]
    assert gone
    assert {rules_of_cuts(html)[line] for line in gone} == {"outside.below-declared"}


@pytest.mark.parametrize(
    ("declared", "story"),
    [
        pytest.param([STORY[:5]], STORY, id="only its beginning is declared"),
        pytest.param([STORY[:1]], STORY, id="a summary"),
        pytest.param([STORY, NOTICE], STORY, id="several bodies"),
        pytest.param([[*STORY, "A last paragraph that only subscribers of the paper are shown."]], STORY, id="more"),
    ],
)
def test_nothing_goes_by_a_body_that_is_not_the_whole(declared: list[list[str]], story: list[str]):
    html = page(declared, story)
    assert "outside.below-declared" not in rules_of_cuts(html).values()
    assert all(line in cleaner.strip_html(html).text for line in story)
