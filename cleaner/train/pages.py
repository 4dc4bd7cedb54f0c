"""Labelled pages and lines as training material: blocks, rows of features, labels, weights, groups."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import lxml.html
import numpy as np
import xxhash
from numpy.typing import NDArray

from cleaner.evaluate import labelled
from cleaner.evaluate.measures import shingle_scores
from cleaner.records import Page
from cleaner.strip import features, language
from cleaner.strip.decisions import decide
from cleaner.strip.models import line_models
from cleaner.strip.reading import blocks, parsing, payload, repair
from cleaner.strip.reading.blocks import Block
from cleaner.strip.reading.second_look import second_look
from cleaner.strip.rules import Rule, count_words
from cleaner.train.labels import MIN_SHARE, aligned_shares

SETS = ("fundus_eval", "magic_article", "readability", "wcxb")
FOLDS = 5
MIN_RECALL = 0.8
"""Shingle recall that the blocks labelled body must reach of a page's gold for the page to train on."""
_CANONICAL = re.compile(
    r"""<link[^>]{1,500}rel=["']canonical["'][^>]{0,500}href=["'](https?://[^"'\s]+)"""
    r"""|property=["']og:url["'][^>]{0,500}content=["'](https?://[^"'\s]+)"""
)
_SECOND_LEVEL = frozenset(("co", "com", "org", "gov", "ac", "net", "edu"))
CEILING_SHARE = 0.95
"""Share of the pages' rows below a column's ceiling. At .98 a page of 1,000 equal paragraphs still loses some."""
SHORT_UNITS = 6
SHORT_KEPT = 3
"""Of the blocks below SHORT_UNITS words that are not body one in SHORT_KEPT trains, with that weight."""


@dataclass(slots=True)
class Example:
    """One page: its blocks, a row of features and a label for each, its gold text, where it belongs."""

    name: str
    source: str
    kind: str
    """``article`` or another page type."""
    group: str
    """Registered domain or site: pages of one are never on both sides of a split."""
    blocks: list[Block]
    rows: NDArray[np.float32]
    body: NDArray[np.bool_]
    gold: str
    sound: bool
    """Whether the gold text can be recovered from the blocks."""
    growing: list[int]
    """Columns of the rows that grow with the page."""
    html: str | None = None
    share: float = 1.0
    """What the page weighs beside others in training."""
    doubtful: NDArray[np.bool_] | None = None
    """Blocks that do not train, as the gold text may lack them by mistake; None: all do."""

    @property
    def fold(self) -> int:
        """0 to FOLDS - 1, by the group."""
        return fold_of(self.group)

    @property
    def column(self) -> str:
        """The name of its set in the tables: wcxb's articles and other kinds apart."""
        return self.source if self.source != "wcxb" else "wcxb articles" if self.kind == "article" else "wcxb others"


def fold_of(group: str) -> int:
    """0 to FOLDS - 1: the fold that all pages of a site are in."""
    return xxhash.xxh3_64_intdigest(group.encode()) % FOLDS


def body_of(texts: Sequence[str], gold: str) -> tuple[NDArray[np.bool_], bool]:
    """Which blocks of a page are body, and whether its gold text can be recovered from them."""
    body = aligned_shares(texts, gold) >= MIN_SHARE
    recovered = "\n".join(text for text, kept in zip(texts, body, strict=True) if kept)
    return body, shingle_scores(gold, recovered).recall >= MIN_RECALL


class Opened(NamedTuple):
    """A page as strip reads it."""

    page: Page
    root: lxml.html.HtmlElement
    outline: blocks.Outline
    rules: list[Rule | None]
    """For each block the rule that matches it anywhere on a page."""


def opened(page: Page) -> Opened | None:
    """Read a page as strip does; None if it shows no text."""
    page = payload.decoded(page)
    if page.html is None:
        return None
    page = replace(page, html=repair.repaired(page.html))
    parts = parsing.parsed(page.html or "")
    if parts is None:
        return None
    page, parts, outline = second_look(page, parts)
    root = parts.root
    if not outline.blocks:
        return None
    texts = [block.text for block in outline.blocks]
    rules = decide.anywhere(texts, language.of_page(language.sample(texts), None, root.get("lang")))
    return Opened(page, root, outline, rules)


