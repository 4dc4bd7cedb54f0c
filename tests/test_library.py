"""The library's front door."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from typing import get_args

import pytest
from conftest import SAMPLES, call_here, rows
from hypothesis import given, settings
from hypothesis import strategies as st

import cleaner
from cleaner.settings import KEEP_POLICIES, LEVELS, Settings

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


def test_text_of_a_page_can_be_written():
    (article,) = cleaner.strip([cleaner.Page("a", "a", text="The board met in \ud83d Orrin on Tuesday and voted.")])
    assert article.text.encode() == "The board met in \ufffd Orrin on Tuesday and voted.".encode()


@pytest.mark.parametrize("date", ("1700000000", "1700000000000", "2023-W46-2", "14 November 2023", None, "0000-00-00"))
def test_dates_are_read_as_those_of_records_are(date, tmp_path):
    text = "The board of Orrin met and voted to dredge the channel before winter."
    (tmp_path / "in.jsonl").write_text(json.dumps({"text": text, "date": date}))
    call_here("strip", tmp_path / "in.jsonl", "-o", tmp_path / "out.jsonl", "-q")
    (row,) = rows(tmp_path / "out.jsonl")
    (article,) = cleaner.strip([cleaner.Page("a", "a", text=text, date=date)])
    assert cleaner.strip_text(text, date=date).date == article.date == row["date"]


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
    story = next(s for s in cleaner.collapse(found, prefer=["हिन्दी.भारत", "wire.example"]) if s.size == 3)
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


@pytest.mark.parametrize("strip", [cleaner.strip_html, cleaner.strip_text])
@pytest.mark.parametrize(
    "nothing", ["", b"", b" \n", b"%PDF-1.7 of no use", b"\x00\x01\x02" * 99, b"\x1f\x8b\x08", "\0", "\ud800"]
)
def test_content_that_is_no_text_is_an_empty_article(strip, nothing):
    article = strip(nothing, url="https://www.point.example/a")
    assert (article.id, article.url, article.text) == ("https://www.point.example/a", "https://www.point.example/a", "")
    assert strip(nothing).id.startswith("sha-")


@pytest.mark.parametrize("strip", [cleaner.strip_html, cleaner.strip_text])
@pytest.mark.parametrize("wrong", [None, 3, ["text"], {"html": ""}, memoryview(b"text"), object()])
def test_what_is_no_content_is_a_type_error(strip, wrong):
    with pytest.raises(TypeError, match=rf"^{strip.__name__} takes str or bytes, not {type(wrong).__name__}$"):
        strip(wrong)
    for name in ("url", "id", "title", "date", "lang"):
        with pytest.raises(TypeError, match=rf"^{strip.__name__} takes a str as {name}, not int$"):
            strip("text", **{name: 5})


def test_bytes_are_decoded_for_both():
    text = "\n".join(PARAGRAPHS).replace("harbour", "Brücke")
    for codec in ("utf-8", "cp1252", "utf-16"):
        assert cleaner.strip_text(text.encode(codec)).text == text
        assert cleaner.strip_html(html("").replace("harbour", "Brücke").encode(codec)).text.count("Brücke") == 2


def test_what_is_given_goes_before_what_the_page_says():
    given = {
        "id": "one",
        "url": "https://www.wire.example/x",
        "title": "Another headline",
        "date": "2025-01-02",
        "lang": "de",
    }
    for article in (cleaner.strip_html(html(), **given), cleaner.strip_text("\n".join(PARAGRAPHS), **given)):
        assert {name: getattr(article, name) for name in given} == given
        assert (article.date_source, article.site) == ("record", "wire.example")


def test_articles_without_ids_go_by_where_they_came_from():
    stored = ["\n".join(PARAGRAPHS), "\n".join(PARAGRAPHS[::-1]), "\n".join(PARAGRAPHS)]
    found = [
        cleaner.strip_text(text, url=url) for text, url in zip(stored, ["https://a.example/1", None, None], strict=True)
    ]
    bare = [cleaner.Article("", article.text, article.url) for article in found]
    for several in (found, bare, bare[::-1]):
        names = [member.id for story in cleaner.collapse(several) for member in story.members]
        assert "https://a.example/1" in names
        assert sorted(name[:4] for name in names) == ["http", "sha-", "sha-"]
    assert bare[0].id == ""  # the caller's own article is left alone
    same = cleaner.collapse([cleaner.Article("", "words"), cleaner.Article("", "words")])
    assert {member.id.partition("#")[0] for story in same for member in story.members} == {same[0].canonical.id}


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (None, "collapse takes articles, not NoneType"),
        ("text", "collapse takes articles, not str"),
        (cleaner.Article("a", "text"), "collapse takes articles, not Article"),
        (["text"], "collapse takes articles; number 0 is of type str"),
        ([cleaner.Article("a", "text"), {"id": "b", "text": ""}], "collapse takes articles; number 1 is of type dict"),
        (
            [cleaner.Rejected("x.html", "no-body")],
            "collapse takes articles; number 0 was rejected as no-body: leave it out",
        ),
        ([cleaner.Article(7, "text")], "id of article 0 must be str, not int"),
        ([cleaner.Article("a", None)], "text of article 0 must be str, not NoneType"),
        ([cleaner.Article("a", "text", date=20260304)], "date of article 0 must be str, not int"),
        ([cleaner.Article("a", "text", extra=None)], "extra of article 0 must be dict, not NoneType"),
    ],
)
def test_what_is_no_article_is_a_type_error(wrong, told):
    with pytest.raises(TypeError) as error:
        cleaner.collapse(wrong)
    assert str(error.value) == told


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (None, "strip takes pages (cleaner.Page), not NoneType"),
        ("a page", "strip takes pages (cleaner.Page), not str"),
        ([cleaner.Page("a", "a", html=b"<p>b")], "html of page 0 must be str, not bytes"),
        ([cleaner.Page("a", "a", html=5)], "html of page 0 must be str, not int"),
        (
            [cleaner.Page("a", "a", text="b"), cleaner.Page(None, "a", text="b")],
            "id of page 1 must be str, not NoneType",
        ),
        ([cleaner.Page("a", "a", text="b", date=20260304)], "date of page 0 must be str, not int"),
        ([cleaner.Page("a", "a", text="b", extra="c")], "extra of page 0 must be dict, not str"),
    ],
)
def test_what_is_no_page_is_a_type_error(wrong, told):
    with pytest.raises(TypeError) as error:
        list(cleaner.strip(wrong, workers=1))
    assert str(error.value) == told


@pytest.mark.parametrize(
    ("given", "error", "told"),
    [
        ({"inputs": None}, TypeError, "run takes a path or a list of paths as inputs, not NoneType"),
        ({"inputs": (one for one in "a")}, TypeError, "run takes a path or a list of paths as inputs, not generator"),
        ({"inputs": [5]}, TypeError, "run takes a path as input, not int"),
        ({"inputs": ""}, cleaner.UsageError, "input '' is the path of no file or folder"),
        ({"inputs": ["in", "a\0b"]}, cleaner.UsageError, "is the path of no file or folder"),
        ({"output": ""}, cleaner.UsageError, "output '' is the path of no file or folder"),
        ({"output": b"out"}, TypeError, "run takes a path as output, not bytes"),
        ({"work": ""}, cleaner.UsageError, "work '' is the path of no file or folder"),
        ({"index": "\ud800"}, cleaner.UsageError, "is the path of no file or folder"),
        ({"settings": {}}, TypeError, "run takes Settings as settings, not dict"),
        ({"engine": None}, TypeError, "run takes the name of an engine, or an executor, as engine, not NoneType"),
        ({"fresh": "no"}, TypeError, "run takes True or False as fresh, not str"),
    ],
)
def test_what_run_cannot_mean_is_told_before_anything_is_written(given, error, told, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").write_text("", encoding="utf-8")
    with pytest.raises(error) as raised:
        cleaner.run(**{"inputs": ["in"], "output": "out", **given})
    assert told in str(raised.value) and "\n" not in str(raised.value)
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_records_as_plain_data_are_the_rows_that_are_written(tmp_path):
    cleaner.run(
        dict.fromkeys([SAMPLES / "pages" / "feed.jsonl"]).keys(),
        tmp_path / "out",
        Settings(level="near", workers=1, site_memory=False),
    )
    pages = rows(SAMPLES / "pages" / "feed.jsonl")
    read = {"url", "title", "date", "lang"}
    stripped = [
        cleaner.strip_html(page.get("html") or page["text"], id=page["id"], **{name: page.get(name) for name in read})
        if "html" in page
        else cleaner.strip_text(page["text"], id=page["id"], **{name: page.get(name) for name in read})
        for page in pages
        if "html" in page or "text" in page
    ]
    for article, page in zip(stripped, pages, strict=False):
        article.extra = {name: value for name, value in page.items() if name not in {"id", "html", "text", *read}}
    stories = cleaner.collapse([article for article in stripped if article.text], level="near")
    written = {row["id"]: row for row in rows(tmp_path / "out" / "corpus.jsonl")}
    assert {story.canonical.id: json.loads(json.dumps(story.as_dict())) for story in stories} == written
    cuts = stripped[0].as_dict()["cuts"]
    assert [cut["text"] for cut in cuts] == [cut.text for cut in stripped[0].cuts]
    plain = stories[0].as_dict()
    plain["story"]["members"].clear()
    assert stories[0].members and stories[0].as_dict()["story"]["members"]


def test_choices_are_literals_and_the_version_is_there():
    assert (get_args(cleaner.Level), get_args(cleaner.Keep)) == (LEVELS, KEEP_POLICIES)
    assert {*LEVELS, "canonical", "opinion"} == set(get_args(cleaner.Relation))
    assert cleaner.__version__[0].isdigit()
    with pytest.raises(AttributeError, match="nothing_like_it"):
        _ = cleaner.nothing_like_it


STATE = """
import csv, decimal, gc, locale, logging, multiprocessing, os, random, signal, socket, sys, threading, warnings
import charset_normalizer, numpy, scipy.sparse, scipy.special, urllib3  # what they set for themselves is theirs
mine = [logging.getLogger(name) for name in ("", "trafilatura", "urllib3", "cleaner", "dateparser")]
def state():
    return {
        "logging": [(one.level, one.disabled, one.propagate, one.filters[:], len(one.handlers)) for one in mine[:1]],
        "loggers": [(one.level, one.disabled, one.propagate, one.filters[:]) for one in mine],
        "disabled": logging.root.manager.disable,
        "warnings": warnings.filters[:], "showing": warnings.showwarning,
        "locale": locale.setlocale(locale.LC_ALL), "csv": csv.field_size_limit(), "depth": sys.getrecursionlimit(),
        "digits": sys.get_int_max_str_digits(), "signals": {one: signal.getsignal(one) for one in signal.valid_signals()},
        "timer": signal.getitimer(signal.ITIMER_REAL), "start": multiprocessing.get_start_method(allow_none=True),
        "threads": threading.active_count(), "environment": dict(os.environ), "timeout": socket.getdefaulttimeout(),
        "hooks": (sys.excepthook, sys.displayhook, sys.unraisablehook, threading.excepthook), "gc": (gc.isenabled(), gc.get_threshold()),
        "path": sys.path[:], "folder": os.getcwd(), "decimal": str(decimal.getcontext()), "numpy": numpy.geterr(),
        "random": (random.getstate(), numpy.random.get_state()[1].tolist()), "switch": sys.getswitchinterval(),
    }
