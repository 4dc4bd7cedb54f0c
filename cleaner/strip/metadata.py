"""Small repairs of what pages say about themselves: title, date, address."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from html import unescape
from urllib.parse import urlsplit

import regex

from cleaner.strip.blocks import squeeze
from cleaner.strip.keys import key

_SEPARATOR = regex.compile(r"\s+[|\-–—•·»›:_]{1,2}\s+|\s*[|｜]\s*|\s*_(?=\p{Han})")
_WORD = regex.compile(r"\p{Han}|[\p{L}\p{N}]+")
H1_SHARE = 0.3
"""Share of the title's words from which an h1 is the title in other words."""
H1_WORDS = 4
"""Words from which the only h1 is the headline even when it shares none with the title. Both set on the
titles of 941 development pages (wcxb)."""
MIN_HEADLINE = 12
"""Characters of a part of the title from which it can be the headline without the site's name."""
_HOST = regex.compile(r"(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,24}")
_ISO = regex.compile(
    r"^\s*(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})"
    r"(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:[.,]\d+)?\s?(?:(Z)|([+-]\d{2}):?(\d{2}))?)?"
)
MAX_DATE = 60
"""Characters above which a text is no date."""
MAX_DATE_LINE = 120
"""Characters of a line that may hold the article's date."""
MAX_TRIED = 6
"""Lines that look like dates and are none after which the search ends."""
_DATE_IN_LINE = regex.compile(
    r"\b(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}\b|\b\d{1,2}\.\s?\d{1,2}\.\s?(?:19|20)\d\d\b"
    r"|\b\d{1,2}(?:st|nd|rd|th|º|\.)?\s(?:de\s)?[\p{L}\p{M}]{3,12}\.?,?\s(?:de\s)?(?:19|20)\d\d\b"
    r"|\b\p{L}{3,12}\.?\s\d{1,2}(?:st|nd|rd|th)?,?\s(?:19|20)\d\d\b|(?:19|20)\d\d\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?日"
)
_ENGLISH_MONTH = regex.compile(
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec|january|february|march|april|june|july|august|september"
    r"|october|november|december)\b",
    regex.IGNORECASE,
)
_CHINESE = regex.compile(r"(\d+)\s?年\s?(\d+)\s?月\s?(\d+)")
_EPOCH = datetime.datetime(1970, 1, 1)
_COMPACT = regex.compile(r"^\s*(\d{4})(\d{2})(\d{2})\s*$")


def host(url: str | None) -> str | None:
    """Host name of a URL in lower case, without ``www.``; None when there is none."""
    try:
        name = urlsplit(url or "").hostname
    except ValueError:
        return None
    return name.removeprefix("www.") if name else None


def host_of_folder(path: str) -> str | None:
    """The site that a path names in its first folder, as crawlers lay pages down; None when it names none."""
    first, slash, _ = path.partition("/")
    return host(f"//{first}") if slash and _HOST.fullmatch(first) else None


def iso_date(raw: str | None) -> str | None:
    """A date as ``YYYY-MM-DD``, with time of day and offset from UTC when the source gives them; None if it is none.

    ``THH:MM[:SS]`` and ``Z`` or ``+HH:MM`` follow the day; midnight sharp stands for a time that is not known.
    Reads ISO 8601 and its common variants (slashes, dots, no separators), RFC 2822, and dates written out
    in the languages dateparser knows. A date without day, month or year, or relative to today, is none.
    """
    if not raw:
        return None
    found = _ISO.match(raw) or _COMPACT.match(raw)
    try:
        if found is None:
            return _from_words(raw)
        day = datetime.date(int(found.group(1)), int(found.group(2)), int(found.group(3))).isoformat()
    except ValueError:
        return None
    time, zulu, hours, minutes = (*found.groups()[3:], None, None, None, None)[:4]
    if not time or not time.strip("0:"):
        return day
    offset = zulu or (f"{hours}:{minutes}" if hours else "")
    written = f"{day}T{time}{offset}"
    try:
        datetime.datetime.fromisoformat(written)
    except ValueError:
        return day
    return written


def _from_words(raw: str) -> str | None:
    from dateparser import parse

    if len(raw) > MAX_DATE:
        return None
    settings = {"REQUIRE_PARTS": ["day", "month", "year"], "PARSERS": ["absolute-time"], "RELATIVE_BASE": _EPOCH}
    found = None
    if _ENGLISH_MONTH.search(raw):  # trying two hundred languages takes milliseconds
        found = parse(raw, languages=["en"], settings=settings)
    found = found or parse(raw, settings=settings)
    return found.date().isoformat() if found else None


def date_in(lines: Iterable[str]) -> str | None:
    """The first full date in short lines (byline, date line), as ``iso_date`` gives it."""
    tried = 0
    for line in lines:
        if tried >= MAX_TRIED:
            return None
        if len(line) <= MAX_DATE_LINE and (found := _DATE_IN_LINE.search(line, timeout=1.0)):
            tried += 1
            raw = found.group()
            if chinese := _CHINESE.match(raw):
                raw = "-".join(chinese.groups())
            if date := iso_date(raw):
                return date
    return None


def headline_of(title: str | None, h1s: Iterable[str], site_name: str | None, site: str | None = None) -> str | None:
    """The article's headline as the page shows it: its h1 where that is the article's, else the page's title.

    The h1 that shares most words with the title is taken if it shares some, or if it is the only one and
    long enough to be a headline. A title loses the site's name in front or behind; one that is nothing else
    (or stands in the host name ``site``) is none.
    """
    title = squeeze(unescape(title or ""))
    names = {
        key(site_name or "") if site_name != title else "",
        key(title) if key(title) in key(site or "") else "",
    } - {""}
    if key(title) in names:
        title = ""
    shown = [h1 for h1 in dict.fromkeys(map(squeeze, h1s)) if key(h1) and key(h1) not in names]
    words = set(_WORD.findall(title.casefold()))
    shares = [len(words & set(_WORD.findall(h1.casefold()))) / max(1, len(words)) for h1 in shown]
    best = max(range(len(shown)), key=lambda i: (shares[i], -i), default=None)
    if best is not None and (shares[best] >= H1_SHARE or not title):
        return shown[best]
    if len(shown) == 1 and len(_WORD.findall(shown[0])) >= H1_WORDS:
        return shown[0]
    if not title:
        return None
    parts = _SEPARATOR.split(title)
    if len(parts) < 2:
        return title
    own = key(site_name or "")
    edges = [part for part in (parts[-1], parts[0]) if own and key(part) and key(part) in (own, own + "com")]
    if not edges and len(key(parts[-1])) * 2 < len(key(parts[0])) and len(parts[-1].split()) <= 4:
        edges = [parts[-1]]
    if edges:
        cut = edges[0]
        kept = title[: title.rfind(cut)] if cut == parts[-1] else title[title.find(cut) + len(cut) :]
        kept = regex.sub(r"^\s*[|\-–—•·»›:_｜]*\s+|\s+[|\-–—•·»›:_｜]*\s*$|[|｜_]+$", "", kept)
        if len(key(kept)) >= MIN_HEADLINE // 2:
            return kept
    return title
