"""A page as a sequence of blocks, whatever it came as.

A block of HTML (``outlines``) is the text between two block-level boundaries, one of stored text (a page that
somebody flattened) a line. From here on both are the same thing.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from cleaner.strip.reading.parsing import C1_CONTROL, CONTROL

_ZERO_WIDTHS = "\u00ad\u200b\u2060\ufeff"
_ZERO_WIDTH = re.compile(f"[{_ZERO_WIDTHS}]")

_C1 = re.compile("[\x80-\x9f]")
_NEXT_LINE = re.compile("(?:(?<=[.!?:\"\u201d\x85])|(?=\x85))\x85")
"""U+0085 where it can be meant: after a sentence or doubled, in a text without other line breaks."""


HEADINGS = frozenset("h2 h3 h4 h5 h6".split())
"""Tags of the heads of parts; h1 is the headline's."""


@dataclass(slots=True)
class Block:
    """One line of a page. ``tag`` is the nearest block element, empty for stored text."""

    text: str
    tag: str = ""
    link_share: float = 0.0
    """Share of the characters that stand in links, 0 to 1."""
    gap: bool = True
    """Whether a blank line stands before the block in the article's text."""
    bold_share: float = 0.0
    """Share of the characters in bold or italics, 0 to 1."""
    container: int = -1
    """Index of the nearest block element in the page's ``Outline``, -1 for stored text."""


@dataclass(slots=True)
class Outline:
    """A page's blocks and, column by column, the tree of its block elements in document order."""

    title: str = ""
    """What the page declares as its title, often with the site's name."""
    description: str = ""
    blocks: list[Block] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    """Index of the block element around it, -1 for the outermost."""
    classes: list[str] = field(default_factory=list)
    """The class attribute as it is written."""
    names: list[str] = field(default_factory=list)
    """What else the element is called: id, role and itemprop."""
    hidden: list[bool] = field(default_factory=list)
    """Whether the element or one around it says that it is not shown."""
    starts: list[int] = field(default_factory=list)
    """First block inside the element."""
    ends: list[int] = field(default_factory=list)
    """One past the last block inside the element."""
    declared: range = range(0)
    """Blocks that the page's data declare to be body."""
    _named: Counter[str] | None = field(default=None, init=False, repr=False, compare=False)

    def named(self) -> Mapping[str, int]:
        """How many elements each of the different ``classes`` and ``names`` has; counted once, when all are there."""
        if self._named is None:
            self._named = Counter([*self.classes, *self.names])
        return self._named

    def around(self, at: int) -> int:
        """The innermost element that holds more than this block, -1 if none does."""
        element = self.blocks[at].container
        while element >= 0 and self.ends[element] - self.starts[element] == 1:
            element = self.parents[element]
        return element

    def child(self, element: int, at: int) -> int:
        """The child of an element in which a block of it stands, -1 if it stands in the element itself."""
        found, inner = -1, self.blocks[at].container
        while inner >= 0 and inner != element:
            found, inner = inner, self.parents[inner]
        return found


def squeeze(text: str) -> str:
    """White space runs as one space, no invisible characters, trimmed."""
    if not text.isascii() and any(map(text.__contains__, _ZERO_WIDTHS)):
        text = _ZERO_WIDTH.sub("", text)
    return " ".join(text.split())


def from_text(text: str) -> list[Block]:
    """Blocks of stored text: its lines that are not blank, with the blank lines between them noted."""
    blocks: list[Block] = []
    gap = True
    for line in _lines(text):
        squeezed = squeeze(line)
        if squeezed:
            blocks.append(Block(squeezed, gap=gap))
            gap = False
        else:
            gap = True
    return blocks


def _lines(text: str) -> list[str]:
    text = CONTROL.sub("", text)
    if not text.isascii() and _C1.search(text) is not None:
        text = _NEXT_LINE.sub("\n", text) if "\n" not in text else text
        text = text.translate(C1_CONTROL)
    return text.splitlines()


def merged(lines: Sequence[Block], into: Sequence[int], together: Callable[[Sequence[str]], str]) -> list[Block]:
    """The lines that have the same number in ``into``, which rises by ones, as one; ``together`` joins their texts."""
    found: list[Block] = []
    for _, group in itertools.groupby(zip(into, lines, strict=True), key=itemgetter(0)):
        own = [line for _, line in group]
        found.append(Block(together([line.text for line in own]), gap=own[0].gap))
    return found


def to_text(blocks: list[Block]) -> str:
    """The text that these blocks make, with a blank line where there was one."""
    parts: list[str] = []
    for block in blocks:
        if parts:
            parts.append("\n\n" if block.gap else "\n")
        parts.append(block.text)
    return "".join(parts)
