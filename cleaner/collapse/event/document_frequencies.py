"""Document frequencies of a corpus, and the weights of its terms: a table in the order of the terms' hashes.

The table is made in ranges of hashes, one a task: each reads its range of the keys of all packed bags, which stand in
that order. Counts are whole numbers, so their sums are the same whatever the portions of documents.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaner.collapse.checkpoints import Arrays
from cleaner.collapse.event.document import KINDS
from cleaner.collapse.event.opened import Opened
from cleaner.collapse.event.packed_bags import Hashes, languages_of
from cleaner.collapse.event.weighting import PRIOR_DOCUMENTS, idf, local_share

PRIOR = {"terms": 9.0, "lead": 2.7, "title": 0.2, "bigrams": 0.0, "names": 0.0, "numbers": 0.0}
"""Of ``weighting.PRIOR_SIZE`` ordinary articles, how many hold a term somewhere, in the lead, in the title;
names, numbers and neighbouring words are taken for new. 9 and 26 in 3,000 differ by 0.04 points of F."""
PARTS_OF_TEXTS = ("lead", "title")
"""Kinds of which it is read among the whole texts how common a term is here: a template's word is common even if half
the pages have it outside their lead."""
SHARED_ONLY = "bigrams"
"""The kind of which a term of one document is in no column: most are."""
_RANGE = 4_000_000
"""Keys of the portions that a range has, about."""

Floats = NDArray[np.float64]
Frequencies = Callable[[Hashes], tuple[list[Floats], list[int]]]
"""Of terms: for each language, how many documents of a corpus hold each, and how many documents there are."""


class Range(NamedTuple):
    """Hashes whose first ``bits`` bits are this number."""

    number: int
    bits: int

    def own(self, keys: Hashes) -> slice:
        """Where they stand among ascending ones."""
        if not self.bits:
            return slice(None)
        shift = 64 - self.bits
        first = int(np.searchsorted(keys, np.uint64(self.number << shift)))
        behind = (self.number + 1) << shift
        return slice(first, len(keys) if behind >> 64 else int(np.searchsorted(keys, np.uint64(behind))))


def hash_ranges(keys: int) -> list[Range]:
    """Ranges of hashes for portions with so many keys in all: the same whoever does them."""
    bits = (keys // _RANGE).bit_length()
    return [Range(number, bits) for number in range(1 << bits)]


class Reports(NamedTuple):
    """How many documents a corpus has, by language; the languages in the order of their codes."""

    number_of: Mapping[str, int]
    """Place of each language."""
    sizes: Sequence[int]

    @classmethod
    def of(cls, counted: Mapping[str, int]) -> Reports:
        """By the codes."""
        codes = sorted(counted)
        return cls({code: place for place, code in enumerate(codes)}, [counted[code] for code in codes])

    @property
    def total(self) -> int:
        """Documents in all languages."""
        return sum(self.sizes)


def counted_languages(codes: Sequence[str], language: NDArray[np.int32]) -> Counter[str]:
    """Number of documents by language."""
    return Counter(dict(zip(codes, np.bincount(language, minlength=len(codes)).tolist(), strict=True)))


def table(portions: Sequence[Arrays], reports: Reports, corpus: Mapping[str, Frequencies] | None, own: Range) -> Arrays:
    """The terms of one range: for each kind the ``hashes``, ascending, and the ``idf`` of each.

    ``corpus`` counts, by kind, the terms of a corpus that the documents are only a part of.
    """
    found: dict[str, NDArray[np.uint64] | NDArray[np.float32]] = {}
    whole: tuple[Hashes, Floats] | None = None
    numbers = [np.array([reports.number_of[code] for code in languages_of(one)], np.int32) for one in portions]
    for kind in KINDS:
        keys, frequency, share, documents = _counted(kind, portions, numbers, reports, own)
        if corpus is not None:
            frequencies, sizes = corpus[kind](keys)
            frequency = np.add.reduce(frequencies) if frequencies else np.zeros(len(keys))
            share, documents = local_share(frequencies, sizes), sum(sizes)
            share = share if frequencies else np.zeros(len(keys))
        if kind == "terms":
            whole = keys, share
        if whole is not None and kind in PARTS_OF_TEXTS:
            share = whole[1][np.searchsorted(whole[0], keys)]
        weight = idf(frequency, documents, PRIOR[kind], share)
        if kind == SHARED_ONLY and corpus is None:
            several = frequency > 1
            keys, weight = keys[several], weight[several]
        found |= {f"{kind} hashes": keys, f"{kind} idf": weight}
    return found


def weights_of(parts: Sequence[Arrays], kind: str) -> Arrays:
    """The ``idf`` of all terms of a kind, by column: tiles of pairs read them here and there.

    Four bytes a term, in the memory of this task; one file is open at a time.
    """
    found = np.empty(sum(len(part[f"{kind} idf"]) for part in parts), np.float32)
    done = 0
    for part in parts:
        own = part[f"{kind} idf"]
        found[done : (done := done + len(own))] = own
    return {f"{kind} idf": found}


def alone(reports: Reports) -> NDArray[np.float32]:
    """Weight of a term of the kind ``SHARED_ONLY`` that one document holds, by the document's language."""
    one = np.ones(len(reports.sizes))
    return idf(one, reports.total, PRIOR[SHARED_ONLY], one / (np.array(reports.sizes) + PRIOR_DOCUMENTS))


