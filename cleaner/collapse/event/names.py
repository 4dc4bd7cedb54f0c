"""Names and numbers of a text, without a trained recogniser.

A name is a run of capitalised words; a lone capitalised word at the start of a sentence counts only if it
stands capitalised inside a sentence too. Scripts without letter case have no such sign: there, terms of
the title and terms that are repeated stand in for names.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence

import regex

from cleaner.collapse.event.languages import Language
from cleaner.collapse.event.terms import Tokens, base_form, fold

_CONNECTORS = frozenset(
    [
        "of",
        "de",
        "al",
        "bin",
        "the",
        "von",
        "van",
        "da",
        "del",
        "la",
        "and",
        "for",
        "der",
        "di",
        "du",
        "el",
        "ibn",
        "le",
    ]
)
_JOINTS = frozenset((" ", "\t", "-", "\u00a0", ". "))
INSIDE = regex.compile(r"""[^\s.!?:;"“”„«»(\[—–\-]['’]?[ \t\u00a0]*$""")
_MAX_NAME_WORDS = 8
_REPEATED = 3
"""A term of a caseless script that occurs this often in one text stands in for a name."""
_NUMBER = regex.compile(
    r"(?V1)(?<![\p{Lu}\p{Ll}\p{N}.,])([$€£¥₹₽₺])?[ \u00a0]?(\d++(?:[.,]\d++)*+)(?![\w--\p{Latin}]{0,60}+\p{Latin})"
    r"[ \u00a0\-]?(%|\p{L}++(?:-old)?+)?"
)
_DIGITS = re.compile(r"\d+")
_BEFORE_DIGITS = frozenset("$€£¥₹₽₺ \u00a0")
_YEAR = regex.compile(r"(?<![\d.,])(?:19[5-9]\d|20[0-4]\d)(?![\d]|[.,]\d)")


def is_capitalised(word: str) -> bool:
    """Whether the first letter is a capital (or title-case) letter."""
    return unicodedata.category(word[0]) in ("Lu", "Lt")


def is_caseless(word: str) -> bool:
    """Whether the word is of a script that knows no capital letters."""
    return unicodedata.category(word[0]) == "Lo"


def _runs(text: str, tokens: Tokens, capitals: Sequence[int]) -> Iterator[list[int]]:
    """Places of the tokens of every capitalised run, connectors inside a run included."""
    texts, starts, ends = tokens
    known = frozenset(capitals)
    free = 0
    for first in capitals:
        if first < free:
            continue
        run = [first]
        for place in range(first + 1, len(texts)):
            last = run[-1]
            gap = text[ends[last] : starts[place]]
            if gap not in _JOINTS or (gap == ". " and len(texts[last]) != 1):  # an initial: George W. Bush
                break
            if place not in known and (texts[place] not in _CONNECTORS or texts[last] in _CONNECTORS):
                break
            run.append(place)
        free = run[-1] + 1
        yield run


def find_names(
    text: str, tokens: Tokens, capitals: Sequence[int], language: Language
) -> list[tuple[str, str, bool]]:
    """Capitalised names in order: (key, as written, whether it proves a name).

    ``capitals`` are the places of the capitalised tokens. The key is folded. A lone word that opens a
    sentence proves nothing by itself (False).
    """
    found = []
    for run in _runs(text, tokens, capitals):
        keys = [base_form(tokens.texts[i], language.code) for i in run]
        low, high = 0, len(run)
        while low < high and (keys[low] in language.not_names or keys[low] in _CONNECTORS):
            low += 1
        while high > low and (keys[high - 1] in language.not_names or keys[high - 1] in _CONNECTORS):
            high -= 1
        if low == high or high - low > _MAX_NAME_WORDS:
            continue
        key = " ".join(keys[low:high])
        if len(key) < 2:
            continue
        start = tokens.starts[run[low]]
        written = text[start : tokens.ends[run[high - 1]]]
        lone = high == 1 and not INSIDE.search(text, max(0, start - 4), start)
        proven = not lone or (len(written) > 1 and written.isupper())
        found.append((key, _bare(written), proven))
    return found


