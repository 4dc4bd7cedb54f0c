"""Packed portions that outlive a run: some of their documents packed as one, and how many of the others hold a term."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.collapse.checkpoints import Arrays
from cleaner.collapse.event.document import KINDS
from cleaner.collapse.event.document_frequencies import Floats, Frequencies, counted_languages
from cleaner.collapse.event.packed_bags import COUNTED, SETS, THINGS, Hashes, bags, languages_of, pack, records_of
from cleaner.collapse.ragged import Places, Ragged, ranges

_Part = tuple[Arrays, Places]


def entries(portion: Arrays, name: str, rows: Places) -> tuple[Places, Places]:
    """Where the entries of these rows of a bag or set stand in a portion, and how many each row has."""
    ends = np.cumsum(portion[f"{name} sizes"], dtype=np.int64)
    sizes = portion[f"{name} sizes"][rows].astype(np.int64)
    return ranges(ends[rows] - sizes, ends[rows]), sizes


def taken(portions: Sequence[Arrays], rows: Places) -> Iterator[tuple[str, NDArray[Any]]]:
    """The arrays of what ``packed_bags.pack`` makes of the documents at ``rows``, each made when it is asked for.

    Rows are counted over all portions, one after the other; they come in any order.
    """
    if not len(rows):
        yield from pack(()).items()
        return
    order = np.argsort(rows, kind="stable")
    starts = np.cumsum([0, *(len(records_of(portion)) for portion in portions)])
    own = np.split(rows[order], np.searchsorted(rows[order], starts[1:-1]))
    every = zip(portions, own, starts.tolist(), strict=False)
    parts: list[_Part] = [(portion, some - start) for portion, some, start in every if len(some)]
    back = np.argsort(order)

    def gathered(name: str, value: Callable[[Arrays, Places], NDArray[Any]]) -> Ragged:
        found = [(value(portion, own[0]), own[1]) for portion, some in parts for own in [entries(portion, name, some)]]
        ends = np.cumsum(np.concatenate([[0], *(sizes for _, sizes in found)]))
        return Ragged(np.concatenate([values for values, _ in found]), ends).take(back)

    records = np.concatenate([portion["records"][some] for portion, some in parts])[back]
    held = [np.array(languages_of(portion))[records_of(portion)["language"][some]] for portion, some in parts]
    codes, language = np.unique(np.concatenate(held)[back], return_inverse=True)
    records.reshape(-1).view(records_of(portions[0]).dtype)["language"] = language
    yield "records", records
    yield "languages", np.frombuffer(json.dumps(codes.tolist()).encode(), np.uint8)
    for kind in KINDS:
        keys = gathered(kind, lambda own, at, kind=kind: own[f"{kind} keys"][own[f"{kind} columns"][at]])  # type: ignore[misc]
        halves = gathered(kind, lambda own, at, kind=kind: own[f"{kind} halves"][at])  # type: ignore[misc]
        found = bags(keys.values, halves.values, keys.sizes.astype(np.int32), language.astype(np.int32))
        yield from ((f"{kind} {name}", values) for name, values in found.items())
    for kind in (COUNTED, THINGS, *SETS):
        for name in ("keys", "things") if kind == COUNTED else ("keys",):
            of_set = gathered(kind, lambda own, at, name=f"{kind} {name}": own[name][at])  # type: ignore[misc]
            yield f"{kind} {name}", of_set.values
        yield f"{kind} sizes", of_set.sizes.astype(np.int32)


def frequencies(portions: Sequence[tuple[Arrays, Places]]) -> dict[str, Frequencies]:
    """By kind of bag, how many documents hold a term, without those at some rows of each portion.

    A corpus counts all its terms (``document_frequencies.table``); these are looked up, for a few documents of many.
    """
    reports: Counter[str] = Counter()
    for packed, without in portions:
        language = records_of(packed)["language"]
        reports.update(counted_languages(languages_of(packed), language))
        reports.subtract(counted_languages(languages_of(packed), language[without]))
    sizes = {code: number for code, number in sorted(reports.items()) if number}
    return {kind: partial(_count, portions, kind, sizes) for kind in KINDS}


def _count(
    portions: Sequence[tuple[Arrays, Places]], kind: str, reports: dict[str, int], terms: Hashes
) -> tuple[list[Floats], list[int]]:
    """``terms`` ascend."""
    place = {code: k for k, code in enumerate(reports)}
    found = np.zeros((len(reports) + 1, len(terms)))  # the last row is of languages that have such rows only
    for packed, without in portions if len(terms) else ():
        number = np.array([place.get(code, -1) for code in languages_of(packed)], np.int64)
        keys, column = packed[f"{kind} keys"], packed[f"{kind} held column"]
        at = np.searchsorted(keys, terms)
        own = np.flatnonzero(at < len(keys))
        own = own[keys[at[own]] == terms[own]]
        first, last = (np.searchsorted(column, at[own].astype(column.dtype), side) for side in ("left", "right"))
        held = ranges(first, last)
        term = np.repeat(own, last - first)
        np.add.at(found, (number[packed[f"{kind} held language"][held]], term), packed[f"{kind} held count"][held])
        gone, each = entries(packed, kind, without)
        taken = keys[packed[f"{kind} columns"][gone]]
        term = np.minimum(np.searchsorted(terms, taken), len(terms) - 1)
        held = np.flatnonzero(terms[term] == taken)
        language = number[np.repeat(records_of(packed)["language"][without], each)]
        np.subtract.at(found, (language[held], term[held]), 1)
    return list(found[:-1]), list(reports.values())
