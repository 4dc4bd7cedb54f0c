"""What the arrays of a segment are: rows by number, postings by key, scored pairs, and packed reports.

A row stands at the place of its number in the ascending ``KIND_number``; rows of different lengths are one array and
``NAME_starts``. Postings are holders sorted by key, then holder. Pairs are sorted by left, and found by right through
``back``, the places of the pairs in the order of their right ends. Reports are rows of a portion as a batch packs them
(``event.packed_bags``), whose arrays have PACKED before their names.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cleaner.collapse import bands
from cleaner.collapse.near import Scored
from cleaner.index.segment import Arrays

ROWS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "record": (("record_bytes",), ()),
    "text": (("text_hashes",), ()),
    "version": (("version_core",), ("version_text", "version_whole")),
    "report": ((), ("report_floor",)),
}
"""By kind, its ragged arrays and its plain ones."""
PACKED = "report "
BANDS = tuple(f"band{at:02d}" for at in range(bands.BANDS))
POSTINGS = {"sample": "text", "sketch": "version", **dict.fromkeys(BANDS, "version"), "term": "report"}
"""By name, the kind of the holders. Those of ``term`` have a weight as well."""
PAIRS = {"near": "version", "event": "report"}
"""By name, the kind that the pairs are of. Those of ``event`` have a likeness as well."""


def ragged(name: str, rows: Sequence[np.ndarray] | Sequence[bytes], kind: type[np.generic]) -> Arrays:
    """Rows of different lengths; bytes are taken for arrays of ``kind``."""
    arrays = [np.frombuffer(row, kind) if isinstance(row, bytes) else row for row in rows]
    starts = np.r_[0, np.cumsum([len(row) for row in arrays])].astype(np.int64)
    return {f"{name}_starts": starts, name: np.concatenate([np.empty(0, kind), *arrays]).astype(kind)}


def postings(name: str, keys: np.ndarray, holders: np.ndarray, weights: np.ndarray | None = None) -> Arrays:
    """Which numbers hold a key, with a weight."""
    order = np.lexsort((holders, keys))
    found = {f"{name}_key": keys[order], f"{name}_holder": holders[order].astype(np.uint32)}
    return found if weights is None else found | {f"{name}_weight": weights[order].astype(np.float32)}


def pairs(name: str, found: Scored, likeness: np.ndarray | None = None) -> Arrays:
    """Pairs; ``likeness`` is that by which event candidates were ranked."""
    order = np.lexsort((found.right, found.left))
    left, right = found.left[order].astype(np.uint32), found.right[order].astype(np.uint32)
    back = np.lexsort((left, right))
    arrays: dict[str, np.ndarray] = {
        f"{name}_left": left,
        f"{name}_right": right,
        f"{name}_score": found.score[order].astype(np.float64),
        f"{name}_back": back.astype(np.uint32),
        f"{name}_rights": right[back],
    }
    return arrays if likeness is None else arrays | {f"{name}_likeness": likeness[order].astype(np.float32)}
