"""Hashing and signing with numpy alone."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cleaner.collapse.signing import characters, constants
from cleaner.collapse.signing.constants import EMPTY, PERMUTATIONS, SHINGLE_POWERS, SHINGLE_WORDS, WORD_BASE
from cleaner.collapse.signing.permutations import permutations

_INVERSE = pow(WORD_BASE, -1, 2**64)
_TOGETHER, _PRODUCTS = 1 << 14, 1 << 16
"""Hashes of texts that are permuted at once, and their products by some permutations: these stay in the processor's
cache, and few calls are made."""


def hash_words(texts: Sequence[str]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Hashes of the folded texts' words, and where each text's begin: uint64 and int64 of shape (texts + 1,)."""
    plain = "\n".join([text.lower() if text.isascii() else text for text in texts])
    points, begins, ends = characters.spans(plain)
    starts = np.searchsorted(begins, np.cumsum([0] + [len(text) + 1 for text in texts])).astype(np.int64)
    # A word from place a to b is the sum of c[i] * base ** (b - 1 - i) over its places. The base is odd and has an
    # inverse modulo 2**64: sums of c[i] * base ** -i up to every place give all words at once.
    sums = np.zeros(len(points) + 1, np.uint64)
    np.cumsum(points * _powers(len(points), _INVERSE), out=sums[1:])
    return _mixed((sums[ends] - sums[begins]) * _powers(len(points), WORD_BASE)[ends - 1]), starts


def _powers(number: int, base: int) -> NDArray[np.uint64]:
    """The first powers of a base modulo 2**64."""
    return _so_many_powers(1 << number.bit_length(), base)[:number]


@lru_cache(maxsize=4)
def _so_many_powers(number: int, base: int) -> NDArray[np.uint64]:
    factors = np.full(number, base, np.uint64)
    factors[0] = 1
    return np.multiply.accumulate(factors)


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """MurmurHash3's 64-bit finaliser."""
    for factor in constants.MIX_64:
        values = values ^ (values >> np.uint64(33))
        values = values * np.uint64(factor)
    return values ^ (values >> np.uint64(33))


def shingles(words: NDArray[np.uint64], starts: NDArray[np.int64]) -> NDArray[np.uint32]:
    """Hashes of every text's shingles, text after text; ``starts`` says where each text's words begin."""
    count = len(words) - SHINGLE_WORDS + 1
    if count < 1:
        return np.empty(0, np.uint32)
    short = (words >> np.uint64(32)).astype(np.uint32)
    rolled = np.zeros(count, np.uint32)
    for offset, power in enumerate(SHINGLE_POWERS):
        rolled += short[offset : offset + count] * np.uint32(power)
    whole = np.ones(count, bool)
    inner = starts[(starts > 0) & (starts < len(words))]
    for back in range(1, SHINGLE_WORDS):
        crossing = inner - back
        whole[crossing[(crossing >= 0) & (crossing < count)]] = False
    return rolled[whole]


def finalise(hashes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """MurmurHash3's 32-bit finaliser, the first step of ``affine32``."""
    for factor, shift in zip(constants.MIX_32, (16, 13), strict=True):
        hashes = hashes ^ (hashes >> np.uint32(shift))
        hashes = hashes * np.uint32(factor)
    return hashes ^ (hashes >> np.uint32(16))


def sign(hashes: NDArray[np.uint32], starts: NDArray[np.int64]) -> NDArray[np.uint32]:
    """MinHash signatures of sets of hashes, uint32 of shape (sets, PERMUTATIONS)."""
    a, b = permutations()
    mixed = finalise(hashes)
    out = np.full((len(starts) - 1, PERMUTATIONS), EMPTY, np.uint32)
    filled = np.flatnonzero(starts[1:] > starts[:-1])
    begins, ends = starts[filled], starts[filled + 1]
    first = 0
    while first < len(filled):
        last = max(first + 1, int(np.searchsorted(ends, begins[first] + _TOGETHER, "right")))
        values = mixed[begins[first] : ends[last - 1]]
        each = max(1, _PRODUCTS // len(values))
        for at in range(0, PERMUTATIONS, each):
            products = values * a[at : at + each, None]
            products += b[at : at + each, None]
            least = np.minimum.reduceat(products, begins[first:last] - begins[first], axis=1)
            out[filled[first:last], at : at + each] = least.T
        first = last
    return out
