"""The benchmark's made data: the same for one seed, and what its labels say."""

from __future__ import annotations

from collections import Counter
from itertools import islice

import pytest
from bench import furniture, made

from cleaner.evaluate.collapse import clusters
from cleaner.strip import language

COUNT = 1000


def shingles(text: str) -> set[tuple[str, ...]]:
    words = text.split()
    return set(zip(words, words[1:], words[2:], strict=False))


@pytest.fixture(scope="module")
def articles() -> list[dict]:
    return list(made.articles(COUNT, 120, seed=7))


def test_a_seed_gives_the_same_rows_and_another_one_others(articles):
    assert list(islice(made.articles(COUNT, 120, seed=7), 20)) == articles[:20]
    assert next(made.articles(COUNT, 120, seed=8))["text"] != articles[0]["text"]
    pages = [row["html"] for row in furniture.pages(3, 100, seed=7)]
    assert pages == [row["html"] for row in furniture.pages(3, 100, seed=7)]


def test_shares_of_copies_hot_pages_and_reports_are_as_promised(articles):
    copies = COUNT - len({row["gold_copy"] for row in articles})
    hot = [row for row in articles if row["gold_event"].startswith("h")]
    told = Counter(row["gold_event"] for row in articles)
    assert copies == COUNT * made.COPIES
    assert len(hot) == COUNT * made.HOT
    assert len({row["id"] for row in articles}) == len({row["url"] for row in articles}) == COUNT
    assert 1 < max(told.values()) <= 40


def test_copies_hold_their_originals_words_and_hot_pages_those_of_their_template(articles):
    by_copy: dict[str, list[set]] = {}
    for row in articles:
        by_copy.setdefault(row["gold_copy"], []).append(shingles(row["text"]))
    groups = [group for group in by_copy.values() if len(group) > 1]
    shared = [len(a & b) / min(len(a), len(b)) for a, b, *_ in groups]
    assert sum(shared) / len(shared) > 0.5
    hot = [set(row["text"].split()) for row in articles if row["gold_event"].startswith("h")]
    assert len(set.intersection(*hot)) > 50


def test_a_file_of_them_is_labelled_data(tmp_path, articles):
    path = made.write(tmp_path / "articles.jsonl", map(dict, articles[:30]), "gold_event")
    loaded, truth = clusters(str(path))
    assert truth == [row["gold_event"] for row in articles[:30]]
    assert [article.text for article in loaded] == [row["text"] for row in articles[:30]]
    assert all(article.date for article in loaded)


@pytest.mark.parametrize(("lang", "told"), [("ru", ("ru", "bg", "sr", "mk", "uk")), ("vi", ("vi",)), ("zh", ("zh", "ja"))])
def test_texts_of_another_language_are_told_from_english(lang, told):
    rows = list(made.articles(40, 100, seed=7, lang=lang))
    assert sum(language.identify(row["text"]) in told for row in rows) >= 36
    assert len({row["gold_copy"] for row in rows}) == 36
    assert (lang == "zh") is all(" " not in row["title"] for row in rows)


def test_pages_hold_their_article_and_much_else():
    for row in furniture.pages(6, 100):
        lines = row["gold_text"].split("\n")
        assert all(line.split(" ")[-1] in row["html"] for line in lines)
        assert len(row["html"]) > 5 * len(row["gold_text"])
