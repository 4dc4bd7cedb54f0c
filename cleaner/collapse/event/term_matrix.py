"""The weighted terms of documents: rows of sparse matrices, made portion by portion, each by itself.

The weights follow from the table of the whole corpus (``document_frequencies``). Columns stand in the order of their
terms' hashes, which makes every sum over a row independent of the order in which documents came.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from cleaner.collapse.checkpoints import Arrays
from cleaner.collapse.event.brief import SHARED, SHARED_UNKNOWN, SMALL
from cleaner.collapse.event.document import KINDS, MIN_TOKENS
from cleaner.collapse.event.document_frequencies import Reports, Vocabulary, alone
from cleaner.collapse.event.packed_bags import (
    ACTORS,
    CONTENT,
    COUNTED,
    DEEDS,
    FIRST,
    HEAD,
    SUBJECTS,
    THINGS,
    languages_of,
    records_of,
)
from cleaner.collapse.ragged import ranges

LITTLE_WEIGHT = 50.0
"""Added to the squared length of every row: about the square of one rare term's weight."""
SALIENT_TERMS = 12
SALIENT_NAMES = 6
"""How many of a document's heaviest lead terms and names carry its story (the coverage features)."""
LITTLE_SALIENCE = 0.5
"""Added to the sum of the heaviest weights, which is 2 to 3 in a text of its own words: a lead of nothing
but a template's words is not covered by another one."""
LITTLE_HEAD = 2.0
"""Added to the idf of a headline's terms, as of one common term."""
HEAVIEST_TERMS = 60
"""By which a document is found (``candidates``)."""
SALIENT, SALIENT_OF_NAMES, SALIENT_HEAD = "salient terms", "salient names", "salient head"
FIELDS = (*KINDS, SALIENT, SALIENT_OF_NAMES, SALIENT_HEAD, CONTENT, DEEDS, ACTORS, SUBJECTS, FIRST, THINGS)
"""What a row consists of, one after the other."""
TOP = "top"
_ROWS = 4_000
"""Rows that are looked at at once: bounds the memory."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TermMatrix:
    """Some documents in one kind of bag."""

    unit: sp.csr_matrix
    """Weights in rows of Euclidean length just under 1 (see ``LITTLE_WEIGHT``): a dot product is a cosine."""
    mass: Floats
    """idf mass of every row."""
    idf: NDArray[np.float32]
    """Of every column: summed over the columns that two rows share, it is the idf mass they share."""


class Rows(tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]):
    """Rows of a sparse matrix one after the other: their sizes, columns and weights."""

    __slots__ = ()


def weighed(vocabulary: Vocabulary, reports: Reports, total: int, portion: Arrays) -> Arrays:
    """The rows of a portion of documents (``packed_bags.pack``).

    A row has its ``FIELDS`` one after the other: ``columns`` of each entry and its weight; ``starts`` says where each
    field begins. ``total`` is the number of documents of the corpus that these ``reports`` are, or are a part of.
    Weights are (1 + log count) idf, scaled to rows of length 1; a set has 1, and things their idf.
    ``counted keys`` are hashes with the idf of what they count. ``top`` are the entries by which a document is found,
    ``seen column`` and ``seen count`` how often these are.
    """
    records = records_of(portion).copy()
    numbers = np.array([reports.number_of[code] for code in languages_of(portion)], np.int32)
    lone = alone(reports)[numbers][records["language"]]
    fields: dict[str, Rows] = {}
    for place, kind in enumerate(KINDS):
        column, idf = vocabulary.found(kind, portion[f"{kind} keys"])
        fields[kind], records["mass"][:, place], local = _unit(kind, portion, column, idf, lone)
        if kind == "lead":
            best = _salience(local, SALIENT_TERMS)
            in_terms, _ = vocabulary.found("terms", portion["lead keys"])
            fields[SALIENT] = _rows(best, in_terms)
        if kind == "names":
            fields[SALIENT_OF_NAMES] = _rows(_salience(local, SALIENT_NAMES), column)
    fields[SALIENT_HEAD] = _head(vocabulary, portion)
    for kind in (CONTENT, DEEDS, ACTORS, SUBJECTS, FIRST):
        column, _ = vocabulary.found("terms", portion[f"{kind} keys"])
        fields[kind] = Rows((portion[f"{kind} sizes"], column, np.ones(len(column), np.float32)))
    fields[THINGS] = _heavy(portion[f"{THINGS} sizes"], *vocabulary.found("terms", portion[f"{THINGS} keys"]))
    _, idf = vocabulary.found("terms", portion[f"{COUNTED} things"])
    counted = _heavy(portion[f"{COUNTED} sizes"], portion[f"{COUNTED} keys"], idf)
    share = np.where(records["listed"] & ~records["nouns"], SHARED, SHARED_UNKNOWN)
    records["to_share"] = share * min(1.0, SMALL / max(1, total)) * portion[f"{CONTENT} sizes"]
    records["language"] = numbers[records["language"]]
    starts, columns, weights = _one_after_the_other([fields[name] for name in FIELDS])
    size = vocabulary.size("terms")
    top = heaviest_terms(_matrix(fields["terms"], size), ~mute(records))
    seen, times = np.unique(top.indices, return_counts=True)
    return {
        "records": records.view(np.uint8).reshape(len(records), -1),
        "starts": starts,
        "columns": columns,
        "weights": weights,
        "counted starts": _ends(counted[0]),
        "counted keys": counted[1],
        "counted weights": counted[2],
        f"{TOP} starts": top.indptr.astype(np.int64),
        f"{TOP} columns": top.indices,
        f"{TOP} weights": top.data,
        "seen column": seen,
        "seen count": times.astype(np.int32),
    }


def mute(records: NDArray[Any]) -> NDArray[np.bool_]:
    """Which documents take part in no pair: they say too little to name an event, or are to join nothing."""
    found: NDArray[np.bool_] = (records["length"] < MIN_TOKENS) | records["apart"]
    return found


def _unit(
    kind: str, portion: Arrays, column: NDArray[np.int32], idf: NDArray[np.float32], lone: NDArray[np.float32]
) -> tuple[Rows, Floats, sp.csr_matrix]:
    """Rows of length 1 in the columns of the table, their idf masses, and the same rows in the portion's own columns.

    A term that the table lacks is one of a single document: it weighs in lengths and masses, and is left out.
    """
    sizes, own = portion[f"{kind} sizes"], portion[f"{kind} columns"]
    count = _COUNTS[portion[f"{kind} halves"]]
    row = np.repeat(np.arange(len(sizes)), sizes)
    weight = idf[own]
    missing = np.flatnonzero(weight == 0)
    weight[missing] = lone[row[missing]]
    value = count * weight
    squares = np.bincount(row, value.astype(np.float64) ** 2, len(sizes))
    mass = np.bincount(row, weight, len(sizes)).astype(np.float64)
    value = (value * np.repeat(1 / np.sqrt(squares + LITTLE_WEIGHT), sizes)).astype(np.float32)
    if len(missing):
        held = idf[own] > 0
        own, value = own[held], value[held]
        sizes = np.bincount(row[held], minlength=len(sizes)).astype(np.int32)
    return Rows((sizes, column[own], value)), mass, _matrix(Rows((sizes, own, value)), len(column))


def _counts() -> NDArray[np.float32]:
    """Of twice a term's count: 1 + log count, below 1 the count."""
    count = np.arange(1 << 16, dtype=np.uint16) / np.float32(2)
    return np.asarray(np.where(count >= 1, 1 + np.log(np.maximum(count, 1)), count), np.float32)


