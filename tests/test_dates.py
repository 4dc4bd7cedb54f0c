"""Dates: as they are written in many languages, and which of a page's dates is the article's."""

from __future__ import annotations

import datetime
import json
import tomllib
from pathlib import Path

import pytest
from conftest import call_here, rows
from hypothesis import given
from hypothesis import strategies as st

import cleaner
from cleaner.strip.metadata import bylines, calendars, dates, day_order

CASES = tomllib.loads((Path(__file__).parent / "cases" / "dates.toml").read_text(encoding="utf-8"))["dates"]
BODY = "<p>The harbour master closed the port for two days on Tuesday because of the storm, he said.</p>" * 4
RELATED = '<aside class="related"><h2>More</h2><ul><li><a href="/x">Ferry</a> <time datetime="2026-02-01">1 Feb</time>'


def test_dates_as_they_are_written():
    wrong = {(raw, lang): found for raw, lang, date in CASES if (found := dates.iso_date(raw, lang)) != (date or None)}
    assert wrong == {}


@given(st.dates(datetime.date(1600, 1, 1), datetime.date(2026, 1, 1)))
def test_a_day_reads_back_in_every_order_of_digits(day):
    written = [f"{day:%d.%m.}{day.year}", f"{day.year}-{day:%m-%d}", f"{day.year}/{day.month}/{day.day}"]
    assert {dates.iso_date(text) for text in written} == {None if day.isoformat() in dates.NO_DATES else day.isoformat()}
    assert dates.iso_date(f"{day:%d/%m/}{day.year}", day_first=True) in (day.isoformat(), None)
    assert dates.iso_date(f"{day:%m/%d/}{day.year}", day_first=False) in (day.isoformat(), None)


@given(st.text(max_size=60))
def test_any_text_is_a_date_that_can_be_read_or_none(text):
    found = dates.find(text)
    if found is not None:
        assert datetime.datetime.fromisoformat(found).year >= dates.EARLIEST


@pytest.mark.parametrize(
    ("persian", "day"),
    [
        ((1399, 12, 30), "2021-03-20"),
        ((1400, 1, 1), "2021-03-21"),
        ((1404, 12, 13), "2026-03-04"),
        ((1357, 11, 22), "1979-02-11"),
    ],
)
def test_persian_days(persian, day):
    assert calendars.of_persian(*persian) == day


@pytest.mark.parametrize(
    ("language", "host", "others", "day_first"),
    [
        ("en", "ledger.co.uk", (), True),
        ("en", "ledger.com", (), None),
        ("en", "town.gov", (), False),
        ("en-AU", "ledger.com", (), True),
        ("fr-CA", "ledger.com", (), None),
        ("de", None, (), True),
        ("en", "ledger.com", ("Posted 23/02/2026", "Posted 02/03/2026"), True),
        ("en", "ledger.com", ("Posted 02/23/2026",), False),
        ("en", "ledger.com", ("02/23/2026", "23/02/2026"), None),
    ],
)
def test_the_order_of_digits(language, host, others, day_first):
    seen = day_order.seen_in(others)
    assert (day_order.order_of(language, host) if seen is None else seen) is day_first


@pytest.mark.parametrize(
    ("head", "by", "url", "date", "source"),
    [
        ("", "<p class=stamp>Published 25 April 2021</p>", "https://a.example/2021/04/92713", "2021-04-25", "text"),
        ("", "<div>Wednesday 4th of March 2026</div>", None, "2026-03-04", "text"),
        ("", '<time datetime="2026-03-04T05:30:00Z">today</time>', None, "2026-03-04T05:30:00Z", "markup"),
        ("", "", "https://a.example/2026/03/04/harbour", "2026-03-04", "url"),
        ("", "", "https://a.example/n1/2026/0304/c1001.html", "2026-03-04", "url"),
        ("", "", "https://a.example/2026-03/04/c_1.htm", "2026-03-04", "url"),
        ("", "", "https://a.example/blog/2026/march/04/harbour", "2026-03-04", "url"),
        ("", "", "https://a.example/news/harbour-92713", None, None),
        (
            '<script type="application/ld+json">/*<![CDATA[*/{"@type": "NewsArticle", "datePublished":'
            ' "2026-03-04T05:30:00Z", "dateModified": "2026-03-09",}/*]]>*/</script>',
            "",
            None,
            "2026-03-04T05:30:00Z",
            "metadata",
        ),
        (
            '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "0001-01-01T00:00:00"}</script>',
            "<p>4 March 2026</p>",
            None,
            "2026-03-04",
            "text",
        ),
    ],
)
def test_the_date_of_a_page_is_the_article_s(head, by, url, date, source):
    html = (
        f"<html lang=en><head><title>Harbour closed for two days</title>{head}</head><body><main><article>"
        f"<h1>Harbour closed for two days</h1>{by}{BODY}</article>{RELATED}</ul></aside></main></body></html>"
    )
    article = cleaner.strip_html(html, url=url)
    assert (article.date, article.date_source) == (date, source)


