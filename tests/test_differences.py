"""What differs decides: bulletins of one frame stay apart, versions of one article come together."""

from __future__ import annotations

import json
import random

import pytest
from conftest import call_here

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


NEWS = (
    "The food group Nordal is buying the cheese maker Ystra for 412 million crowns, it said on Monday. "
    "Chief executive Berit Lang called it a transformational step for the northern valleys. Regulators have yet to "
    "approve the deal, which would make Nordal the largest dairy company in the country."
)
COMMENT = (
    "Nordal wants to buy the cheese maker Ystra for 412 million crowns, and chief executive Berit Lang speaks of a "
    "transformational step. Nobody asked the farmers of the northern valleys, who have one buyer left for their milk. "
    "The largest dairy company in the country will set the price, and regulators should not approve the deal."
)
PERSONAL = (
    "My grandfather sold his milk to nine dairies, and I think of his cart when Nordal buys Ystra for 412 million "
    "crowns. Chief executive Berit Lang speaks of a transformational step for the northern valleys. I do not doubt "
    "her. Regulators have yet to approve the deal, and I hope that my neighbours are heard."
)


def test_an_opinion_piece_is_told_in_the_story_and_is_not_its_canonical(tmp_path):
    rows = [
        {"id": "a", "url": "https://a.example/opinion/1", "date": "2026-03-03", "title": "Nordal swallows Ystra",
         "text": COMMENT + " Whoever is paid to say so calls it sense, as with the sawmills before."},
        {"id": "b", "url": "https://b.example/1", "date": "2026-03-02", "title": "Nordal buys Ystra", "text": NEWS},
        {"id": "c", "url": "https://c.example/1", "date": "2026-03-02", "title": "Nordal and Ystra", "text": PERSONAL},
    ]  # fmt: skip
    source = tmp_path / "in.jsonl"
    source.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    told = {}
    for opinions in ("together", "apart"):
        out = tmp_path / opinions
        assert call_here("collapse", source, "--output", out, "--opinions", opinions, "--report", "-q").returncode == 0
        corpus = [json.loads(line) for line in (out / "corpus.jsonl").open(encoding="utf-8")]
        told[opinions] = {
            row["id"]: [(one["id"], one["relation"]) for one in row["story"]["members"]] for row in corpus
        }
    # What speaks of its writer is no report; a comment is told with the report, or by itself where that is asked for.
    assert told["together"] == {"b": [("b", "canonical"), ("a", "opinion")], "c": [("c", "canonical")]}
    assert told["apart"] == {name: [(name, "canonical")] for name in "abc"}
    report = json.loads((tmp_path / "together" / "report.json").read_text("utf-8"))
    assert report["merged_by_relation"]["opinion"] == report["counts"]["merged"] == 1
    assert b"opinion pieces" in (tmp_path / "together" / "report.html").read_bytes()
    assert b"opinion" in call_here("explain", tmp_path / "together", "b").stdout
    assert b"--opinions apart" in call_here("explain", tmp_path / "apart", "a", "b").stdout
    assert b"speaks of its writer" in call_here("explain", tmp_path / "together", "b", "c").stdout
    # Its own members are known again when the corpus is collapsed once more.
    assert call_here("collapse", tmp_path / "together" / "corpus.jsonl", "--output", tmp_path / "again", "-q").returncode == 0
    again = [json.loads(line) for line in (tmp_path / "again" / "corpus.jsonl").open(encoding="utf-8")]
    assert [(one["id"], one["relation"]) for one in again[0]["story"]["members"]] == told["together"]["b"]
