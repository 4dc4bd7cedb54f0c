"""Opening an index to write into it or to read from it, and what one run does with one."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import zstandard

from cleaner.collapse.links import Links
from cleaner.errors import RunFailed, UsageError
from cleaner.index import checksum, format, manifest, threshold
from cleaner.index.batch import Batch, identify
from cleaner.index.changes import Change
from cleaner.index.closest import close_pairs, link_pairs
from cleaner.index.compact import compact_if_many
from cleaner.index.linked import Linked
from cleaner.index.reports import renew_scores
from cleaner.index.segment import Segment, fault, remove_unnamed
from cleaner.index.site_pages import SitePages
from cleaner.index.store import Store, text_key
from cleaner.index.update import update
from cleaner.index.verify import quick_faults
from cleaner.records import Article, ClosePair, Story
from cleaner.settings import Settings
from cleaner.sinks.publish import held_signals

SEGMENTS = "segments"
_TRIES = 5
"""Times a reader starts over when a compaction removed a segment while it opened it."""

_FULL = 64 * 1024
"""Free bytes below which SQLite's errors are those of a full disk: it says so of some of them only."""


class Session:
    """A run that adds to an index. What it does is there for others after ``commit`` only."""

    def __init__(self, folder: Path, store: Store, settings: Settings, links: Links | None = None) -> None:
        self._folder = folder
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

    def add(self, articles: Sequence[Article]) -> list[Story]:
        """Collapse new articles (of ``identify``) against all that the index holds; the stories that changed."""
        self._brought = {article.id for article in articles}
        self._linked.keep()
        again = self._linked.bring(self._batch)
        if not articles and not again:
            return []
        self._changed = True
        if not renew_scores(self._store, self._folder / SEGMENTS):
            compact_if_many(self._store, self._folder / SEGMENTS)
        segment = Segment(f"{self._run:06d}")
        self._store.segments.append(segment)
        ordered = sorted([*articles, *again], key=lambda article: article.id)
        done = update(self._store, segment, ordered, self._batch, self._settings, self._run, self._linked)
        self.changes = done.changes
        missed = close_pairs(self._store, segment, self.thresholds())
        self.close_pairs = [*missed, *link_pairs(self._store, self._given)]
        segment.save(self._folder / SEGMENTS)
        manifest.add_segment(self._store.sql, segment, len(ordered))
        return done.stories

    def brought(self, name: str) -> bool:
        """Whether a record of this id came new with this run."""
        return name in self._brought

    def known(self, names: Iterable[str]) -> list[str]:
        """Those of these ids that records of the index have now."""
        keys = [text_key(name) for name in names]
        query = "SELECT id FROM records WHERE id IN (?)"
        return [bytes(key).decode("utf-8", "surrogatepass") for (key,) in self._store.rows(query, keys)]

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
    with _told_if_damaged(path), _writing(path) as store:
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
    _must_be_index(path)
    with _told_if_damaged(path), _writing(path) as store:
        yield store, path / SEGMENTS
        with held_signals():
            manifest.commit(store.sql, path)
            if after:
                after()


@contextmanager
def reader(folder: str | os.PathLike[str]) -> Iterator[Store]:
    """The state committed last, whatever a writer does meanwhile. Raises UsageError and DamagedIndex."""
    path = Path(folder)
    _must_be_index(path)
    with _told_if_damaged(path):
        state = checksum.check(path)
        with manifest.reading(path) as connection:
            yield _snapshot(path, connection, state)


def _snapshot(path: Path, connection: sqlite3.Connection, state: str) -> Store:
    """What was committed last; ``state`` is that of the manifest's checksum."""
    if not manifest.has_tables(connection):  # no run into it has ended yet
        connection = sqlite3.connect(":memory:", isolation_level=None)
        manifest.make_tables(connection)
    elif not checksum.is_clean(state):
        manifest.quick_check(connection, path)
    for left in reversed(range(_TRIES)):
        connection.execute("BEGIN")
        _check_format(connection, path, state)
        segments = manifest.segments(connection, path / SEGMENTS)
        try:
            for segment in segments:
                segment.load()
            break
        except format.DamagedIndex:
            if not left:
                raise
            connection.execute("ROLLBACK")
    return Store(connection, segments)


@contextmanager
def _writing(path: Path) -> Iterator[Store]:
    """The store for the one writer of the index, every file of which was found to be what was written."""
    _make_folder(path)
    state = checksum.check(path)
    connection = manifest.connect(path)
    try:
        manifest.begin_writing(connection, path)
        if checksum.state(path) != state:  # another run has ended meanwhile
            state = checksum.check(path)
        _check_format(connection, path, state)
        store = Store(connection, manifest.segments(connection, path / SEGMENTS))
        for segment in store.segments:
            segment.check()
        if not checksum.is_clean(state):
            for found in quick_faults(store):
                raise format.DamagedIndex(found)
        _remove_orphans(path, connection)
        try:
            yield store
        finally:
            _end(path, connection, state)
    finally:
        connection.close()


