"""Looking things up over all segments: articles, hashes, reports, and the scored pairs of a number."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import zstandard

from cleaner.collapse.event.document import Document
from cleaner.index.segment import Segment
from cleaner.records import Article

_LEVEL = 9
"""Of zstd: a quarter smaller than the default at a cost that does not show beside the reading of a text."""
_VARIABLES = 500
"""Numbers in one SQL statement."""


class Pairs(NamedTuple):
    """Scored pairs; ``left[k] < right[k]``, sorted, each once."""

    left: np.ndarray
    right: np.ndarray
    score: np.ndarray


class Store:
    """The committed segments and the one being made, with the manifest's connection."""

    def __init__(self, connection: sqlite3.Connection, segments: list[Segment]) -> None:
        self.sql = connection
        self.segments = segments

    def rows(self, query: str, values: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
        """Rows of a query with ``IN (?)`` over any number of values."""
        wanted = list(values)
        for start in range(0, len(wanted), _VARIABLES):
            part = wanted[start : start + _VARIABLES]
            yield from self.sql.execute(query.replace("(?)", f"({','.join('?' * len(part))})"), part)

    def count(self, table: str) -> int:
        """Number of rows of a table, with a condition behind its name of those that satisfy it."""
        return int(self.sql.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

    @cached_property
    def _dead(self) -> dict[str, np.ndarray]:
        found: dict[str, list[int]] = {}
        for kind, number in self.sql.execute("SELECT kind, number FROM dead ORDER BY kind, number"):
            found.setdefault(kind, []).append(number)
        return {kind: np.array(numbers, dtype=np.int64) for kind, numbers in found.items()}

    def dead(self, kind: str) -> np.ndarray:
        """Numbers of a kind that stand no more, ascending."""
        return self._dead.get(kind, np.empty(0, np.int64))

    def bury(self, kind: str, numbers: Iterable[int]) -> None:
        """List numbers as dead."""
        self.sql.executemany("INSERT OR IGNORE INTO dead VALUES (?, ?)", [(kind, number) for number in sorted(numbers)])
        self.__dict__.pop("_dead", None)

    def forget_dead(self) -> None:
        """Empty the list: no segment holds any of them."""
        self.sql.execute("DELETE FROM dead")
        self.__dict__.pop("_dead", None)

    def alive(self, kind: str, numbers: np.ndarray) -> np.ndarray:
        """Which of these numbers still stand (bool)."""
        dead = self.dead(kind)
        return ~np.isin(numbers, dead) if len(dead) else np.ones(len(numbers), dtype=bool)

    def places(self, kind: str, numbers: Sequence[int]) -> Iterator[tuple[Segment, int, int]]:
        """For each number, its segment and its row there. Raises KeyError for one that no segment has."""
        missing = dict.fromkeys(numbers)
        for segment in self.segments:
            if f"{kind}_number" not in segment or not missing:
                continue
            own = segment.get(f"{kind}_number")
            wanted = np.array(list(missing), dtype=np.int64)
            at = np.searchsorted(own, wanted.astype(own.dtype))  # of one type, or all of the file is converted
            held = at < len(own)
            held[held] = own[at[held]] == wanted[held]
            for number, row in zip(wanted[held].tolist(), at[held].tolist(), strict=True):
                del missing[number]
                yield segment, row, number
        if missing:
            raise KeyError(f"{kind} {min(missing)}")

    def ragged(self, kind: str, name: str, numbers: Sequence[int]) -> dict[int, np.ndarray]:
        """Rows of a ragged array by number."""
        return {number: segment.row(name, row) for segment, row, number in self.places(kind, numbers)}

    def articles(self, numbers: Sequence[int]) -> dict[int, Article]:
        """Records by number."""
        return {number: unpack_article(row) for number, row in self.ragged("record", "record_bytes", numbers).items()}

    def documents(self, numbers: Sequence[int]) -> dict[int, Document]:
        """Reports by number, as the event stage counted them."""
        return {number: unpack_document(row) for number, row in self.ragged("report", "report_bytes", numbers).items()}

    def pairs_of(self, kind: str, nodes: np.ndarray, value: str = "score") -> Pairs:
        """All pairs of these numbers with numbers that stand, with their score or another ``value``."""
        found: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        for segment in self.segments:
            if f"{kind}_left" not in segment:
                continue
            left, right, score = (segment.get(f"{kind}_{name}") for name in ("left", "right", value))
            forward = _ranges(left, nodes)
            back = segment.get(f"{kind}_back")[_ranges(segment.get(f"{kind}_rights"), nodes)]
            rows = np.unique(np.r_[forward, back]).astype(np.int64)
            found.append((left[rows].astype(np.int64), right[rows].astype(np.int64), np.asarray(score[rows])))
        if not found:
            return Pairs(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float64))
        a, b, score = (np.concatenate(part) for part in zip(*found, strict=True))
        stand = self.alive(_NODES[kind], a) & self.alive(_NODES[kind], b)
        a, b, score = a[stand], b[stand], score[stand]
        order = np.lexsort((b, a))
        return Pairs(a[order], b[order], score[order])

    def reach(self, kind: str, seeds: Iterable[int], least: float | None = None) -> tuple[np.ndarray, Pairs]:
        """What hangs together with the seeds by pairs that score ``least`` or more, and all pairs within."""
        nodes = np.array(sorted(set(seeds)), dtype=np.int64)
        frontier, parts = nodes, []
        while len(frontier):
            pairs = self.pairs_of(kind, frontier)
            parts.append(pairs)
            tied = np.ones(len(pairs.left), dtype=bool) if least is None else pairs.score >= least
            seen = np.unique(np.r_[pairs.left[tied], pairs.right[tied]])
            frontier = np.setdiff1d(seen, nodes)
            nodes = np.union1d(nodes, frontier)
        if not parts:
            return nodes, Pairs(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float64))
        left, right, score = (np.concatenate(part) for part in zip(*parts, strict=True))
        inside = np.isin(left, nodes) & np.isin(right, nodes)
        left, right, score = left[inside], right[inside], score[inside]
        order = np.lexsort((right, left))
        left, right, score = left[order], right[order], score[order]
        first = np.ones(len(left), dtype=bool)
        first[1:] = (np.diff(left) != 0) | (np.diff(right) != 0)
        return nodes, Pairs(left[first], right[first], score[first])


