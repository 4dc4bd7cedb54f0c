"""Stored text that has a whole page on one line: its sentences read as lines, and put together again.

The models and rules look at sentences. What they cut at the page's ends goes; between sentences that stay only
a rule that names what it cuts is believed. Neighbours that stay are one line again, so that a text of which
nothing goes comes out as it went in.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import TypeVar

import regex

from cleaner.sentence_marks import (
    ARABIC_QUESTION,
    DANDA,
    DOUBLE_DANDA,
    ELLIPSIS,
    ETHIOPIC_STOP,
    HALF_WIDTH_STOP,
    PLAIN,
    URDU_STOP,
    WIDE,
)
from cleaner.strip.reading.blocks import Block
from cleaner.strip.rules import count_words

MAX_LINES = 3
"""Lines of a text that may be a page on one line, with a title and a date beside it."""
MIN_WORDS = 100
"""Words of that line; the rules look at no longer one."""
MIN_SHARE = 0.8
"""Share of the text's characters on it."""
MIN_SENTENCE = 3
"""Words of a sentence; a shorter one belongs to the one before it (an initial, "St.", a number)."""
MAX_LABEL = 6
"""Words of a label in front of a sentence."""
_OPEN_WORDS = frozenset(
    "a an the of on by to at in from with and or for as is are der die das den dem ein eine von vom mit auf im am und"
    " le la les un une du de des sur par avec et el los las en con por y il lo gli di da su e o os um uma no na do da"
    " het een van op met aan".split()
)
"""Words that end no label: what follows belongs to them ("Open the Health app.")."""
HEAD_CHARS = 400
"""Characters of the page's head in which its menu, headline and byline are told apart."""
_SPACED_STOPS = PLAIN + ELLIPSIS + ARABIC_QUESTION + URDU_STOP + DANDA + DOUBLE_DANDA + ETHIOPIC_STOP
"""Marks of scripts that put a space behind each."""
_SPACED_END = rf"(?<=[{_SPACED_STOPS}][\"'”’»)\]]{{0,2}})\s++(?=[\p{{Lu}}\p{{Lt}}\p{{Lo}}\p{{N}}\"'“‘«¿¡(\[©*])"
_WIDE_END = rf"(?<=[{WIDE}{HALF_WIDTH_STOP}][」』”’）)]{{0,2}})\s*(?![」』”’）){WIDE}])"
_END = regex.compile(f"{_SPACED_END}|{_WIDE_END}|(?<!\\s)\\s++(?=©)")
_QUOTED = regex.compile("[«“„\"‘»]")
"""A sentence in quotes begins with no label."""
_BEGINS = regex.compile(r"[\p{Lu}\p{Lt}\p{Lo}]")
"""How a sentence begins after a label: with a capital, where the script has any."""
_WIDE = regex.compile(f"[{WIDE}{HALF_WIDTH_STOP}」』）]")
_DATE = regex.compile(
    r"(?<=\b(?:\p{Lu}\p{L}{2,11}\.? \d{1,2},? (?:19|20)\d\d|\d{1,2}\.? \p{L}{3,12}\.?,? (?:19|20)\d\d"
    r"|\d{1,2}[./]\d{1,2}[./](?:19|20)\d\d))(?:,? \d{1,2}[:.]\d\d)?\s+(?=[\p{Lu}\p{Lo}\"“«])"
)
_MENU = regex.compile(r"(?<![\p{L}'’])(?:\p{Lu}[\p{L}'’]*+\s+){6,}+")
_BYLINE = regex.compile(r"(?<!\s)\s++(?=(?:By|Von|Par|Por|Di|Av|Door|Autor:?|Автор:?)\s\p{Lu}\p{Ll}+\s\p{Lu}\p{Ll}+)")

T = TypeVar("T")


