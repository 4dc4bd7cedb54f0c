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

from cleaner.collapse import bands, signing, sketch, templates, verify
from cleaner.collapse.differences import Version, judge
from cleaner.collapse.linkage import average_link
from cleaner.collapse.ragged import Hashes, Places, Ragged
from cleaner.records import Article

DEFAULT_THRESHOLD = 0.4
"""Mean containment from which texts are copies. On the near-copy development pages B-cubed F is .997 at
0.3, .996 at 0.4, .995 at 0.5, .989 at 0.6 (cleaner evaluate near); 0.4 leaves room for leftovers that
those pages do not have."""
LOOKED_AT = 0.25
"""Containment from which a pair's texts are laid beside each other; what shares less joins nothing by itself."""
DIFFERENT = -0.1
"""Score of two texts that share much and tell different things: a little less than of strangers, so that one wrong
answer among thirty copies parts nobody. 0 and -0.5 differ by 0.3 points of F on the near-copy development pages."""
FEW_OWN, MUCH_SHARED = 15, 300
LITTLE_MORE = 0.3
"""A pair with so few shingles of its own beside so many shared, or of which one holds the other and at most this
share more, is not looked at."""
ENOUGH, FEW_DIFFER = 4, 8
"""A text that is the same as so many others, and as so many times as many as it differs from, is one of many copies."""
OF_MANY = 0.1
"""Probability from which a text is one more version of an article that has many already."""
MAY_BE_ONE_EVENT = 0.15
"""Probability of one event from which two reports are looked at for telling different things in one frame."""
FRAME, SEVERAL = 0.15, 3
"""Containment from which two texts that exchange so many facts are of one frame, though too little for a copy."""
MANY_DIFFER = 40
"""A text that differs from so many in its buckets is one of a frame: it does not look for more there."""
MOST_READ = 3_000
"""Texts that are kept as read."""
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


Watch = Callable[[Iterable[int]], Iterator[int]]
"""Hands on what is gone through, so that somebody sees how far it is."""


class _Scored(NamedTuple):
    """Pairs that are alike at all."""

    left: Places
    right: Places
    score: NDArray[np.float64]


