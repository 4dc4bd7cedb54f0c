"""Numbers that both back ends must share to give the same bits."""

from __future__ import annotations

SHINGLE_WORDS = 5
"""Words a shingle. Set by hand; thresholds and figures for near copies are for 5."""
PERMUTATIONS = 128
SEED = 1
EMPTY = 0xFFFFFFFF
"""Every value of an empty set's signature."""
WORD_BASE = 0x9E3779B97F4A7C15
"""A word is the polynomial of its characters' code points in this base, modulo 2**64, then mixed."""
SHINGLE_BASE = 0x9E3779B1
"""A shingle is the polynomial of its words' hashes in this base, modulo 2**32."""
SHINGLE_POWERS = tuple(pow(SHINGLE_BASE, SHINGLE_WORDS - 1 - i, 2**32) for i in range(SHINGLE_WORDS))
MIX_64 = (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53)
MIX_32 = (0x85EBCA6B, 0xC2B2AE35)
"""Multipliers of the two finalisers of MurmurHash3 (Appleby 2011)."""
