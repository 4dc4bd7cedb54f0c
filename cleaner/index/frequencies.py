"""Document frequencies of all reports that stand: each segment holds what it added and what it took away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial

import numpy as np

from cleaner.collapse.event.document import KINDS, Document
from cleaner.collapse.event.document_frequencies import Frequencies
from cleaner.collapse.event.packed_bags import hashes, term_hash
from cleaner.index import layout
from cleaner.index.segment import Segment
from cleaner.index.store import Store

_BASE = np.uint64(0x9E3779B97F4A7C15)


def _keys(terms: np.ndarray, kind: str, language: str) -> np.ndarray:
    """Keys of terms of one kind and language (uint64): one table serves all."""
    mixed: np.ndarray = (terms ^ np.uint64(term_hash(f"{kind} {language}"))) * _BASE
    return mixed ^ (mixed >> np.uint64(32))


def put_counts(store: Store, segment: Segment, added: Iterable[Document], taken: Iterable[Document]) -> None:
    """Set the segment's change of the frequencies, and the number of reports of each language."""
    keys: list[np.ndarray] = []
    signs: list[np.ndarray] = []
    languages: Counter[str] = Counter()
    for sign, documents in ((1, added), (-1, taken)):
        for document in documents:
            languages[document.language] += sign
            for kind in KINDS:
                keys.append(_keys(hashes(getattr(document, kind)), kind, document.language))
                signs.append(np.full(len(keys[-1]), sign, dtype=np.int32))
    segment.put(layout.counts(keys, signs))
    for code in sorted(languages):
        store.sql.execute(
            "INSERT INTO languages VALUES (?, ?) ON CONFLICT(code) DO UPDATE SET reports = reports + excluded.reports",
            (code, languages[code]),
        )


def corpus(store: Store) -> dict[str, Frequencies]:
    """By kind of bag, a function that counts terms among the reports that stand."""
    sizes = list(store.sql.execute("SELECT code, reports FROM languages WHERE reports > 0 ORDER BY code"))
    return {kind: partial(_count, store, kind, sizes) for kind in KINDS}


def _count(
    store: Store, kind: str, sizes: Sequence[tuple[str, int]], terms: np.ndarray
) -> tuple[list[np.ndarray], list[int]]:
    parts = []
    for language, _ in sizes:
        keys = _keys(terms, kind, language)
        order = np.argsort(keys)
        total = np.zeros(len(keys), dtype=np.float64)
        for segment in store.segments:
            if "frequency_key" not in segment or not len(segment.get("frequency_key")):
                continue
            own, counts = segment.get("frequency_key"), segment.get("frequency_count")
            at = np.minimum(np.searchsorted(own, keys[order]), len(own) - 1)
            held = own[at] == keys[order]
            total[order[held]] += counts[at[held]]
        parts.append(total)
    return parts, [number for _, number in sizes]