Readings = Callable[[Sequence[int]], Iterable[Article]]
"""The articles of some rows."""


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
        articles: Readings | None = None,
    ) -> None:
        """``ordered`` are the texts' shingle hashes in text order, ``sites`` names where they stand.

        ``folder`` takes the files of a corpus that is not to be held in memory. ``articles`` gives the texts
        themselves; without them nothing is asked of what differs.
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
        self._articles = articles
        self._read: dict[int, Version] = {}
        self._found: dict[int, list[int]] = {}
        """Of each text that was looked at, how many others are the same and how many differ."""
        self._parent: dict[int, int] = {}
        self._doubts_left = MAX_DOUBTFUL
        self._compared: _Compared | None = None
        self._keys: bands.BandKeys | None = None

    @classmethod
    def of_texts(cls, texts: Sequence[str], sites: Sequence[str | None] | None = None) -> NearIndex:
        """Of texts as they are."""
        hashed = signing.hash_texts(texts)
        articles = lambda rows: (Article("", texts[row]) for row in rows)  # noqa: E731 - nothing to name
        return cls(Ragged(hashed.shingles, hashed.starts), sites, articles=articles)

    @classmethod
    def restored(
        cls, ordered: Sequence[Hashes], cores: Sequence[Hashes], articles: Readings | None = None
    ) -> NearIndex:
        """Of texts whose shingle hashes, and what is left of them without templates, are known already."""
        index = cls(Ragged.of([]), articles=articles)
        index.ordered, index.cores = Ragged.of(ordered), Ragged.of(cores)
        index.whole = index.cores.sizes == templates.distinct(index.ordered).sizes
        return index

    def scored(self, left: Places, right: Places) -> NDArray[np.float64]:
        """Containment of each pair, 0 for two bodies in one frame, DIFFERENT for texts that tell different things."""
        found = verify.overlaps(self.cores, left, right)
        score = found.containment.copy()
        doubtful = np.flatnonzero((score > HELD_TOGETHER) & (score < SURE))[: self._doubts_left]
        self._doubts_left -= len(doubtful)
        score[doubtful[verify.framed(self.ordered, left[doubtful], right[doubtful])]] = 0.0
        if self._articles is not None:
            for k in np.flatnonzero((score >= LOOKED_AT) & ~self._plain(found)).tolist():
                if self._tell_apart(int(left[k]), int(right[k])):
                    score[k] = DIFFERENT
        return score

    def _tell_apart(self, left: int, right: int) -> bool:
        """Whether two texts differ; not asked of two among many copies that are linked through others already."""
        for row in (left, right):
            self._found.setdefault(row, [0, 0])
        many = [self._found[row][0] >= max(ENOUGH, FEW_DIFFER * self._found[row][1]) for row in (left, right)]
        if all(many) and self._root(left) == self._root(right):
            return False
        least = OF_MANY if any(many) else None
        different = judge(self._version(left), self._version(right), least).different
        for row in (left, right):
            self._found[row][different] += 1
        if not different:
            first, last = sorted((self._root(left), self._root(right)))
            self._parent[last] = first
        return different

    def _root(self, row: int) -> int:
        """The first of the texts that are linked with a text by pairs found to be the same."""
        while (above := self._parent.get(row, row)) != row:
            self._parent[row] = row = self._parent.get(above, above)
        return row

    def _plain(self, found: verify.Overlap) -> NDArray[np.bool_]:
        """Pairs of which the numbers of shared shingles say enough."""
        ours, theirs = (self.cores.sizes_of(side) - found.shared for side in (found.left, found.right))
        most, least = np.maximum(ours, theirs), np.minimum(ours, theirs)
        plain: NDArray[np.bool_] = (most <= FEW_OWN) & (found.shared >= MUCH_SHARED)
        plain |= (least == 0) & (most <= LITTLE_MORE * found.shared)
        return plain

    def _version(self, row: int) -> Version:
        """A text as read; the last ones are kept."""
        if row not in self._read:
            if self._articles is None:
                raise RuntimeError("the texts are not at hand")
            if len(self._read) >= MOST_READ:
                self._read.clear()
            self._read[row] = Version.of(next(iter(self._articles([row]))), self.ordered[row].tolist())
        return self._read[row]

    def apart(self, left: Places, right: Places) -> NDArray[np.bool_]:
        """Whether the texts of each pair are no versions of one article and no reports of one event.

        They share a frame and exchange its facts, one holds the other as one of several things, or they are two
        days of one running report of a site.
        """
        found = np.zeros(len(left), bool)
        if self._articles is not None:
            held = verify.overlaps(self.cores, left, right).containment
            for k in np.flatnonzero(held >= FRAME).tolist():
                verdict = judge(self._version(int(left[k])), self._version(int(right[k])))
                found[k] = verdict.apart and (held[k] >= DEFAULT_THRESHOLD or verdict.facts >= SEVERAL)
        return found

    def without_other_facts(
        self, left: Places, right: Places, probability: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Probabilities of one event by pairs of texts, 0 for those that tell different things (``apart``)."""
        likely = np.flatnonzero(probability >= MAY_BE_ONE_EVENT)
        found = probability.copy()
        found[likely[self.apart(left[likely], right[likely])]] = 0.0
        return found

    def labels(self, threshold: float | None = None, watch: Watch = iter) -> NDArray[np.int64]:
        """Cluster of each text as the index of its first member (int64), by average link.

        A component too large for all its pairs is linked over those that were found; then the first texts of
        its clusters are compared, again and again, for missing pairs may have held copies apart.
        Called again with another threshold it does not compare the texts anew. ``watch`` hands on the bands.
        """
        if self._compared is None:
            self._compared = self._compare(watch)
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

    def _compare(self, watch: Watch) -> _Compared:
        texts = np.flatnonzero(self.cores.sizes)
        self._keys = self._banded()
        scored = [self._similar(np.empty(0, np.int64))]
        seen = np.empty(0, np.int64)
        copies = np.zeros(len(self.cores), np.int64)
        others = np.zeros(len(self.cores), np.int64)
        for codes in self._candidates(texts, self._keys, copies, others, watch):
            fresh = _not_in(codes, seen)
            if len(fresh):
                scored.append(self._similar(fresh))
                seen = np.sort(np.concatenate([seen, fresh]), kind="stable")
                sure, differ = scored[-1].score >= DEFAULT_THRESHOLD, scored[-1].score == DIFFERENT
                for side in (scored[-1].left, scored[-1].right):
                    copies += np.bincount(side[sure], minlength=len(copies))
                    others += np.bincount(side[differ], minlength=len(copies))
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

    def _candidates(
        self, texts: Places, keys: bands.BandKeys, copies: Places, others: Places, watch: Watch
    ) -> Iterator[Places]:
        """Pairs of the bands and of the containment sketch, coded, ascending in each part.

        ``copies`` and ``others`` are the copies of each text, and those that it differs from, found so far.
        """
        for band in watch(range(bands.BANDS)):
            settled = (copies >= bands.NEIGHBOURS) | (others >= MANY_DIFFER)
            yield from bands.bucket_pairs(keys.band(band)[texts], texts, settled)
        yield from sketch.pairs(self.cores)

    def _similar(self, codes: Places) -> _Scored:
        left, right = bands.decoded(codes)
        score = self.scored(left, right)
        some = score != 0
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
