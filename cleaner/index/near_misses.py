"""The near misses of what a run brought to an index (see ``cleaner.collapse.close_pairs``)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from typing import Literal

import numpy as np

from cleaner.collapse.close_pairs import Close, closest
from cleaner.collapse.links import Links
from cleaner.collapse.near import Scored
from cleaner.index.segment import Segment
from cleaner.index.store import Store, key_text, text_key
from cleaner.records import ClosePair

_Level = Literal["near", "event"]
_OF: dict[_Level, str] = {
    "near": "SELECT t.version, min(r.id), c.story FROM texts t JOIN records r ON r.text = t.number "
    "JOIN clusters c ON c.number = t.cluster WHERE t.version IN (?) GROUP BY t.version",
    "event": "SELECT c.report, r.id, c.story FROM clusters c JOIN records r ON r.number = c.head WHERE c.report IN (?)",
}
"""By kind of pairs: number, id of the record that stands for it, and story."""
_NEW: dict[_Level, str] = {"near": "version", "event": "report"}


def close_pairs(store: Store, segment: Segment, thresholds: Mapping[str, float]) -> Iterator[ClosePair]:
    """The near misses of the segment's versions and reports."""
    story_of: dict[bytes, int] = {}
    found: list[tuple[_Level, np.ndarray, np.ndarray, list[bytes], Scored]] = []
    for level, name in _NEW.items():
        if level not in thresholds or not segment.holds(name):
            continue
        new = segment.get(f"{name}_number").astype(np.int64)
        pairs = store.pairs_of(level, new)
        rows = {row[0]: row[1:] for row in store.rows(_OF[level], np.union1d(pairs.left, pairs.right).tolist())}
        nodes = np.array(sorted(rows), np.int64)
        found.append((level, new, nodes, [rows[node][0] for node in nodes.tolist()], pairs))
        story_of |= dict(rows.values())
    canonicals = _canonicals(store, {story for story in story_of.values() if story is not None})
    names = sorted(story_of)
    stories = np.array([story if (story := story_of[name]) in canonicals else -1 for name in names], np.int64)
    close: list[Close] = []
    for level, new, nodes, ids, pairs in found:
        places = np.array([bisect_left(names, name) for name in ids], np.int64)
        close += closest(level, places, pairs.among(nodes), stories, thresholds[level], np.isin(nodes, new))
    wanted = sorted({names[place] for one in close for place in (one.left, one.right)})
    number_of = dict(store.rows("SELECT id, number FROM records WHERE id IN (?)", wanted))
    articles = store.articles(sorted(number_of.values()))
    for one in close:
        sides = [articles[number_of[names[place]]] for place in (one.left, one.right)]
        into = [key_text(canonicals[int(stories[place])]) for place in (one.left, one.right)]
        yield ClosePair(sides[0], sides[1], *one[2:], *into)


def _canonicals(store: Store, stories: set[int]) -> dict[int, bytes]:
    """By story that satisfies what is required of one, the id of its canonical."""
    query = "SELECT s.number, r.id FROM stories s JOIN records r ON r.number = s.canonical WHERE s.fits"
    return dict(store.rows(f"{query} AND s.number IN (?)", sorted(stories)))


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
