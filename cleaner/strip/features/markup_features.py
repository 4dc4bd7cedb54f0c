"""What a page's markup says of its blocks: tags, names, and the block elements around them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from functools import lru_cache
from itertools import count

import numpy as np
from numpy.typing import NDArray

from cleaner.strip.features.sequence_features import FAR, Floats, joined, side_by_side, totals
from cleaner.strip.reading.blocks import Outline

TAGS = (
    "p div li td tr th h1 h2 h3 h4 h5 h6 figcaption blockquote pre dd dt section article header footer aside main nav "
    "body form caption center"
).split()
ANCESTORS = (
    "article main aside nav header footer figure figcaption form ul ol table blockquote section details dl".split()
)
NAME_GROUPS = (
    "comment|disqus|discus|respond|repl(?:y|ies)|feedback|livefyre",
    "shar(?:e|ing)|social|facebook|twitter|whatsapp|pinterest|linkedin|addthis|follow",
    "relat|recommend|recirc|more|trend|popular|also|outbrain|taboola|suggest|next|prev|latest|teaser|similar|recent|read",
    "side|rail|aside|widget|secondary|right|complement",
    "header|masthead|nav|menu|crumb|toolbar|topbar|top$",
    "foot|copyright|bottom|colophon",
    "caption|credit|photo|image|img|galler|slide|video|figure|media|player|thumb|carousel|lightbox|audio",
    "byline|author|writer|contributor|bio$|profile|avatar",
    "date|time|publish|updated|meta$|info$|stamp",
    "^tags?$|topic|categor|keyword|label|taxonomy",
    "newsletter|subscri|sign|email|register|paywall|login|premium|donat|member|piano|optin",
    "^ads?$|advert|sponsor|promo|banner|^dfp|commerc|affiliat|google|^gpt|shop|product|price|deal",
    "cookie|consent|gdpr|privacy|modal|popup|overlay|disclaim|terms|legal|alert|notice|dialog",
    "^hid(?:e|den)|^sr$|screen|visually|invisible|print|offscreen|collapse|tooltip",
    "tweet|embed|instagram|quote|pull|oembed",
    "title|headline|heading|^hed$",
    "summar|^dek$|subtitle|standfirst|lead$|intro|excerpt|descri|abstract|deck|^lede$",
    "article|story|post|^news|blog",
    "body|content|text|entry|main|prose|paragraph|copy|rich|markdown|wysiwyg",
    "form$|search|input|button|^btn|select|field",
    "list|item|card|tile|grid|feed|collection|archive",
    "toc$|contents|faq|accordion|tabs?$|panel",
)
"""Words in class, id and role by which themes name what a box is for; one bit a group."""
_BAD_NAMES = sum(1 << group for group in (0, 1, 2, 3, 4, 5, 10, 11, 12))
_GOOD_NAMES = sum(1 << group for group in (17, 18))
_WORD = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{2,}")
_GROUP = re.compile("|".join(f"(?P<g{at}>{group})" for at, group in enumerate(NAME_GROUPS)))
_PARAGRAPH_TAGS = frozenset("p td pre li blockquote h2 h3 dd".split())
MAX_OUTSIDE = 12
"""Elements between a block and the one that holds most of the text that are counted."""
LEVELS = 5
"""Block elements above a block that are described: itself, its parent and so on."""
MAX_NAME = 500
"""Characters of a class or an id that are read."""
_TAG_AT = {tag: at for at, tag in enumerate(TAGS)}
_ANCESTOR_BIT = {tag: 1 << at for at, tag in enumerate(ANCESTORS)}
_KIN = len(NAME_GROUPS)
"""Bits of a number that stand for groups of names; the next stand for tags around."""


def of_names(of_word: Callable[[str], int]) -> Callable[[str], int]:
    """What the words of a class or id tell together, as bits, by what each of them does in small letters.

    Both are remembered: pages of a site have the same names, and names the same words.
    """
    of_word = lru_cache(maxsize=20_000)(of_word)

    @lru_cache(maxsize=20_000)
    def bits_of(names: str) -> int:
        bits = 0
        for word in _WORD.findall(names):
            bits |= of_word(word.lower())
        return bits

    return bits_of


@of_names
def name_bits(word: str) -> int:
    """The groups that the words of a class or id belong to, as bits."""
    bits = 0
    for found in _GROUP.finditer(word):
        bits |= 1 << int((found.lastgroup or "g0")[1:])
    return bits


def _columns(bits: NDArray[np.int64], width: int) -> Floats:
    return ((bits >> np.arange(width)[:, None]) & 1).astype(np.float64).T


class Tree:
    """The block elements of a page as arrays, and for each block the one it stands in."""

    def __init__(self, page: Outline, good: Floats, units: Floats, links: Floats) -> None:
        number, size = len(page.blocks), len(page.tags)
        self.number = number
        self.place = np.arange(number)
        self.parent = np.fromiter(page.parents, np.intp, size)
        self.outer = np.maximum(self.parent, 0)
        """The element around each, the outermost being its own."""
        self.start, self.end = np.fromiter(page.starts, np.intp, size), np.fromiter(page.ends, np.intp, size)
        self.of_block = np.fromiter([block.container for block in page.blocks], np.intp, number)
        bits = {names: name_bits(names[:MAX_NAME]) for names in page.named()}
        own = [bits[classes] | bits[names] for classes, names in zip(page.classes, page.names, strict=True)]
        # of each element and all around it the groups of names, and in the bits above them the tags
        around: list[int] = []
        depth: list[int] = []
        for parent, names, tag in zip(page.parents, own, page.tags, strict=True):
            mine = names | _ANCESTOR_BIT.get(tag, 0) << _KIN
            around.append(mine | around[parent] if parent >= 0 else mine)
            depth.append(depth[parent] + 1 if parent >= 0 else 0)
        self.own, self.depth = np.fromiter(own, np.int64, size), np.fromiter(depth, np.intp, size)
        within = np.fromiter(around, np.int64, size)
        self.kin = within >> _KIN
        self.above = np.where(self.parent >= 0, within[self.parent] & ((1 << _KIN) - 1), 0)
        self.good, self.units, self.links = totals(good), totals(units), totals(links * units)
        self.good_in = self.good[self.end] - self.good[self.start]
        self.units_in = self.units[self.end] - self.units[self.start]
        self.links_in = self.links[self.end] - self.links[self.start]
        self.size = self.end - self.start
        self.total = max(1.0, self.good[-1])

    def up(self, at: NDArray[np.intp]) -> NDArray[np.intp]:
        """The element above each, the outermost being its own."""
        return self.outer.take(at)


def tags(page: Outline) -> Floats:
    """One column a tag."""
    which = np.array([_TAG_AT.get(block.tag, -1) for block in page.blocks])
    return (which == np.arange(len(TAGS))[:, None]).astype(np.float64).T


def ancestors(tree: Tree, page: Outline) -> Floats:
    """Tags among the elements around a block, its depth, whether it is said to be hidden."""
    hidden = np.array(page.hidden, np.float64)[tree.of_block]
    depth = tree.depth[tree.of_block].astype(np.float64)
    kin = _columns(tree.kin[tree.of_block], len(ANCESTORS))
    return joined([kin, side_by_side([depth, hidden])])


def names(tree: Tree) -> Floats:
    """Groups of names on the block's element, on the two around it, and on those further out."""
    width = len(NAME_GROUPS)
    at = tree.of_block
    first = tree.up(at)
    second = tree.up(first)
    near = tree.own[first] | tree.own[second]
    return joined([_columns(tree.own[at], width), _columns(near, width), _columns(tree.above[second], width)])


