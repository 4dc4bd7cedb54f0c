"""Dates that were written for people, to ISO 8601: words, digits and calendars of many languages.

Nothing is guessed. ``04.03.2026`` is the fourth of March, for dots stand in no order but the day's first; with
slashes or dashes the order is that of the language and the country, and where these leave it open there is no date.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from itertools import islice

import regex

from cleaner.records import Page
from cleaner.strip.metadata import dates_in_words
from cleaner.strip.metadata.calendars import BUDDHIST, PERSIAN, PERSIAN_MONTHS, day_of, long_thai_months
from cleaner.strip.metadata.day_order import NUMERIC, SLASHED, ascii_digits, order_of, seen_in

MAX_DATE = 80
"""Characters above which a text is no date."""
EARLIEST = 1500
"""Year before which nothing that is on the web was published."""
AHEAD = 1
"""Days by which a date may lie ahead of the machine's clock: elsewhere on earth it is tomorrow already."""
NO_DATES = frozenset(("1970-01-01", "1900-01-01", "1899-12-30", "1899-12-31", "1601-01-01", "1904-01-01"))
"""What programs write where they have no date: the first days of their calendars."""
MAX_OPEN = 4
"""Dates of a page that are remembered as open."""
MAX_IN_LINE = 3
"""Dates of a line that are read."""
MAX_DATE_LINE = 120
"""Characters of a line that may hold the article's date."""
_MAY_BE_DATE = regex.compile(r"\d[./-]\d|\d{4}|[年년]")
_ISO = regex.compile(
    r"^\s*(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)"
    r"(?:[T ]{1,2}(\d{1,2}:\d{2}(?::\d{2})?)(?:[.,]\d+)?\s?(?:(Z|UTC|GMT)(?![+-])|(?:GMT|UTC)?([+-]\d{2}):?(\d{2}))?)?"
)
_COMPACT = regex.compile(r"^\s*(\d{4})(\d{2})(\d{2})\s*$")
_YEAR_FIRST = regex.compile(r"(?<!\d)(\d{4})\s?[./-]\s?(\d{1,2})\s?[./-]\s?(\d{1,2})(?!\d)")
_EAST = regex.compile(r"(\d{1,4}|元)\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})")
_VIETNAMESE = regex.compile(r"(\d{1,2})\s+tháng\s+(\d{1,2})\s*+(?:,|năm|/)?\s*+(\d{4})", regex.IGNORECASE)
_DAY_NUMBER = regex.compile(r"(?<![\d:])\d{1,2}(?![\d:])")
_JAPANESE_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925}
_TIME = regex.compile(
    r"(?<![\d:])(\d{1,2})(?:(?:[:.]|\s?[hH]\s?|時|시\s?|点)(\d{2})(?!\d))?(?::(\d{2}))?\s?([ap])\.?m\b\.?"
    r"|(?<![\d:.])(\d{1,2})(?:[:h]|\s?[hH]\s?|(?<=\d)\.(?=\d\d\s?(?:uhr|klo|น))|(?<=\bk(?:lo|l\.?) \d{1,2})\.)(\d{2})"
    r"(?::(\d{2}))?(?![\d:])",
    regex.IGNORECASE,
)
_ZONE = regex.compile(r"\s?(?:(Z|GMT|UTC)(?!\w|[+-])|(?:GMT|UTC)?([+-])(\d{1,2})(?::?(\d{2}))?(?!\d))")
_LETTER = regex.compile(r"\p{L}{3}|\p{L}\p{M}|\p{L}\.")
_YEAR = regex.compile(r"(?<!\d)\d{4}(?!\d)")
_OF = r"(?:de\s|of\s|del\s|di\s|d[’'])?"
_WORD = r"[\p{L}\p{M}.]{2,16}+"
_GLUED = r"(?-i:(?<=\p{Ll})(?=\p{Lu}))"
"""Where a name is glued to a month."""
IN_LINE = regex.compile(
    rf"{_YEAR_FIRST.pattern}|{NUMERIC.pattern}"
    rf"|(?<![\d.,:/-])\d{{1,2}}(?:st|nd|rd|th|er|º|ª|\.)?\s{_OF}{_WORD},?\s?{_OF}\d{{4}}(?!\d)"
    rf"|(?:(?<!\p{{L}})|{_GLUED})\p{{L}}(?:(?!{_GLUED})[\p{{L}}\p{{M}}.]){{2,15}}\s\d{{1,2}}(?:st|nd|rd|th)?,?\s\d{{4}}(?!\d)"
    rf"|(?<![\d.,:/-])\d{{4}}(?:\.\sgada|\sжыл\p{{L}}{{2,4}})\s\d{{1,2}}\.?\s{_WORD}"
    rf"|(?<![\d.,:/-])\d{{4}}(?:\.|\sm\.|e?ko)\s{_WORD}\s\d{{1,2}}(?!\d)"
    rf"|(?:{'|'.join(_JAPANESE_ERAS)})?{_EAST.pattern}|{_VIETNAMESE.pattern}",
    regex.IGNORECASE,
)
"""A full date somewhere in a line, as far as its shape tells; digits are those of ASCII."""


