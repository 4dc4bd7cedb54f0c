"""The event threshold of an index: as the user set it, or as the scores of all pairs that stand adapt it.

All stories of an index are linked from one threshold. While the adapted one hardly moves, the index keeps
the one that it was linked from; when it has moved away, everything is linked anew from the kept scores.
"""

from __future__ import annotations

import numpy as np

from cleaner.collapse.event import adapted_threshold, count_scores
from cleaner.collapse.event.candidates import BEST
from cleaner.collapse.near import DEFAULT_THRESHOLD
from cleaner.collapse.signing.vectorised import finalise
from cleaner.index import manifest
from cleaner.index.store import Store
from cleaner.settings import Settings

DRIFT = 0.015
"""How far the adapted threshold, which moves in steps of 0.01, may be from the one that is used."""
SAMPLE = 2_000
"""Reports whose pairs are counted, those with the smallest hashes of their numbers: the threshold of a larger
index is estimated to about half a step."""
_SCALE = 1_000_000
_USED = "threshold"
"""Counter that holds the used threshold, in millionths."""


def used(store: Store, settings: Settings) -> float:
    """The threshold that the stories of the index are linked from."""
    if settings.event_threshold:
        return settings.event_threshold
    stored = manifest.counter(store.sql, _USED)
    return stored / _SCALE if stored else _adapted(store, settings)


def by_level(store: Store, settings: Settings) -> dict[str, float]:
    """From which scores on copies (``near``) and reports (``event``) are linked, as far as the level goes."""
    found: dict[str, float] = {}
    if settings.level != "exact":
        found["near"] = settings.near_threshold or DEFAULT_THRESHOLD
    if settings.level == "event":
        found["event"] = used(store, settings)
    return found


def moved(store: Store, settings: Settings) -> bool:
    """Adapt the threshold; whether it moved, so that everything must be linked anew."""
    if settings.event_threshold:
        return False
    stored = manifest.counter(store.sql, _USED)
    found = _adapted(store, settings)
    if stored and abs(found - stored / _SCALE) <= DRIFT:
        return False
    manifest.set_counter(store.sql, _USED, round(found * _SCALE))
    return bool(stored)


def _adapted(store: Store, settings: Settings) -> float:
    """The threshold that follows from the pairs of a sample of the reports.

    An index keeps more pairs than a batch would find: those of the time when a report had fewer rivals. Only
    pairs that are still among the best of one of their reports count, as in a batch.
    """
    query = "SELECT report FROM clusters WHERE report IS NOT NULL"
    reports = np.array([number for (number,) in store.sql.execute(query)], dtype=np.int64)
    sample = np.sort(reports[np.argsort(finalise(reports.astype(np.uint32)), kind="stable")[:SAMPLE]])
    scored, alike = store.pairs_of("event", sample), store.pairs_of("event", sample, "likeness")
    nodes = np.union1d(alike.left, alike.right)
    floor = _worst_best(store, nodes)
    counted = alike.score >= np.minimum(*(floor[np.searchsorted(nodes, end)] for end in (alike.left, alike.right)))
    ends = np.isin(scored.left, sample).astype(np.int64) + np.isin(scored.right, sample)
    doubled = sum(number * count_scores(scored.score[counted & (ends == number)]) for number in (1, 2))
    scale = len(reports) / max(1, len(sample)) / 2
    adapted = adapted_threshold(np.rint(np.asarray(doubled) * scale).astype(np.int64))
    return max(settings.least_event_threshold, adapted)


def _worst_best(store: Store, reports: np.ndarray) -> np.ndarray:
    """The likeness of the last of each report's best partners, 0 where it has fewer."""
    place, _, likeness = store.partners("event", reports, "likeness")
    order = np.lexsort((-likeness, place))
    place, likeness = place[order], likeness[order]
    last = np.arange(len(place)) - np.searchsorted(place, place, side="left") == BEST - 1
    floor = np.zeros(len(reports), dtype=np.float64)
    floor[place[last]] = likeness[last]
    return floor
