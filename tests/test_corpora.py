"""Small corpora of every kind that a crawl holds: what is one story, what stays apart, whose text is kept."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from cleaner.collapse.levels import collapse
from cleaner.records import Article
from cleaner.strip.decisions.no_article import what_instead
from cleaner.strip.metadata.hosts import host

CORPORA = tomllib.loads((Path(__file__).parent / "cases" / "corpora.toml").read_text(encoding="utf-8"))["corpus"]
CORPORA += [one | {"name": f"{one['name']}-untold", "lang": None} for one in CORPORA if one.get("untold")]
NAMES = [corpus["name"] for corpus in CORPORA]


def articles_of(corpus):
    """``title | text | date | address | lang`` of each text; ids are the number of its story and a letter."""
    for number, story in enumerate(corpus["stories"]):
        for letter, written in zip("abcdef", story, strict=False):
            title, text, date, url, lang = ([part.strip() or None for part in written.split("|")] + [None] * 4)[:5]
            site = corpus.get("site") or (host(url) if url else None)
            lang = lang or corpus.get("lang")
            yield Article(f"{number}{letter}", text, title=title, date=date, url=url, lang=lang, site=site)


@pytest.mark.parametrize("corpus", CORPORA, ids=NAMES)
def test_what_is_one_story_is_one_and_all_else_apart(corpus):
    articles = list(articles_of(corpus))
    left = [one for one in articles if one.id not in corpus.get("rejected", [])]
    assert [one.id for one in articles if what_instead(one.title, one.text)] == corpus.get("rejected", [])
    stories = collapse(left)
    wanted = sorted(
        found for number in range(len(corpus["stories"])) if (found := [one.id for one in left if one.id[0] == str(number)])
    )
    assert sorted(sorted(member.id for member in story.members) for story in stories) == wanted
    kept = {story.canonical.id for story in stories}
    assert kept.isdisjoint(corpus.get("canonical_not", []))
    assert kept.issuperset(corpus.get("canonical", []))
