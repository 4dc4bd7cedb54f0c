"""Word and phrase rules as data: one TOML file a language, loaded and compiled once.

A file holds ``language = "xx"`` and a list of ``[[rule]]`` tables:

``name``       ``label.detail``, unique over all files that are used together; the label is what the
               report counts by (one of ``LABELS``).
``pattern``    a ``regex`` pattern, case-insensitive, matched at the START of the line (no ``^`` needed);
               end it with ``$`` or ``\\b`` as needed. The line is stripped, inner white space is single.
``place``      ``head`` (above the first prose paragraph), ``tail`` (below one), ``anywhere`` (default).
``effect``     ``line`` (default): the line is cut. ``section``: the line is the head of a section; it is
               cut with the lines below it, up to where prose goes on.
``max_words``  a longer line is left alone (default 12; counted by `count_words`: tokens between spaces,
               or by characters in scripts without spaces; and WORD_CHARS characters are a word).
``needs``      strings in lower case of which a line must hold one for the pattern to match it; for patterns
               whose beginning says nothing, so that few lines are asked.
``match``      lines that must match; ``leave``: lines that must not. Every one is a test.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import regex

from cleaner import scripts
from cleaner.strip.rules import beginnings, compiled

LABELS = (
    "advert",  # ad slots and their markers, affiliate and sponsor notes
    "author",  # author boxes, bios, bylines
    "breadcrumb",  # paths of the site's sections, section names on a line of their own
    "caption",  # picture credits and gallery controls
    "comments",  # comment forms, counts, log-in-to-comment notes
    "cookie",  # consent walls and notices
    "copyright",  # copyright and legal lines
    "date",  # lines that hold nothing but dates and reading times
    "headline",  # the title again
    "navigation",  # menus, skip links, back to top, pagers
    "paywall",  # subscribe-to-read stubs, premium markers
    "promo",  # read more, also read, watch, download our app
    "related",  # related, trending, latest, recent sections and their items
    "residue",  # what themes leave behind: shortcodes, bare URLs, symbols
    "share",  # share bars, follow us
    "sources",  # source lists, via lines
    "subscribe",  # newsletter boxes, sign-up and donate blocks
    "tags",  # tag and topic lists
)
PLACES = ("head", "tail", "anywhere")
EFFECTS = ("line", "section")
LANGUAGES = tuple("en de fr es pt it ru ar tr zh id nl sv uk pl ja ko vi hi el he th cs ro fa da".split()) + tuple(
    "fi no hu bg sh sk sl lt lv et ca gl eu sq mk is az kk ka hy ur bn mr ta te ms tl sw".split()
)
SAME_RULES = {"nb": "no", "nn": "no", "hr": "sh", "bs": "sh", "sr": "sh", "cnr": "sh", "fil": "tl"}
"""Languages whose rules stand in the file of another: Norwegian is written in two ways, and what is read as Serbian,
Croatian, Bosnian or Montenegrin shares its interface words and is told apart by few letters."""
FLAGS = regex.IGNORECASE | regex.V0
_WIDE, _UNSPACED = regex.compile(f"[{scripts.WIDE}]"), regex.compile(f"[{scripts.WITHOUT_MARKS}]")
_MAY_BE_UNSPACED = re.compile("[\u0e00-\u109f\u1780-\u17ff\u1950-\u1aaf\u2e80-\U0010ffff]")
"""All of these two and others beside: ``re`` tells most lines that have none in less time."""
UNSPACED_CHARS = 5
"""Characters of a word of these, marks included; set by hand, as Thai words with their vowels have four to five."""
SHORT = 80
"""Characters up to which no clock is set: setting it takes four times as long as the match itself, and of the
matches on development pages four in five are of shorter texts."""
MATCH_TIMEOUT = 0.5
"""Seconds of CPU time one match may take. A last net: patterns take time in proportion to a line (tests/pumping.py)
and lines are bounded (WORD_CHARS), so that reaching it means a runaway pattern."""
LONG, LONGEST = 100, 6_000
"""Characters between which the words of a line are remembered: rules of each place and whoever asks for prose count
them again."""
WORD_CHARS = 60
"""Characters that count as a word even without a space. The lines that rules match on development pages have at
most 19 for each word of the rule's ``max_words``."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, compiled. See the module's docstring for the fields."""

    name: str
    pattern: regex.Pattern[str]
    place: str = "anywhere"
    effect: str = "line"
    max_words: int = 12
    needs: tuple[str, ...] = ()
    match: tuple[str, ...] = ()
    leave: tuple[str, ...] = ()
    pack: str = "common"
    """The file it stands in: ``common`` or a language."""

    @property
    def label(self) -> str:
        """The part of the name before the first dot."""
        return self.name.split(".", 1)[0]


class RuleError(ValueError):
    """A rule file is wrong; the message names the rule and the fault."""


def matches(rule: Rule, text: str) -> bool:
    """Whether a rule's pattern matches at the start of a text; not, if a text above SHORT takes it MATCH_TIMEOUT."""
    if len(text) <= SHORT:
        return rule.pattern.match(text) is not None
    try:
        return rule.pattern.match(text, timeout=MATCH_TIMEOUT) is not None
    except TimeoutError:  # a line that no rule can read is kept: better one line too many than a page lost
        return False


