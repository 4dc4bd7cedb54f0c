"""UTF-8 that was taken for windows-1252 or -1251 and encoded again ("donâ€™t", "РџСЂРёРІРµС‚"), put right.

Only where nearly all characters beyond ASCII of a text are such pairs: words with accents are none, and
a text about mojibake has others. What was lost on the way stays lost, but for the closing quote.
"""

from __future__ import annotations

import re

_SIGNS = {
    "€": ("â€",),
    "Ã": ("Ã",),
    "Â": ("Â",),
    "Ð": ("Ð",),
    "Ñ": ("Ñ",),
    "ã": ("ã€", "ã‚", "ãƒ"),
    "ï": ("ï¼",),
    "æ": ("æœ", "æ˜"),
    "à": ("à¤", "à¸", "à®"),
    "Ø": ("Ø§",),
    "Ù": ("Ù",),
    "Î": ("Î±",),
    "×": ("×",),
    "Р": ("Рµ", "Рѕ"),
    "С": ("СЃ",),
    "в": ("вЂ",),
    "ì": ("ì",),
    "ë": ("ë",),
}
"""What the commonest characters of each script look like then, by the character that is looked for first."""
_RUN = re.compile(r"[^\x00-\x7f]+")
_CLOSING = "â€\ufffd"
"""The closing quote of windows-1252, whose last byte (0x9D) no character has."""
MIN_RIGHT = 3
"""Characters that must come out of it."""
MAX_WRONG = 0.1
"""Share of characters beyond ASCII that may not."""
def _bytes_of(name: str) -> dict[int, bytes]:
    """The byte of each character of a single-byte encoding, C1 controls for what it leaves open."""
    table = {code: bytes((code,)) for code in range(128, 160)}
    for code in range(128, 256):
        letter = bytes((code,)).decode(name, "ignore")
        if letter:
            table[ord(letter)] = bytes((code,))
    return table


_TO_BYTE = {name: _bytes_of(name) for name in ("cp1252", "cp1251")}


def is_likely(text: str) -> bool:
    """Whether a text holds so much of it that it is to be mended."""
    if text.isascii():
        return False
    for lead, signs in _SIGNS.items():
        if lead in text and any(text.count(sign) >= MIN_RIGHT - 1 for sign in signs):
            return _encoding(text) is not None
    return False


def mended(text: str) -> str:
    """The text with what comes out as UTF-8 put right."""
    name = _encoding(text)
    if name is None:
        return text
    table = _TO_BYTE[name]
    text = text.replace(_CLOSING, "\u201d")
    return _RUN.sub(lambda found: _decoded(found.group(), table) or found.group(), text)


def _encoding(text: str) -> str | None:
    """The encoding that UTF-8 was taken for, None when it was not."""
    runs = _RUN.findall(text.replace(_CLOSING, ""))
    for name, table in _TO_BYTE.items():
        right = wrong = number = 0
        for run in runs:
            decoded = _decoded(run, table)
            if decoded is None:
                wrong += len(run)
            else:
                right += len(run)
                number += len(decoded)
        if number >= MIN_RIGHT and wrong <= MAX_WRONG * (right + wrong):
            return name
    return None


def _decoded(run: str, table: dict[int, bytes]) -> str | None:
    """A run of characters as the UTF-8 that their bytes are, or None."""
    try:
        return b"".join(table[ord(letter)] for letter in run).decode("utf-8")
    except (KeyError, UnicodeDecodeError):
        return None
