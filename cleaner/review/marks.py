"""What two texts share, marked in both: runs of words, and the names and numbers that the evidence lists."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

RUN = 5
"""Words in a row that both have, from which they are marked: the shingles of near copies."""
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
"""Scripts without spaces, where each character counts as a word (Thai, Lao, Burmese, Khmer, kana, Han)."""
_PIECES = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+|\W+")
_WORDS = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")
MOST_NAMED = 40
_NAMED = ("names", "numbers", "terms")


class Piece(NamedTuple):
    """A part of a text, and what it is: ``same`` (a shared run), ``named`` (of the evidence) or nothing."""

    kind: str
    text: str


def named_in(evidence: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """The names, numbers and terms that evidence lists, each as its words in small letters."""
    listed = (value for name in _NAMED for value in evidence.get(name) or ())
    found = dict.fromkeys(tuple(_WORDS.findall(str(value).casefold())) for value in listed)
    return [words for words in found if words][:MOST_NAMED]


def marked(text: str, other: str, named: Sequence[tuple[str, ...]] = ()) -> list[Piece]:
    """``text`` in pieces, with what it shares with ``other``."""
    pieces = _PIECES.findall(text)
    places = [place for place, piece in enumerate(pieces) if _WORDS.match(piece)]
    words = [pieces[place].casefold() for place in places]
    theirs = _WORDS.findall(other.casefold())
    shared = {tuple(theirs[i : i + RUN]) for i in range(len(theirs) - RUN + 1)}
    kinds = [""] * len(pieces)
    by_first: dict[str, list[tuple[str, ...]]] = {}
    for name in named:
        by_first.setdefault(name[0], []).append(name)
    for i, word in enumerate(words):
        for name in by_first.get(word, ()):
            if tuple(words[i : i + len(name)]) == name:
                first, last = places[i], places[i + len(name) - 1] + 1
                kinds[first:last] = ["named"] * (last - first)
    for i in range(len(words) - RUN + 1):
        if tuple(words[i : i + RUN]) in shared:
            kinds[places[i] : places[i + RUN - 1] + 1] = ["same"] * (places[i + RUN - 1] + 1 - places[i])
    joined: list[Piece] = []
    for kind, piece in zip(kinds, pieces, strict=True):
        if joined and joined[-1].kind == kind:
            joined[-1] = Piece(kind, joined[-1].text + piece)
        else:
            joined.append(Piece(kind, piece))
    return joined
