"""What a segment holds: tables, each sorted by its keys, and packed reports.

Rows stand in the order of their numbers. Postings are the holders of each key, then in the order of the holders; and
so are scored pairs, which stand under either end. A column is an array; one whose rows are of different lengths is two,
its values and where each row starts. Reports are rows of a portion as a batch packs them (``event.packed_bags``), whose
arrays have PACKED before their names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from cleaner.collapse import bands
from cleaner.collapse.near import Scored
from cleaner.collapse.ragged import Ragged
from cleaner.index.segment import Arrays


class Table(NamedTuple):
    """The columns of a table."""

    keys: Mapping[str, str]
    """By which it is sorted, each with the kind whose numbers it holds, if it holds any."""
    plain: tuple[str, ...] = ()
    ragged: tuple[str, ...] = ()


PACKED = "report "
BANDS = tuple(f"band{at:02d}" for at in range(bands.BANDS))
ROWS = {
    "record": Table({"number": "record"}, ("words",), ("bytes",)),
    "text": Table({"number": "text"}, ragged=("hashes",)),
    "version": Table({"number": "version"}, ("text", "whole"), ("core",)),
    "report": Table({"number": "report"}, ("floor",)),
}
"""By kind."""
PAIRS = {
    "near": Table({"key": "version", "holder": "version"}, ("score",)),
    "event": Table({"key": "report", "holder": "report"}, ("score", "likeness")),
}
"""``likeness`` is that by which event candidates were ranked."""
TABLES = {
    **ROWS,
    "sample": Table({"key": "", "holder": "text"}),
    "sketch": Table({"key": "", "holder": "version"}),
    **dict.fromkeys(BANDS, Table({"key": "", "holder": "version"})),
    "term": Table({"key": "", "holder": "report"}, ("weight",)),
    **PAIRS,
}
_FORMS: dict[str, type[np.generic]] = {
    **dict.fromkeys(("number", "holder", "text", "words", "hashes", "core"), np.uint32),
    **dict.fromkeys(("bytes", "whole"), np.uint8),
    **dict.fromkeys(("floor", "weight", "likeness"), np.float32),
    "score": np.float64,
}
"""Keys keep the form that they have."""


def table(name: str, **columns: np.ndarray | Ragged) -> Arrays:
    """The arrays of a table, of columns in any order."""
    keys = [values for key in TABLES[name].keys if isinstance(values := columns[key], np.ndarray)]
    order = np.lexsort(keys[::-1])
    found: dict[str, np.ndarray] = {}
    for column, rows in columns.items():
        if isinstance(rows, Ragged):
            own = rows.take(order)
            values, found[f"{name}_{column}_starts"] = own.values, own.starts
        else:
            values = rows[order]
        found[f"{name}_{column}"] = values.astype(_FORMS.get(column, values.dtype), copy=False)
    return found


def pairs(name: str, found: Scored, **more: np.ndarray) -> Arrays:
    """A table of scored pairs, with what else is known of each."""
    ends = np.r_[found.left, found.right].astype(np.uint32), np.r_[found.right, found.left]
    values = {column: np.tile(one, 2) for column, one in {"score": found.score, **more}.items()}
    return table(name, key=ends[0], holder=ends[1], **values)
