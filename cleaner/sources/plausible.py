"""Whether bytes read in a single-byte encoding make words, or signs that only happen to have those codes.

Every byte is some character of every such encoding, so that a wrong label is never an error. What tells it
is the shape of the words. When there is too little to tell by, the label is right.
"""

from __future__ import annotations

from itertools import chain

import regex

from cleaner import langid

LATIN = frozenset(
    "cp1250 cp1252 cp1254 cp1257 cp1258 iso8859_1 iso8859_2 iso8859_3 iso8859_4 iso8859_9 iso8859_10 iso8859_13 "
    "iso8859_14 iso8859_15 iso8859_16 mac_roman latin_1 cp437 cp850 cp852".split()
)
CYRILLIC = frozenset("cp1251 koi8_r koi8_u iso8859_5 cp866 mac_cyrillic".split())
OTHER = {
    "cp1253": "Greek",
    "iso8859_7": "Greek",
    "cp1255": "Hebrew",
    "iso8859_8": "Hebrew",
    "iso8859_8_i": "Hebrew",
    "cp1256": "Arabic",
    "iso8859_6": "Arabic",
    "cp874": "Thai",
    "iso8859_11": "Thai",
    "tis_620": "Thai",
}
SINGLE_BYTE = LATIN | CYRILLIC | OTHER.keys()
_SCRIPTS = (*dict.fromkeys(OTHER.values()), "Cyrillic")
_IN = {script: regex.compile(rf"\p{{{script}}}") for script in _SCRIPTS}
_MIXED = {script: regex.compile(rf"[a-zA-Z]\p{{{script}}}|\p{{{script}}}[a-zA-Z]") for script in _SCRIPTS}
MIN_LETTERS = 12
"""Letters beyond ASCII below which nothing is told from them."""
_MARKUP = regex.compile(
    rb"<(?:script|style)\b.{0,200000}?</(?:script|style)|<[^<>]{0,5000}+>", regex.IGNORECASE | regex.DOTALL
)
_ACCENTED = regex.compile(r"\w*[\u0080-\U0010ffff]\w*")
_RUN = regex.compile(r"[\u0080-\U0010ffff]{4,}")
_HIGH = regex.compile(r"[\u0080-\U0010ffff]")
_IN_WORD = regex.compile(r"(?<=[a-z])[\u0080-\U0010ffff]|[\u0080-\U0010ffff](?=[a-z])")
_ODD_INSIDE = regex.compile(
    r"(?<=\p{L})[\u00a1-\u00a7\u00a9-\u00ac\u00ae-\u00b6\u00b8\u00b9\u00bc-\u00bf\u00d7\u00f7"
    r"\u201a\u201e\u2020-\u2022\u2030\u2039\u203a](?=\p{L})"
)
"""Signs that stand between two letters in no language; apostrophes, dashes, middle dots and soft hyphens do."""
_SWAPPED = regex.compile(r"\p{Ll}\p{Lu}")
_UPPER_INSIDE_SHARE = 0.2
_VOWELS = regex.compile("[аеиоуыэюяіїєўёѣАЕИОУЫЭЮЯІЇЄЎЁ]")
VOWELS = (0.3, 0.6)
"""Share of vowels among the letters of Cyrillic text: 0.36 to 0.48 in Russian, Ukrainian, Bulgarian, Serbian."""
MAX_RUNS = 0.4
"""Share of letters beyond ASCII in runs of four and more from which a text is in no Latin alphabet; 0.02 there."""
MAX_ODD = 0.04
"""Share of signs inside of words among the letters beyond ASCII from which another encoding has letters there."""
MAX_MIXED = 0.4
"""Share of words of two scripts from which the encoding is that of neither."""


def visible(data: bytes, limit: int) -> bytes:
    """The text of a page around its first ``limit`` bytes beyond ASCII, without its markup."""
    lines = _MARKUP.sub(b"\n", data).split(b"\n")
    out: list[bytes] = []
    size = 0
    for line in lines:
        if line and not line.isascii():
            out.append(line)
            size += len(line)
            if size >= limit:
                break
    return b"\n".join(out)


def reads(text: str, codec: str) -> bool:
    """Whether ``text``, decoded as single-byte ``codec``, has the words of a language that is written so."""
    high = len(_HIGH.findall(text))
    if high < MIN_LETTERS or codec not in SINGLE_BYTE:
        return True
    if len(_ODD_INSIDE.findall(text)) > MAX_ODD * high:
        return False
    if codec in LATIN:
        return sum(map(len, _RUN.findall(text))) <= MAX_RUNS * high
    script = OTHER.get(codec, "Cyrillic")
    return _in_script(text, script) and (script != "Cyrillic" or _is_cyrillic(text))


