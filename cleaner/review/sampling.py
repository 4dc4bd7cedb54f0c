"""Bounded choices from a stream: the best few by a key, and a fixed random sample."""

from __future__ import annotations

import hashlib
import heapq
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")
SEED = b"cleaner report 0"


class Best(Generic[Item]):
    """The ``most`` items with the highest keys. Of equal keys the one with the lower name goes first."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._heap: list[tuple[float, _Last, int, Item]] = []
        self._count = 0

    def wants(self, key: float) -> bool:
        """Whether an item with this key may be kept: asked before one is made."""
        return self.most > 0 and (len(self._heap) < self.most or key >= self._heap[0][0])

    def offer(self, key: float, name: str, item: Item) -> None:
        """Keep the item if it is among the best so far."""
        if not self.wants(key):
            return
        self._count += 1
        entry = (key, _Last(name), -self._count, item)
        if len(self._heap) < self.most:
            heapq.heappush(self._heap, entry)
        else:
            heapq.heappushpop(self._heap, entry)

    def items(self) -> list[Item]:
        """The best first."""
        return [entry[-1] for entry in sorted(self._heap, key=lambda entry: entry[:3], reverse=True)]


class _Last(str):
    """A name that counts as more the earlier it stands in the alphabet."""

    def __lt__(self, other: Any) -> bool:
        return str.__gt__(self, other)

    def __gt__(self, other: Any) -> bool:
        return str.__lt__(self, other)


def lot(name: str) -> float:
    """A number from 0 to 1 that a name draws, the same in every run: the highest are a random sample."""
    drawn = hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=8, key=SEED).digest()
    return int.from_bytes(drawn, "big") / 2**64