def iso_date(raw: str | None, lang: str | None = None, day_first: bool | None = None) -> str | None:
    """A date as ``YYYY-MM-DD``, with time of day and offset from UTC when the source gives them; None if it is none.

    ``THH:MM[:SS]`` and ``Z`` or ``+HH:MM`` follow the day; midnight sharp stands for a time that is not known. Reads
    ISO 8601 and its common variants (slashes, dots, no separators), digits in either order and dates written out,
    in Gregorian, Buddhist and Persian years and any script's digits. ``lang`` is the language of the text, if need
    be with its region (``en-GB``); ``day_first`` says the order of digits where something surer than it is known.

    None are: dates without day, month or year, or relative to today; the first days of programs' calendars; days
    that are not yet; digits whose order is open.
    """
    return _iso_date(raw, (lang or "").lower() or None, day_first, datetime.date.today()) if raw else None


@lru_cache(maxsize=4_096)
def _iso_date(raw: str, lang: str | None, day_first: bool | None, today: datetime.date) -> str | None:
    text = ascii_digits(raw).strip()
    if len(text) > MAX_DATE:
        return None
    written = _of_digits(text, lang, day_first) or _of_words(text, lang)
    if written is None or not _is_day(written[:10], today):
        return None
    return written


class Reader:
    """``iso_date`` for the dates of one page, of this language and host, whose lines are ``others``."""

    def __init__(self, lang: str | None, host: str | None, others: Iterable[str] = ()) -> None:
        self._lang = lang
        self.seen = seen_in(others)
        """Whether the page's own dates have the day first, where that shows."""
        self._day_first = self.seen if self.seen is not None else order_of(lang, host)
        self.open: list[str] = []
        """The first dates of which day and month could not be told apart."""

    def __call__(self, raw: str | None) -> str | None:
        """The date in a text, None if it is none."""
        found = iso_date(raw, self._lang, self._day_first)
        may_be_open = found is None and raw and self._day_first is None and len(self.open) < MAX_OPEN
        if may_be_open and raw and SLASHED.search(raw) and all(self.both(raw)):
            self.open.append(raw)
        return found

    def both(self, raw: str) -> tuple[str | None, str | None]:
        """The date with the day first, and with the month first."""
        return iso_date(raw, self._lang, True), iso_date(raw, self._lang, False)

    def ways(self) -> tuple[Callable[[str | None], str | None], Callable[[str | None], str | None]]:
        """The same for a page that has the day first, and for one that has the month first."""
        return partial(iso_date, lang=self._lang, day_first=True), partial(iso_date, lang=self._lang, day_first=False)

    def shown_by(self, date: str) -> bool | None:
        """The order in which what was open is the ``date`` that is known by other means; None if in neither."""
        for first, second in map(self.both, self.open):
            if first and second and first[:10] != second[:10] and date[:10] in (first[:10], second[:10]):
                return first[:10] == date[:10]
        return None


def not_understood(page: Page, understood: bool) -> dict[str, str]:
    """What was not understood of a record, its date included unless that was ``understood``."""
    if understood or not page.date:
        return page.not_understood
    return {"date": page.date[:MAX_DATE], **page.not_understood}


def find(line: str, read: Callable[[str | None], str | None] = iso_date) -> str | None:
    """The first full date in a line of which ``read`` makes one, with the time of day that stands by it."""
    text = ascii_digits(line)
    match = IN_LINE.search(text, timeout=1.0)
    return _of_match(match, text, read) if match is not None else None


def find_all(line: str, read: Callable[[str | None], str | None] = iso_date) -> list[tuple[str, str, str | None]]:
    """The first full dates in a line, each with the text before it and, of the last one, the text after it."""
    text = ascii_digits(line)
    matches = list(islice(IN_LINE.finditer(text, timeout=1.0), MAX_IN_LINE))
    found: list[tuple[str, str, str | None]] = []
    start = 0
    for match in matches:
        if date := _of_match(match, text, read):
            found.append((text[start : match.start()], date, text[match.end() :] if match is matches[-1] else None))
        start = match.end()
    return found


def _of_match(match: regex.Match[str], text: str, read: Callable[[str | None], str | None]) -> str | None:
    found = read(match.group())
    if found is None or len(found) > 10:
        return found
    return _with_time(found, text[match.end() : match.end() + 30])


def is_in(line: str, lang: str | None = None) -> bool:
    """Whether a line holds a full date, of whatever year and order."""
    text = ascii_digits(line)
    match = IN_LINE.search(text, timeout=1.0)
    if match is None:
        return False
    return _of_digits(match.group(), lang, True) is not None or _of_words(match.group(), lang) is not None


def may_hold_date(line: str) -> bool:
    """Whether a line is short enough for a date line and has the digits of a date."""
    return len(line) <= MAX_DATE_LINE and _MAY_BE_DATE.search(line) is not None


