"""Which articles tell the same event, in other words than each other: candidate pairs and their probability.

A corpus is read once into sparse matrices (``index``), pairs that share their heaviest terms are proposed
(``candidates``), described by numbers that mean the same in any corpus (``features``) and scored by a
shipped logistic regression (``model``). Grouping the scored pairs is ``cleaner.collapse.linkage``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaner.collapse.event.background import load_background
from cleaner.collapse.event.candidates import candidate_pairs
from cleaner.collapse.event.document import Reader
from cleaner.collapse.event.evidence import explain
from cleaner.collapse.event.features import score_blocks
from cleaner.collapse.event.index import build_index
from cleaner.collapse.event.model import PairModel, load_model
from cleaner.records import Article

__all__ = ["EventIndex", "Pairs", "default_threshold"]


class Pairs(NamedTuple):
    """Scored pairs, ``left[k] < right[k]``, sorted by left, then right."""

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    probability: NDArray[np.float64]
    """That the two articles tell one event, rounded to six decimals."""


def default_threshold() -> float:
    """Average-link threshold that suits unseen corpora best (see ``cleaner.train.events``)."""
    return load_model().threshold


class EventIndex:
    """The articles of one corpus, ready to be compared; positions in the sequence name them.

    Scores do not depend on the order of the articles. Texts of fewer than five tokens take part in no
    pair. Memory at the peak: under 70 kB an article of 500 words, measured on 20,000.
    """

    def __init__(self, articles: Sequence[Article], model: PairModel | None = None) -> None:
        self._articles = articles
        self._model = model or load_model()
        self._reader = Reader()
        self._index = build_index(map(self._reader.read, articles), load_background())

    def __len__(self) -> int:
        return self._index.size

    def pairs(self) -> Pairs:
        """All pairs that may tell one event, with their probabilities; pairs not listed count as 0."""
        left, right = candidate_pairs(self._index.spaces["terms"].unit, ~self._index.too_short)
        return Pairs(left, right, score_blocks(self._index, left, right, self._model.probability))

    def probability(self, i: int, j: int) -> float:
        """Probability that articles i and j tell one event, whether or not they are a candidate pair."""
        if self._index.too_short[i] or self._index.too_short[j]:
            return 0.0
        pair = np.array([min(i, j)]), np.array([max(i, j)])
        return float(score_blocks(self._index, *pair, self._model.probability)[0])

    def evidence(self, i: int, j: int) -> dict[str, Any]:
        """What speaks for articles i and j telling one event: shared names, numbers and terms, days apart.

        Plain data that prints as JSON. Words are given as article i writes them.
        """
        return explain(self._index, i, j, self._articles[i], self._reader)
