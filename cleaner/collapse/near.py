"""Near copies: one text reprinted, cut, edited or wrapped in another site's leftovers.

Templates out, signatures, bands and a containment sketch for candidates, exact verification of every
candidate, average link. No pair of texts is joined without having been compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from cleaner.collapse import bands, signatures, templates, verify
from cleaner.collapse.linkage import average_link
from cleaner.collapse.words import tokens

DEFAULT_THRESHOLD = 0.4
"""Mean containment from which texts are copies. On the near-copy development pages B-cubed F is .997 at
0.3, .996 at 0.4, .995 at 0.5, .989 at 0.6 (cleaner evaluate near); 0.4 leaves room for leftovers that
those pages do not have."""
SURE = 0.9
"""Containment from which a pair need not be looked at for being two bodies in one frame."""


MAX_DOUBTFUL = 200_000
"""Pairs looked at for being two bodies in one frame; a template on more pages is known by its frequency."""
MAX_CLUSTERS = 1000
"""Clusters of one large component up to which they are compared each with each."""


_Pairs = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Left, right and score."""


class _Compared(NamedTuple):
    pairs: _Pairs
    large: list[np.ndarray]
    """Members of components too large for all their pairs."""


class NearIndex:
    """Shingle hashes of a list of texts, and what can be asked of them.

    ``words`` are the texts' word tokens, ``sites`` where they stand. Texts of fewer than five words join
    nothing.
    """

    def __init__(self, words: Sequence[Sequence[str]], sites: Sequence[str | None] | None = None) -> None:
        self.ordered = [signatures.shingle_hashes(one) for one in words]
        self.distinct = [np.unique(one) for one in self.ordered]
        self.cores = templates.cores(self.ordered, sites)
        self._compared: _Compared | None = None

    @classmethod
    def restored(cls, ordered: Sequence[np.ndarray], cores: Sequence[np.ndarray]) -> NearIndex:
        """Of texts whose shingle hashes, and what is left of them without templates, are known already."""
        index = cls([])
        index.ordered, index.cores = list(ordered), list(cores)
        index.distinct = [np.unique(one) for one in index.ordered]
        return index

    def _candidates(self) -> tuple[np.ndarray, np.ndarray]:
        """Candidate pairs (left < right) of the bands and of the containment sketch."""
        count = len(self.cores)
        usable = np.array([len(core) > 0 for core in self.cores], dtype=bool)
        if not usable.any():
            return np.empty(0, np.int64), np.empty(0, np.int64)
        signed = np.stack([signatures.signature(core) for core in self.cores])
        left, right = bands.candidate_pairs(signed, usable)
        also_left, also_right = bands.sketch_pairs(self.cores)
        codes = np.unique(np.r_[left * count + right, also_left * count + also_right])
        return codes // count, codes % count

    def scored(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """Containment of each pair, 0 for two bodies in one frame."""
        score = verify.overlaps(self.cores, left, right).containment.copy()
        doubtful = np.flatnonzero((score > 0.1) & (score < SURE))
        for k in doubtful[:MAX_DOUBTFUL]:
            if verify.framed(self.ordered[left[k]], self.ordered[right[k]]):
                score[k] = 0.0
        return score

    def labels(self, threshold: float | None = None) -> np.ndarray:
        """Cluster of each text as the index of its first member (int64), by average link.

        A component too large for all its pairs is linked over those that were found; the first texts of
        its clusters are then compared each with each, for missing pairs may have held copies apart.
        Called again with another threshold it does not compare the texts anew.
        """
        if self._compared is None:
            count = len(self.cores)
            left, right = self._candidates()
            scored = self._similar(*bands.complete(count, left, right))
            self._compared = _Compared(scored, list(bands.large_components(count, left, right)))
        labels = self._linked(self._compared.pairs, threshold)
        for members in self._compared.large:
            first = np.unique(labels[members])
            if 1 < len(first) <= MAX_CLUSTERS:
                again = self._linked(self._similar(*bands.all_pairs(first)), threshold)
                labels[members] = again[labels[members]]
        return labels

    def _similar(self, left: np.ndarray, right: np.ndarray) -> _Pairs:
        score = self.scored(left, right)
        some = score > 0
        return left[some], right[some], score[some]

    def _linked(self, pairs: _Pairs, threshold: float | None) -> np.ndarray:
        return average_link(len(self.cores), *pairs, threshold or DEFAULT_THRESHOLD)

    def own_text(self, i: int, text: str) -> str:
        """Text ``i`` without the words that stand only in shingles of a template."""
        core = self.cores[i]
        if len(core) == len(self.distinct[i]):
            return text
        own = np.isin(self.ordered[i], core)
        keep = np.zeros(len(own) + signatures.SHINGLE_WORDS - 1, dtype=bool)
        for offset in range(signatures.SHINGLE_WORDS):
            keep[offset : offset + len(own)] |= own
        lines, at = [], 0
        for line in text.split("\n"):
            words = []
            for word in line.split():
                size = len(tokens(word))
                if keep[at : at + size].any():
                    words.append(word)
                at += size
            lines.append(" ".join(words))
        return "\n".join(line for line in lines if line)

    def jaccard_of_all(self, texts: Sequence[int]) -> dict[tuple[int, int], float]:
        """Jaccard of each two of these texts, by their places in the list."""
        left, right = np.triu_indices(len(texts), 1)
        order = np.asarray(texts)
        found = verify.overlaps(self.cores, order[left], order[right]).jaccard
        return {(int(a), int(b)): float(x) for a, b, x in zip(left, right, found, strict=True)}

    def overlap(self, i: int, j: int) -> tuple[float, float, int]:
        """Containment, Jaccard and number of shared shingles of two texts."""
        one = verify.overlaps([self.cores[i], self.cores[j]], np.array([0]), np.array([1]))
        return float(one.containment[0]), float(one.jaccard[0]), int(one.shared[0])
