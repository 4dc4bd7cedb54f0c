"""Near copies over the whole index: new versions compared with all, touched components linked anew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from cleaner.collapse import bands
from cleaner.collapse.comparing import DEFAULT_THRESHOLD, HELD_TOGETHER
from cleaner.collapse.linkage import average_link
from cleaner.collapse.near import FULL_COMPONENT, MAX_CLUSTERS
from cleaner.index import layout
from cleaner.index.differing import of_versions
from cleaner.index.layout import Pairs
from cleaner.index.linked import Linked
from cleaner.index.segment import Segment
from cleaner.index.store import Store
from cleaner.index.versions import Versions, candidates
from cleaner.settings import Settings

_WIDE = np.int64(2**32)


def copy_groups(
    store: Store, segment: Segment, versions: Versions, settings: Settings, linked: Linked
) -> list[list[int]]:
    """Groups of texts that are near copies, of all that the new versions and the ended ones touch.

    Scores are those of the time when a pair was compared; they are kept in the segment.
    """
    least = settings.near_threshold or DEFAULT_THRESHOLD
    fresh = _scored(store, *candidates(store, segment, versions), settings)
    segment.put(layout.pairs("near", fresh))
    seeds = set(versions.numbers.tolist()) | versions.loosened
    nodes, pairs = store.reach("near", seeds, min(HELD_TOGETHER, least))
    parts = _components(nodes, pairs)
    if len(codes := np.unique(np.concatenate([np.empty(0, np.int64), *_missing(parts, pairs)]))):
        missing = _scored(store, codes // _WIDE, codes % _WIDE, settings)
        segment.put(layout.pairs("near", Pairs.joined([fresh, missing])))
        pairs = Pairs.joined([pairs, missing])
    nodes = _in_order(store, nodes)
    labels = _linked(nodes, pairs, least)
    for part in parts:
        if len(part) > FULL_COMPONENT:
            _join_first(store, nodes, labels, part, pairs, settings)
    if linked:
        inside = _inside(nodes, pairs)
        labels = np.array(linked.divided(labels.tolist(), nodes, lambda row: row.version, inside, least), np.int64)
    return _texts(store, nodes, labels)


def _coded(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    coded: np.ndarray = left.astype(np.int64) * _WIDE + right
    return coded


def _components(nodes: np.ndarray, pairs: Pairs) -> list[np.ndarray]:
    """Versions that hang together by pairs with much in common, each component ascending."""
    if not len(nodes):
        return []
    close = pairs.score > HELD_TOGETHER
    left, right = np.searchsorted(nodes, pairs.left[close]), np.searchsorted(nodes, pairs.right[close])
    graph = coo_matrix((np.ones(len(left), np.int8), (left, right)), shape=(len(nodes), len(nodes)))
    _, label = connected_components(graph, directed=False)
    order = np.argsort(label, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(label[order]) != 0])
    return [nodes[part] for part in np.split(order, starts[1:])]


def _missing(parts: Sequence[np.ndarray], pairs: Pairs) -> Iterable[np.ndarray]:
    """Pairs inside small components that were never compared: absent ones would count as unlike."""
    compared = _coded(pairs.left, pairs.right)
    for part in parts:
        if 2 < len(part) <= FULL_COMPONENT:
            yield np.setdiff1d(_coded(*bands.all_pairs(part)), compared)


def _scored(store: Store, left: np.ndarray, right: np.ndarray, settings: Settings) -> Pairs:
    """Pairs with what verification makes of them."""
    nodes = np.union1d(left, right)
    near = of_versions(store, nodes.tolist(), settings)
    return Pairs(left, right, near.scored(np.searchsorted(nodes, left), np.searchsorted(nodes, right)))


def _in_order(store: Store, nodes: np.ndarray) -> np.ndarray:
    """Versions in the order of the ids of their records, as a batch has them: it decides between equals."""
    text_of = _text_of(store, nodes)
    query = "SELECT text, min(id) FROM records WHERE text IN (?) GROUP BY text"
    first = dict(store.rows(query, sorted(set(text_of.values()))))
    return np.array(sorted(nodes.tolist(), key=lambda node: first[text_of[node]]), dtype=np.int64)


def _text_of(store: Store, nodes: np.ndarray) -> dict[int, int]:
    return dict(store.rows("SELECT version, number FROM texts WHERE version IN (?)", nodes.tolist()))


def _linked(nodes: np.ndarray, pairs: Pairs, threshold: float) -> np.ndarray:
    """Label of each node, by average link over the pairs that say anything and lie within the nodes."""
    return average_link(len(nodes), *_inside(nodes, pairs), threshold)


def _inside(nodes: np.ndarray, pairs: Pairs) -> Pairs:
    """The pairs of these nodes that are alike at all or found to differ, by places among them."""
    order = np.argsort(nodes)
    inside = (pairs.score != 0) & np.isin(pairs.left, nodes) & np.isin(pairs.right, nodes)
    left = order[np.searchsorted(nodes[order], pairs.left[inside])]
    right = order[np.searchsorted(nodes[order], pairs.right[inside])]
    return Pairs(left, right, pairs.score[inside])


def _join_first(
    store: Store, nodes: np.ndarray, labels: np.ndarray, part: np.ndarray, known: Pairs, settings: Settings
) -> None:
    """Compare the first of each cluster of a large component with the others' first, as the batch does."""
    members = np.flatnonzero(np.isin(nodes, part))
    first = np.unique(labels[members])
    if not 1 < len(first) <= MAX_CLUSTERS:
        return
    heads = nodes[first]
    ascending = np.sort(heads)
    codes = _coded(*bands.all_pairs(ascending))
    compared = _coded(known.left, known.right)
    old = np.isin(compared, codes)
    fresh = np.setdiff1d(codes, compared[old])
    again = _scored(store, fresh // _WIDE, fresh % _WIDE, settings)
    pairs = Pairs(*(np.r_[a[old], b] for a, b in zip(known, again, strict=True)))
    joined = first[_linked(heads, pairs, settings.near_threshold or DEFAULT_THRESHOLD)]
    labels[members] = joined[np.searchsorted(first, labels[members])]


def _texts(store: Store, nodes: np.ndarray, labels: np.ndarray) -> list[list[int]]:
    text_of = _text_of(store, nodes)
    groups: dict[int, list[int]] = {}
    for node, label in zip(nodes.tolist(), labels.tolist(), strict=True):
        groups.setdefault(label, []).append(text_of[node])
    return [sorted(group) for group in groups.values()]
