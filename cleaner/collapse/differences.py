"""Whether two texts with much in common are versions of one article: what differs between them decides.

Versions of one article differ by an edit, a typing error, leftovers of a site, a cut tail or a corrected figure.
Texts of one frame (bulletins, tables, products, poems with a refrain) exchange their numbers, names and words,
two days of a trial their leads; a round-up holds a brief whole and is not its copy. A logistic regression over few
named features of an alignment weighs it; its weights are in ``differences.json``, written by
``python -m cleaner.train.differences DATA_DIR``.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from functools import cache
from importlib import resources
from typing import NamedTuple

from cleaner.collapse.alignment import NAME, NUMBER, Alignment, Gap, Grams, Reading, align, between, own, size
from cleaner.collapse.part_of_longer import beside_part, prose
from cleaner.collapse.words import tokens
from cleaner.records import Article

FILE = "differences.json"
NAMES = (
    "held", "numbers", "names", "words", "facts_share", "words_share", "longest", "passage", "both",
    "one_fact", "several_facts", "facts_days",
    "same_title", "other_title", "same_url", "short_other_title",
    "rest", "above", "rest_apart", "above_apart", "rest_title", "quote",
)  # fmt: skip
"""Logarithm of the words that both hold; of the numbers, the names and the other words that the texts exchange in
one place; the shares of such facts and such words; logarithm of the most words exchanged at one place, for an
edit changes a word here and there; the share of the passages of prose that each has where the other has others,
and that each has anywhere. Whether one fact (a number or name) or several are exchanged, in short texts; facts
with the days between the texts. Whether the titles are equal; whether each title says what only its own text
says; whether the address is one; the second for short texts. Of a text that is part of a longer one: logarithm
of the prose that the longer one has beside it, and above it, by the words held; the same where it does not take
up the part's words again; the first where the longer one's title is not of the part; and for a short part in the
middle of a long text."""
SHORT = 300
"""Words from which a text is not short."""
LEFT, OWN = 6, 0.8
"""Above and below what texts share, so many words of which more than this share are own are what sites leave there:
of two bulletins the gap holds words of their frame as well."""
PASSAGE = 25
"""Own words in one place from which they are a passage, not an exchange."""
TAIL = 4
"""From so many times the other side's own words on (and more than PASSAGE) one side has a tail, not an exchange."""
ALIKE = 0.75
"""Likeness of two words (``difflib``) from which one is the other with a typing error."""
LETTERS = 2
"""Letters of a word in scripts without spaces, where each is read as one: a number or a name there is one fact among
half as many words."""
BODY = 0.2
"""Share of passages of their own from which two texts have bodies of their own: other reports may be of one event."""
BACKGROUND, MOSTLY = 25, 0.4
"""Words in common that are the background of two articles of one site, where so much of each is its own: of the judged
pairs (``cleaner.train.event_pairs``) that would be joined, three are such, none of them of one event."""
SURELY = 0.15
"""Probability below which one text that holds another is surely not its longer version."""
LONGER, QUOTED, GRAM, SOON = 2.0, 0.6, 4, 7
"""A text of which so much (in runs of so many words) stands between one pair of quotation marks in a text so many times
as long is quoted there, not copied; so many days later it is no part of the same news either."""
SAME_CODE = 0.3
"""Share of the words of its code that one of two programs must have in common with the other to be a version of it,
below which they share a licence or a header. Under one licence 3,000 pairs of this project's modules have at most .29
(99 % below .09), 63 of 64 versions of one, 150 commits apart, .64 and more."""
_QUOTATION = re.compile(r'(?<![^\s(])"(?=\w)[^"\n]{20,4000}"(?!\w)|[“„][^“”„\n]{20,4000}[“”]|«[^«»\n]{20,4000}»')
_HELD, _NUMBERS, _NAMES, _WORDS, _PASSAGE, _BOTH = map(
    NAMES.index, ("held", "numbers", "names", "words", "passage", "both")
)


@dataclass(slots=True)
class Version:
    """A text with what its record says of it."""

    reading: Reading
    title: tuple[str, ...]
    url: str | None
    day: int | None
    """Proleptic Gregorian ordinal of the date."""
    site: str | None = None
    text: str = ""

    @classmethod
    def of(cls, article: Article, grams: Grams | None = None) -> Version:
        """Read an article; ``grams`` are its shingle hashes in text order where they are known."""
        reading, title = Reading(article.text, grams), tuple(tokens(article.title or ""))
        return cls(reading, title, article.url, _day(article.date), article.site, article.text)