_COUNTS = _counts()


def _head(vocabulary: Vocabulary, portion: Arrays) -> Rows:
    """By term, the share of every headline's idf that it carries; a little less, as ``LITTLE_SALIENCE`` says."""
    sizes = portion[f"{HEAD} sizes"]
    column, weight = vocabulary.found("terms", portion[f"{HEAD} keys"])
    total = np.bincount(np.repeat(np.arange(len(sizes)), sizes), weight, len(sizes))
    return _heavy(sizes, column, (weight * np.repeat(1 / (total + LITTLE_HEAD), sizes)).astype(np.float32))


def _heavy(sizes: NDArray[np.int32], column: NDArray[Any], weight: NDArray[np.float32]) -> Rows:
    """Without entries of no weight."""
    held = weight != 0
    row = np.repeat(np.arange(len(sizes)), sizes)
    return Rows((np.bincount(row[held], minlength=len(sizes)).astype(np.int32), column[held], weight[held]))


def _salience(matrix: sp.csr_matrix, most: int) -> sp.csr_matrix:
    """The heaviest entries of every row, scaled to sum to just under 1, to less in rows of little weight."""
    best = heaviest(matrix, most)
    sizes = np.diff(best.indptr)
    total = np.bincount(np.repeat(np.arange(len(sizes)), sizes), best.data, len(sizes))
    best.data = (best.data * np.repeat(1 / (total + LITTLE_SALIENCE), sizes)).astype(np.float32)
    return best


