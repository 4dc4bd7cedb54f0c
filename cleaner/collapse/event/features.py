"""What two documents have in common, as numbers that mean the same in any corpus.

No feature speaks of ranks or of how dense the corpus is: those help on large corpora and break small ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from cleaner.collapse.event.brief import FAR_LIKENESS, FAR_NAMES, FEWEST_ACTORS, FULL, LEAST, MOST
from cleaner.collapse.event.document_arrays import Index
from cleaner.collapse.event.index import Corpus
from cleaner.collapse.event.packed_bags import ACTORS, CONTENT, DEEDS

Pairwise = NDArray[np.float64]
Tile = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Documents of some pairs, one side each."""

TILE = 20_000
"""Pairs of which the documents are read at once."""
_FEW = 5_000
"""Pairs looked at at once: their arrays stay in the cache. 20,000 take a fifth more time, 1,250 a tenth."""
RARE_SHARE = 0.004
"""A term is rare if its weight is that of one which fewer than 0.4 % of documents hold."""
_NEAR_DAYS = 2.0
"""Decay of the date agreement: reports of one story mostly come within two days."""
_LITTLE_MASS = 10.0
"""idf mass of about one rare term: a text of template words alone is not contained in another."""

_LITTLE_COUNT = 5.0
"""idf mass of about one thing counted: a single one is weak evidence."""
_UNLIKE, _UNLIKE_NAMED = 0.2, 0.15
"""Cosines of the terms of longer texts below which two that have no number and no word of their headlines in common
tell of different things: texts that share no name either, and others that share one of _ONE_NAME. Notices of one town
on one day are as alike. Of 15,195 pairs of one event that the model joins in five labelled sets 24 are so unlike, of
3,032 others 27."""
_ONE_NAME = 4.0
"""Log of one and the idf mass of what two texts share that is no more than a name or two."""
_MUCH_ADDRESS = 0.04
"""Share of tokens that speak to the reader in a text that is all advice."""

NAMES = (
    "terms", "lead", "bigrams", "names", "title", "numbers",
    "both_numbered", "name_containment", "term_containment",
    "name_mass", "term_mass", "lead_mass", "title*cover", "number_mass", "rare_terms", "shared_bigrams",
    "date_near", "date_far", "length_ratio",
    "terms*names", "lead*names", "terms*lead", "min_terms_names", "sqrt_terms", "sqrt_names", "date_far*terms",
    "lead_cover_min", "lead_cover_max", "name_cover_min", "name_cover_max", "years", "number_conflict",
    "weekdays", "months", "counts", "fewest_names", "address",
    "head_cover_min", "head_cover_max", "head_numbers", "same_site", "bulletin", "thin",
)  # fmt: skip
"""Columns of ``pair_features`` in order. The first six are cosines of the bags of that name.

Left out on purpose are "both have a title" and "both have a date": in the training data only one dense
corpus has them, so they stand for that corpus and not for anything two articles share. So did the idf mass that two
titles share: with it, headlines with one word in common spoke more against an event than none at all."""


_COVER = {"terms": ("terms", "lead_cover"), "names": ("names", "name_cover"), "head": ("terms", "head_cover")}
"""By kind of what is salient, the matrix whose entries cover it, and the features."""


class _Shared(NamedTuple):
    """Entries that both rows of a pair have, those of one pair after the other's."""

    pairs: int
    pair: NDArray[np.int64]
    column: NDArray[np.int32]
    product: NDArray[np.float32]

    def sum(self, values: NDArray[Any]) -> Pairwise:
        """Sum of one value an entry, for every pair, in the order of the columns."""
        return np.bincount(self.pair, values, self.pairs).astype(np.float64)


def _shared(left: sp.csr_matrix, right: sp.csr_matrix) -> _Shared:
    """What the rows of two matrices, one row a pair, have in common."""
    product = left.multiply(right).tocsr()
    pairs = product.shape[0]
    return _Shared(pairs, np.repeat(np.arange(pairs), np.diff(product.indptr)), product.indices, product.data)


