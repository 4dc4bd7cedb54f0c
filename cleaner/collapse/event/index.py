"""Everything that the pair features read of a corpus, built in one pass over its documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from cleaner.collapse.event.brief import NOUNS_CAPITALISED, SHARED, SHARED_UNKNOWN, SMALL
from cleaner.collapse.event.document import KINDS, MIN_TOKENS
from cleaner.collapse.event.languages import listed
from cleaner.collapse.event.packed_bags import (
    ACTORS,
    CONTENT,
    COUNTED,
    DEEDS,
    FIRST,
    HEAD,
    SETS,
    SUBJECTS,
    THINGS,
    Hashes,
    PackedBags,
)
from cleaner.collapse.event.term_bags import TermBags
from cleaner.collapse.event.term_matrix import Frequencies, TermMatrix, build_pattern, build_term_matrix, heaviest

SALIENT_TERMS = 12
SALIENT_NAMES = 6
"""How many of a document's heaviest lead terms and names carry its story (the coverage features)."""
LITTLE_SALIENCE = 0.5
"""Added to the sum of the heaviest weights, which is 2 to 3 in a text of its own words: a lead of nothing
but a template's words is not covered by another one."""
LITTLE_HEAD = 2.0
"""Added to the idf of a headline's terms, as of one common term."""
RARE_SHARE = 0.004
"""A term is rare if its weight is that of one which fewer than 0.4 % of documents hold."""
PRIOR = {"terms": 9.0, "lead": 2.7, "title": 0.2, "bigrams": 0.0, "names": 0.0, "numbers": 0.0}
"""Of ``weighting.PRIOR_SIZE`` ordinary articles, how many hold a term somewhere, in the lead, in the title;
names, numbers and neighbouring words are taken for new. 9 and 26 in 3,000 differ by 0.04 points of F."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Which of some things each document has; columns weigh."""

    present: sp.csr_matrix
    """1 where a document has a thing."""
    weight: NDArray[np.float32]
    """Of every column."""


@dataclass(frozen=True, slots=True)
class Index:
    """One row a document in every array and matrix."""

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
    language: NDArray[np.int64]
    """A number for each language."""
    listed: NDArray[np.bool_]
    """Whether the function words of its language are known."""
    to_share: NDArray[np.float64]
    """Terms that another text must share with a brief, see ``brief.SHARED``."""
    rare: NDArray[np.bool_]
    """Which columns of the terms are rare."""
    day: NDArray[np.int32]
    """Ordinal of the publication day, -1 for an undated document."""
    hour: NDArray[np.float64]
    """Time of publication in hours (UTC), NaN for an undated document."""
    length: NDArray[np.int32]
    """Tokens read."""
    site: Hashes
    """Hash of the site's name, 0 where it is not known."""
    years: NDArray[np.uint64]
    """A bit for every year that a document names, shape (documents, 2)."""
    weekdays: NDArray[np.int8]
    """1 for every weekday that a document names, shape (documents, 7)."""
    months: NDArray[np.int8]
    """The same for months, shape (documents, 12)."""
    told: NDArray[np.uint64]
    """A bit for every day of the year that a document names early, shape (documents, 6)."""
    head_numbers: NDArray[np.uint64]
    """A bit for every number of its headline, shape (documents, 2)."""
    things: Pattern
    """Things that a document counts, weighted by their idf."""
    counted: Pattern
    """Numbers of such things, weighted by the things."""
    address: NDArray[np.float64]
    """Share of the tokens that speak to the reader."""
    apart: NDArray[np.bool_]
    """Which documents are to join nothing."""
    idle: NDArray[np.bool_]
    """Which documents name nobody and no time."""

    @property
    def mute(self) -> NDArray[np.bool_]:
        """Which documents take part in no pair: they say too little to name an event, or are to join nothing."""
        return (self.length < MIN_TOKENS) | self.apart