ALPHABETS = {
    "pl": "ąćęłńóśźż",
    "cs": "áčďéěíňóřšťúůýž",
    "sk": "áäčďéíĺľňóôŕšťúýž",
    "hu": "áéíóöőúüű",
    "sl": "čšžćđ",
    "hr": "čćđšž",
    "bs": "čćđšž",
    "sr": "čćđšž",
    "ro": "ăâîșțşţ",
    "tr": "çğıöşüâîûİ",
    "lt": "ąčęėįšųūž",
    "lv": "āčēģīķļņšūž",
    "et": "äõöüšž",
    "is": "áðéíóúýþæö",
    "vi": "àáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ",
}
"""Letters beyond ASCII (in lower case) of languages that are met in the encoding of others."""
ENCODINGS = {
    **dict.fromkeys(("pl", "cs", "sk", "hu", "sl", "hr", "bs", "sr"), ("cp1250", "iso8859_2")),
    "ro": ("cp1250", "iso8859_2", "iso8859_16"),
    "tr": ("cp1254",),
    **dict.fromkeys(("lt", "lv", "et"), ("cp1257", "iso8859_4")),
    "vi": ("cp1258",),
    "is": ("cp1252",),
}
MIN_OWN = 0.97
"""Share of a language's own letters that another encoding must give."""
MIN_ACCENTS, MIN_GAIN = 4, 0.03
"""Letters beyond ASCII that a text must have, and the share of them that the other encoding must put right."""


MIN_FEW = 2
"""The same where nothing is the language's own and its words tell it."""
_SIGN_IN_WORD = regex.compile(
    rf"{_ODD_INSIDE.pattern}|(?<=\p{{L}}{{3}})[\u00b1\u00b3\u00b6\u00b9\u00bc\u00be\u00bf](?![\p{{L}}\p{{N}}])"
)
"""The same, and fractions and the like at the end of one."""


def latin_codec(sample: bytes, codec: str) -> str:
    """The Latin encoding that gives the language of ``sample`` its letters: ``codec``, unless another does so better.

    Central European, Turkish and Baltic text reads well enough as windows-1252, with wrong letters in its words.
    """
    text = sample.decode(codec, "replace")
    accents = len(_IN_WORD.findall(text.lower()))
    if accents < MIN_ACCENTS:
        return _of_few(sample, text, codec) if accents >= MIN_FEW or _SIGN_IN_WORD.search(text) else codec
    language = langid.classify_quickly(text)
    others = [*ENCODINGS.get(language, ()), *ENCODINGS.get(langid.classify_quickly(_ACCENTED.sub("", text)), ())]
    if language in ALPHABETS and _own(text, frozenset(ALPHABETS[language])) < MIN_OWN:
        others += chain.from_iterable(ENCODINGS.values())  # it is not what it looks like
    for other in dict.fromkeys(others):
        if other != codec and _is_better(text, sample.decode(other, "replace")):
            return other
    return codec


def _of_few(sample: bytes, text: str, codec: str) -> str:
    """``latin_codec`` of a text of a few accents: another only where none of them is the language's own.

    That language is told from the words without them as well, or there is a sign inside a word.
    """
    plain = langid.classify_quickly(_ACCENTED.sub("", text))
    for other in dict.fromkeys(chain.from_iterable(ENCODINGS.values())):
        read = sample.decode(other, "replace")
        language = langid.classify_quickly(read)
        alphabet = frozenset(ALPHABETS.get(language, "")) if other in ENCODINGS.get(language, ()) else frozenset()
        known = language == plain or _SIGN_IN_WORD.search(text) is not None
        if other != codec and known and _own(read, alphabet) == 1 and not _own(text, alphabet):
            return other
    return codec


def _is_better(text: str, other: str) -> bool:
    """Whether the other text has the letters of its language, and this one has not."""
    alphabet = frozenset(ALPHABETS.get(langid.classify_quickly(other), ""))
    own, others = _own(text, alphabet), _own(other, alphabet)
    return others >= MIN_OWN and others - own >= MIN_GAIN


def _own(text: str, alphabet: frozenset[str]) -> float:
    letters = _IN_WORD.findall(text.lower())
    return sum(letter in alphabet for letter in letters) / max(1, len(letters))


def _in_script(text: str, script: str) -> bool:
    letters = len(_IN[script].findall(text))
    return len(_MIXED[script].findall(text)) <= MAX_MIXED * letters


def _is_cyrillic(text: str) -> bool:
    letters = len(_IN["Cyrillic"].findall(text))
    if letters < MIN_LETTERS:
        return True
    if len(_SWAPPED.findall(text)) > _UPPER_INSIDE_SHARE * letters:
        return False
    low, high = VOWELS
    return letters < 4 * MIN_LETTERS or low <= len(_VOWELS.findall(text)) / letters <= high
