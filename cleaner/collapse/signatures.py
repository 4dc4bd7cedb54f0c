"""Shingle hashes and MinHash signatures, the same bits that datasketch's ``affine32`` scheme gives.

A word is hashed once (xxh32); a shingle's hash is a polynomial over its words' hashes, so that it rolls.
Permutations are Murmur3's finaliser and then ``a * h + b`` modulo 2**32 with datasketch's own coefficients:
``MinHash(hashvalues=signature, seed=SEED, scheme="affine32")`` loads any row.

Broder 1997, On the resemblance and containment of documents.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import xxhash
from datasketch import MinHash

SHINGLE_WORDS = 5
"""Words a shingle; the house prototype's near-copy figures are for 5."""
PERMUTATIONS = 128
SEED = 1
_BASE = 0x9E3779B1
_POWERS = np.array([pow(_BASE, SHINGLE_WORDS - 1 - i, 2**32) for i in range(SHINGLE_WORDS)], dtype=np.uint32)


def shingle_hashes(words: Sequence[str]) -> np.ndarray:
    """Hashes of a word sequence's 5-word shingles in text order (uint32). Empty below five words."""
    count = len(words) - SHINGLE_WORDS + 1
    if count < 1:
        return np.empty(0, dtype=np.uint32)
    of_word = np.fromiter(
        (xxhash.xxh32_intdigest(word.encode("utf-8", "replace")) for word in words), np.uint32, len(words)
    )
    rolled = np.zeros(count, dtype=np.uint32)
    for offset in range(SHINGLE_WORDS):
        rolled += of_word[offset : offset + count] * _POWERS[offset]
    return rolled


@cache
def _coefficients() -> tuple[np.ndarray, np.ndarray]:
    a, b = MinHash(num_perm=PERMUTATIONS, seed=SEED, scheme="affine32").permutations
    return np.ascontiguousarray(a, np.uint32), np.ascontiguousarray(b, np.uint32)


def finalise(hashes: np.ndarray) -> np.ndarray:
    """Murmur3's 32-bit finaliser, the first step of ``affine32``."""
    mixed = hashes ^ (hashes >> np.uint32(16))
    mixed = mixed * np.uint32(0x85EBCA6B)
    mixed = mixed ^ (mixed >> np.uint32(13))
    mixed = mixed * np.uint32(0xC2B2AE35)
    return mixed ^ (mixed >> np.uint32(16))


def signature(hashes: np.ndarray) -> np.ndarray:
    """MinHash of a set of shingle hashes: uint32, shape (PERMUTATIONS,); all ones for the empty set."""
    a, b = _coefficients()
    result = np.full(PERMUTATIONS, 0xFFFFFFFF, dtype=np.uint32)
    mixed = finalise(hashes)
    for start in range(0, len(mixed), 4096):
        part = mixed[start : start + 4096, None] * a + b
        np.minimum(result, part.min(axis=0), out=result)
    return result
