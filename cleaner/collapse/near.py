"""Near copies: one text reprinted, cut, edited or wrapped in another site's leftovers.

Templates out, signatures, bands and a containment sketch for candidates, exact verification of every
candidate, average link. No pair of texts is joined without having been compared. With a folder the hashes
and the bands are kept in files there, and memory grows by the pairs that were found only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from cleaner.collapse import bands, signing, templates, verify
from cleaner.collapse.linkage import average_link
from cleaner.collapse.ragged import Hashes, Places, Ragged

DEFAULT_THRESHOLD = 0.4
"""Mean containment from which texts are copies. On the near-copy development pages B-cubed F is .997 at
0.3, .996 at 0.4, .995 at 0.5, .989 at 0.6 (cleaner evaluate near); 0.4 leaves room for leftovers that
those pages do not have."""
SURE = 0.9
"""Containment from which a pair need not be looked at for being two bodies in one frame."""
MAX_DOUBTFUL = 200_000
"""Pairs looked at for being two bodies in one frame; a template on more pages is known by its frequency."""
HELD_TOGETHER = 0.1
"""Containment of a pair that makes its texts part of one component: what shares less is an unlike pair."""
FULL_COMPONENT = 400
"""Texts in one component up to which all its pairs are verified: average link counts an absent pair as 0, so
a pair that the bands missed would hold a cluster apart."""
MAX_CLUSTERS = 1000
"""Clusters of one large component up to which they are compared each with each."""

Mapped = Callable[[Callable[[Any], Any], Iterable[Any]], Iterator[Any]]
"""What applies a function to tasks, results in their order: ``map``, or one that uses worker processes."""


class _Scored(NamedTuple):
    """Pairs that are alike at all."""

    left: Places
    right: Places
    score: NDArray[np.float64]


class _Compared(NamedTuple):
    pairs: _Scored
    large: list[Places]
    """Members of components too large for all their pairs."""


class NearIndex:
    """Shingle hashes of a list of texts, and what can be asked of them. Texts of fewer than five words join nothing."""

    def __init__(
        self,
        ordered: Ragged,
        sites: Sequence[str | None] | None = None,
        folder: Path | None = None,
        mapped: Mapped = map,
    ) -> None:
        """``ordered`` are the texts' shingle hashes in text order, ``sites`` names where they stand.

        ``folder`` takes the files of a corpus that is not to be held in memory.
        """
        own = templates.distinct(ordered, folder)
        self.ordered = ordered
        self.cores = templates.cores(ordered, own, sites, folder)
        self.whole = self.cores.sizes == own.sizes
        """Which texts hold no shingle of a template."""
        if self.cores is not own:
            own.discard()
        self._folder = folder
        self._mapped = mapped
        self._doubts_left = MAX_DOUBTFUL
        self._compared: _Compared | None = None
        self._keys: bands.BandKeys | None = None

    @classmethod
    def of_texts(cls, texts: Sequence[str], sites: Sequence[str | None] | None = None) -> NearIndex:
        """Of texts as they are."""
        hashed = signing.hash_texts(texts)
        return cls(Ragged(hashed.shingles, hashed.starts), sites)

    @classmethod
    def restored(cls, ordered: Sequence[Hashes], cores: Sequence[Hashes]) -> NearIndex:
        """Of texts whose shingle hashes, and what is left of them without templates, are known already."""
        index = cls(Ragged.of([]))
        index.ordered, index.cores = Ragged.of(ordered), Ragged.of(cores)
        index.whole = index.cores.sizes == templates.distinct(index.ordered).sizes
        return index

    def scored(self, left: Places, right: Places) -> NDArray[np.float64]:
        """Containment of each pair, 0 for two bodies in one frame."""
        score = verify.overlaps(self.cores, left, right).containment.copy()
        doubtful = np.flatnonzero((score > HELD_TOGETHER) & (score < SURE))[: self._doubts_left]
        self._doubts_left -= len(doubtful)
        score[doubtful[verify.framed(self.ordered, left[doubtful], right[doubtful])]] = 0.0
        return score

    def labels(self, threshold: float | None = None) -> NDArray[np.int64]:
        """Cluster of each text as the index of its first member (int64), by average link.

        A component too large for all its pairs is linked over those that were found; then the first texts of
        its clusters are compared, again and again, for missing pairs may have held copies apart.
        Called again with another threshold it does not compare the texts anew.
        """
        if self._compared is None:
            self._compared = self._compare()
        least = threshold or DEFAULT_THRESHOLD
        labels = average_link(len(self.cores), *self._compared.pairs, least)
        for members in self._compared.large:
            self._join(members, labels, least)
        return labels

    def compared(self) -> tuple[Places, Places, NDArray[np.float64]]:
        """Left, right and containment of the pairs of texts that were found alike at all; after ``labels``."""
        if self._compared is None:
            return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float64)
        pairs = self._compared.pairs
        return pairs.left, pairs.right, pairs.score

    def _compare(self) -> _Compared:
        texts = np.flatnonzero(self.cores.sizes)
        self._keys = self._banded()
        scored = [self._similar(np.empty(0, np.int64))]
        seen = np.empty(0, np.int64)
        copies = np.zeros(len(self.cores), np.int64)
        for codes in self._candidates(texts, self._keys, copies):
            fresh = _not_in(codes, seen)
            if len(fresh):
                scored.append(self._similar(fresh))
                seen = np.sort(np.concatenate([seen, fresh]), kind="stable")
                sure = scored[-1].score >= DEFAULT_THRESHOLD
                for side in (scored[-1].left, scored[-1].right):
                    copies += np.bincount(side[sure], minlength=len(copies))
        close = np.concatenate([bands.code(one.left, one.right)[one.score > HELD_TOGETHER] for one in scored])
        small, large = _components(len(self.cores), close)
        for codes in bands.pairs_inside(small):
            scored.append(self._similar(_not_in(np.sort(codes), seen)))
        return _Compared(_Scored(*(np.concatenate(column) for column in zip(*scored, strict=True))), large)

    def _banded(self) -> bands.BandKeys:
        """The band keys of all texts, signed block by block."""
        keys = bands.BandKeys(len(self.cores), self._folder)
        sign = partial(_signatures, compiled=signing.compiling_pays(len(self.cores)))
        first = 0
        for signed in self._mapped(sign, (block for _, block in self.cores.blocks())):
            keys.put(first, signed)
            first += len(signed)
        return keys

    def _candidates(self, texts: Places, keys: bands.BandKeys, copies: Places) -> Iterator[Places]:
        """Pairs of the bands and of the containment sketch, coded, ascending in each part.

        ``copies`` are the copies of each text found so far.
        """
        for band in range(bands.BANDS):
            yield from bands.bucket_pairs(keys.band(band)[texts], texts, copies >= bands.NEIGHBOURS)
        yield from bands.sketched(self.cores)

    def _similar(self, codes: Places) -> _Scored:
        left, right = bands.decoded(codes)
        score = self.scored(left, right)
        some = score > 0
        return _Scored(left[some], right[some], score[some])

    def _join(self, members: Places, labels: NDArray[np.int64], threshold: float) -> None:
        """Compare the first texts of a large component's clusters, and so on while that joins any."""
        heads = np.unique(labels[members])
        while len(heads) > 1:
            few = len(heads) <= MAX_CLUSTERS
            pairs = self._similar(bands.code(*bands.all_pairs(heads)) if few else self._close(heads))
            left, right = np.searchsorted(heads, pairs.left), np.searchsorted(heads, pairs.right)
            joined = heads[average_link(len(heads), left, right, pairs.score, threshold)]
            labels[members] = joined[np.searchsorted(heads, labels[members])]
            fewer = np.unique(joined)
            if few or len(fewer) == len(heads):
                return
            heads = fewer

    def _close(self, texts: Places) -> Places:
        """Pairs of these texts that share a band, coded."""
        if self._keys is None:
            raise RuntimeError("the texts have not been compared")
        columns = (self._keys.band(band)[texts] for band in range(bands.BANDS))
        return np.unique(np.concatenate([part for own in columns for part in bands.bucket_pairs(own, texts)]))

    def jaccard_of_all(self, texts: Sequence[int]) -> dict[tuple[int, int], float]:
        """Jaccard of each two of these texts, by their places in the list."""
        left, right = np.triu_indices(len(texts), 1)
        order = np.asarray(texts, np.int64)
        found = verify.overlaps(self.cores, order[left], order[right]).jaccard
        return {(int(a), int(b)): float(x) for a, b, x in zip(left, right, found, strict=True)}

    def overlap(self, i: int, j: int) -> tuple[float, float, int]:
        """Containment, Jaccard and number of shared shingles of two texts."""
        one = verify.overlaps(self.cores, np.array([i]), np.array([j]))
        return float(one.containment[0]), float(one.jaccard[0]), int(one.shared[0])