def sentences(lines: Sequence[Block], known: Callable[[str], object]) -> tuple[list[Block], list[int]] | None:
    """The lines with a long one split, and for each piece the line it is from; None if no page stands on a line.

    ``known`` says of a few words whether a rule cuts them: such words in front of a sentence are a line of their own.
    """
    if not 0 < len(lines) <= MAX_LINES:
        return None
    at = max(range(len(lines)), key=lambda i: len(lines[i].text))
    long = lines[at].text
    if len(long) < MIN_SHARE * sum(len(line.text) for line in lines) or count_words(long) <= MIN_WORDS:
        return None
    pieces: list[Block] = []
    of: list[int] = []
    for i, line in enumerate(lines):
        for number, piece in enumerate(_pieces(line.text, known) if i == at else [line.text]):
            pieces.append(Block(piece, gap=line.gap and not number))
            of.append(i)
    return pieces, of


def _pieces(text: str, known: Callable[[str], object]) -> list[str]:
    parts: list[str] = []
    for part in _END.split(text):
        if not part:
            continue
        if parts and count_words(part) < MIN_SENTENCE and not part.startswith("©"):
            parts[-1] = f"{parts[-1]} {part}"
        else:
            parts += _without_label(part, known) if parts else [part]
    head = parts[0]
    dated = _DATE.search(head[:HEAD_CHARS])
    if dated is not None:
        parts[:1] = [*_head(head[: dated.start()]), head[dated.end() :]]
    return parts


def _without_label(sentence: str, known: Callable[[str], object]) -> list[str]:
    """A sentence, and in front of it the words that a rule knows ("Leave a Reply"), if it begins anew after them."""
    words = sentence.split(" ", MAX_LABEL + 1)
    for size in range(min(MAX_LABEL, len(words) - 1), 0, -1):
        label = " ".join(words[:size])
        if size == 1 and not label.endswith((":", "：")):
            break
        if _is_open(words[:size]):
            continue
        if _BEGINS.match(words[size]) and not _QUOTED.match(label) and known(label):
            return [" ".join(words[:size]), " ".join(words[size:])]
    return [sentence]


def _is_open(label: Sequence[str]) -> bool:
    """Whether words end where what they begin goes on: in an article or a preposition, or in the middle of a name."""
    return label[-1].lower() in _OPEN_WORDS or (len(label) > 1 and label[-2] == "by" and label[-1][:1].isupper())


def _head(text: str) -> list[str]:
    """Menu, headline and byline of a page: a menu is a run of capitals that the headline's second word ends."""
    byline = _BYLINE.search(text)
    above, below = (text[: byline.start()], [text[byline.end() :]]) if byline else (text, [])
    menu = _MENU.search(above)
    if menu is None:
        return [above, *below]
    start = above.rfind(" ", 0, menu.end() - 1) + 1
    return [above[:start].strip(), above[start:].strip(), *below]


def settled(verdicts: Sequence[T | None], surely: Sequence[bool]) -> list[T | None]:
    """The verdicts on sentences without those between kept ones that are not ``surely`` so."""
    kept = [i for i, verdict in enumerate(verdicts) if verdict is None]
    if not kept:
        return list(verdicts)
    inside = range(kept[0], kept[-1])
    return [None if i in inside and not sure else v for i, (v, sure) in enumerate(zip(verdicts, surely, strict=True))]


def together(
    pieces: Sequence[Block], of: Sequence[int], verdicts: Sequence[T | None]
) -> tuple[list[Block], list[T | None]]:
    """Neighbouring pieces of one line that stay as one line again, and the verdicts on what there is then."""
    lines: list[Block] = []
    out: list[T | None] = []
    for (_, stays), group in itertools.groupby(range(len(pieces)), key=lambda i: (of[i], verdicts[i] is None)):
        members = list(group)
        if stays:
            text = "".join(_spaced(pieces[i].text) for i in members).rstrip()
            lines.append(Block(text, gap=pieces[members[0]].gap))
            out.append(None)
        else:
            lines += [pieces[i] for i in members]
            out += [verdicts[i] for i in members]
    return lines, out


def _spaced(sentence: str) -> str:
    return sentence if _WIDE.match(sentence[-1:]) else f"{sentence} "
