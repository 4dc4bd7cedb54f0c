"""Calendars that count years otherwise, and names of their months: Buddhist and Persian days as Gregorian ones."""

from __future__ import annotations

import datetime

import regex

BUDDHIST = (2400, 2700, 543)
"""Years that are counted from the Buddha's death, and how far they are ahead (Thailand, Laos, Cambodia)."""
PERSIAN = (1300, 1500)
"""Years that are counted from the Hijra by the sun (Iran, Afghanistan)."""
PERSIAN_MONTHS = "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند".split()
_THAI_MONTHS = dict(
    zip(
        "ม.ค. ก.พ. มี.ค. เม.ย. พ.ค. มิ.ย. ก.ค. ส.ค. ก.ย. ต.ค. พ.ย. ธ.ค.".split(),
        "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม".split(),
        strict=True,
    )
)
"""Short names of months, which dateparser takes for each other."""
_THAI_MONTH = regex.compile(r"\p{Thai}{1,3}+\.\s?\p{Thai}\.?")


def day_of(year: int, month: int, day: int, lang: str | None) -> str | None:
    """A Gregorian day of one that may be counted in Buddhist or Persian years; None if there is none such."""
    language = (lang or "")[:2]
    try:
        if BUDDHIST[0] <= year < BUDDHIST[1]:
            return datetime.date(year - BUDDHIST[2], month, day).isoformat()
        if language in ("fa", "ps") and PERSIAN[0] <= year < PERSIAN[1]:
            return of_persian(year, month, day)
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return None


def of_persian(year: int, month: int, day: int) -> str:
    """The Gregorian day of one of the Persian calendar, 1300 to 1499. Raises ValueError for a day that is not there.

    Leap years follow the 33-year cycle, which agrees with the equinoxes in these years (Borkowski, The Persian calendar
    for 3000 years, 1996).
    """

    def is_leap(of: int) -> bool:
        return (of * 8 + 29) % 33 < 8

    months = [31] * 6 + [30] * 5 + [30 if is_leap(year) else 29]
    if not 1 <= month <= 12 or not 1 <= day <= months[month - 1]:
        raise ValueError("no such day")
    days = sum(months[: month - 1]) + day - 1
    known = 1400  # its first day is 21 March 2021
    days += sum(365 + is_leap(of) for of in range(known, year)) - sum(365 + is_leap(of) for of in range(year, known))
    return (datetime.date(2021, 3, 21) + datetime.timedelta(days=days)).isoformat()


def long_thai_months(text: str) -> str:
    """``text`` with the names of Thai months written out."""
    return _THAI_MONTH.sub(_long_name, text)


def _long_name(found: regex.Match[str]) -> str:
    short = "".join(found.group().split()).rstrip(".") + "."
    return _THAI_MONTHS.get(short, found.group())
