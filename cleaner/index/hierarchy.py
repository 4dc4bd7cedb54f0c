"""The articles of some clusters as the hierarchy that a batch makes of a corpus: kept copies, and what reports read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from cleaner.article_store import ArticleStore
from cleaner.collapse import exact
from cleaner.collapse.hierarchy import Hierarchy
from cleaner.collapse.levels import order
from cleaner.collapse.near import NearIndex
from cleaner.collapse.ragged import Ragged
from cleaner.collapse.signed import Signed
from cleaner.collapse.signing import hash_texts
from cleaner.index.signatures import cores_of
from cleaner.index.store import Store
from cleaner.records import Article
from cleaner.settings import Settings


@dataclass(slots=True)
class Clustered:
    """Articles of clusters; the lists have an entry for each."""

    hierarchy: Hierarchy
    records: list[int]
    texts: list[int]
    clusters: list[int]


class Readings:
    """Articles read during one run, with what their words say: stories come to them more than once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._read: dict[int, tuple[Article, int, bytes]] = {}

    def of(self, records: Iterable[int]) -> dict[int, tuple[Article, int, bytes]]:
        """Article, number of words and digest of each record."""
        wanted = list(records)
        fresh = self._store.articles([one for one in wanted if one not in self._read])
        hashed = hash_texts([article.text for article in fresh.values()])
        digests = exact.digests(list(fresh.values()), hashed)
        read = zip(fresh.values(), hashed.words.tolist(), digests, strict=True)
        self._read.update(zip(fresh, read, strict=True))
        return {number: self._read[number] for number in wanted}


def hierarchy_of(
    store: Store, settings: Settings, clusters: Iterable[int], readings: Readings, choose: bool = True
) -> Clustered:
    """Read all records of these clusters, with the groups of exact and near copies that they are in.

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
    articles = [read[record][0] for record in records]
    words = np.array([read[record][1] for record in records], dtype=np.int64)
    signed = Signed(words, b"".join(read[record][2] for record in records), Ragged.of([]))
    hierarchy = Hierarchy.of_articles(ArticleStore(articles), settings, signed)
    of_text: dict[int, list[int]] = {}
    for place, record in enumerate(records):
        of_text.setdefault(found[record][0], []).append(place)
    hierarchy.take_exact([group for group in of_text.values() if len(group) > 1])
    clustered = Clustered(
        hierarchy, records, [found[record][0] for record in records], [found[record][1] for record in records]
    )
    if settings.level != "exact":
        rows = sorted(set(hierarchy.exact_of))
        versions = [found[records[row]][2] for row in rows]
        known = cores_of(store, [version for version in versions if version is not None])
        empty = np.empty(0, np.uint32)
        hashes = [(empty, empty) if version is None else known[version][1:] for version in versions]
        near = NearIndex.restored([ordered for _, ordered in hashes], [core for core, _ in hashes])
        kept: set[int] = set()
        if not choose:
            heads = {head for (head,) in store.rows("SELECT head FROM clusters WHERE number IN (?)", wanted)}
            kept = {i for i, record in enumerate(records) if record in heads}
        hierarchy.take_copies(near, rows, [clustered.clusters[row] for row in rows], kept)
    return clustered
