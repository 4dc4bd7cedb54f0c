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

from cleaner.collapse import bands, signing, sketch, task_sizes, templates, verify
from cleaner.collapse.checkpoints import Arrays, Checkpoints, Forgetful, Mapped, form_of, joined, parted
from cleaner.collapse.components import components, join
from cleaner.collapse.linkage import average_link
from cleaner.collapse.pair_scores import (
    DEFAULT_THRESHOLD,
    HELD_TOGETHER,
    MAY_BE_ONE_EVENT,
    Comparer,
    Scores,
    Standing,
)
from cleaner.collapse.ragged import BLOCK, Hashes, Places, Ragged, RaggedWriter
from cleaner.collapse.verdicts import Readings
from cleaner.records import Article

Watch = Callable[[Iterable[int]], Iterator[int]]
"""Hands on what is gone through, so that somebody sees how far it is."""


class Scored(NamedTuple):
    """Scored pairs."""

    left: Places
    right: Places
    score: Scores

    def at(self, some: NDArray[Any]) -> Scored:
        """Those at these places, or where it is True."""
        return Scored(self.left[some], self.right[some], self.score[some])

    def among(self, items: Places) -> Scored:
        """Those of two of these items, which stand in any order, by the items' places in it."""
        order = np.argsort(items)
        inside = self.at(np.isin(self.left, items) & np.isin(self.right, items))
        left, right = (order[np.searchsorted(items[order], side)] for side in (inside.left, inside.right))
        return Scored(left, right, inside.score)

    @classmethod
    def joined(cls, parts: Iterable[Scored]) -> Scored:
        """Some one after the other."""
        none = cls(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float64))
        return cls(*map(np.concatenate, zip(none, *parts, strict=True)))


class _Compared(NamedTuple):
    pairs: Scored
    """Those that are alike at all."""
    standing: Standing
    large: list[Places]
    """Members of components too large for all their pairs."""

    def arrays(self) -> Arrays:
        """As it is kept."""
        large, ends = joined(self.large, np.int64)
        return {**self.pairs._asdict(), **self.standing._asdict(), "large": large, "large_ends": ends}

    @classmethod
    def of(cls, arrays: Arrays) -> _Compared:
        """As it was kept."""
        pairs = Scored(*map(arrays.__getitem__, Scored._fields))
        standing = Standing(*map(arrays.__getitem__, Standing._fields))
        return cls(pairs, standing, parted(arrays["large"], arrays["large_ends"]))


class Signatures(NamedTuple):
    """Some texts as they are looked up."""

    keys: NDArray[np.uint64]
    """Shape (bands, texts)."""
    sampled: Hashes
    """Sampled shingles, those of one text after another's."""
    sizes: Places
    """Number of these of each text."""


class _Signed(NamedTuple):
    """All texts as they are looked up."""

    keys: bands.BandKeys
    samples: Ragged


