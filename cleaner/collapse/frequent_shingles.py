"""Shingle hashes in, those that many texts hold out: of all texts, or within each scope (a site); by ranges."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cleaner.collapse.checkpoints import Mapped
from cleaner.collapse.ragged import Hashes, Places, Ragged
from cleaner.collapse.signing import narrow

COUNTED = 16_000_000
"""Shingles counted at once, by ranges of their hashes: 128 MB of them with their sites."""
_TABLE_BITS = 24
_WHOLE = (0, 2**32 - 1)

Keys = NDArray[np.uint64]
"""Scope (a site, or 0 for all) and shingle hash in one number; of hashes of 64 bits their first half within a site,
which never has so many texts, and the hash itself in the scope of all."""
Scope = tuple[Places | None, NDArray[np.float64]]
"""For each text the number of its scope, -1 for none (None: one scope of all texts); by scope, how many texts of it
must hold a shingle for it to be suspected."""


def frequent(own: Ragged, scopes: Sequence[Scope], mapped: Mapped) -> list[Keys]:
    """Keys that at least ``least[scope]`` texts of their scope hold, in each way to scope them, ascending."""
    ranges = _ranges(max(1, -(-int(own.starts[-1]) // COUNTED)))
    parts = (mapped if len(ranges) > 1 else map)(partial(_frequent_in, own, scopes), ranges)
    return [np.sort(np.concatenate(keys)) for keys in zip(*parts, strict=True)]


def _frequent_in(own: Ragged, scopes: Sequence[Scope], span: tuple[int, int]) -> list[Keys]:
    """Those of them whose hashes are in a range."""
    often, shift = _often(own, *span, min(float(least.min()) for _, least in scopes))
    parts: list[list[Keys]] = [[np.empty(0, np.uint64)] for _ in scopes]
    for first, block in own.blocks():
        places = _places_often(block, span, often, shift)
        for (scope, _), part in zip(scopes, parts, strict=True):
            part.append(keys_of(block, places, scope, first, unscoped=False))
    found = []
    for (scope, least), part in zip(scopes, parts, strict=True):
        keys = np.sort(np.concatenate(part))
        starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]]) if len(keys) else np.empty(0, np.int64)
        values = keys[starts]
        counts = np.diff(np.r_[starts, len(keys)])
        of_key = 0 if scope is None else (values >> np.uint64(32)).astype(np.int64)
        found.append(values[counts >= least[of_key]])
    return found


def _ranges(number: int) -> list[tuple[int, int]]:
    """The hashes' values in so many ranges (first, last)."""
    bounds = [round(2**32 * k / number) for k in range(number + 1)]
    return [(low, high - 1) for low, high in pairwise(bounds)]


def _often(own: Ragged, low: int, high: int, fewest: float) -> tuple[NDArray[np.bool_], np.uint32]:
    """A table, by the first bits of a hash from ``low`` to ``high``, of what so many values may have.

    Only such hashes are sorted. Returns the bits to shift a hash, less ``low``, by as well. The table is as small as
    can be: of slots with a third of the fewest on average, one in a hundred has the fewest by chance.
    """
    values = min(COUNTED, int(own.starts[-1]))
    bits = min(_TABLE_BITS, max(10, int(3 * values / fewest).bit_length()))
    shift = np.uint32(max(0, (high - low).bit_length() - bits))
    counts = np.zeros(((high - low) >> int(shift)) + 1, np.uint32)
    for _, block in own.blocks():
        slots = (_between(narrow(block.values), low, high) - np.uint32(low)) >> shift
        np.add.at(counts, slots, np.uint32(1))
    return counts >= fewest, shift


def _between(values: NDArray[np.uint32], low: int, high: int) -> NDArray[np.uint32]:
    if (low, high) == _WHOLE:
        return values
    return values[(values >= np.uint32(low)) & (values <= np.uint32(high))]


def _places_often(block: Ragged, span: tuple[int, int], often: NDArray[np.bool_], shift: np.uint32) -> Places:
    """Places of the values in a span of hashes whose slots are ``often``."""
    low, high = span
    values = narrow(block.values)
    if span == _WHOLE:
        return np.flatnonzero(often[values >> shift])
    inside = np.flatnonzero((values >= np.uint32(low)) & (values <= np.uint32(high)))
    return inside[often[(values[inside] - np.uint32(low)) >> shift]]


def keys_of(block: Ragged, places: Places, scope: Places | None, first: int, unscoped: bool = True) -> Keys:
    """Keys of the values at some ascending places of a block whose first text is ``first``, of -1 only if asked."""
    if scope is None:
        return block.values[places].astype(np.uint64)
    of_value = scope[first + row_of(block, places)]
    if not unscoped:
        places, of_value = places[of_value >= 0], of_value[of_value >= 0]
    return keys_in(of_value, block.values[places])


def keys_in(scope: Places, hashes: Hashes) -> Keys:
    """Keys of these hashes, each with the number of its scope."""
    keys = scope.astype(np.uint64)
    keys <<= np.uint64(32)
    keys |= narrow(hashes)
    return keys


def row_of(block: Ragged, places: Places) -> Places:
    """The row that each of some ascending places of values stands in."""
    found: Places = np.searchsorted(block.starts, places, "right") - 1
    return found


def is_wide(rows: Ragged) -> bool:
    """Whether hashes have 64 bits."""
    return rows.values.dtype == np.uint64
