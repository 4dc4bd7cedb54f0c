"""Where a block stands among the others: features of the page's order, for HTML and stored text alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.strip.rules import LABELS, Rule

Floats = NDArray[np.float64]

WINDOWS = (3, 8, 20)
"""Blocks to either side over which running text is summed."""
GAP_COST = 6.0
"""Words that a block without running text takes from the densest run. Set by hand."""
BIG_UNITS = 35
"""Words of a paragraph that shows by itself where the body is."""
FAR = 60
"""Distances in blocks are cut off here."""
_LABEL_AT = {label: at for at, label in enumerate(LABELS)}


def side_by_side(columns: Sequence[NDArray[Any]]) -> Floats:
    """One-dimensional columns as one array of shape (rows, columns), each column in one piece."""
    out = np.empty((len(columns), len(columns[0])))
    for at, column in enumerate(columns):
        out[at] = column
    return out.T


def joined(parts: Sequence[Floats]) -> Floats:
    """Two-dimensional arrays side by side, each column in one piece."""
    return np.concatenate([part.T for part in parts]).T


def totals(values: Floats) -> Floats:
    """Sums of everything before each place; one longer than the values."""
    sums = np.zeros(len(values) + 1)
    np.cumsum(values, out=sums[1:])
    return sums


def shifted(columns: Floats, steps: Sequence[int]) -> Floats:
    """The columns of the block so many steps before (negative: after), zero beyond the page's ends."""
    number, width = columns.shape
    out = np.zeros((width * len(steps), number)).T
    for at, step in enumerate(steps):
        part = slice(at * width, (at + 1) * width)
        if abs(step) >= number:
            continue
        if step > 0:
            out[step:, part] = columns[:-step]
        else:
            out[:step, part] = columns[-step:]
    return out


def windows(good: Floats, units: Floats) -> Floats:
    """Share of running text around each block, and how much of it stands before and after."""
    number = len(good)
    at = np.arange(number)
    sums, sizes = totals(good), totals(units)
    columns = []
    for reach in WINDOWS:
        start, stop = np.maximum(0, at - reach), np.minimum(number, at + reach + 1)
        columns += [
            (sums[stop] - sums[start]) / np.maximum(1, sizes[stop] - sizes[start]),
            sums[at] - sums[start],
            sums[stop] - sums[at + 1],
        ]
    return side_by_side(columns)


def positions(good: Floats, units: Floats) -> Floats:
    """Place on the page, among its running text, and by its densest run (the largest sum of a stretch)."""
    number = len(good)
    at = np.arange(number)
    sums = totals(good)
    total = max(1.0, sums[-1])
    gains = totals(np.where(good > 0, good, -GAP_COST - 0.5 * units))
    lowest = np.minimum.accumulate(gains)
    stop = int(np.argmax(gains - lowest))
    start = int(np.argmin(gains[: stop + 1])) if stop else 0
    big = np.flatnonzero(good >= BIG_UNITS)
    if not len(big):
        big = np.flatnonzero(good > 0)
    first, last = (big[0], big[-1]) if len(big) else (0, number - 1)
    columns = [
        at / number,
        sums[:-1] / total,
        1 - sums[1:] / total,
        np.clip(at - start, -FAR, FAR),
        np.clip(stop - 1 - at, -FAR, FAR),
        ((at >= start) & (at < stop)).astype(np.float64),
        np.full(number, (stop - start) / number),
        np.clip(at - first, -FAR, FAR),
        np.clip(last - at, -FAR, FAR),
        np.full(number, np.log1p(total)),
        np.full(number, float(number)),
    ]
    return side_by_side(columns)


def verdicts(found: Sequence[Rule | None]) -> Floats:
    """What the rules say: label of a block, whether it heads a section, how far above the last head is."""
    number = len(found)
    out = np.zeros((len(LABELS) + 8, number)).T
    hit = np.zeros(number)
    head = np.zeros(number)
    matched = [(i, rule) for i, rule in enumerate(found) if rule is not None]
    if matched:
        rows = [i for i, _ in matched]
        out[rows, [_LABEL_AT[rule.label] for _, rule in matched]] = 1
        hit[rows] = 1
        head[rows] = [rule.effect == "section" for _, rule in matched]
    at = np.arange(number)
    latest = np.maximum.accumulate(np.where(head > 0, at, -FAR)) if number else at
    sums = totals(hit)
    base = len(LABELS)
    out[:, base] = hit
    out[:, base + 1] = head
    out[:, base + 2] = np.minimum(at - latest, FAR)
    for column, reach in ((base + 3, 2), (base + 4, 6)):
        start, stop = np.maximum(0, at - reach), np.minimum(number, at + reach + 1)
        out[:, column] = (sums[stop] - sums[start]) / (stop - start)
    out[1:, base + 5] = hit[:-1]
    out[:-1, base + 6] = hit[1:]
    out[:, base + 7] = sums[-1] / max(1, number)
    return out