before = state()
import cleaner
page = "<title>The board</title>" + "".join(f"<p>The board met on 4 March 2026 and voted for channel number {i}.</p>" for i in range(9))
articles = [cleaner.strip_html(page, url="https://a.example/2026/03/04/x"), cleaner.strip_text("Der Rat stimmte am 4. März 2026 zu.")]
assert cleaner.collapse(articles) and cleaner.__version__
after = state()
print([name for name in before if before[name] != after[name]])
"""


def test_nobody_elses_state_is_changed():
    done = subprocess.run([sys.executable, "-c", STATE], capture_output=True, text=True, check=False, timeout=120)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


PIECES = [
    "<p>", "</p>", "<div class=share>", "<table><tr><td>", "</table>", "<script>", "<!--", "-->", "<![CDATA[", "&amp;", "&#0;", "&#xD800;",
    "<h1>", "<title>", "<meta property='article:published_time' content='", "'>", "<br>", "\n", "\x00", "\x0b", "\u2028", "\ud800", "\ufeff",
    "<svg>", "<template>", "<frameset>", "<html lang='", "<ul><li>", "<noscript>", "<time datetime='2026-13-45'>", '{"@type":"NewsArticle",',
    "<script type='application/ld+json'>", "Advertisement", "Read more:", "LEAVE A REPLY", "March 4, 2026", "31 февраля 2026", "2026年3月4日",
    PARAGRAPHS[0], "港湾委員会は火曜日に東水路の浚渫を決定した。", "ท่าเรือ", "٤ مارس ٢٠٢٦", "…", "|",
]  # fmt: skip
TEXT = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=10)), max_size=30).map("".join)
BYTES = st.one_of(st.binary(max_size=200), TEXT.map(lambda text: text.encode("utf-8", "surrogatepass")))
SAID = st.one_of(
    st.none(),
    st.sampled_from(["", "http://[", "//x", "https://a.example/2026/02/31/b", "en", "9999-99-99"]),
    st.text(max_size=9),
)


WRITTEN_OTHERWISE = re.compile("[&<\\\\\x80-\x9f\xc2-\xf4]")
"""Signs of stored text that is something else: entities, markup, escapes, bytes of another encoding."""


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.one_of(TEXT, BYTES), SAID, SAID, SAID, SAID, SAID, st.booleans())
def test_no_content_raises(content, url, name, title, date, lang, is_html):
    strip = cleaner.strip_html if is_html else cleaner.strip_text
    article = strip(content, url=url, id=name, title=title, date=date, lang=lang)
    assert article.id
    assert article == strip(content, url=url, id=name, title=title, date=date, lang=lang)
    assert json.dumps(article.as_dict(), ensure_ascii=False).encode()
    if isinstance(content, str) and not is_html and not WRITTEN_OTHERWISE.search(content):
        kept, given = (Counter(filter(str.isalnum, text)) for text in (article.text, content))
        assert kept <= given


ARTICLES = st.lists(
    st.builds(
        cleaner.Article,
        id=st.sampled_from(["", " ", "a", "a#2", "b", "\ud800"]), text=TEXT, url=SAID, title=SAID, date=SAID, lang=SAID, site=SAID,
        extra=st.dictionaries(st.sampled_from(["x", "story", "id"]), st.one_of(st.none(), st.text(max_size=3), st.floats()), max_size=2),
    ),
    max_size=6,
)  # fmt: skip


@settings(max_examples=60, deadline=None, derandomize=True)
@given(ARTICLES, st.sampled_from(LEVELS), st.sampled_from(KEEP_POLICIES))
def test_every_article_is_in_one_story(articles, level, keep):
    """Whatever they hold and whatever their order."""
    stories = cleaner.collapse(articles, level=level, keep=keep)
    names = [member.id for story in stories for member in story.members]
    assert len(names) == len(set(names)) == len(articles)
    assert all(name.strip() and not name.startswith("#") for name in names)
    told = [story.as_dict()["story"] for story in stories]
    assert [story.as_dict()["story"] for story in cleaner.collapse(articles[::-1], level=level, keep=keep)] == told
