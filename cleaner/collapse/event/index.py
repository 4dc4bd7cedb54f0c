"""Everything that the pair features read of documents, and the corpus of which they are asked for by row.

A corpus is portions of weighed rows (``term_matrix.weighed``) in memory, or in the files that tasks left: whoever
compares some documents reads the rows of these.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from cleaner.collapse.checkpoints import AS_KEPT, Arrays, Checkpoints, Forgetful, Mapped
from cleaner.collapse.event.document import KINDS
from cleaner.collapse.event.document_arrays import Index, Weighted
from cleaner.collapse.event.document_frequencies import (
    Frequencies,
    Reports,
    Vocabulary,
    counted_languages,
    hash_ranges,
    table,
    weights_of,
)
from cleaner.collapse.event.opened import Opened
from cleaner.collapse.event.packed_bags import (
    ACTORS,
    CONTENT,
    DEEDS,
    FIRST,
    RECORD,
    SUBJECTS,
    THINGS,
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

__all__ = ["Corpus", "Index", "build_corpus", "build_index"]

_NO_RECORDS, _NO_SIZES = np.zeros((0, RECORD.itemsize), np.uint8), np.zeros((0, len(FIELDS)), np.int64)
_NO_COLUMNS, _NO_WEIGHTS = np.zeros(0, np.int32), np.zeros(0, np.float32)


class Corpus:
    """All documents: little of each, and of any of them the rows. It goes to other processes as it is."""

    def __init__(self, portions: Sequence[Arrays], vocabulary: Vocabulary) -> None:
        """``portions`` are those of ``weighed``, in order."""
        self._portions = Opened(portions)
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
                kind: TermMatrix(field(kind, words.size(kind)), every["mass"][:, number], words.idf(kind))
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
            things=Weighted.of(field(THINGS, width)),
            counted=Weighted.of(sp.csr_matrix((heavy, place, indptr), shape=(len(rows), max(len(keys), 1)))),
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

    def _part(self, row: int) -> tuple[Arrays, int]:
        """The portion that a row stands in, and which row of it this is."""
        number = bisect_right(self._firsts, row) - 1
        return self._portions[number], row - self._firsts[number]

    def _parts(self, rows: NDArray[np.int64]) -> Iterator[tuple[Arrays, NDArray[np.int64]]]:
        """The portions that ascending rows stand in, and which rows of each these are."""
        bounds = np.searchsorted(rows, self._starts)
        for number in np.flatnonzero(np.diff(bounds)).tolist():
            yield self._portions[number], rows[bounds[number] : bounds[number + 1]] - self._starts[number]


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
    parts = list(tables(partial(table, packed, reports, corpus), hash_ranges(keys)))
    joined = kept.mapped("idf", mapped, AS_KEPT)
    vocabulary = Vocabulary(parts, list(joined(partial(weights_of, parts), KINDS)) if len(parts) > 1 else [])
    weights = kept.mapped("weights", mapped, AS_KEPT)
    return Corpus(list(weights(partial(weighed, vocabulary, reports, total), packed)), vocabulary)


def build_index(portions: Iterable[Arrays]) -> Index:
    """All documents of a small corpus."""
    corpus = build_corpus(portions)
    return corpus[np.arange(len(corpus))]
