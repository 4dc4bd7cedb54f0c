"""Which blocks of a page an extractor kept, found from the lines of its output."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

_NOT_WORD = re.compile(r"[\W_]+")
MAX_CELLS = 4_000_000
"""Blocks times lines above which matching is by hand over hand search instead of longest runs."""
MIN_PART = 20
"""Letters and digits from which a block is long enough to be looked up by its n-grams alone."""
GRAM = 8
"""Characters of an n-gram: short enough to survive an inline element that the extractor dropped."""
MIN_SHARE = 0.6
"""Share of a block's n-grams that must be in the output for the block to count as kept."""


def key(text: str) -> str:
    """Letters and digits of a text, casefolded: what survives every extractor."""
    return _NOT_WORD.sub("", text.casefold())


def kept(blocks: Sequence[str], lines: Sequence[str]) -> list[bool]:
    """For each block, whether the extractor's lines hold it.

    Equal blocks and lines are paired in order first; what lies between two pairs is then searched for
    blocks that the extractor joined, split or took an inline element from.
    """
    block_keys = [key(text) for text in blocks]
    line_keys = [k for k in map(key, lines) if k]
    result = [False] * len(blocks)
    ends: list[tuple[int, int, int]] = []
    if len(block_keys) * len(line_keys) <= MAX_CELLS:
        matcher = SequenceMatcher(None, block_keys, line_keys, autojunk=False)
        ends = [tuple(match) for match in matcher.get_matching_blocks()]  # type: ignore[misc]
    else:
        ends = [(len(block_keys), len(line_keys), 0)]
    used = [False] * len(line_keys)
    block_from = line_from = 0
    for block_at, line_at, size in ends:
        _between(block_keys, line_keys, (block_from, block_at), (line_from, line_at), result)
        for i in range(block_at, block_at + size):
            result[i] = bool(block_keys[i])
        for j in range(line_at, line_at + size):
            used[j] = True
        block_from, line_from = block_at + size, line_at + size
    _out_of_order(block_keys, [k for k, done in zip(line_keys, used, strict=True) if not done], result)
    return result


def _grams(joined: str) -> set[str]:
    return {joined[i : i + GRAM] for i in range(len(joined) - GRAM + 1)}


def _is_in(wanted: str, grams: set[str]) -> bool:
    """Whether a long key's n-grams are mostly among these."""
    own = len(wanted) - GRAM + 1
    return sum(wanted[k : k + GRAM] in grams for k in range(own)) >= MIN_SHARE * own


def _out_of_order(blocks: list[str], lines: list[str], result: list[bool]) -> None:
    """Mark long blocks that the extractor moved: their lines found no partner in document order."""
    grams = _grams("\n".join(lines))
    for i, wanted in enumerate(blocks):
        if not result[i] and len(wanted) >= 2 * MIN_PART and grams:
            result[i] = _is_in(wanted, grams)


def _between(
    blocks: list[str], lines: list[str], block_range: tuple[int, int], line_range: tuple[int, int], result: list[bool]
) -> None:
    """Mark the blocks of one unpaired stretch whose text is in the lines of the same stretch.

    Long blocks are known by their n-grams; a short one must stand between its long neighbours.
    """
    if block_range[0] == block_range[1] or line_range[0] == line_range[1]:
        return
    joined = "".join(lines[line_range[0] : line_range[1]])
    grams = _grams(joined)
    spots: dict[int, tuple[int, int]] = {}
    for i in range(*block_range):
        wanted = blocks[i]
        if len(wanted) < MIN_PART:
            continue
        result[i] = _is_in(wanted, grams)
        if result[i]:
            start, end = joined.find(wanted[:GRAM]), joined.rfind(wanted[-GRAM:])
            if 0 <= start <= end:
                spots[i] = (start, end + GRAM)
    cursor = 0
    following = iter(sorted(spots))
    coming = next(following, None)
    for i in range(*block_range):
        if i == coming:
            cursor = max(cursor, spots[i][1])
            coming = next(following, None)
        elif blocks[i] and len(blocks[i]) < MIN_PART:
            stop = spots[coming][0] if coming is not None else len(joined)
            found = joined.find(blocks[i], cursor, max(cursor, stop))
            if found >= 0:
                result[i] = True
                cursor = found + len(blocks[i])
