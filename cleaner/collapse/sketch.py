"""Candidate pairs for containment: texts that share sampled shingles.

Bands find texts that resemble each other; a stub of a long article, or a copy inside a page of other text, has a
Jaccard too small for them. A sample of the shingles by hash value finds those.
Irber et al. 2022, Lightweight compositional analysis of metagenomes with FracMinHash.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from cleaner.collapse.bands import Pairs, code, decoded
from cleaner.collapse.ragged import Hashes, Places, Ragged, RaggedWriter
from cleaner.collapse.signing import narrow
from cleaner.collapse.signing.vectorised import finalise
from cleaner.collapse.verify import overlaps

SCALE = 8
"""One shingle in so many is sampled; with SHARED set on the near-copy development pages, where
8 and 2 reach the F of comparing all pairs (16 loses 0.2 points; cleaner evaluate near)."""
SHARED = 2
SHARE = 0.05
"""Of the smaller text's sample the other one must hold this share as well: a twentieth is phrases that all use. Of
4,000 texts 8 % of the pairs with SHARED share less, in Chinese, whose shingles are short, 15 % (tests.bench.made);
of a pair of containment 0.25 and 320 shingles one in 2,000 does."""
ENOUGH = 40
"""Shingles of a sample from which it tells that texts are unlike."""
FREQUENCY = 100
"""A sampled shingle in more texts is not looked up. So whatever the size of the corpus a text of s sampled shingles
meets at most 99 s / max(SHARED, SHARE s) others of its length or more: 1,980. Measured are 4.6, 4.1 and 4.0 pairs an
article of 4,000, 16,000 and 64,000 made ones, 0.4, 0.4 and 1.0 of 400, 800 and 1,652 of allsides_full
(``python -m tests.bench.candidates``). Hashes are of 32 bits: of n texts with d shingles n d / 2**32 hold a given one
by chance, 0.08 at 1e6 texts of 330, 7.7 at 1e8, 77 at 1e9, where what is counted as frequent is chance. Two texts share
SHARED of 42 sampled ones by chance in n (42 * 42 * SCALE / 2**32)**2 / 2 pairs a text, 5e-4 at 1e8. So 32 bits carry
some 1e8 texts, and from there on they are of 64 (``signing.WIDE_FROM``)."""
_BLOCK = 20_000
_TOGETHER = 2_000_000
"""Sampled shingles gone over at once."""


def sampled(hashes: Hashes) -> NDArray[np.bool_]:
    """Which hashes are in the sample: one in SCALE, chosen by its value."""
    return finalise(narrow(hashes)) < np.uint32(2**32 // SCALE)


def samples(hashes: Ragged) -> Ragged:
    """The sampled hashes of every text."""
    out = RaggedWriter(None)
    for _, block in hashes.blocks():
        places = np.flatnonzero(sampled(block.values))
        row = np.searchsorted(block.starts, places, "right") - 1
        out.add(block.values[places], np.bincount(row, minlength=len(block)))
    return out.finish()


def candidate_pairs(hashes: Ragged) -> Pairs:
    """Pairs that share at least SHARED sampled shingles and SHARE of the smaller sample, ascending."""
    found = [np.empty(0, np.int64), *pairs(samples(hashes))]
    return decoded(np.concatenate(found))


def unlike(sampled: Ragged, left: Places, right: Places) -> NDArray[np.bool_]:
    """Pairs, found in another way, whose samples say that less than SHARE of the smaller text is the other's.

    A smaller sample than ENOUGH says nothing.
    """
    least = np.minimum(sampled.sizes_of(left), sampled.sizes_of(right))
    found = np.zeros(len(left), bool)
    some = np.flatnonzero(least >= ENOUGH)
    found[some] = overlaps(sampled, left[some], right[some]).shared < SHARE * least[some]
    return found


def pairs(sampled: Ragged) -> Iterator[NDArray[np.int64]]:
    """The ``candidate_pairs`` of texts with these samples by blocks of texts, coded, ascending."""
    matrix, sizes = _postings(_all_holders(sampled), len(sampled))
    other = matrix.T.tocsr()
    for start in range(0, len(sampled), _BLOCK):
        shared = (matrix[start : start + _BLOCK] @ other).tocoo()
        left, right = shared.row.astype(np.int64) + start, shared.col.astype(np.int64)
        keep = (left < right) & (shared.data >= SHARED)
        left, right = left[keep], right[keep]
        enough = shared.data[keep] >= SHARE * np.minimum(sizes[left], sizes[right])
        yield np.sort(code(left[enough], right[enough]))


def _all_holders(sampled: Ragged) -> NDArray[np.uint64]:
    """A hash and its text in every number, ascending; hashes of 64 bits by their places among the different ones."""
    if sampled.values.dtype == np.uint32:
        held = np.concatenate([np.empty(0, np.uint64), *(_holders(first, block) for first, block in sampled.blocks())])
        held.sort()
        return held
    order = np.argsort(sampled.values, kind="stable")  # texts ascend
    hashes = sampled.values[order]
    numbers = np.cumsum(np.r_[False, hashes[1:] != hashes[:-1]][: len(hashes)], dtype=np.uint64)
    ranked: NDArray[np.uint64] = numbers << np.uint64(32) | sampled.rows()[order].astype(np.uint64)
    return ranked


def _holders(first: int, block: Ragged) -> NDArray[np.uint64]:
    """A hash and its text in every number."""
    text = (block.rows() + first).astype(np.uint64)
    held: NDArray[np.uint64] = block.values.astype(np.uint64) << np.uint64(32) | text
    return held


def _postings(held: NDArray[np.uint64], count: int) -> tuple[csr_matrix, Places]:
    """A row a text, a column for each hash that two to FREQUENCY texts hold; the number of usual hashes of each text.

    ``held`` has a hash and a text in every number, ascending.
    """
    texts, columns = [np.empty(0, np.int32)], [np.empty(0, np.int32)]
    sizes = np.zeros(count, np.int64)
    number = first = 0
    while first < len(held):
        last = min(first + _TOGETHER, len(held))
        if last < len(held):  # all of a hash together
            last = int(np.searchsorted(held, (held[last] >> np.uint64(32)) << np.uint64(32)))
            last = last if last > first else int(np.searchsorted(held, held[first] | np.uint64(0xFFFFFFFF), "right"))
        values = held[first:last] >> np.uint64(32)
        starts = np.flatnonzero(np.r_[True, values[1:] != values[:-1]])
        frequency = np.diff(np.r_[starts, len(values)])
        text = held[first:last].astype(np.uint32)
        sizes += np.bincount(text[np.repeat(frequency <= FREQUENCY, frequency)], minlength=count)
        usual = (frequency >= 2) & (frequency <= FREQUENCY)
        texts.append(text[np.repeat(usual, frequency)].astype(np.int32))
        columns.append(np.repeat(np.arange(number, number + int(usual.sum()), dtype=np.int32), frequency[usual]))
        number += int(usual.sum())
        first = last
    places = np.concatenate(texts), np.concatenate(columns)
    return csr_matrix((np.ones(len(places[0]), np.int32), places), shape=(count, number)), sizes
