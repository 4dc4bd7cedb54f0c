"""Everything that the pair features read of some documents: arrays and matrices of one row each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from cleaner.collapse.event.packed_bags import Hashes
from cleaner.collapse.event.term_matrix import TermMatrix, mute


class Weighted(NamedTuple):
    """Which of some things each document has; columns weigh."""

    own: sp.csr_matrix
    """The weight where a document has a thing."""
    present: sp.csr_matrix
    """1 there."""

    @classmethod
    def of(cls, own: sp.csr_matrix) -> Weighted:
        """By the weights."""
        return cls(own, sp.csr_matrix((np.ones_like(own.data), own.indices, own.indptr), shape=own.shape))


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
