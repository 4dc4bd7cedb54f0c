"""Hashing and signing with numpy alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cleaner.collapse.signing import characters, constants
from cleaner.collapse.signing.constants import EMPTY, PERMUTATIONS, SHINGLE_POWERS, SHINGLE_WORDS, WORD_BASE

_SIGN_CHUNK = 1_024
"""Hashes permuted at once: their products stay in the processor's cache."""


def hash_words(texts: Sequence[str]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Hashes of the folded texts' words, and where each text's begin: uint64 and int64 of shape (texts + 1,)."""
    points, inside, begins = _words_in("\n".join(texts))
    ends = np.cumsum([0] + [len(text) + 1 for text in texts])
    starts = np.searchsorted(begins, ends).astype(np.int64)
    if not len(begins):
        return np.empty(0, np.uint64), starts
    sizes = np.add.reduceat(inside, begins, dtype=np.int64)
    spans = np.diff(np.r_[begins, len(points)])
    place = np.arange(begins[0], len(points)) - np.repeat(begins, spans)
    to_end = np.maximum(np.repeat(sizes, spans) - 1 - place, 0)
    powers = _powers(int(sizes.max()))
    terms = np.where(inside, points, 0)[begins[0] :] * powers[to_end]
    return _mixed(np.add.reduceat(terms, begins - begins[0])), starts


def _words_in(text: str) -> tuple[NDArray[np.uint64], NDArray[np.bool_], NDArray[np.int64]]:
    """The folded code points of a text, which of them stand in words, and where words begin."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    kind = np.full(len(points), characters.BETWEEN, np.uint8)
    plain = points < 128
    points[plain] = characters.ascii_folded()[points[plain]]
    kind[plain] = np.where(points[plain] > 0, characters.IN_WORD, characters.BETWEEN)
    if not plain.all():
        wide = ~plain & (points < characters.TABLE_SIZE)
        kind[wide] = characters.classes()[points[wide]]
        first, last = characters.SELECTORS
        kind[(points >= first) & (points <= last)] = characters.MARK
    at = np.arange(len(points))
    owner = np.maximum.accumulate(np.where(kind != characters.MARK, at, 0))
    joined = kind[owner]
    joined[joined == characters.MARK] = characters.BETWEEN
    before = np.concatenate([np.zeros(1, np.uint8), joined[:-1]])
    begins = (kind == characters.ALONE) | (kind == characters.IN_WORD) & (before != characters.IN_WORD)
    return points, joined > 0, np.flatnonzero(begins)


def _powers(number: int) -> NDArray[np.uint64]:
    """The first powers of WORD_BASE modulo 2**64."""
    factors = np.full(number, WORD_BASE, np.uint64)
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
    a, b = constants.permutations()
    mixed = finalise(hashes)
    out = np.full((len(starts) - 1, PERMUTATIONS), EMPTY, np.uint32)
    bounds = starts.tolist()
    for row, start, stop in zip(out, bounds[:-1], bounds[1:], strict=True):
        for at in range(start, stop, _SIGN_CHUNK):
            products = mixed[at : min(stop, at + _SIGN_CHUNK), None] * a
            products += b
            np.minimum(row, products.min(axis=0), out=row)
    return out
