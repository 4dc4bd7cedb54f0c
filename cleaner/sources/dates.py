"""The forms in which records keep a date: numbers, compact and extended timestamps, mail headers, weeks.

What they hold becomes ISO 8601; a date that is written for people is left as it is, for whoever reads words.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from email.utils import parsedate_tz
from typing import Any, NamedTuple

import regex

EPOCH_SECONDS = (10**8, 10**10)
"""Numbers read as seconds since 1970: the years 1973 to 2286. Times 10**3, 10**6 and 10**9 they are milli-, micro-
and nanoseconds."""
YEARS = (1900, 2100)
"""Years that a date written as nothing but digits may have."""
MAX_DATE = 100
"""Characters above which a string is none of these forms."""
_NONE = ("", "-", "--", "n/a", "na", "nan", "nat", "nil", "none", "null", "undefined", "unknown", "0", "-1", "0.0")
_NO_DAY = regex.compile(r"(?:0000-00-00|0001-01-01|1970-01-01)(?:[T ]00:00(?::00)?(?:\.0+)?\s?(?:Z|UTC|[+-]00:?00)?)?")
"""What databases and programs write where there is no date."""
_USUAL = regex.compile(r"20\d{2}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2})?)?")
_PLAIN_ISO = regex.compile(r"(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2})?(?:[.,]\d+)?)\s?(?:UTC|GMT)")
_HOURS_OFF = regex.compile(r"(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2})?(?:[.,]\d+)?)\s?([+-]\d{2})")
"""An offset of hours alone: ISO 8601's, and how PostgreSQL writes every time with a zone."""
_DIGITS = regex.compile(r"(-?\d{1,20})(?:\.(\d{1,9}))?")
_SCIENTIFIC = regex.compile(r"\d(?:\.\d{1,18})?[eE]\+?\d{1,2}")
_COMPACT = regex.compile(r"\d{8}[T ]?\d{4}(?:\d{2})?(?:[.,]\d{1,9})?\s?(?:Z|[+-]\d{2}:?\d{2})?")
_WEEK = regex.compile(r"(\d{4})-?W(\d{2})-?([1-7])((?:T.{1,30})?)")
_NO_WEEKDAY = regex.compile(r"\d{4}-?W\d{2}")
_ORDINAL = regex.compile(r"(\d{4})-(\d{3})((?:T.{1,30})?)")
_DOTNET = regex.compile(r"/Date\((-?\d{1,18})([+-]\d{4})?\)/")
_TIME = r"(?P<time>\d{1,2}:\d{2}(?::\d{2})?)(?:\.\d{1,9})?"
_ZONE = r"(?P<zone>(?:GMT|UTC?|Z)?[+-]\d{2}:?\d{2}|[A-Z]{1,5})"
_MONTH = r"(?P<month>[A-Za-z]{3})[a-z]{0,6}\.?"
_MAIL = [
    regex.compile(pattern)
    for pattern in (
        rf"(?:[A-Za-z]{{3,9}},?\s{{1,3}})?(?P<day>\d{{1,2}})[ -]{_MONTH}[ -](?P<year>\d{{4}}|\d{{2}})\s{{1,3}}{_TIME}"
        rf"(?:\s{{0,3}}{_ZONE})?(?:\s{{1,3}}\([^()]{{0,40}}\))?",
        rf"[A-Za-z]{{3,9}},?\s{{1,3}}{_MONTH}\s{{1,3}}(?P<day>\d{{1,2}})\s{{1,3}}(?P<year>\d{{4}})\s{{1,3}}{_TIME}"
        rf"(?:\s{{0,3}}{_ZONE})?(?:\s{{1,3}}\([^()]{{0,40}}\))?",
        rf"[A-Za-z]{{3,9}},?\s{{1,3}}{_MONTH}\s{{1,3}}(?P<day>\d{{1,2}})\s{{1,3}}{_TIME}(?:\s{{1,3}}{_ZONE})?"
        r"\s{1,3}(?P<year>\d{4})",
    )
]
"""RFC 2822 and RFC 850, JavaScript's toString, asctime and Twitter."""
_ORACLE = regex.compile(
    r"(?P<day>\d{1,2})-(?P<month>[A-Za-z]{3})-(?P<year>\d{2}|\d{4})"
    r"(?:\s(?P<hour>\d{1,2})[.:](?P<rest>\d{2}[.:]\d{2})(?:\.\d{1,9})?(?:\s(?P<half>[AP]M))?)?"
)
"""A database's DD-MON-RR, and its times (NLS_DATE_FORMAT, NLS_TIMESTAMP_FORMAT)."""
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class Read(NamedTuple):
    """What was made of a value."""

    date: str | None
    """ISO 8601, or words that another reader may know; None where the value holds no date."""
    understood: bool
    """False if the value is something, but no date that is known here. A placeholder for no date is understood."""


