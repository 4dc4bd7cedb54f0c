"""Two texts laid beside each other: what both hold, and what stands in its place in the one and in the other.

Runs of SHINGLE_WORDS words that both texts hold are anchors; between two anchors, above the first and below the
last one stand the gaps. The work grows with the length of the texts, wherever their differences are.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import cached_property
from itertools import islice
from operator import or_
from typing import NamedTuple

import regex

from cleaner.collapse.signing import SHINGLE_WORDS
from cleaner.collapse.signing.characters import composed
from cleaner.collapse.words import marked_off

WORD, NUMBER, NAME = range(3)
PROSE_WORDS = 8
"""Words from which a line that holds the end of a sentence is prose; a line of LONG_LINE always is."""
LONG_LINE = 40
CODE_LINES = 4
"""Lines of code from which a text is a program, and these lines are what it says: menus and buttons look otherwise."""
MOST_CAPITALS = 0.4
"""Share of capitalised words from which capitals say nothing (headlines, shouting, German title lists)."""
ISLAND, SEA = 8, 20
"""A run of at most so many words between passages of at least so many that only one text has is no anchor."""
_SENTENCE_END = regex.compile(r"[.!?…。！？؟।။៕]")
_CODE = regex.compile(
    r"[;{}]\s*+$"  # the end of a statement or of its head
    r"|\w\([^()]{0,80}+\)++\s*+[:;{]?+\s*+$"  # a call
    r"|\w(?:\[[^\[\]]{0,40}+\])?+ ?+(?:[-+*/|&:]?+=|=>|->) ?+\S"  # an assignment or comparison
    r"|^\s*+(?:import|package|using|#include)\b"
)
_CAPITALISED = regex.compile(r"(?<![\p{L}\p{N}])\p{Lu}[\p{L}\p{N}]*+")
_INSIDE = regex.compile(r"(?<=[\p{L}\p{N},] )\p{Lu}[\p{L}\p{N}]*+")

Span = tuple[int, int]


class Reading:
    """A text as words, with what is asked of each when texts are compared; all of it is made when it is asked for."""

    def __init__(self, text: str, grams: Sequence[int] | None = None) -> None:
        """``grams`` are the hashes of its runs of SHINGLE_WORDS words, in text order, where they are known."""
        self._text = text
        self._grams = grams

    @cached_property
    def grams(self) -> Sequence[int]:
        """A number for each run of SHINGLE_WORDS words."""
        if self._grams is not None:
            return self._grams
        return list(map(hash, zip(*(islice(self.tokens, k, None) for k in range(SHINGLE_WORDS)), strict=False)))

    def __len__(self) -> int:
        return len(self.grams) + SHINGLE_WORDS - 1 if self.grams else len(self.tokens)

    @cached_property
    def _composed(self) -> str:
        return composed(self._text)

    @cached_property
    def _lines(self) -> tuple[list[str], bytearray, bytearray]:
        words: list[str] = []
        prose, code = bytearray(), bytearray()
        code_lines = 0
        plain = self._composed.casefold()  # the whole at once: it changes no line end
        for line, marked in zip(self._text.split("\n"), marked_off(plain).split("\n"), strict=True):
            if own := marked.split():
                ends = len(own) >= LONG_LINE or (len(own) >= PROSE_WORDS and _SENTENCE_END.search(line))
                is_code = not ends and _CODE.search(line) is not None
                code_lines += is_code
                prose += (b"\1" if ends else b"\0") * len(own)
                code += (b"\1" if is_code else b"\0") * len(own)
                words += own
        if code_lines < CODE_LINES:
            return words, prose, bytearray()
        return words, bytearray(map(or_, prose, code)), code

    @property
    def tokens(self) -> list[str]:
        """The words, case-folded."""
        return self._lines[0]

    @property
    def prose(self) -> bytearray:
        """1 for every word of a line of prose, or of a program."""
        return self._lines[1]

    @property
    def code(self) -> bytearray:
        """1 for every word of a line of code; empty for a text that is no program."""
        return self._lines[2]

    @cached_property
    def places(self) -> dict[int, int]:
        """Where each run of SHINGLE_WORDS words stands first."""
        return dict(zip(reversed(self.grams), range(len(self.grams) - 1, -1, -1), strict=True))

    @cached_property
    def repeated(self) -> dict[int, list[int]]:
        """All places, ascending, of the runs that stand more than once."""
        first = self.places
        found: dict[int, list[int]] = {}
        if len(first) < len(self.grams):
            for place, gram in enumerate(self.grams):
                if first[gram] != place:
                    found.setdefault(gram, [first[gram]]).append(place)
        return found

    @cached_property
    def alone(self) -> bytes:
        """1 for every word of one character that is not ASCII: most are of scripts without spaces."""
        if self._text.isascii():
            return bytes(len(self.tokens))
        return bytes([len(word) == 1 and not word.isascii() for word in self.tokens])

    @cached_property
    def known(self) -> frozenset[str]:
        """All words, case-folded."""
        return frozenset(self.tokens)

    @cached_property
    def names(self) -> frozenset[str]:
        """Words that stand capitalised inside a sentence, case-folded; none where capitals say nothing."""
        plain = self._composed
        if len(_CAPITALISED.findall(plain)) > MOST_CAPITALS * len(self):
            return frozenset()
        return frozenset(map(str.casefold, _INSIDE.findall(plain)))

    def kind(self, place: int) -> int:
        """WORD, NUMBER or NAME."""
        word = self.tokens[place]
        if word.isalpha():
            return NAME if word in self.names else WORD
        return NUMBER if any(map(str.isdecimal, word)) else NAME if word in self.names else WORD


class Gap(NamedTuple):
    """A place at which the texts differ: words [first, last) of each, an empty span where it has nothing there."""

    left: Span
    right: Span
    at_end: bool
    """Whether it stands above or below all that the texts share."""


class Alignment(NamedTuple):
    """Two readings and what of them is the other's too."""

    left: Reading
    right: Reading
    held_left: list[Span]
    """Spans of words that stand in a run of words which the other text holds."""
    held_right: list[Span]
    gaps: list[Gap]
    """In the order of the right text, then what only the left one has."""


