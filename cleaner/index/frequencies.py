"""Document frequencies of all reports that stand, looked up in the packed portions of the segments.

A batch counts the terms of all its portions. A run of one day asks for its own terms only, and leaves out the rows of
reports that stand no more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial

import numpy as np

from cleaner.collapse.checkpoints import Arrays
from cleaner.collapse.event.document import KINDS
from cleaner.collapse.event.document_frequencies import Floats, Frequencies, counted_languages
from cleaner.collapse.event.packed_bags import Hashes, languages_of, records_of
from cleaner.collapse.event.packed_rows import entries
from cleaner.collapse.ragged import Places, ranges
from cleaner.index.store import Store

_Portion = tuple[Arrays, Places]
"""Packed reports, and which rows of them stand no more."""


def corpus(store: Store) -> dict[str, Frequencies]:
    """By kind of bag, a function that counts terms among the reports that stand."""
    portions = [(packed, np.flatnonzero(~store.alive("report", numbers))) for numbers, packed in store.packed()]
    reports: Counter[str] = Counter()
    for packed, dead in portions:
        language = records_of(packed)["language"]
        reports.update(counted_languages(languages_of(packed), language))
        reports.subtract(counted_languages(languages_of(packed), language[dead]))
    sizes = {code: number for code, number in sorted(reports.items()) if number}
    return {kind: partial(_count, portions, kind, sizes) for kind in KINDS}


def _count(
    portions: Sequence[_Portion], kind: str, reports: dict[str, int], terms: Hashes
) -> tuple[list[Floats], list[int]]:
    """``terms`` ascend."""
    place = {code: k for k, code in enumerate(reports)}
    found = np.zeros((len(reports) + 1, len(terms)))  # the last row is of languages that have dead reports only
    for packed, dead in portions if len(terms) else ():
        number = np.array([place.get(code, -1) for code in languages_of(packed)], np.int64)
        keys, column = packed[f"{kind} keys"], packed[f"{kind} held column"]
        at = np.searchsorted(keys, terms)
        own = np.flatnonzero(at < len(keys))
        own = own[keys[at[own]] == terms[own]]
        first, last = (np.searchsorted(column, at[own].astype(column.dtype), side) for side in ("left", "right"))
        held = ranges(first, last)
        term = np.repeat(own, last - first)
        np.add.at(found, (number[packed[f"{kind} held language"][held]], term), packed[f"{kind} held count"][held])
        gone, each = entries(packed, kind, dead)
        taken = keys[packed[f"{kind} columns"][gone]]
        term = np.minimum(np.searchsorted(terms, taken), len(terms) - 1)
        held = np.flatnonzero(terms[term] == taken)
        language = number[np.repeat(records_of(packed)["language"][dead], each)]
        np.subtract.at(found, (language[held], term[held]), 1)
    return list(found[:-1]), list(reports.values())
