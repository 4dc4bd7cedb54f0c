"""Pairs of different texts that have a part in common: other facts, one background, a round-up, a quotation."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from cleaner.records import Article
from cleaner.train.frames import Frames
from cleaner.train.made_texts import Page, article, first_words, some_body, title_of

_FACT = re.compile(r"(?<=[a-z,] )(?:[A-Z][a-z]{3,}|\d{1,9})\b")
LEAST_FACTS = 5
"""Names and numbers that a text must exchange to be another one of its frame."""
_INTROS = ("Here is what happened this week.", "The day in brief", "Our newsletter of today", "")
_HEADLINES = ("The week in brief", "News in brief", "Morning round-up", "What we read today", "Five things to know")


def refilled(pages: Sequence[Page], frames: Frames, chance: random.Random) -> tuple[Article, Article]:
    """A long text and the same with other numbers and names in many places."""
    while True:
        body, title = some_body(pages, chance)
        text = "\n".join(first_words(body, chance.randint(100, 500)))
        facts = sorted({match[0] for match in _FACT.finditer(text)})
        if len(facts) >= LEAST_FACTS:
            break
    changed = chance.sample(facts, chance.randint(LEAST_FACTS, min(len(facts), 15)))
    names = frames.packs["en"]["names"].split()
    other = {
        fact: str(int(fact) + chance.randint(1, 90)) if fact.isdecimal() else chance.choice(names) for fact in changed
    }
    second = _FACT.sub(lambda match: other.get(match[0], match[0]), text)
    titles = (None, None) if chance.random() < 0.5 else (title, title_of(second.split("\n"), chance))
    return article(text.split("\n"), chance, titles[0]), article(second.split("\n"), chance, titles[1])


def serial(pages: Sequence[Page], chance: random.Random) -> tuple[Article, Article]:
    """Two reports with leads of their own and one background."""
    first, second, third = (page.body for page in chance.sample(list(pages), 3))
    words = chance.randint(70, 250)
    background = first_words(third, int(words * chance.uniform(0.8, 2.0)))
    made = []
    for own in (first, second):
        lead = first_words(own, words)
        kind = chance.random()
        half = len(background) // 2
        at = 0 if kind < 0.6 else len(background) if kind < 0.7 else half
        lines = background[:at] + lead + background[at:]
        made.append(article(lines, chance, title_of(lead, chance) if chance.random() < 0.8 else None))
    return made[0], made[1]


def _briefs(pages: Sequence[Page], chance: random.Random) -> list[list[str]]:
    number, words = chance.randint(3, 7), chance.randint(30, 110)
    return [first_words(one.body, words) for one in chance.sample(list(pages), number)]


def roundup(pages: Sequence[Page], chance: random.Random) -> tuple[Article, Article]:
    """A round-up and one of the briefs that it holds whole."""
    briefs = _briefs(pages, chance)
    lines = [chance.choice(_INTROS), *(line for brief in briefs for line in brief)]
    brief = chance.choice(briefs)
    another = next(one for one in reversed(briefs) if one is not brief)
    other = chance.choice((chance.choice(_HEADLINES), title_of(another, chance), None))
    if other is None and chance.random() < 0.8:
        other = chance.choice(_HEADLINES)
    return article(brief, chance, title_of(brief, chance)), article([line for line in lines if line], chance, other)


def index_page(pages: Sequence[Page], chance: random.Random) -> tuple[Article, Article]:
    """A page of headlines and leads, and one of the articles."""
    bodies = [one.body for one in chance.sample(list(pages), chance.randint(4, 9))]
    lines = [line for body in bodies for line in (title_of(body, chance), *first_words(body, 25))]
    whole = first_words(chance.choice(bodies), chance.randint(80, 300))
    return article(whole, chance, title_of(whole, chance)), article(lines, chance, chance.choice((*_HEADLINES, None)))


def quotation(pages: Sequence[Page], chance: random.Random) -> tuple[Article, Article]:
    """A short statement, and a long text that quotes it."""
    first, second = (page.body for page in chance.sample(list(pages), 2))
    statement = first_words(first, chance.randint(20, 60))[:2]
    at = chance.randint(min(2, len(second)), len(second))
    lines = second[:at] + statement + second[at:]
    return article(statement, chance, title_of(statement, chance)), article(lines, chance, title_of(second, chance))


def one_header(pages: Sequence[Page], chance: random.Random) -> tuple[Article, Article]:
    """One licence over two other things."""
    first, second, third = (page.body for page in chance.sample(list(pages), 3))
    licence = first_words(third, chance.randint(40, 250))
    words = chance.randint(60, 300)
    return article(licence + first_words(first, words), chance), article(licence + first_words(second, words), chance)


def refrain(pages: Sequence[Page], chance: random.Random) -> tuple[Article, Article]:
    """Verses of their own between one refrain."""
    first, second, third = (" ".join(page.body).split() for page in chance.sample(list(pages), 3))
    refrain = " ".join(third[: chance.randint(12, 30)])
    number, size = chance.randint(2, 4), chance.randint(8, 24)
    made = []
    for words in (first, second):
        verses = [" ".join(words[k * size : (k + 1) * size]) for k in range(number)]
        made.append(article([line for verse in verses for line in (verse, refrain)], chance))
    return made[0], made[1]