def _covered(salient: sp.csr_matrix, whole: sp.csr_matrix) -> Pairwise:
    """Weight of the salient entries of each row that the other row has too."""
    found = _shared(salient, _present(whole))
    return found.sum(found.product)


def _present(whole: sp.csr_matrix) -> sp.csr_matrix:
    """1 for every entry."""
    return sp.csr_matrix((np.ones_like(whole.data), whole.indices, whole.indptr), shape=whole.shape)


def _date_features(index: Index, i: NDArray[np.int64], j: NDArray[np.int64]) -> dict[str, Pairwise]:
    dated = ((index.day[i] >= 0) & (index.day[j] >= 0)).astype(np.float64)
    days = np.abs(index.day[i].astype(np.int64) - index.day[j]) * dated
    far = np.minimum(np.log1p(np.maximum(days - 1, 0)) / np.log(30), 3.0)
    return {"date_near": np.exp(-days / _NEAR_DAYS) * dated, "date_far": far}


def _agreement(named: NDArray[np.uint64], i: NDArray[np.int64], j: NDArray[np.int64]) -> Pairwise:
    """1 where both texts name something and share it, -1 where they share nothing, 0 where one names nothing."""
    mine, theirs = named[i], named[j]
    both = mine.any(axis=1) & theirs.any(axis=1)
    return np.where(both, np.where((mine & theirs).any(axis=1), 1.0, -1.0), 0.0)


def _overlap(present: NDArray[np.int8], i: NDArray[np.int64], j: NDArray[np.int64]) -> Pairwise:
    """1 where one set is part of the other, -1 where they share nothing, 0 where one is empty."""
    size = present.sum(axis=1)
    fewest = np.minimum(size[i], size[j])
    shared = (present[i] & present[j]).sum(axis=1)
    return np.where(fewest > 0, 2 * shared / np.maximum(fewest, 1) - 1, 0.0)


def _count_agreement(index: Index, i: NDArray[np.int64], j: NDArray[np.int64]) -> Pairwise:
    """Near 1 where the things that both count come in equal numbers, near -1 where in others."""
    mass = []
    for weighted in (index.things, index.counted):
        found = _shared(weighted.own[i], weighted.present[j])
        mass.append(found.sum(found.product))
    both, equal = mass[0], np.minimum(mass[1], mass[0])
    return (2 * equal - both) / (both + _LITTLE_COUNT)


def _thin(index: Index, i: NDArray[np.int64], j: NDArray[np.int64], f: dict[str, Pairwise]) -> Pairwise:
    """1 where two texts tell of different things: of other subjects, or as briefs that share too little."""
    thin = (index.idle[i] & index.idle[j]) | _other_subjects(index, i, j)
    shorter, longer = (few(index.length[i], index.length[j]) for few in (np.minimum, np.maximum))
    one_language = index.language[i] == index.language[j]
    unlike = np.where(f["names"] > 0, (f["terms"] < _UNLIKE_NAMED) & (f["name_mass"] < _ONE_NAME), f["terms"] < _UNLIKE)
    thin |= one_language & (shorter >= MOST) & (f["numbers"] == 0) & (f["title"] == 0) & unlike
    some = np.flatnonzero((shorter >= LEAST) & (shorter < MOST) & one_language & ~thin)
    if not len(some):
        return thin.astype(np.float64)
    sides = i[some], j[some]
    left, right = (_shares(index, *each, shorter[some] >= FULL) for each in (sides, sides[::-1]))
    thin[some] |= left.little | right.little | (left.others & right.others)
    briefs = longer[some] < MOST
    far = (f["date_far"][some] > 0) & (f["names"][some] < FAR_LIKENESS)
    thin[some] |= briefs & far & (np.minimum(left.own_names, right.own_names) >= FAR_NAMES)
    thin[some] |= briefs & (shorter[some] >= FULL) & left.other_first & right.other_first
    thin[some] |= briefs & (f["counts"][some] < 0) & (np.minimum(left.own_subjects, right.own_subjects) > 0)
    return thin.astype(np.float64)


