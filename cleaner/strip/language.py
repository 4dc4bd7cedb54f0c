"""The language of a page: what the record or the page declares where it can be true, else by its text."""

from __future__ import annotations

import re
from collections.abc import Sequence

import regex

from cleaner import langid
from cleaner.scripts import CHINESE_JAPANESE, EAST_ASIAN

SAMPLE_LINES = 12
"""Lines from which a page's language is told."""
SAMPLE_CHARS = 2_000
"""Text from which the language is told; more changes nothing."""
MIN_CHARS, MIN_EASTERN = 20, 7
"""Letters, with the signs that some scripts write for vowels, below which a text's language cannot be told; and those
of Chinese, Japanese and Korean, each of which says as much as three. Of the 1,708 sentences that rules in 28 languages
must leave these tell 173 more than letters alone would, one of them wrong."""
_ENOUGH = regex.compile(
    rf"\A(?:(?:[^\p{{L}}\p{{M}}]*+[\p{{L}}\p{{M}}]){{{MIN_CHARS}}}|(?:[^{EAST_ASIAN}]*+[{EAST_ASIAN}]){{{MIN_EASTERN}}})"
)
_OTHER_SCRIPT = re.compile("[\u0370-\u1dff\u2c80-\ua4ff\uac00-\ud7ff]")
"""Letters of scripts other than the Latin."""
OTHER_SHARE = 0.3
"""Share of a text's characters that are these from which it is not English, whatever English words it holds."""
_FUNCTION_WORDS = ("the", "of", "and", "to", "in", "that", "is", "for", "with")
_FUNCTION_WORDS_ASCII = frozenset(map(str.encode, _FUNCTION_WORDS))
_ENGLISH = regex.compile(rf"\b(?:{'|'.join(_FUNCTION_WORDS)})\b", regex.IGNORECASE)
_ODD_CASE = "\u0130\u0131\u017f"
"""Letters that are an i or an s where case does not count."""
_LETTERED = re.compile("[^\0-\x7f\xa0-\xa9\xab-\xb1\u2010-\u2027\u20ac]")
"""What may be part of a word beside ASCII."""
_NO_LETTERS = bytes(i for i in range(128) if not chr(i).isalpha())
_WORDS_ALONE = bytes(ord(chr(i).lower()) if chr(i).isalnum() or chr(i) == "_" else 32 for i in range(128)).ljust(256)
ENGLISH_SHARE = 0.12
"""Share of a text's words that are these from which it is English without a closer look. Of 1,300 development
pages (wcxb and the other sets) no page of another language has it; 95 of 100 English ones have."""
ENGLISH_WORDS = 25
"""Words that a shorter text is taken to have, so that one function word does not decide; and one for seven
characters, for texts without spaces."""
_LETTER, _HAN = regex.compile(r"\p{L}"), re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")
_KANA = re.compile("[\u3040-\u30ff\uac00-\ud7ff]")
NOT_HAN_SHARE = 0.1
"""Other letters, by Han ones, up to which a text without kana is Chinese: nobody writes so much Japanese without one.
Of 1,973 such lines of the development pages the model takes one in twenty for Japanese, Turkish or English."""
PLAIN_CHARS = 800
"""Text by which Vietnamese and Russian are told."""
_VIETNAMESE = re.compile("[\u01a0\u01a1\u01af\u01b0\u1ea0-\u1eb7\u1eba-\u1ec9\u1ece-\u1ee3\u1ee6-\u1ef9]")
"""Letters that Vietnamese needs, without those with a dot below that Yoruba and Igbo are full of."""
VIETNAMESE_SHARE = 0.05
"""Share of a text's characters that are these from which it is Vietnamese (it has a tenth to a fifth)."""
_RUSSIAN_WORDS = frozenset("и в не на что с по как это для из от но он за к а о у".split())
_NOT_RUSSIAN = re.compile("[\u0400\u0402-\u040f\u0450\u0452-\u1dff\ua640-\ua69f]")
"""Cyrillic letters that Russian lacks and Ukrainian, Belarusian, Serbian, Kazakh ... need; and the scripts behind."""
RUSSIAN_SHARE = 0.12
"""Share of a text's words that are Russian function words from which it is Russian, where it has an ``ы`` (Bulgarian
and Macedonian share the words and lack the letter) and none of the letters above."""
_CODE = regex.compile(r"^\s*([a-zA-Z]{2,3})(?:[-_][\w-]*)?\s*$")
_SCRIPTS = {
    "latin": regex.compile(r"\p{Latin}"),
    "cyrillic": regex.compile(r"\p{Cyrillic}"),
    "arabic": regex.compile(r"\p{Arabic}"),
    "han": regex.compile(f"[{CHINESE_JAPANESE}]"),
    "hangul": regex.compile(r"\p{Hangul}"),
    "greek": regex.compile(r"\p{Greek}"),
    "hebrew": regex.compile(r"\p{Hebrew}"),
    "devanagari": regex.compile(r"\p{Devanagari}"),
    "thai": regex.compile(r"\p{Thai}"),
}
_RARER_SCRIPTS = {
    name: regex.compile(rf"\p{{{name.capitalize()}}}")
    for name in (
        "bengali tamil telugu kannada malayalam gujarati gurmukhi oriya sinhala armenian georgian ethiopic khmer lao "
        "myanmar tibetan"
    ).split()
}
_COMMON_SHARE = 0.3
"""Share of a text's characters in the commoner scripts from which the rarer ones are not counted."""
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
    "bengali": frozenset(("bn", "as", "mni")),
    "tamil": frozenset(("ta",)),
    "telugu": frozenset(("te",)),
    "kannada": frozenset(("kn", "tcy")),
    "malayalam": frozenset(("ml",)),
    "gujarati": frozenset(("gu",)),
    "gurmukhi": frozenset(("pa",)),
    "oriya": frozenset(("or",)),
    "sinhala": frozenset(("si",)),
    "armenian": frozenset(("hy", "hyw")),
    "georgian": frozenset(("ka", "xmf")),
    "ethiopic": frozenset(("am", "ti", "tig")),
    "khmer": frozenset(("km",)),
    "lao": frozenset(("lo",)),
    "myanmar": frozenset(("my", "shn", "mnw")),
    "tibetan": frozenset(("bo", "dz")),
}
_ONLY_OTHER_SCRIPT = frozenset(
    """ru uk be bg mk ar fa ur ps ug zh ja yue ko el he yi hi mr ne th bn as ta te ml kn gu or si hy ka am ti km lo my
    bo dz""".split()
)
"""Languages that are hardly ever written in Latin letters."""


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
    if most < _COMMON_SHARE * len(sample):
        rarer = [(len(pattern.findall(sample)), name) for name, pattern in _RARER_SCRIPTS.items()]
        most, name = max((most, name), *rarer)
    return name if most else None