def levels(tree: Tree) -> Floats:
    """Running text, links and size of the elements around a block, from the inside out."""
    at = np.empty((LEVELS, tree.number), np.intp)
    at[0] = tree.of_block
    for level in range(1, LEVELS):
        at[level] = tree.up(at[level - 1])
    size, good, words = tree.size.take(at), tree.good_in.take(at), tree.units_in.take(at)
    units = np.maximum(1, words)
    out = np.empty((LEVELS, 6, tree.number))
    out[:, 0] = good / tree.total
    out[:, 1] = words / max(1.0, tree.units[-1])
    out[:, 2] = tree.links_in.take(at) / units
    out[:, 3] = size
    out[:, 4] = good / units
    out[:, 5] = (tree.place - tree.start.take(at)) / np.maximum(1, size)
    return out.reshape(-1, tree.number).T


def bodies(tree: Tree) -> Floats:
    """How a block lies to the smallest elements that hold half and most of the page's running text."""
    place = tree.place
    at = tree.of_block
    depth = tree.depth[at] + 1
    columns = []
    for part in (0.5, 0.8):
        holding = np.flatnonzero(tree.good_in >= part * tree.total)
        if len(holding):
            best = holding[np.argmin(tree.size[holding] * 1000.0 - holding)]
            start, end = int(tree.start[best]), int(tree.end[best])
        else:
            start, end = 0, tree.number
        size = max(1, end - start)
        # the elements around that stretch are a path, and a block's element lies in those of them that begin
        # before it and end after its beginning
        path = np.flatnonzero((tree.start <= start) & (tree.end >= end))[:, None]
        within = ((at >= path) & (tree.start[at] < tree.end[path])).sum(axis=0)
        outside = np.minimum(depth - within, MAX_OUTSIDE)
        columns += [
            ((place >= start) & (place < end)).astype(np.float64),
            np.clip((place - start) / size, -2, 3),
            np.full(tree.number, size / tree.number),
            outside,
        ]
    return side_by_side(columns)


