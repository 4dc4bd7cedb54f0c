"""The language of a page: what the record or the page declares where it can be true, else by its text."""

from __future__ import annotations

import re

import regex

from cleaner import langid

SAMPLE_CHARS = 2_000
"""Text from which the language is told; more changes nothing."""
MIN_CHARS = 20
"""Letters below which a text's language cannot be told."""
_ENOUGH = regex.compile(rf"\A(?:\P{{L}}*+\p{{L}}){{{MIN_CHARS}}}")
_OTHER_SCRIPT = re.compile("[\u0370-\u1dff\u2c80-\ua4ff\uac00-\ud7ff]")
"""Letters of scripts other than the Latin."""
OTHER_SHARE = 0.3
"""Share of a text's characters that are these from which it is not English, whatever English words it holds."""
_ENGLISH = regex.compile(r"\b(?:the|of|and|to|in|that|is|for|with)\b", regex.IGNORECASE)
ENGLISH_SHARE = 0.12
"""Share of a text's words that are these from which it is English without a closer look. Of 1,300 development
pages (wcxb and the other sets) no page of another language has it; 95 of 100 English ones have."""
ENGLISH_WORDS = 25
"""Words that a shorter text is taken to have, so that one function word does not decide; and one for seven
characters, for texts without spaces."""
_CODE = regex.compile(r"^\s*([a-zA-Z]{2,3})(?:[-_][\w-]*)?\s*$")
_SCRIPTS = {
    "latin": regex.compile(r"\p{Latin}"),
    "cyrillic": regex.compile(r"\p{Cyrillic}"),
    "arabic": regex.compile(r"\p{Arabic}"),
    "han": regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}]"),
    "hangul": regex.compile(r"\p{Hangul}"),
    "greek": regex.compile(r"\p{Greek}"),
    "hebrew": regex.compile(r"\p{Hebrew}"),
    "devanagari": regex.compile(r"\p{Devanagari}"),
    "thai": regex.compile(r"\p{Thai}"),
}
_NOT_LATIN = regex.compile(r"[^\p{Latin}\p{Common}\p{Inherited}]")
"""Characters of another script; signs that all scripts share are in none."""
_OF_SCRIPT = {
    "cyrillic": frozenset("ru uk be bg sr mk kk ky mn tg ba tt ce os sah cv".split()),
    "arabic": frozenset("ar fa ur ps ug ckb sd ku az pa".split()),
    "han": frozenset(("zh", "ja", "yue", "ko")),
    "hangul": frozenset(("ko",)),
    "greek": frozenset(("el",)),
    "hebrew": frozenset(("he", "yi")),
    "devanagari": frozenset(("hi", "mr", "ne", "sa", "kok")),
    "thai": frozenset(("th",)),
}
_ONLY_OTHER_SCRIPT = frozenset(
    [
        "ru",
        "uk",
        "be",
        "bg",
        "mk",
        "ar",
        "fa",
        "ur",
        "ps",
        "ug",
        "zh",
        "ja",
        "yue",
        "ko",
        "el",
        "he",
        "yi",
        "hi",
        "mr",
        "ne",
        "th",
        "bn",
        "ta",
        "te",
        "ml",
        "kn",
        "gu",
    ]
)


def normalise(declared: str | None) -> str | None:
    """``en`` for ``en-US`` and ``EN_us``; None for what is no language code."""
    found = _CODE.match(declared or "")
    return found.group(1).lower() if found else None


def main_script(text: str) -> str | None:
    """The script most letters of the text's beginning are in, or None."""
    sample = text[:SAMPLE_CHARS]
    if sample.isascii():
        return "latin" if any(map(str.isalpha, sample)) else None
    if _NOT_LATIN.search(sample) is None:
        return "latin" if _SCRIPTS["latin"].search(sample) is not None else None
    counts = [(len(pattern.findall(sample)), name) for name, pattern in _SCRIPTS.items()]
    most, name = max(counts)
    return name if most else None


def identify(text: str) -> str | None:
    """The language of a text, or None when there is too little of it to tell; plain English is told faster."""
    sample = text[:SAMPLE_CHARS]
    if _is_plain_english(sample):
        return "en"
    return langid.classify(sample) if _ENOUGH.match(sample) is not None else None


def _is_plain_english(sample: str) -> bool:
    words = len(_ENGLISH.findall(sample))
    if words <= ENGLISH_SHARE * ENGLISH_WORDS:
        return False
    if words <= ENGLISH_SHARE * max(len(sample.split()), len(sample) / 7):
        return False
    return sample.isascii() or len(_OTHER_SCRIPT.findall(sample)) < OTHER_SHARE * len(sample)


def of_page(text: str, *declared: str | None) -> str | None:
    """The first declared language that fits the text's script, else the one told from the text.

    A declaration of English is checked against the text: themes carry ``lang="en"`` whatever the page says.
    """
    script = main_script(text)
    for code in map(normalise, declared):
        if code is None or (script in _OF_SCRIPT and code not in _OF_SCRIPT[script]):
            continue
        if script == "latin" and code in _ONLY_OTHER_SCRIPT:
            continue
        if code == "en" and script == "latin":
            return identify(text) or code
        return code
    return identify(text)
