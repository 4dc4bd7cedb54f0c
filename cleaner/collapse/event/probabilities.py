"""Scored pairs of the event stage, looked up by their rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from cleaner.collapse.event import Pairs


class Probabilities(Mapping[tuple[int, int], float]):
    """Scored pairs by their rows (left < right): millions of them, so they stay arrays."""

    def __init__(self, pairs: Pairs) -> None:
        self._pairs = pairs
        self._codes = pairs.left << np.int64(32) | pairs.right

    def __getitem__(self, pair: tuple[int, int]) -> float:
        code = pair[0] << 32 | pair[1]
        at = int(np.searchsorted(self._codes, code))
        if at == len(self._codes) or self._codes[at] != code:
            raise KeyError(pair)
        return float(self._pairs.probability[at])

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return zip(self._pairs.left.tolist(), self._pairs.right.tolist(), strict=True)

    def __len__(self) -> int:
        return len(self._codes)