class _Share(NamedTuple):
    """What one text of each pair has in the other; see ``brief``."""

    little: NDArray[np.bool_]
    others: NDArray[np.bool_]
    own_names: Pairwise
    other_first: NDArray[np.bool_]
    own_subjects: Pairwise


def _shares(index: Index, one: NDArray[np.int64], other: NDArray[np.int64], full: NDArray[np.bool_]) -> _Share:
    whole = index.matrices["terms"].unit[other]
    content, deeds, actors = (_covered(index.brief[kind][one], whole) for kind in (CONTENT, DEEDS, ACTORS))
    sizes = {kind: np.diff(index.brief[kind].indptr)[one] for kind in (CONTENT, DEEDS, ACTORS)}
    named, shared_names = sizes[CONTENT] - sizes[DEEDS], content - deeds
    little = (content <= index.to_share[one]) | (full & ((content <= 1) | (deeds == 0)))
    many = (sizes[ACTORS] >= FEWEST_ACTORS) | ((sizes[ACTORS] > 0) & (shared_names == 0))
    firsts, subjects = np.diff(index.first.indptr)[one], np.diff(index.subjects.indptr)[one]
    return _Share(
        little=(index.length[one] < MOST) & little,
        others=(actors == 0) & many,
        own_names=np.where(index.listed[one], named - shared_names, 0.0),
        other_first=(firsts > 0) & (_covered(index.first[one], whole) == 0),
        own_subjects=subjects - _covered(index.subjects[one], whole),
    )


