"""An article as counted bags: what the event stage compares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from cleaner.collapse.event.brief import read_brief, subjects
from cleaner.collapse.event.cues import HEAD_TOKENS, read_cues
from cleaner.collapse.event.languages import Languages, primary
from cleaner.collapse.event.lexicon import Lexicon, Words, look_up
from cleaner.collapse.event.names import count_names, count_numbers, repeated_terms, years
from cleaner.collapse.event.terms import TOKEN_CHARS, Tokens, fold, is_spaceless, tokenize
from cleaner.collapse.opinion import is_opinion, is_personal
from cleaner.records import Article, Opinions

BODY_TOKENS = 600
LEAD_TOKENS = 80
"""News says what happened in its first paragraphs; both limits were chosen on the sets of
``cleaner.train.events``."""
CONTENT = 4
"""Letters of a term from which it may say something in a language of which no function words are known."""
MIN_TOKENS = 5
"""A text of fewer tokens names no event: it joins nothing."""
KINDS = ("terms", "lead", "bigrams", "names", "title", "numbers")


@dataclass(slots=True)
class Document:
    """One article's bags (term to weight), publication day and the years it names."""

    terms: Counter[str]
    """All terms, those of the title three times, those of the lead twice."""
    lead: Counter[str]
    """Terms of the title and the lead."""
    bigrams: Counter[str]
    """Neighbouring terms."""
    names: Counter[str]
    title: Counter[str]
    numbers: Counter[str]
    years: frozenset[int]
    day: int | None
    """Proleptic Gregorian ordinal of the date, None for an undated article."""
    weekdays: frozenset[int]
    """Weekdays named early in the text, 0 is Monday."""
    months: frozenset[int]
    """Months named, 1 is January."""
    counted: frozenset[str]
    """``number term`` of things counted."""
    head: frozenset[str]
    """Terms of the title; of a text without one, of its first words."""
    head_numbers: frozenset[int]
    """Numbers in the same words, see ``cues.NUMBERS``."""
    told: frozenset[int]
    """Days of the year named early in the text: 31 times the month, from 0, and the day, from 0."""
    address: float
    """Share of the tokens that speak to the reader."""
    hour: float | None
    """Hours from the start of the calendar to the date (UTC; midnight if it has no time), None if undated."""
    site: str | None
    length: int
    """Tokens of the text that were read, at most ``BODY_TOKENS``."""
    language: str
    content: frozenset[str] = frozenset()
    deeds: frozenset[str] = frozenset()
    actors: frozenset[str] = frozenset()
    """Of a brief, see ``brief.Brief``."""
    subjects: frozenset[str] = frozenset()
    first: frozenset[str] = frozenset()
    """Names of the headline, and the first of them alone: see ``brief.subjects``."""
    apart: bool = False
    """Whether it is to join nothing: it speaks of its writer, or is an opinion piece where these stay apart."""
    idle: bool = False
    """Whether it names nobody, no place and no time, in a language of which that can be told."""


def parse_day(written: str | None) -> int | None:
    """Ordinal of an ISO 8601 date, with or without a time; None for anything else."""
    if not written:
        return None
    written = written.strip()
    try:
        return datetime.fromisoformat(written).toordinal()
    except ValueError:
        pass
    try:
        return date.fromisoformat(written[:10]).toordinal()
    except ValueError:
        return None


def parse_hour(written: str | None) -> float | None:
    """Hours from 0001-01-01 UTC to an ISO 8601 date; its midnight without a time, as UTC without a zone."""
    day = parse_day(written)
    if day is None or not written:
        return None
    try:
        time = datetime.fromisoformat(written.strip())
    except ValueError:
        return 24.0 * day
    offset = time.utcoffset()
    return 24.0 * day + time.hour + time.minute / 60 - (offset.total_seconds() / 3600 if offset else 0.0)


def _bigrams(*sequences: Sequence[str]) -> Counter[str]:
    pairs: Counter[str] = Counter()
    for terms in sequences:
        pairs.update(map(" ".join, pairwise(terms)))
    return pairs


