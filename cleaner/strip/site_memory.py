"""What a site repeats: lines that stand on many of its pages around different bodies are boilerplate.

A line is looked at within its site only, so a wire story that several sites print is never counted
together. A paragraph that a site's follow-ups repeat is told from a template by the rest of the pages:
follow-ups of one story share its words, the pages of a template do not.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import regex

from cleaner.records import Article, Cut
from cleaner.strip.keys import key

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


@dataclass(slots=True)
class _Line:
    """One kept line of one article: where it is, and its identity."""

    article: int
    index: int
    hash: int


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


def drop_repeated(
    articles: Sequence[Article], positions: Sequence[array[int]], earlier: Sequence[Article] = ()
) -> dict[int, list[Cut]]:
    """Take from the articles' texts the lines that their sites repeat. Articles are changed in place.

    Articles without a site take no part. ``positions`` are each article's ``kept_positions``, which give the
    new cuts their places. ``earlier`` are pages that stand beside them, as they were before anything was
    dropped, and are left as they are. Returns the new cuts by index into ``articles``; the result depends on
    the set of articles only.
    """
    every = [*articles, *earlier]
    by_site: dict[str, list[int]] = {}
    for i, article in enumerate(every):
        if article.site is not None:
            by_site.setdefault(article.site, []).append(i)
    dropped: dict[int, list[Cut]] = {}
    for members in by_site.values():
        if len(members) >= MIN_PAGES:
            for i, shares in _repeated(every, members).items():
                if i < len(articles):
                    dropped[i] = _cut(articles[i], shares, positions[i])
    return dropped


def _repeated(articles: Sequence[Article], members: Sequence[int]) -> dict[int, dict[int, float]]:
    """For articles of one site, the line numbers that its template repeats, each with its share of pages."""
    lines = [
        _Line(i, number, _digest(text))
        for i in members
        for number, text in enumerate(articles[i].text.split("\n"))
        if key(text)
    ]
    hashes = np.array([line.hash for line in lines], dtype=np.uint64)
    pages = np.array([line.article for line in lines], dtype=np.int64)
    pairs = np.unique(np.stack([hashes, pages.astype(np.uint64)]), axis=1)
    values, counts = np.unique(pairs[0], return_counts=True)
    least = min(MANY_PAGES, max(MIN_PAGES, int(np.ceil(MIN_SHARE * len(members)))))
    often = {int(value): int(count) for value, count in zip(values, counts, strict=True) if count >= least}
    if not often:
        return {}
    rest = _rest_words(articles, lines, often)
    holders: dict[int, set[int]] = {}
    for line in lines:
        if line.hash in often:
            holders.setdefault(line.hash, set()).add(line.article)
    template = {value for value, held_by in holders.items() if _likeness(held_by, rest, articles) <= MAX_LIKENESS}
    found: dict[int, dict[int, float]] = {}
    for line in lines:
        if line.hash in template:
            found.setdefault(line.article, {})[line.index] = often[line.hash] / len(members)
    return found


def _rest_words(articles: Sequence[Article], lines: Sequence[_Line], often: dict[int, int]) -> dict[int, set[str]]:
    """The longer words of each article outside the lines that stand on many pages."""
    texts: dict[int, list[str]] = {}
    rest: dict[int, set[str]] = {}
    for line in lines:
        words = rest.setdefault(line.article, set())
        if line.hash not in often:
            own = texts.setdefault(line.article, articles[line.article].text.split("\n"))
            words.update(_LONG_WORD.findall(own[line.index].casefold()))
    return rest


def _likeness(holders: set[int], rest: dict[int, set[str]], articles: Sequence[Article]) -> float:
    """Mean Jaccard of the rest of the pages, over a fixed sample; 1 when they have no rest (the same page)."""
    sample = sorted(holders, key=lambda i: _digest(articles[i].id))[:SAMPLE]
    values = []
    for a in range(len(sample)):
        for b in range(a + 1, len(sample)):
            first, second = rest[sample[a]], rest[sample[b]]
            union = len(first | second)
            values.append(len(first & second) / union if union else 1.0)
    return sum(values) / len(values)


def _digest(text: str) -> int:
    folded = key(text) or text
    return int.from_bytes(hashlib.blake2b(folded.encode("utf-8", "replace"), digest_size=8).digest(), "big")


def _cut(article: Article, shares: dict[int, float], positions: array[int]) -> list[Cut]:
    """Take lines out of an article's text; returns them as cuts at their places on the page."""
    places = iter(positions)
    kept: list[str] = []
    cuts: list[Cut] = []
    for number, line in enumerate(article.text.split("\n")):
        if not line:
            kept.append(line)
            continue
        position = next(places)
        if number in shares:
            cuts.append(Cut(line, "site", RULE, position, round(shares[number], 4)))
        else:
            kept.append(line)
    article.text = regex.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip("\n")
    return cuts
