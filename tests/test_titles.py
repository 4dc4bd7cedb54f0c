"""Titles: which of what a page shows and declares is its headline."""

from __future__ import annotations

import html

import pytest

import cleaner

STORM = "Storm closes harbour for two days"
BODY = "".join(
    f"<p>The harbour master closed the port for {days} days on {day} because of the storm, he said.</p>"
    for days, day in (("two", "Tuesday"), ("three", "Friday"), ("four", "Sunday"), ("five", "Monday"))
)


def page(title: str = "", og: str = "", h1: str = "", site: str = "", top: str = "", lead: str = "") -> str:
    """A page with these of the places where titles stand."""
    metas = {"og:title": og, "og:site_name": site}
    head = f"<title>{html.escape(title)}</title>" if title else ""
    head += "".join(f'<meta property="{name}" content="{html.escape(text)}">' for name, text in metas.items() if text)
    shown = f"<h1>{h1}</h1>" if h1 else ""
    return f"<html lang=en><head>{head}</head><body>{top}<article>{shown}{lead}{BODY}</article></body></html>"


@pytest.mark.parametrize(
    ("made", "url", "title"),
    [
        (page(f"{STORM} | Point News"), "https://pointnews.example/a", STORM),
        (page(f"Point News - {STORM}", site="Point News"), None, STORM),
        (page(STORM), None, STORM),
        (page(h1=STORM), None, STORM),
        (page(f"{STORM} - Point News", h1=STORM), None, STORM),
        (page(f"{STORM} - Point News", f"{STORM} - Point News", STORM), None, STORM),
        (page("Ferry, storm, harbour: all you need to know", "A storm!", STORM), None, STORM),
        # its own dash or bar
        (
            page("Storm at the harbour - a diary | Point News", h1="Storm at the harbour - a diary"),
            None,
            "Storm at the harbour - a diary",
        ),
        (page("Smith-Jones: I will not close the harbour"), None, "Smith-Jones: I will not close the harbour"),
        (
            page("Storms at the harbour: a short guide", h1="Storms at the harbour: a short guide"),
            None,
            "Storms at the harbour: a short guide",
        ),
        # broken or parted by markup
        (page(STORM, h1="Storm closes harbour<br>for two days"), None, STORM),
        (page(f"{STORM} - Point News", h1=f"<span>Analysis</span><span>{STORM}</span>"), None, STORM),
        (page(f"The {STORM.lower()}", h1=f"The {STORM.lower()}", og=STORM), None, f"The {STORM.lower()}"),
        (page(STORM, h1=f"{STORM} <small>4 March 2026</small>"), None, STORM),
        (page(STORM, h1=STORM.upper()), None, STORM),
        # an h1 that is the site's
        (
            page(
                f"{STORM} - Point News",
                site="Point News",
                top="<h1 class=logo>Point News</h1>",
                lead=f"<h2>{STORM}</h2>",
            ),
            None,
            STORM,
        ),
        (
            page("Tides of the harbour - The Harbour Handbook", top='<h1 class="menu-title">The Harbour Handbook</h1>'),
            "https://doc.example/handbook/tides-of-the-harbour.html",
            "Tides of the harbour",
        ),
        # neither a standfirst nor a contents line takes the place of what they agree in
        (
            page(f"{STORM} | Point News", STORM, STORM, lead="<h2>Port closed because of the storm on Tuesday</h2>"),
            None,
            STORM,
        ),
        (page(f"{STORM} &amp; more", h1=f"{STORM} &amp; more"), None, f"{STORM} & more"),
    ],
)
def test_title_of_a_page(made, url, title):
    assert cleaner.strip_html(made, url=url).title == title


def test_a_page_without_title_has_none():
    assert cleaner.strip_html(f"<html><body>{BODY}</body></html>").title is None


def test_names_in_glued_headings_do_not_take_a_word_of_the_headline():
    assert cleaner.strip_html(page("Best harbours of 2026", h1="The Best harbours of 2026")).title.endswith(
        "Best harbours of 2026"
    )


TYPED = (
    '<script type="application/ld+json">{"@context": "https://schema.org", "@type": "%s", '
    '"author": {"@type": "Person", "name": "Ravi Teale"}}</script>'
)


@pytest.mark.parametrize(
    ("made", "author"),
    [
        (page(h1=STORM, lead="<p>By Agnes Thole</p>"), "Agnes Thole"),
        (page(h1=STORM, lead="<p>Words by <a href=/a>Agnes Thole</a></p>"), "Agnes Thole"),
        (page(h1=STORM, lead="<p>BY AGNES THOLE AND JO MARSH | 3 May 2026</p>"), "Agnes Thole; Jo Marsh"),
        (page(h1=STORM, lead="<p>Por Inês Valadares</p>").replace("lang=en", "lang=pt"), "Inês Valadares"),
        (page(h1=STORM, lead="<p>By Staff Reporter</p>"), None),
        (page(h1=STORM, lead="<p>By the sea</p>"), None),
        (page(h1=STORM).replace("<head>", '<head><meta name="author" content="한소영">'), "한소영"),
        (page(h1=STORM).replace("<head>", '<head><meta name="author" content="刘静">'), "刘静"),
        (page(h1=STORM).replace("<head>", '<head><meta name="author" content="编辑部">'), None),
        (page(h1=STORM).replace("<head>", '<head><meta name="author" content="admin">'), None),
        (page(h1=STORM).replace("<head>", f"<head>{TYPED % 'Review'}"), "Ravi Teale"),
        (page(h1=STORM).replace("<head>", f"<head>{TYPED % 'TechArticle'}"), "Ravi Teale"),
        (page(h1=STORM).replace("<head>", f"<head>{TYPED % 'Review' * 2}"), "Ravi Teale"),
        (page(h1=STORM).replace("<head>", f"<head>{TYPED % 'Product'}"), None),
    ],
)
def test_authors_where_pages_name_them(made, author):
    assert cleaner.strip_html(made).author == author


def test_the_author_of_a_stored_text_is_the_one_named_above_it():
    body = "\n".join(line for line in BODY.replace("</p>", "").split("<p>") if line)
    above = cleaner.strip_text(f"{STORM}\nBy Agnes Thole\n{body}\nRelated articles\nBy Jo Marsh\nBy Ike Vance")
    below = cleaner.strip_text(f"{STORM}\n{body}\nRelated articles\nBy Jo Marsh\nBy Ike Vance")
    assert (above.author, below.author) == ("Agnes Thole", None)
