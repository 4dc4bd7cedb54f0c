"""Looking things up over all segments: articles, hashes, reports, and the scored pairs of a number."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import zstandard

from cleaner.collapse.bands import code, decoded
from cleaner.collapse.checkpoints import Arrays, Checkpoints, Forgetful, Mapped
from cleaner.collapse.event.document_frequencies import Frequencies
from cleaner.collapse.event.packed_bags import records_of
from cleaner.collapse.event.packed_rows import frequencies, taken
from cleaner.collapse.near import Scored
from cleaner.collapse.ragged import ranges
from cleaner.index.layout import PACKED, PAIRS
from cleaner.index.segment import Segment
from cleaner.records import Article

_LEVEL = 9
"""Of zstd: a quarter smaller than the default at a cost that does not show beside the reading of a text."""
_VARIABLES = 500
"""Numbers in one SQL statement."""
Numbers = Sequence[int] | np.ndarray
Read = tuple[Article, int]
"""A record and its number of words."""


class Spans(NamedTuple):
    """Where some values stand among the postings of a name, segment by segment."""

    name: str
    segments: Sequence[Segment]
    low: np.ndarray
    """Shape (segments, values), as ``high``."""
    high: np.ndarray

    @property
    def sizes(self) -> np.ndarray:
        """How many holders each value has."""
        return np.asarray((self.high - self.low).sum(axis=0))

    def last(self, most: np.ndarray) -> Spans:
        """Of each value the latest holders, so many at most."""
        sizes = self.high - self.low
        later = np.cumsum(sizes[::-1], axis=0)[::-1] - sizes
        return self._replace(low=np.maximum(self.low, self.high - np.maximum(0, most - later)))

    def of(self, some: np.ndarray) -> Spans:
        """The same for those values where it is True; the others have no holder."""
        return self._replace(high=np.where(some, self.high, self.low))

    def values(self) -> np.ndarray:
        """The place of its value for every holder."""
        places = np.arange(self.low.shape[1])
        found = [np.repeat(places, high - low) for low, high in zip(self.low, self.high, strict=True)]
        return np.concatenate([np.empty(0, np.int64), *found])

    def get(self, column: str, kind: type[np.generic] = np.int64) -> np.ndarray:
        """A column of the postings for every holder."""
        found = [
            segment.get(f"{self.name}_{column}")[ranges(low, high)].astype(kind)
            for segment, low, high in zip(self.segments, self.low, self.high, strict=True)
        ]
        return np.concatenate([np.empty(0, kind), *found])


class Store:
    """The committed segments and the one being made, with the manifest's connection."""

    def __init__(self, connection: sqlite3.Connection, segments: list[Segment]) -> None:
        self.sql = connection
        self.segments = segments
        self.mapped: Mapped = map
        """Carries the work of a run."""
        self.kept: Checkpoints = Forgetful()
        """Keep the results of its stages: a run that is ended goes on behind the last one."""
        self._read: dict[int, Read] = {}

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

    def places(self, kind: str, numbers: Numbers) -> Iterator[tuple[Segment, np.ndarray, np.ndarray]]:
        """By segment, the rows of those of these numbers that it has, and their places in the list.

        Raises KeyError for one that no segment has.
        """
        wanted = np.asarray(numbers, dtype=np.int64)
        missing = np.arange(len(wanted))
        for segment in self.segments:
            if not segment.holds(kind) or not len(segment.get(f"{kind}_number")):
                continue
            own = segment.get(f"{kind}_number")
            sought = wanted[missing].astype(own.dtype)  # of one type, or all of the file is converted
            rows = np.minimum(np.searchsorted(own, sought), len(own) - 1)
            held = own[rows] == wanted[missing]
            yield segment, rows[held], missing[held]
            missing = missing[~held]
        if len(missing):
            raise KeyError(f"{kind} {wanted[missing].min()}")

    def column(self, kind: str, name: str, numbers: Numbers, form: type[np.generic]) -> np.ndarray:
        """A plain array's values of these numbers."""
        found = np.empty(len(numbers), form)
        for segment, rows, places in self.places(kind, numbers):
            found[places] = segment.get(name)[rows]
        return found

    def ragged(self, kind: str, name: str, numbers: Sequence[int]) -> dict[int, np.ndarray]:
        """Rows of a ragged array by number."""
        return {
            numbers[place]: own[row]
            for segment, rows, places in self.places(kind, numbers)
            for own in [segment.ragged(name)]
            for row, place in zip(rows.tolist(), places.tolist(), strict=True)
        }

    def articles(self, numbers: Sequence[int]) -> dict[int, Article]:
        """Records by number."""
        return {number: unpack_article(row) for number, row in self.ragged("record", "record_bytes", numbers).items()}

    def take(self, articles: Mapping[int, Article], words: Iterable[int]) -> None:
        """What is known of records by number: stories come to them more than once in a run."""
        self._read.update(zip(articles, zip(articles.values(), words, strict=True), strict=True))

    def readings(self, numbers: Collection[int]) -> dict[int, Read]:
        """Records by number, with their numbers of words."""
        fresh = self.articles([number for number in numbers if number not in self._read])
        self.take(fresh, self.column("record", "record_words", list(fresh), np.int64).tolist())
        return {number: self._read[number] for number in numbers}

    def hashes(self, texts: Sequence[int]) -> dict[int, np.ndarray]:
        """Shingle hashes of texts in text order, by number."""
        return self.ragged("text", "text_hashes", texts)

    def packed(self, among: Sequence[Segment] | None = None) -> list[tuple[np.ndarray, Arrays]]:
        """The reports of each segment that has any: their numbers, and what the event stage read of them."""
        segments = self.segments if among is None else among
        return [(one.get("report_number"), one.under(PACKED)) for one in segments if one.holds("report")]

    def reports(self, numbers: Numbers) -> Arrays:
        """Some reports as the event stage read them, a row each, in the order of their numbers."""
        portions: list[Arrays] = []
        found, first = np.empty(len(numbers), np.int64), 0
        for segment, rows, places in self.places("report", numbers):
            found[places] = first + rows
            portions.append(segment.under(PACKED))
            first += len(segment.get("report_number"))
        return dict(taken(portions, found))

    def hours(self, numbers: Numbers) -> np.ndarray:
        """When these reports were published, in hours (UTC), NaN for an undated one."""
        found = np.empty(len(numbers))
        for segment, rows, places in self.places("report", numbers):
            found[places] = records_of(segment.under(PACKED))["hour"][rows]
        return found

    def frequencies(self) -> Mapping[str, Frequencies]:
        """By kind of bag, a function that counts terms among the reports that stand."""
        dead = ((packed, ~self.alive("report", numbers)) for numbers, packed in self.packed())
        return frequencies([(packed, np.flatnonzero(rows)) for packed, rows in dead])

    def spans(self, name: str, values: np.ndarray, without: Segment | None = None) -> Spans:
        """Where these values stand among the postings of all segments but one."""
        segments = [one for one in self.segments if one is not without and one.holds(name)]
        keys = [one.get(f"{name}_key") for one in segments]
        bounds = [[np.searchsorted(own, values.astype(own.dtype), side) for own in keys] for side in ("left", "right")]
        low, high = (np.array(side, np.int64).reshape(len(keys), len(values)) for side in bounds)
        return Spans(name, segments, low, high)

    def partners(self, name: str, nodes: np.ndarray, value: str = "score") -> Scored:
        """Places of these numbers, each with a number it is paired with, of pairs that stand; a ``value`` of each."""
        spans, kind = self.spans(name, nodes), PAIRS[name].keys["key"]
        every = Scored(spans.values(), spans.get("holder"), spans.get(value, np.float64))
        return every.at(self.alive(kind, nodes[every.left]) & self.alive(kind, every.right))

    def pairs_of(self, name: str, nodes: np.ndarray, value: str = "score") -> Scored:
        """All pairs of these numbers with numbers that stand, sorted, with their score or another ``value``."""
        place, other, values = self.partners(name, nodes, value)
        own = nodes[place]
        found, first = np.unique(code(np.minimum(own, other), np.maximum(own, other)), return_index=True)
        return Scored(*decoded(found), values[first])

    def reach(self, name: str, seeds: Iterable[int], least: float | None = None) -> tuple[np.ndarray, Scored]:
        """What hangs together with the seeds by pairs that score ``least`` or more, and all pairs within, sorted."""
        nodes = np.array(sorted(set(seeds)), dtype=np.int64)
        frontier, parts = nodes, []
        while len(frontier):
            pairs = self.pairs_of(name, frontier)
            parts.append(pairs)
            tied = pairs if least is None else pairs.at(pairs.score >= least)
            frontier = np.setdiff1d(np.r_[tied.left, tied.right], nodes)
            nodes = np.union1d(nodes, frontier)
        every = Scored.joined(parts)
        every = every.at(np.isin(every.left, nodes) & np.isin(every.right, nodes))
        _, first = np.unique(code(every.left, every.right), return_index=True)
        return nodes, every.at(first)


def text_key(text: str) -> bytes:
    """A string as the manifest stores it; page data may hold what is no valid Unicode."""
    return text.encode("utf-8", "surrogatepass")


def key_text(key: bytes) -> str:
    """The string of a ``text_key``."""
    return bytes(key).decode("utf-8", "surrogatepass")


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


_ARTICLE = dataclasses.fields(Article)
