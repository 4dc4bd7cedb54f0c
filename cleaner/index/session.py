"""Opening an index to write into it or to read from it, and what one run does with one."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from cleaner.collapse.checkpoints import Checkpoints, Forgetful, Mapped
from cleaner.collapse.links import Links
from cleaner.errors import RunFailed, UsageError
from cleaner.index import format, manifest, threshold
from cleaner.index.changes import Change
from cleaner.index.compact import compact_if_many
from cleaner.index.kept_links import Linked
from cleaner.index.near_misses import close_pairs, link_pairs
from cleaner.index.new_records import Batch, identify
from cleaner.index.reports import renew_scores
from cleaner.index.segment import remove_unnamed
from cleaner.index.site_pages import SitePages
from cleaner.index.store import Store, key_text, text_key
from cleaner.index.update import update
from cleaner.records import Article, ClosePair, Story
from cleaner.settings import Settings
from cleaner.sinks import scratch
from cleaner.sinks.publish import held_signals

SEGMENTS = "segments"
OLD = "manifest.sqlite"
"""The manifest of an index of format 5 or older."""
_TRIES = 5
"""Times a reader starts over when a commit removed the manifest or a segment while it opened it."""

_FULL = 64 * 1024
"""Free bytes below which SQLite's errors are those of a full disk: it says so of some of them only."""


class Session:
    """A run that adds to an index. What it does is there for others after ``commit`` only."""

    def __init__(self, folder: Path, store: Store, settings: Settings, links: Links | None = None) -> None:
        self._folder = folder
        self._name = _latest(folder).name
        self._store = store
        self._settings = settings
        self._run = manifest.counter(store.sql, "run") + 1
        self._batch = Batch()
        self._given = Links() if links is None else links
        self._linked = Linked(store, self._given)
        self._changed = bool(self._linked.fresh)
        self._site_pages = SitePages(store, self._run)
        self._brought: set[str] = set()
        self.close_pairs: list[ClosePair] = []
        """The near misses of what ``add`` brought, and what the run's links decided."""
        self.changes: list[Change] = []
        """What the run changed, story by story, once ``add`` is done."""

    def identify(self, articles: Sequence[Article]) -> Batch:
        """Tell known articles from new ones; gives every new one the id it goes by."""
        self._batch = identify(articles, self._store)
        return self._batch

    def earlier_pages(self, articles: Sequence[Article]) -> list[Article]:
        """Pages that the sites of these new articles had before; remembers the new ones."""
        earlier = self._site_pages.of({article.site for article in articles if article.site}, articles)
        self._site_pages.remember(list(articles))
        return earlier

    def empty(self, articles: Sequence[Article]) -> None:
        """Remember new articles of which nothing was left, so that they are known when they come again."""
        rows = [(text_key(self._batch.base[one.id]), self._batch.content[one.id]) for one in articles]
        self._store.sql.executemany("INSERT OR IGNORE INTO emptied VALUES (?, ?)", rows)
        self._changed |= bool(articles)

    @property
    def decides(self) -> str:
        """What decides the results of a run but the articles that it brings."""
        links = [link[:3] for link in self._linked.links.every]
        return json.dumps([self._name, manifest.identity(self._store.sql), links])

    def add(
        self, articles: Sequence[Article], mapped: Mapped = map, kept: Checkpoints | None = None
    ) -> list[Story]:
        """Collapse new articles (of ``identify``) against all that the index holds; the stories that changed.

        ``mapped`` carries the work, whose stages' results are ``kept``.
        """
        self._store.mapped, self._store.kept = mapped, kept or Forgetful()
        self._brought = {article.id for article in articles}
        self._linked.keep()
        again = self._linked.bring(self._batch)
        if not articles and not again:
            return []
        self._changed = True
        if not renew_scores(self._store, self._folder / SEGMENTS):
            compact_if_many(self._store, self._folder / SEGMENTS)
        ordered, folder = sorted([*articles, *again], key=lambda article: article.id), self._folder / SEGMENTS
        done = update(self._store, folder, ordered, self._batch, self._settings, self._run, self._linked)
        self.changes = done.changes
        missed = close_pairs(self._store, self._store.segments[-1], self.thresholds())
        self.close_pairs = [*missed, *link_pairs(self._store, self._given)]
        return done.stories

    def brought(self, name: str) -> bool:
        """Whether a record of this id came new with this run."""
        return name in self._brought

    def known(self, names: Iterable[str]) -> list[str]:
        """Those of these ids that records of the index have now."""
        keys = [text_key(name) for name in names]
        query = "SELECT id FROM records WHERE id IN (?)"
        return [key_text(key) for (key,) in self._store.rows(query, keys)]

    def thresholds(self) -> dict[str, float]:
        """From which scores on copies (``near``) and reports (``event``) are linked."""
        return threshold.by_level(self._store, self._settings)

    def counts(self) -> dict[str, int]:
        """What the index holds now, and what the run changed."""
        kinds = Counter(kind for change in self.changes for kind in change.changes)
        return {
            "records": self._store.count("records"),
            "stories": self._store.count("stories WHERE fits"),
            "stories_changed": len(self.changes),
            **dict(sorted(kinds.items())),
        }

    def commit(self) -> None:
        """Make the run's work the state of the index. A run that brought nothing new leaves it as it was."""
        if self._changed:
            manifest.take_numbers(self._store.sql, "run", 1)
            manifest.commit(self._store.sql, self._folder)