def _other_subjects(index: Index, i: NDArray[np.int64], j: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Where the headlines of two texts name something, and neither text anything that the other's headline names."""
    named, whole = np.diff(index.subjects.indptr) > 0, index.matrices["terms"].unit
    others = named[i] & named[j] & (index.language[i] == index.language[j])
    for one, other in ((i, j), (j, i)):
        some = np.flatnonzero(others)
        others[some] = _covered(index.subjects[one[some]], whole[other[some]]) == 0
    return others


def _block(index: Index, i: NDArray[np.int64], j: NDArray[np.int64]) -> Pairwise:
    matrices = index.matrices
    f: dict[str, Pairwise] = {}
    mass: dict[str, Pairwise] = {}
    for kind, matrix in matrices.items():
        left, right = matrix.unit[i], matrix.unit[j]
        found = _shared(left, right)
        f[kind] = found.sum(found.product)
        idf = matrix.idf[found.column]
        mass[kind] = found.sum(idf)
        if kind == "bigrams":
            f["shared_bigrams"] = np.log1p(found.sum(np.ones(len(found.pair))))
        if kind == "terms":
            f["rare_terms"] = np.log1p(found.sum(idf > -np.log(RARE_SHARE)))
        covering = [(salient, name) for salient, (there_in, name) in _COVER.items() if there_in == kind]
        if covering:
            left, right = _present(left), _present(right)
        for salient, name in covering:
            there, back = (
                found.sum(found.product)
                for found in (_shared(index.salient[salient][i], right), _shared(index.salient[salient][j], left))
            )
            f[f"{name}_min"], f[f"{name}_max"] = np.minimum(there, back), np.maximum(there, back)

    def containment(kind: str) -> Pairwise:
        return mass[kind] / (np.minimum(matrices[kind].mass[i], matrices[kind].mass[j]) + _LITTLE_MASS)

    numbers = np.diff(matrices["numbers"].unit.indptr)
    numbered = numbers > 0
    f["both_numbered"] = (numbered[i] & numbered[j]).astype(np.float64)
    f["name_containment"], f["term_containment"] = containment("names"), containment("terms")
    for kind, name in (("terms", "term"), ("names", "name"), ("numbers", "number")):
        f[f"{name}_mass"] = np.log1p(mass[kind])
    f["lead_mass"] = np.log1p(mass["lead"])
    f["title*cover"] = f["title"] * f["head_cover_min"]
    f |= _date_features(index, i, j)
    f["length_ratio"] = np.abs(np.log((index.length[i] + 20) / (index.length[j] + 20)))
    f["terms*names"] = f["terms"] * f["names"]
    f["lead*names"] = f["lead"] * f["names"]
    f["terms*lead"] = f["terms"] * f["lead"]
    f["min_terms_names"] = np.minimum(f["terms"], f["names"])
    f["sqrt_terms"] = np.sqrt(np.maximum(f["terms"], 0))
    f["sqrt_names"] = np.sqrt(np.maximum(f["names"], 0))
    f["date_far*terms"] = f["date_far"] * f["terms"]
    f["years"] = _agreement(index.years, i, j)
    f["head_numbers"] = _agreement(index.head_numbers, i, j)
    same_site = (index.site[i] == index.site[j]) & (index.site[i] != 0)
    other = (f["head_numbers"] < 0) | (_agreement(index.told, i, j) < 0)
    f["same_site"], f["bulletin"] = same_site.astype(np.float64), (same_site & other).astype(np.float64)
    fewest = np.minimum(numbers[i], numbers[j])
    f["number_conflict"] = ((f["numbers"] == 0) & (fewest >= 2)).astype(np.float64)
    f["weekdays"], f["months"] = _overlap(index.weekdays, i, j), _overlap(index.months, i, j)
    f["counts"] = _count_agreement(index, i, j)
    f["thin"] = _thin(index, i, j, f)
    f["fewest_names"] = np.log1p(np.minimum(matrices["names"].mass[i], matrices["names"].mass[j]))
    f["address"] = np.minimum(np.minimum(index.address[i], index.address[j]), _MUCH_ADDRESS) / _MUCH_ADDRESS
    return np.stack([f[name] for name in NAMES], axis=1)


def pair_features(index: Index, i: NDArray[np.int64], j: NDArray[np.int64]) -> Pairwise:
    """Feature matrix, shape (pairs, len(NAMES)), of documents ``i[k]`` and ``j[k]``. Symmetric in i and j."""
    return np.concatenate([np.zeros((0, len(NAMES))), *(_block(index, *tile) for tile in tiles(i, j, _FEW))])


def tiles(i: NDArray[np.int64], j: NDArray[np.int64], size: int) -> Iterator[Tile]:
    """Pairs in parts of so many."""
    return ((i[start : start + size], j[start : start + size]) for start in range(0, len(i), size))


def of_few_documents(left: NDArray[np.int64], right: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """An order of sorted pairs of so many documents, in which neighbours have few documents.

    Pairs with one first partner, which stands for a node's neighbours in Chierichetti et al. 2009, "On compressing
    social networks". Of 90,700 made articles 20,000 pairs have 5,300 documents, in the order of these 16,200, by date
    6,800, by reverse Cuthill-McKee 5,400; a tile takes two thirds of the time.
    """
    first = np.arange(size, dtype=np.int64)
    first[right[::-1]] = left[::-1]  # of several the last one stays, which is the lowest
    order: NDArray[np.int64] = np.argsort(np.minimum(first[left], first[right]), kind="stable")
    return order


def scored(corpus: Corpus, probability: Callable[[Pairwise], Pairwise], tile: Tile) -> Pairwise:
    """Probabilities of one tile, by those of features; of ``TILE`` pairs at once, whatever its size."""
    found = [np.zeros(0)]
    for left, right in tiles(*tile, TILE):
        rows = np.union1d(left, right)
        index, sides = corpus[rows], (np.searchsorted(rows, left), np.searchsorted(rows, right))
        found += [probability(_block(index, *few)) for few in tiles(*sides, _FEW)]
    return np.concatenate(found)
