"""Articles that a run reads of the index, and those that it brings, with what their words say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cleaner.collapse import exact
from cleaner.collapse.signing import hash_texts
from cleaner.index.store import Store
from cleaner.records import Article


class Readings:
    """Articles read during one run, with what their words say: stories come to them more than once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._read: dict[int, tuple[Article, int, bytes]] = {}

    def take(self, articles: Mapping[int, Article], words: Iterable[int], digests: Iterable[bytes]) -> None:
        """What is known of these records."""
        self._read.update(zip(articles, zip(articles.values(), words, digests, strict=True), strict=True))

    def of(self, records: Iterable[int]) -> dict[int, tuple[Article, int, bytes]]:
        """Article, number of words and digest of each record."""
        wanted = list(records)
        fresh = self._store.articles([one for one in wanted if one not in self._read])
        hashed = hash_texts([article.text for article in fresh.values()])
        self.take(fresh, hashed.words.tolist(), exact.digests(list(fresh.values()), hashed))
        return {number: self._read[number] for number in wanted}
