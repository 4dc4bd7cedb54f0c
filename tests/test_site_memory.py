"""What a site repeats goes; what several sites share, or a site's follow-ups repeat, stays."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from conftest import call_here, rows

from cleaner import site_memory
from cleaner.article_store import ArticleStore
from cleaner.records import Article, Cut
from cleaner.strip import restore

STOCK = ["".join(random.Random(i).choices("abcdefghijklmnopqrstuvwxyz", k=4 + i % 6)) for i in range(6000)]


def paragraph(draw: random.Random, words: int) -> str:
    return (" ".join(draw.choices(STOCK, k=words))).capitalize() + "."


def drop(articles: list[Article]) -> dict[int, list[Cut]]:
    """Drop what the sites repeat from the articles of a list."""
    store = ArticleStore(articles)
    positions = [site_memory.kept_positions(article) for article in articles]
    found = site_memory.cut_lines(store, positions, site_memory.repeated_lines(store))
    articles[:] = list(store)
    return found


def template_pages(count: int) -> tuple[list[str], list[tuple[str, str, str]]]:
    """Paragraphs of one site's template (900 words), and pages as (head, body of 100 words, tail)."""
    draw = random.Random(4)
    template = [paragraph(draw, 100) for _ in range(9)]
    return template, [("\n".join(template[:4]), paragraph(draw, 100), "\n".join(template[4:])) for _ in range(count)]


@pytest.mark.parametrize("form", ["html", "lines", "one line"])
def test_a_site_of_two_hundred_pages_gives_two_hundred_stories(tmp_path: Path, form: str):
    template, pages = template_pages(200)
    records = []
    for number, page in enumerate(pages):
        record = {"id": f"p{number:03d}", "url": f"https://site.example/{number}"}
        if form == "html":
            record["html"] = "<html><body>" + "".join(f"<p>{line}</p>" for part in page for line in part.split("\n")) + "</body></html>"
        else:
            record["text"] = "\n".join(page).replace("\n", "\n" if form == "lines" else " ")
        records.append(record)
    source = tmp_path / "site.jsonl"
    source.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    assert call_here("run", source, "--output", tmp_path / "out").returncode == 0
    corpus = rows(tmp_path / "out" / "corpus.jsonl")
    assert len(corpus) == 200
    for row, (_, body, _) in zip(corpus, pages, strict=True):
        assert body in row["text"]
        if form != "one line":
            assert row["text"] == body
    if form == "lines":
        cuts = rows(tmp_path / "out" / "cuts.jsonl")
        assert all([c["text"] for c in row["cuts"]] == template for row in cuts)
        assert cuts[0]["cuts"][0]["score"] == 1.0


def test_a_wire_story_that_many_sites_share_stays():
    draw = random.Random(5)
    wire = "\n".join(paragraph(draw, 60) for _ in range(5))
    articles = [Article(f"a{i}", wire + "\n" + paragraph(draw, 20), site=f"s{i}.example") for i in range(40)]
    assert drop(articles) == {}


def test_a_paragraph_that_follow_ups_repeat_stays():
    """Ten pages of a site on one event: the rest of them shares its words."""
    draw = random.Random(6)
    background = paragraph(draw, 50)
    event = draw.choices(STOCK, k=120)
    articles = [
        Article(f"f{i}", " ".join(draw.sample(event, 80)).capitalize() + ".\n" + background, site="s.example")
        for i in range(10)
    ]
    assert drop(articles) == {}


def test_copies_of_one_page_on_a_site_stay_whole():
    draw = random.Random(7)
    text = "\n".join(paragraph(draw, 40) for _ in range(4))
    assert drop([Article(f"c{i}", text, site="s.example") for i in range(12)]) == {}


def test_what_is_dropped_can_be_put_back_in_its_place():
    draw = random.Random(8)
    box = "A box that says nothing a rule would know, on all pages."
    pages = [[paragraph(draw, 30), box, paragraph(draw, 30), "Share"] for _ in range(8)]
    articles = [
        Article(f"r{i}", "\n\n".join(lines[:3]), site="s.example", cuts=[Cut("Share", "share", "share.bar", 3)])
        for i, lines in enumerate(pages)
    ]
    new = drop(articles)
    for i, article in enumerate(articles):
        assert [(cut.text, cut.position, cut.rule) for cut in new[i]] == [(box, 1, "site.repeated")]
        article.cuts += new[i]
        assert restore(article) == pages[i]


def test_the_order_of_articles_changes_nothing():
    _, pages = template_pages(30)
    texts = [Article(f"p{i}", "\n".join(page), site="s.example") for i, page in enumerate(pages)]
    again = [Article(f"p{i}", "\n".join(page), site="s.example") for i, page in enumerate(pages)][::-1]
    drop(texts)
    drop(again)
    assert {a.id: a.text for a in texts} == {a.id: a.text for a in again}


def test_it_can_be_switched_off(tmp_path: Path):
    _, pages = template_pages(6)
    source = tmp_path / "site.jsonl"
    records = [{"id": str(i), "url": f"https://s.example/{i}", "text": "\n".join(page)} for i, page in enumerate(pages)]
    source.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    assert call_here("run", source, "--output", tmp_path / "out", "--no-site-memory").returncode == 0
    assert all("site.repeated" not in json.dumps(row) for row in rows(tmp_path / "out" / "cuts.jsonl"))
