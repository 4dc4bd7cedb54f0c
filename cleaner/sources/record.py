"""A mapping (a JSON object, a Parquet row) to a page."""

from __future__ import annotations

import hashlib
import math
import reprlib
from collections.abc import Mapping
from typing import Any

import regex

from cleaner.records import Page, Rejected
from cleaner.settings import Fields
from cleaner.sources.dates import plain_number, read_date

SURROGATE = regex.compile("[\ud800-\udfff]")
_shortened = reprlib.Repr()
_shortened.maxstring = _shortened.maxother = _shortened.maxlong = 60

_NAMES, _NAME_LENGTH = 12, 40
"""Columns that a rejection names, and characters of each."""


def page_of(record: dict[str, Any], origin: str, fields: Fields) -> Page | Rejected:
    """The page in ``record``, which is changed: known fields are taken out, the rest becomes ``extra``.

    HTML wins if a record has both HTML and text; the text is then ignored. A list of strings as HTML or text is
    its lines. A record without an id gets one from its content, so that it stays the same when the file is moved
    or sorted. A date may have any form that ``dates`` knows. Odd metadata costs no record: a number as id, URL,
    title or language becomes a string, a list of one value that value; what is of another type is left out and
    told in ``not_understood``.

    Rejected are ``bad-field`` (HTML or text of a wrong type), ``no-text`` (neither HTML nor text) and
    ``empty`` (they hold white space only).
    """
    names = [(part, getattr(fields, part)) for part in fields.__dataclass_fields__]
    given = {part: record[name] if name in record else value_of(record, name) for part, name in names}
    for part, name in names:
        if given[part] is not None or name in record:
            _remove(record, name)
    odd: dict[str, str] = {}
    known = {part: _string(given[part], part, odd) for part in ("id", "url", "title", "lang")}
    name = known["id"] if known["id"] and known["id"].strip() else None
    date = read_date(given["date"])
    if not date.understood:
        odd["date"] = shown(given["date"])
    html, text = _lines(given["html"]), _lines(given["text"])
    for part, value in (("html", html), ("text", text)):
        if value is not None and not isinstance(value, str):
            detail = f"{getattr(fields, part)} is not a string but {type(value).__name__}"
            return Rejected(origin, "bad-field", detail, name)
    if not (html or "").strip() and not (text or "").strip():
        if html is None and text is None:
            there = [getattr(fields, part) for part, value in given.items() if value is not None]
            return Rejected(origin, "no-text", _missing(fields, [*there, *record]), name)
        return Rejected(origin, "empty", "white space only", name)
    is_html = bool((html or "").strip())
    content = html if is_html else text
    return Page(
        id=name or content_id(known["url"], known["title"], content or ""),
        origin=origin,
        url=known["url"],
        html=content if is_html else None,
        text=None if is_html else content,
        title=known["title"],
        date=date.date,
        lang=known["lang"],
        extra=record,
        not_understood=odd,
    )


def _missing(fields: Fields, found: list[str]) -> str:
    """Which columns a record lacks, those that were named for it if any were, and which it has."""
    named = [f"`{name}`" for name in (fields.html, fields.text) if name not in (Fields().html, Fields().text)]
    lacks = f"no {' and no '.join(named)}" if named else f"neither {fields.html} nor {fields.text}"
    if not found:
        return lacks
    shown = ", ".join(name[:_NAME_LENGTH] for name in found[:_NAMES])
    return f"{lacks}; found: {shown}{' ...' if len(found) > _NAMES else ''}"


def add_partition(page: Page, partition: Mapping[str, str], fields: Fields) -> None:
    """Give a page the fields that the folders of its file name, where its record has none of that name."""
    own = {fields.url: "url", fields.title: "title", fields.lang: "lang", fields.date: "date"}
    for name, value in partition.items():
        part = own.get(name)
        if part is None:
            if name not in (fields.id, fields.html, fields.text):
                page.extra.setdefault(name, value)
        elif getattr(page, part) is None:
            setattr(page, part, read_date(value).date if part == "date" else value)


def value_of(record: Mapping[str, Any], name: str) -> Any:
    """The value of a field: that of the key ``name``, else what stands at the end of a path (``data.text``)."""
    if name in record:
        return record[name]
    if "." not in name:
        return None
    holder, last = _holder(record, name)
    return None if holder is None else holder[last]


def set_value(record: dict[str, Any], name: str, value: Any) -> None:
    """Replace the value that ``value_of`` finds."""
    holder, last = (record, name) if name in record else _holder(record, name)
    if holder is not None:
        holder[last] = value


def _holder(record: Mapping[str, Any], name: str) -> tuple[Any, str]:
    """The object that holds the end of a path, and the key there; None if there is none."""
    *steps, last = name.removeprefix("$.").split(".")
    place: Any = record
    for step in steps:
        place = place.get(step) if isinstance(place, dict) else None
    return (place, last) if isinstance(place, dict) and last in place else (None, last)


def _remove(record: dict[str, Any], name: str) -> None:
    if name in record:
        del record[name]
        return
    holder, last = _holder(record, name)
    if holder is not None:
        del holder[last]


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


def shown(value: Any) -> str:
    """A value as an example in the report: short, and made in little time of whatever it is."""
    return value[:60] if isinstance(value, str) else _shortened.repr(value)


def _string(value: Any, part: str, odd: dict[str, str]) -> str | None:
    """A part of the metadata as a string; what cannot be one is put down in ``odd``."""
    if value is None or type(value) is str:
        return value
    plain = value[0] if isinstance(value, list) and len(value) == 1 else value
    if isinstance(plain, dict):
        plain = plain["$oid"] if len(plain) == 1 and "$oid" in plain else plain_number(plain)
    if isinstance(plain, str):
        return plain
    if type(plain) is float:
        if not math.isfinite(plain):
            return None
        # Tables turn whole numbers into floats where one of the column is missing.
        return str(int(plain) if plain.is_integer() else plain)
    if type(plain) is int:
        return str(plain)
    if plain is not None and plain not in ([], {}):
        odd[part] = shown(value)
    return None


def _lines(value: Any) -> Any:
    """A list of strings as one string of lines; else ``value``."""
    if isinstance(value, list) and value and all(item is None or isinstance(item, str) for item in value):
        return "\n".join(item for item in value if item)
    return value
