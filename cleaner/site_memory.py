"""What the pages of a site say of each other: what they repeat, and in which order they write day and month.

Lines that stand on many pages of a site around different bodies are boilerplate.

A line is looked at within its site only, so a wire story that several sites print is never counted
together. A paragraph that a site's follow-ups repeat is told from a template by the rest of the pages:
follow-ups of one story share its words, the pages of a template do not.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import regex
from numpy.typing import NDArray

from cleaner.article_store import ArticleStore
from cleaner.records import Article, Cut, OpenDate
from cleaner.text_key import key

Positions: TypeAlias = "array[int] | NDArray[np.int32]"
Lines: TypeAlias = dict[int, dict[int, float]]
"""By page the numbers of lines that its site's template repeats, each with its share of the site's pages."""
RULE = "site.repeated"
MIN_PAGES = 4
"""Pages of a site that must hold a line."""
MIN_SHARE = 0.25
"""Share of the site's pages that must hold it, unless MANY_PAGES do."""
MANY_PAGES = 20
MAX_LIKENESS = 0.09
"""Mean Jaccard of the longer words in the rest of those pages, from which they tell one story. On the event
development sets pairs of unrelated articles have a median of .02 to .06, pairs on one event of .15."""
SAMPLE = 12
"""Pages compared for that, those with the smallest hashes."""
_LONG_WORD = regex.compile(r"[\p{L}\p{N}]{5,}|\p{Han}{2}|[\p{Hiragana}\p{Katakana}]{3}")


def kept_positions(article: Article) -> array[int]:
    """Positions on the page of the lines that an article kept, in order, from its cuts."""
    taken = {cut.position for cut in article.cuts}
    lines = sum(1 for line in article.text.split("\n") if line)
    found: array[int] = array("l")
    position = 0
    while len(found) < lines:
        if position not in taken:
            found.append(position)
        position += 1
    return found


def repeated_lines(articles: ArticleStore, earlier: Sequence[Article] = ()) -> Lines:
    """The lines that the articles' sites repeat.

    Articles without a site take no part. ``earlier`` are pages that stand beside them, as they were before anything
    was dropped. The result depends on the set of articles only. One site at a time is looked at.
    """
    by_site: dict[str, list[int]] = {}
    for i, site in enumerate([*(header.site for header in articles.headers), *(article.site for article in earlier)]):
        if site is not None:
            by_site.setdefault(site, []).append(i)
    found: Lines = {}
    for members in by_site.values():
        if len(members) >= MIN_PAGES:
            repeated = _Site(articles, earlier, members).repeated()
            found |= {i: shares for i, shares in repeated.items() if i < len(articles)}
    return found


def cut_lines(articles: ArticleStore, positions: Sequence[Positions], repeated: Lines) -> dict[int, list[Cut]]:
    """Take lines from the articles' texts; the store gets the shorter articles. Returns the new cuts by article.

    ``positions`` are each article's ``kept_positions``, which give the new cuts their places.
    """
    dropped: dict[int, list[Cut]] = {}
    for i, shares in repeated.items():
        article = articles[i]
        text, dropped[i] = _cut(article.text, shares, positions[i])
        articles.replace(i, replace(article, text=text))
    return dropped


class DayOrder(NamedTuple):
    """What an article says of the order of its site's dates."""

    place: int
    """Of the article in the store."""
    day_first: bool | None
    """As its own dates show."""
    open_date: OpenDate | None
    """What its date is in either order, where that is open."""
    written: str | None = None
    """How the record has it, if it is the record's."""


def settle_dates(articles: ArticleStore, orders: Sequence[DayOrder]) -> list[DayOrder]:
    """Give articles whose date is open the one that it is in the order of their sites; returns those it stays open of.

    A site has an order where some of its pages show one, and all that do the same; what it comes to depends on the
    set of articles only.
    """
    shown: dict[str, set[bool]] = {}
    for one in orders:
        site = articles.headers[one.place].site
        if site and one.day_first is not None:
            shown.setdefault(site, set()).add(one.day_first)
    left = []
    for one in orders:
        if one.open_date is None:
            continue
        order = shown.get(articles.headers[one.place].site or "", set())
        if len(order) != 1:
            left.append(one)
            continue
        date = one.open_date.day_first if True in order else one.open_date.month_first
        article = articles[one.place]
        articles.replace(one.place, replace(article, date=date, date_source=one.open_date.source))
    return left


