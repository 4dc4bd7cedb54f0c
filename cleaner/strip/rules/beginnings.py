"""How the texts that a pattern can match begin, so that few rules are asked of a line.

Beginnings are told in shapes (`shape`): letters without their case, and one sign each for digits, white space and
everything else. There may be more of them than a pattern matches, never fewer: what looks ahead or behind is not read,
and where a pattern takes many characters the beginning ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

LENGTH = 4
"""Characters of a line that are looked at. With more, the beginnings of a file take longer to read than they spare."""
MOST = 2_000
"""Beginnings of a part of a pattern from which they end where they are."""
WIDEST = 40
"""Characters of a range in a class from which it is taken for any character."""
DIGIT, SPACE, SIGN = "0", " ", "."
_ANY: frozenset[str] = frozenset()
"""Of an item: any character."""
_KINDS = {"d": frozenset(DIGIT), "s": frozenset(SPACE), "W": frozenset((SPACE, SIGN))}
_NO_LETTERS = frozenset(("\\p{L}", "\\w"))
_UNLETTERED = frozenset((DIGIT, SPACE, SIGN))
"""What is in a class that is said not to hold these."""
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v"}
_CODES = {"x": 2, "u": 4, "U": 8}
_COUNT = re.compile(r"\{(\d{0,4})(,?)(\d{0,4})\}")
_GROUP = re.compile(r"\?(?:-?i)?[:>]")
_AROUND = ("?=", "?!", "?<=", "?<!")


class _UnknownError(ValueError):
    """The pattern holds what is not read here."""


class _Beginnings:
    """Of a part of a pattern: the texts that it can match as a whole, and those that others go on from."""

    __slots__ = ("ended", "whole")

    def __init__(self, whole: Iterable[str] = (), ended: Iterable[str] = ()) -> None:
        self.whole, self.ended = set(whole), set(ended)

    def or_else(self, other: _Beginnings) -> None:
        """This part or another."""
        self.whole |= other.whole
        self.ended |= other.ended

    def then(self, other: _Beginnings) -> _Beginnings:
        """This part and behind it another."""
        if other.whole == {""} and not other.ended:
            return self
        joined = _Beginnings((), self.ended)
        if len(self.whole) * (len(other.whole) + len(other.ended)) > MOST:
            joined.ended |= self.whole
            return joined
        for start in self.whole:
            joined.ended.update([(start + more)[:LENGTH] for more in other.ended])
            for more in other.whole:
                text = start + more
                (joined.whole if len(text) < LENGTH else joined.ended).add(text[:LENGTH])
        return joined

    def times(self, least: int, most: int) -> _Beginnings:
        """This part so often; more often than LENGTH begins like LENGTH times."""
        so_often, result = _Beginnings([""]), _Beginnings([""] if not least else ())
        for time in range(1, min(most, LENGTH + 1) + 1):
            so_often = so_often.then(self)
            if time >= min(least, LENGTH + 1):
                result.or_else(so_often)
            if not so_often.whole:
                result.or_else(so_often)
                break
        return result


@lru_cache(maxsize=4_096)
def _shape(character: str) -> str:
    if character.isspace():
        return SPACE
    if character.isdecimal():
        return DIGIT
    if not character.isalpha():
        return SIGN
    return "i" if character == "ı" else character.casefold()[0]


def shape(text: str) -> str:
    """A text in signs for what a pattern may hold for alike: a letter and its capital, digits, white space, others."""
    return "".join(map(_shape, text))


def of_pattern(pattern: str) -> tuple[str, ...]:
    """In order, beginnings in shape of which every text that the pattern matches has one; "" if that may be any."""
    try:
        read = _Reader(pattern)
        found = read.alternatives()
    except _UnknownError:
        return ("",)
    if read.at < len(pattern):
        return ("",)
    all_of_them = found.whole | found.ended
    return tuple(sorted(text for text in all_of_them if all_of_them.isdisjoint(text[:n] for n in range(len(text)))))


def numbered(patterns: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """By each beginning of any of these patterns, in order, the numbers of those that have it."""
    numbers: dict[str, list[int]] = {}
    for number, pattern in enumerate(patterns):
        for beginning in of_pattern(pattern):
            numbers.setdefault(beginning, []).append(number)
    alike: dict[tuple[int, ...], tuple[int, ...]] = {}
    return {start: alike.setdefault(tuple(numbers[start]), tuple(numbers[start])) for start in sorted(numbers)}


class _Reader:
    """Reads a pattern from its start."""

    def __init__(self, pattern: str) -> None:
        self.pattern, self.at = pattern, 0

    def alternatives(self) -> _Beginnings:
        """Up to the end of a group or of the pattern."""
        found = _Beginnings()
        while True:
            found.or_else(self._sequence())
            if self.pattern[self.at : self.at + 1] != "|":
                return found
            self.at += 1

    def _sequence(self) -> _Beginnings:
        found = _Beginnings([""])
        while (character := self.pattern[self.at : self.at + 1]) not in ("", "|", ")"):
            self.at += 1
            if character == "(":
                item = self._group()
            elif character == "[":
                item = _one(self._class())
            elif character == "\\":
                item = self._escape()
            elif character == ".":
                item = _one(_ANY)
            elif character in "^$":
                item = _Beginnings([""])
            elif character in "*+?{":
                raise _UnknownError
            else:
                item = _Beginnings([_shape(character)])
            found = found.then(self._repeated(item))
        return found

    def _group(self) -> _Beginnings:
        around = next((sign for sign in _AROUND if self.pattern.startswith(sign, self.at)), None)
        opened = _GROUP.match(self.pattern, self.at)
        if around:
            self.at += len(around)
        elif opened:
            self.at = opened.end()
        elif self.pattern.startswith("?", self.at):
            raise _UnknownError
        found = self.alternatives()
        if self.pattern[self.at : self.at + 1] != ")":
            raise _UnknownError
        self.at += 1
        return _Beginnings([""]) if around else found

    def _repeated(self, item: _Beginnings) -> _Beginnings:
        sign = self.pattern[self.at : self.at + 1]
        if sign not in ("*", "+", "?", "{"):
            return item
        least, most = {"*": (0, LENGTH + 1), "+": (1, LENGTH + 1), "?": (0, 1)}.get(sign, (0, 0))
        if sign == "{":
            count = _COUNT.match(self.pattern, self.at)
            if count is None:
                raise _UnknownError
            least = int(count[1] or 0)
            most = int(count[3]) if count[3] else LENGTH + 1 + least if count[2] else least
            self.at = count.end()
        else:
            self.at += 1
        if self.pattern[self.at : self.at + 1] in ("?", "+"):  # lazy, possessive
            self.at += 1
        return item.times(least, most)

    def _escape(self) -> _Beginnings:
        if self.pattern[self.at : self.at + 1] in ("b", "B", "Z"):
            self.at += 1
            return _Beginnings([""])
        return _one(self._escaped()[0])

    def _escaped(self) -> tuple[frozenset[str], str]:
        """The shapes behind a backslash, and the character if it is one."""
        name = self.pattern[self.at : self.at + 1]
        self.at += 1
        if name in _CODES:
            digits = self.pattern[self.at : self.at + _CODES[name]]
            self.at += _CODES[name]
            name = chr(int(digits, 16))
        elif name in _KINDS:
            return _KINDS[name], ""
        elif name in _CONTROLS:
            name = _CONTROLS[name]
        elif name == "p":
            self.at = self.pattern.index("}", self.at) + 1
            return _ANY, ""
        elif name in ("w", "S", "D"):
            return _ANY, ""
        elif name.isalnum() or not name:
            raise _UnknownError
        return frozenset(_shape(name)), name

    def _class(self) -> frozenset[str]:
        """The shapes of a class, behind its bracket."""
        is_negated = self.pattern.startswith("^", self.at)
        self.at += is_negated
        shapes: set[str] = set()
        members: list[str] = []
        is_any, last = False, ""
        while self.pattern[self.at : self.at + 1] != "]" or not members:
            begin = self.at
            if self.pattern.startswith("[:", begin):
                raise _UnknownError
            is_range = last and self.pattern[begin : begin + 1] == "-" and self.pattern[begin + 1 : begin + 2] != "]"
            self.at += bool(is_range)
            start, (found, last) = last, self._member()
            if is_range:
                if not last:
                    raise _UnknownError
                is_any = is_any or ord(last) - ord(start) > WIDEST
                found, last = frozenset(map(_shape, map(chr, range(ord(start), ord(last) + 1)[:WIDEST]))), ""
            is_any = is_any or not found
            shapes |= found
            members.append(self.pattern[begin : self.at])
        self.at += 1
        if is_negated:
            return _ANY if _NO_LETTERS.isdisjoint(members) else _UNLETTERED
        return _ANY if is_any else frozenset(shapes)

    def _member(self) -> tuple[frozenset[str], str]:
        character = self.pattern[self.at : self.at + 1]
        if not character:
            raise _UnknownError
        self.at += 1
        return self._escaped() if character == "\\" else (frozenset(_shape(character)), character)


def _one(shapes: frozenset[str]) -> _Beginnings:
    return _Beginnings(shapes) if shapes else _Beginnings((), [""])