@contextmanager
def writer(
    folder: str | os.PathLike[str], settings: Settings, stage: str, links: Links | None = None
) -> Iterator[Session]:
    """The index in ``folder``, made if it is not there, for one run of the ``stage`` (``run``, ``collapse``).

    Leaving the block without ``commit`` leaves the index as it was. Raises UsageError when another run
    writes into it, or it was made with other settings, and DamagedIndex.
    """
    path = Path(folder)
    _refuse_other(path)
    with _writing(path) as store:
        wanted = format.identity(settings, stage)
        if manifest.counter(store.sql, "record"):
            format.check(manifest.identity(store.sql), wanted, str(path))
        manifest.set_identity(store.sql, wanted)
        yield Session(path, store, settings, links)


@contextmanager
def maintainer(
    folder: str | os.PathLike[str], after: Callable[[], None] | None = None
) -> Iterator[tuple[Store, Path]]:
    """An index to look after: the store and the folder of its segments.

    Leaving the block well commits, and then does what is to be done ``after`` that, with no signal between the two.
    Raises UsageError and DamagedIndex.
    """
    path = Path(folder)
    _latest(path)
    with _writing(path) as store:
        yield store, path / SEGMENTS
        with held_signals():
            manifest.commit(store.sql, path)
            if after:
                after()


@contextmanager
def reader(folder: str | os.PathLike[str]) -> Iterator[Store]:
    """The state committed last, whatever a writer does meanwhile. Raises UsageError and DamagedIndex."""
    path = Path(folder)
    for left in reversed(range(_TRIES)):
        found = _latest(path)
        with ExitStack() as stack:
            try:
                manifest.check(found)
                connection = stack.enter_context(manifest.reading(found))
                _check_format(connection, path)
                segments = manifest.segments(connection, path / SEGMENTS)
                for segment in segments:
                    segment.load()
            except (OSError, sqlite3.OperationalError, format.DamagedIndex):
                if left and not found.exists():  # a writer has committed meanwhile
                    continue
                raise
            yield Store(connection, segments)
            return


@contextmanager
def _writing(path: Path) -> Iterator[Store]:
    """The store for the one writer of the index, every file of which was found to be what was written."""
    try:
        (path / SEGMENTS).mkdir(parents=True, exist_ok=True)
        lock = scratch.held(path)
    except scratch.Busy as error:
        raise UsageError(f"index {path} is in use by another run; wait until it has ended") from error
    except OSError as error:
        raise UsageError(f"index {path} cannot be written: {(error.strerror or str(error)).lower()}") from error
    try:
        found = manifest.latest(path)
        if found is None:
            manifest.create(path)
            found = _latest(path)
        manifest.check(found)
        with _failures(path), manifest.working_copy(found) as connection:
            _check_format(connection, path)
            _tidy(path, found)
            store = Store(connection, manifest.segments(connection, path / SEGMENTS))
            for segment in store.segments:
                segment.check()
            try:
                yield store
            finally:
                with suppress(OSError, sqlite3.Error):  # the next writer does it
                    _tidy(path, _latest(path))
    finally:
        lock.give_up(remove=True)


def _tidy(path: Path, latest: Path) -> None:
    """Remove what the latest manifest does not name: older ones, and segments of a run that was ended."""
    manifest.remove_others(latest)
    with manifest.reading(latest) as connection:
        remove_unnamed(path / SEGMENTS, [segment.name for segment in manifest.segments(connection, path / SEGMENTS)])


def _refuse_other(path: Path) -> None:
    """Raise UsageError for what is there and neither an index nor an empty folder.

    What systems put into folders by themselves does not count, nor what a run leaves that was killed at once.
    """
    if path.exists() and not path.is_dir():
        raise UsageError(f"index {path} is a file; name a folder")
    if path.is_dir() and manifest.latest(path) is None:
        for place, own in ((path, {SEGMENTS, scratch.LOCK, manifest.COPY}), (path / SEGMENTS, set())):
            inside = {one.name for one in place.iterdir()} if place.is_dir() else set()
            if OLD in inside:
                _latest(path)
            if not all(_is_of_a_system(name) for name in inside - own):
                raise UsageError(f"{path} is no index and holds other files; name a new folder for --index")


def _is_of_a_system(name: str) -> bool:
    return name.startswith(".") or name.lower() in ("thumbs.db", "desktop.ini", "lost+found")


def _latest(path: Path) -> Path:
    """The manifest of an index. Raises UsageError where there is none."""
    found = manifest.latest(path) if path.is_dir() else None
    if found is None and (path / OLD).is_file():
        format.refuse("5 or older", str(path))
    if found is None:
        raise UsageError(f"{path} is no index; name the folder that a run was given with --index")
    return found


def _check_format(connection: sqlite3.Connection, path: Path) -> None:
    stored = manifest.identity(connection).get("format", str(format.FORMAT))
    if stored != str(format.FORMAT):
        format.refuse(stored, str(path))


@contextmanager
def _failures(path: Path) -> Iterator[None]:
    """Where the manifest cannot be written: what the run says of it."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        full = " (the disk is full)" if shutil.disk_usage(path).free < _FULL else ""
        raise RunFailed(f"{path / manifest.COPY}: {error}{full}; the index is as it was") from error
