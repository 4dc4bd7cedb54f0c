"""The bags of all documents of one kind, and the same column by column.

Columns are made in portions of the terms' hashes, so that little more than the bags is held meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaner.collapse.event.packed_bags import Bag, Hashes

_PORTION = 4_000_000
"""Entries that are sorted at once, about."""
_ROWS = 4_000
"""Documents that are looked at at once."""
_LEAST = 1_024


class Columns(NamedTuple):
    """Some columns of the counts, one after the other."""

    keys: Hashes
    column: NDArray[np.int64]
    """Of every entry, counted from the first of these columns."""
    row: NDArray[np.int32]
    weight: NDArray[np.float32]


class TermBags:
    """Collects the bags of one kind, chunk by chunk."""

    def __init__(self) -> None:
        self.keys, self.halves, self.sizes = _Growing(np.uint64), _Growing(np.uint16), _Growing(np.int32)

    def add(self, bag: Bag) -> None:
        """Append some documents."""
        self.keys.add(bag.keys)
        self.halves.add(bag.halves)
        self.sizes.add(bag.sizes)

    def columns(self) -> Iterator[Columns]:
        """All columns of the counts in the order of their hashes, a portion at a time."""
        keys, halves, sizes = self.keys.values, self.halves.values, self.sizes.values
        starts = np.concatenate(([0], np.cumsum(sizes, dtype=np.int64)))
        bits = (len(keys) // _PORTION).bit_length()
        for portion in range(1 << bits):
            parts = []
            for start in range(0, max(len(sizes), 1), _ROWS):
                end = min(start + _ROWS, len(sizes))
                own = slice(starts[start], starts[end])
                mine = keys[own]
                picked = np.flatnonzero(mine >> np.uint64(64 - bits) == portion) if bits else slice(None)
                rows = np.repeat(np.arange(start, end, dtype=np.int32), sizes[start:end])
                parts.append((mine[picked], rows[picked], halves[own][picked]))
            key, row, count = (np.concatenate(part) for part in zip(*parts, strict=True))
            order = np.argsort(key, kind="stable")
            key = key[order]
            halved = (count[order] / np.float32(2)).astype(np.float32)
            first = np.ones(len(key), dtype=bool)
            first[1:] = key[1:] != key[:-1]
            yield Columns(key[first], np.cumsum(first) - 1, row[order], halved)


class _Growing:
    """An array that is appended to without a second copy of it."""

    def __init__(self, kind: type) -> None:
        self._held: NDArray[Any] = np.empty(_LEAST, kind)
        self._used = 0

    def add(self, values: NDArray[Any]) -> None:
        end = self._used + len(values)
        if end > len(self._held):
            self._held.resize(max(end, len(self._held) * 5 // 4), refcheck=False)
        self._held[self._used : end] = values
        self._used = end

    @property
    def values(self) -> NDArray[Any]:
        return self._held[: self._used]
