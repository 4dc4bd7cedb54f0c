"""What many different texts share: shingles of a template say nothing about what a text tells.

A wire story that five hundred sites print is frequent too. The difference is in the rest: a page of a
template holds a body of its own in one piece, a copy holds edits and the leftovers of its site.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cleaner.collapse.ragged import Hashes, Places, Ragged, RaggedWriter

HOT = 100
"""Texts that hold a shingle from which it is suspected of being a template's."""
SITE_COPIES = 8
SITE_SHARE = 0.3
"""The same within one site: so many of its texts, and this share of them."""
BODY_SHINGLES = 80
"""Shingles in a row that no template holds from which a text has a body of its own.

Set so that pages of 300 template words and 100 own ones stay apart (the prototype's measure), and copies
with 60 words of their site's leftovers, or every twentieth word edited, stay together.
"""
MIN_CORE = 10
"""Shingles a text must keep; one that is nearly all template keeps its template."""
COUNTED = 16_000_000
"""Shingles counted at once, by ranges of their hashes: 128 MB of them with their sites."""
_FILTER_BITS = 24

Keys = NDArray[np.uint64]
"""Scope (a site, or 0 for all) and shingle hash in one number."""


class _Known:
    """A set of keys, and whether others are in it: by a table of bits first, which most are not in."""

    def __init__(self, keys: Keys) -> None:
        self.keys = keys
        self._bits = np.zeros(1 << _FILTER_BITS, bool)
        self._bits[self.slot(keys)] = True

    @staticmethod
    def slot(keys: Keys) -> Keys:
        return (keys * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(64 - _FILTER_BITS)

    def find(self, keys: Keys) -> tuple[Places, Places]:
        """Which of ``keys`` are in the set, and at which place in it."""
        maybe = np.flatnonzero(self._bits[self.slot(keys)])
        at = np.minimum(np.searchsorted(self.keys, keys[maybe]), len(self.keys) - 1)
        sure = self.keys[at] == keys[maybe]
        return maybe[sure], at[sure]


def distinct(ordered: Ragged, folder: Path | None = None) -> Ragged:
    """Each row's different hashes, ascending."""
    out = RaggedWriter(folder)
    for _, block in ordered.blocks():
        keys = _keys(block.rows(), block.values)
        keys.sort()
        first = np.ones(len(keys), bool)
        np.not_equal(keys[1:], keys[:-1], out=first[1:])
        keys = keys[first]
        out.add(keys.astype(np.uint32), np.bincount((keys >> np.uint64(32)).astype(np.int64), minlength=len(block)))
    return out.finish()


def cores(
    ordered: Ragged, own: Ragged, sites: Sequence[str | None] | None = None, folder: Path | None = None
) -> Ragged:
    """``own``, each text's ``distinct`` shingle hashes, without those of templates.

    ``ordered`` are the hashes in text order, ``sites`` names where the texts stand (None where it is not known).
    """
    frame = _template(ordered, own, None, np.array([HOT], dtype=np.float64))
    place, least = _scopes(sites or ())
    site_frame = _template(ordered, own, place, least) if len(least) else np.empty(0, np.uint64)
    if not len(frame) and not len(site_frame):
        return own
    out = RaggedWriter(folder)
    for first, block in own.blocks():
        keep = _kept(block, None, frame)
        if len(site_frame):
            keep &= _kept(block, place[first : first + len(block)], site_frame, keep)
        out.add(block.values[keep], np.bincount(block.rows()[keep], minlength=len(block)))
    return out.finish()


def template(ordered: Ragged, own: Ragged, least: float) -> Hashes:
    """Shingles that at least so many texts hold, most of which have a body of their own beside them."""
    found = _template(ordered, own, None, np.array([least], dtype=np.float64))
    return found.astype(np.uint32)


def without(own: Ragged, shingles: Hashes) -> Ragged:
    """Rows without these shingles; a text that is nearly all template keeps its template."""
    if not len(shingles):
        return own
    keep = _kept(own, None, np.sort(shingles).astype(np.uint64))
    out = RaggedWriter(None)
    out.add(own.values[keep], np.bincount(own.rows()[keep], minlength=len(own)))
    return out.finish()


def _scopes(sites: Sequence[str | None]) -> tuple[Places, NDArray[np.float64]]:
    """For each text the number of its site, -1 without one of enough texts; for each such site its least."""
    number: dict[str | None, int] = {}
    of_text = np.fromiter((number.setdefault(site, len(number)) for site in sites), np.int64, len(sites))
    size = np.bincount(of_text, minlength=len(number))
    large = size >= SITE_COPIES
    if None in number:
        large[number[None]] = False
    renumbered = np.where(large, np.cumsum(large) - 1, -1)
    return renumbered[of_text] if len(sites) else of_text, np.maximum(SITE_COPIES, SITE_SHARE * size[large])


def _keys(scope: Places, hashes: Hashes) -> Keys:
    keys = scope.astype(np.uint64)
    keys <<= np.uint64(32)
    keys |= hashes
    return keys


def _keys_of(block: Ragged, scope: Places | None, first: int) -> Keys:
    """Keys of all values of a block whose first text is ``first``."""
    if scope is None:
        return block.values.astype(np.uint64)
    return _keys(np.repeat(scope[first : first + len(block)], block.sizes), block.values)


def _template(ordered: Ragged, own: Ragged, scope: Places | None, least: NDArray[np.float64]) -> Keys:
    """Keys of the templates of all scopes, ascending.

    ``scope`` numbers each text's, -1 for none; None stands for one scope of all texts.
    """
    frequent = _frequent(own, scope, least)
    if not len(frequent):
        return frequent
    known = _Known(frequent)
    with_body = np.zeros(len(ordered), bool)
    for first, block in ordered.blocks():
        held, _ = known.find(_keys_of(block, scope, first))
        with_body[first : first + len(block)] = _longest_gaps(block, held) >= BODY_SHINGLES
    bodies = np.zeros(len(frequent), np.int64)
    holders = np.zeros(len(frequent), np.int64)
    for first, block in own.blocks():
        held, at = known.find(_keys_of(block, scope, first))
        holders += np.bincount(at, minlength=len(frequent))
        bodies += np.bincount(at[with_body[first + _row_of(block, held)]], minlength=len(frequent))
    mostly: Keys = frequent[2 * bodies > holders]
    return mostly


def _row_of(block: Ragged, places: Places) -> Places:
    """The row that each of some ascending places of values stands in."""
    found: Places = np.searchsorted(block.starts, places, "right") - 1
    return found


def _frequent(own: Ragged, scope: Places | None, least: NDArray[np.float64]) -> Keys:
    """Keys that at least ``least[scope]`` texts of their scope hold, ascending."""
    found = [np.empty(0, np.uint64)]
    total = int(own.starts[-1])
    for low, high in _ranges(max(1, -(-total // COUNTED))):
        keys = np.concatenate([np.empty(0, np.uint64), *_keys_between(own, scope, low, high)])
        slots = _Known.slot(keys).astype(np.int64)  # sorted is only what a table of counts does not rule out
        keys = keys[np.bincount(slots, minlength=1)[slots] >= least[(keys >> np.uint64(32)).astype(np.int64)]]
        keys.sort()
        starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]]) if len(keys) else np.empty(0, np.int64)
        values = keys[starts]
        counts = np.diff(np.r_[starts, len(keys)])
        found.append(values[counts >= least[(values >> np.uint64(32)).astype(np.int64)]])
    return np.sort(np.concatenate(found))


def _ranges(number: int) -> list[tuple[int, int]]:
    """The hashes' values in so many ranges (first, last)."""
    bounds = [round(2**32 * k / number) for k in range(number + 1)]
    return [(low, high - 1) for low, high in pairwise(bounds)]


def _keys_between(own: Ragged, scope: Places | None, low: int, high: int) -> Iterator[Keys]:
    for first, block in own.blocks():
        inside = np.flatnonzero((block.values >= np.uint32(low)) & (block.values <= np.uint32(high)))
        if scope is None:
            yield block.values[inside].astype(np.uint64)
            continue
        of_value = scope[first + _row_of(block, inside)]
        some = of_value >= 0
        yield _keys(of_value[some], block.values[inside[some]])


def _longest_gaps(block: Ragged, held: Places) -> Places:
    """Longest run of values in each row that are not among the ``held``; 0 for a row that holds none."""
    longest = np.zeros(len(block), np.int64)
    if not len(held):
        return longest
    row = _row_of(block, held)
    before = np.r_[-1, held[:-1]]
    same = np.r_[False, row[1:] == row[:-1]]
    gap = held - np.where(same, before, block.starts[row] - 1) - 1
    at = np.flatnonzero(~same)
    longest[row[at]] = np.maximum.reduceat(gap, at)
    last = np.r_[at[1:], len(held)] - 1
    longest[row[at]] = np.maximum(longest[row[at]], block.starts[row[last] + 1] - held[last] - 1)
    return longest


def _kept(own: Ragged, scope: Places | None, frame: Keys, before: NDArray[np.bool_] | None = None) -> NDArray[np.bool_]:
    """Which values stay without the frame's, all of a row of which too little would be left.

    ``before`` are the values that are still there.
    """
    keep = np.ones(len(own.values), bool)
    if not len(frame):
        return keep
    gone, _ = _Known(frame).find(_keys_of(own, scope, 0))
    if not len(gone):
        return keep
    keep[gone] = False
    rows = own.rows()
    there = np.ones(len(own.values), bool) if before is None else before
    left = np.bincount(rows[keep & there], minlength=len(own))
    least = np.minimum(MIN_CORE, np.bincount(rows[there], minlength=len(own)))
    keep |= (left < least)[rows]
    return keep
