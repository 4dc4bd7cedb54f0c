"""Pairs of versions of one article: with leftovers, cut, edited, corrected, reordered."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from cleaner.records import Article
from cleaner.train.made_texts import (
    LONG,
    Page,
    article,
    first_words,
    mistyped,
    one_number_changed,
    retitled,
    some_body,
)

_TEASERS = ("Subscribe to read the full story.", "Continue reading", "[...]", "Read the full story on our site", "")


def leftovers(pages: Sequence[Page], chance: random.Random) -> tuple[Article, Article]:
    """One article between leftovers of two other pages."""
    body, title = some_body(pages, chance)
    made = []
    for _ in range(2):
        other, number = chance.choice(pages), chance.choice((0, 2, 5, 12))
        made.append(other.above[-number:] * bool(number) + body + other.below[:number])
    return article(made[0], chance, title), article(made[1], chance, retitled(title, chance))


def stub(pages: Sequence[Page], chance: random.Random) -> tuple[Article, Article]:
    """An article and its first lines, mostly above a line that asks to read on."""
    body, title = some_body(pages, chance)
    words = max(15, int(chance.uniform(0.08, 0.7) * sum(len(line.split()) for line in body)))
    stub = [*first_words(body, words), chance.choice(_TEASERS)]
    return article(body, chance, title), article(stub, chance, retitled(title, chance))


def stub_with_leftovers(pages: Sequence[Page], chance: random.Random) -> tuple[Article, Article]:
    """The same, each with leftovers of other pages."""
    full, short = stub(pages, chance)
    other, third = chance.choice(pages), chance.choice(pages)
    short = replace(short, text="\n".join([*other.above[-chance.randint(0, 6) :], short.text, *other.below[:6]]))
    return replace(full, text="\n".join([full.text, *third.below[: chance.randint(0, 8)]])), short


def edited(pages: Sequence[Page], chance: random.Random) -> tuple[Article, Article]:
    """One or two copy-editors: a share of the plain words is replaced, dropped or mistyped."""
    body, title = some_body(pages, chance)
    share = chance.choice((0.01, 0.02, 0.04))
    first = _copy_edited(body, share, chance) if chance.random() < 0.5 else body
    second = _copy_edited(body, share, chance)
    return article(first, chance, title), article(second, chance, retitled(title, chance))


def _copy_edited(body: Sequence[str], share: float, chance: random.Random) -> list[str]:
    stock = [word for word in " ".join(body).split() if word.islower()] or ["that"]
    edited = []
    for line in body:
        words = [
            chance.choice(stock) if word.islower() and chance.random() < share else word
            for word in line.split(" ")
            if chance.random() > share / 2
        ]
        edited.append(mistyped(" ".join(words), chance, share))
    return edited


def excerpt(pages: Sequence[Page], chance: random.Random) -> tuple[Article, Article]:
    """A third or more of a text, from anywhere, with its title or none."""
    body, title = some_body(pages, chance)
    words = " ".join(body).split(" ")
    size = max(60, int(len(words) * chance.uniform(0.3, 0.7)))
    start = chance.randrange(max(1, len(words) - size))
    part = " ".join(words[start : start + size])
    return article(body, chance, title), article([part], chance, chance.choice((title, None)))


def corrected(pages: Sequence[Page], chance: random.Random) -> tuple[Article, Article]:
    """An article of which one or two numbers are corrected."""
    body, title = some_body(pages, chance)
    text = "\n".join(body)
    for _ in range(chance.choice((1, 1, 2))):
        text = one_number_changed(text, chance)
    return article(body, chance, title), article(text.split("\n"), chance, retitled(title, chance))


def reordered(pages: Sequence[Page], chance: random.Random) -> tuple[Article, Article]:
    """An article and its lines in another order."""
    body, title = some_body(pages, chance)
    mixed = list(body)
    chance.shuffle(mixed)
    return article(body, chance, title), article(mixed, chance, retitled(title, chance))


def dropped(pages: Sequence[Page], chance: random.Random) -> tuple[Article, Article]:
    """An article and the same without a quarter of its lines."""
    body, title = some_body(pages, chance)
    rest = [line for line in body if chance.random() > 0.25] or body
    return article(body, chance, title), article(rest, chance, retitled(title, chance))


def rewritten_lead(pages: Sequence[Page], chance: random.Random) -> tuple[Article, Article]:
    """A first line of its own above a long text that stays."""
    body, title = some_body(pages, chance)
    while len(" ".join(body).split()) < LONG and len(" ".join(body)) < 6 * LONG:
        body, title = some_body(pages, chance)
    lead = first_words(chance.choice(pages).body, 5)[0][:150]
    return article(body, chance, title), article([lead, *body[1:]], chance, retitled(title, chance))