def is_unspaced(character: str) -> bool:
    """Whether a character belongs to a script, other than Chinese and Japanese, without spaces between words."""
    return _UNSPACED.match(character) is not None


def rule_words(line: str) -> int:
    """Length of a line as rules see it: its words, and no fewer than one for every WORD_CHARS characters."""
    return max(count_words(line), len(line) // WORD_CHARS)


def count_words(line: str) -> int:
    """Length of a line in words: tokens between spaces, and what stands for them in scripts without spaces.

    Two characters of Chinese or Japanese are a word, and UNSPACED_CHARS of Thai and its like. They are
    counted apart (rounded up) and then stand as spaces, so that in a mixed line what is left over in Latin
    letters is still counted as tokens.
    """
    return _words_of_long(line) if LONG <= len(line) <= LONGEST else _words_of(line)


def _words_of(line: str) -> int:
    if line.isascii() or not _MAY_BE_UNSPACED.search(line):
        return len(line.split())
    line, wide = _WIDE.subn(" ", line)
    line, unspaced = _UNSPACED.subn(" ", line)
    return (wide + 1) // 2 + -(-unspaced // UNSPACED_CHARS) + len(line.split())


_words_of_long = lru_cache(maxsize=256)(_words_of)


HARDLY_TOLD = {"id": "ms", "ms": "id"}
"""Languages that a text hardly tells apart (`cleaner.langid`): the rules of both serve either."""


def file_of(language: str | None) -> str | None:
    """The file that holds the rules of a language, by its code; None if there is none."""
    file = SAME_RULES.get(language or "", language)
    return file if file in LANGUAGES else None


@dataclass(frozen=True, slots=True)
class _File:
    """The rules of one file, and by beginnings of lines the numbers of those that can match such a line."""

    rules: tuple[Rule, ...] = ()
    starts: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


def load(language: str) -> tuple[Rule, ...]:
    """Rules of one file (``common`` or a language code) in the order of the file; empty if there is none.

    Raises `RuleError` if the file breaks the format that the module's docstring gives.
    """
    return _file(language).rules


def possible(language: str, start: str) -> tuple[Rule, ...]:
    """Of the rules of one file all that can match a line that begins like this, in their order, and few others.

    ``start`` is what `beginnings.shape` makes of the first `beginnings.LENGTH` characters of the line.
    """
    file = _file(language)
    numbers = {number for size in range(len(start) + 1) for number in file.starts.get(start[:size], ())}
    return tuple([file.rules[number] for number in sorted(numbers)])


@cache
def _file(language: str) -> _File:
    path = resources.files(__package__).joinpath(f"{language}.toml")
    if not path.is_file():
        return _File()
    source = path.read_bytes()
    kept = compiled.read(language, source, FLAGS)
    if kept is not None:
        pairs = zip(kept.entries, kept.patterns, strict=True)
        return _File(tuple([_rule(entry, language, pattern) for entry, pattern in pairs]), kept.starts)
    entries = _entries(language, source)
    made = tuple([_rule(entry, language) for entry in entries])
    patterns = [rule.pattern for rule in made]
    starts = beginnings.numbered([pattern.pattern for pattern in patterns])
    compiled.keep(language, source, FLAGS, compiled.Kept(entries, patterns, starts))
    return _File(made, starts)


def _entries(language: str, source: bytes) -> list[dict[str, Any]]:
    try:
        data = tomllib.loads(source.decode("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise RuleError(f"{language}.toml: {error}") from error
    if data.get("language") != language:
        raise RuleError(f"{language}.toml: the field language must say {language}")
    entries: list[dict[str, Any]] = data.get("rule", [])
    return entries


def _rule(entry: dict[str, Any], language: str, pattern: regex.Pattern[str] | None = None) -> Rule:
    """A rule from its table in a file; ``pattern`` if it is compiled already."""
    where = f"rule {entry.get('name', '?')} in {language}.toml"
    unknown = set(entry) - {"name", "pattern", "place", "effect", "max_words", "needs", "match", "leave"}
    if unknown:
        raise RuleError(f"{where}: unknown field {sorted(unknown)[0]}")
    if not isinstance(entry.get("name"), str) or not isinstance(entry.get("pattern"), str):
        raise RuleError(f"{where}: name and pattern must be there")
    try:
        pattern = pattern or regex.compile(entry["pattern"], FLAGS)
    except regex.error as error:
        raise RuleError(f"{where}: {error}") from error
    rule = Rule(
        name=entry["name"],
        pattern=pattern,
        place=entry.get("place", "anywhere"),
        effect=entry.get("effect", "line"),
        max_words=entry.get("max_words", 12),
        needs=tuple(entry.get("needs", ())),
        match=tuple(entry.get("match", ())),
        leave=tuple(entry.get("leave", ())),
        pack=language,
    )
    if rule.label not in LABELS or rule.place not in PLACES or rule.effect not in EFFECTS:
        raise RuleError(f"{where}: label, place or effect is not one of the known ones")
    if not isinstance(rule.max_words, int) or rule.max_words < 1:
        raise RuleError(f"{where}: max_words is not a whole number above 0")
    if any(isinstance(entry.get(field), str) for field in ("needs", "match", "leave")):
        raise RuleError(f"{where}: needs, match and leave are lists of strings")
    return rule
