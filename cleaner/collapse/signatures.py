"""Shingle hashes and MinHash signatures, the same bits that datasketch's ``affine32`` scheme gives.

A word is hashed once (xxh32); a shingle's hash is a polynomial over its words' hashes, so that it rolls.
Permutations are Murmur3's finaliser and then ``a * h + b`` modulo 2**32 with datasketch's own coefficients:
``MinHash(hashvalues=signature, seed=SEED, scheme="affine32")`` loads any row.

Broder 1997, On the resemblance and containment of documents.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xxhash

from cleaner.collapse.signing.constants import (
    EMPTY,
    PERMUTATIONS,
    SEED,
    SHINGLE_POWERS,
    SHINGLE_WORDS,
    permutations,
)
from cleaner.collapse.signing.vectorised import finalise

__all__ = ["PERMUTATIONS", "SEED", "SHINGLE_WORDS", "finalise", "shingle_hashes", "signature"]
_POWERS = np.array(SHINGLE_POWERS, dtype=np.uint32)


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


def signature(hashes: np.ndarray) -> np.ndarray:
    """MinHash of a set of shingle hashes: uint32, shape (PERMUTATIONS,); all ones for the empty set."""
    a, b = permutations()
    result = np.full(PERMUTATIONS, EMPTY, dtype=np.uint32)
    mixed = finalise(hashes)
    for start in range(0, len(mixed), 4096):
        part = mixed[start : start + 4096, None] * a + b
        np.minimum(result, part.min(axis=0), out=result)
    return result