def candidates(tree: Tree, page: Outline, units: Floats, commas: Floats, links: Floats) -> Floats:
    """Elements scored by the paragraphs in them, as Arc90's Readability does it, and a block's place in the best."""
    paragraph = np.fromiter([block.tag in _PARAGRAPH_TAGS for block in page.blocks], bool, tree.number)
    at = tree.of_block
    points = np.where(units >= 5, 1 + np.minimum(commas, 20) + np.minimum(units / 18, 3), 0) * (1 - links)
    parent = np.where(paragraph, tree.up(at), at)
    second = tree.up(parent)
    third = tree.up(second)
    scores = np.zeros(len(tree.parent))
    for target, factor in ((parent, 1.0), (second, 1 / 2), (third, 1 / 3)):
        scores += np.bincount(target, points * factor, len(scores))
    scores *= np.where(tree.own & _BAD_NAMES, 0.5, 1) * np.where(tree.own & _GOOD_NAMES, 1.25, 1)
    scores *= 1 - tree.links_in / np.maximum(1, tree.units_in)
    top = int(np.argmax(scores))
    best = max(1e-6, scores[top])
    above = int(tree.parent[top]) if tree.parent[top] >= 0 else top
    place = tree.place
    columns = [
        scores[parent] / best,
        scores[second] / best,
        ((place >= tree.start[top]) & (place < tree.end[top])).astype(np.float64),
        ((place >= tree.start[above]) & (place < tree.end[above])).astype(np.float64),
        np.full(tree.number, tree.good_in[top] / tree.total),
        (parent == top).astype(np.float64),
        (second == top).astype(np.float64),
    ]
    return side_by_side(columns)


def signatures(tree: Tree, page: Outline, good: Floats, units: Floats, links: Floats) -> Floats:
    """What the blocks of the same tag and class are like, and of the same tag and class under the same parent."""
    serial: defaultdict[tuple[str, str], int] = defaultdict(count().__next__)
    kinds = [serial[pair] for pair in zip(page.tags, page.classes, strict=True)]
    kind = np.fromiter(kinds, np.int64, len(kinds))
    above = np.where(tree.parent >= 0, kind[tree.parent], -1)
    linked_units = links * units
    out = np.empty((2, 6, tree.number))
    below = np.unique((kind * (len(serial) + 1) + above + 1).take(tree.of_block), return_inverse=True)[1]
    for group, columns in zip((kind.take(tree.of_block), below), out, strict=True):
        held = np.bincount(group, good)
        size = np.bincount(group, units)
        number = np.bincount(group)
        bounded = np.maximum(1, size)
        (held / tree.total).take(group, out=columns[0])
        (held / bounded).take(group, out=columns[1])
        (np.bincount(group, linked_units) / bounded).take(group, out=columns[2])
        columns[3] = number.take(group)
        (held / max(1.0, held.max())).take(group, out=columns[4])
        (size / np.maximum(1, number)).take(group, out=columns[5])
    return out.reshape(-1, tree.number).T


def neighbours(tree: Tree, page: Outline) -> Floats:
    """Whether the blocks before and after stand in the same element, and where the page's first h1 is."""
    at = tree.of_block
    above = tree.up(at)
    h1 = next((i for i, block in enumerate(page.blocks) if block.tag == "h1"), None)
    out = np.zeros((5, tree.number))
    out[0, 1:] = out[1, :-1] = at[1:] == at[:-1]
    out[2, 1:] = out[3, :-1] = above[1:] == above[:-1]
    out[4] = -FAR - 1.0 if h1 is None else np.clip(tree.place - h1, -FAR, FAR)
    return out.T
