"""What is known of every word of one language, looked up once a word: its term, and what it is beside that."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress
from typing import NamedTuple

from cleaner.collapse.event.languages import Language
from cleaner.collapse.event.names import is_capitalised, is_caseless
from cleaner.collapse.event.terms import Analyzer, Tokens, is_spaceless
from cleaner.collapse.event.token_attributes import TokenAttributes, attributes_of

MOST_WORDS = 200_000
"""Words that are remembered, at about 300 bytes each."""


class Entry(NamedTuple):
    """One word as written."""

    term: str
    """Empty for a function word."""
    attributes: TokenAttributes | None
    capital: bool
    """Whether it may be part of a name."""
    letter: bool
    caseless: bool
    """Whether it starts with a letter, and with one that knows no case."""


class Lexicon(dict[str, Entry]):
    """Entries by word; made when first asked for."""

    def __init__(self, language: Language) -> None:
        super().__init__()
        self.language = language
        self._analyzer = Analyzer(language)

    def __missing__(self, written: str) -> Entry:
        spaceless = is_spaceless(written)
        entry = Entry(
            self._analyzer.term(written),
            attributes_of(written, self.language, spaceless),
            not spaceless and is_capitalised(written),
            written[0].isalpha(),
            is_caseless(written),
        )
        if len(self) >= MOST_WORDS:
            self.clear()
        self[written] = entry
        return entry


class Words(NamedTuple):
    """A text, its tokens and, for each, what is known of it."""

    language: Language
    text: str
    tokens: Tokens
    terms: Sequence[str]
    attributes: Sequence[TokenAttributes | None]
    capitals: list[int]
    """Places of the capitalised tokens."""
    caseless: bool
    """Whether most words are of a script that knows no capital letters."""


def look_up(text: str, tokens: Tokens, lexicon: Lexicon) -> Words:
    """Look up all tokens of a text."""
    entries = map(lexicon.__getitem__, tokens.texts)
    terms, attributes, capitals, letters, caseless = zip(*entries, strict=True) if tokens.texts else ((),) * 5
    places = list(compress(range(len(terms)), capitals))
    return Words(lexicon.language, text, tokens, terms, attributes, places, 2 * sum(caseless) > sum(letters))
