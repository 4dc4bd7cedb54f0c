"""Word tokens of any script, the same that ``signing`` hashes (see ``signing.characters``)."""

from __future__ import annotations

import string
from functools import cache, cached_property
from itertools import accumulate, chain

import numpy as np
import regex
from numpy.typing import NDArray

from cleaner.collapse.signing import characters
from cleaner.collapse.signing.characters import CodePoints, Places, folded
from cleaner.scripts import UNSPACED

_SHORT = 150
"""Characters up to which a pattern finds words faster than arrays do."""
_HAS_UNSPACED = regex.compile(f"[{UNSPACED}]")
_SPACED_TOKEN = regex.compile(r"[\p{L}\p{N}][\p{L}\p{N}\p{M}]*+")
_CLUSTER = regex.compile(r"\X")
"""A letter with its marks, or another piece of a text that is folded by itself."""
_SPACE, _LINE_FEED = b" \n"
_ANY_TOKEN = regex.compile(
    rf"[[{UNSPACED}]--\p{{M}}]\p{{M}}*+|[[\p{{L}}\p{{N}}]--[{UNSPACED}]][[[\p{{L}}\p{{N}}]--[{UNSPACED}]]\p{{M}}]*+",
    regex.V1,
)


def count(word: str) -> int:
    """Number of tokens in a piece of text without white space, mostly one."""
    inner = word.strip(string.punctuation)
    return 1 if inner.isascii() and inner.isalnum() else len(tokens(word))


def tokens(text: str) -> list[str]:
    """Case- and width-folded (NFKC) words; characters one by one in scripts that write no spaces."""
    return tokens_of_folded(folded(text))  # what is ASCII is folded there


def tokens_of_folded(plain: str) -> list[str]:
    """The words of a text that is case- and width-folded already."""
    if plain.isascii():
        return marked_off(plain).split()
    if len(plain) > _SHORT:
        points = characters.code_points(plain)
        inside, begins = characters.words_in(points)
        if _is_unspaced(points, inside, begins):
            return _unspaced(points, inside, begins)
        return _written(points, inside, begins).split()
    pattern = _ANY_TOKEN if _HAS_UNSPACED.search(plain) else _SPACED_TOKEN
    return pattern.findall(plain)


def placed(text: str) -> tuple[list[str], list[tuple[int, int]]]:
    """The words of a text, as ``tokens``, and where each begins and ends in the text as it is written."""
    clusters = list(text) if text.isascii() else _CLUSTER.findall(text)
    written = list(map(folded, clusters))
    plain = "".join(written)
    cluster_of = [number for number, piece in enumerate(written) for _ in piece]
    begins = [0, *accumulate(map(len, clusters))]
    places = [(int(first), int(behind)) for first, behind in zip(*characters.spans(plain)[1:], strict=True)]
    words = [plain[first:behind].casefold() for first, behind in places]
    return words, [(begins[cluster_of[first]], begins[cluster_of[behind - 1] + 1]) for first, behind in places]


def in_lines(text: str) -> tuple[list[str], list[int]]:
    """The words of a text, as ``tokens``, and how many each of its lines has."""
    if text.isascii():
        marked = marked_off(text)
    else:
        points, inside, begins = _read(text)
        if _is_unspaced(points, inside, begins):
            return _unspaced(points, inside, begins), _sizes(points, begins)
        marked = _written(points, inside, begins)
    lines = [line.split() for line in marked.split("\n")]
    return list(chain.from_iterable(lines)), list(map(len, lines))


def line_sizes(text: str) -> list[int]:
    """How many words each line of a text has."""
    if text.isascii():
        return [len(line.split()) for line in marked_off(text).split("\n")]
    points, _, begins = _read(text)
    return _sizes(points, begins)


def _read(text: str) -> tuple[CodePoints, NDArray[np.bool_], NDArray[np.bool_]]:
    """The folded code points of a text, which of them stand in words, and with which words begin."""
    entries = characters.folded_alone(text)
    if entries is not None:
        return entries.astype(np.uint16), *characters.words_alone(entries)
    points = characters.code_points(folded(text))  # the whole at once: it changes no line end
    return points, *characters.words_in(points)


