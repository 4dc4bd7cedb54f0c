"""What differs decides: bulletins of one frame stay apart, versions of one article come together."""

from __future__ import annotations

import json
import random

import pytest
from conftest import call

from cleaner.collapse.levels import collapse
from cleaner.records import Article
from cleaner.train.frames import Frames

FRAMES = Frames(random.Random(11))


def stories(articles):
    return sorted(sorted(member.id for member in story.members) for story in collapse(articles))


def filled(lang, frame, count):
    made, texts = [], set()
    while len(made) < count:
        article, _ = FRAMES.fill(lang, frame)
        if article.text not in texts:
            texts.add(article.text)
            made.append(Article(f"{lang}{len(made)}", article.text, title=article.title, url=article.url, lang=lang))
    return made


@pytest.mark.parametrize("lang", sorted(FRAMES.packs))
def test_bulletins_of_one_frame_are_as_many_stories(lang):
    articles = filled(lang, FRAMES.packs[lang]["frames"][0], 3)
    assert stories(articles) == [[article.id] for article in articles]


@pytest.mark.parametrize("lang", sorted(FRAMES.packs))
def test_a_corrected_figure_is_one_story(lang):
    (one,) = filled(lang, FRAMES.packs[lang]["frames"][0], 1)
    digits = next(word for word in one.text.split() if any(map(str.isdecimal, word)))
    other = Article("corrected", one.text.replace(digits, digits + "7", 1), title=one.title, url=one.url, lang=lang)
    assert stories([one, other]) == [sorted([one.id, "corrected"])]


def test_an_opinion_piece_is_not_the_canonical_while_a_report_is_there(tmp_path):
    report = (
        "The food group Nordal is buying the cheese maker Ystra for 412 million crowns, it said on Monday. "
        "Chief executive Berit Lang called it a transformational step for the northern valleys."
    )
    rows = [
        {"id": "a", "url": "https://a.example/opinion/1", "date": "2026-03-03", "title": "Nordal swallows Ystra",
         "text": "Nordal wants Ystra for 412 million crowns, and Berit Lang of Nordal speaks of a step forward. Nobody asked the farmers of the northern valleys, who have one buyer left for their milk. "
         "It always makes sense to those who are paid to say so, as with the sawmills and the breweries before."},
        {"id": "b", "url": "https://b.example/1", "date": "2026-03-02", "title": "Nordal buys Ystra", "text": report},
    ]  # fmt: skip
    source = tmp_path / "in.jsonl"
    source.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert call("collapse", source, "--output", tmp_path / "out", "-q").returncode == 0
    kept = [json.loads(line)["id"] for line in (tmp_path / "out" / "corpus.jsonl").open(encoding="utf-8")]
    assert "b" in kept
