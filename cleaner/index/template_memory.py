"""Templates over all runs: shingles once found to be a template's stay known, of a site or of all.

What ``templates`` decides on a whole corpus is decided here on those texts of the index that hold the
suspected shingles, in bounded samples. Texts that came before their template was known are signed anew.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cleaner.collapse import sketch, templates
from cleaner.collapse.ragged import Ragged
from cleaner.index.store import Store

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
        self._known: dict[bytes, np.ndarray] = {}
        self.revealed: set[int] = set()
        """Old texts that hold a template which was not known when they were signed."""

    def learn(self) -> None:
        """Look for templates that the new texts reveal, and remember them."""
        self._learn_all()
        by_site: dict[bytes, list[int]] = {}
        query = "SELECT number, site FROM texts WHERE site IS NOT NULL AND number IN (?)"
        for text, site in sorted(self._store.rows(query, self._new)):
            by_site.setdefault(site, []).append(text)
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
        fresh = np.setdiff1d(found, self._of(scope))
        if len(fresh):
            known = self._known[scope] = np.union1d(self._of(scope), fresh).astype(np.uint32)
            self._store.sql.execute("INSERT OR REPLACE INTO templates VALUES (?, ?)", (scope, known.tobytes()))
        return fresh

    def _learn_all(self) -> None:
        """Shingles that ``templates.HOT`` texts hold, told by the sample of them that is kept sorted."""
        samples = sketch.samples(self._hashes(self._new))
        holders = self._store.spans("sample", np.setdiff1d(samples.values, self._of(ALL)))
        suspected = holders.sizes >= templates.HOT
        if not suspected.any():
            return
        standing = np.unique(holders.of(suspected).get("holder"))
        standing = standing[self._store.alive("text", standing)]
        is_new = np.isin(standing, self._new)
        old = standing[~is_new][-HOLDERS:].tolist()
        ordered = self._hashes(old + standing[is_new].tolist())
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
        ordered = self._hashes(texts)
        fresh = self._remember(site, templates.template(ordered, templates.distinct(ordered), least))
        if len(fresh):
            rows = self._store.sql.execute(query, (site, SIGNED_ANEW))
            self._reveal(fresh, [text for (text,) in rows if text not in known])

    def _reveal(self, fresh: np.ndarray, old: Sequence[int]) -> None:
        """Mark the old texts that hold shingles of which it was not known that they are a template's."""
        if len(fresh):
            held = self._store.hashes(old)
            self.revealed |= {text for text, own in held.items() if np.isin(fresh, own).any()}

    def _hashes(self, texts: Sequence[int]) -> Ragged:
        held = self._store.hashes(texts)
        return Ragged.of([held[text] for text in texts])
