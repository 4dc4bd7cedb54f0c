"""The words of titles, and which of them a text has."""

from __future__ import annotations

import re
from collections.abc import Collection

import regex

from cleaner import scripts

MAX_SOUGHT = 200
"""Words that are looked for in a text one by one; of more all its words are read."""
_ASCII_WORD = re.compile(r"[^\W_]+")
_WORD = regex.compile(rf"[{scripts.CHINESE_JAPANESE}]|[\p{{L}}\p{{N}}][\p{{L}}\p{{M}}\p{{N}}]*+")
_OTHER = re.compile(f"[{scripts.BEYOND_ALPHABETS}]")


def words(text: str) -> list[str]:
    """The words of a text in their order, casefolded; a character of Chinese or Japanese is one."""
    text = text.casefold()
    return _WORD.findall(text) if _OTHER.search(text) else _ASCII_WORD.findall(text)


def spoken(text: str, sought: Collection[str]) -> set[str]:
    """Those of some words that a text has, too: few of them are found without reading all of its words."""
    folded = text.casefold()
    if len(sought) > MAX_SOUGHT or _OTHER.search(folded):
        return set(words(text)).intersection(sought)
    return {word for word in sought if _stands_alone(word, folded)}


def _stands_alone(word: str, text: str) -> bool:
    """Whether a text holds a word at a place where no letter or digit stands beside it."""
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        if not text[at - 1 : at].isalnum() and not text[end : end + 1].isalnum():
            return True
        at = text.find(word, at + 1)
    return False