_NODES = {"near": "version", "event": "report"}
"""What the pairs of a kind are pairs of."""


def put_pairs(segment: Segment, kind: str, pairs: Pairs, likeness: np.ndarray | None = None) -> None:
    """Set a segment's pairs, sorted by left and findable by right.

    ``likeness`` is that by which event candidates were ranked.
    """
    order = np.lexsort((pairs.right, pairs.left))
    left, right = pairs.left[order].astype(np.uint32), pairs.right[order].astype(np.uint32)
    back = np.lexsort((left, right))
    segment.put(f"{kind}_left", left)
    segment.put(f"{kind}_right", right)
    segment.put(f"{kind}_score", pairs.score[order].astype(np.float64))
    if likeness is not None:
        segment.put(f"{kind}_likeness", likeness[order].astype(np.float32))
    segment.put(f"{kind}_back", back.astype(np.uint32))
    segment.put(f"{kind}_rights", right[back])


def ranges(first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """All places from each ``first`` up to its ``last``, one range after the other."""
    sizes = last - first
    total = int(sizes.sum())
    offset = np.repeat(np.cumsum(sizes) - sizes, sizes)
    return np.arange(total) - offset + np.repeat(first, sizes)


def _ranges(ascending: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Places of all wanted values in an ascending array."""
    own = np.asarray(ascending)
    wanted = wanted.astype(own.dtype)
    return ranges(np.searchsorted(own, wanted, "left"), np.searchsorted(own, wanted, "right"))


def text_key(text: str) -> bytes:
    """A string as the manifest stores it; page data may hold what is no valid Unicode."""
    return text.encode("utf-8", "surrogatepass")


def pack(value: Any) -> bytes:
    """Plain data, compressed."""
    written = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    return zstandard.ZstdCompressor(level=_LEVEL).compress(text_key(written))


def unpack(packed: bytes | np.ndarray) -> Any:
    """What ``pack`` made. Raises ValueError or ZstdError for anything else."""
    return json.loads(zstandard.ZstdDecompressor().decompress(bytes(packed)).decode("utf-8", "surrogatepass"))


def pack_article(article: Article) -> bytes:
    """An article without its cuts, and without what is for those who look at them."""
    names = [field.name for field in _ARTICLE if field.name not in ("cuts", "doubtful")]
    return pack({name: getattr(article, name) for name in names})


def unpack_article(packed: bytes | np.ndarray) -> Article:
    """What ``pack_article`` made."""
    return Article(**unpack(packed))


def pack_document(document: Document) -> bytes:
    """What the event stage read of a report."""
    return pack({field.name: _in_order(getattr(document, field.name)) for field in _DOCUMENT})


def _in_order(value: Any) -> Any:
    """Sets and counts as plain data, in an order that does not change from run to run."""
    if isinstance(value, dict):
        return dict(sorted(value.items()))
    return sorted(value) if isinstance(value, (set, frozenset)) else value


def unpack_document(packed: bytes | np.ndarray) -> Document:
    """What ``pack_document`` made."""
    plain = unpack(packed)
    for field in _DOCUMENT:
        if str(field.type).startswith("frozenset"):
            plain[field.name] = frozenset(plain[field.name])
    return Document(**plain)


_ARTICLE = dataclasses.fields(Article)
_DOCUMENT = dataclasses.fields(Document)
