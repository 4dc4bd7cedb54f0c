"""What two texts share, marked in both: runs of words, and the names and numbers that the evidence lists.

Words are those by which texts are compared, of any script, so that what is marked is what matched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from cleaner.collapse.signing import SHINGLE_WORDS
from cleaner.collapse.words import placed, tokens

MOST_NAMED = 40
_NAMED = ("names", "numbers", "terms")


class Piece(NamedTuple):
    """A part of a text, and what it is: ``same`` (a shared run), ``named`` (of the evidence) or nothing."""

    kind: str
    text: str


def named_in(evidence: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """The names, numbers and terms that evidence lists, each as its words."""
    listed = (value for name in _NAMED for value in evidence.get(name) or ())
    found = dict.fromkeys(tuple(tokens(str(value))) for value in listed)
    return [words for words in found if words][:MOST_NAMED]


def marked(text: str, other: str, named: Sequence[tuple[str, ...]] = ()) -> list[Piece]:
    """``text`` in pieces, with what it shares with ``other``: the shingles of near copies, and what is ``named``."""
    words, places = placed(text)
    kinds = [""] * len(text)
    by_first: dict[str, list[tuple[str, ...]]] = {}
    for name in named:
        by_first.setdefault(name[0], []).append(name)
    for i, word in enumerate(words):
        for name in by_first.get(word, ()):
            if tuple(words[i : i + len(name)]) == name:
                _mark("named", kinds, places[i : i + len(name)])
    shared = set(_shingles(tokens(other)))
    for i, shingle in enumerate(_shingles(words)):
        if shingle in shared:
            _mark("same", kinds, places[i : i + SHINGLE_WORDS])
    pieces = groupby(zip(kinds, text, strict=True), key=lambda one: one[0])
    return [Piece(kind, "".join(sign for _, sign in signs)) for kind, signs in pieces]


def _shingles(words: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(words[i : i + SHINGLE_WORDS]) for i in range(len(words) - SHINGLE_WORDS + 1)]


def _mark(kind: str, kinds: list[str], places: Sequence[tuple[int, int]]) -> None:
    """Mark what stands from the first of these words to the last."""
    first, behind = places[0][0], places[-1][1]
    kinds[first:behind] = [kind] * (behind - first)