def identify(text: str) -> str | None:
    """The language of a text, or None when there is too little of it to tell; plain English is told faster."""
    sample = text[:SAMPLE_CHARS]
    if _is_plain_english(sample):
        return "en"
    if _ENOUGH.match(sample) is None:
        return None
    for plain, code in _PLAIN:
        if plain(sample):
            return code
    return langid.classify(sample)


def _is_plain_vietnamese(sample: str) -> bool:
    sample = sample[:PLAIN_CHARS]
    return len(_VIETNAMESE.findall(sample)) >= VIETNAMESE_SHARE * len(sample)


def _is_plain_russian(sample: str) -> bool:
    sample = sample[:PLAIN_CHARS]
    if "ы" not in sample or _NOT_RUSSIAN.search(sample):
        return False
    words = sample.split()
    return sum(map(_RUSSIAN_WORDS.__contains__, words)) >= RUSSIAN_SHARE * max(ENGLISH_WORDS, len(words))


def _is_plain_chinese(sample: str) -> bool:
    if len(sample.encode("utf-8", "surrogatepass")) < 2 * len(sample):
        return False  # not half of it is of Han characters, of three bytes each
    others = _HAN.sub("", sample)
    han = len(sample) - len(others)
    return 2 * han >= len(sample) and len(_LETTER.findall(others)) <= NOT_HAN_SHARE * han and not _KANA.search(others)


_PLAIN = ((_is_plain_chinese, "zh"), (_is_plain_vietnamese, "vi"), (_is_plain_russian, "ru"))
"""Languages that their letters, or letters and words, tell without the model, which is a hundredth of the cost of
collapsing copies but two thirds of what these cost more than English."""


def _is_plain_english(sample: str) -> bool:
    least = ENGLISH_SHARE * max(ENGLISH_WORDS, len(sample) / 7)
    words = _english_words(sample, least)
    if words <= least or words <= ENGLISH_SHARE * len(sample.split()):
        return False
    return sample.isascii() or len(_OTHER_SCRIPT.findall(sample)) < OTHER_SHARE * len(sample)


def _english_words(sample: str, least: float) -> int:
    """Number of English function words in a text; 0 where it is seen at a look that there are not more than these."""
    if sample.isascii() or not _LETTERED.search(sample):
        words = sample.encode("ascii", "replace").translate(_WORDS_ALONE).split()
        return sum(map(_FUNCTION_WORDS_ASCII.__contains__, words))
    if not any(letter in sample for letter in _ODD_CASE):
        if len(sample.encode("ascii", "ignore").translate(None, _NO_LETTERS)) <= 2 * least:  # none has less than two
            return 0
        if sum(map(sample.lower().count, _FUNCTION_WORDS)) <= least:  # also those inside of others
            return 0
    return len(_ENGLISH.findall(sample))


def sample(texts: Sequence[str]) -> str:
    """The longest lines of a page: enough text to tell its language from."""
    least = min(sorted(map(len, texts))[-SAMPLE_LINES:], default=0)
    longest = sorted(text for text in texts if len(text) >= least)
    return "\n".join(sorted(longest, key=len, reverse=True)[:SAMPLE_LINES])


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
