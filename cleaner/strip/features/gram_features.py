"""How much the wording of a line is like that of body lines: a linear model over hashed character n-grams.

For stored text in the languages of ``LANGUAGES`` only, for which there are enough labelled lines: elsewhere its
n-grams would be other languages' words. The hashing trick: Weinberger et al., "Feature hashing for large scale
multitask learning", ICML 2009. ``python -m cleaner.train.known_lines DATA_DIR`` makes the weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cleaner.strip.features.sequence_features import Floats, shifted, side_by_side, totals
from cleaner.strip.weights import weight_files

LANGUAGES = frozenset(("en",))
"""Languages of which the labelled lines have many sites: 1,670 of 1,830 pages are English, 57 Chinese, no other 30."""
BITS = 17
"""A bucket for each of 2 ** BITS hashes."""
SIZES = (2, 3, 4)
"""Characters of an n-gram; the line's beginning and end count as one each."""
HEAD, TAIL = 60, 25
"""Characters of a line's beginning and end that are read: of a paragraph the rest says no more."""
STEPS = (1, 2, 3, -1, -2, -3)
"""Lines before (negative: after) whose log-odds a line is shown beside its own."""
REACHES = (3, 8, 20)
"""Lines to either side over which the share of body is taken."""
WIDTH = 1 + len(STEPS) + len(REACHES) + 3
"""Columns of the features."""
MAX_ODDS = 12.0
"""Log-odds are cut off here, so that no sum of theirs runs away. Labelled lines stay below 10."""
_BREAK, _ZERO, _NINE = 10, ord("0"), ord("9")
_FACTOR, _MIXER, _LAST = 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9


@dataclass(frozen=True, slots=True)
class Weights:
    """A linear model: the log-odds of a line are ``bias`` plus its n-grams' weights by the root of their number."""

    weight: NDArray[np.float32]
    """Shape (2 ** BITS,)."""
    bias: float

    def save(self, path: Path) -> None:
        """Write a compressed .npz, each weight as one of 255 steps: the same bytes for the same weights."""
        scale = float(np.abs(self.weight).max()) / 127 or 1.0
        steps = np.rint(self.weight / scale).astype(np.int8)
        with path.open("wb") as stream:
            np.savez_compressed(stream, steps=steps, scale=np.array([scale, self.bias]))


def read(path: Path) -> Weights:
    """Weights from a file that ``save`` wrote. Raises ValueError for another number of them."""
    with np.load(path, allow_pickle=False) as data:
        steps, (scale, bias) = data["steps"], data["scale"]
    if steps.shape != (2**BITS,):
        raise ValueError(f"{path} holds no weights of n-grams")
    return Weights(steps.astype(np.float32) * np.float32(scale), float(bias))


@cache
def shipped() -> Weights:
    """The weights beside this module."""
    return weight_files.read("grams", read)


def buckets(lines: Sequence[str]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The n-grams of all lines: for each the index of its line, and its bucket. Digits are all one."""
    cut = [line if len(line) <= HEAD + TAIL else f"{line[:HEAD]}…{line[-TAIL:]}" for line in lines]
    text = "\n" + "\n".join(line.lower().replace("\n", " ") for line in cut) + "\n"
    codes = np.frombuffer(text.encode("utf-32-le", "replace"), np.uint32)
    codes = np.where((codes >= _ZERO) & (codes <= _NINE), np.uint32(_ZERO), codes)
    breaks = codes == _BREAK
    line_of = np.cumsum(breaks) - 1
    mixed = (codes.astype(np.uint64) + np.uint64(1)) * np.uint64(_MIXER)
    key, inside = mixed, np.zeros(len(codes), bool)
    found_lines, found_buckets = [], []
    for size in range(2, SIZES[-1] + 1):
        key = key[:-1] * np.uint64(_FACTOR) + mixed[size - 1 :]
        inside = inside[:-1] | breaks[size - 2 : size - 2 + len(key)] if size > 2 else inside[:-1]
        whole = np.flatnonzero(~(inside | (breaks[: len(key)] & breaks[size - 1 :])))
        hashed = key.take(whole)
        hashed ^= hashed >> np.uint64(29)
        hashed *= np.uint64(_LAST)
        found_lines.append(line_of.take(whole))
        found_buckets.append((hashed >> np.uint64(64 - BITS)).astype(np.intp))
    return np.concatenate(found_lines), np.concatenate(found_buckets)


def log_odds(lines: Sequence[str], weights: Weights) -> Floats:
    """For each line the log-odds that it is body, by its n-grams alone."""
    number = len(lines)
    line_of, bucket = buckets(lines)
    count = np.maximum(np.bincount(line_of, minlength=number), 1)
    odds = np.bincount(line_of, weights.weight.take(bucket), number) / np.sqrt(count) + weights.bias
    return bounded(odds)


def bounded(odds: Floats) -> Floats:
    """Log-odds cut off at MAX_ODDS."""
    return np.clip(odds, -MAX_ODDS, MAX_ODDS)


def columns(odds: Floats, units: Floats) -> Floats:
    """The features: a line's log-odds, those around it, and how much of its surroundings and of the page is body.

    ``units`` are the lines' lengths in words.
    """
    number = len(odds)
    at = np.arange(number)
    body = units / (1 + np.exp(-odds))
    sums, sizes = totals(body), totals(units)
    whole = np.full(number, 1.0)
    shares = []
    for reach in REACHES:
        start, stop = np.maximum(0, at - reach), np.minimum(number, at + reach + 1)
        shares.append((sums[stop] - sums[start]) / np.maximum(1, sizes[stop] - sizes[start]))
    total, size = max(1.0, float(sums[-1])), max(1.0, float(sizes[-1]))
    page = [sums[:-1] / total, whole * float(sums[-1]) / size, whole * float(odds @ units) / size]
    return np.concatenate([odds[None], shifted(odds[:, None], STEPS).T, side_by_side([*shares, *page]).T]).T
