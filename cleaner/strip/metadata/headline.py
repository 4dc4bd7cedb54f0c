"""The headline among a page's lines: finding it in stored text, and its repetitions anywhere.

Constants without figures are set by hand, by tests/cases/stored.toml and the hard pages of tests/test_quality_gate.py;
what ``headline`` cuts of body and of boilerplate ``python -m cleaner.train.steps --unseen`` counts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import regex

from cleaner import scripts
from cleaner.strip.metadata import dates
from cleaner.strip.prose import ends_in_mark, is_prose
from cleaner.strip.rules import count_words, quantities
from cleaner.text_key import key

MIN_WORDS, MAX_WORDS = 3, 32
"""Length of a headline in words; the longest among the development pages' titles has 31."""
MAX_GLUED = 48
"""Characters (letters and digits) of section names that a scraper glued in front of a headline."""
MIN_TRUNCATED = 18
"""Characters of a cut-off headline ("...") from which it is taken for the same headline."""
MIN_OVERLAP = 0.3
"""Share of a headline's longer words that the text below must hold, unless it stands there twice."""
LOOK_AHEAD = 40
"""Lines of text whose words a headline is compared with."""
LOOK_BACK = 40
"""Lines above the first paragraph among which the headline is looked for."""
EXPANDED = 8
"""Characters by which a line's key may be longer than the line: casefolding makes two of a few letters."""
MAX_LINE = 200
"""Characters, beside twice the headline's, of a line that may hold the headline with something in front."""
MAX_REMEMBERED = 500
"""Characters of a title up to which its key is remembered."""
MIN_ASKED, MAX_ASKED = 3, 200
"""Questions among the first lines of a text from which one of them is no headline, unless it stands first."""
_ASKS = ("?", "？", "؟")
STEM = 5
CLOSE = 4
"""Lines above the first paragraph within which a line may be the headline by its place alone."""
_CUT_OFF = regex.compile(r"(?:(?<!\.)\.{2,}+|…)[\"”’\s]*+$")
_SPACED_WORD = re.compile(r"[^\W_]{4,}")
_OTHER = re.compile(f"[{scripts.BEYOND_ALPHABETS}]")
_UNSPACED = scripts.EAST_ASIAN + scripts.SOUTH_EAST_ASIAN
_LONG_WORD = regex.compile(
    rf"[\p{{Hebrew}}\p{{Arabic}}]{{3,}}+|[[\p{{L}}\p{{N}}]--[{_UNSPACED}]]"
    rf"[[\p{{L}}\p{{M}}\p{{N}}]--[{_UNSPACED}]]{{3,}}+",
    regex.V1,
)
_PIECE = regex.compile(r"\p{Han}{2}|\p{Hiragana}{2}|\p{Katakana}{2}|\p{Hangul}{2}|\p{Line_Break=SA}{4}")
"""What stands for a word where there are no spaces, at every place of a text."""


def fits(title: str, below: Sequence[str]) -> bool:
    """Whether the text below repeats enough of a title's words for it to be its headline, not the site's."""
    words = _words(title)
    text = set(_words(" ".join(line for line in below if is_prose(line))))
    hits = sum(word in text for word in words)
    return 2 * hits > len(words) if len(words) < MIN_WORDS else hits >= MIN_OVERLAP * len(words)


def find(lines: Sequence[str], candidates: Sequence[int], first_prose: int, borne_out: bool = False) -> int | None:
    """Index of the line that is the headline, or None when there is none.

    ``candidates`` are the lines above the first paragraph that no rule has cut. The headline is the
    candidate whose words the text below repeats most; one that stands there twice (or once more with
    something glued to it) wins, then the lowest. When none is borne out so, it is the one that stands
    right above the first paragraph, unless it must be ``borne_out``.
    """
    below = set(_words(" ".join(line for line in lines[first_prose : first_prose + LOOK_AHEAD] if is_prose(line))))
    owners = [key(line) for line in lines if "©" in line]
    best: tuple[float, int] | None = None
    closest: int | None = None
    near = [i for i in candidates if i >= first_prose - LOOK_BACK]
    asked = sum(line[-1:] in _ASKS for line in lines[:MAX_ASKED]) >= MIN_ASKED
    for i in near:
        line = lines[i]
        if _CUT_OFF.search(line) or (ends_in_mark(line) and line[-1] not in '?!？！؟"”’»'):
            continue
        if dates.has_date(line) or (asked and i and line[-1:] in _ASKS):
            continue
        if not MIN_WORDS <= count_words(line) <= MAX_WORDS or quantities.is_listed(lines, i):
            continue
        if any(key(line) in owner for owner in owners):
            continue  # the name of the site
        closest = i if first_prose - i <= CLOSE else closest
        words = _words(line)
        overlap = sum(word in below for word in words) / len(words) if words else 0.0
        twice = any(j != i and same(lines[j], line) for j in near)
        if overlap < MIN_OVERLAP and not twice:
            continue
        score = (overlap + (1.0 if twice else 0.0) + 0.02 * min(count_words(line), 12), i)
        best = max(best, score) if best else score
    if best is not None:
        return best[1]
    return None if borne_out else closest


def same(line: str, title: str) -> bool:
    """Whether a line is the title again: equal, cut off, or with section names glued in front."""
    return repetition(line, title) is not None


def repetition(line: str, title: str) -> str | None:
    """How a line repeats the title: ``repeated``, ``glued`` (something in front), or None."""
    end = line[-8:]
    cut_off = (".." in end or "…" in end) and _CUT_OFF.search(line)
    wanted = _key_of_title(title)
    if not wanted or not (cut_off or len(line) + EXPANDED >= len(wanted)) or len(line) > MAX_LINE + 2 * len(title):
        return None  # sparing most lines their key
    mine = key(line)
    if not mine:
        return None
    if mine == wanted:
        return "repeated"
    if cut_off:
        return _cut_off(mine, wanted)
    if len(wanted) >= MIN_TRUNCATED and mine.endswith(wanted) and len(mine) - len(wanted) <= MAX_GLUED:
        return "glued"
    return None


_remembered_key = lru_cache(maxsize=256)(key)


def _key_of_title(title: str) -> str:
    return _remembered_key(title) if len(title) <= MAX_REMEMBERED else key(title)


def _cut_off(mine: str, wanted: str) -> str | None:
    if len(mine) >= MIN_TRUNCATED and wanted.startswith(mine):
        return "repeated"
    for start in range(1, min(MAX_GLUED, len(mine) - MIN_TRUNCATED) + 1):
        if wanted.startswith(mine[start:]):
            return "glued"
    return None


def _words(text: str) -> list[str]:
    """Longer words by their first letters, so that inflected forms count as one."""
    text = text.casefold()
    if not _OTHER.search(text):
        return [word[:STEM] for word in _SPACED_WORD.findall(text)]
    return [word[:STEM] for word in _LONG_WORD.findall(text)] + _PIECE.findall(text, overlapped=True)
