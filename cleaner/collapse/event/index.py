"""Everything that the pair features read of a corpus, built in one pass over its documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from cleaner.collapse.event.background import Background
from cleaner.collapse.event.document import KINDS, Document
from cleaner.collapse.event.space import Bags, Space, build_space, heaviest

SALIENT_TERMS = 12
SALIENT_NAMES = 6
"""How many of a document's heaviest lead terms and names carry its story (the coverage features)."""
LITTLE_SALIENCE = 0.5
"""Added to the sum of the heaviest weights, which is 2 to 3 in a text of its own words: a lead of nothing
but a template's words is not covered by another one."""
RARE_SHARE = 0.002
"""A term is rare if its weight is that of one which fewer than 0.2 % of documents hold."""
LEAD_SHARE = 0.3
TITLE_SHARE = 0.02
"""The background counts whole texts; about these shares of the documents that hold a word hold it in the
lead or the title."""


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
    length: NDArray[np.int64]
    """Tokens read."""
    years: list[frozenset[int]]
    too_short: NDArray[np.bool_]


def build_index(documents: Iterable[Document], background: Background) -> Index:
    """Index a corpus; each document's counters are dropped once they are in the matrices."""
    bags = {kind: Bags() for kind in KINDS}
    days, lengths, years, short = [], [], [], []
    languages: dict[str, int] = {}
    spoken = []
    for document in documents:
        for kind in KINDS:
            bags[kind].add(getattr(document, kind))
        days.append(-1 if document.day is None else document.day)
        lengths.append(document.length)
        years.append(document.years)
        short.append(document.too_short)
        spoken.append(languages.setdefault(document.language, len(languages)))
    known: dict[str, Callable[[str], float]] = {
        "terms": background.term,
        "lead": lambda term: LEAD_SHARE * background.term(term),
        "title": lambda term: TITLE_SHARE * background.term(term),
        "names": background.name,
    }
    language = np.array(spoken, dtype=np.int64)
    spaces: dict[str, Space] = {}
    for kind in KINDS:
        whole = spaces["terms"] if kind in ("lead", "title") else None
        spaces[kind] = build_space(bags.pop(kind), known.get(kind), background.documents, language, whole)
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
        length=np.array(lengths, dtype=np.int64),
        years=years,
        too_short=np.array(short, dtype=bool),
    )


def _ones(matrix: sp.csr_matrix) -> sp.csr_matrix:
    ones = matrix.copy()
    ones.data = np.ones_like(ones.data)
    return ones


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
