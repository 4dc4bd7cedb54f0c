"""Days that are written out with the name of the month, in whatever language: plain English at once, others by
``month_names``, the rest by dateparser."""

from __future__ import annotations

import datetime
import re

import regex

from cleaner import scripts
from cleaner.strip.metadata import month_names

_EPOCH = datetime.datetime(1970, 1, 1)
_ENGLISH_MONTHS = {
    name: at for at, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)
}
_MONTH = (
    "(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?)"
)
_ENGLISH_DAY = re.compile(
    rf"(?:([1-9]|[0-3]\d)(?:st|nd|rd|th)? {_MONTH}\.?,?|{_MONTH}\.? ([1-9]|[0-3]\d)(?:st|nd|rd|th)?,?) ((?:19|20)\d\d)",
    re.IGNORECASE | re.ASCII,
)
_SCRIPTS = (
    (regex.compile(r"\p{Latin}"), "en de fr es pt it nl sv da nb fi pl cs sk hr sl ro hu tr id vi lt lv et ca".split()),
    (regex.compile(r"\p{Cyrillic}"), "ru uk bg sr be mk kk".split()),
    (regex.compile(r"\p{Arabic}"), "ar fa ur".split()),
    (regex.compile(r"\p{Greek}"), ["el"]),
    (regex.compile(r"\p{Hebrew}"), ["he"]),
    (regex.compile(r"\p{Devanagari}"), "hi mr ne".split()),
    (regex.compile(r"\p{Thai}"), ["th"]),
    (regex.compile(r"\p{Bengali}"), ["bn"]),
    (regex.compile(r"\p{Tamil}"), ["ta"]),
    (regex.compile(f"[{scripts.CHINESE_JAPANESE}]"), ["zh", "ja"]),
    (regex.compile(r"\p{Hangul}"), ["ko"]),
    (regex.compile(r"\p{Georgian}"), ["ka"]),
    (regex.compile(r"\p{Armenian}"), ["hy"]),
)
"""Languages in which a date with letters of a script is looked for. All two hundred that dateparser knows take 25 ms a
text and seconds to load, and find months in what is none."""


def _in_english(text: str) -> str | None:
    """The day that a text names in plain English and no more, as most pages do: dateparser takes ten times as long."""
    found = _ENGLISH_DAY.fullmatch(text)
    if found is None:
        return None
    month = _ENGLISH_MONTHS[(found[2] or found[3])[:3].lower()]
    try:
        return datetime.date(int(found[5]), month, int(found[1] or found[4])).isoformat()
    except ValueError:
        return None


def named_day(text: str, lang: str | None) -> str | None:
    """The ISO day of a text that holds a day, the name of a month and a year, and little else; None if it is none."""
    if (lang or "en").partition("-")[0] == "en" and (plain := _in_english(text)):
        return plain
    if (told := month_names.day_in(text, lang)) is not None:
        return told
    from dateparser import parse  # a quarter of a second, and few pages need it

    settings = {"REQUIRE_PARTS": ["day", "month", "year"], "PARSERS": ["absolute-time"], "RELATIVE_BASE": _EPOCH}
    settings["DATE_ORDER"] = "DMY"
    plain = regex.sub(r"(?<=\d)(st|nd|rd|th|er|º|ª)\b", "", text, flags=regex.IGNORECASE)
    plain = regex.sub(r"(?<=\s)of(?=\s)", "", plain)
    for languages in _languages(text, lang):
        try:
            found = parse(plain, languages=languages, settings=settings)
        except ValueError:  # a language that it does not know
            continue
        if found is not None:
            return found.date().isoformat()
    return None


def _languages(text: str, lang: str | None) -> list[list[str]]:
    """Languages to read a date in, the likeliest first."""
    groups = [languages for script, languages in _SCRIPTS if script.search(text)]
    own = [(lang or "").partition("-")[0]] if lang else []
    return [group for group in (own, *([["en"]] if groups and groups[0][0] == "en" else []), *groups) if group]
