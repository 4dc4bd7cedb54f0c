"""Which blocks of a page are body, found by aligning their words with the gold text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cleaner import scripts

_TOKEN = re.compile(rf"[{scripts.KANA_AND_HAN}]|[^\W_]+")
MIN_SHARE = 0.6
"""Share of a block's words that must be aligned for it to be body."""
LONG = 8
"""Words from which a block must also share runs of ``RUN`` words with the gold text."""
RUN = 4
MIN_RUNS = 0.3


def tokens(text: str) -> list[str]:
    """Casefolded words; every Chinese or Japanese character is one."""
    return _TOKEN.findall(text.casefold())


def common_subsequence(left: Sequence[int], right: Sequence[int]) -> list[tuple[int, int]]:
    """Pairs of places (left, right) of one longest common subsequence, ascending.

    Bit-parallel, Hyyrö, "Bit-parallel LCS-length computation revisited", 2004: one addition of integers of
    ``len(right)`` bits for each item on the left; the rows are kept for the way back.
    """
    places: dict[int, int] = {}
    for at, item in enumerate(right):
        places[item] = places.get(item, 0) | 1 << at
    full = (1 << len(right)) - 1
    rows: list[int] = []
    known: list[int] = []
    state = full
    for at, item in enumerate(left):
        match = places.get(item)
        if match is None:
            continue
        shared = state & match
        state = ((state + shared) | (state - shared)) & full
        rows.append(state)
        known.append(at)
    packed = [row.to_bytes(len(right) // 8 + 1, "little") for row in rows]
    pairs = []
    row, column = len(rows), len(right)
    while row and column:
        byte, bit = divmod(column - 1, 8)
        if packed[row - 1][byte] >> bit & 1:
            column -= 1
            continue
        row -= 1
        if row and not packed[row - 1][byte] >> bit & 1:
            continue
        column -= 1
        pairs.append((known[row], column))
    return pairs[::-1]


def aligned_shares(blocks: Sequence[str], gold: str) -> NDArray[np.float64]:
    """For each block the share of its words that the gold text has at the same place of the story.

    Words that align one by one do not count: a block needs a run of two, a long one runs of four.
    """
    words = [tokens(block) for block in blocks]
    serial: dict[str, int] = {}
    left = [serial.setdefault(word, len(serial)) for block in words for word in block]
    right = [serial.setdefault(word, len(serial)) for word in tokens(gold)]
    hit = np.zeros(len(left), bool)
    in_run = np.zeros(len(left), bool)
    pairs = common_subsequence(left, right)
    for (a, b), (c, d) in zip(pairs, [*pairs[1:], (-1, -1)], strict=False):
        hit[a] = True
        if c == a + 1 and d == b + 1:
            in_run[a] = in_run[c] = True
    runs = Counter(tuple(right[at : at + RUN]) for at in range(len(right) - RUN + 1))
    shares = np.zeros(len(blocks))
    start = 0
    for at, block in enumerate(words):
        size = len(block)
        end = start + size
        if size:
            share = float(hit[start:end].mean())
            if size >= LONG:
                held = [tuple(left[i : i + RUN]) in runs for i in range(start, end - RUN + 1)]
                of_runs = sum(held) / len(held)
                if of_runs < MIN_RUNS:
                    share = min(share, of_runs)
                elif share > MIN_RUNS:
                    share = max(share, of_runs)
            elif size > 1 and not in_run[start:end].any():
                share = 0.0
            shares[at] = share
        start = end
    return shares
