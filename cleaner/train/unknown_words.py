"""Labelled texts in words that nobody knows, so that models learn what is told without knowing a language.

Most labelled pages are English. What a line is like beside its neighbours holds in any script: with and without
capitals, with and without spaces, with capitals for all nouns.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import xxhash

SMALL, CAPITALS = (0x5D0, 27), (0x3B1, 24)
"""The first and the number of the letters that a text's own are changed for, without capitals and with them."""
NOUNS = 3
"""Words of ten that are nouns."""
HAN, HAN_NUMBER, MOST_HAN = 0x4E00, 6_000, 4
"""The first and the number of the characters for words of a script without spaces, and those of a word at most."""
_WORD = re.compile(r"[^\W\d_]+")
_BETWEEN_HAN = re.compile("(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")
_MARK = re.compile(r"[.,?!:;](?= |$)")
_WIDE = {ord(mark): wide for mark, wide in zip(".,?!:;", "。，？！：；", strict=True)}


def in_letters(lines: Sequence[str], capitals: bool, spaces: bool = True, shift: int = 0) -> list[str]:
    """The lines in other letters, ``shift`` of which are passed over: with capitals also for nouns, as German has them,
    or without any; with or without the ``spaces`` between words."""
    first, letters = CAPITALS if capitals else SMALL
    small = {letter for line in lines for letter in line.lower() if letter.islower()}
    table = {ord(letter): chr(first + (ord(letter) + shift) % letters) for letter in small}

    def word(old: str) -> str:
        new = old.lower().translate(table)
        noun = capitals and xxhash.xxh3_64_intdigest(old.lower().encode()) % 10 < NOUNS
        return new.capitalize() if noun or (capitals and old[:1].isupper()) else new

    return [(" " if spaces else "").join(map(word, line.split(" "))) for line in lines]


def in_han(lines: Sequence[str]) -> list[str]:
    """The lines as in a language that writes a word with one to four characters, and no spaces."""
    return [_wide(_BETWEEN_HAN.sub("", _WORD.sub(lambda found: _han(found[0]), line))) for line in lines]


def _han(word: str) -> str:
    chance = xxhash.xxh3_64_intdigest(word.lower().encode())
    number = min(MOST_HAN, (len(word) + 1) // 3) or 1
    return "".join(chr(HAN + (chance >> (13 * at)) % HAN_NUMBER) for at in range(number))


def _wide(line: str) -> str:
    line = _MARK.sub(lambda found: found[0].translate(_WIDE), line)
    return line.replace("。 ", "。").replace("， ", "，")