def lines_as_arrays(found: Lines) -> dict[str, NDArray[Any]]:
    """Lines of pages as arrays: page, number of the line, share."""
    rows = [(i, number, share) for i, shares in found.items() for number, share in shares.items()]
    page, line, share = zip(*rows, strict=True) if rows else ((), (), ())
    return {"page": np.array(page, np.int64), "line": np.array(line, np.int64), "share": np.array(share, np.float64)}


def lines_of_arrays(arrays: Mapping[str, NDArray[Any]]) -> Lines:
    """What ``lines_as_arrays`` wrote."""
    found: Lines = {}
    for i, number, share in zip(*(arrays[name].tolist() for name in ("page", "line", "share")), strict=True):
        found.setdefault(i, {})[number] = share
    return found


class _Site:
    """The lines of one site's pages, by their hashes; texts are read again where their words are asked for."""

    def __init__(self, articles: ArticleStore, earlier: Sequence[Article], members: Sequence[int]) -> None:
        self._articles = articles
        self._earlier = earlier
        self._members = members
        self._rest: dict[int, set[str]] = {}
        pages, numbers, hashes = array("q"), array("q"), array("Q")
        for i in members:
            for number, text in enumerate(self._page(i).text.split("\n")):
                if key(text):
                    pages.append(i)
                    numbers.append(number)
                    hashes.append(_digest(text))
        self._pages = np.array(pages, dtype=np.int64)
        self._numbers = np.array(numbers, dtype=np.int64)
        self._hashes = np.array(hashes, dtype=np.uint64)

    def _page(self, i: int) -> Article:
        return self._articles[i] if i < len(self._articles) else self._earlier[i - len(self._articles)]

    def repeated(self) -> dict[int, dict[int, float]]:
        """For each page the line numbers that the site's template repeats, each with its share of pages."""
        values, which = np.unique(self._hashes, return_inverse=True)
        once = np.unique(which * (len(self._articles) + len(self._earlier)) + self._pages)
        counts = np.bincount(once // max(1, len(self._articles) + len(self._earlier)), minlength=len(values))
        size = len(self._members)
        often = counts >= min(MANY_PAGES, max(MIN_PAGES, int(np.ceil(MIN_SHARE * size))))
        candidates = np.flatnonzero(often[which])
        candidates = candidates[np.argsort(which[candidates], kind="stable")]
        self._often = set(values[often].tolist())
        template: set[int] = set()
        for lines in np.split(candidates, np.flatnonzero(np.diff(which[candidates])) + 1):
            if len(lines) and self._likeness(np.unique(self._pages[lines]).tolist()) <= MAX_LIKENESS:
                template.add(int(which[lines[0]]))
        found: dict[int, dict[int, float]] = {}
        for place in candidates.tolist():
            if int(which[place]) in template:
                share = int(counts[which[place]]) / size
                found.setdefault(int(self._pages[place]), {})[int(self._numbers[place])] = share
        return found

    def _rest_words(self, i: int) -> set[str]:
        """The longer words of a page outside the lines that stand on many pages."""
        if i not in self._rest:
            lines = self._page(i).text.split("\n")
            rest = [line for line in lines if key(line) and _digest(line) not in self._often]
            self._rest[i] = {word for line in rest for word in _LONG_WORD.findall(line.casefold())}
        return self._rest[i]

    def _likeness(self, holders: Sequence[int]) -> float:
        """Mean Jaccard of the rest of the pages, over a fixed sample; 1 when they have no rest (the same page)."""
        sample = [self._rest_words(i) for i in sorted(holders, key=lambda i: _digest(self._name(i)))[:SAMPLE]]
        values = []
        for first, second in combinations(sample, 2):
            union = len(first | second)
            values.append(len(first & second) / union if union else 1.0)
        return sum(values) / len(values)

    def _name(self, i: int) -> str:
        mine = len(self._articles)
        return self._articles.headers[i].id if i < mine else self._earlier[i - mine].id


def _digest(text: str) -> int:
    folded = key(text) or text
    return int.from_bytes(hashlib.blake2b(folded.encode("utf-8", "replace"), digest_size=8).digest(), "big")


def _cut(text: str, shares: dict[int, float], positions: Positions) -> tuple[str, list[Cut]]:
    """A text without these lines, and they as cuts at their places on the page."""
    places = iter(positions.tolist())
    kept: list[str] = []
    cuts: list[Cut] = []
    for number, line in enumerate(text.split("\n")):
        if not line:
            kept.append(line)
            continue
        position = next(places)
        if number in shares:
            cuts.append(Cut(line, "site", RULE, position, round(shares[number], 4)))
        else:
            kept.append(line)
    return regex.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip("\n"), cuts