def _sizes(points: CodePoints, begins: NDArray[np.bool_]) -> list[int]:
    """Words of each line, by where words begin."""
    before = np.searchsorted(np.flatnonzero(begins), np.flatnonzero(points == _LINE_FEED))
    sizes: list[int] = np.diff(before, prepend=0, append=np.count_nonzero(begins)).tolist()
    return sizes


def _is_unspaced(points: CodePoints, inside: NDArray[np.bool_], begins: NDArray[np.bool_]) -> bool:
    """Whether most words are of one character."""
    return points.dtype == np.uint16 and 2 * int(np.count_nonzero(inside)) < 3 * int(np.count_nonzero(begins))


def _unspaced(points: CodePoints, inside: NDArray[np.bool_], begins: NDArray[np.bool_]) -> list[str]:
    """The words of a text of which most are of one character: these are looked up, not made again and again."""
    first, behind = characters.bounds(inside, begins)
    words: list[str] = _characters().take(points[first]).tolist()
    longer = np.flatnonzero(behind - first > 1)
    for place, begin, end in zip(longer.tolist(), first[longer].tolist(), behind[longer].tolist(), strict=True):
        words[place] = points[begin:end].tobytes().decode("utf-16-le", "surrogatepass")
    return words


@cache
def _characters() -> NDArray[np.object_]:
    """Every character of 16 bits as text."""
    return np.array(list(map(chr, range(0x10000))), object)


def marked_off(plain: str) -> str:
    """The words of a folded text, as ``tokens_of_folded``, with nothing but spaces and its line feeds between them."""
    if plain.isascii():
        return plain.encode().translate(_ascii_marked_off()).decode()
    points = characters.code_points(plain)
    return _written(points, *characters.words_in(points))


def _written(points: CodePoints, inside: NDArray[np.bool_], begins: NDArray[np.bool_]) -> str:
    """``marked_off`` of the text with these code points (``characters.words_in``)."""
    written = np.where(inside | (points == _LINE_FEED), points, points.dtype.type(_SPACE))
    begins[1:] &= inside[:-1]
    begins[0] = False
    if begins.any():  # right behind other words
        places = np.arange(len(points)) + np.cumsum(begins)
        spread = np.full(places[-1] + 1, _SPACE, points.dtype)
        spread[places] = written
        written = spread
    return written.tobytes().decode("utf-16-le" if written.itemsize == 2 else "utf-32-le")


@cache
def _ascii_marked_off() -> bytes:
    """For every byte what stands for it."""
    table = characters.ascii_folded().copy()
    table[table == 0] = _SPACE
    table[_LINE_FEED] = _LINE_FEED
    return table.tobytes().ljust(256, b" ")


class Written:
    """A composed text by its words, as they are written. Where each stands is found once, when first asked for."""

    def __init__(self, plain: str) -> None:
        """``plain`` is a text as ``composed`` gives it."""
        self._plain = plain

    @cached_property
    def _places(self) -> tuple[Places, Places]:
        """Where words begin, and the places behind their ends."""
        return characters.spans(self._plain)[1:]

    def tokens(self, first: int, last: int) -> list[str]:
        """The words [first, last), case-folded."""
        begins, ends = self._places
        places = zip(begins[first:last].tolist(), ends[first:last].tolist(), strict=True)
        return [self._plain[begin:end].casefold() for begin, end in places]

    def words(self, first: int, last: int) -> str:
        """The words [first, last) with what stands between them, and the rest of a number like ``5.1``."""
        begins, ends = self._places
        last = min(last, len(begins))
        if first >= last:
            return ""
        while first and self._joined(first):
            first -= 1
        while last < len(begins) and self._joined(last):
            last += 1
        return " ".join(self._plain[begins[first] : ends[last - 1]].split())

    def _joined(self, place: int) -> bool:
        """Whether a word and the one before it are parts of one number."""
        begins, ends = self._places
        text, end, begin = self._plain, ends[place - 1], begins[place]
        return text[end:begin] in (".", ",", ":") and text[end - 1].isnumeric() and text[begin].isnumeric()