def build_index(chunks: Iterable[PackedBags], corpus: Mapping[str, Frequencies] | None = None) -> Index:
    """Index a corpus that comes in chunks, whatever their sizes.

    ``corpus`` counts, by kind of bag, the terms of a corpus that the documents are only a part of.
    """
    bags = {kind: TermBags() for kind in (*KINDS, COUNTED, THINGS, *SETS)}
    rows: list[PackedBags] = []
    for chunk in chunks:
        for kind, bag in chunk.bags.items():
            bags[kind].add(bag)
        rows.append(chunk._replace(bags={}))
    codes = {code: number for number, code in enumerate(sorted({code for chunk in rows for code in chunk.language}))}
    language = np.array([codes[code] for chunk in rows for code in chunk.language], dtype=np.int64)
    known = np.isin([code for chunk in rows for code in chunk.language], listed())
    nouns = np.isin([code for chunk in rows for code in chunk.language], list(NOUNS_CAPITALISED))
    matrices: dict[str, TermMatrix] = {}
    for kind in KINDS:
        whole = matrices["terms"] if kind in ("lead", "title") else None
        known_here = corpus[kind] if corpus else None
        matrices[kind] = build_term_matrix(bags.pop(kind), PRIOR[kind], language, whole, known_here, kind != "bigrams")
    terms, lead = matrices["terms"], matrices["lead"]
    return Index(
        size=len(language),
        matrices=matrices,
        salient={
            "terms": _in_columns_of(_salience(lead.unit, SALIENT_TERMS), lead.hashes, terms),
            "names": _salience(matrices["names"].unit, SALIENT_NAMES),
            "head": _heads(bags[HEAD], terms),
        },
        brief={kind: _in_columns_of(*build_pattern(bags[kind]), terms) for kind in (CONTENT, DEEDS, ACTORS)},
        subjects=_in_columns_of(*build_pattern(bags[SUBJECTS]), terms),
        first=_in_columns_of(*build_pattern(bags[FIRST]), terms),
        language=language,
        listed=known,
        to_share=_to_share(bags[CONTENT], known & ~nouns, _reports(len(language), corpus)),
        rare=terms.idf > -np.log(RARE_SHARE),
        day=_joined([chunk.day for chunk in rows], np.int32),
        hour=_joined([chunk.hour for chunk in rows], np.float64),
        length=_joined([chunk.length for chunk in rows], np.int32),
        site=_joined([chunk.site for chunk in rows], np.uint64),
        years=_joined([chunk.years for chunk in rows], np.uint64, 2),
        weekdays=_joined([chunk.weekdays for chunk in rows], np.int8, 7),
        months=_joined([chunk.months for chunk in rows], np.int8, 12),
        told=_joined([chunk.told for chunk in rows], np.uint64, 6),
        head_numbers=_joined([chunk.head_numbers for chunk in rows], np.uint64, 2),
        things=_things(bags[THINGS], terms),
        counted=_counted(bags[COUNTED], [chunk.things for chunk in rows], terms),
        address=_joined([chunk.address for chunk in rows], np.float64),
        apart=_joined([chunk.apart for chunk in rows], np.bool_),
        idle=_joined([chunk.idle for chunk in rows], np.bool_),
    )


def _reports(size: int, corpus: Mapping[str, Frequencies] | None) -> int:
    """Number of documents of the corpus that these are, or are a part of."""
    return sum(corpus["terms"](np.zeros(0, np.uint64))[1]) if corpus else size


def _to_share(bags: TermBags, known: NDArray[np.bool_], reports: int) -> NDArray[np.float64]:
    share = np.where(known, SHARED, SHARED_UNKNOWN) * min(1.0, SMALL / max(1, reports))
    return np.asarray(share * bags.sizes.values)


def _joined(parts: Sequence[NDArray[Any]], kind: type, *columns: int) -> NDArray[Any]:
    return np.concatenate([np.zeros((0, *columns), kind), *parts])


def _weight_of(things: Hashes, terms: TermMatrix) -> NDArray[np.float32]:
    """idf of things; 0 of one that is no term."""
    at = np.minimum(np.searchsorted(terms.hashes, things), max(0, len(terms.hashes) - 1))
    if not len(terms.hashes):
        return np.zeros(len(things), dtype=np.float32)
    return np.where(terms.hashes[at] == things, terms.idf[at], np.float32(0))


def _heads(bags: TermBags, terms: TermMatrix) -> sp.csr_matrix:
    """By term, the share of every headline's idf that it carries; a little less, as ``LITTLE_SALIENCE`` says."""
    present, keys = build_pattern(bags)
    weighted = sp.csr_matrix(
        (_weight_of(keys, terms)[present.indices], present.indices, present.indptr), shape=present.shape
    )
    total = np.bincount(
        np.repeat(np.arange(present.shape[0]), np.diff(present.indptr)), weighted.data, present.shape[0]
    )
    weighted.data = (
        weighted.data * np.repeat(1 / (total + LITTLE_HEAD), np.diff(present.indptr))
    ).astype(np.float32)
    weighted.eliminate_zeros()
    return _in_columns_of(weighted, keys, terms)


def _things(bags: TermBags, terms: TermMatrix) -> Pattern:
    present, things = build_pattern(bags)
    return Pattern(present, _weight_of(things, terms))


def _counted(bags: TermBags, things: Sequence[Hashes], terms: TermMatrix) -> Pattern:
    """``things`` are those that the keys of the bags count."""
    present, keys = build_pattern(bags)
    every, first = np.unique(bags.keys.values, return_index=True)
    thing_of = _joined(things, np.uint64)[first]
    return Pattern(present, _weight_of(thing_of[np.searchsorted(every, keys)], terms))


def _salience(matrix: sp.csr_matrix, most: int) -> sp.csr_matrix:
    """The heaviest entries of every row, scaled to sum to just under 1, to less in rows of little weight."""
    best = heaviest(matrix, most)
    sizes = np.diff(best.indptr)
    total = np.bincount(np.repeat(np.arange(len(sizes)), sizes), best.data, len(sizes))
    best.data = (best.data * np.repeat(1 / (total + LITTLE_SALIENCE), sizes)).astype(np.float32)
    return best


def _in_columns_of(matrix: sp.csr_matrix, hashes: Hashes, other: TermMatrix) -> sp.csr_matrix:
    """A matrix in the columns of a matrix that holds all its terms."""
    columns = np.searchsorted(other.hashes, hashes).astype(np.int32)
    return sp.csr_matrix((matrix.data, columns[matrix.indices], matrix.indptr), shape=other.unit.shape)
