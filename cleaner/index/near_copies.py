"""Near copies over the whole index: new versions compared with all, touched components linked anew.

What the level near does with a corpus (``collapse.near``) is done here with what hangs together with the new versions.
Scores are those of the time when a pair was compared.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from cleaner.collapse.bands import all_pairs, code, decoded
from cleaner.collapse.checkpoints import Arrays, Checkpoints
from cleaner.collapse.comparing import DEFAULT_THRESHOLD, HELD_TOGETHER
from cleaner.collapse.linkage import average_link
from cleaner.collapse.near import MAX_CLUSTERS, components
from cleaner.index import layout
from cleaner.index.hierarchy import near_of_versions
from cleaner.index.kept_links import Linked
from cleaner.index.layout import Pairs
from cleaner.index.segment import Segment
from cleaner.index.signatures import Versions, candidates
from cleaner.index.store import Store
from cleaner.settings import Settings


def copy_groups(
    store: Store, segment: Segment, versions: Versions, settings: Settings, linked: Linked
) -> list[list[int]]:
    """Groups of texts that are near copies, of all that the new versions and the ended ones touch."""
    least = settings.near_threshold or DEFAULT_THRESHOLD
    fresh = _kept(store, settings, "pairs", lambda: candidates(store, segment, versions))
    segment.put(layout.pairs("near", fresh))
    seeds = set(versions.numbers.tolist()) | versions.loosened
    nodes, pairs = store.reach("near", seeds, min(HELD_TOGETHER, least))
    close = pairs.at(pairs.score > HELD_TOGETHER)
    small, large = components(len(nodes), np.searchsorted(nodes, close.left), np.searchsorted(nodes, close.right))
    inside = np.concatenate([np.empty(0, np.int64), *(code(*all_pairs(nodes[part])) for part in small)])
    missing = np.setdiff1d(inside, code(pairs.left, pairs.right))  # an absent pair would count as unlike
    if len(missing):
        added = _kept(store, settings, "inside", lambda: decoded(missing))
        segment.put(layout.pairs("near", Pairs.joined([fresh, added])))
        pairs = Pairs.joined([pairs, added])
    text_of = dict(store.rows("SELECT version, number FROM texts WHERE version IN (?)", nodes.tolist()))
    ordered = _in_order(store, text_of)
    labels = average_link(len(nodes), *_within(ordered, pairs), least)
    for part in large:
        _join_first(store, ordered, labels, nodes[part], pairs, settings)
    if linked:
        among = _within(ordered, pairs)
        divided = linked.divided(labels.tolist(), ordered, lambda row: row.version, among, least)
        labels = np.array(divided, np.int64)
    groups: dict[int, list[int]] = {}
    for node, label in zip(ordered.tolist(), labels.tolist(), strict=True):
        groups.setdefault(label, []).append(text_of[node])
    return [sorted(group) for group in groups.values()]


def _kept(store: Store, settings: Settings, stage: str, pairs: Callable[[], tuple[np.ndarray, np.ndarray]]) -> Pairs:
    """Pairs with what verification makes of them, a stage of the run."""

    def make() -> Arrays:
        return _scored(store, settings, *pairs(), store.kept)._asdict()

    return Pairs(**store.kept.result(stage, make))


def _scored(
    store: Store, settings: Settings, left: np.ndarray, right: np.ndarray, kept: Checkpoints | None = None
) -> Pairs:
    """Pairs with what verification makes of them."""
    nodes = np.union1d(left, right)
    near = near_of_versions(store, nodes.tolist(), settings)
    return Pairs(left, right, near.scored(np.searchsorted(nodes, left), np.searchsorted(nodes, right), kept))


def _in_order(store: Store, text_of: dict[int, int]) -> np.ndarray:
    """Versions in the order of the ids of their records, as a batch has them: it decides between equals."""
    query = "SELECT text, min(id) FROM records WHERE text IN (?) GROUP BY text"
    first = dict(store.rows(query, sorted(set(text_of.values()))))
    return np.array(sorted(text_of, key=lambda node: first[text_of[node]]), dtype=np.int64)


def _within(nodes: np.ndarray, pairs: Pairs) -> Pairs:
    """The pairs of these nodes that are alike at all or found to differ, by places among them."""
    order = np.argsort(nodes)
    inside = pairs.at((pairs.score != 0) & np.isin(pairs.left, nodes) & np.isin(pairs.right, nodes))
    left, right = (order[np.searchsorted(nodes[order], side)] for side in inside[:2])
    return Pairs(left, right, inside.score)


def _join_first(
    store: Store, nodes: np.ndarray, labels: np.ndarray, part: np.ndarray, known: Pairs, settings: Settings
) -> None:
    """Compare the first of each cluster of a large component with the others' first, as the batch does."""
    members = np.flatnonzero(np.isin(nodes, part))
    first = np.unique(labels[members])
    if not 1 < len(first) <= MAX_CLUSTERS:
        return
    codes = code(*all_pairs(np.sort(nodes[first])))
    compared = code(known.left, known.right)
    old = np.isin(compared, codes)
    fresh = _scored(store, settings, *decoded(np.setdiff1d(codes, compared[old])))
    pairs = _within(nodes[first], Pairs.joined([known.at(old), fresh]))
    joined = first[average_link(len(first), *pairs, settings.near_threshold or DEFAULT_THRESHOLD)]
    labels[members] = joined[np.searchsorted(first, labels[members])]
