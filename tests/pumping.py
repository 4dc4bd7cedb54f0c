"""Texts that make a pattern work hard, made from the pattern itself.

A backtracking matcher takes more than linear time where a repeated part can read one text in several ways. For
every repeated part of a pattern: a beginning that leads there, something the part reads, many times, and an end
that fits nothing. What the part reads is made of its own pieces and, where it reads them too, of what the pattern
reads next (Weideman et al., "Analyzing matching time behavior of backtracking regular expression matchers", 2016).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice, product
from typing import NamedTuple

import regex

ALPHABET = "a A z é 1 中 の ก д ع İ \u0301 _ - – . , ! ? : ; ' ’ \" ( [ ] / # @ & | » · • + = % $ © \u3000 。 ： \n".split(" ")
ALPHABET += [" ", "\t"]
END = "!1 \x00 a"
"""What no pattern reads to its end, whether it asks for words, for what stands between them or for what is no space."""
MANY = 8
"""Times from which on a part counts as repeated."""
_QUANTIFIER = regex.compile(r"(?:([*+?])|\{(\d*)(,?)(\d*)\})[?+]?")
_ESCAPE = regex.compile(r"\\[pP]\{[^}]+\}|\\x[0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.", regex.S)
_BACK = regex.compile(r"\(\?P=(\w+)\)")
_HEAD = regex.compile(r"\((?:\?(?:P?<\w+>|<[=!]|[:=!>]|[a-zA-Z0-9]*-?[a-zA-Z0-9]+[:)]))?")
_I, _V1, _OF_SETS = int(regex.I), int(regex.V1), int(regex.I | regex.V0 | regex.V1 | regex.S)
_MOST_SAMPLES = 80
_MOST_PUMPS = 60


@dataclass(frozen=True)
class Node:
    """A piece of a pattern: ``kind`` is one, chars (a set), sequence, choice, repeat, look (no width) or back."""

    kind: str
    source: str = ""
    flags: int = 0
    parts: tuple[Node, ...] = ()
    least: int = 1
    most: int | None = 1


@dataclass
class _Reader:
    """A reader of the syntax of ``regex`` as far as the project's patterns use it."""

    source: str
    flags: int
    at: int = 0
    groups: list[Node] = field(default_factory=list)
    named: dict[str, int] = field(default_factory=dict)

    def peek(self, text: str) -> bool:
        return self.source.startswith(text, self.at)

    def choice(self) -> Node:
        options = [self.sequence()]
        while self.peek("|"):
            self.at += 1
            options.append(self.sequence())
        return options[0] if len(options) == 1 else Node("choice", parts=tuple(options))

    def sequence(self) -> Node:
        parts: list[Node] = []
        while self.at < len(self.source) and self.source[self.at] not in "|)":
            parts.append(self.quantified(self.atom()))
        return Node("sequence", parts=tuple(parts))

    def quantified(self, node: Node) -> Node:
        while found := _QUANTIFIER.match(self.source, self.at):
            self.at = found.end()
            sign, low, comma, high = found.groups()
            if sign:
                least, most = {"*": (0, None), "+": (1, None), "?": (0, 1)}[sign]
            else:
                least = int(low or 0)
                most = (int(high) if high else None) if comma else least
            node = Node("repeat", parts=(node,), least=least, most=most)
        return node

    def atom(self) -> Node:
        start = self.at
        if self.peek("("):
            return self.group()
        if self.peek("["):
            self._class()
        elif found := _ESCAPE.match(self.source, start):
            self.at = found.end()
            if found[0] in (r"\b", r"\B", r"\A", r"\Z", r"\m", r"\M"):
                return Node("look")
            if found[0][1].isdigit():
                return self.groups[int(found[0][1]) - 1]
        else:
            self.at += 1
            if self.source[start] in "^$":
                return Node("look")
        return Node("chars", self.source[start : self.at], self.flags & _OF_SETS)

    def _class(self) -> None:
        self.at += 1
        self.at += self.peek("^")
        first = True
        while first or not self.peek("]"):
            first = False
            if self.peek("[") and self.flags & _V1:
                self._class()
            else:
                self.at += 2 if self.peek("\\") else 1
        self.at += 1

    def group(self) -> Node:
        if back := _BACK.match(self.source, self.at):
            self.at = back.end()
            return self.groups[self.named[back[1]]]
        head = _HEAD.match(self.source, self.at)
        assert head is not None, self.source[self.at :]
        self.at = head.end()
        if head[0].endswith(")"):
            return Node("look")
        number = len(self.groups)
        counted = head[0] == "(" or "P<" in head[0]
        outside = self.flags
        if "-i" in head[0]:
            self.flags &= ~_I
        elif "i" in head[0].removesuffix(":") and "<" not in head[0]:
            self.flags |= _I
        if counted:
            self.groups.append(Node("look"))
            self.named[head[0].strip("(?P<>")] = number
        inner = self.choice()
        assert self.peek(")"), self.source
        self.at += 1
        self.flags = outside
        if counted:
            self.groups[number] = inner
        return Node("look", parts=(inner,)) if head[0][-1] in "=!" else inner