DECLARED = '<meta property="article:published_time" content="2026-03-04T05:30:00Z">'


@pytest.mark.parametrize(
    ("head", "above", "by", "below", "date", "source"),
    [
        # what the page shows stands against what it declares
        (DECLARED, "", "<p>Published 9 March 2026</p>", "", "2026-03-09", "text"),
        (DECLARED, "", "<p>Dora Pell, 11 November 2024</p>", "", "2024-11-11", "text"),
        (DECLARED, "", "<p>3 March 2026</p>", "", "2026-03-04T05:30:00Z", "metadata"),
        (DECLARED, "", "<p>Updated 9 March 2026</p>", "", "2026-03-04T05:30:00Z", "metadata"),
        (DECLARED, "", "<p>9 March 2026</p>", "", "2026-03-04T05:30:00Z", "metadata"),
        # what is said of it
        ("", "", "<p>Updated 9 March 2026, published 4 March 2026</p>", "", "2026-03-04", "text"),
        ("", "", "<p>Aktualisiert am 9. März 2026</p><p>Veröffentlicht am 4. März 2026</p>", "", "2026-03-04", "text"),
        ("", "", "<p>Joined: 4 July 2012</p><p>by pell » 4 March 2026, 18:36</p>", "", "2026-03-04T18:36", "text"),
        ("", "", "<p>By Dora PellMar 4, 2026 | 6 comments</p>", "", "2026-03-04", "text"),
        ("", "", "<p>Last updated: 9 March 2026</p>", "", "2026-03-09", "text"),
        # a term and what is said of it; what is said at the end
        ("", "", "<dl><dt>Updated</dt><dd>9 March 2026</dd><dt>Published</dt><dd>4 March 2026</dd></dl>", "", "2026-03-04", "text"),
        ("", "", "", "<p>This article was originally published on 4 March 2026.</p>", "2026-03-04", "text"),
        # of something else
        ("", "", "", "<p>Copyright 1 January 2026 Harbour Post</p>", None, None),
        ("", "", "", '<h3>Related</h3><ul><li><a href="/1">A choir without hall</a> 1 February 2026</li></ul>', None, None),
        ("", "", "", '<h3>2 comments</h3><div>5 March 2026</div><p>And the cow?</p>', None, None),
        ("", "", "", 2 * '<div><h3><a href="/1">A choir</a></h3><b class="date">1 February 2026</b></div>', None, None),
        ("", "<p>11 March 2026 Swans elect a new pond, and the old one is drained</p>", "", "", None, None),
        # names of the site's own, and elements that show a moment
        ('<meta name="w-published-date" content="2026-03-04">', "", "", "", "2026-03-04", "metadata"),
        ('<meta name="published-time" content="2026-03-11"><meta name="published-date" content="2026-03-04">', "", "", "",
         "2026-03-04", "metadata"),
        ("", "", '<time-ago datetime="2026-03-04T05:30:00Z">a week ago</time-ago>', "", "2026-03-04T05:30:00Z", "markup"),
        ("", "", '<abbr class="published" title="2026-03-04">a week ago</abbr>', "", "2026-03-04", "markup"),
        # a headline is no date line
        (DECLARED, "", "<h2>Minutes of 2 May 2024</h2>", "", "2026-03-04T05:30:00Z", "metadata"),
        # above the headline, below the body, in the head alone
        ("", "<p>4 March 2026 - 11 minutes</p>", "", "", "2026-03-04", "text"),
        ("", "", "", "<p>Posted on 4 March 2026 at 19:00 by the harbour office</p>", "2026-03-04T19:00", "text"),
        ('<meta name="date" content="2026-03-04">', "", "", "", "2026-03-04", "metadata"),
        ('<meta property="article:modified_time" content="2026-03-09T05:30:00Z">', "", "", "", None, None),
    ],
)
def test_dates_that_a_page_shows(head, above, by, below, date, source):
    html = (
        f"<html lang=en><head><title>Harbour closed for two days</title>{head}</head><body><main>{above}<article>"
        f"<h1>Harbour closed for two days</h1>{by}{BODY}</article>{below}</main></body></html>"
    )
    article = cleaner.strip_html(html)
    assert (article.date, article.date_source) == (date, source)


def test_thousands_of_dates_that_are_none_are_not_all_read():
    odd = '<time datetime="2026-13-99">x</time><span class="date published">99.99.2026</span>' * 5_000
    article = cleaner.strip_html(f"<html><body><h1>Harbour closed</h1>{odd}{BODY}</body></html>")
    assert "harbour master" in article.text
    assert article.date is None