def _terms(words: Words, first: int = 0, last: int | None = None) -> list[str]:
    """The terms of some tokens without function words.

    Of a language without a word list those are not known: there words of few letters are left out, and in
    scripts without spaces two neighbouring pairs of characters are one term, for a pair is mostly a piece
    of a common word.
    """
    terms = words.terms[first:last]
    if words.language.stop:
        return list(filter(None, terms))
    spaceless = [is_spaceless(token) for token in words.tokens.texts[first:last]]
    plain = [term for term, alone in zip(terms, spaceless, strict=True) if not alone and len(term) >= CONTENT]
    pairs = zip(terms, terms[2:], spaceless, spaceless[2:], strict=False)
    return plain + [one + other for one, other, a, b in pairs if a and b and one and other]


class Reader:
    """Turns articles into documents; keeps one lexicon a language."""

    def __init__(self) -> None:
        self._languages = Languages()
        self._lexicons: dict[str, Lexicon] = {}

    def words(self, article: Article) -> tuple[Words, Words]:
        """The words of the first ``BODY_TOKENS`` tokens of the headline and of the text."""
        headline = " ".join((article.title or "")[: BODY_TOKENS * TOKEN_CHARS].split())
        tokens = tokenize(article.text, BODY_TOKENS)
        lexicon = self._lexicon(article, tokens)
        text = article.text[: tokens.ends[-1]] if tokens.ends else ""
        return look_up(headline, tokenize(headline, BODY_TOKENS), lexicon), look_up(text, tokens, lexicon)

    def _lexicon(self, article: Article, tokens: Tokens) -> Lexicon:
        """The lexicon of the article's language, guessed from its function words when it has no code."""
        if article.lang and primary(article.lang):
            language = self._languages.get(article.lang)
        else:
            language = self._languages.guess(fold(text, "") for text in tokens.texts)
        if language.code not in self._lexicons:
            self._lexicons[language.code] = Lexicon(language)
        return self._lexicons[language.code]

    def read(self, article: Article, opinions: Opinions = "together") -> Document:
        """Count one article. Only the first ``BODY_TOKENS`` tokens of the text are read."""
        head_words, words = self.words(article)
        language, headline, text = words.language, head_words.text, words.text
        title = _terms(head_words)
        lead = _terms(words, 0, LEAD_TOKENS)
        body = lead + _terms(words, LEAD_TOKENS)

        terms = Counter(body)
        terms.update(lead)
        terms.update(title)
        terms.update(title)
        head = Counter(lead)
        head.update(title)
        names = Counter[str]()
        for part in (head_words, words):
            names += count_names(part.text, part.tokens, part.capitals, language)
        if words.caseless and language.stop:
            names += repeated_terms(title, body)
        cues = read_cues(words, head_words)
        brief = read_brief(words, head_words, terms)
        named = subjects(words, head_words, terms)
        timed = cues.weekdays or cues.months or cues.told or years(text) or years(headline)
        return Document(
            terms=terms,
            lead=head,
            bigrams=_bigrams(title, body),
            names=names,
            title=Counter(title),
            numbers=count_numbers(headline, language) + count_numbers(text, language),
            years=years(headline) | years(text),
            day=parse_day(article.date),
            weekdays=cues.weekdays,
            months=cues.months,
            counted=cues.counted,
            head=frozenset(title or filter(None, words.terms[:HEAD_TOKENS])),
            head_numbers=cues.head_numbers,
            told=cues.told,
            address=cues.address,
            hour=parse_hour(article.date),
            site=article.site,
            length=len(words.terms),
            language=language.code,
            content=brief.content,
            deeds=brief.deeds,
            actors=brief.actors,
            subjects=named.all,
            first=named.first,
            apart=is_opinion(article) if opinions == "apart" else is_personal(article),
            idle=bool(language.stop) and not (words.caseless or names or timed),
        )
