"""Made pairs with known answers: versions of one article, and texts that only have a frame or a part in common.

Bulletins come from ``frames``, articles from pages whose lines are labelled as body or leftovers. Seeded: the same
pairs every time.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

from cleaner.records import Article
from cleaner.train import made_bulletins, made_different, made_versions
from cleaner.train.frames import Frames
from cleaner.train.made_texts import Page

_FIRST_DAY = date(2026, 1, 5)


@dataclass(slots=True)
class Pair:
    """Two articles and whether they are versions of one."""

    kind: str
    left: Article
    right: Article
    same: bool


def pairs(pages: Sequence[Page], count: int, seed: int = 7) -> Iterator[Pair]:
    """So many pairs of every kind."""
    chance = random.Random(seed)
    frames = Frames(chance)
    makers: dict[str, tuple[bool, Callable[[random.Random], tuple[Article, Article]]]] = {
        "bulletins": (False, partial(made_bulletins.others, frames)),
        "bulletins, little filled": (False, partial(made_bulletins.alike, frames)),
        "bulletin corrected": (True, partial(made_bulletins.corrected, frames)),
        "bulletin cut or wrapped": (True, partial(made_bulletins.wrapped, frames)),
        "leftovers": (True, partial(made_versions.leftovers, pages)),
        "stub": (True, partial(made_versions.stub, pages)),
        "stub with leftovers": (True, partial(made_versions.stub_with_leftovers, pages)),
        "edited": (True, partial(made_versions.edited, pages)),
        "corrected": (True, partial(made_versions.corrected, pages)),
        "excerpt": (True, partial(made_versions.excerpt, pages)),
        "reordered": (True, partial(made_versions.reordered, pages)),
        "dropped": (True, partial(made_versions.dropped, pages)),
        "rewritten lead": (True, partial(made_versions.rewritten_lead, pages)),
        "refilled": (False, partial(made_different.refilled, pages, frames)),
        "serial": (False, partial(made_different.serial, pages)),
        "round-up": (False, partial(made_different.roundup, pages)),
        "index page": (False, partial(made_different.index_page, pages)),
        "quoted": (False, partial(made_different.quotation, pages)),
        "header": (False, partial(made_different.one_header, pages)),
        "refrain": (False, partial(made_different.refrain, pages)),
    }
    for kind, (same, make) in makers.items():
        for _ in range(count):
            left, right = make(chance)
            yield Pair(kind, *_dated(left, right, same, chance), same)


def _dated(left: Article, right: Article, same: bool, chance: random.Random) -> tuple[Article, Article]:
    """Two articles with dates, in a part of the cases: versions come within days, bulletins any time."""
    if chance.random() < 0.4:
        return left, right
    first = _FIRST_DAY + timedelta(days=chance.randrange(300))
    apart = chance.choice((0, 0, 0, 1, 1, 2, 8) if same else (0, 0, 1, 1, 2, 7, 7, 30, 365))
    return replace(left, date=first.isoformat()), replace(right, date=(first + timedelta(days=apart)).isoformat())