def has_date(line: str) -> bool:
    """Whether a short line holds a full date."""
    return may_hold_date(line) and is_in(line)


def _is_day(day: str, today: datetime.date) -> bool:
    if day in NO_DATES or int(day[:4]) < EARLIEST:
        return False
    return datetime.date.fromisoformat(day) <= today + datetime.timedelta(days=AHEAD)


def _of_digits(text: str, lang: str | None, day_first: bool | None) -> str | None:
    """The date in a text that says month and year by digits, with its time."""
    if found := _ISO.match(text) or _COMPACT.match(text):
        return _of_iso(found, lang)
    if found := _EAST.search(text):
        era = next((start for name, start in _JAPANESE_ERAS.items() if text[: found.start()].endswith(name)), 0)
        year = 1 if found[1] == "元" else int(found[1])
        day = day_of(era + year, int(found[2]), int(found[3]), lang)
    elif found := _VIETNAMESE.search(text):
        day = day_of(int(found[3]), int(found[2]), int(found[1]), lang)
    elif found := NUMERIC.search(text):
        day = _of_order(found, lang, day_first)
    elif found := _YEAR_FIRST.search(text):
        day = day_of(int(found[1]), int(found[2]), int(found[3]), lang)
    else:
        return None
    return day and _with_time(day, text[found.end() :])


def _of_iso(found: regex.Match[str], lang: str | None) -> str | None:
    day = day_of(int(found[1]), int(found[2]), int(found[3]), lang)
    time, zulu, hours, minutes = (*found.groups()[3:], None, None, None, None)[:4]
    if day is None or not time or not time.strip("0:"):
        return day
    half = _TIME.match(found.string[found.start(4) :])
    if half is not None and half[4]:
        return _with_time(day, found.string[found.start(4) :])
    offset = "Z" if zulu else (f"{hours}:{minutes}" if hours else "")
    return _checked(day, f"{time:0>5}" if time.count(":") == 1 else f"{time:0>8}", offset)


def _checked(day: str, time: str, offset: str) -> str:
    written = f"{day}T{time}{offset}"
    try:
        datetime.datetime.fromisoformat(written)
    except ValueError:
        return day
    return written


def _of_order(found: regex.Match[str], lang: str | None, day_first: bool | None) -> str | None:
    """The day of three numbers of which the last is the year."""
    first, second = int(found[1]), int(found[3])
    year = int(found[4])
    if len(found[4]) == 2:
        if "." not in found["by"]:
            return None  # the year may come first too
        year += 2000 if year < 70 else 1900
    if "." in found["by"]:
        day_first = True
    elif day_first is None:
        day_first = order_of(lang)
    if first > 12 >= second:
        day_first = True
    elif second > 12 >= first:
        day_first = False
    elif first == second:
        day_first = True
    if day_first is None:
        return None
    day, month = (first, second) if day_first else (second, first)
    return day_of(year, month, day, lang)


def _of_words(text: str, lang: str | None) -> str | None:
    """The date in a text that names the month, with its time."""
    year = _YEAR.search(text)
    if year is None or not _DAY_NUMBER.search(text) or not _LETTER.search(text):
        return None
    for at, name in enumerate(PERSIAN_MONTHS):
        if name in text and PERSIAN[0] <= int(year.group()) < PERSIAN[1]:
            day = regex.search(r"(?<!\d)\d{1,2}(?!\d)", text)
            return day_of(int(year.group()), at + 1, int(day.group()), "fa") if day else None
    if BUDDHIST[0] <= int(year.group()) < BUDDHIST[1]:
        text = f"{text[: year.start()]}{int(year.group()) - BUDDHIST[2]}{text[year.end() :]}"
        text = regex.sub(r"พ\.?\s?ศ\.?|ค\.?\s?ศ\.?", " ", text)
    text = long_thai_months(text)
    match = IN_LINE.search(text, timeout=1.0)
    day, rest = (match.group(), text[match.end() :]) if match else (text, "")
    found = dates_in_words.named_day(day, lang)
    if found is None and match is None:
        return None
    return found and _with_time(found, rest)


def _with_time(day: str, rest: str) -> str:
    """``day`` with the time of day that ``rest`` begins with, give or take a word."""
    found = _TIME.search(rest[:30])
    if found is None:
        return day
    half = (found[4] or "").lower()
    parts = (found[1] or found[5], found[2] or found[6], found[3] or found[7])
    hour, minute, second = (int(part or 0) for part in parts)
    if half:
        if not 1 <= hour <= 12:
            return day
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59 or second > 59 or not (hour or minute or second):
        return day
    zone = _ZONE.match(rest, found.end())
    offset = ""
    if zone is not None:
        offset = "Z" if zone[1] else f"{zone[2]}{int(zone[3]):02}:{zone[4] or '00'}"
    time = f"{hour:02}:{minute:02}" + (f":{second:02}" if parts[2] else "")
    return _checked(day, time, offset)
