"""Labelled pairs as training material: of one event or not, among them bulletins and other siblings."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cleaner.collapse.event.candidates import candidate_pairs
from cleaner.collapse.event.density import adapted, count_scores
from cleaner.collapse.event.features import pair_features
from cleaner.collapse.event.grouping import group_reports
from cleaner.collapse.event.index import build_index
from cleaner.collapse.event.model import PairModel
from cleaner.collapse.event.packed_bags import read_chunk
from cleaner.errors import UsageError
from cleaner.records import Article
from cleaner.strip.metadata.hosts import host

SETS = ("tg_ru", "tg_en")
WEIGHT = 0.5
"""What such a pair weighs beside an article of the other sets. With 0 of unseen events 10.6 instead of 8.5 % are lost,
with 1 F of unseen short texts falls by half a point."""


@dataclass(slots=True)
class JudgedPairs:
    """One set: the candidate pairs of its articles with features, and the pairs that were judged, by place."""

    name: str
    articles: int
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    features: NDArray[np.float64]
    judged: list[tuple[int, int, bool]]

    def joined(self, model: PairModel) -> tuple[int, int]:
        """How many judged pairs of one event, and of two, end in one story."""
        probability = model.probability(self.features)
        threshold = adapted(model.threshold, model.prior, count_scores(probability))
        labels = group_reports(self.articles, self.left, self.right, probability, threshold)
        ends = [(labels[a] == labels[b], same) for a, b, same in self.judged]
        return sum(bool(one and same) for one, same in ends), sum(bool(one and not same) for one, same in ends)

    def material(self) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.float64]]:
        """Features, truth and weight of the judged pairs that are candidates."""
        place = {pair: k for k, pair in enumerate(zip(self.left.tolist(), self.right.tolist(), strict=True))}
        known = [(place[a, b], same) for a, b, same in self.judged if (a, b) in place]
        rows = np.array([row for row, _ in known], dtype=np.int64)
        weight = np.full(len(rows), WEIGHT / max(1, len(rows)))
        return self.features[rows], np.array([same for _, same in known], dtype=bool), weight

    def part(self, number: int, parts: int) -> JudgedPairs:
        """Every so many of the judged pairs, among the same articles."""
        return JudgedPairs(self.name, self.articles, self.left, self.right, self.features, self.judged[number::parts])


def load_judged(folder: Path, names: Iterable[str] = SETS) -> list[JudgedPairs]:
    """Sets ``NAME.jsonl.gz`` (articles) with ``NAME.pairs.json`` (left id, right id, ``OK`` or ``BAD``).

    Raises UsageError for a file that is missing or unreadable.
    """
    return [_load(folder, name) for name in names]


def _load(folder: Path, name: str) -> JudgedPairs:
    try:
        with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            rows = sorted((json.loads(line) for line in lines), key=lambda row: str(row["id"]))
        pairs = json.loads((folder / f"{name}.pairs.json").read_text(encoding="utf-8"))
        place = {row["id"]: k for k, row in enumerate(rows)}
        judged = [(*sorted((place[a], place[b])), answer == "OK") for a, b, answer in pairs]
        articles = [
            Article(
                str(row["id"]),
                row["text"],
                title=row.get("title"),
                date=row.get("date"),
                lang=row.get("lang"),
                site=host(row.get("url")),
            )
            for row in rows
        ]
    except (OSError, EOFError, ValueError, KeyError) as error:
        raise UsageError(f"{folder / name} holds no judged pairs: {error}") from error
    return _prepared(name, articles, [(a, b, same) for a, b, same in judged if a != b])


def _prepared(name: str, articles: Sequence[Article], judged: list[tuple[int, int, bool]]) -> JudgedPairs:
    index = build_index([read_chunk(articles)])
    left, right = candidate_pairs(index.matrices["terms"].unit, ~index.mute, index.hour)
    return JudgedPairs(name, len(articles), left, right, pair_features(index, left, right), judged)
