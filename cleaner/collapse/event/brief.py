"""The words by which two texts may be told apart that share a place and a weekday, or all but their subject.

In a text of forty words three shared names make a large cosine, whatever else it says; reports of one event share
what happened too, a noun or a verb that is nobody's name. And two texts of one frame (the weather of two towns, two
volcanoes) share all but the names in their headlines.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from cleaner.collapse.event.cues import HEAD_TOKENS
from cleaner.collapse.event.lexicon import Words
from cleaner.collapse.event.names import INSIDE

LEAST, MOST = 12, 80
"""Tokens of a text that is a brief: of fewer nothing need be shared, of more something is always."""
FULL = 25
"""Tokens of a brief that says what happened whatever the corpus: shorter ones of one event may share no such word."""
SHARED, SHARED_UNKNOWN = 0.25, 0.35
"""Part of a brief's content that is to be shared in a small corpus, where no word is known to be
common; in a language whose function words are not known these are among the shared, in one that writes all nouns alike
names are."""
FEWEST_ACTORS = 2
"""Names in the headline of each of two briefs: where none of them is in the other text, they tell of other people.
One will do where they share no other name either."""
SMALL = 50
"""Reports of a small corpus; the part falls with the size from there."""
FAR_NAMES, FAR_LIKENESS = 2, 0.25
"""Names of its own that each of two briefs of other days has whose names are this little alike: two matches of two
clubs, two strikes at one works."""
NOUNS_CAPITALISED = frozenset(("de", "lb"))
"""Languages that write every noun as others write names."""


class Brief(NamedTuple):
    """Terms of a brief; all are empty for any other text."""

    content: frozenset[str]
    """All that may be shared for a reason: no numbers, weekdays and months."""
    deeds: frozenset[str]
    """Those of them that tell what happened: no names. In a language whose function words are not known that cannot
    be told, and there the names must be shared; where names cannot be seen it is all of them."""
    actors: frozenset[str]
    """Names in its headline, or in its first words."""


class Subjects(NamedTuple):
    """Names in a headline."""

    all: frozenset[str]
    first: frozenset[str]
    """The first that stands inside a sentence of the text."""


def read_brief(words: Words, headline: Words, terms: Collection[str]) -> Brief:
    """The brief that a text with its headline is; ``terms`` are all that the event stage counts of them."""
    if not LEAST <= len(words.terms) < MOST:
        return Brief(frozenset(), frozenset(), frozenset())
    content = frozenset(terms) - _timed(words, headline)
    if words.caseless or words.language.code in NOUNS_CAPITALISED:
        return Brief(content, content, frozenset())
    names = _names(words, headline)
    deeds = content - names if words.language.stop else content & names
    actors = names.intersection(headline.terms or words.terms[:HEAD_TOKENS])
    return Brief(content, deeds, content & actors)


def subjects(words: Words, headline: Words, terms: Collection[str]) -> Subjects:
    """Names of a headline, as its text bears out; none where capitals or forms of names cannot be told.

    Two texts, each with such names and without any of the other's, tell of different things. On the sets of
    ``cleaner.train.events`` and the judged pairs this parts 5 of 28 wrongly joined pairs and costs .05 points of F on
    one set. Words of headlines In Title Case are no names by that.
    """
    language = words.language
    if len(words.terms) < LEAST or not headline.capitals or not (language.stop or language.stemmer):
        return Subjects(frozenset(), frozenset())
    if words.caseless or language.code in NOUNS_CAPITALISED:
        return Subjects(frozenset(), frozenset())
    wanted = {term for term in headline.terms if term} & set(terms)
    capital = set(words.capitals)
    written = {at for at, term in enumerate(words.terms) if term in wanted}
    lower = {words.terms[at] for at in written - capital}
    text, starts = words.text, words.tokens.starts
    inside = {words.terms[at] for at in written & capital if INSIDE.search(text, max(0, starts[at] - 4), starts[at])}
    first = {headline.terms[at] for at in headline.capitals} & {words.terms[at] for at in written & capital}
    no_names = lower | _timed(words, headline)
    sure = [term for term in headline.terms if term in inside and term not in no_names]
    return Subjects(frozenset((inside | first) - no_names), frozenset(sure[:1]))


def _timed(words: Words, headline: Words) -> set[str]:
    """Numbers, weekdays and months."""
    return {
        term
        for part in (headline, words)
        for term, own in zip(part.terms, part.attributes, strict=True)
        if own is not None and (own.number is not None or own.weekday is not None or own.month is not None)
    }


def _names(words: Words, headline: Words) -> set[str]:
    """Terms that stand capitalised wherever they stand, inside a sentence, or first in the text and in its headline."""
    text, starts = words.text, words.tokens.starts
    capital = set(words.capitals)
    inside = {words.terms[at] for at in capital if INSIDE.search(text, max(0, starts[at] - 4), starts[at])}
    first = {headline.terms[at] for at in headline.capitals} & {words.terms[at] for at in capital}
    return (inside | first) - {term for at, term in enumerate(words.terms) if at not in capital}
