"""Records and their texts: what a run adds, and which texts lose their last record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from cleaner.article_store import ArticleStore
from cleaner.collapse import sketch, templates, text_hashes
from cleaner.collapse.exact import DIGEST_BYTES, MIN_WORDS
from cleaner.collapse.ragged import Ragged
from cleaner.index import layout
from cleaner.index.kept_links import Linked
from cleaner.index.manifest import take_numbers
from cleaner.index.new_records import Batch
from cleaner.index.segment import Segment
from cleaner.index.store import Store, pack_article, text_key
from cleaner.records import Article


@dataclass(slots=True)
class Added:
    """What came into the index, and what it took away."""

    records: dict[int, Article] = field(default_factory=dict)
    """New records by number."""
    texts: list[int] = field(default_factory=list)
    """New texts."""
    grown: set[int] = field(default_factory=set)
    """Old texts that got or lost a record and still have one."""
    gone: list[int] = field(default_factory=list)
    """Texts that lost their last record."""
    left_stories: set[int] = field(default_factory=set)
    """Stories that a record was in which was replaced or taken out."""
    left_clusters: set[int] = field(default_factory=set)


def add_records(
    store: Store, segment: Segment, articles: Sequence[Article], batch: Batch, linked: Linked
) -> Added:
    """Write new records and the texts that no old record has. Old versions of records go, and those taken out.

    A record that links keep from those that have its text gets another with the same words.
    """
    added = Added()
    replaced = [batch.replaced[article.id] for article in articles if article.id in batch.replaced]
    touched = _remove(store, [*replaced, *batch.removed.values()], added)
    mapped = store.kept.mapped("words", store.mapped, text_hashes.FORM)
    found = text_hashes.TextHashes.of(ArticleStore(articles), mapped=mapped)
    words = found.words.tolist()
    each = [found.digests[at : at + DIGEST_BYTES] for at in range(0, len(found.digests), DIGEST_BYTES)]
    digests = [None if own < MIN_WORDS else digest for own, digest in zip(words, each, strict=True)]
    query = "SELECT digest, number FROM texts WHERE digest IN (?)"
    texts_of: dict[bytes, list[int]] = {}
    for digest, number in sorted(store.rows(query, sorted({one for one in digests if one}))):
        texts_of.setdefault(digest, []).append(number)
    known = {number for numbers in texts_of.values() for number in numbers}
    held = linked.texts()
    numbers = take_numbers(store.sql, "record", len(articles))
    new_texts: list[tuple[int, bytes | None, bytes | None]] = []
    hashes: list[np.ndarray] = []
    places: list[int] = []
    for article, own, digest in zip(articles, found.shingles, digests, strict=True):
        same = texts_of.setdefault(digest, []) if digest else []
        place = next((one for one in same if held.may_have(article.id, one)), None)
        if place is None:
            place = take_numbers(store.sql, "text", 1)[0]
            new_texts.append((place, digest, text_key(article.site) if article.site else None))
            hashes.append(own)
            same.append(place)
        elif place in known:
            touched.add(place)
        held.take(article.id, place)
        places.append(place)
    store.sql.executemany("INSERT INTO texts(number, digest, site) VALUES (?, ?, ?)", new_texts)
    store.sql.executemany(
        "INSERT INTO records VALUES (?, ?, ?, ?, ?)",
        [
            (number, text_key(one.id), text_key(batch.base[one.id]), batch.content[one.id], place)
            for number, one, place in zip(numbers, articles, places, strict=True)
        ],
    )
    added.records = dict(zip(numbers, articles, strict=True))
    store.take(added.records, words)
    added.texts = [place for place, _, _ in new_texts]
    query = "SELECT DISTINCT text FROM records WHERE text IN (?)"
    added.grown = {text for (text,) in store.rows(query, sorted(touched))}
    added.gone = sorted(touched - added.grown)
    _put(segment, added, found.words, hashes)
    return added


def _remove(store: Store, replaced: Sequence[int], added: Added) -> set[int]:
    """Take old records out; returns the texts they had."""
    touched = {text for (text,) in store.rows("SELECT text FROM records WHERE number IN (?)", replaced)}
    query = "SELECT DISTINCT c.number, c.story FROM texts t JOIN clusters c ON c.number = t.cluster"
    for cluster, story in store.rows(f"{query} WHERE t.number IN (?)", sorted(touched)):
        added.left_clusters.add(cluster)
        if story is not None:
            added.left_stories.add(story)
    store.sql.executemany("DELETE FROM records WHERE number = ?", [(number,) for number in replaced])
    store.bury("record", replaced)
    return touched


def _put(segment: Segment, added: Added, words: np.ndarray, hashes: Sequence[np.ndarray]) -> None:
    texts = np.array(added.texts, dtype=np.uint32)
    samples = sketch.samples(templates.distinct(Ragged.of(hashes)))
    packed = Ragged.of([np.frombuffer(pack_article(article), np.uint8) for article in added.records.values()])
    segment.put(layout.table("record", number=np.array(list(added.records)), words=words, bytes=packed))
    segment.put(layout.table("text", number=texts, hashes=Ragged.of(hashes)))
    segment.put(layout.table("sample", key=samples.values, holder=texts[samples.rows()]))