def align(left: Reading, right: Reading) -> Alignment:
    """Lay two texts beside each other."""
    shared = left.places.keys() & right.places.keys()
    mine, theirs = _held(left, shared), _held(right, shared)
    if chance := {*_islands(left, mine), *_islands(right, theirs)}:
        shared -= chance
        mine, theirs = _held(left, shared), _held(right, shared)
    return Alignment(left, right, mine, theirs, list(_gaps(left, right, mine, theirs)))


def size(spans: Iterable[Span]) -> int:
    """Words in some spans."""
    return sum(last - first for first, last in spans)


def between(spans: Sequence[Span], length: int) -> Iterator[Span]:
    """What lies outside of some ascending spans of a text of so many words."""
    at = 0
    for first, last in spans:
        if first > at:
            yield at, first
        at = last
    if at < length:
        yield at, length


def _held(text: Reading, shared: Set[int]) -> list[Span]:
    """Spans of words that the shared runs cover."""
    flags = bytes(map(shared.__contains__, text.grams))
    spans: list[Span] = []
    start = flags.find(1)
    while start >= 0:
        end = flags.find(0, start)
        end = len(flags) if end < 0 else end
        last = end + SHINGLE_WORDS - 1
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], last)
        else:
            spans.append((start, last))
        start = flags.find(1, end)
    return spans


def _islands(text: Reading, held: Sequence[Span]) -> Iterator[int]:
    """Runs that both texts hold by chance: a turn of phrase amid passages of their own."""
    for place, (first, last) in enumerate(held):
        if last - first <= ISLAND:
            before = first - (held[place - 1][1] if place else 0)
            after = (held[place + 1][0] if place + 1 < len(held) else len(text)) - last
            if min(before, after) >= SEA:
                yield from text.grams[first : last - SHINGLE_WORDS + 1]


def _gaps(left: Reading, right: Reading, mine: Sequence[Span], theirs: Sequence[Span]) -> Iterator[Gap]:
    """The gaps of the right text with what the left one has between the same anchors, then the left text's others."""
    own = set(between(mine, len(left)))
    starts = [first for first, _ in mine]
    for start, end in between(theirs, len(right)):
        span = _between(left, right, start, end)
        if span in own:
            own.discard(span)
        elif span[1] > span[0]:
            at = bisect_left(starts, span[1])
            if at and mine[at - 1][1] > span[0]:  # something else is held there: the anchors were moved
                span = (span[0], span[0])
        yield Gap(span, (start, end), start == 0 or end == len(right))
    for start, end in sorted(own):
        yield Gap((start, end), (0, 0), start == 0 or end == len(left))


def _between(left: Reading, right: Reading, start: int, end: int) -> Span:
    """The left text's words between the anchors around a gap of the right one; an empty span where there are none."""
    begin = 0
    if start:
        anchor = right.grams[start - SHINGLE_WORDS]
        if anchor not in left.places:
            return 0, 0
        there = left.repeated.get(anchor, ())
        turn = bisect_left(right.repeated.get(anchor, ()), start - SHINGLE_WORDS)
        begin = (there[min(turn, len(there) - 1)] if there else left.places[anchor]) + SHINGLE_WORDS
    if end == len(right):
        return begin, len(left)
    anchor = right.grams[end]
    if anchor not in left.places:
        return 0, 0
    there = left.repeated.get(anchor, ()) or [left.places[anchor]]
    at = bisect_left(there, begin)
    return (begin, there[at]) if at < len(there) else (0, 0)


def own(tokens: Sequence[str], other: Sequence[str]) -> list[int]:
    """Places of the words that the other list does not hold as often."""
    left = dict(Counter(other))
    found = []
    for place, token in enumerate(tokens):
        if more := left.get(token):
            left[token] = more - 1
        else:
            found.append(place)
    return found
