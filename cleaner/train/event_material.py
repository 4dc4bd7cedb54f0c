"""Labelled articles as what the pair model is trained on: candidate pairs with features and truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cleaner.collapse.event.candidates import candidate_pairs
from cleaner.collapse.event.features import pair_features
from cleaner.collapse.event.index import build_index
from cleaner.collapse.event.packed_bags import read_chunk
from cleaner.records import Article
from cleaner.train.event_sets import load_pages

PAGES = "pages"
"""Name of the set of pages that tell no event in common: advice, products, forums."""
PAGES_WEIGHT = 1.0
"""What a page weighs beside an article: half leaves a third more pages merged and gives 0.05 points of F."""
SMALL = 12
"""Pages in a small corpus."""


@dataclass(slots=True)
class Labelled:
    """One set as pairs: candidates, their features and whether they are of one event."""

    name: str
    gold: list[str]
    lengths: list[int]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    features: NDArray[np.float64]
    same: NDArray[np.bool_]
    weight: float = 1.0
    """Of one article in training."""

    @property
    def recall(self) -> float:
        """Share of the pairs of one event that are candidates."""
        _, sizes = np.unique(np.array(self.gold), return_counts=True)
        return float(self.same.sum() / (sizes * (sizes - 1) // 2).sum())


def prepare(name: str, articles: Sequence[Article], gold: list[str]) -> Labelled:
    """Candidate pairs of a set with features and truth."""
    index = build_index([read_chunk(articles)])
    left, right = candidate_pairs(index.matrices["terms"].unit, ~index.mute, index.hour)
    _, event = np.unique(np.array(gold), return_inverse=True)
    return Labelled(
        name=name,
        gold=gold,
        lengths=[len(article.text) for article in articles],
        left=left,
        right=right,
        features=pair_features(index, left, right),
        same=event[left] == event[right],
    )


def page_views(path: Path) -> list[Labelled]:
    """The pages as they are, and without title and date: neither must stand for advice.

    Both also as small corpora of neighbouring pages, where no word is common: those of one topic stand
    together in the file.
    """
    pages = load_pages(path)
    bare = [replace(page, title=None, date=None) for page in pages]
    views = [prepare(PAGES, view, [page.id for page in pages]) for view in (pages, bare)]
    views += [_joined([_alone(view[k : k + SMALL]) for k in range(0, len(view), SMALL)]) for view in (pages, bare)]
    for view in views:
        view.weight = PAGES_WEIGHT
    return views


def _alone(pages: Sequence[Article]) -> Labelled:
    """A corpus of a few pages."""
    return prepare(PAGES, pages, [page.id for page in pages])


def _joined(parts: Sequence[Labelled]) -> Labelled:
    """Several corpora as material for training; places of articles count on."""
    before = np.cumsum([0, *(len(part.gold) for part in parts[:-1])])
    return Labelled(
        name=parts[0].name,
        gold=[label for part in parts for label in part.gold],
        lengths=[length for part in parts for length in part.lengths],
        left=np.concatenate([part.left + start for part, start in zip(parts, before, strict=True)]),
        right=np.concatenate([part.right + start for part, start in zip(parts, before, strict=True)]),
        features=np.concatenate([part.features for part in parts]),
        same=np.concatenate([part.same for part in parts]),
    )