def _ends(sizes: NDArray[np.integer]) -> NDArray[np.int64]:
    """Where each row begins, and behind the last."""
    return np.concatenate(([0], np.cumsum(sizes, dtype=np.int64)))


def _matrix(rows: Rows, width: int) -> sp.csr_matrix:
    sizes, column, weight = rows
    matrix = sp.csr_matrix((weight, column, _ends(sizes)), shape=(len(sizes), max(width, 1)))
    matrix.has_sorted_indices = True
    return matrix


def _rows(matrix: sp.csr_matrix, columns: NDArray[np.int32]) -> Rows:
    """Rows of a matrix whose columns are numbered so."""
    return Rows((np.diff(matrix.indptr), columns[matrix.indices], matrix.data))


def _one_after_the_other(
    fields: Sequence[Rows],
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32]]:
    """Where each field of each row begins, and the end of all; columns and weights."""
    starts = _ends(np.stack([sizes for sizes, _, _ in fields], axis=1).reshape(-1))
    columns, weights = np.empty(starts[-1], np.int32), np.empty(starts[-1], np.float32)
    for place, (_, column, weight) in enumerate(fields):
        at = ranges(starts[place : -1 : len(fields)], starts[place + 1 :: len(fields)])
        columns[at], weights[at] = column, weight
    return starts, columns, weights


def heaviest_terms(terms: sp.csr_matrix, usable: NDArray[np.bool_]) -> sp.csr_matrix:
    """The terms of every usable row that the inverted index holds; other rows are empty."""
    top = heaviest(terms, HEAVIEST_TERMS)
    top.data = top.data * np.repeat(usable.astype(top.dtype), np.diff(top.indptr))
    top.eliminate_zeros()
    return top


def heaviest(matrix: sp.csr_matrix, most: int) -> sp.csr_matrix:
    """Only the ``most`` heaviest entries of every row, none negative; of equal ones the earlier column stays."""
    sizes = np.diff(matrix.indptr).astype(np.int64)
    kept, counts = [np.zeros(0, np.int64)], [np.zeros(1, np.int64)]
    for start in range(0, matrix.shape[0], _ROWS):
        first, last = int(matrix.indptr[start]), int(matrix.indptr[min(start + _ROWS, matrix.shape[0])])
        own = sizes[start : start + _ROWS]
        row = np.repeat(np.arange(len(own)), own)
        # The bits of floats that are not negative are in the order of the floats.
        weight = matrix.data[first:last].astype(np.float32).view(np.uint32).astype(np.int64)
        order = np.argsort(row << 32 | (0xFFFFFFFF - weight), kind="stable")
        rank = np.arange(len(order)) - np.repeat(np.cumsum(own) - own, own)
        kept.append(np.sort(order[rank < most]) + first)
        counts.append(np.minimum(own, most))
    keep, starts = np.concatenate(kept), np.cumsum(np.concatenate(counts))
    return sp.csr_matrix((matrix.data[keep], matrix.indices[keep], starts), shape=matrix.shape)
