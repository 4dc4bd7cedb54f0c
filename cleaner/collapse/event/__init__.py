"""Which articles tell the same event, in other words than each other: candidate pairs and their probability.

A corpus is read once into sparse matrices (``index``), pairs that share their heaviest terms are proposed
(``candidates``), described by numbers that mean the same in any corpus (``features``) and scored by a
shipped logistic regression (``model``). Grouping the scored pairs is ``cleaner.collapse.linkage``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any, NamedTuple, Protocol, TypeVar, runtime_checkable

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from cleaner.collapse import task_sizes
from cleaner.collapse.checkpoints import AS_KEPT, OF_ONE, Arrays, Checkpoints, Forgetful
from cleaner.collapse.checkpoints import Mapped as AnyMapped
from cleaner.collapse.event import features
from cleaner.collapse.event.candidates import pairs_of
from cleaner.collapse.event.density import adapted, count_scores
from cleaner.collapse.event.document import Document, Reader
from cleaner.collapse.event.document_frequencies import Frequencies
from cleaner.collapse.event.encoder import Encoder
from cleaner.collapse.event.evidence import explain
from cleaner.collapse.event.index import build_corpus
from cleaner.collapse.event.model import PairModel, load_model
from cleaner.collapse.event.packed_bags import CHUNK, Hashes, pack, read_chunk
from cleaner.progress import Stage
from cleaner.records import Article, Opinions

__all__ = ["Encoder", "EventIndex", "Pairs", "adapted_threshold", "count_scores", "default_threshold"]

Item = TypeVar("Item")


class Pairs(NamedTuple):
    """Scored pairs, ``left[k] < right[k]``, sorted by left, then right."""

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    probability: NDArray[np.float64]
    """That the two articles tell one event, rounded to six decimals."""


def default_threshold() -> float:
    """Average-link threshold for a corpus as dense as the training data (see ``cleaner.train.events``)."""
    return load_model().threshold


def adapted_threshold(counts: NDArray[np.int64]) -> float:
    """Average-link threshold for a corpus with these candidate pairs by score (``count_scores``)."""
    model = load_model()
    return adapted(model.threshold, model.prior, counts)


Mapped = Callable[[Callable[[Sequence[Article]], Arrays], Iterable[Sequence[Article]]], Iterable[Arrays]]
"""Like ``map``: the results of a function of each portion, in their order."""


@runtime_checkable
class Portioned(Protocol):
    """Articles that are made, or read, where they are asked for: a worker process can be sent some of them."""

    def __len__(self) -> int: ...

    def portions(self, size: int) -> Iterator[Sequence[Article]]:
        """All of them in order, at most ``size`` at a time."""
        ...


def _portions(items: Iterable[Item]) -> Iterator[Sequence[Item]]:
    """At most ``CHUNK`` items at a time."""
    if isinstance(items, Portioned):
        yield from items.portions(task_sizes.size(len(items), CHUNK))  # type: ignore[misc]
        return
    rest = iter(items)
    while portion := list(islice(rest, CHUNK)):
        yield portion


class EventIndex:
    """The articles of one corpus, ready to be compared; positions in the sequence name them.

    Scores do not depend on the order of the articles. Texts of fewer than five tokens take part in no
    pair. Of each article some 13 bytes are held; what its pairs are scored by is read where it is kept.
    """

    def __init__(
        self,
        articles: Sequence[Article],
        model: PairModel | None = None,
        documents: Iterable[Document] | None = None,
        corpus: Mapping[str, Frequencies] | None = None,
        encoder: Encoder | None = None,
        mapped: Mapped = map,
        opinions: Opinions = "together",
        carried: AnyMapped = map,
        kept: Checkpoints | None = None,
    ) -> None:
        """``documents`` are the articles as read before, ``corpus`` counts terms where they are a part of one.

        ``encoder`` adds its evidence to that of the shipped model. The articles are gone over once, in
        portions, and once more for an encoder; none is kept, ``evidence`` asks for one again. ``mapped`` reads
        the portions, as ``map`` would: in worker processes, say. Opinion pieces take part in no pair where
        they are to stay ``apart``; ``documents`` say that of themselves. ``carried`` does the same with the tasks
        behind, whose results are ``kept``.
        """
        self._articles = articles
        self._model = model or load_model()
        self._reader = Reader()
        chunk = partial(read_chunk, opinions=opinions)
        read: Iterable[Arrays] = (
            mapped(chunk, _portions(articles)) if documents is None else map(pack, _portions(documents))
        )
        self._corpus = build_corpus(read, corpus, carried, kept)
        self._encoder = encoder
        self._vectors = None
        if encoder is not None:
            parts = [encoder.vectors(portion) for portion in _portions(articles)]
            self._vectors = np.concatenate(parts) if parts else encoder.vectors(())

    def __len__(self) -> int:
        return len(self._corpus)

    def pairs(
        self, stage: Stage | None = None, mapped: AnyMapped = map, kept: Checkpoints | None = None
    ) -> Pairs:
        """All pairs that may tell one event, with their probabilities; pairs not listed count as 0.

        ``mapped`` carries the work by tiles, whose results are ``kept``.
        """
        kept = kept or Forgetful()
        left, right = pairs_of(self._corpus, self._corpus.hour, mapped=kept.mapped("partners", mapped, AS_KEPT))
        scores = kept.mapped("tiles", mapped, OF_ONE)
        if stage is None:
            return Pairs(left, right, self.probabilities(left, right, mapped=scores))
        stage.total = len(left)
        return Pairs(left, right, self.probabilities(left, right, stage.advance, scores))

    def probabilities(
        self,
        left: NDArray[np.int64],
        right: NDArray[np.int64],
        advance: Callable[[int], None] | None = None,
        mapped: AnyMapped = map,
    ) -> NDArray[np.float64]:
        """Probability for each pair of articles (left < right); ``advance`` is told how many more are scored."""
        each = task_sizes.size(len(left), features.TILE)
        order = features.of_few_documents(left, right, len(self)) if len(left) > each else np.arange(len(left))
        tasks = ((left[own], right[own]) for own in (order[at : at + each] for at in range(0, len(order), each)))
        found, done = np.empty(len(left)), 0
        for scores in mapped(partial(features.scored, self._corpus, self._model.probability), tasks):
            found[order[done : (done := done + len(scores))]] = scores
            if advance is not None:
                advance(len(scores))
        if self._encoder is None or self._vectors is None:
            return found
        deviations = self._encoder.deviations(self._vectors, left, right)
        return self._encoder.blended(found, deviations, self.shorter(left, right))

    def shorter(self, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int32]:
        """Tokens of the shorter text of each pair."""
        return np.minimum(self._corpus.length[left], self._corpus.length[right])

    def heaviest_terms(self) -> tuple[sp.csr_matrix, Hashes]:
        """Weights of the terms by which each article is found, and the hashes of the columns' terms."""
        words = self._corpus.vocabulary
        every = np.arange(words.size("terms"))
        return self._corpus.top(np.arange(len(self))), np.asarray(words.hashes("terms")[every], np.uint64)

    def hours(self) -> NDArray[np.float64]:
        """When each article was published, in hours (UTC); NaN for an undated one."""
        return self._corpus.hour

    def probability(self, i: int, j: int) -> float:
        """Probability that articles i and j tell one event, whether or not they are a candidate pair."""
        if self._corpus.mute[i] or self._corpus.mute[j]:
            return 0.0
        pair = np.array([min(i, j)]), np.array([max(i, j)])
        return float(self.probabilities(*pair)[0])

    def evidence(self, i: int, j: int) -> dict[str, Any]:
        """What speaks for articles i and j telling one event: shared names, numbers and terms, days apart.

        Plain data that prints as JSON. Words are given as article i writes them.
        """
        found = explain(self._corpus, i, j, self._articles[i], self._reader)
        if self._encoder is not None and self._vectors is not None:
            pair = np.array([i]), np.array([j])
            found["encoder_deviations"] = round(float(self._encoder.deviations(self._vectors, *pair)[0]), 2)
        return found
