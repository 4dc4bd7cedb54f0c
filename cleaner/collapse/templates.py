"""What many different texts share: shingles of a template say nothing about what a text tells.

A wire story that five hundred sites print is frequent too. The difference is in the rest: a page of a
template holds a body of its own in one piece, a copy holds edits and the leftovers of its site.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cleaner.collapse.checkpoints import Mapped
from cleaner.collapse.frequent_shingles import Keys, Scope, frequent, is_wide, keys_of, row_of
from cleaner.collapse.ragged import Hashes, Places, Ragged, RaggedWriter
from cleaner.collapse.signing import narrow

HOT = 100
"""Texts that hold a shingle from which it is suspected of being a template's."""
SITE_COPIES = 8
SITE_SHARE = 0.3
"""The same within one site: so many of its texts, and this share of them."""
BODY_SHINGLES = 80
"""Shingles in a row that no template holds from which a text has a body of its own.

Set by hand, so that pages of 300 template words and 100 own ones stay apart, and copies with 60 words of their site's
leftovers, or every twentieth word edited, stay together (tests/test_near.py).
"""
MIN_CORE = 10
"""Shingles a text must keep; one that is nearly all template keeps its template."""
_FILTER_BITS = 24


class _Known:
    """A set of keys, and whether others are in it: by a table of bits of the hash first, which most are not in."""

    def __init__(self, keys: Keys, wide: bool = False) -> None:
        """``wide`` keys are hashes of 64 bits."""
        self.keys = keys
        bits = min(_FILTER_BITS, len(keys).bit_length() + 5)  # small enough for the processor's cache
        self._shift = np.uint32(32 - bits)
        self._bits = np.zeros(1 << bits, bool)
        self._bits[(narrow(keys) if wide else keys.astype(np.uint32)) >> self._shift] = True

    def find(self, block: Ragged, scope: Places | None, first: int) -> tuple[Places, Places]:
        """Which values of a block, whose first text is ``first``, are in the set, and at which place in it."""
        maybe = np.flatnonzero(self._bits[narrow(block.values) >> self._shift])
        keys = keys_of(block, maybe, scope, first)
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        sure = self.keys[at] == keys
        return maybe[sure], at[sure]


def distinct(ordered: Ragged, folder: Path | None = None) -> Ragged:
    """Each row's different hashes, ascending."""
    out = RaggedWriter(folder)
    for _, block in ordered.blocks():
        values = block.values.copy()
        for begin, end in pairwise(block.starts.tolist()):
            values[begin:end].sort()  # a row at a time: a quarter of the time that one sort of all rows takes
        first = np.ones(len(values), bool)
        np.not_equal(values[1:], values[:-1], out=first[1:])
        first[block.starts[:-1][block.sizes > 0]] = True
        out.add(values[first], np.diff(np.r_[0, np.cumsum(first)][block.starts]))
    return out.finish()


def cores(
    ordered: Ragged,
    own: Ragged,
    sites: Sequence[str | None] | None = None,
    folder: Path | None = None,
    mapped: Mapped = map,
) -> Ragged:
    """``own``, each text's ``distinct`` shingle hashes, without those of templates.

    ``ordered`` are the hashes in text order, ``sites`` names where the texts stand (None where it is not known).
    ``mapped`` carries the counting, a range of hashes a task.
    """
    place, least = _scopes(sites or ())
    hot = np.array([HOT], dtype=np.float64)
    scopes: list[Scope] = [(None, hot), (place, least)] if len(least) else [(None, hot)]
    frame, *others = _templates(ordered, own, scopes, mapped)
    site_frame = others[0] if others else np.empty(0, np.uint64)
    if not len(frame) and not len(site_frame):
        return own
    out = RaggedWriter(folder)
    for first, block in own.blocks():
        keep = _kept(block, None, frame)
        if len(site_frame):
            keep &= _kept(block, place[first : first + len(block)], site_frame, keep)
        _add(out, block, keep)
    return out.finish()


def _add(out: RaggedWriter, block: Ragged, keep: NDArray[np.bool_]) -> None:
    """Append what is kept of some rows."""
    out.add(block.values[keep], block.sizes - _number(block, np.flatnonzero(~keep)))


def template(ordered: Ragged, own: Ragged, least: float) -> Hashes:
    """Shingles that at least so many texts hold, most of which have a body of their own beside them."""
    (found,) = _templates(ordered, own, [(None, np.array([least], dtype=np.float64))])
    return found.astype(np.uint32)


def without(own: Ragged, shingles: Hashes) -> Ragged:
    """Rows without these shingles; a text that is nearly all template keeps its template."""
    if not len(shingles):
        return own
    keep = _kept(own, None, np.sort(shingles).astype(np.uint64))
    out = RaggedWriter(None)
    _add(out, own, keep)
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


def _templates(ordered: Ragged, own: Ragged, scopes: Sequence[Scope], mapped: Mapped = map) -> list[Keys]:
    """Keys of the templates in each way to scope texts, ascending."""
    found = zip(scopes, frequent(own, scopes, mapped), strict=True)
    return [_template(ordered, own, scope, keys) for (scope, _), keys in found]


def _template(ordered: Ragged, own: Ragged, scope: Places | None, keys: Keys) -> Keys:
    """The frequent keys of which most holders have a body of their own."""
    if not len(keys):
        return keys
    known = _Known(keys, scope is None and is_wide(own))
    with_body = np.zeros(len(ordered), bool)
    for first, block in ordered.blocks():
        held, _ = known.find(block, scope, first)
        with_body[first : first + len(block)] = _longest_gaps(block, held) >= BODY_SHINGLES
    bodies = np.zeros(len(keys), np.int64)
    holders = np.zeros(len(keys), np.int64)
    for first, block in own.blocks():
        held, at = known.find(block, scope, first)
        holders += np.bincount(at, minlength=len(keys))
        bodies += np.bincount(at[with_body[first + row_of(block, held)]], minlength=len(keys))
    mostly: Keys = keys[2 * bodies > holders]
    return mostly


def _number(block: Ragged, places: Places) -> Places:
    """How many of some ascending places of values stand in each row."""
    return np.bincount(row_of(block, places), minlength=len(block))


def _longest_gaps(block: Ragged, held: Places) -> Places:
    """Longest run of values in each row that are not among the ``held``; 0 for a row that holds none."""
    longest = np.zeros(len(block), np.int64)
    if not len(held):
        return longest
    row = row_of(block, held)
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
    gone, _ = _Known(frame, scope is None and is_wide(own)).find(own, scope, 0)
    if before is None:
        there = own.sizes
        left = there - _number(own, gone)
    else:
        there = own.sizes - _number(own, np.flatnonzero(~before))
        left = there - _number(own, gone[before[gone]])
    row = row_of(own, gone)
    keep[gone[left[row] >= np.minimum(MIN_CORE, there)[row]]] = False
    return keep
