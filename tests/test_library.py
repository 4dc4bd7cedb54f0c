"""The library's front door."""

from __future__ import annotations

import pytest

import cleaner

PARAGRAPHS = [
    "The harbour board met on Tuesday and voted to dredge the eastern channel before the winter storms arrive.",
    "Skippers had asked for it since the spring tides left two boats aground near the old light on the point.",
    "Work is to start in October and will take about six weeks, said the harbour master, Edda Quist.",
]


def html(*extra: str) -> str:
    body = "".join(f"<p>{line}</p>" for line in PARAGRAPHS)
    head = (
        '<title>Channel to be dredged | Point News</title><meta property="article:published_time" content="2026-03-04">'
    )
    return f"<html lang=en><head>{head}</head><body><h1>Channel to be dredged</h1><article>{body}</article>{''.join(extra)}</body></html>"


def test_strip_html():
    article = cleaner.strip_html(html("<div>Share on Facebook</div>"), url="https://www.point.example/a")
    assert article.text.split("\n\n") == PARAGRAPHS
    assert (article.title, article.date, article.lang) == ("Channel to be dredged", "2026-03-04", "en")
    assert article.site == "point.example"
    assert any(cut.text == "Share on Facebook" for cut in article.cuts)


def test_strip_html_takes_bytes_in_any_encoding():
    assert "Brücke" in cleaner.strip_html(html("").replace("harbour", "Brücke").encode("cp1252")).text


def test_strip_text():
    article = cleaner.strip_text(
        "NewsChannel to be dredged\nChannel to be dredged\n" + "\n".join(PARAGRAPHS) + "\nLEAVE A REPLY"
    )
    assert article.text.split("\n") == PARAGRAPHS
    assert article.title == "Channel to be dredged"


@pytest.mark.parametrize("broken", ["", " ", "<", "<html>", "<html><body></body></html>", "\x00\x01", "</p></div>"])
def test_a_page_without_text_is_an_empty_article(broken):
    assert cleaner.strip_html(broken).text == ""
    assert cleaner.strip_text("").text == ""


def articles() -> list[cleaner.Article]:
    texts = [
        "\n".join(PARAGRAPHS),
        "\n".join(PARAGRAPHS).upper(),
        "\n".join(PARAGRAPHS[:2]),
        "A fox was found in the cellar of the town hall.",
    ]
    return [cleaner.Article(id=f"a{i}", text=text, date=f"2026-03-0{4 - i}") for i, text in enumerate(texts)]


def test_collapse_levels():
    assert [story.size for story in cleaner.collapse(articles(), level="exact")] == [2, 1, 1]
    assert sorted(story.size for story in cleaner.collapse(articles(), level="near")) == [1, 3]
    assert sorted(story.size for story in cleaner.collapse(articles())) == [1, 3]


@pytest.mark.parametrize(
    ("policy", "kept"), [("earliest", "a2"), ("latest", "a0"), ("longest", "a1"), ("complete", "a1")]
)
def test_keep_policies(policy, kept):
    stories = cleaner.collapse(articles(), keep=policy)
    assert [story.canonical.id for story in stories if story.size == 3] == [kept]


def test_preferred_domains_win():
    found = articles()
    found[2].site = "news.wire.example"
    story = next(s for s in cleaner.collapse(found, prefer=["none.example", "wire.example"]) if s.size == 3)
    assert story.canonical.id == "a2"
    assert [(m.id, m.relation) for m in story.members] == [("a2", "canonical"), ("a1", "near"), ("a0", "near")]
    assert (story.first_seen, story.last_seen) == ("2026-03-02", "2026-03-04")


def test_no_articles_no_stories():
    assert cleaner.collapse([]) == []


def test_a_wrong_level_is_a_usage_error():
    with pytest.raises(cleaner.UsageError, match="level"):
        cleaner.collapse([], level="fuzzy")


def test_run(tmp_path):
    (tmp_path / "page.html").write_text(html(), encoding="utf-8")
    report = cleaner.run(str(tmp_path / "page.html"), str(tmp_path / "out"))
    assert (report.records, report.stories) == (1, 1)


def test_collapse_takes_the_options_of_a_run():
    everything = cleaner.collapse(articles(), level="near", near_threshold=1.0)
    assert sorted(story.size for story in everything) == [1, 3]  # an excerpt is contained whole
    required = cleaner.collapse(articles(), level="near", require=cleaner.Require(min_words=50))
    assert {story.canonical.id: story.fits for story in required if story.size == 1} == {"a3": False}
    assert all(story.canonical.id in ("a0", "a1") for story in required if story.size == 3)
    with pytest.raises(cleaner.UsageError):
        cleaner.collapse(articles(), event_threshold=2)
    with pytest.raises(cleaner.UsageError):
        cleaner.collapse(articles(), event_span=-1)
