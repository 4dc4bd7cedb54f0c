"""The near misses of what a run brought to an index (see ``cleaner.collapse.closest``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

import numpy as np

from cleaner.collapse.closest import Close, closest
from cleaner.collapse.links import Links
from cleaner.index.layout import Pairs
from cleaner.index.segment import Segment
from cleaner.index.store import Store, key_text, text_key
from cleaner.records import ClosePair

_OF = {
    "near": "SELECT t.version, min(r.id), c.story FROM texts t JOIN records r ON r.text = t.number "
    "JOIN clusters c ON c.number = t.cluster WHERE t.version IN (?) GROUP BY t.version",
    "event": "SELECT c.report, r.id, c.story FROM clusters c JOIN records r ON r.number = c.head WHERE c.report IN (?)",
}
"""By kind of pairs: number, id of the record that stands for it, and story."""
_NEW = {"near": "version_number", "event": "report_number"}


class _Canonical(NamedTuple):
    id: bytes
    fits: bool


def close_pairs(store: Store, segment: Segment, thresholds: Mapping[str, float]) -> Iterator[ClosePair]:
    """The near misses of the segment's versions and reports."""
    ids: dict[bytes, int] = {}
    stories: dict[int, int] = {}
    found: list[tuple[Literal["near", "event"], np.ndarray, Pairs, np.ndarray]] = []
    levels: tuple[Literal["near", "event"], ...] = ("near", "event")
    for level in levels:
        if level not in thresholds or _NEW[level] not in segment:
            continue
        new = segment.get(_NEW[level]).astype(np.int64)
        pairs = store.pairs_of(level, new)
        scored = ~np.isnan(pairs.score)
        pairs = Pairs(*(column[scored] for column in pairs))
        nodes = np.union1d(pairs.left, pairs.right)
        rows = {number: (name, story) for number, name, story in store.rows(_OF[level], nodes.tolist())}
        nodes = np.array([node for node in nodes.tolist() if node in rows], np.int64)
        for name, story in rows.values():
            ids.setdefault(name, len(ids))
            stories[ids[name]] = -1 if story is None else story
        places = np.array([ids[rows[node][0]] for node in nodes.tolist()], np.int64)
        known = np.isin(pairs.left, nodes) & np.isin(pairs.right, nodes)
        pairs = Pairs(*(column[known] for column in pairs))
        inside = Pairs(np.searchsorted(nodes, pairs.left), np.searchsorted(nodes, pairs.right), pairs.score)
        found.append((level, places, inside, np.isin(nodes, new)))
    names = list(ids)
    by_id = np.argsort(np.argsort(np.array(names, dtype=object))) if names else np.empty(0, np.int64)
    canonicals = _canonicals(store, set(stories.values()))
    story_of = np.full(len(names), -1, np.int64)
    for place, story in stories.items():
        story_of[by_id[place]] = story if story in canonicals and canonicals[story].fits else -1
    close: list[Close] = []
    for level, places, pairs, asked in found:
        close += closest(level, by_id[places], pairs, story_of, thresholds[level], asked)
    yield from _pairs(store, close, sorted(names), story_of, canonicals)


def _canonicals(store: Store, stories: set[int]) -> dict[int, _Canonical]:
    query = "SELECT s.number, r.id, s.fits FROM stories s JOIN records r ON r.number = s.canonical"
    rows = store.rows(f"{query} WHERE s.number IN (?)", sorted(stories))
    return {number: _Canonical(name, bool(fits)) for number, name, fits in rows}


def _pairs(
    store: Store, close: list[Close], names: list[bytes], story_of: np.ndarray, canonicals: Mapping[int, _Canonical]
) -> Iterator[ClosePair]:
    wanted = sorted({names[place] for one in close for place in (one.left, one.right)})
    number_of = dict(store.rows("SELECT id, number FROM records WHERE id IN (?)", wanted))
    articles = store.articles(sorted(number_of.values()))
    for one in close:
        sides = [articles[number_of[names[place]]] for place in (one.left, one.right)]
        into = [key_text(canonicals[int(story_of[place])].id) for place in (one.left, one.right)]
        yield ClosePair(sides[0], sides[1], *one[2:], *into)


def link_pairs(store: Store, links: Links) -> Iterator[ClosePair]:
    """Links as close decisions: those of which the index has both records, in stories that it tells of."""
    keys = sorted({text_key(name) for link in links.links for name in (link.left, link.right)})
    query = (
        "SELECT r.id, r.number, h.id FROM records r JOIN texts t ON t.number = r.text JOIN clusters c "
        "ON c.number = t.cluster JOIN stories s ON s.number = c.story JOIN records h ON h.number = s.canonical "
        "WHERE s.fits AND r.id IN (?)"
    )
    found = {key_text(name): (number, key_text(into)) for name, number, into in store.rows(query, keys)}
    articles = store.articles(sorted(number for number, _ in found.values()))
    for link in links.links:
        if link.left in found and link.right in found:
            left, right = found[link.left], found[link.right]
            sides = articles[left[0]], articles[right[0]]
            yield ClosePair(*sides, link.same is True, "link", None, None, left[1], right[1])