def _signatures(block: Ragged, compiled: bool | None) -> NDArray[np.uint32]:
    return signing.signatures(block.values, block.starts, compiled)


def _not_in(codes: Places, seen: Places) -> Places:
    """Those of the ascending codes that are not among the ascending ``seen``."""
    if not len(seen):
        return codes
    at = np.minimum(np.searchsorted(seen, codes), len(seen) - 1)
    fresh: Places = codes[seen[at] != codes]
    return fresh


def _components(count: int, codes: Places) -> tuple[list[Places], list[Places]]:
    """Connected components of three to FULL_COMPONENT texts, and larger ones, each ascending, by their first text."""
    left, right = bands.decoded(codes)
    graph = coo_matrix((np.ones(len(left), np.int8), (left, right)), shape=(count, count))
    _, label = connected_components(graph, directed=False)
    sizes = np.bincount(label, minlength=1)
    members = np.flatnonzero(sizes[label] > 2) if count else np.empty(0, np.int64)
    order = members[np.argsort(label[members], kind="stable")]
    starts = np.flatnonzero(np.diff(label[order]) != 0) + 1
    parts = [part.astype(np.int64) for part in np.split(order, starts) if len(part)]
    return [one for one in parts if len(one) <= FULL_COMPONENT], [one for one in parts if len(one) > FULL_COMPONENT]
