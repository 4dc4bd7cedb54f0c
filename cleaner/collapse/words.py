"""Word tokens of any script, as signatures and exact hashes see them."""

from __future__ import annotations

import unicodedata

import regex

_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_HAS_UNSPACED = regex.compile(f"[{_UNSPACED}]")
_SPACED_TOKEN = regex.compile(r"(?:[\p{L}\p{N}]\p{M}*+)++")
_ANY_TOKEN = regex.compile(rf"[{_UNSPACED}]\p{{M}}*+|(?:[[\p{{L}}\p{{N}}]--[{_UNSPACED}]]\p{{M}}*+)++", regex.V1)


def tokens(text: str) -> list[str]:
    """Case- and width-folded (NFKC) words; characters one by one in scripts that write no spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    pattern = _ANY_TOKEN if _HAS_UNSPACED.search(folded) else _SPACED_TOKEN
    return pattern.findall(folded)
