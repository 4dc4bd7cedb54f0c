"""Near copies over the whole index: new versions compared with all, touched components linked anew.

What the level near does with a corpus (``collapse.near``) is done here with what hangs together with the new versions.
Scores are those of the time when a pair was compared.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from cleaner.collapse.bands import code, decoded, pairs_inside
from cleaner.collapse.checkpoints import Arrays, Checkpoints
from cleaner.collapse.components import components, join
from cleaner.collapse.linkage import average_link
from cleaner.collapse.near import Scored
from cleaner.collapse.pair_scores import DEFAULT_THRESHOLD, HELD_TOGETHER
from cleaner.index import layout
from cleaner.index.hierarchy import near_of_versions
from cleaner.index.kept_links import Linked
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
    named = {row.version for row in linked.rows() if row.version is not None}
    seeds = set(versions.numbers.tolist()) | versions.loosened | named
    nodes, pairs = store.reach("near", seeds, min(HELD_TOGETHER, least))
    close = pairs.at(pairs.score > HELD_TOGETHER)
    small, large = components(len(nodes), np.searchsorted(nodes, close.left), np.searchsorted(nodes, close.right))
    inside = np.concatenate([np.empty(0, np.int64), *pairs_inside([nodes[part] for part in small])])
    missing = np.setdiff1d(inside, code(pairs.left, pairs.right))  # an absent pair would count as unlike
    if len(missing):
        added = _kept(store, settings, "inside", lambda: decoded(missing))
        segment.put(layout.pairs("near", Scored.joined([fresh, added])))
        pairs = Scored.joined([pairs, added])
    text_of = dict(store.rows("SELECT version, number FROM texts WHERE version IN (?)", nodes.tolist()))
    ordered = _in_order(store, text_of)
    alike = pairs.at(pairs.score != 0).among(ordered)
    labels = average_link(len(nodes), *alike, least)
    compared = code(pairs.left, pairs.right)

    def similar(codes: np.ndarray) -> Scored:
        """Pairs of rows as they were scored, or are now."""
        ends = np.sort([ordered[side] for side in decoded(codes)], axis=0)
        wanted = code(ends[0], ends[1])
        anew = _scored(store, settings, *decoded(np.setdiff1d(wanted, compared)))
        found = Scored.joined([pairs.at(np.isin(compared, wanted)), anew])
        return found.at(found.score != 0).among(ordered)

    for part in large:
        join(np.flatnonzero(np.isin(ordered, nodes[part])), labels, least, similar)
    divided = linked.divided(labels, ordered, lambda row: row.version, alike, least)
    groups: dict[int, list[int]] = {}
    for node, label in zip(ordered.tolist(), divided, strict=True):
        groups.setdefault(label, []).append(text_of[node])
    return [sorted(group) for group in groups.values()]


def _kept(store: Store, settings: Settings, stage: str, pairs: Callable[[], tuple[np.ndarray, np.ndarray]]) -> Scored:
    """Pairs with what verification makes of them, a stage of the run."""

    def make() -> Arrays:
        return _scored(store, settings, *pairs(), store.kept)._asdict()

    return Scored(**store.kept.result(stage, make))


def _scored(
    store: Store, settings: Settings, left: np.ndarray, right: np.ndarray, kept: Checkpoints | None = None
) -> Scored:
    """Pairs with what verification makes of them."""
    nodes = np.union1d(left, right)
    near = near_of_versions(store, nodes.tolist(), settings)
    return Scored(left, right, near.scored(np.searchsorted(nodes, left), np.searchsorted(nodes, right), kept))


def _in_order(store: Store, text_of: dict[int, int]) -> np.ndarray:
    """Versions in the order of the ids of their records, as a batch has them: it decides between equals."""
    query = "SELECT text, min(id) FROM records WHERE text IN (?) GROUP BY text"
    first = dict(store.rows(query, sorted(set(text_of.values()))))
    return np.array(sorted(text_of, key=lambda node: first[text_of[node]]), dtype=np.int64)
