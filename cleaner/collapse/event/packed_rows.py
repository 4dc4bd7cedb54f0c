"""Some documents out of packed portions, packed as one: what outlives a run is read by rows, and put together anew."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.collapse.checkpoints import Arrays
from cleaner.collapse.event.document import KINDS
from cleaner.collapse.event.packed_bags import COUNTED, SETS, THINGS, bags, languages_of, pack, records_of
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
