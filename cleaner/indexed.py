"""A run's part in an index, as the pipeline sees it: nothing where there is none."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from cleaner.records import Article, ClosePair, Story
from cleaner.settings import Settings

if TYPE_CHECKING:
    from cleaner.collapse.links import Links
    from cleaner.index.batch import Batch
    from cleaner.index.changes import Change
    from cleaner.index.session import Session as IndexSession


class Session:
    """What one run brings to an index."""

    def __init__(self, index: IndexSession) -> None:
        self._index = index
        self._brought: set[str] = set()
        self.changes: list[Change] = []
        """What the run changed, story by story, once ``add`` is done."""

    def identify(self, articles: Sequence[Article]) -> Batch:
        """Tell known articles from new ones."""
        return self._index.identify(articles)

    def earlier_pages(self, articles: Sequence[Article]) -> list[Article]:
        """Pages that the sites of these new articles had before; remembers the new ones."""
        sites = {article.site for article in articles if article.site}
        earlier = self._index.site_pages.of(sites, articles)
        self._index.site_pages.remember(list(articles))
        return earlier

    def empty(self, articles: Sequence[Article]) -> None:
        """Remember new articles of which nothing was left."""
        self._index.empty(articles)

    def add(self, articles: Sequence[Article]) -> list[Story]:
        """Collapse new articles against all of the index; the stories that changed."""
        self._brought = {article.id for article in articles}
        done = self._index.add(articles)
        self.changes = done.changes
        return done.stories

    def close_pairs(self) -> list[ClosePair]:
        """The near misses of what this run brought, and what its links decided."""
        return self._index.close_pairs

    def thresholds(self) -> dict[str, float]:
        """From which scores on the stories of the index are linked, by level."""
        return self._index.thresholds()

    def brought(self, name: str) -> bool:
        """Whether a record of this id came new with this run."""
        return name in self._brought

    def known(self, names: Iterable[str]) -> list[str]:
        """Those of these ids that the index has."""
        return self._index.known(names)

    def counts(self) -> dict[str, int]:
        """What the index holds now, and what the run changed."""
        kinds = Counter(kind for change in self.changes for kind in change.changes)
        return {
            "records": self._index.records(),
            "stories": self._index.stories(),
            "stories_changed": len(self.changes),
            **dict(sorted(kinds.items())),
        }

    def commit(self) -> None:
        """Make what the run did the state of the index."""
        self._index.commit()


def files_of(index: str | os.PathLike[str] | None) -> Path | None:
    """The folder of an index that is there; its files are no input."""
    folder = None if index is None else Path(index)
    return folder if folder is not None and (folder / "manifest.sqlite").is_file() else None


@contextmanager
def opened(
    index: str | os.PathLike[str] | None, settings: Settings, stage: str, links: Links
) -> Iterator[Session | None]:
    """The index for one run, or None where there is none."""
    if index is None:
        yield None
        return
    from cleaner.index import session

    with session.writer(index, settings, stage, links) as found:
        yield Session(found)
