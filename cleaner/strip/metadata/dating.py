"""Which of the days that a page names is the one on which its article came out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cleaner.records import Article, OpenDate, Page
from cleaner.strip.judgement import Decision
from cleaner.strip.metadata import datelines, dates, published
from cleaner.strip.reading.blocks import Block
from cleaner.strip.reading.page_elements import PageElements

Decided = tuple[Sequence[Block], Decision, str | None]
"""A page's lines, what was decided of them, and its address."""


def give_date(article: Article, page: Page, read: dates.Reader, shown: Decided, elements: PageElements | None) -> None:
    """Give an article its date, the record's or else the first that its page has, or what is open of it."""

    def first(way: published.Read) -> published.Found | None:
        if date := way(page.date):
            return published.Found(date, "record")
        return next((one for one in _dates_of(shown, elements, way) if one is not None), None)

    found = first(read)
    article.not_understood = dates.not_understood(page, found is not None and found.source == "record")
    article.day_first = read.seen
    if found is not None:
        article.date, article.date_source = found
        if article.day_first is None:
            article.day_first = read.shown_by(found.date)
    elif read.open:
        both = [first(way) for way in read.ways()]
        if both[0] is not None and both[1] is not None:
            article.open_date = OpenDate(both[0].date, both[1].date, both[0].source)


def _dates_of(page: Decided, elements: PageElements | None, read: published.Read) -> Iterator[published.Found | None]:
    """What a page says of when it came out, the surest first; each is looked for when it is asked for."""
    lines, decision, url = page
    shown = datelines.by_headline(lines, decision, read)

    def text(one: datelines.Shown | None) -> published.Found | None:
        return published.Found(one.date, "text") if one is not None else None

    if elements is not None:
        declared = published.declared(elements, read)
        if declared is not None:
            yield text(datelines.corrected(declared.date, shown))
        yield declared
        yield published.of_address(url)
    yield text(datelines.first(shown, "published"))
    yield text(datelines.stated(lines, decision, read))
    yield text(datelines.first(shown, "plain"))
    if elements is not None:
        yield published.named_date(elements, read)
    yield text(datelines.first(shown, "changed"))
    if elements is not None:
        yield published.marked_up(elements.root, read)
    yield text(datelines.below(lines, decision, read))
