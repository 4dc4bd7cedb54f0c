"""Which of several near copies holds most of the body and least else.

Every shingle of a group of copies gets the probability that it is body: from the share of the copies that
hold it, and from the lines it stands in, for what a site adds is short lines and ends outside the prose. A
copy gains what is likely body and pays for what is not. The weights are in ``body.json``, written by
``python -m cleaner.train.canonical DATA_DIR``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import regex
from numpy.typing import NDArray

from cleaner.collapse.signing import SHINGLE_WORDS
from cleaner.collapse.words import line_sizes
from cleaner.sentence_marks import ARMENIAN_STOP, COMMON, ELLIPSIS

FILE = "body.json"
NAMES = ("held", "words", "prose", "around", "inside", "pair", "fuller")
"""What a shingle is judged by: log odds of the share of the other copies that hold it; logarithm of the
words of its line; whether the line is prose; the share of prose among the two lines before and after;
whether it stands between the first and the last prose line; whether there are two copies only; and of a
shingle that few copies hold, how much of their prose few copies hold: much of it is a fuller text, not leftovers."""
FEW = 0.34
"""Share of the copies up to which they are few."""
PROSE_WORDS = 10
"""Words from which a line that ends as a sentence does is prose."""
AROUND = 2
_SENTENCE_END = regex.compile(rf"[{COMMON}{ELLIPSIS}{ARMENIAN_STOP}]\p{{P}}*$")
"""Not more marks than the model was trained with."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BodyModel:
    """A logistic regression over ``NAMES``, and the probability from which holding a shingle is a gain."""

    weights: Floats
    intercept: float
    cost: float


@cache
def load_model() -> BodyModel:
    """The shipped weights. Raises ValueError if they were made for other features than these."""
    stored = json.loads((resources.files(__package__) / FILE).read_text(encoding="utf-8"))
    if tuple(stored["weights"]) != NAMES:
        raise ValueError(f"{FILE} was made for other features; rebuild it: {stored['rebuild']}")
    return BodyModel(np.array(list(stored["weights"].values())), stored["intercept"], stored["cost"])


def gains(texts: Sequence[str], shingles: Sequence[NDArray[np.uint32]]) -> list[float]:
    """For each copy what it holds of the body less what else it holds, in shingles.

    ``shingles`` are the copies' shingle hashes in text order.
    """
    used = load_model()
    features, held = evidence(texts, shingles)
    score = np.sum(features * used.weights, axis=1) + used.intercept
    gain = 1 / (1 + np.exp(-np.clip(score, -60, 60))) - used.cost
    return [float(gain[one].sum()) for one in held]


def evidence(texts: Sequence[str], shingles: Sequence[NDArray[np.uint32]]) -> tuple[Floats, list[NDArray[np.int64]]]:
    """Features of the group's distinct shingles (ascending), and for each copy which of them it holds."""
    distinct = _first(np.concatenate(shingles))[0] if len(shingles) else np.empty(0, np.uint32)
    holders = np.zeros(len(distinct))
    features = np.zeros((len(distinct), len(NAMES)))
    lines = features[:, 1:5]
    held = []
    for text, own in zip(texts, shingles, strict=True):
        values, first = _first(own)
        columns = np.searchsorted(distinct, values)
        held.append(columns)
        holders[columns] += 1
        lines[columns] += _of_words(text, len(own) + SHINGLE_WORDS - 1, first + SHINGLE_WORDS // 2)
    share = (holders - 0.5) / len(texts)  # half a copy is added to both sides: one of few is not certainly alone
    lines /= np.maximum(holders, 1)[:, None]
    features[:, 0] = np.log(share / (1 - share))
    features[:, 5] = len(texts) == 2
    features[:, 6] = _fuller(lines[:, 1], holders <= max(1.0, FEW * len(texts)), held) / np.maximum(holders, 1)
    return features, held


def _first(hashes: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """The different hashes, ascending, and where each stands first."""
    order = np.argsort(hashes)
    ascending = hashes[order]
    starts = np.flatnonzero(np.diff(ascending, prepend=~ascending[:1]))
    return ascending[starts], np.minimum.reduceat(order, starts) if len(starts) else order


def _fuller(prose: Floats, few: NDArray[np.bool_], held: Sequence[NDArray[np.int64]]) -> Floats:
    """Of each shingle that few hold, the share of its holders' prose that few hold, summed over the holders."""
    result = np.zeros(len(prose))
    for columns in held:
        alone = prose[columns][few[columns]].sum()
        result[columns] += alone / max(1.0, prose[columns].sum())
    return result * few


def _of_words(text: str, count: int, wanted: NDArray[np.int64]) -> Floats:
    """What the line of each wanted word, of so many, says of it; shape (wanted, 4)."""
    sizes, prose = [], []
    for line, size in zip(text.split("\n"), line_sizes(text), strict=True):
        if size:
            sizes.append(size)
            prose.append(size >= PROSE_WORDS and _SENTENCE_END.search(line.rstrip()[-20:]) is not None)
    number = len(sizes)
    is_prose = np.zeros(number + 2 * AROUND)
    is_prose[AROUND : AROUND + number] = prose
    of_lines = np.zeros((number + 1, 4))  # the last is of words in no line
    of_lines[:-1, 0] = np.log(np.array(sizes, np.float64))
    of_lines[:-1, 1] = prose
    near = (is_prose[shift : shift + number] for shift in range(2 * AROUND + 1) if shift != AROUND)
    of_lines[:-1, 2] = sum(near) / (2 * AROUND)
    of_lines[:-1, 3] = (np.cumsum(prose) > 0) & (np.cumsum(prose[::-1])[::-1] > 0)
    line_of = np.full(count, number)
    filled = np.repeat(np.arange(number), sizes)[:count]
    line_of[: len(filled)] = filled
    result: Floats = of_lines[line_of[wanted]]
    return result
