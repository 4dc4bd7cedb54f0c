"""One row of numbers for each block of a page, for the models that tell body from boilerplate.

``of_html`` describes the blocks of a page with markup, ``of_text`` lines of stored text. Both give groups
of columns in a fixed order, so that training can leave one out; ``stack`` joins them. A column's meaning
is part of a model: whoever changes one, a constant below or in a module of this folder, or many rules, trains all
anew (``page_models`` and ``line_models`` say how). These constants are not tuned one by one: trees put their own
thresholds on the columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from cleaner.strip.features import gram_features
from cleaner.strip.features import markup_features as markup
from cleaner.strip.features import sequence_features as sequence
from cleaner.strip.features import text_features as text
from cleaner.strip.features.sequence_features import Floats
from cleaner.strip.reading.blocks import Block, Outline
from cleaner.strip.rules import Rule

GOOD_UNITS = 8
"""Words from which a block with few links counts as running text."""
GOOD_LINKS = 0.35
SURE_UNITS = 25
"""Words from which a line without a sentence mark at its end still counts as running text."""
UNITS = 1
"""Column of the group ``text`` that holds a block's length in words."""
GROWING: Mapping[str, tuple[int, ...]] = {
    "text": (19,),  # how often a block's text stands on the page
    "position": (9, 10),  # the page's running text and its blocks
    "levels": (3, 9, 15, 21, 27),  # blocks of the elements around
    "signatures": (3, 9),  # blocks of the same tag and names
    "member": (4,),  # blocks that another extractor kept
}
"""By group the columns that grow with the page without bound. A model cuts them off at a length that it has
seen often, so that a body of any length is judged like the longest of those."""
_NEAR_TAGS = [markup.TAGS.index(tag) for tag in ("p", "div", "li", "h2", "h3")]


def of_html(page: Outline, rules: Sequence[Rule | None]) -> dict[str, Floats]:
    """Groups of columns for a page's blocks, of which there is at least one.

    ``rules`` holds for each block the rule that matches it. The groups ``near`` and ``around`` are what ``neighbours``
    is made of.
    """
    blocks = page.blocks
    number = len(blocks)
    strings = [*[block.text for block in blocks], page.title or "-", page.description or "-"]
    texts = text.read(strings)
    links = np.fromiter([block.link_share for block in blocks], np.float64, number)
    bold = np.fromiter([block.bold_share for block in blocks], np.float64, number)
    units = texts.units[:number]
    good = np.where((units >= GOOD_UNITS) & (links < GOOD_LINKS), units, 0.0)
    tree = markup.Tree(page, good, units, links)
    plain = text.statistics(texts, strings)[:number]
    statistics = sequence.joined([plain, sequence.side_by_side([links, bold, good > 0])])
    tags = markup.tags(page)
    verdicts = sequence.verdicts(rules)
    commas = texts.counts[:number, text.COMMA]
    hit = len(sequence.LABELS)
    near = sequence.joined([statistics[:, [0, 1, 2, 8, -3, -2]], tags[:, _NEAR_TAGS], verdicts[:, hit : hit + 1]])
    return {
        "text": statistics,
        "words": text.vocabulary(texts, number),
        "rules": verdicts,
        "near": near,
        "around": markup.neighbours(tree, page),
        "windows": sequence.windows(good, units),
        "position": sequence.positions(good, units),
        "tags": tags,
        "ancestors": markup.ancestors(tree, page),
        "names": markup.names(tree),
        "levels": markup.levels(tree),
        "bodies": markup.bodies(tree),
        "candidates": markup.candidates(tree, page, units, commas, links),
        "signatures": markup.signatures(tree, page, good, units, links),
    }


def of_article(groups: Mapping[str, Floats], member: Floats) -> dict[str, Floats]:
    """The groups of ``of_html`` with those that an article has more.

    ``member`` says how much of each block another extractor kept (0 to 1).
    """
    near = sequence.joined([groups["near"], member[:, None]])
    return {**groups, "neighbours": _neighbours(near, groups["around"]), "member": _membership(member)}


