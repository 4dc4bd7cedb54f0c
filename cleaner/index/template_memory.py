"""Templates over all runs: shingles once found to be a template's stay known, of a site or of all.

What ``templates`` decides on a whole corpus is decided here on those texts of the index that hold the
suspected shingles, in bounded samples. Texts that came before their template was known are signed anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from cleaner.collapse import sketch, templates
from cleaner.collapse.ragged import Ragged
from cleaner.index.store import Store
from cleaner.index.texts import hashes_of

ALL = b""
"""Scope of a template that is not of one site."""
SITE_SAMPLE = 32
"""Latest texts of a site that are compared with a run's new ones: a template that SITE_SHARE of them hold is
above SITE_COPIES."""
HOLDERS = 300
"""Latest texts looked at that hold a shingle suspected of being a template's."""
SIGNED_ANEW = 1000
"""Latest texts of a site that are signed anew when its template becomes known."""


class TemplateMemory:
    """The known templates, with those that a run's texts reveal."""

    def __init__(self, store: Store, texts: Sequence[int]) -> None:
        """``texts`` are the new texts, which the store holds already."""
        self._store = store
        self._new = list(texts)
        self._site = _sites(store, self._new)
        self._ordered = dict(hashes_of(store, self._new))
        self._known: dict[bytes, np.ndarray] = {}
        for scope in (ALL, *sorted(set(self._site.values()))):
            row = store.sql.execute("SELECT hashes FROM templates WHERE scope = ?", (scope,)).fetchone()
            self._known[scope] = np.frombuffer(row[0], np.uint32) if row else np.empty(0, np.uint32)
        self.revealed: set[int] = set()
        """Old texts that hold a template which was not known when they were signed."""

    def learn(self) -> None:
        """Look for templates that the new texts reveal, and remember them."""
        self._learn_all()
        by_site: dict[bytes, list[int]] = {}
        for text in self._new:
            if text in self._site:
                by_site.setdefault(self._site[text], []).append(text)
        for site in sorted(by_site):
            self._learn_site(site, by_site[site])

    def core(self, text: int, site: bytes | None, ordered: np.ndarray) -> np.ndarray:
        """A text's distinct shingle hashes without those of known templates."""
        core = templates.without(Ragged.of([np.unique(ordered)]), self._of(ALL))
        return (templates.without(core, self._of(site)) if site else core)[0]

    def _of(self, scope: bytes) -> np.ndarray:
        if scope not in self._known:
            row = self._store.sql.execute("SELECT hashes FROM templates WHERE scope = ?", (scope,)).fetchone()
            self._known[scope] = np.frombuffer(row[0], np.uint32) if row else np.empty(0, np.uint32)
        return self._known[scope]

    def _remember(self, scope: bytes, found: np.ndarray) -> np.ndarray:
        """Add to the known shingles; returns those that are new."""
        fresh = np.setdiff1d(found, self._known[scope])
        if len(fresh):
            known = np.union1d(self._known[scope], fresh).astype(np.uint32)
            self._known[scope] = known
            self._store.sql.execute("INSERT OR REPLACE INTO templates VALUES (?, ?)", (scope, known.tobytes()))
        return fresh

    def _learn_all(self) -> None:
        """Shingles that ``templates.HOT`` texts hold, told by the sample of them that is kept sorted."""
        samples = sketch.samples(Ragged.of(list(self._ordered.values())))
        values = np.setdiff1d(samples.values, self._known[ALL])
        holders = self._store.spans("sample", values)
        suspected = holders.sizes >= templates.HOT
        if not suspected.any():
            return
        standing = np.unique(holders.of(suspected).get("holder"))
        standing = standing[self._store.alive("text", standing)]
        new = set(self._new)
        old = [text for text in standing.tolist() if text not in new][-HOLDERS:]
        looked_at = old + [text for text in standing.tolist() if text in new]
        ordered = Ragged.of(self._hashes(looked_at))
        template = templates.template(ordered, templates.distinct(ordered), templates.HOT)
        self._reveal(self._remember(ALL, template), old)

    def _learn_site(self, site: bytes, new: Sequence[int]) -> None:
        """Shingles that a large share of a site's texts hold."""
        known = set(self._new)
        query = "SELECT number FROM texts WHERE site = ? AND version IS NOT NULL ORDER BY number DESC LIMIT ?"
        rows = self._store.sql.execute(query, (site, SITE_SAMPLE))
        texts = sorted(text for (text,) in rows if text not in known) + list(new)
        least = max(templates.SITE_COPIES, templates.SITE_SHARE * len(texts))
        if len(texts) < least:
            return
        ordered = Ragged.of(self._hashes(texts))
        fresh = self._remember(site, templates.template(ordered, templates.distinct(ordered), least))
        if len(fresh):
            rows = self._store.sql.execute(query, (site, SIGNED_ANEW))
            self._reveal(fresh, sorted(text for (text,) in rows if text not in known))

    def _reveal(self, fresh: np.ndarray, old: Iterable[int]) -> None:
        """Mark the old texts that hold shingles of which it was not known that they are a template's."""
        if not len(fresh):
            return
        for text, own in hashes_of(self._store, list(old)).items():
            if np.isin(fresh, own).any():
                self.revealed.add(text)

    def _hashes(self, texts: Sequence[int]) -> list[np.ndarray]:
        old = hashes_of(self._store, [text for text in texts if text not in self._ordered])
        return [self._ordered[text] if text in self._ordered else old[text] for text in texts]


def _sites(store: Store, texts: Sequence[int]) -> Mapping[int, bytes]:
    return {
        number: site
        for number, site in store.rows("SELECT number, site FROM texts WHERE number IN (?)", texts)
        if site is not None
    }
