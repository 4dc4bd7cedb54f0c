"""What pages hold where a plain reading finds no line, and text that is something else than text."""

import json
import tomllib
from pathlib import Path

import pytest

from cleaner import strip
from cleaner.records import Article, Page
from cleaner.strip.reading import blocks, markdown, mojibake, payload

CASES = tomllib.loads((Path(__file__).parent / "cases" / "payload.toml").read_text(encoding="utf-8"))
SENTENCES = CASES["sentences"]


def filled(source):
    for number, sentence in enumerate(SENTENCES, 1):
        source = source.replace(f"{{{number}}}", sentence)
    return source


def page_of(kind, source):
    field = {"html": source} if kind == "html" else {"text": source}
    return Page(id="x", origin="x", **field)


@pytest.mark.parametrize(
    ("kind", "case"),
    [(kind, case) for kind in ("html", "text", "one_line") for case in CASES[kind]],
    ids=lambda value: value["name"] if isinstance(value, dict) else value,
)
def test_every_sentence_stays_in_its_order(kind, case):
    article, lines, _ = strip.verdicts_of(page_of(kind, filled(case["source"])))
    text = " ".join(article.text.split())
    places = [text.find(sentence) for sentence in SENTENCES]
    assert -1 not in places, text
    assert places == sorted(places)
    for piece in case.get("also", []):
        assert piece in text
    for piece in case.get("go", []):
        assert piece not in article.text
    if case.get("apart"):
        own = article.text.split("\n")
        assert len({line for line in own for sentence in SENTENCES if sentence in line}) == len(SENTENCES)
    if "lines" in case:
        assert len(article.text.split("\n")) == case["lines"]
    assert strip.restore(article) == [line.text for line in lines]


@pytest.mark.parametrize("case", CASES["same"], ids=lambda case: case["name"])
def test_text_about_markup_and_code_is_left_alone(case):
    page = page_of("text", case["source"])
    assert payload.decoded(page) == page
    article = strip.strip_page(page)
    assert isinstance(article, Article)
    stored = [block.text for block in blocks.from_text(case["source"])]
    assert [line for line in article.text.split("\n") if line] == [line for line in stored if line in article.text]


@pytest.mark.parametrize("codec", ["cp1252", "cp1251"])
def test_text_that_was_encoded_twice_comes_back(codec):
    for text in ("Don’t say “no” — the café’s élan über alles", "Старая плотина прорвалась во вторник", "市長は、橋を。週末まで、閉鎖"):
        garbled = "".join(bytes((byte,)).decode(codec, "ignore") or chr(byte) for byte in text.encode())
        assert mojibake.mended(garbled) == text
        assert mojibake.mended(text) == text


@pytest.mark.parametrize("text", ["AMANHÃ” e IRMÃ» são IRMÃ… à Paris", "Ça c’est l’été: «élève» 3×4", "Ünlü Größe, Ãñ"])
def test_accents_are_no_mojibake(text):
    assert mojibake.mended(text) is text
    assert not mojibake.is_likely(text)


def test_markdown_goes_line_by_line():
    source = "# Head\n\nSee [the *list*](/l \"List\") and **this**.\n\n```\n# code **stays**\n```\n\n| a | b |\n|---|---|\n\n> Said\n\n[1]: https://harl.example/"
    assert markdown.plain(source).split("\n") == [
        "Head", "", "See the list and this.", "", "# code **stays**", "", "| a | b |", "", "", "Said", "", "",
    ]  # fmt: skip


def test_long_and_hostile_text_is_read_to_its_end_in_linear_time():
    # Each of these would take minutes by a pattern that goes back.
    for piece in ("[", "**a ", "<p ", "&lt;p ", "\\n", "![a](", "</html>", "<a href='", "`", "â€", "&amp;lt;p&amp;gt;"):
        behind = "The flood of March is over."
        assert behind in payload.decoded(page_of("text", f"{piece * 60_000}\n{behind}")).text
        assert behind in payload.decoded(page_of("html", f"<i>{piece * 60_000}\n{behind}")).html


def page_with_state(headline="Comet dust found", line="", **more):
    """A page that shows nothing and holds its article in a script."""
    lines = [f"{sentence}{line} It was sentence {n} of the report." for n, sentence in enumerate(SENTENCES * 3)]
    state = {"props": {"article": {"headline": headline, "body": [{"text": one} for one in lines], **more}}}
    script = f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(state)}</script>'
    return Page("x", "x", html=f"<html><head><title>Comet dust found</title></head><body><div></div>{script}</body></html>")


@pytest.mark.parametrize("bad", ["\0", "\ud800", "\x1b", "\ufffe", "\f"])
def test_no_character_in_a_page_s_data_costs_the_page(bad):
    for page in (page_with_state(f"Comet{bad} dust found"), page_with_state(line=bad), page_with_state(author=f"A{bad} B")):
        article, _, _ = strip.verdicts_of(page)
        assert [sentence for sentence in SENTENCES if sentence not in article.text.replace("?", "")] == []


@pytest.mark.parametrize(
    ("said", "date", "author"),
    [
        ({"publishedAt": "2026-04-10T11:00:00Z", "author": {"name": "Yuki Brandt"}}, "2026-04-10", "Yuki Brandt"),
        ({"date_published": 5, "publish_date": "2026-04-10", "authors": ["Jo Marsh", 7]}, "2026-04-10", "Jo Marsh"),
        ({"related": [{"title": "Moon", "publishedAt": "2020-01-02", "author": "Ida Moon"}]}, None, None),
    ],
)
def test_data_that_hold_the_body_say_when_and_by_whom(said, date, author):
    article, _, _ = strip.verdicts_of(page_with_state(**said))
    assert ((article.date or "")[:10] or None, article.author) == (date, author)
