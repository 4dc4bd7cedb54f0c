"""Everything that the pair features read of a corpus, built in one pass over its documents."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from cleaner.collapse.event.document import KINDS, Document
from cleaner.collapse.event.space import Bags, Frequencies, Space, build_space, heaviest

SALIENT_TERMS = 12
SALIENT_NAMES = 6
"""How many of a document's heaviest lead terms and names carry its story (the coverage features)."""
LITTLE_SALIENCE = 0.5
"""Added to the sum of the heaviest weights, which is 2 to 3 in a text of its own words: a lead of nothing
but a template's words is not covered by another one."""
RARE_SHARE = 0.004
"""A term is rare if its weight is that of one which fewer than 0.4 % of documents hold."""
PRIOR = {"terms": 9.0, "lead": 2.7, "title": 0.2, "bigrams": 0.0, "names": 0.0, "numbers": 0.0}
"""Of ``weighting.PRIOR_SIZE`` ordinary articles, how many hold a term somewhere, in the lead, in the title;
names, numbers and neighbouring words are taken for new. 9 and 26 in 3,000 differ by 0.04 points of F."""


@dataclass(frozen=True, slots=True)
class Index:
    """One row a document in every array and matrix."""

    size: int
    spaces: dict[str, Space]
    """By kind of bag (``document.KINDS``)."""
    salient: dict[str, sp.csr_matrix]
    """Weights, summing to at most 1, of every document's heaviest lead terms (``terms``) and ``names``."""
    present: dict[str, sp.csr_matrix]
    """1 for every term (``terms``) and name (``names``) of a document."""
    rare: sp.csr_matrix
    """1 for every rare term of a document."""
    bigrams: sp.csr_matrix
    """1 for every bigram of a document."""
    count: dict[str, NDArray[np.int64]]
    """Number of different terms by kind of bag."""
    day: NDArray[np.int64]
    """Ordinal of the publication day, -1 for an undated document."""
    hour: NDArray[np.float64]
    """Time of publication in hours (UTC), NaN for an undated document."""
    length: NDArray[np.int64]
    """Tokens read."""
    years: list[frozenset[int]]
    weekdays: NDArray[np.int8]
    """1 for every weekday that a document names, shape (documents, 7)."""
    months: NDArray[np.int8]
    """The same for months, shape (documents, 12)."""
    counted: tuple[sp.csr_matrix, sp.csr_matrix]
    """Square root of the idf of every thing that a document counts, and of every number of such a thing."""
    address: NDArray[np.float64]
    """Share of the tokens that speak to the reader."""
    too_short: NDArray[np.bool_]


def build_index(
    documents: Iterable[Document], corpus: Mapping[str, Frequencies] | None = None
) -> Index:
    """Index a corpus; each document's counters are dropped once they are in the matrices.

    ``corpus`` counts, by kind of bag, the terms of a corpus that the documents are only a part of.
    """
    bags = {kind: Bags() for kind in KINDS}
    days, hours, lengths, years, short = [], [], [], [], []
    weekdays, months, things, address = [], [], [], array("d")
    languages: dict[str, int] = {}
    spoken = []
    for document in documents:
        for kind in KINDS:
            bags[kind].add(getattr(document, kind))
        days.append(-1 if document.day is None else document.day)
        hours.append(np.nan if document.hour is None else document.hour)
        lengths.append(document.length)
        years.append(document.years)
        weekdays.append([day in document.weekdays for day in range(7)])
        months.append([month in document.months for month in range(1, 13)])
        things.append(sorted(document.counted))
        address.append(document.address)
        short.append(document.too_short)
        spoken.append(languages.setdefault(document.language, len(languages)))
    language = np.array(spoken, dtype=np.int64)
    spaces: dict[str, Space] = {}
    for kind in KINDS:
        whole = spaces["terms"] if kind in ("lead", "title") else None
        known_here = corpus[kind] if corpus else None
        spaces[kind] = build_space(bags.pop(kind), PRIOR[kind], language, whole, known_here)
    terms = spaces["terms"]
    rare = terms.unit.copy()
    rare.data = (terms.idf[rare.indices] > -np.log(RARE_SHARE)).astype(np.float32)
    rare.eliminate_zeros()
    return Index(
        size=len(days),
        spaces=spaces,
        salient={
            "terms": _in_columns_of(_salience(spaces["lead"].unit, SALIENT_TERMS), spaces["lead"], terms),
            "names": _salience(spaces["names"].unit, SALIENT_NAMES),
        },
        present={kind: _ones(spaces[kind].unit) for kind in ("terms", "names")},
        rare=rare,
        bigrams=_ones(spaces["bigrams"].unit),
        count={kind: np.diff(space.unit.indptr).astype(np.int64) for kind, space in spaces.items()},
        day=np.array(days, dtype=np.int64),
        hour=np.array(hours, dtype=np.float64),
        length=np.array(lengths, dtype=np.int64),
        years=years,
        weekdays=np.array(weekdays, dtype=np.int8).reshape(-1, 7),
        months=np.array(months, dtype=np.int8).reshape(-1, 12),
        counted=_counted(things, terms),
        address=np.array(address, dtype=np.float64),
        too_short=np.array(short, dtype=bool),
    )


def _ones(matrix: sp.csr_matrix) -> sp.csr_matrix:
    ones = matrix.copy()
    ones.data = np.ones_like(ones.data)
    return ones


def _counted(counted: Sequence[Sequence[str]], terms: Space) -> tuple[sp.csr_matrix, sp.csr_matrix]:
    """Things counted and ``number thing`` pairs, weighted by the things."""
    weight = dict(zip(terms.vocabulary, terms.idf.tolist(), strict=True))
    matrices = []
    for rows in ([dict.fromkeys(pair.partition(" ")[2] for pair in row) for row in counted], counted):
        bags = Bags()
        for row in rows:
            bags.add(dict.fromkeys(row, 1))
        matrix, vocabulary = bags.counts()
        idf = np.array([weight.get(key.partition(" ")[2] or key, 0.0) for key in vocabulary], dtype=np.float32)
        matrices.append(sp.csr_matrix(matrix @ sp.diags(np.sqrt(idf)), dtype=np.float32))
    return matrices[0], matrices[1]


def _salience(matrix: sp.csr_matrix, most: int) -> sp.csr_matrix:
    """The heaviest entries of every row, scaled to sum to just under 1, to less in rows of little weight."""
    best = heaviest(matrix, most)
    total = np.asarray(best.sum(axis=1), dtype=np.float64).ravel()
    return sp.csr_matrix(sp.diags(1 / (total + LITTLE_SALIENCE)) @ best, dtype=np.float32)


def _in_columns_of(matrix: sp.csr_matrix, space: Space, other: Space) -> sp.csr_matrix:
    """A matrix over one vocabulary in the columns of another that holds all its terms."""
    place = {term: column for column, term in enumerate(other.vocabulary)}
    columns = np.array([place[term] for term in space.vocabulary], dtype=np.int32)
    moved = sp.csr_matrix((matrix.data, columns[matrix.indices], matrix.indptr), shape=other.unit.shape)
    moved.sort_indices()
    return moved
