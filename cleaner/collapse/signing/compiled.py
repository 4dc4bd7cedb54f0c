"""Hashing and signing compiled by numba, over the UTF-8 bytes: the same bits as ``vectorised``."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numba import int64, njit, uint32, uint64
from numpy.typing import NDArray

from cleaner.collapse.signing import characters, constants
from cleaner.collapse.signing.constants import PERMUTATIONS, SHINGLE_POWERS, SHINGLE_WORDS
from cleaner.collapse.signing.permutations import permutations

_BASE = uint64(constants.WORD_BASE)
_MIX_A, _MIX_B = uint64(constants.MIX_64[0]), uint64(constants.MIX_64[1])
_MIX_C, _MIX_D = uint32(constants.MIX_32[0]), uint32(constants.MIX_32[1])
_P0, _P1, _P2, _P3, _P4 = (uint32(power) for power in SHINGLE_POWERS)
_IN_WORD, _MARK, _ALONE = characters.IN_WORD, characters.MARK, characters.ALONE
_TABLE_SIZE = characters.TABLE_SIZE
_FIRST_SELECTOR, _LAST_SELECTOR = characters.SELECTORS


def hash_words(texts: Sequence[str]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Hashes of the folded texts' words, and where each text's begin: uint64 and int64 of shape (texts + 1,)."""
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    starts = np.zeros(len(texts) + 1, np.int64)
    np.cumsum([len(one) for one in encoded], out=starts[1:])
    buffer = np.frombuffer(b"".join(encoded), np.uint8)
    words = np.empty(len(buffer) // 2 + len(texts) + 1, np.uint64)
    bounds = np.zeros(len(texts) + 1, np.int64)
    if all(text.isascii() for text in texts):
        number = _hash_ascii(buffer, starts, characters.ascii_folded(), words, bounds)
    else:
        number = _hash_utf8(buffer, starts, characters.ascii_folded(), characters.classes(), words, bounds)
    return words[:number].copy(), bounds


def are_alone(texts: Sequence[str]) -> list[bool]:
    """Which texts ``hash_alone`` can hash."""
    encoded = [text.encode("utf-16-le", "surrogatepass") for text in texts]
    fit = np.fromiter((len(one) == 2 * len(text) for one, text in zip(encoded, texts, strict=True)), bool, len(texts))
    starts = np.zeros(len(texts) + 1, np.int64)
    np.cumsum([len(one) // 2 for one in encoded], out=starts[1:])
    _check_alone(np.frombuffer(b"".join(encoded), np.uint16), starts, characters.alone(), fit)
    found: list[bool] = fit.tolist()
    return found


def hash_alone(texts: Sequence[str]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """``hash_words`` of texts as they are, not folded, in which every character is folded by itself (``are_alone``)."""
    starts = np.zeros(len(texts) + 1, np.int64)
    np.cumsum([len(text) for text in texts], out=starts[1:])
    points = np.frombuffer("".join(texts).encode("utf-16-le"), np.uint16)
    words = np.empty(len(points) + 1, np.uint64)
    bounds = np.zeros(len(texts) + 1, np.int64)
    number = _hash_alone(points, starts, characters.alone(), words, bounds)
    return words[:number].copy(), bounds


@njit(nogil=True, cache=True)
def _check_alone(points, starts, table, fit):  # type: ignore[no-untyped-def]
    """Take out of ``fit`` the texts with a character that depends on others."""
    for text in range(len(starts) - 1):
        every = uint32(0)
        for at in range(starts[text], starts[text + 1]):
            every |= table[points[at]]
        fit[text] &= (every >> uint32(16)) <= uint32(_ALONE)


@njit(nogil=True, cache=True)
def _hash_alone(points, starts, table, words, bounds):  # type: ignore[no-untyped-def]
    """Fill ``words`` and ``bounds``; returns the number of words. Without branches, as ``_hash_ascii``."""
    number = 0
    for text in range(len(starts) - 1):
        bounds[text] = number
        h, was = uint64(0), uint64(0)
        for at in range(starts[text], starts[text + 1]):
            entry = uint64(table[points[at]])
            kind = entry >> uint64(16)
            words[number] = h
            ends = uint64(was != 0) & ~(uint64(kind == _IN_WORD) & uint64(was == _IN_WORD))
            number += int64(ends)  # type: ignore[assignment]
            h = (h * (_BASE * (uint64(1) ^ ends)) + (entry & uint64(0xFFFF))) * uint64(kind != 0)
            was = kind
        words[number] = h
        number += int64(was != 0)  # type: ignore[assignment]
    bounds[len(starts) - 1] = number
    for place in range(number):
        words[place] = _mix(words[place])
    return number


@njit(nogil=True, cache=True)
def _mix(h):  # type: ignore[no-untyped-def]
    h ^= h >> uint64(33)
    h *= _MIX_A
    h ^= h >> uint64(33)
    h *= _MIX_B
    return h ^ (h >> uint64(33))


@njit(nogil=True, cache=True)
def _hash_ascii(buffer, starts, folded, words, bounds):  # type: ignore[no-untyped-def]
    """Fill ``words`` and ``bounds``; returns the number of words.

    Without branches on what a byte is: at the ends of words they would be guessed wrongly.
    """
    number = 0
    for text in range(len(starts) - 1):
        bounds[text] = number
        h, was = uint64(0), uint64(0)
        for at in range(starts[text], starts[text + 1]):
            point = uint64(folded[buffer[at]])
            words[number] = h
            part = uint64(point != 0)
            number += int64(was & ~part)  # type: ignore[assignment]
            h = (h * _BASE + point) * part
            was = part
        words[number] = h
        number += int64(was)  # type: ignore[assignment]
    bounds[len(starts) - 1] = number
    for place in range(number):
        words[place] = _mix(words[place])
    return number


@njit(nogil=True, cache=True)
def _hash_utf8(buffer, starts, folded, table, words, bounds):  # type: ignore[no-untyped-def]
    """Fill ``words`` and ``bounds``; returns the number of words."""
    number = 0
    for text in range(len(starts) - 1):
        bounds[text] = number
        h = uint64(0)
        state = 0
        at, stop = starts[text], starts[text + 1]
        while at < stop:
            byte = buffer[at]
            if byte < 128:
                at += 1
                point = uint64(folded[byte])
                kind = _IN_WORD if point else 0
            else:
                if byte < 0xE0:
                    point = uint64(((byte & 0x1F) << 6) | (buffer[at + 1] & 0x3F))
                    at += 2
                elif byte < 0xF0:
                    point = uint64(((byte & 0x0F) << 12) | ((buffer[at + 1] & 0x3F) << 6) | (buffer[at + 2] & 0x3F))
                    at += 3
                else:
                    point = uint64(
                        ((byte & 0x07) << 18)
                        | ((buffer[at + 1] & 0x3F) << 12)
                        | ((buffer[at + 2] & 0x3F) << 6)
                        | (buffer[at + 3] & 0x3F)
                    )
                    at += 4
                kind = 0
                if point < _TABLE_SIZE:
                    kind = int(table[point])
                elif _FIRST_SELECTOR <= point <= _LAST_SELECTOR:
                    kind = _MARK
            if kind == _MARK:
                if state:
                    h = h * _BASE + point
                continue
            if state and (kind != _IN_WORD or state != _IN_WORD):
                words[number] = _mix(h)
                number += 1
                h = uint64(0)
            if kind:
                h = h * _BASE + point
            state = kind
        if state:
            words[number] = _mix(h)
            number += 1
    bounds[len(starts) - 1] = number
    return number


def shingles(words: NDArray[np.uint64], starts: NDArray[np.int64]) -> NDArray[np.uint32]:
    """Hashes of every text's shingles, text after text; ``starts`` says where each text's words begin."""
    out = np.empty(int(np.maximum(np.diff(starts) - SHINGLE_WORDS + 1, 0).sum()), np.uint32)
    _shingles(words, starts, out)
    return out


@njit(nogil=True, cache=True)
def _shingles(words, starts, out):  # type: ignore[no-untyped-def]
    number = 0
    for text in range(len(starts) - 1):
        for at in range(starts[text], starts[text + 1] - 4):
            out[number] = uint32(
                uint32(words[at] >> uint64(32)) * _P0
                + uint32(words[at + 1] >> uint64(32)) * _P1
                + uint32(words[at + 2] >> uint64(32)) * _P2
                + uint32(words[at + 3] >> uint64(32)) * _P3
                + uint32(words[at + 4] >> uint64(32)) * _P4
            )
            number += 1


def sign(hashes: NDArray[np.uint32], starts: NDArray[np.int64]) -> NDArray[np.uint32]:
    """MinHash signatures of sets of hashes, uint32 of shape (sets, PERMUTATIONS)."""
    out = np.empty((len(starts) - 1, PERMUTATIONS), np.uint32)
    _sign(hashes, starts, *permutations(), out)
    return out


@njit(nogil=True, cache=True)
def _fin(h):  # type: ignore[no-untyped-def]
    h = uint32(h ^ (h >> uint32(16)))
    h = uint32(h * _MIX_C)
    h = uint32(h ^ (h >> uint32(13)))
    h = uint32(h * _MIX_D)
    return uint32(h ^ (h >> uint32(16)))


@njit(nogil=True, cache=True)
def _sign(hashes, starts, a, b, out):  # type: ignore[no-untyped-def]
    """Four hashes at a time, so that a row of the result is read and written once for them."""
    width = len(a)
    for row in range(len(starts) - 1):
        least = out[row]
        for k in range(width):
            least[k] = uint32(0xFFFFFFFF)
        at, stop = starts[row], starts[row + 1]
        while at + 4 <= stop:
            w, x, y, z = _fin(hashes[at]), _fin(hashes[at + 1]), _fin(hashes[at + 2]), _fin(hashes[at + 3])
            for k in range(width):
                m, n = a[k], b[k]
                first = min(uint32(m * w + n), uint32(m * x + n))
                second = min(uint32(m * y + n), uint32(m * z + n))
                least[k] = min(least[k], min(first, second))
            at += 4
        while at < stop:
            w = _fin(hashes[at])
            for k in range(width):
                least[k] = min(least[k], uint32(a[k] * w + b[k]))
            at += 1
