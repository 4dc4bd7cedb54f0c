"""The body as the page's JSON-LD gives it (``articleBody``), and which blocks stand in it.

A third of news pages carry it, whole, in part or with boilerplate of its own: so it is no answer, but a feature.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape
from json.decoder import scanstring  # type: ignore[attr-defined]

import numpy as np

from cleaner.strip.features.sequence_features import Floats, totals

_MARK = '"articleBody"'
_VALUE = re.compile(r'\s{0,20}:\s{0,20}"')
_TAG = re.compile(r"<[a-zA-Z/!][^<>]{0,2000}>")
MAX_CHARS = 200_000
"""Characters of it that are read."""
MAX_MARKS = 20
"""Times that it is looked for: lists of articles have it for each."""
MIN_CHARS = 150
"""Characters from which it is a body."""
START_CHARS = 40
"""Characters by which a block is found in it when its lines are cut otherwise."""
MAX_WORK = 100_000_000
"""Characters that are looked through for such blocks, in all."""
REACH = 5
"""Blocks to either side over which those in it are counted."""
NONE = -1.0
"""What every column says of a page without it."""
COLUMNS = 5


def text_of(html: str) -> str:
    """The longest ``articleBody`` of a page as plain text on one line, "" where there is none."""
    found = ""
    at = html.find(_MARK)
    for _ in range(MAX_MARKS):
        if at < 0:
            break
        value = _VALUE.match(html, at + len(_MARK))
        if value is not None:
            text = _string(html, value.end())
            found = text if len(text) > len(found) else found
        at = html.find(_MARK, at + len(_MARK))
    if "<" in found or "&" in found:
        found = unescape(_TAG.sub(" ", unescape(found)))
    found = " ".join(found.split())
    return found if len(found) >= MIN_CHARS else ""


def _string(html: str, start: int) -> str:
    """The JSON string that begins here; "" where it has no end or is damaged."""
    try:
        return str(scanstring(html[start : start + MAX_CHARS], 0, False)[0])
    except ValueError:
        return ""


def columns(html: str, texts: Sequence[str], units: Floats) -> Floats:
    """For each block whether it stands in the declared body, its surroundings, and how far body and page agree."""
    number = len(texts)
    body = text_of(html)
    if not body:
        return np.full((number, COLUMNS), NONE)
    held = np.zeros(number)
    left = MAX_WORK
    for i, text in enumerate(texts):
        if left <= 0:
            break
        left -= len(body)
        if len(text) < START_CHARS or text[:START_CHARS] in body:  # of a long one the start is soonest looked for
            held[i] = 1.0 if text in body else 0.8 if len(text) >= START_CHARS else 0.0
        elif text[-START_CHARS:] in body:
            held[i] = 0.8
    chars = np.fromiter(map(len, texts), np.float64, number)
    at = np.arange(number)
    words, inside = totals(units + 1), totals(held * (units + 1))
    start, stop = np.maximum(0, at - REACH), np.minimum(number, at + REACH + 1)
    long = np.flatnonzero((held > 0) & (chars >= START_CHARS))
    first, last = (long[0], long[-1]) if len(long) else (number, -1)
    return np.column_stack(
        [
            held,
            (inside[stop] - inside[start]) / (words[stop] - words[start]),
            (at >= first) & (at <= last),
            np.full(number, min(2.0, float(held @ chars) / len(body))),
            np.full(number, inside[-1] / words[-1]),
        ]
    )


def is_single(html: str) -> bool:
    """Whether a page has one such body: live blogs have one for each entry."""
    return html.count(_MARK) == 1
