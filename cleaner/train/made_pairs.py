"""Made pairs with known answers: versions of one article, and texts that only have a frame or a part in common.

Bulletins come from ``frames``, articles from pages whose lines are labelled as body or leftovers. Seeded: the same
pairs every time.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

from cleaner.records import Article
from cleaner.train.frames import Frames

_NUMBER = re.compile(r"\d+")
_FACT = re.compile(r"(?<=[a-z,] )(?:[A-Z][a-z]{3,}|\d{1,9})\b")
LEAST_FACTS = 5
"""Names and numbers that a text must exchange to be another one of its frame."""
_WORD = re.compile(r"[^\W\d_]{4,}")
_TEASERS = ("Subscribe to read the full story.", "Continue reading", "[...]", "Read the full story on our site", "")
_INTROS = ("Here is what happened this week.", "The day in brief", "Our newsletter of today", "")
_HEADLINES = ("The week in brief", "News in brief", "Morning round-up", "What we read today", "Five things to know")
_FIRST_DAY = date(2026, 1, 5)
LONG = 120
"""Words of a page from which it serves as an article."""


@dataclass(slots=True)
class Pair:
    """Two articles and whether they are versions of one."""

    kind: str
    left: Article
    right: Article
    same: bool


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


def pairs(pages: Sequence[Page], count: int, seed: int = 7) -> Iterator[Pair]:
    """So many pairs of every kind."""
    chance = random.Random(seed)
    frames = Frames(chance)
    makers: dict[str, tuple[bool, Callable[[random.Random], tuple[Article, Article]]]] = {
        "bulletins": (False, partial(_bulletins, frames)),
        "bulletins, little filled": (False, partial(_alike, frames)),
        "bulletin corrected": (True, partial(_corrected_bulletin, frames)),
        "bulletin cut or wrapped": (True, partial(_wrapped_bulletin, frames)),
        "leftovers": (True, partial(_leftovers, pages)),
        "stub": (True, partial(_stub, pages)),
        "stub with leftovers": (True, partial(_stub_left, pages)),
        "edited": (True, partial(_edited, pages)),
        "corrected": (True, partial(_corrected, pages)),
        "excerpt": (True, partial(_excerpt, pages)),
        "reordered": (True, partial(_reordered, pages)),
        "dropped": (True, partial(_dropped, pages)),
        "rewritten lead": (True, partial(_added, pages)),
        "refilled": (False, partial(_refilled, pages, frames)),
        "serial": (False, partial(_serial, pages)),
        "round-up": (False, partial(_roundup, pages)),
        "index page": (False, partial(_index_page, pages)),
        "quoted": (False, partial(_quoted, pages)),
        "header": (False, partial(_header, pages)),
        "refrain": (False, partial(_refrain, pages)),
    }
    for kind, (same, make) in makers.items():
        for _ in range(count):
            left, right = make(chance)
            yield Pair(kind, *_dated(left, right, same, chance), same)


def _dated(
    left: Article, right: Article, same: bool, chance: random.Random
) -> tuple[Article, Article]:
    """Two articles with dates, in a part of the cases: versions come within days, bulletins any time."""
    if chance.random() < 0.4:
        return left, right
    first = _FIRST_DAY + timedelta(days=chance.randrange(300))
    apart = chance.choice((0, 0, 0, 1, 1, 2, 8) if same else (0, 0, 1, 1, 2, 7, 7, 30, 365))
    return replace(left, date=first.isoformat()), replace(right, date=(first + timedelta(days=apart)).isoformat())


def _article(lines: Sequence[str], chance: random.Random, title: str | None = None) -> Article:
    number = chance.randrange(10**6)
    joint = " " if chance.random() < 0.1 else "\n"
    url = f"https://s{number % 97}.example/{number}"
    return Article("x", joint.join(lines), title=title, url=url, site="s.example")


def _title(lines: Sequence[str], chance: random.Random) -> str:
    """A made headline: some long words of the first lines."""
    words = [word for word in " ".join(lines[:3]).split() if len(word) > 3] or ["news"]
    return " ".join(words[: chance.randint(4, 8)])


def _retitled(title: str, chance: random.Random) -> str | None:
    kind = chance.random()
    if kind < 0.5:
        return title
    if kind < 0.75:
        return None
    return " ".join(word for word in title.split() if chance.random() < 0.7) or title


def _some(pages: Sequence[Page], chance: random.Random) -> tuple[list[str], str]:
    """The body of a page, mostly cut to the length of a news report, and a headline."""
    body = list(chance.choice(pages).body)
    if chance.random() < 0.7:
        body = _first(body, chance.randint(60, 500))
    return body, _title(body, chance)


def _first(lines: Sequence[str], words: int) -> list[str]:
    """Lines up to so many words (a Chinese character counts a third); at least one."""
    made: list[str] = []
    size = 0.0
    for line in lines:
        if made and size >= words:
            break
        made.append(line)
        size += len(line.split()) if line.isascii() or " " in line else len(line) / 3
    return made


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?。！？؟।])\s*", text.replace("\n", " ")) if text else []


def _bulletins(frames: Frames, chance: random.Random) -> tuple[Article, Article]:
    lang, frame = frames.pick()
    one, values = frames.fill(lang, frame)
    keep = {key: values[key] for key in values if key in "pqwv" and chance.random() < 0.25}
    other, _ = frames.fill(lang, frame, keep)
    if chance.random() < 0.3:
        one, other = replace(one, title=None), replace(other, title=None)
    return one, other


def _alike(frames: Frames, chance: random.Random) -> tuple[Article, Article]:
    """The same place on another day: most of the filling stays."""
    lang, frame = frames.pick()
    one, values = frames.fill(lang, frame)
    slots = [key for key in values if key not in "pqwvty"] or list("pw")
    changed = set(chance.sample(slots, max(1, min(len(slots), chance.randint(2, 4)))))
    kept = {key: value for key, value in values.items() if key not in changed}
    if chance.random() < 0.7:
        kept.pop("y", None)
    other, _ = frames.fill(lang, frame, kept)
    while other.text == one.text:
        other, _ = frames.fill(lang, frame)
    return one, other


def _corrected_bulletin(frames: Frames, chance: random.Random) -> tuple[Article, Article]:
    """One figure corrected under one address, or one title of one site."""
    lang, frame = frames.pick()
    one, _ = frames.fill(lang, frame)
    text = _one_number(one.text, chance)
    if chance.random() < 0.5:
        return one, replace(one, text=text)
    title = one.title or "Notice"
    return replace(one, title=title), replace(one, text=text, url=f"{one.url}-2", title=title)


def _one_number(text: str, chance: random.Random) -> str:
    found = list(_NUMBER.finditer(text))
    if not found:
        return _typos(text, chance, 0.01)
    at = chance.choice(found)
    return text[: at.start()] + str(int(at[0]) + chance.randint(1, 30)) + text[at.end() :]


def _wrapped_bulletin(frames: Frames, chance: random.Random) -> tuple[Article, Article]:
    lang, frame = frames.pick()
    one, _ = frames.fill(lang, frame)
    parts = _sentences(one.text)
    text = one.text
    if len(parts) > 2 and chance.random() < 0.4:
        text = " ".join(parts[: max(1, len(parts) // 2)])
    text = _typos(text, chance, 0.02) if chance.random() < 0.5 else text
    if chance.random() < 0.4:
        text = f"Home\nNews\n{text}\nShare this\nComments (0)"
    title = one.title if chance.random() < 0.7 else None
    return one, replace(one, text=text, title=title, url=f"https://other.example/{chance.randrange(99999)}")


def _leftovers(pages: Sequence[Page], chance: random.Random) -> tuple[Article, Article]:
    body, title = _some(pages, chance)
    made = []
    for _ in range(2):
        other, number = chance.choice(pages), chance.choice((0, 2, 5, 12))
        made.append(other.above[-number:] * bool(number) + body + other.below[:number])
    return _article(made[0], chance, title), _article(made[1], chance, _retitled(title, chance))


def _stub(pages: Sequence[Page], chance: random.Random) -> tuple[Article, Article]:
    body, title = _some(pages, chance)
    words = max(15, int(chance.uniform(0.08, 0.7) * sum(len(line.split()) for line in body)))
    stub = [*_first(body, words), chance.choice(_TEASERS)]
    return _article(body, chance, title), _article(stub, chance, _retitled(title, chance))


def _stub_left(pages: Sequence[Page], chance: random.Random) -> tuple[Article, Article]:
    full, stub = _stub(pages, chance)
    other, third = chance.choice(pages), chance.choice(pages)
    stub = replace(stub, text="\n".join([*other.above[-chance.randint(0, 6) :], stub.text, *other.below[:6]]))
    return replace(full, text="\n".join([full.text, *third.below[: chance.randint(0, 8)]])), stub


def _typos(text: str, chance: random.Random, share: float) -> str:
    def mar(match: re.Match[str]) -> str:
        word = match[0]
        if chance.random() > share:
            return word
        at = chance.randrange(len(word) - 1)
        turned = word[at + 1] + word[at] if chance.random() < 0.5 else word[at + 1]
        return word[:at] + turned + word[at + 2 :]

    return _WORD.sub(mar, text)


def _edited(pages: Sequence[Page], chance: random.Random) -> tuple[Article, Article]:
    """One or two copy-editors: a share of the plain words is replaced, dropped or mistyped."""
    body, title = _some(pages, chance)
    share = chance.choice((0.01, 0.02, 0.04))
    first = _copy_edited(body, share, chance) if chance.random() < 0.5 else body
    second = _copy_edited(body, share, chance)
    return _article(first, chance, title), _article(second, chance, _retitled(title, chance))


def _copy_edited(body: Sequence[str], share: float, chance: random.Random) -> list[str]:
    stock = [word for word in " ".join(body).split() if word.islower()] or ["that"]
    edited = []
    for line in body:
        words = [
            chance.choice(stock) if word.islower() and chance.random() < share else word
            for word in line.split(" ")
            if chance.random() > share / 2
        ]
        edited.append(_typos(" ".join(words), chance, share))
    return edited


def _excerpt(pages: Sequence[Page], chance: random.Random) -> tuple[Article, Article]:
    """A third or more of a text, from anywhere, with its title or none."""
    body, title = _some(pages, chance)
    words = " ".join(body).split(" ")
    size = max(60, int(len(words) * chance.uniform(0.3, 0.7)))
    start = chance.randrange(max(1, len(words) - size))
    part = " ".join(words[start : start + size])
    return _article(body, chance, title), _article([part], chance, chance.choice((title, None)))


def _corrected(pages: Sequence[Page], chance: random.Random) -> tuple[Article, Article]:
    body, title = _some(pages, chance)
    text = "\n".join(body)
    for _ in range(chance.choice((1, 1, 2))):
        text = _one_number(text, chance)
    return _article(body, chance, title), _article(text.split("\n"), chance, _retitled(title, chance))


def _reordered(pages: Sequence[Page], chance: random.Random) -> tuple[Article, Article]:
    body, title = _some(pages, chance)
    mixed = list(body)
    chance.shuffle(mixed)
    return _article(body, chance, title), _article(mixed, chance, _retitled(title, chance))


def _dropped(pages: Sequence[Page], chance: random.Random) -> tuple[Article, Article]:
    body, title = _some(pages, chance)
    rest = [line for line in body if chance.random() > 0.25] or body
    return _article(body, chance, title), _article(rest, chance, _retitled(title, chance))


def _added(pages: Sequence[Page], chance: random.Random) -> tuple[Article, Article]:
    """A first line of its own above a long text that stays."""
    body, title = _some(pages, chance)
    while len(" ".join(body).split()) < LONG and len(" ".join(body)) < 6 * LONG:
        body, title = _some(pages, chance)
    lead = _first(chance.choice(pages).body, 5)[0][:150]
    return _article(body, chance, title), _article([lead, *body[1:]], chance, _retitled(title, chance))


def _refilled(pages: Sequence[Page], frames: Frames, chance: random.Random) -> tuple[Article, Article]:
    """A long text and the same with other numbers and names in many places."""
    while True:
        body, title = _some(pages, chance)
        text = "\n".join(_first(body, chance.randint(100, 500)))
        facts = sorted({match[0] for match in _FACT.finditer(text)})
        if len(facts) >= LEAST_FACTS:
            break
    changed = chance.sample(facts, chance.randint(LEAST_FACTS, min(len(facts), 15)))
    names = frames.packs["en"]["names"].split()
    other = {
        fact: str(int(fact) + chance.randint(1, 90)) if fact.isdecimal() else chance.choice(names) for fact in changed
    }
    second = _FACT.sub(lambda match: other.get(match[0], match[0]), text)
    titles = (None, None) if chance.random() < 0.5 else (title, _title(second.split("\n"), chance))
    return _article(text.split("\n"), chance, titles[0]), _article(second.split("\n"), chance, titles[1])


def _serial(pages: Sequence[Page], chance: random.Random) -> tuple[Article, Article]:
    """Two reports with leads of their own and one background."""
    first, second, third = (page.body for page in chance.sample(list(pages), 3))
    words = chance.randint(70, 250)
    background = _first(third, int(words * chance.uniform(0.8, 2.0)))
    made = []
    for own in (first, second):
        lead = _first(own, words)
        kind = chance.random()
        half = len(background) // 2
        at = 0 if kind < 0.6 else len(background) if kind < 0.7 else half
        lines = background[:at] + lead + background[at:]
        made.append(_article(lines, chance, _title(lead, chance) if chance.random() < 0.8 else None))
    return made[0], made[1]


def _briefs(pages: Sequence[Page], chance: random.Random) -> list[list[str]]:
    number, words = chance.randint(3, 7), chance.randint(30, 110)
    return [_first(one.body, words) for one in chance.sample(list(pages), number)]


def _roundup(pages: Sequence[Page], chance: random.Random) -> tuple[Article, Article]:
    """A round-up and one of the briefs that it holds whole."""
    briefs = _briefs(pages, chance)
    lines = [chance.choice(_INTROS), *(line for brief in briefs for line in brief)]
    brief = chance.choice(briefs)
    another = next(one for one in reversed(briefs) if one is not brief)
    other = chance.choice((chance.choice(_HEADLINES), _title(another, chance), None))
    if other is None and chance.random() < 0.8:
        other = chance.choice(_HEADLINES)
    return _article(brief, chance, _title(brief, chance)), _article([line for line in lines if line], chance, other)


def _index_page(pages: Sequence[Page], chance: random.Random) -> tuple[Article, Article]:
    """A page of headlines and leads, and one of the articles."""
    bodies = [one.body for one in chance.sample(list(pages), chance.randint(4, 9))]
    lines = [line for body in bodies for line in (_title(body, chance), *_first(body, 25))]
    whole = _first(chance.choice(bodies), chance.randint(80, 300))
    return _article(whole, chance, _title(whole, chance)), _article(lines, chance, chance.choice((*_HEADLINES, None)))


def _quoted(pages: Sequence[Page], chance: random.Random) -> tuple[Article, Article]:
    """A short statement, and a long text that quotes it."""
    first, second = (page.body for page in chance.sample(list(pages), 2))
    statement = _first(first, chance.randint(20, 60))[:2]
    at = chance.randint(min(2, len(second)), len(second))
    lines = second[:at] + statement + second[at:]
    return _article(statement, chance, _title(statement, chance)), _article(lines, chance, _title(second, chance))


def _header(pages: Sequence[Page], chance: random.Random) -> tuple[Article, Article]:
    """One licence over two other things."""
    first, second, third = (page.body for page in chance.sample(list(pages), 3))
    licence = _first(third, chance.randint(40, 250))
    words = chance.randint(60, 300)
    return _article(licence + _first(first, words), chance), _article(licence + _first(second, words), chance)


def _refrain(pages: Sequence[Page], chance: random.Random) -> tuple[Article, Article]:
    """Verses of their own between one refrain."""
    first, second, third = (" ".join(page.body).split() for page in chance.sample(list(pages), 3))
    refrain = " ".join(third[: chance.randint(12, 30)])
    number, size = chance.randint(2, 4), chance.randint(8, 24)
    made = []
    for words in (first, second):
        verses = [" ".join(words[k * size : (k + 1) * size]) for k in range(number)]
        made.append(_article([line for verse in verses for line in (verse, refrain)], chance))
    return made[0], made[1]
