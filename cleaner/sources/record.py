"""A mapping (a JSON object, a Parquet row) to a page."""

from __future__ import annotations

import datetime
import hashlib
import math
from typing import Any

import regex

from cleaner.records import Page, Rejected
from cleaner.settings import Fields

SURROGATE = regex.compile("[\ud800-\udfff]")
EPOCH_SECONDS = (10**8, 10**10)
"""Numbers read as seconds since 1970: the years 1973 to 2286. A thousand times that is milliseconds."""

_NAMES, _NAME_LENGTH = 12, 40
"""Columns that a rejection names, and characters of each."""


def page_of(record: dict[str, Any], origin: str, fields: Fields) -> Page | Rejected:
    """The page in ``record``, which is changed: known fields are taken out, the rest becomes ``extra``.

    HTML wins if a record has both HTML and text; the text is then ignored. A record without an id gets
    one from its content, so that it stays the same when the file is moved or sorted. A number as date is
    read as a day (20260302) or as seconds or milliseconds since 1970. Odd metadata costs no record: a
    number as URL, title or language becomes a string, and what is of another type is left out.

    Rejected are ``bad-field`` (id, HTML or text of a wrong type), ``no-text`` (neither HTML nor text) and
    ``empty`` (they hold white space only).
    """
    taken = {
        "id": record.pop(fields.id, None),
        "url": _string(record.pop(fields.url, None)),
        "html": record.pop(fields.html, None),
        "text": record.pop(fields.text, None),
        "title": _string(record.pop(fields.title, None)),
        "date": _date(record.pop(fields.date, None)),
        "lang": _string(record.pop(fields.lang, None)),
    }
    if type(taken["id"]) is int:
        taken["id"] = str(taken["id"])
    wrong = [name for name, value in taken.items() if value is not None and not isinstance(value, str)]
    given_id = taken["id"] if isinstance(taken["id"], str) and taken["id"].strip() else None
    if wrong:
        detail = f"{getattr(fields, wrong[0])} is not a string but {type(taken[wrong[0]]).__name__}"
        return Rejected(origin, "bad-field", detail, given_id)
    html, text = taken["html"] or "", taken["text"] or ""
    if not html.strip() and not text.strip():
        if taken["html"] is None and taken["text"] is None:
            there = [getattr(fields, name) for name, value in taken.items() if value is not None]
            return Rejected(origin, "no-text", _missing(fields, [*there, *record]), given_id)
        return Rejected(origin, "empty", "white space only", given_id)
    is_html = bool(html.strip())
    return Page(
        id=given_id or content_id(taken["url"], taken["title"], html if is_html else text),
        origin=origin,
        url=taken["url"],
        html=html if is_html else None,
        text=None if is_html else text,
        title=taken["title"],
        date=taken["date"],
        lang=taken["lang"],
        extra=record,
    )


def _missing(fields: Fields, found: list[str]) -> str:
    """Which columns a record lacks, those that were named for it if any were, and which it has."""
    named = [f"`{name}`" for name in (fields.html, fields.text) if name not in (Fields().html, Fields().text)]
    lacks = f"no {' and no '.join(named)}" if named else f"neither {fields.html} nor {fields.text}"
    if not found:
        return lacks
    shown = ", ".join(name[:_NAME_LENGTH] for name in found[:_NAMES])
    return f"{lacks}; found: {shown}{' ...' if len(found) > _NAMES else ''}"


def content_id(url: str | None, title: str | None, content: str) -> str:
    """``sha-`` and 16 hexadecimal digits of a BLAKE2b hash of URL, title and content."""
    whole = "\0".join((url or "", title or "", content))
    return "sha-" + hashlib.blake2b(whole.encode(), digest_size=8).hexdigest()


def printable(value: Any) -> Any:
    """``value`` with NUL characters taken out and lone surrogates replaced, in nested values and keys too."""
    if isinstance(value, str):
        return SURROGATE.sub("\N{REPLACEMENT CHARACTER}", value.replace("\0", ""))
    if isinstance(value, list):
        return [printable(item) for item in value]
    if isinstance(value, dict):
        return {printable(key): printable(item) for key, item in value.items()}
    return value


def _string(value: Any) -> str | None:
    if type(value) is int or (type(value) is float and math.isfinite(value)):
        return str(value)
    return value if isinstance(value, str) else None


def _date(value: Any) -> str | None:
    if type(value) not in (int, float):
        return value if isinstance(value, str) else None
    if 10**7 <= value < 10**8:
        return _compact_date(int(value))
    low, high = EPOCH_SECONDS
    seconds = value / 1000 if low * 1000 <= value < high * 1000 else value
    if not low <= seconds < high:
        return None
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).isoformat(timespec="seconds")


def _compact_date(number: int) -> str | None:
    try:
        return datetime.date(number // 10_000, number // 100 % 100, number % 100).isoformat()
    except ValueError:
        return None
