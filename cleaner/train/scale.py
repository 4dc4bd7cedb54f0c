"""Candidates of the event stage in a large corpus: ``python -m cleaner.train.scale DATA_DIR ARTICLES``.

Few labelled sets are large, so one is made of the texts in DATA_DIR (``cleaner.train.events`` says which): the
set again and again, each time with every word changed for another that is about as frequent, and with events
spread over a year. Words keep their distribution and events their siblings, while the corpus gets denser.
Prints the share of true pairs among the candidates by the budget of postings, with dates and without.
"""

from __future__ import annotations

import math
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from cleaner.collapse.event.candidates import BUDGET, candidate_pairs
from cleaner.collapse.event.index import Index, build_index
from cleaner.collapse.event.packed_bags import CHUNK, read_chunk
from cleaner.commands.values import whole
from cleaner.errors import UsageError
from cleaner.records import Article
from cleaner.train import command
from cleaner.train.event_sets import chance_of, load_set

SETS = ("fnc1", "ecbplus", "allsides_full")
WORDS = 400
"""Of each text."""
DAYS = 365
KEPT, SPREAD = 150, 0.6
"""The commonest words stay; others change places within this spread (standard deviation) of their log rank."""
_DELAY_DAYS, _MOST_DELAY = 1.0, 2.5
_FIRST_DAY = date(2024, 1, 1)
_WORD = re.compile(r"[A-Za-z]+")


def enlarged(folder: Path, size: int) -> Iterator[tuple[Article, str]]:
    """``size`` articles and their events. Raises UsageError for a set that is missing."""
    base = [
        (replace(article, text=" ".join(article.text.split()[:WORDS])), f"{name} {event}")
        for name in SETS
        for article, event in zip(*load_set(folder, name), strict=True)
    ]
    frequency = Counter[str]()
    for article, _ in base:
        frequency.update(set(_WORD.findall(f"{article.title or ''} {article.text}".lower())))
    words = [word for word, _ in sorted(frequency.items(), key=lambda item: (-item[1], item[0]))]
    for number in range(size):
        version, row = divmod(number, len(base))
        if row == 0:
            other = _exchange(words, version)
        article, event = base[row]
        name = f"{version} {event}"
        delay = min(-math.log(1 - chance_of(f"report {version} {row}")) * _DELAY_DAYS, _MOST_DELAY)
        day = _FIRST_DAY + timedelta(days=int(chance_of(f"event {name}") * DAYS + delay))
        text, title = _exchanged(article.text, other), _exchanged(article.title or "", other)
        yield replace(article, id=f"{number:07d}", text=text, title=title, date=day.isoformat()), name


def _exchange(words: Sequence[str], seed: int) -> dict[str, str]:
    """For every word, commonest first, one to put in its place; the first version keeps all."""
    noise = np.random.default_rng(seed).normal(0, SPREAD if seed else 0, len(words))
    noise[:KEPT] = 0
    order = np.argsort(np.log(np.arange(len(words)) + 1.0) + noise, kind="stable")
    return {word: words[place] for word, place in zip(words, order.tolist(), strict=True)}


def _exchanged(text: str, other: Mapping[str, str]) -> str:
    def written(match: re.Match[str]) -> str:
        word = match.group()
        found = other.get(word.lower(), word)
        if len(word) > 1 and word.isupper():
            return found.upper()
        return found.capitalize() if word[0].isupper() else found

    return _WORD.sub(written, text)


def recall(index: Index, events: Sequence[str], dated: bool, budget: int) -> tuple[float, float]:
    """Share of the true pairs that are candidates, and candidates an article."""
    _, event, sizes = np.unique(np.array(events), return_inverse=True, return_counts=True)
    hours = index.hour if dated else None
    left, right = candidate_pairs(index.matrices["terms"].unit, ~index.mute, hours, budget)
    true = int((sizes * (sizes - 1) // 2).sum())
    return float((event[left] == event[right]).sum() / max(1, true)), len(left) / max(1, len(events))


@command.answered
def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = command.parser("cleaner.train.scale", __doc__)
    parser.add_argument("articles", type=whole, metavar="ARTICLES", help="size of the corpus that is made")
    options = parser.parse_args(arguments)
    if options.articles < 1:
        raise UsageError(f"{options.articles} articles are none; name a number above 0")
    events: list[str] = []

    def portions() -> Iterator[list[Article]]:
        held: list[Article] = []
        for article, event in enlarged(options.data, options.articles):
            events.append(event)
            held.append(article)
            if len(held) == CHUNK:
                yield held
                held = []
        yield held

    index = build_index(map(read_chunk, portions()))
    for dated in (True, False):
        for budget in (BUDGET // 2, BUDGET, 2 * BUDGET):
            share, each = recall(index, events, dated, budget)
            kind = "dated" if dated else "undated"
            print(f"{kind}, budget {budget}: {100 * share:.1f} % of true pairs, {each:.1f} candidates an article")
    return 0


if __name__ == "__main__":
    sys.exit(main())
