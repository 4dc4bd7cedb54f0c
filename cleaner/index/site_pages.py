"""The latest pages of each site as they were before what the site repeats was dropped: a bounded memory.

A site that sends a few pages a day repeats itself over weeks. Its latest pages stand beside a run's new ones
when repeated lines are looked for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from cleaner.index.store import Store, pack_article, text_key, unpack_article
from cleaner.records import Article

PAGES = 24
"""Pages kept a site: just above ``site_memory.MANY_PAGES``, from which a line counts whatever its share."""


class SitePages:
    """The remembered pages of one index, for one run."""

    def __init__(self, store: Store, run: int) -> None:
        self._store = store
        self._run = run

    def of(self, sites: Iterable[str], without: Iterable[Article]) -> list[Article]:
        """Remembered pages of these sites, but not those that a run brings again."""
        again = {(article.site, article.id) for article in without}
        found = []
        keys = sorted({text_key(site) for site in sites})
        query = "SELECT page FROM site_pages WHERE site IN (?) ORDER BY site, id"
        for (packed,) in self._store.rows(query, keys):
            page = unpack_article(packed)
            if (page.site, page.id) not in again:
                found.append(page)
        return found

    def remember(self, articles: Sequence[Article]) -> None:
        """Keep the latest ``PAGES`` pages of each site; of one run those with the smallest hash of their id."""
        sites = set()
        for article in articles:
            if article.site:
                row = (text_key(article.site), text_key(article.id), self._run, pack_article(article))
                self._store.sql.execute("INSERT OR REPLACE INTO site_pages VALUES (?, ?, ?, ?)", row)
                sites.add(row[0])
        for site in sorted(sites):
            rows = list(self._store.sql.execute("SELECT id, run FROM site_pages WHERE site = ?", (site,)))
            rows.sort(key=lambda row: (-row[1], hashlib.blake2b(row[0], digest_size=8).digest(), row[0]))
            self._store.sql.executemany(
                "DELETE FROM site_pages WHERE site = ? AND id = ?", [(site, name) for name, _ in rows[PAGES:]]
            )
