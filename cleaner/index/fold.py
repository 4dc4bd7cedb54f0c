"""The articles of some clusters, folded as a batch folds a corpus: which copy is kept, and what a report reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from cleaner.collapse.levels import order
from cleaner.collapse.near import NearIndex
from cleaner.collapse.stories import Folded
from cleaner.collapse.words import tokens
from cleaner.index.store import Store
from cleaner.index.versions import cores_of
from cleaner.records import Article
from cleaner.settings import Settings


@dataclass(slots=True)
class Folding:
    """Folded articles; the lists have an entry for each."""

    folded: Folded
    records: list[int]
    texts: list[int]
    clusters: list[int]


class Readings:
    """Articles read during one run, with their words: stories come to them more than once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._read: dict[int, tuple[Article, list[str]]] = {}

    def of(self, records: Iterable[int]) -> dict[int, tuple[Article, list[str]]]:
        """Article and words of each record."""
        wanted = list(records)
        for number, article in self._store.articles([one for one in wanted if one not in self._read]).items():
            self._read[number] = article, tokens(article.text)
        return {number: self._read[number] for number in wanted}


def fold(
    store: Store, settings: Settings, clusters: Iterable[int], readings: Readings, choose: bool = True
) -> Folding:
    """Read all records of these clusters and fold exact and near copies.

    Without ``choose`` each cluster keeps the copy that the manifest names.
    """
    wanted = sorted(clusters)
    query = "SELECT r.number, t.number, t.cluster, t.version FROM records r JOIN texts t ON t.number = r.text"
    found = {
        record: (text, cluster, version)
        for record, text, cluster, version in store.rows(f"{query} WHERE t.cluster IN (?)", wanted)
    }
    read = readings.of(found)
    records = sorted(found, key=lambda record: order(read[record][0]))
    articles, words = [read[record][0] for record in records], [read[record][1] for record in records]
    folded = Folded.unfolded(articles, settings.keep, settings.prefer, settings.require, words)
    folded.fold_exact()
    folding = Folding(
        folded, records, [found[record][0] for record in records], [found[record][1] for record in records]
    )
    if settings.level != "exact":
        rows = sorted(set(folded.exact_of))
        versions = [found[records[row]][2] for row in rows]
        signed = cores_of(store, [version for version in versions if version is not None])
        empty = np.empty(0, np.uint32)
        hashes = [(empty, empty) if version is None else signed[version][1:] for version in versions]
        near = NearIndex.restored([ordered for _, ordered in hashes], [core for core, _ in hashes])
        kept: set[int] = set()
        if not choose:
            heads = {head for (head,) in store.rows("SELECT head FROM clusters WHERE number IN (?)", wanted)}
            kept = {i for i, record in enumerate(records) if record in heads}
        folded.take_copies(near, rows, [folding.clusters[row] for row in rows], kept)
    return folding
