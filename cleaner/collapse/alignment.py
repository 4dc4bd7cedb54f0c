"""Two texts laid beside each other: what both hold, and what stands in its place in the one and in the other.

Runs of SHINGLE_WORDS words that both texts hold are anchors; between two anchors, above the first and below the
last one stand the gaps. The work grows with the length of the texts, wherever their differences are.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import compress, islice
from operator import or_
from typing import Any, NamedTuple

import numpy as np
import regex
from numpy.typing import NDArray

from cleaner.collapse.signing import SHINGLE_WORDS
from cleaner.collapse.signing.characters import composed
from cleaner.collapse.words import in_lines
from cleaner.sentence_marks import BURMESE_STOP, COMMON, ELLIPSIS, KHMER_LAST

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
_SENTENCE_END = regex.compile(f"[{COMMON}{ELLIPSIS}{BURMESE_STOP}{KHMER_LAST}]")
"""Not more marks than the model of differences was trained with."""
_CODE = regex.compile(
    r"[;{}]\s*+$"  # the end of a statement or of its head
    r"|\w\([^()]{0,80}+\)++\s*+[:;{]?+\s*+$"  # a call
    r"|\w(?:\[[^\[\]]{0,40}+\])?+ ?+(?:[-+*/|&:]?+=|=>|->) ?+\S"  # an assignment or comparison
    r"|^\s*+(?:import|package|using|#include)\b"
)
_CAPITALISED = regex.compile(r"(?<![\p{L}\p{N}])\p{Lu}[\p{L}\p{N}]*+")
_INSIDE = regex.compile(r"(?<=[\p{L}\p{N},] )\p{Lu}[\p{L}\p{N}]*+")

_ASCII_WORDS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
"""Words of one ASCII character."""

Span = tuple[int, int]
Grams = NDArray[np.integer[Any]]


class Reading:
    """A text as words, with what is asked of each when texts are compared; all of it is made when it is asked for."""

    def __init__(self, text: str, grams: Grams | None = None) -> None:
        """``grams`` are the hashes of its runs of SHINGLE_WORDS words, in text order, where they are known."""
        self._text = text
        self._grams = grams

    @cached_property
    def grams(self) -> Grams:
        """A number for each run of SHINGLE_WORDS words."""
        if self._grams is not None:
            return self._grams
        runs = zip(*(islice(self.tokens, k, None) for k in range(SHINGLE_WORDS)), strict=False)
        return np.array(list(map(hash, runs)), np.int64)

    def __len__(self) -> int:
        return len(self.grams) + SHINGLE_WORDS - 1 if len(self.grams) else len(self.tokens)

    @cached_property
    def composed(self) -> str:
        """The text as it is compared, but for case."""
        return composed(self._text)

    @cached_property
    def _lines(self) -> tuple[list[str], list[int]]:
        return in_lines(self._text)

    @property
    def tokens(self) -> list[str]:
        """The words, case-folded."""
        return self._lines[0]

    @cached_property
    def _kinds(self) -> tuple[bytearray, bytearray]:
        prose, code = bytearray(), bytearray()
        code_lines = 0
        for line, size in zip(self._text.split("\n"), self._lines[1], strict=True):
            if size:
                ends = size >= LONG_LINE or (size >= PROSE_WORDS and _SENTENCE_END.search(line))
                is_code = not ends and _CODE.search(line) is not None
                code_lines += is_code
                prose += (b"\1" if ends else b"\0") * size
                code += (b"\1" if is_code else b"\0") * size
        if code_lines < CODE_LINES:
            return prose, bytearray()
        return bytearray(map(or_, prose, code)), code

    @property
    def prose(self) -> bytearray:
        """1 for every word of a line of prose, or of a program."""
        return self._kinds[0]

    @property
    def code(self) -> bytearray:
        """1 for every word of a line of code; empty for a text that is no program."""
        return self._kinds[1]

    @cached_property
    def _order(self) -> NDArray[np.int64]:
        return np.argsort(self.grams)

    @cached_property
    def runs(self) -> Grams:
        """All runs of SHINGLE_WORDS words, ascending."""
        return self.grams[self._order]

    def held(self, others: Grams) -> NDArray[np.bool_]:
        """Which of its runs are among others, which ascend: quickly found, as both do."""
        flags = np.zeros(len(self.grams), bool)
        if len(others):
            flags[self._order] = others.take(np.searchsorted(others, self.runs), mode="clip") == self.runs
        return flags

    def places(self, runs: Grams) -> dict[int, list[int]]:
        """All places, ascending, of some runs of SHINGLE_WORDS words; those that it does not hold are left out.

        A repetitive text asks for one run as often as it repeats it, and its places are as many.
        """
        runs = np.unique(runs)
        bounds = zip(*(np.searchsorted(self.runs, runs, side).tolist() for side in ("left", "right")), strict=True)
        places = {run: sorted(self._order[a:b].tolist()) for run, (a, b) in zip(runs.tolist(), bounds, strict=True)}
        return {run: found for run, found in places.items() if found}

    @cached_property
    def alone(self) -> int:
        """Number of the words of one character that is not ASCII: most are of scripts without spaces."""
        if self._text.isascii():
            return 0
        single = list(map(len, self.tokens)).count(1)
        return single - sum(map(_ASCII_WORDS.__contains__, self.tokens))

    @cached_property
    def known(self) -> frozenset[str]:
        """All words, case-folded."""
        return frozenset(self.tokens)

    @cached_property
    def names(self) -> frozenset[str]:
        """Words that stand capitalised inside a sentence, case-folded; none where capitals say nothing."""
        plain = self.composed
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
    held_left, held_right = left.held(right.runs), right.held(left.runs)
    mine, theirs = _spans(held_left), _spans(held_right)
    if chance := [*_islands(left, mine), *_islands(right, theirs)]:
        runs = np.sort(np.concatenate(chance))
        mine = _spans(held_left & ~left.held(runs))
        theirs = _spans(held_right & ~right.held(runs))
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


def _spans(held: NDArray[np.bool_]) -> list[Span]:
    """Spans of words that the runs cover which are held."""
    flags = held.tobytes()
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


def _islands(text: Reading, held: Sequence[Span]) -> Iterator[Grams]:
    """Runs that both texts hold by chance: a turn of phrase amid passages of their own."""
    for place, (first, last) in enumerate(held):
        if last - first <= ISLAND:
            before = first - (held[place - 1][1] if place else 0)
            after = (held[place + 1][0] if place + 1 < len(held) else len(text)) - last
            if min(before, after) >= SEA:
                yield text.grams[first : last - SHINGLE_WORDS + 1]


def _gaps(left: Reading, right: Reading, mine: Sequence[Span], theirs: Sequence[Span]) -> Iterator[Gap]:
    """The gaps of the right text with what the left one has between the same anchors, then the left text's others."""
    own = set(between(mine, len(left)))
    starts = [first for first, _ in mine]
    gaps = list(between(theirs, len(right)))
    size = len(right)
    above = right.grams[[start - SHINGLE_WORDS for start, _ in gaps if start]]
    below = right.grams[[end for _, end in gaps if end < size]]
    there, here = left.places(np.concatenate([above, below])), right.places(above)
    first, last = iter(above.tolist()), iter(below.tolist())
    for start, end in gaps:
        before = next(first) if start else None
        behind = next(last) if end < size else None
        turn = 0 if before is None else bisect_left(here.get(before, ()), start - SHINGLE_WORDS)
        span = _between(there, before, turn, behind, len(left))
        if span in own:
            own.discard(span)
        elif span[1] > span[0]:
            at = bisect_left(starts, span[1])
            if at and mine[at - 1][1] > span[0]:  # something else is held there: the anchors were moved
                span = (span[0], span[0])
        yield Gap(span, (start, end), start == 0 or end == size)
    for start, end in sorted(own):
        yield Gap((start, end), (0, 0), start == 0 or end == len(left))


def _between(
    places: Mapping[int, Sequence[int]], before: int | None, turn: int, behind: int | None, length: int
) -> Span:
    """The words between two anchors, of which the first is its run's ``turn``-th; an empty span without an anchor.

    ``places`` are those of the anchors in a text of so many words; None stands for its beginning and its end.
    """
    begin = 0
    if before is not None:
        if before not in places:
            return 0, 0
        there = places[before]
        begin = there[min(turn, len(there) - 1)] + SHINGLE_WORDS
    if behind is None:
        return begin, length
    there = places.get(behind, ())
    at = bisect_left(there, begin)
    return (begin, there[at]) if at < len(there) else (0, 0)


def own(tokens: Sequence[str], other: Sequence[str]) -> list[int]:
    """Places of the words that the other list does not hold as often."""
    both = frozenset(tokens).intersection(other)
    if not both:
        return list(range(len(tokens)))
    left = Counter(filter(both.__contains__, other))
    alone = bytearray(b"\1") * len(tokens)
    for place in compress(range(len(tokens)), map(both.__contains__, tokens)):
        if left[tokens[place]]:
            left[tokens[place]] -= 1
            alone[place] = 0
    return list(compress(range(len(tokens)), alone))
