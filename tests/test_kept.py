"""Fidelity: what pages of kinds that lose text easily have to keep."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from cleaner import strip
from cleaner.records import Page
from cleaner.strip.rule_lookup import matching

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