def _day(date: str | None) -> int | None:
    try:
        return datetime.fromisoformat(date).toordinal() if date else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class DifferenceModel:
    """Weights of the features and the intercept."""

    weights: tuple[float, ...]
    intercept: float
    threshold: float
    """Probability of being one article below which two texts differ."""

    def probability(self, features: Sequence[float]) -> float:
        """That two texts are versions of one article, rounded to six decimals."""
        score = self.intercept + sum(a * b for a, b in zip(self.weights, features, strict=True))
        return round(1 / (1 + math.exp(-max(-60.0, min(60.0, score)))), 6)


@cache
def load_model() -> DifferenceModel:
    """The shipped weights. Raises ValueError if they were made for other features than these."""
    stored = json.loads((resources.files(__package__) / FILE).read_text(encoding="utf-8"))
    if tuple(stored["weights"]) != NAMES:
        raise ValueError(f"{FILE} was made for other features; rebuild it: {stored['rebuild']}")
    return DifferenceModel(tuple(stored["weights"].values()), stored["intercept"], stored["threshold"])


class Verdict(NamedTuple):
    """What an alignment says of two texts with much in common."""

    probability: float
    """That they are versions of one article."""
    apart: bool
    """They are neither versions of one article nor reports of one event."""
    facts: int = 0
    """Numbers and names that they exchange."""
    again: bool = False
    """One site tells its background again, beside other news."""

    @property
    def different(self) -> bool:
        """Whether they are no versions of one article."""
        return self.probability < load_model().threshold


def judge(one: Version, other: Version) -> Verdict:
    """Whether two texts tell different things."""
    model = load_model()
    left, right = _by_length(one, other)
    laid = align(left.reading, right.reading)
    is_code = bool(left.reading.code and right.reading.code)
    if is_code and _shared_code(laid) < SAME_CODE:
        return Verdict(0.0, apart=True)
    found = _features(left, right, laid)
    probability = model.probability(found)
    days = abs(one.day - other.day) if one.day is not None and other.day is not None else 0
    if probability >= model.threshold:
        if _is_quoted(left, right):
            return Verdict(0.0, apart=days > SOON)
        return Verdict(probability, apart=False)
    if is_code:  # a program tells no event
        return Verdict(probability, apart=True)
    if max(found[_PASSAGE], found[_BOTH]) < BODY:
        exchanged = found[_NUMBERS] + found[_NAMES] + found[_WORDS] > 0
        facts = round(math.expm1(found[_NUMBERS]) + math.expm1(found[_NAMES]))
        return Verdict(probability, exchanged or probability < SURELY, facts)
    if not one.site or one.site != other.site:
        return Verdict(probability, apart=False)
    again = math.expm1(found[_HELD]) >= BACKGROUND and found[_BOTH] >= MOSTLY
    return Verdict(probability, days > 0, again=again)


def _by_length(one: Version, other: Version) -> tuple[Version, Version]:
    """The shorter of two texts and the longer one."""
    return (other, one) if len(other.reading) < len(one.reading) else (one, other)


def _shared_code(laid: Alignment) -> float:
    """Share of the words of its code that a program holds in common with another, of the one that holds more."""
    sides = ((laid.left.code, laid.held_left), (laid.right.code, laid.held_right))
    return max(sum(code.count(1, *span) for span in held) / code.count(1) for code, held in sides)


def features(one: Version, other: Version) -> list[float]:
    """The values of ``NAMES``; symmetric."""
    left, right = _by_length(one, other)
    return _features(left, right, align(left.reading, right.reading))


