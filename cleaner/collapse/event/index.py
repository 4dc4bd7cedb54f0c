"""Everything that the pair features read of documents, and the corpus of which they are asked for by row.

A corpus is portions of weighed rows (``term_matrix.weighed``) in memory, or in the files that tasks left: whoever
compares some documents reads the rows of these.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from cleaner.collapse.checkpoints import AS_KEPT, Arrays, Checkpoints, Forgetful, Mapped
from cleaner.collapse.event.document import KINDS
from cleaner.collapse.event.document_frequencies import (
    Frequencies,
    Reports,
    Vocabulary,
    counted_languages,
    hash_ranges,
    table,
)
from cleaner.collapse.event.packed_bags import (
    ACTORS,
    CONTENT,
    DEEDS,
    FIRST,
    RECORD,
    SUBJECTS,
    THINGS,
    Hashes,
    languages_of,
    records_of,
)
from cleaner.collapse.event.term_matrix import (
    FIELDS,
    SALIENT,
    SALIENT_HEAD,
    SALIENT_OF_NAMES,
    TOP,
    TermMatrix,
    mute,
    weighed,
)
from cleaner.collapse.ragged import ranges

RARE_SHARE = 0.004
"""A term is rare if its weight is that of one which fewer than 0.4 % of documents hold."""
_OPEN = 128
"""Portions of which the files are mapped, and so held open: half of what macOS lets a process open."""


_NO_RECORDS, _NO_SIZES = np.zeros((0, RECORD.itemsize), np.uint8), np.zeros((0, len(FIELDS)), np.int64)
_NO_COLUMNS, _NO_WEIGHTS = np.zeros(0, np.int32), np.zeros(0, np.float32)


class Weighted(NamedTuple):
    """Which of some things each document has; columns weigh."""

    own: sp.csr_matrix
    """The weight where a document has a thing."""
    present: sp.csr_matrix
    """1 there."""


@dataclass(frozen=True, slots=True)
class Index:
    """Some documents: one row each in every array and matrix."""

    size: int
    matrices: dict[str, TermMatrix]
    """By kind of bag (``document.KINDS``). Bigrams of one document are left out."""
    salient: dict[str, sp.csr_matrix]
    """Weights, summing to at most 1, of every document's heaviest lead terms (``terms``) and ``names``, and of the
    terms of its headline (``head``)."""
    brief: dict[str, sp.csr_matrix]
    """1 where a brief has a term: all its content, the deeds and the actors in it (``brief.Brief``)."""
    subjects: sp.csr_matrix
    first: sp.csr_matrix
    """1 where the headline of a document has a name, and has its first one (``brief.subjects``), by terms."""
    things: Weighted
    """Things that a document counts, weighted by their idf."""
    counted: Weighted
    """Numbers of such things, weighted by the things."""
    records: NDArray[Any]
    """Of ``packed_bags.RECORD``."""

    @property
    def language(self) -> NDArray[np.int32]:
        """A number for each language."""
        return self.records["language"]

    @property
    def listed(self) -> NDArray[np.bool_]:
        """Whether the function words of its language are known."""
        return self.records["listed"]

    @property
    def to_share(self) -> NDArray[np.float64]:
        """Terms that another text must share with a brief, see ``brief.SHARED``."""
        return self.records["to_share"]

    @property
    def day(self) -> NDArray[np.int32]:
        """Ordinal of the publication day, -1 for an undated document."""
        return self.records["day"]

    @property
    def hour(self) -> NDArray[np.float64]:
        """Time of publication in hours (UTC), NaN for an undated document."""
        return self.records["hour"]

    @property
    def length(self) -> NDArray[np.int32]:
        """Tokens read."""
        return self.records["length"]

    @property
    def site(self) -> Hashes:
        """Hash of the site's name, 0 where it is not known."""
        return self.records["site"]

    @property
    def years(self) -> NDArray[np.uint64]:
        """A bit for every year that a document names, shape (documents, 2)."""
        return self.records["years"]

    @property
    def weekdays(self) -> NDArray[np.int8]:
        """1 for every weekday that a document names, shape (documents, 7)."""
        return self.records["weekdays"]

    @property
    def months(self) -> NDArray[np.int8]:
        """The same for months, shape (documents, 12)."""
        return self.records["months"]

    @property
    def told(self) -> NDArray[np.uint64]:
        """A bit for every day of the year that a document names early, shape (documents, 6)."""
        return self.records["told"]

    @property
    def head_numbers(self) -> NDArray[np.uint64]:
        """A bit for every number of its headline, shape (documents, 2)."""
        return self.records["head_numbers"]

    @property
    def address(self) -> NDArray[np.float64]:
        """Share of the tokens that speak to the reader."""
        return self.records["address"]

    @property
    def idle(self) -> NDArray[np.bool_]:
        """Which documents name nobody and no time."""
        return self.records["idle"]

    @property
    def mute(self) -> NDArray[np.bool_]:
        """Which documents take part in no pair."""
        return mute(self.records)

    def rare(self, columns: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Which of these columns of the terms are rare."""
        found: NDArray[np.bool_] = self.matrices["terms"].idf[columns] > -np.log(RARE_SHARE)
        return found


class Corpus:
    """All documents: little of each, and of any of them the rows. It goes to other processes as it is."""

    def __init__(self, portions: Sequence[Arrays], vocabulary: Vocabulary) -> None:
        """``portions`` are those of ``weighed``, in order."""
        self._portions = portions
        self._open: dict[int, Arrays] = {}
        self.vocabulary = vocabulary
        sizes, hours, silent, lengths = [0], [], [], []
        for portion in portions:
            records = records_of(portion)
            sizes.append(len(records))
            hours.append(records["hour"].copy())
            silent.append(mute(records))
            lengths.append(records["length"].copy())
        self._starts = np.cumsum(sizes)
        self._firsts: list[int] = self._starts.tolist()
        self.hour = np.concatenate([np.zeros(0), *hours])
        self.mute = np.concatenate([np.zeros(0, np.bool_), *silent])
        self.length = np.concatenate([np.zeros(0, np.int32), *lengths])

    def __len__(self) -> int:
        return int(self._starts[-1])

    def __getstate__(self) -> dict[str, Any]:
        """In another process none is open."""
        return {**vars(self), "_open": {}}

    def __getitem__(self, rows: NDArray[np.int64]) -> Index:
        """Documents in the order of these rows, which ascend."""
        records, sizes, columns, weights = [_NO_RECORDS], [_NO_SIZES], [], []
        counts, counted, heaviness = [np.zeros(1, np.int64)], [np.zeros(0, np.uint64)], [np.zeros(0, np.float32)]
        for portion, own in self._parts(rows):
            records.append(portion["records"][own])
            bounds = portion["starts"][own[:, None] * len(FIELDS) + np.arange(len(FIELDS) + 1)]
            sizes.append(np.diff(bounds))
            place = ranges(bounds[:, :-1].T.reshape(-1), bounds[:, 1:].T.reshape(-1))  # field by field
            ends = np.cumsum(sizes[-1].sum(axis=0))[:-1]
            columns.append(np.split(portion["columns"][place], ends))
            weights.append(np.split(portion["weights"][place], ends))
            starts = portion["counted starts"]
            counts.append(starts[own + 1] - starts[own])
            place = ranges(starts[own], starts[own + 1])
            counted.append(portion["counted keys"][place])
            heaviness.append(portion["counted weights"][place])
        every_size = np.concatenate(sizes)

        def field(name: str, width: int) -> sp.csr_matrix:
            place = FIELDS.index(name)
            column = np.concatenate([_NO_COLUMNS, *(part[place] for part in columns)])
            weight = np.concatenate([_NO_WEIGHTS, *(part[place] for part in weights)])
            indptr = np.concatenate(([0], np.cumsum(every_size[:, place])))
            return sp.csr_matrix((weight, column, indptr), shape=(len(rows), max(width, 1)))

        words = self.vocabulary
        width = words.size("terms")
        every = np.concatenate(records).reshape(-1).view(RECORD)
        keys, place = np.unique(np.concatenate(counted), return_inverse=True)
        indptr, heavy = np.cumsum(np.concatenate(counts)), np.concatenate(heaviness)
        return Index(
            size=len(rows),
            matrices={
                kind: TermMatrix(
                    field(kind, words.size(kind)), every["mass"][:, number], words.idf(kind), words.hashes(kind)
                )
                for number, kind in enumerate(KINDS)
            },
            salient={
                "terms": field(SALIENT, width),
                "names": field(SALIENT_OF_NAMES, words.size("names")),
                "head": field(SALIENT_HEAD, width),
            },
            brief={kind: field(kind, width) for kind in (CONTENT, DEEDS, ACTORS)},
            subjects=field(SUBJECTS, width),
            first=field(FIRST, width),
            things=_weighted(field(THINGS, width)),
            counted=_weighted(sp.csr_matrix((heavy, place, indptr), shape=(len(rows), max(len(keys), 1)))),
            records=every,
        )

    def row(self, row: int, kind: str) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Columns and weights of one document."""
        portion, own = self._part(row)
        at = own * len(FIELDS) + FIELDS.index(kind)
        first, last = portion["starts"][at : at + 2].tolist()
        return portion["columns"][first:last].copy(), portion["weights"][first:last].copy()

    def day(self, row: int) -> int:
        """Ordinal of the publication day of one document, -1 if it has none."""
        portion, own = self._part(row)
        return int(records_of(portion)["day"][own])

    def top(self, rows: NDArray[np.int64]) -> sp.csr_matrix:
        """The terms by which documents are found, in the order of these rows, which ascend."""
        sizes, columns, weights = [np.zeros(1, np.int64)], [_NO_COLUMNS], [_NO_WEIGHTS]
        for portion, own in self._parts(rows):
            starts = portion[f"{TOP} starts"]
            sizes.append(starts[own + 1] - starts[own])
            place = ranges(starts[own], starts[own + 1])
            columns.append(portion[f"{TOP} columns"][place])
            weights.append(portion[f"{TOP} weights"][place])
        indptr = np.cumsum(np.concatenate(sizes))
        shape = len(rows), max(self.vocabulary.size("terms"), 1)
        return sp.csr_matrix((np.concatenate(weights), np.concatenate(columns), indptr), shape=shape)

    def frequency(self) -> NDArray[np.int32]:
        """Of every term, how many documents are found by it."""
        found = np.zeros(max(self.vocabulary.size("terms"), 1), np.int32)
        for portion in self._portions:
            found[portion["seen column"]] += portion["seen count"]
        return found

    def _opened(self, number: int) -> Arrays:
        """A portion, the last few of which stay mapped."""
        found = self._open.get(number)
        if found is None:
            if len(self._open) >= _OPEN:
                del self._open[next(iter(self._open))]
            found = self._open[number] = dict(self._portions[number])
        return found

    def _part(self, row: int) -> tuple[Arrays, int]:
        """The portion that a row stands in, and which row of it this is."""
        number = bisect_right(self._firsts, row) - 1
        return self._opened(number), row - self._firsts[number]

    def _parts(self, rows: NDArray[np.int64]) -> Iterator[tuple[Arrays, NDArray[np.int64]]]:
        """The portions that ascending rows stand in, and which rows of each these are."""
        bounds = np.searchsorted(rows, self._starts)
        for number in np.flatnonzero(np.diff(bounds)).tolist():
            yield self._opened(number), rows[bounds[number] : bounds[number + 1]] - self._starts[number]


def build_corpus(
    portions: Iterable[Arrays],
    corpus: Mapping[str, Frequencies] | None = None,
    mapped: Mapped = map,
    kept: Checkpoints | None = None,
) -> Corpus:
    """A corpus that comes in portions (``packed_bags.pack``), whatever their sizes.

    ``corpus`` counts, by kind of bag, the terms of a corpus that the documents are only a part of. ``mapped`` carries
    the work, whose results are ``kept``.
    """
    kept = kept or Forgetful()
    packed: list[Arrays] = []
    languages: Counter[str] = Counter()
    keys = 0
    for portion in portions:
        packed.append(portion)
        languages += counted_languages(languages_of(portion), records_of(portion)["language"])
        keys += max(len(portion[f"{kind} keys"]) for kind in KINDS)
    reports = Reports.of(languages)
    total = sum(corpus["terms"](np.zeros(0, np.uint64))[1]) if corpus else reports.total
    tables = kept.mapped("frequencies", mapped, AS_KEPT)
    vocabulary = Vocabulary(list(tables(partial(table, packed, reports, corpus), hash_ranges(keys))))
    weights = kept.mapped("weights", mapped, AS_KEPT)
    return Corpus(list(weights(partial(weighed, vocabulary, reports, total), packed)), vocabulary)


def build_index(portions: Iterable[Arrays]) -> Index:
    """All documents of a small corpus."""
    corpus = build_corpus(portions)
    return corpus[np.arange(len(corpus))]


def _weighted(own: sp.csr_matrix) -> Weighted:
    return Weighted(own, sp.csr_matrix((np.ones_like(own.data), own.indices, own.indptr), shape=own.shape))