def of_other_page(groups: Mapping[str, Floats], declared: Floats) -> dict[str, Floats]:
    """The groups of ``of_html`` with those that a page of another kind has more; ``declared`` from that module."""
    return {**groups, "neighbours": _neighbours(groups["near"], groups["around"]), "declared": declared}


def of_kind(probabilities: Floats, number: int) -> Floats:
    """What kind of page a block stands on: the same for all ``number`` of them."""
    return np.tile(probabilities, (number, 1))


def _neighbours(near: Floats, around: Floats) -> Floats:
    return sequence.joined([sequence.shifted(near, (1, 2, -1, -2)), around])


def of_text(blocks: Sequence[Block], rules: Sequence[Rule | None]) -> dict[str, Floats]:
    """Groups of columns for the lines of stored text, of which there is at least one."""
    strings = [block.text for block in blocks]
    texts = text.read(strings)
    units = texts.units
    ends = texts.last == text.STOP
    good = np.where((units >= GOOD_UNITS) & (ends | (units > SURE_UNITS)), units, 0.0)
    statistics = sequence.joined([text.statistics(texts, strings), sequence.side_by_side([good > 0])])
    words = text.vocabulary(texts, len(blocks))
    verdicts = sequence.verdicts(rules)
    hit = len(sequence.LABELS)
    near = sequence.joined([statistics[:, [0, 1, 2, 3, 8, 9, 16, 17, 19]], words, verdicts[:, hit : hit + 1]])
    return {
        "text": statistics,
        "words": words,
        "rules": verdicts,
        "neighbours": sequence.shifted(near, (1, 2, 3, -1, -2, -3)),
        "windows": sequence.windows(good, units),
        "position": sequence.positions(good, units),
    }


def of_known_text(groups: Mapping[str, Floats], odds: Floats) -> dict[str, Floats]:
    """The groups of ``of_text`` with that of the lines' wording; ``odds`` from ``gram_features.log_odds``."""
    return {**groups, "grams": gram_features.columns(odds, groups["text"][:, UNITS])}


def in_context(rows: NDArray[np.float32], grams: Floats | None) -> NDArray[np.float32]:
    """The columns of lines for the networks: those of ``of_text``, of their wording, and whether that is known.

    ``grams`` is that group of ``of_known_text``, None where a text's language is none of those.
    """
    worded = np.zeros((len(rows), gram_features.WIDTH)) if grams is None else grams
    known = np.full((1, len(rows)), float(grams is not None))
    return np.concatenate([rows.T, worded.T, known], dtype=np.float32, casting="same_kind").T


def _membership(member: Floats) -> Floats:
    """What another extractor kept: the block, its surroundings, how much before it and in all."""
    number = len(member)
    at = np.arange(number)
    sums = sequence.totals(member)
    columns = [member]
    for reach in (5, 15):
        start, stop = np.maximum(0, at - reach), np.minimum(number, at + reach + 1)
        columns.append((sums[stop] - sums[start]) / (2 * reach + 1))
    columns += [sums[:-1] / max(1.0, sums[-1]), np.full(number, sums[-1])]
    return sequence.side_by_side(columns)


def growing(groups: Mapping[str, Floats], names: Iterable[str]) -> list[int]:
    """The columns of these groups side by side that grow with the page."""
    found: list[int] = []
    start = 0
    for name in names:
        found += [start + column for column in GROWING.get(name, ())]
        start += groups[name].shape[1]
    return found


def of_rows(groups: Mapping[str, Floats], rows: NDArray[np.intp]) -> dict[str, Floats]:
    """The columns of some of the blocks."""
    return {name: columns.T.take(rows, axis=1).T for name, columns in groups.items()}


def stack(groups: Mapping[str, Floats], names: Iterable[str]) -> NDArray[np.float32]:
    """The columns of these groups side by side, in single precision as the models are trained."""
    return np.concatenate([groups[name].T for name in names], dtype=np.float32, casting="same_kind").T