_SIGNED = form_of(Signatures)


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
        self.cores = templates.cores(ordered, own, sites, folder, mapped)
        self.whole = self.cores.sizes == own.sizes
        """Which texts hold no shingle of a template."""
        if self.cores is not own:
            own.discard()
        self._folder = folder
        self._mapped = mapped
        self._comparer = Comparer(self.cores, ordered, articles, mapped)
        self._compared: _Compared | None = None
        self._signed: _Signed | None = None

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
        index = cls(Ragged.of([]))
        index.ordered, index.cores = Ragged.of(ordered), Ragged.of(cores)
        index._comparer = Comparer(index.cores, index.ordered, articles)
        index.whole = index.cores.sizes == templates.distinct(index.ordered).sizes
        return index

    def scored(self, left: Places, right: Places, checkpoints: Checkpoints | None = None) -> Scores:
        """Containment of each pair, 0 for two bodies in one frame, DIFFERENT for texts that tell different things."""
        return self._comparer.scored(left, right, checkpoints=checkpoints)[0]

    def apart(self, left: Places, right: Places, checkpoints: Checkpoints | None = None) -> NDArray[np.bool_]:
        """Whether the texts of each pair are no versions of one article and no reports of one event."""
        return self._comparer.apart(left, right, checkpoints)

    def without_other_facts(
        self, left: Places, right: Places, probability: NDArray[np.float64], checkpoints: Checkpoints | None = None
    ) -> NDArray[np.float64]:
        """Probabilities of one event by pairs of texts, 0 for those that tell different things (``apart``)."""
        likely = np.flatnonzero(probability >= MAY_BE_ONE_EVENT)
        found = probability.copy()
        found[likely[self.apart(left[likely], right[likely], checkpoints)]] = 0.0
        return found

    def compare(self, checkpoints: Checkpoints | None = None, watch: Watch = iter) -> _Compared:
        """Compare the texts, once, or take the comparison that was kept; ``watch`` hands on the bands."""
        if self._compared is None:
            kept = checkpoints or Forgetful()
            self._compared = _Compared.of(kept.result("pairs", lambda: self._compare(watch, kept).arrays()))
        return self._compared

    def labels(self, threshold: float | None = None) -> NDArray[np.int64]:
        """Cluster of each text as the index of its first member (int64), by average link.

        A component too large for all its pairs is linked over those that were found; then the first texts of
        its clusters are compared, again and again, for missing pairs may have held copies apart.
        Called again with another threshold it does not compare the texts anew.
        """
        compared = self.compare()
        least = threshold or DEFAULT_THRESHOLD
        labels = average_link(len(self.cores), *compared.pairs, least)
        for members in compared.large:
            join(members, labels, least, lambda codes: self._similar(codes, compared.standing)[0], self._close)
        return labels

    def compared(self) -> tuple[Places, Places, NDArray[np.float64]]:
        """Left, right and containment of the pairs of texts that were found alike at all; after ``labels``."""
        if self._compared is None:
            return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float64)
        pairs = self._compared.pairs
        return pairs.left, pairs.right, pairs.score

    def _compare(self, watch: Watch, checkpoints: Checkpoints) -> _Compared:
        found = self._candidates(watch, checkpoints)
        close, standing = self._similar(found, checkpoints=checkpoints)
        together = close.score > HELD_TOGETHER
        small, large = components(len(self.cores), close.left[together], close.right[together])
        scored = [close]
        for codes in bands.pairs_inside(small):
            scored.append(self._similar(_not_in(np.sort(codes), found), standing)[0])
        return _Compared(Scored.joined(scored), standing, large)

    def _all_signed(self, checkpoints: Checkpoints) -> _Signed:
        """All texts as they are looked up, signed block by block."""
        if self._signed is None:
            keys, samples = bands.BandKeys(len(self.cores), self._folder), RaggedWriter(self._folder)
            sign = partial(signed, keys.rows, signing.compiling_pays(len(self.cores)))
            first = 0
            mapped = checkpoints.mapped("signatures", self._mapped, _SIGNED)
            most = task_sizes.size(int(self.cores.starts[-1]), BLOCK)
            for block in mapped(sign, (block for _, block in self.cores.blocks(most))):
                keys.put(first, block.keys)
                samples.add(block.sampled, block.sizes)
                first += len(block.sizes)
            self._signed = _Signed(keys, samples.finish())
        return self._signed

    def _candidates(self, watch: Watch, checkpoints: Checkpoints) -> Places:
        """Pairs of the bands and of the containment sketch, coded, ascending."""
        keys, samples = self._all_signed(checkpoints)
        contained = np.concatenate([np.empty(0, np.int64), *sketch.pairs(samples)])
        alike = _not_in(keys.pairs(np.flatnonzero(self.cores.sizes), self._mapped, checkpoints, watch), contained)
        alike = alike[~sketch.unlike(samples, *bands.decoded(alike))]
        return np.sort(np.concatenate([contained, alike]))

    def _similar(
        self, codes: Places, standing: Standing | None = None, checkpoints: Checkpoints | None = None
    ) -> tuple[Scored, Standing]:
        left, right = bands.decoded(codes)
        score, standing = self._comparer.scored(left, right, standing, checkpoints)
        return Scored(left, right, score).at(score != 0), standing

    def _close(self, texts: Places) -> Places:
        """Pairs of these texts that share a band, coded."""
        return self._all_signed(Forgetful()).keys.pairs(texts)

    def jaccard_of_all(self, texts: Sequence[int]) -> dict[tuple[int, int], float]:
        """Jaccard of each two of these texts, by their places in the list."""
        left, right = np.triu_indices(len(texts), 1)
        order = np.asarray(texts, np.int64)
        found = verify.overlaps(self.cores, order[left], order[right]).jaccard
        return {(int(a), int(b)): float(x) for a, b, x in zip(left, right, found, strict=True)}

    def overlap(self, i: int, j: int) -> tuple[float, float, int]:
        """Containment, Jaccard and number of shared shingles of two texts."""
        return verify.overlap(self.cores[i], self.cores[j])


def signed(rows: int, compiled: bool | None, block: Ragged) -> Signatures:
    """Sign some texts, by their shingle hashes; ``rows`` and ``compiled`` are those of ``bands`` and ``signing``."""
    keys = bands.keys(signing.signatures(signing.narrow(block.values), block.starts, compiled), rows)
    sampled = sketch.samples(block)
    return Signatures(keys, sampled.values, sampled.sizes)


def _not_in(codes: Places, seen: Places) -> Places:
    """Those of the ascending codes that are not among the ascending ``seen``."""
    if not len(seen):
        return codes
    at = np.minimum(np.searchsorted(seen, codes), len(seen) - 1)
    fresh: Places = codes[seen[at] != codes]
    return fresh
