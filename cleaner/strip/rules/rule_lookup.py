"""Which rule a line answers to: few are asked, by how the line begins."""

from __future__ import annotations

from functools import cache, lru_cache

import regex

from cleaner.strip import rules
from cleaner.strip.rules import Rule, beginnings, reported_speech, rule_words

MAX_RULE_WORDS = 100
"""No rule looks at a longer line."""
REPEATED_CHARS = 100
"""Characters of a line up to which its rule is remembered: the pages of a site share their menus."""
MAX_BAR_WORDS = 24
"""Words of a line that may be a bar of several short texts."""
_BAR = regex.compile(r"\s+[|•·»›]\s+|\s*[|｜]\s*")
_BAR_SIGN = regex.compile("[|•·»›｜]")
MAX_BUTTONS_WORDS = 16
"""Words of a line that may be the buttons of a share bar, with nothing but spaces between."""
_NETWORKS = frozenset(
    "facebook twitter whatsapp telegram linkedin pinterest viber фейсбук фејсбук вконтакте телеграм телеграмм फेसबुक फ़ेसबुक"
    " فيسبوك فیسبوک واتساب تلگرام تويتر واٹس פייסבוק ווטסאפ व्हाट्सऐप ফেসবুক பேஸ்புக் ఫేస్‌బుక్ 페이스북 카카오톡 微信 微博"
    " フェイスブック เฟซบุ๊ก ไลน์".split()
)
"""Names of networks, of which every such bar holds one as a word."""


@cache
def _files(language: str | None) -> tuple[str, ...]:
    own = rules.file_of(language) or "en"
    return tuple(dict.fromkeys(("common", own, rules.HARDLY_TOLD.get(own, "en"), "en")))


@lru_cache(maxsize=100_000)
def _possible(start: str, language: str | None, places: tuple[str, ...]) -> tuple[Rule, ...]:
    """The rules that can match a line with this beginning, so that most lines are asked few."""
    signs = beginnings.shape(start)
    return tuple([rule for file in _files(language) for rule in rules.possible(file, signs) if rule.place in places])


def matching(line: str, language: str | None, places: tuple[str, ...] = rules.PLACES) -> Rule | None:
    """The rule that cuts a line at one of these places, or None: the first that starts a section, else the first.

    A bar of several short texts ("By Jo Marsh | 3 May 2026 | Print") goes when rules cut half of them. A
    row of a table may hold dates and times of day: below the head those alone do not make a bar.
    """
    return (_remembered if len(line) <= REPEATED_CHARS else _matching)(line, language, places)


def _matching(line: str, language: str | None, places: tuple[str, ...]) -> Rule | None:
    words = rule_words(line)
    if words > MAX_RULE_WORDS:
        return None
    text = line.lstrip("-•*·▪►|> ").rstrip() or line
    found = _first(text, words, language, places)
    if found is not None or words > MAX_BAR_WORDS:
        return found
    parts = _BAR.split(text) if _BAR_SIGN.search(text) else ()
    if len(parts) < 2:
        is_short = 2 <= words <= MAX_BUTTONS_WORDS and text[-1:] not in ".!?"
        return _buttons(text, language, places) if is_short else None
    hits = [hit for part in parts if (hit := _first(part, rule_words(part), language, places)) is not None]
    sure = any(hit.label != "date" for hit in hits) or len(hits) == len(parts) or places == ("head",)
    return hits[0] if sure and 2 * len(hits) >= len(parts) and hits[0].effect == "line" else None


@lru_cache(maxsize=100_000)
def _buttons_of(start: str, language: str | None, places: tuple[str, ...]) -> tuple[Rule, ...]:
    """The rules of share buttons that can match a text with this beginning."""
    return tuple([rule for rule in _possible(start, language, places) if rule.label == "share"])


def _buttons(text: str, language: str | None, places: tuple[str, ...]) -> Rule | None:
    """The rule of the first of several share buttons that make up a line, the longest wording of each; else None."""
    words = text.split()
    lower = text.lower()
    if len(words) < 2 or _NETWORKS.isdisjoint(lower.split()):
        return None
    found: list[Rule] = []
    at = 0
    while at < len(words):
        for end in range(len(words) - (at == 0), at, -1):
            part = " ".join(words[at:end])
            asked = _buttons_of(part[: beginnings.LENGTH], language, places)
            if not any(_has_needed(rule, lower) and rules.matches(rule, part) for rule in asked):
                continue
            rule = _first(part, rule_words(part), language, places)
            if rule is not None and rule.label == "share":
                found.append(rule)
                at = end
                break
        else:
            return None
    return found[0]


_remembered = lru_cache(maxsize=20_000)(_matching)


def _has_needed(rule: Rule, lower: str) -> bool:
    return not rule.needs or any(needed in lower for needed in rule.needs)


def _first(text: str, words: int, language: str | None, places: tuple[str, ...]) -> Rule | None:
    first: Rule | None = None
    lower = text.lower()
    for rule in _possible(text[: beginnings.LENGTH], language, places):
        if words > rule.max_words or not (rule.effect == "section" or first is None):
            continue
        for needed in rule.needs:
            if needed in lower:
                break
        else:
            if rule.needs:
                continue
        if rules.matches(rule, text) and not reported_speech.is_sentence(rule, text, words):
            if rule.effect == "section":
                return rule
            first = rule
    return first