NOTHING = Read(None, True)
_UNKNOWN = Read(None, False)


def read_date(value: Any) -> Read:
    """The date in a record's field, of whatever type the field is."""
    if isinstance(value, str):
        return _of_string(value)
    if value is None or value is False:
        return NOTHING
    if type(value) in (int, float):
        return _of_number(value)
    if isinstance(value, Mapping):
        return _of_object(value)
    if isinstance(value, list):
        return _of_list(value)
    return _UNKNOWN


def _of_string(text: str) -> Read:
    if _USUAL.fullmatch(text):
        return Read(text, True)
    text = text.strip()
    if text.lower() in _NONE or _NO_DAY.fullmatch(text[:MAX_DATE]):
        return NOTHING
    if len(text) > MAX_DATE:
        return Read(text, True)
    if utc := _PLAIN_ISO.fullmatch(text):
        return Read(f"{utc[1]}Z", True)
    if hours := _HOURS_OFF.fullmatch(text):
        return Read(f"{hours[1]}{hours[2]}:00", True)
    if number := _DIGITS.fullmatch(text):
        return _of_digits(int(number[1]), number[2], text)
    if _SCIENTIFIC.fullmatch(text):
        return _of_number(float(text))
    for read in (_compact, _week, _ordinal, _dotnet, _mail, _oracle):
        found = read(text)
        if found is not None:
            return found
    return Read(text, True)


def _of_number(value: float) -> Read:
    if value in (0, -1) or not math.isfinite(value):
        return NOTHING
    if not -(10**19) < value < 10**20:
        return _UNKNOWN
    return _of_digits(int(value), None, str(int(value)))


