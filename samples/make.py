"""Writes samples/pages and samples/gold: a small invented web and what is true about it.

    python samples/make.py [FOLDER]        FOLDER defaults to samples/; two runs write the same bytes

Everything on these pages is made up: places, people, firms, sites (all on the reserved ``.example``
domain). samples/stories says what happened and who told it (see stories.py), samples/sites how the sites
look (see render.py). An event is told by several articles: reports in their own words, exact copies on
other sites, near copies with a few sentences changed, cut or added; other stories are told once. Some
events look alike and are not the same: two earthquakes, two ferry accidents, two matches of the same
clubs; an arrest and the verdict, a fire and the report on it, a takeover and the ban on it.

pages/      <host>/...html      pages of 22 sites in eleven designs; three sites in a legacy encoding that
                                the page does not declare, one that declares gb2312
            stored/*.txt        what a naive scraper stored: one visible block a line
            crawl.warc.gz       warcinfo, requests, responses and an image
            feed.jsonl          records with ``html`` and records with stored ``text``
            archive.parquet     the same as a table
gold/       pages.jsonl         a line a page, sorted by id:
                                ``id``        path below pages/ for a file, WARC-Record-ID without angle
                                              brackets for a WARC record, else the record's own ``id``
                                ``event``     equal for pages that tell the same event, never across languages
                                ``relation``  ``report``, ``exact-copy``, ``near-copy`` or ``single``
                                ``source``    for a copy, the id of the page whose body it took, else null
                                ``url``, ``lang``, ``title``, ``date``, ``author``
                                ``body``      the lines of the body, in order: paragraphs, subheadings, list
                                              items, table rows (cells joined by `` | ``); no headline,
                                              byline, caption, promo or anything else of the site
"""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from containers import Capture, record_id, write_jsonl, write_parquet, write_warc
from render import Web
from stories import Article, plain, read

HERE = Path(__file__).resolve().parent


def page_id(article: Article, web: Web) -> str:
    """The id that cleaner gives the page."""
    if article.store == "html":
        return f"{web.sites[article.site].host}/{web.path(article)}"
    if article.store == "txt":
        return f"stored/{article.key}.txt"
    if article.store == "warc":
        return record_id("response", web.url(article))
    return article.key


def gold(articles: Sequence[Article], web: Web) -> list[dict[str, Any]]:
    """The true body and event of every page, sorted by id."""
    ids = {article.key: page_id(article, web) for article in articles}
    rows = [
        {
            "id": ids[article.key],
            "event": article.event,
            "relation": article.relation,
            "source": ids[article.source] if article.source else None,
            "url": web.url(article),
            "lang": article.language,
            "title": article.headline,
            "date": article.date,
            "author": article.author,
            "body": [plain(line) for line in article.body],
        }
        for article in articles
    ]
    return sorted(rows, key=lambda row: str(row["id"]))


def encoded(article: Article, web: Web) -> bytes:
    """The page's HTML as its site sends it; what the encoding lacks becomes a character reference."""
    return web.html(article).encode(web.sites[article.site].encoding, errors="xmlcharrefreplace")


def row(article: Article, web: Web) -> dict[str, Any]:
    """The page as a record with either ``html`` or stored ``text``."""
    stored = article.store.endswith("-text")
    return {
        "id": article.key,
        "url": web.url(article),
        "html": None if stored else web.html(article),
        "text": web.text(article) if stored else None,
        "title": article.headline if stored else None,
        "date": article.date,
        "lang": article.language,
        "feed": web.sites[article.site].name,
    }


def write_pages(articles: Sequence[Article], web: Web, folder: Path) -> None:
    """Every article in the kind of file that its ``store`` names."""
    for article in articles:
        if article.store in ("html", "txt"):
            path = folder / page_id(article, web)
            path.parent.mkdir(parents=True, exist_ok=True)
            stored = article.store == "txt"
            path.write_bytes(web.text(article).encode("utf-8") if stored else encoded(article, web))
    captures = [
        Capture(
            web.url(article),
            article.date,
            encoded(article, web),
            f"text/html; charset={web.sites[article.site].encoding}",
        )
        for article in articles
        if article.store == "warc"
    ]
    write_warc(folder / "crawl.warc.gz", captures)
    feed = [row(article, web) for article in articles if article.store.startswith("jsonl")]
    # A feed leaves out what it does not know; a table cannot.
    write_jsonl(folder / "feed.jsonl", ({k: v for k, v in r.items() if v is not None} for r in feed))
    table = [row(article, web) for article in articles if article.store.startswith("parquet")]
    write_parquet(folder / "archive.parquet", table)


def main(output: Path) -> None:
    """Write pages/ and gold/ below ``output`` anew and say what was written."""
    articles = read(HERE / "stories")
    web = Web(HERE / "sites", articles)
    for name in ("pages", "gold"):
        shutil.rmtree(output / name, ignore_errors=True)
        (output / name).mkdir(parents=True)
    write_pages(articles, web, output / "pages")
    write_jsonl(output / "gold" / "pages.jsonl", gold(articles, web))
    relations = Counter(article.relation for article in articles)
    counts = ", ".join(f"{number} {name}" for name, number in sorted(relations.items()))
    events = len({article.event for article in articles})
    print(f"{len(articles)} pages on {events} events ({counts}) written to {output}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
