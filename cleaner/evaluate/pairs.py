"""Labelled pairs of the user's own: two articles, and whether they belong together.

A row has ``left``, ``right`` and ``same`` (true or false). A side is an article (an object with ``text``,
and ``title``, ``date``, ``url``, ``lang``), a text, or the ``id`` of an article that stands in a file of
articles.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cleaner import links_file
from cleaner.errors import UsageError
from cleaner.evaluate import labelled
from cleaner.evaluate.collapse import Corpus, article
from cleaner.records import Article


@dataclass(slots=True)
class LabelledPairs:
    """Articles, and pairs of their places with the answer."""

    articles: list[Article] = field(default_factory=list)
    pairs: list[tuple[int, int, bool]] = field(default_factory=list)


def is_pairs(path: str) -> bool:
    """Whether a labelled file holds pairs, as its first row tells."""
    first = next(labelled.rows(path), {})
    return "left" in first and "right" in first


def read(path: str, corpus: Corpus | None = None) -> LabelledPairs:
    """The pairs of one file; ``corpus`` has the articles that ids name, all of which take part.

    Raises UsageError for a row without an answer, a side without a text, an id that no article has, and
    pairs that contradict each other.
    """
    found = LabelledPairs(list(corpus.articles) if corpus else [])
    place: dict[str, int] = {}
    answers: dict[tuple[int, int], bool] = {}
    for number, row in enumerate(labelled.rows(path), 1):
        where = f"{path}: pair {number}"
        sides = [_side(row.get(name), name, where, found, place, corpus) for name in ("left", "right")]
        pair = min(sides), max(sides)
        answer = _answer(row.get("same"), where)
        if answers.setdefault(pair, answer) != answer:
            raise UsageError(f"{where} was answered otherwise before")
    found.pairs = [(a, b, same) for (a, b), same in answers.items() if a != b]
    return found


def _side(
    value: Any, name: str, where: str, found: LabelledPairs, place: dict[str, int], corpus: Corpus | None
) -> int:
    if isinstance(value, (str, int)) and corpus:
        return corpus.place(str(value), where)
    row: Mapping[str, Any] = {"text": value} if isinstance(value, str) else value
    if not isinstance(row, Mapping):
        raise UsageError(f"{where}: {name} is neither an article nor a text (ids need --articles FILE or DIR)")
    one = article(row, f"{len(found.articles):09d}", where)
    key = repr((row.get("id"), one.text, one.title, one.date, one.url))
    if key not in place:
        place[key] = len(found.articles)
        found.articles.append(one)
    return place[key]


def _answer(value: Any, where: str) -> bool:
    same = links_file.answer(value)
    if same is None:
        raise UsageError(f"{where}: same must be true or false, not '{value}'")
    return same