def _of_digits(number: int, fraction: str | None, text: str) -> Read:
    """Days and times written as digits alone, else a moment since 1970 by its size."""
    if fraction is None or not fraction.strip("0"):
        digits = text.partition(".")[0]
        if len(digits) in (8, 12, 14) and YEARS[0] <= int(digits[:4]) <= YEARS[1]:
            found = _iso(digits if len(digits) == 8 else f"{digits[:8]}T{digits[8:]}")
            if found is not None or len(digits) != 12:
                return Read(found, found is not None)
    low, high = EPOCH_SECONDS
    for scale in (1, 10**3, 10**6, 10**9):
        if low * scale <= number < high * scale:
            return _moment(number // scale)
    return _UNKNOWN


def _moment(seconds: int) -> Read:
    try:
        moment = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(seconds=seconds)
    except OverflowError:
        return _UNKNOWN
    return Read(moment.isoformat(timespec="seconds"), True)


def _iso(text: str) -> str | None:
    """What Python reads of the forms of ISO 8601, in the one that everybody does."""
    try:
        moment = datetime.datetime.fromisoformat(text.replace(",", "."))
    except ValueError:
        return None
    return moment.isoformat(timespec="seconds") if len(text) > 8 else moment.date().isoformat()


def _compact(text: str) -> Read | None:
    if not _COMPACT.fullmatch(text):
        return None
    day, rest = text[:8], text[8:].lstrip("T ").replace(" ", "")
    found = _iso(f"{day}T{rest}")
    return Read(found, found is not None)


def _week(text: str) -> Read | None:
    match = _WEEK.fullmatch(text)
    if match is None:
        return _UNKNOWN if _NO_WEEKDAY.fullmatch(text) else None
    try:
        day = datetime.date.fromisocalendar(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return _UNKNOWN
    return Read(day.isoformat() + match[4], True)


def _ordinal(text: str) -> Read | None:
    match = _ORDINAL.fullmatch(text)
    if match is None:
        return None
    try:
        day = datetime.date(int(match[1]), 1, 1) + datetime.timedelta(days=int(match[2]) - 1)
    except (ValueError, OverflowError):
        return _UNKNOWN
    return Read(day.isoformat() + match[3], True) if day.year == int(match[1]) else _UNKNOWN


def _dotnet(text: str) -> Read | None:
    match = _DOTNET.fullmatch(text)
    return _moment(int(match[1]) // 1000) if match else None


def _mail(text: str) -> Read | None:
    match = next(filter(None, (pattern.fullmatch(text) for pattern in _MAIL)), None)
    if match is None or match["month"].lower() not in _MONTHS:
        return None
    year = _year(match["year"])
    hour, _, rest = match["time"].partition(":")
    month = _MONTHS.index(match["month"].lower()) + 1
    found = _iso(f"{year}-{month:02}-{int(match['day']):02}T{int(hour):02}:{rest}{_offset(match['zone'])}")
    return Read(found, found is not None)


def _oracle(text: str) -> Read | None:
    match = _ORACLE.fullmatch(text)
    if match is None or match["month"].lower() not in _MONTHS:
        return None
    day = f"{_year(match['year'])}-{_MONTHS.index(match['month'].lower()) + 1:02}-{int(match['day']):02}"
    if match["hour"]:
        hour = int(match["hour"])
        if match["half"]:
            hour = hour % 12 + 12 * (match["half"] == "PM")
        day += f"T{hour:02}:{match['rest'].replace('.', ':')}"
    found = _iso(day)
    return Read(found[: None if match["hour"] else 10] if found else None, found is not None)


def _year(digits: str) -> int:
    """Of two digits as POSIX has it."""
    year = int(digits)
    if len(digits) == 2:
        year += 1900 if year > 68 else 2000
    return year


def _offset(zone: str | None) -> str:
    """An offset from UTC as ISO 8601 writes it; empty for a zone that mail does not know."""
    if not zone:
        return ""
    if zone[-1].isdigit():
        signed = zone[max(zone.rfind("+"), zone.rfind("-")) :]
        return f"{signed[:3]}:{signed[-2:]}"
    if zone in ("Z", "UT", "UTC", "GMT"):
        return "Z"
    parsed = parsedate_tz(f"1 Jan 2000 00:00 {zone}")
    minutes = ((parsed[-1] if parsed else None) or 0) // 60  # of zones it does not know it says 0
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}" if minutes else ""


def _of_object(value: Mapping[str, Any]) -> Read:
    """Extended JSON (https://www.mongodb.com/docs/manual/reference/mongodb-extended-json/), Firestore's times."""
    if "$date" in value:
        inner = plain_number(value["$date"])
        if type(inner) in (int, float) and math.isfinite(inner) and abs(inner) < 10**15:
            return _moment(int(inner // 1000)) if inner else NOTHING
        return read_date(inner) if isinstance(inner, str) else _UNKNOWN
    number = plain_number(dict(value))
    if not isinstance(number, dict):
        return read_date(number)
    for name in ("_seconds", "seconds"):
        if type(value.get(name)) is int and abs(value[name]) < 10**11:
            return _moment(value[name])
    return _UNKNOWN


def _of_list(value: list[Any]) -> Read:
    """A list of one date, or the numbers of one: year, month, day, hour, minute, second ..."""
    if not value:
        return NOTHING
    if len(value) == 1:
        return _UNKNOWN if isinstance(value[0], list) else read_date(value[0])
    if not (3 <= len(value) <= 9 and all(type(part) is int for part in value)):
        return _UNKNOWN
    try:
        if len(value) == 3:
            return Read(datetime.date(*value).isoformat(), True)
        return Read(datetime.datetime(*value[:6]).isoformat(timespec="seconds"), True)
    except (ValueError, OverflowError):
        return _UNKNOWN


def plain_number(value: Any) -> Any:
    """The number, or what MongoDB wraps as one: ``{"$numberLong": "5"}`` is 5. Else ``value``."""
    if isinstance(value, dict) and len(value) == 1:
        name, inner = next(iter(value.items()))
        if name in ("$numberLong", "$numberInt", "$numberDouble", "$numberDecimal") and len(str(inner)) <= 40:
            try:
                return float(inner) if "." in str(inner) else int(inner)
            except (TypeError, ValueError, OverflowError):
                return value
    return value
