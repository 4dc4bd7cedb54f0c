"""The articles of some clusters as the hierarchy that a batch makes of a corpus: kept copies, and what reports read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cleaner.article_store import ArticleStore
from cleaner.collapse.checkpoints import Checkpoints
from cleaner.collapse.hierarchy import Hierarchy
from cleaner.collapse.levels import order
from cleaner.collapse.near import NearIndex
from cleaner.collapse.pair_scores import MAY_BE_ONE_EVENT
from cleaner.collapse.ragged import Ragged
from cleaner.collapse.text_hashes import TextHashes
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


def hierarchy_of(store: Store, settings: Settings, clusters: Iterable[int], choose: bool = True) -> Clustered:
    """Read all records of these clusters, with the groups of exact and near copies that they are in.

    Without ``choose`` each cluster keeps the copy that the manifest names.
    """
    wanted = sorted(clusters)
    query = "SELECT r.number, t.number, t.cluster, t.version FROM records r JOIN texts t ON t.number = r.text"
    found = {record: rest for record, *rest in store.rows(f"{query} WHERE t.cluster IN (?)", wanted)}
    hierarchy, records = _exact(store, settings, {record: text for record, (text, _, _) in found.items()})
    texts, of_record = ([found[record][column] for record in records] for column in (0, 1))
    if settings.level != "exact":
        rows = sorted(set(hierarchy.exact_of))
        near = _near(store, [found[records[row]][2] for row in rows])
        kept: set[int] = set()
        if choose:
            hierarchy.mapped, hierarchy.checkpoints = store.mapped, store.kept
        else:
            heads = {head for (head,) in store.rows("SELECT head FROM clusters WHERE number IN (?)", wanted)}
            kept = {i for i, record in enumerate(records) if record in heads}
        hierarchy.take_copies(near, rows, [of_record[row] for row in rows], kept)
    return Clustered(hierarchy, records, texts, of_record)


def near_of_versions(store: Store, versions: Sequence[int], settings: Settings) -> NearIndex:
    """Near copies among these versions, each read as the record that its exact copies keep."""
    text_of = dict(store.rows("SELECT version, number FROM texts WHERE version IN (?)", versions))
    kept = _kept(store, set(text_of.values()), settings)
    return _near(store, versions, [kept[text_of[version]] for version in versions])


def without_other_facts(
    store: Store, left: np.ndarray, right: np.ndarray, score: np.ndarray, kept: Checkpoints | None = None
) -> np.ndarray:
    """The scores of pairs of reports, 0 for those that tell different things (``NearIndex.without_other_facts``)."""
    likely = score >= MAY_BE_ONE_EVENT  # only these are read
    nodes = np.union1d(left[likely], right[likely])
    query = "SELECT c.report, c.head, t.version FROM clusters c JOIN records r ON r.number = c.head JOIN texts t "
    known = store.rows(f"{query} ON t.number = r.text WHERE c.report IN (?)", nodes.tolist())
    place = {report: (record, version) for report, record, version in known if version is not None}
    every = [place.get(node, (-1, None)) for node in nodes.tolist()]
    near = _near(store, [version for _, version in every], [record for record, _ in every])
    return near.without_other_facts(np.searchsorted(nodes, left), np.searchsorted(nodes, right), score, kept)


def _near(store: Store, versions: Sequence[int | None], records: Sequence[int] = ()) -> NearIndex:
    """What was signed of some texts, None for nothing; the records that stand for them are read when asked for."""

    def articles(wanted: Sequence[int]) -> Iterator[Article]:
        read = store.articles(sorted({records[row] for row in wanted}))
        return (read[records[row]] for row in wanted)

    known = cores_of(store, sorted({version for version in versions if version is not None}))
    none = np.empty(0, np.uint32), np.empty(0, np.uint32)
    every = [none if version is None else known[version] for version in versions]
    return NearIndex.restored([own for _, own in every], [core for core, _ in every], articles if records else None)


def _exact(store: Store, settings: Settings, text_of: Mapping[int, int]) -> tuple[Hierarchy, list[int]]:
    """Records, of each of which the text is given, with the groups of those that have one; in the order of a batch."""
    read = store.readings(text_of)
    records = sorted(text_of, key=lambda record: order(read[record][0]))
    words = np.array([read[record][1] for record in records], dtype=np.int64)
    signed = TextHashes(words, b"", Ragged.of([]))
    hierarchy = Hierarchy.of_articles(ArticleStore([read[record][0] for record in records]), settings, signed)
    holders: dict[int, list[int]] = {}
    for place, record in enumerate(records):
        holders.setdefault(text_of[record], []).append(place)
    hierarchy.take_exact([group for group in holders.values() if len(group) > 1])
    return hierarchy, records


def _kept(store: Store, texts: Collection[int], settings: Settings) -> dict[int, int]:
    """By text, the record that is kept of those that have it."""
    text_of = dict(store.rows("SELECT number, text FROM records WHERE text IN (?)", sorted(texts)))
    number = Counter(text_of.values())
    several = {record: text for record, text in text_of.items() if number[text] > 1}
    hierarchy, records = _exact(store, settings, several)
    heads = {records[head] for head in hierarchy.exact_of}
    return {text: record for record, text in text_of.items() if number[text] == 1 or record in heads}
