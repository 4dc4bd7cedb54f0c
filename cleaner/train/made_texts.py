"""Pieces of pages, and small changes to texts, of which pairs with known answers are made (``made_pairs``)."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from cleaner.records import Article

_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]{4,}")
LONG = 120
"""Words of a page from which it serves as an article."""


@dataclass(slots=True)
class Page:
    """A page as lines of body and leftovers."""

    body: list[str]
    above: list[str]
    below: list[str]


def page(lines: Sequence[str], keep: Sequence[bool]) -> Page | None:
    """A page of labelled lines; None for one whose body is short."""
    kept = [place for place, flag in enumerate(keep) if flag]
    body = [lines[place] for place in kept]
    if sum(len(line.split()) for line in body) < LONG and sum(map(len, body)) < 6 * LONG:
        return None
    return Page(body, list(lines[: kept[0]])[-25:], list(lines[kept[-1] + 1 :])[:25])


def article(lines: Sequence[str], chance: random.Random, title: str | None = None) -> Article:
    """An article of such lines at an address of its own; in a tenth of the cases in one line."""
    number = chance.randrange(10**6)
    joint = " " if chance.random() < 0.1 else "\n"
    url = f"https://s{number % 97}.example/{number}"
    return Article("x", joint.join(lines), title=title, url=url, site="s.example")


def title_of(lines: Sequence[str], chance: random.Random) -> str:
    """A made headline: some long words of the first lines."""
    words = [word for word in " ".join(lines[:3]).split() if len(word) > 3] or ["news"]
    return " ".join(words[: chance.randint(4, 8)])


def retitled(title: str, chance: random.Random) -> str | None:
    """The headline as another page has it: the same, none, or without some of its words."""
    kind = chance.random()
    if kind < 0.5:
        return title
    if kind < 0.75:
        return None
    return " ".join(word for word in title.split() if chance.random() < 0.7) or title


def some_body(pages: Sequence[Page], chance: random.Random) -> tuple[list[str], str]:
    """The body of a page, mostly cut to the length of a news report, and a headline."""
    body = list(chance.choice(pages).body)
    if chance.random() < 0.7:
        body = first_words(body, chance.randint(60, 500))
    return body, title_of(body, chance)


def first_words(lines: Sequence[str], words: int) -> list[str]:
    """Lines up to so many words (a Chinese character counts a third); at least one."""
    made: list[str] = []
    size = 0.0
    for line in lines:
        if made and size >= words:
            break
        made.append(line)
        size += len(line.split()) if line.isascii() or " " in line else len(line) / 3
    return made


def one_number_changed(text: str, chance: random.Random) -> str:
    """A text of which one number is another; mistyped where it has none."""
    found = list(_NUMBER.finditer(text))
    if not found:
        return mistyped(text, chance, 0.01)
    at = chance.choice(found)
    return text[: at.start()] + str(int(at[0]) + chance.randint(1, 30)) + text[at.end() :]


def mistyped(text: str, chance: random.Random, share: float) -> str:
    """A text in so large a share of whose long words two letters are swapped or one is left out."""

    def mar(match: re.Match[str]) -> str:
        word = match[0]
        if chance.random() > share:
            return word
        at = chance.randrange(len(word) - 1)
        turned = word[at + 1] + word[at] if chance.random() < 0.5 else word[at + 1]
        return word[:at] + turned + word[at + 2 :]

    return _WORD.sub(mar, text)
