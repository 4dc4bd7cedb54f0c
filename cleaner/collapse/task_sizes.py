"""How much goes into a task: of a small corpus less, so that every core has something to do, of a huge one more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

FEW, MANY = 64, 4_096
"""Tasks of a stage that a corpus is divided into at least, where none gets too small by that, and at most. A task is a
file and a mark, and takes about a millisecond beside its work; each number is from how many cores a run has."""
LEAST = 4
"""A task may have a part of the usual size as small as this."""


def size(total: int, usual: int) -> int:
    """Items of a task of which there are ``total``. So the tasks are the same whoever does them."""
    fewer = max(1, usual // LEAST, -(-total // FEW))
    return max(min(usual, fewer), -(-total // MANY))


def within(sizes: Sequence[int] | NDArray[np.int64], most: int) -> Iterator[slice]:
    """Slices of things of these sizes, in their order: as many as sum up to ``most`` at most, one at least."""
    total = np.cumsum(sizes)
    first = 0
    while first < len(total):
        last = int(np.searchsorted(total, (total[first - 1] if first else 0) + most, "right"))
        yield slice(first, max(last, first + 1))
        first = max(last, first + 1)