def _counted(
    kind: str, portions: Sequence[Arrays], numbers: Sequence[NDArray[np.int32]], reports: Reports, own: Range
) -> tuple[Hashes, Floats, Floats, int]:
    """Terms of a kind, documents that hold each, and the share of its language's that do, the highest."""
    keys, languages, counts = [np.zeros(0, np.uint64)], [np.zeros(0, np.int32)], [np.zeros(0, np.int32)]
    for portion, number in zip(portions, numbers, strict=True):
        every = portion[f"{kind} keys"]
        here = own.own(every)
        first, behind, _ = here.indices(len(every))
        column = portion[f"{kind} held column"]
        held = slice(int(np.searchsorted(column, first)), int(np.searchsorted(column, behind)))
        keys.append(every[column[held]])
        languages.append(number[portion[f"{kind} held language"][held]])
        counts.append(portion[f"{kind} held count"][held].copy())  # else its file stays open
    key, language, count = np.concatenate(keys), np.concatenate(languages), np.concatenate(counts)
    order = np.lexsort((language, key)) if len(reports.sizes) > 1 else np.argsort(key)
    key, language = key[order], language[order]
    if not len(key):
        return key, np.zeros(0), np.zeros(0), reports.total
    other = np.r_[True, key[1:] != key[:-1]]
    several = np.flatnonzero(other | np.r_[True, language[1:] != language[:-1]])
    frequency = np.add.reduceat(count[order], several, dtype=np.int64).astype(np.float64)
    sizes = np.array(reports.sizes)[language[several]]
    shares = frequency / (sizes + PRIOR_DOCUMENTS)
    each = np.flatnonzero(other[several])
    return key[other], np.add.reduceat(frequency, each), np.maximum.reduceat(shares, each), reports.total


class Lookup:
    """A column of the table over all its ranges, asked for by place: a few at a time."""

    def __init__(self, parts: Sequence[Arrays], name: str, starts: NDArray[np.int64]) -> None:
        self._parts, self._name, self._starts = parts, name, starts

    def __len__(self) -> int:
        return int(self._starts[-1])

    def __getitem__(self, places: NDArray[np.integer]) -> NDArray[np.generic]:
        if len(self._parts) == 1:
            return self._parts[0][self._name][places]
        part = np.searchsorted(self._starts, places, "right") - 1
        found = np.zeros(len(places), self._parts[0][self._name].dtype)
        for number in np.unique(part).tolist():
            here = part == number
            found[here] = self._parts[number][self._name][places[here] - self._starts[number]]
        return found


class Vocabulary:
    """The whole table: every term has a column, in the order of the hashes."""

    def __init__(self, parts: Sequence[Arrays], joined: Sequence[Arrays] = ()) -> None:
        """``parts`` are those of all ``hash_ranges``, ``joined`` the ``weights_of`` each kind; of one range none."""
        self._parts = Opened(parts)
        self._joined = Opened(joined)
        self._bits = (len(parts) - 1).bit_length()
        lengths = {kind: [len(part[f"{kind} idf"]) for part in parts] for kind in KINDS}
        self._starts = {kind: np.concatenate(([0], np.cumsum(own, dtype=np.int64))) for kind, own in lengths.items()}

    def size(self, kind: str) -> int:
        """Number of terms."""
        return int(self._starts[kind][-1])

    def idf(self, kind: str) -> NDArray[np.float32]:
        """Weights by column."""
        part = self._joined[KINDS.index(kind)] if len(self._joined) else self._parts[0]
        return part[f"{kind} idf"]

    def hashes(self, kind: str) -> Lookup:
        """Hashes by column."""
        return Lookup(self._parts, f"{kind} hashes", self._starts[kind])

    def found(self, kind: str, keys: Hashes) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Column and weight of terms; the weight of one that the table lacks is 0."""
        column, weight = np.zeros(len(keys), np.int64), np.zeros(len(keys), np.float32)
        order: NDArray[np.int64] | slice = slice(None) if len(self._parts) == 1 else np.argsort(keys, kind="stable")
        ascending = keys[order]
        at, held = np.zeros(len(keys), np.int64), np.zeros(len(keys), np.float32)
        for number in range(len(self._parts)):
            here = Range(number, self._bits).own(ascending)
            own = ascending[here]
            if not len(own):
                continue
            part = self._parts[number]
            hashes, idfs = part[f"{kind} hashes"], part[f"{kind} idf"]
            place = np.searchsorted(hashes, own)
            at[here] = place + self._starts[kind][number]
            if len(hashes):
                inside = np.minimum(place, len(hashes) - 1)
                held[here] = np.where(hashes[inside] == own, idfs[inside], np.float32(0))
        column[order], weight[order] = at, held
        return column.astype(np.int32), weight