def dated_page(written: str, number: int) -> str:
    """A page that shows a date, and whose text nobody else has."""
    body = "".join(f"<p>The {number}th ferry left the pier {k} times on that day, said its master.</p>" for k in range(5))
    return f"<html lang=en><body><article><h1>Ferry number {number}</h1><p>{written}</p>{body}</article></body></html>"


def test_other_pages_of_the_site_say_which_is_the_day(tmp_path):
    """Of a site that nobody places: one page shows the order, what another declares is that of a third."""
    declared = '<meta property="article:published_time" content="2026-03-05T06:00:00Z"></head><body>'
    sites = {
        "a.example": {"Posted 04/03/2026": "2026-03-04", "Posted 23/02/2026": "2026-02-23", "04/04/2026": "2026-04-04"},
        "b.example": {"Posted 04/03/2026": "2026-04-03", "Posted 03/05/2026": "2026-03-05T06:00:00Z"},
        "c.example": {"Posted 04/03/2026": None, "Posted 04/05/2026": None},
        "d.example": {"Posted 04/03/2026": None, "Posted 23/02/2026": "2026-02-23", "Posted 02/23/2026": "2026-02-23"},
    }
    records, wanted = [], {}
    for site, pages in sites.items():
        for written, date in pages.items():
            page = dated_page(written, len(records))
            page = page.replace("<body>", declared, 1) if date and "T" in date else page
            records.append({"id": f"{len(records)}", "url": f"https://{site}/{len(records)}", "html": page})
            wanted[records[-1]["id"]] = date
    for number, written in enumerate(("04/03/2026", "23/02/2026")):
        name = f"r{number}"
        records.append({"id": name, "url": f"https://e.example/{name}", "date": written, "html": dated_page("", 90 + number)})
        wanted[name] = ("2026-03-04", "2026-02-23")[number]
    records.append({"id": "f", "url": "https://f.example/f", "date": "04/03/2026", "html": dated_page("", 99)})
    records += [{"id": f"n{k}", "date": day, "html": dated_page("", 95 + k)} for k, day in enumerate(("04/03/2026", "23/02/2026"))]
    wanted |= {"f": None, "n0": None, "n1": "2026-02-23"}  # records without an address are of no site
    found = []
    for name, order, workers in (("a", records, "1"), ("b", records[::-1], "2")):
        (tmp_path / f"{name}-in").mkdir()
        for part in range(3):
            lines = "".join(json.dumps(one) + "\n" for one in order[part::3])
            (tmp_path / f"{name}-in" / f"{part}.jsonl").write_text(lines, encoding="utf-8")
        options = ("--level", "exact", "--workers", workers)
        assert call_here("run", tmp_path / f"{name}-in", "-o", tmp_path / name, *options).returncode == 0
        found.append({row["id"]: row["date"] for row in rows(tmp_path / name / "corpus.jsonl")})
        report = json.loads((tmp_path / name / "report.json").read_text(encoding="utf-8"))
        assert report["not_understood"]["date"]["count"] == 2
    assert found == [wanted, wanted]


@pytest.mark.parametrize(
    ("raw", "names"),
    [
        ("By Dora Pell; Ike Vance", "Dora Pell; Ike Vance"),
        ("Dora Pell; https://a.example/dora", "Dora Pell"),
        ("Author Dora Pell Last Updated August 1", "Dora Pell"),
        ("Autor: Hanna Wilczek; Di Bruno Sartor; 记者 沈若溪; 윤다해 기자", "Hanna Wilczek; Bruno Sartor; 沈若溪; 윤다해"),
        ("Di Maria", "Di Maria"),
        ("December", None),
        (None, None),
    ],
)
def test_authors_are_names(raw, names):
    assert bylines.authors(raw) == names


def test_a_dateline_between_the_headline_and_its_repetition_counts_whatever_else_it_holds():
    headline = "Pair held over theft of the Ketterin bronzes"
    body = "".join(f"<p>Officers looked through {k} sheds in Eastry Quay before noon, a spokeswoman said.</p>" for k in range(3, 9))
    made = (
        f"<html lang=en><head><title>{headline} - News - World Digest</title></head><body><div id=title>{headline}</div>"
        '<div class="info">2026-02-06 08:15 World Digest By World Digest <a href="#c">Comments(0)</a></div>'
        f"<div id=content><h2>{headline}</h2>{body}</div><p>© 2026 World Digest. All rights reserved.</p></body></html>"
    )
    found = cleaner.strip_html(made)
    assert (found.title, found.date) == (headline, "2026-02-06T08:15")
