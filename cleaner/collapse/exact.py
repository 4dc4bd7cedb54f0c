"""Exact copies: texts that hold the same words in the same order."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

MIN_WORDS = 5
"""Shorter texts are never taken for copies of each other: they say too little ("Page not found")."""


def digest(words: Sequence[str]) -> bytes | None:
    """128-bit hash of a word sequence (case, width, punctuation and white space folded), None if too short."""
    if len(words) < MIN_WORDS:
        return None
    return hashlib.blake2b(" ".join(words).encode("utf-8", "replace"), digest_size=16).digest()


def groups(digests: Iterable[bytes | None]) -> list[list[int]]:
    """Indices of equal digests, each group ascending, groups by their first index; None stays alone."""
    members: dict[bytes | int, list[int]] = {}
    for i, value in enumerate(digests):
        members.setdefault(i if value is None else value, []).append(i)
    return list(members.values())