def _end(path: Path, connection: sqlite3.Connection, state: str) -> None:
    """After a commit, or without one: bring the manifest's file to rest and remove segments that it does not name.

    What fails here is done by the next run; what was committed is committed.
    """
    with suppress(sqlite3.Error, OSError):
        committed = not connection.in_transaction
        if not committed:
            connection.execute("ROLLBACK")
        connection.execute("PRAGMA busy_timeout=0")
        connection.execute("BEGIN IMMEDIATE")
        _remove_orphans(path, connection)
        connection.execute("ROLLBACK")
        if committed or not checksum.is_clean(state):
            manifest.settle(connection, path)


def _make_folder(path: Path) -> None:
    if path.exists() and not path.is_dir():
        raise UsageError(f"index {path} is a file; name a folder")
    if path.is_dir() and not (path / manifest.FILE).exists() and not _is_begun(path):
        raise UsageError(f"{path} is no index and holds other files; name a new folder for --index")
    try:
        (path / SEGMENTS).mkdir(parents=True, exist_ok=True)
        for part in (path, path / SEGMENTS, path / manifest.FILE):
            _must_be_writable(part)
        if not (path / manifest.FILE).exists():
            checksum.mark_writing(path)
        checksum.sync_folder(path)
    except OSError as error:
        raise UsageError(f"index {path} cannot be written: {(error.strerror or str(error)).lower()}") from error


def _must_be_writable(path: Path) -> None:
    """Raise the OSError that writing there would raise."""
    if path.exists() and not os.access(path, os.W_OK):
        read_only = hasattr(os, "statvfs") and os.statvfs(path).f_flag & os.ST_RDONLY
        code = errno.EROFS if read_only else errno.EACCES
        raise OSError(code, os.strerror(code), str(path))


def _is_begun(path: Path) -> bool:
    """Whether a folder holds nothing, or what a run leaves that was killed before it made its first file.

    What systems put into folders by themselves does not count.
    """
    inside = {one.name for one in path.iterdir() if not _is_of_a_system(one.name)}
    segments = path / SEGMENTS
    return inside <= {SEGMENTS, checksum.FILE, f"{checksum.FILE}.new"} and not (
        segments.is_dir() and any(not _is_of_a_system(one.name) for one in segments.iterdir())
    )


def _is_of_a_system(name: str) -> bool:
    return name.startswith(".") or name.lower() in ("thumbs.db", "desktop.ini", "lost+found")


def _must_be_index(path: Path) -> None:
    if not (path / manifest.FILE).is_file() and not (path.is_dir() and (path / SEGMENTS).is_dir() and _is_begun(path)):
        raise UsageError(f"{path} is no index; name the folder that a run was given with --index")


def _check_format(connection: sqlite3.Connection, path: Path, state: str) -> None:
    stored = manifest.identity(connection).get("format")
    if stored is not None and stored != str(format.FORMAT):
        format.check({"format": stored}, {"format": str(format.FORMAT)}, str(path))
    if not state and stored is not None:
        raise format.DamagedIndex(f"{path / checksum.FILE} is missing")


def _remove_orphans(path: Path, connection: sqlite3.Connection) -> None:
    """Remove segments that no commit names: a run was killed before it could."""
    remove_unnamed(path / SEGMENTS, [name for (name,) in connection.execute("SELECT name FROM segments")])


@contextmanager
def _told_if_damaged(path: Path) -> Iterator[None]:
    """Where something inside fails, look whether a damaged file is why, and say so."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            full = " (the disk is full)" if shutil.disk_usage(path).free < _FULL else ""
            raise RunFailed(f"{path / manifest.FILE}: {error}{full}; the index is as it was") from error
        raise format.DamagedIndex(f"{path / manifest.FILE}: {error}") from error
    except (ValueError, LookupError, zlib.error, zstandard.ZstdError, TypeError, OverflowError) as error:
        if damage := _damage(path):
            raise format.DamagedIndex(damage) from error
        raise


def _damage(path: Path) -> str | None:
    """The first damaged file, if any."""
    try:
        checksum.check(path)
    except format.DamagedIndex as error:
        return error.what
    with closing(manifest.connect(path, "?mode=ro")) as connection:
        return next(filter(None, map(fault, manifest.segments(connection, path / SEGMENTS))), None)