def _bare(written: str) -> str:
    """A name as written, without the English genitive ending."""
    return written[:-2] if written.endswith(("'s", "’s")) else written


def count_names(text: str, tokens: Tokens, capitals: Sequence[int], language: Language) -> Counter[str]:
    """Weight of every name: its count, and half of that for the first and last word of a longer one.

    People are named in full once and by family name afterwards; the half weights let the two meet.
    """
    sure: Counter[str] = Counter()
    unsure: Counter[str] = Counter()
    for key, _, proven in find_names(text, tokens, capitals, language):
        (sure if proven else unsure)[key] += 1
    for key, count in unsure.items():
        if key in sure:
            sure[key] += count
    names: Counter[str] = Counter()
    for key, count in sure.items():
        names[key] += count
        words = key.split()
        if 2 <= len(words) <= 4:
            for word in {words[0], words[-1]}:
                if len(word) > 2:
                    names[word] += count / 2  # type: ignore[assignment]
    return names


def repeated_terms(title: Sequence[str], body: Sequence[str]) -> Counter[str]:
    """Stand-ins for names in caseless scripts: terms of the title, and terms repeated in the text."""
    counts = Counter(title) + Counter(body)
    wanted = set(title)
    return Counter({term: count for term, count in counts.items() if term in wanted or count >= _REPEATED})


def plain_number(digits: str) -> str:
    """One way to write a number: no thousands separators, a point before decimals, ASCII digits."""
    parts = digits.replace(",", ".").split(".")
    plain = [part if part.isascii() else "".join(str(unicodedata.digit(c)) for c in part) for part in parts]
    if len(plain) == 1:
        return plain[0]
    if all(len(part) == 3 for part in plain[1:]):
        return "".join(plain)
    return "".join(plain[:-1]) + "." + plain[-1]


def count_numbers(text: str, language: Language) -> Counter[str]:
    """Numbers of two or more digits with their currency and unit; bare years are left out.

    A number with a unit counts half without it too: "6.4 magnitude" and "a magnitude of 6.4" meet.
    A bare number of four digits between 1900 and 2099 is taken for a year.
    """
    numbers: Counter[str] = Counter()
    for match in _numbers(text):
        currency, digits, follower = match.groups()
        value = plain_number(digits)
        unit = ""
        if follower:
            folded = fold(follower, language.code)
            unit = next((u for u in (folded, folded[:2], folded[:1]) if u == "%" or _is_unit(u, folded, language)), "")
        if len(value.replace(".", "")) < 2 and not unit:
            continue
        if len(value) == 4 and value[:2] in ("19", "20") and not currency and not unit:
            continue
        numbers[f"{currency or ''}{value}{unit}"] += 1
        if unit and len(value) > 1:
            numbers[value] += 0.5  # type: ignore[assignment]
    return numbers


def _numbers(text: str) -> Iterator[regex.Match[str]]:
    """What ``_NUMBER.finditer`` finds; tried only around digits, which is faster."""
    end = 0
    for digits in _DIGITS.finditer(text):
        first = digits.start()
        for start in range(max(end, first - 2), first + 1):  # before the digits a currency and a space may stand
            if (start == first or text[start] in _BEFORE_DIGITS) and (match := _NUMBER.match(text, start)):
                end = match.end()
                yield match
                break


def _is_unit(candidate: str, follower: str, language: Language) -> bool:
    """Whether the follower is a unit; in scripts without spaces its first characters may be one."""
    return candidate in language.units and (candidate == follower or is_caseless(candidate))


def years(text: str) -> frozenset[int]:
    """Years between 1950 and 2049 that the text names."""
    return frozenset(int(year) for year in _YEAR.findall(text))
