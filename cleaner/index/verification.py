"""What the decision on differences reads in an index: the records that stand for some texts, with their hashes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from cleaner.article_store import ArticleStore
from cleaner.collapse.comparing import MAY_BE_ONE_EVENT
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


def of_versions(store: Store, versions: Sequence[int], settings: Settings) -> NearIndex:
    """Near copies among these versions, each read as the record that its exact copies keep."""
    found = cores_of(store, versions)
    texts = [found[number][0] for number in versions]
    records = _kept(store, texts, settings)
    rows = [found[number][1:] for number in versions]
    return _near(store, rows, [records[text] for text in texts])


def without_other_facts(store: Store, left: np.ndarray, right: np.ndarray, score: np.ndarray) -> np.ndarray:
    """The scores of pairs of reports, 0 for those that tell different things (``NearIndex.without_other_facts``)."""
    likely = score >= MAY_BE_ONE_EVENT  # only these are read
    nodes = np.union1d(left[likely], right[likely])
    query = "SELECT c.report, c.head, t.version FROM clusters c JOIN records r ON r.number = c.head JOIN texts t "
    known = store.rows(f"{query} ON t.number = r.text WHERE c.report IN (?)", nodes.tolist())
    place = {report: (record, version) for report, record, version in known if version is not None}
    cores = cores_of(store, sorted({version for _, version in place.values()}))
    empty = np.empty(0, np.uint32)
    rows, records = [], []
    for node in nodes.tolist():
        record, version = place.get(node, (-1, None))
        rows.append((empty, empty) if version is None else cores[version][1:])
        records.append(record)
    near = _near(store, rows, records)
    return near.without_other_facts(np.searchsorted(nodes, left), np.searchsorted(nodes, right), score)


def _near(store: Store, rows: Sequence[tuple[np.ndarray, np.ndarray]], records: Sequence[int]) -> NearIndex:
    """Of texts by core and hashes in text order; their records are read when they are asked for."""

    def articles(wanted: Sequence[int]) -> Iterator[Article]:
        read = store.articles(sorted({records[row] for row in wanted}))
        return (read[records[row]] for row in wanted)

    return NearIndex.restored([ordered for _, ordered in rows], [core for core, _ in rows], articles)


def _kept(store: Store, texts: Sequence[int], settings: Settings) -> dict[int, int]:
    """By text, the record that is kept of those that have it."""
    holders: dict[int, list[int]] = {}
    for record, text in store.rows("SELECT number, text FROM records WHERE text IN (?)", sorted(set(texts))):
        holders.setdefault(text, []).append(record)
    kept = {text: records[0] for text, records in holders.items()}
    several = sorted(record for records in holders.values() if len(records) > 1 for record in records)
    if not several:
        return kept
    read = store.articles(several)
    several.sort(key=lambda record: order(read[record]))
    place = {record: at for at, record in enumerate(several)}
    articles = [read[record] for record in several]
    words = hash_texts([article.text for article in articles]).words
    hierarchy = Hierarchy.of_articles(ArticleStore(articles), settings, Signed(words, b"", Ragged.of([])))
    hierarchy.take_exact([sorted(place[one] for one in records) for records in holders.values() if len(records) > 1])
    for text, records in holders.items():
        if len(records) > 1:
            kept[text] = several[hierarchy.exact_of[place[records[0]]]]
    return kept