def _features(left: Version, right: Version, laid: Alignment) -> list[float]:
    held = min(size(laid.held_left), size(laid.held_right))
    numbers = names = words = longest = 0
    passage = 0.0
    size_left, size_right = max(1, len(left.reading)), max(1, len(right.reading))
    others = []
    for gap in laid.gaps:
        (a, b), (c, d) = gap.left, gap.right
        if a == b or c == d:
            continue
        mine, theirs = _own(laid, gap)
        if not mine or not theirs:
            continue
        if gap.at_end and min(len(mine), len(theirs)) >= LEFT and len(mine) + len(theirs) > OWN * (b - a + d - c):
            continue
        if not _alike(laid, mine, theirs):
            found = [_counts(laid.left, mine, laid.right), _counts(laid.right, theirs, laid.left)]
            number, name, word = (min(pair) for pair in zip(*found, strict=True))
            if name + word > PASSAGE:
                passage += min(
                    sum(left.reading.prose[a:b]) / size_left, sum(right.reading.prose[c:d]) / size_right
                )
                continue
            if max(len(mine), len(theirs)) > max(PASSAGE, TAIL * min(len(mine), len(theirs))):
                continue  # the tail of a text against a line below it
            numbers, names, words = numbers + number, names + name, words + word
            longest = max(longest, name + word)
        others.append((c, d))
    facts = numbers + names
    words_held = held * (1 - right.reading.alone / size_right * (1 - 1 / LETTERS))
    short = max(0.0, 1 - words_held / SHORT)
    days = abs(left.day - right.day) if left.day is not None and right.day is not None else 0
    same_title = float(bool(left.title) and left.title == right.title)
    other_title = _other_title(left, right)
    rest_right = [span for span in between(laid.held_right, len(right.reading)) if span not in others]
    apart_left = prose(left.reading, between(laid.held_left, len(left.reading)))
    apart_right = prose(right.reading, rest_right)
    both = min(apart_left / size_left, apart_right / size_right) if apart_left and apart_right else 0.0
    rest, above, apart, foreign, quote = beside_part(laid, rest_right, apart_right, left.title, right.title)
    return [
        math.log1p(held), math.log1p(numbers), math.log1p(names), math.log1p(words),
        facts / max(1, facts + words_held), words / max(1, words + held), math.log1p(longest), passage,
        both, short * (facts > 0), short * (facts > 1), min(facts, 3) / 3 * math.log1p(days),
        same_title, other_title, float(left.url is not None and left.url == right.url), short * other_title,
        rest, above, rest * apart, above * apart, rest * foreign, quote,
    ]  # fmt: skip


def _is_quoted(short: Version, long: Version) -> bool:
    """Whether a text stands as a quotation in one that says much more: a statement in a feature."""
    if len(long.reading) < LONGER * len(short.reading):
        return False
    whole = _grams(short.reading.tokens)
    pieces = [piece for piece in _QUOTATION.findall(long.text) if len(piece) >= QUOTED * len(short.text)]
    return any(len(whole & _grams(tokens(piece))) >= QUOTED * max(1, len(whole)) for piece in pieces)


def _grams(words: Sequence[str]) -> set[tuple[str, ...]]:
    return set(zip(*(words[first:] for first in range(GRAM)), strict=False))


def _own(laid: Alignment, gap: Gap) -> tuple[list[int], list[int]]:
    """Places of the words that only one side has in a gap."""
    (a, b), (c, d) = gap.left, gap.right
    if a == b or c == d:
        return list(range(a, b)), list(range(c, d))
    mine, theirs = laid.left.tokens[a:b], laid.right.tokens[c:d]
    return [a + at for at in own(mine, theirs)], [c + at for at in own(theirs, mine)]


def _alike(laid: Alignment, mine: Sequence[int], theirs: Sequence[int]) -> bool:
    """Whether a few words are others with a typing error, or joined or written otherwise."""
    if len(mine) > 3 or len(theirs) > 3:
        return False
    one, other = "".join(laid.left.tokens[at] for at in mine), "".join(laid.right.tokens[at] for at in theirs)
    if one == other:
        return True
    if not one.isalpha() or not other.isalpha() or min(len(one), len(other)) < 4:
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= ALIKE


def _counts(reading: Reading, places: Sequence[int], other: Reading) -> tuple[int, int, int]:
    """Numbers, names that the other text never has, and other words among some own words of a text."""
    numbers = names = 0
    for at in places:
        kind = reading.kind(at)
        if kind == NUMBER:
            numbers += 1
        elif kind == NAME and reading.tokens[at] not in other.known:
            names += 1
    return numbers, names, len(places) - numbers - names


def _other_title(left: Version, right: Version) -> float:
    """1 where each title has a word that stands in its own text and nowhere in the other article."""
    if not left.title or not right.title:
        return 0.0
    mine = [word for word in left.title if word not in right.title and word not in right.reading.known]
    theirs = [word for word in right.title if word not in left.title and word not in left.reading.known]
    own_mine = any(word in left.reading.known for word in mine)
    own_theirs = any(word in right.reading.known for word in theirs)
    return float(own_mine and own_theirs)