def ceiling(examples: Sequence[Example]) -> NDArray[np.float32]:
    """For each column that grows with the page the value below which CEILING_SHARE of the rows lie.

    Every page weighs the same in all. Infinity for other columns.
    """
    columns = examples[0].growing
    rows = np.concatenate([example.rows[:, columns] for example in examples])
    sizes = np.array([len(example.rows) for example in examples])
    weight = np.repeat(1 / sizes, sizes)
    bounds = np.full(examples[0].rows.shape[1], np.inf, np.float32)
    for at, column in enumerate(columns):
        order = np.argsort(rows[:, at], kind="stable")
        share = np.cumsum(weight[order]) / weight.sum()
        bounds[column] = rows[order[np.searchsorted(share, CEILING_SHARE)], at]
    return bounds


def group_of(name: str, url: str | None, html: str) -> str:
    """Site of a page: domain of its address or of the one that it declares, else from its name."""
    source, _, rest = name.partition("/")
    if source == "fundus_eval":
        return f"{source}/{rest.rsplit('_', 1)[0]}"
    if not url and (found := _CANONICAL.search(html[:300_000])):
        url = found.group(1) or found.group(2)
    try:
        parts = (urlsplit(url or "").hostname or "").split(".")
    except ValueError:
        parts = [""]
    if len(parts) < 2:
        return f"{source}/{re.sub(r'-[0-9]+$', '', rest)}"
    national = len(parts) > 2 and parts[-2] in _SECOND_LEVEL and len(parts[-1]) == 2
    return ".".join(parts[-3 if national else -2 :])


def line_examples(folder: Path, pages: Sequence[Example]) -> list[Example]:
    """The labelled lines with the features of the line model; site, kind and gold from the page sets.

    Pages that the file of lines leaves out (other kinds than articles) are flattened here.
    """
    labels = {name: (lines, keep) for name, lines, keep in labelled.pages_of_lines(str(folder / "lines.jsonl.xz"))}
    out = []
    for page in pages:
        lines, keep = labels.get(page.name, ([block.text for block in page.blocks], page.body.tolist()))
        stored = [Block(squeezed, gap=False) for line in lines if (squeezed := blocks.squeeze(line))]
        if len(stored) != len(keep):
            continue
        texts = [line.text for line in stored]
        lang = language.of_page(" ".join(texts))
        columns = features.of_text(stored, decide.anywhere(texts, lang))
        rows = features.stack(columns, line_models.TEXT_GROUPS)
        sound = page.name in labels or page.sound
        body = np.array(keep, bool)
        growing = features.growing(columns, line_models.TEXT_GROUPS)
        site = page.source, page.kind, page.group
        out.append(Example(page.name, *site, stored, rows, body, page.gold, sound, growing))
    return out


def _units(example: Example) -> NDArray[np.float64]:
    return np.fromiter((count_words(block.text) for block in example.blocks), np.float64, len(example.blocks))


def weights(example: Example) -> NDArray[np.float64]:
    """Weight of each block: by its words, every page about the same in all, or a ``share`` of that."""
    units = _units(example)
    return example.share * 100 * (units + 2) / max(60.0, float((units * example.body).sum()))


def trained_on(example: Example) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Which blocks of a page train, and the weights of those: doubtful ones and most of the trivial are left out."""
    own = weights(example)
    trivial = ~example.body & (_units(example) < SHORT_UNITS)
    first = np.arange(len(own)) % SHORT_KEPT == xxhash.xxh3_64_intdigest(example.name.encode()) % SHORT_KEPT
    kept = ~trivial | first
    if example.doubtful is not None:
        kept &= ~example.doubtful
    return kept, np.where(trivial, own * SHORT_KEPT, own)[kept]


def material(
    examples: Iterable[Example],
) -> tuple[NDArray[np.float32], NDArray[np.bool_], NDArray[np.float64]]:
    """Rows, labels and weights of many pages, of the blocks that train."""
    rows, body, weight = [], [], []
    for example in examples:
        kept, own = trained_on(example)
        rows.append(example.rows[kept])
        body.append(example.body[kept])
        weight.append(own)
    return np.concatenate(rows), np.concatenate(body), np.concatenate(weight)


__all__ = [
    "FOLDS",
    "SETS",
    "Example",
    "Opened",
    "body_of",
    "ceiling",
    "fold_of",
    "group_of",
    "line_examples",
    "material",
    "opened",
    "trained_on",
    "weights",
]