def parse(pattern: regex.Pattern[str]) -> Node:
    """The tree of a pattern's pieces."""
    reader = _Reader(pattern.pattern, pattern.flags)
    node = reader.choice()
    assert reader.at == len(pattern.pattern), pattern.pattern[reader.at :]
    return node


@cache
def _read_by(source: str, flags: int) -> frozenset[str]:
    one = regex.compile(source, flags)
    return frozenset(character for character in {*ALPHABET, *source} if one.fullmatch(character))


class Pumped(NamedTuple):
    """A text of any size."""

    start: str
    part: str

    def text(self, size: int) -> str:
        """The part so often that the text has a little more than ``size`` characters."""
        return self.start + self.part * (size // len(self.part) + 1) + END


class Pumps:
    """Makes the texts for one pattern."""

    def __init__(self, pattern: regex.Pattern[str]) -> None:
        self.root = parse(pattern)
        sets = dict.fromkeys((node.source, node.flags) for node in _all(self.root) if node.kind == "chars")
        self._sets = [_read_by(*one) for one in sets]

    def _characters(self, node: Node) -> list[str]:
        """One character of each kind that a set reads; a kind is what other sets of the pattern read it too."""
        if len(node.source) == 1 and node.source != ".":
            return [node.source]
        kinds: dict[tuple[bool, ...], str] = {}
        read = _read_by(node.source, node.flags)
        for character in [c for c in ALPHABET if c in read] or sorted(read):
            kinds.setdefault(tuple(character in other for other in self._sets), character)
        return list(kinds.values())

    def samples(self, node: Node, most: int = _MOST_SAMPLES) -> list[str]:
        """Texts that a node reads, the plainest first."""
        return list(dict.fromkeys(islice(self._samples(node, most), most)))

    def _samples(self, node: Node, most: int) -> Iterator[str]:
        if node.kind == "chars":
            yield from self._characters(node)
        elif node.kind == "look":
            yield ""
        elif node.kind == "choice":
            of_each = [self.samples(part, most) for part in node.parts]
            for place in range(most):
                yield from (one[place] for one in of_each if place < len(one))
        elif node.kind == "sequence":
            of_each = [self.samples(part, most) for part in node.parts]
            if all(of_each):
                for base in ([one[0] for one in of_each], [min(one, key=len) for one in of_each]):
                    yield "".join(base)
                    for i, one in enumerate(of_each):
                        yield from ("".join([*base[:i], other, *base[i + 1 :]]) for other in one)
        elif node.kind == "repeat":
            inner = self.samples(node.parts[0], most)
            for text in inner:
                yield text * max(1, node.least)
            if node.least == 0:
                yield ""
            if node.most is None or node.most > max(1, node.least):
                yield from (text * (max(1, node.least) + 1) for text in inner[:3])

    def pumped(self) -> Iterator[Pumped]:
        """All of them."""
        for start, part in dict.fromkeys(self._of(self.root, [""], [""])):
            yield Pumped(start, part)

    def _of(self, node: Node, before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str, str]]:
        if node.kind == "choice":
            for part in node.parts:
                yield from self._of(part, before, after)
        elif node.kind == "look" and node.parts:
            yield from self._of(node.parts[0], before, [""])
        elif node.kind == "sequence":
            for i, part in enumerate(node.parts):
                if not any(_repeated(inner) for inner in _all(part)):
                    continue
                plain = "".join((self.samples(one, 4) or [""])[0] for one in node.parts[:i])
                least = "".join(_least(self.samples(one, 8)) for one in node.parts[:i])
                follow = [self.samples(one, 6) for one in node.parts[i + 1 : i + 4]]
                joined = ["".join((one or [""])[0] for one in follow[:size]) for size in (2, 3)]
                nexts = [text for text in [*joined, *(text for one in follow for text in one)] if text] or list(after)
                starts = list(dict.fromkeys(text + more for text in before[:2] for more in (plain, least)))
                yield from self._of(part, starts, nexts)
        elif node.kind == "repeat":
            inner = node.parts[0]
            if _repeated(node):
                for start, pump in product(before[:3], self._pumps(inner, after)):
                    if pump:
                        yield start, pump
            yield from self._of(inner, before, [*self.samples(inner, 3), *after])

    def _pumps(self, inner: Node, after: Sequence[str]) -> list[str]:
        own = self.samples(inner, _MOST_PUMPS)
        reads = frozenset().union(*(_read_by(one.source, one.flags) for one in _all(inner) if one.kind == "chars"))
        nexts = [text for text in after if text and all(c in reads for c in text)] if reads else []
        pairs = [first + second for first, second in product(own[:3], nexts[:6])]
        return list(dict.fromkeys([*own, *nexts, *pairs]))


def _least(texts: Sequence[str]) -> str:
    return min(texts, key=len, default="")


def _repeated(node: Node) -> bool:
    return node.kind == "repeat" and (node.most is None or node.most - node.least >= MANY)


def _all(node: Node) -> Iterator[Node]:
    yield node
    for part in node.parts:
        yield from _all(part)
