"""The manifest: one SQLite file that names the segments and holds everything that changes.

A writer holds its transaction from the first look to the commit, so there is one writer at a time, a killed
one leaves nothing, and readers see what was committed last (write-ahead log).
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path

from cleaner.errors import UsageError
from cleaner.index import checksum
from cleaner.index.format import DamagedIndex
from cleaner.index.segment import Segment

FILE = checksum.MANIFEST
WAIT_SECONDS = 60.0
"""How long a commit waits for readers that stand in its way for a moment."""
SETTLE_SECONDS = 2.0
"""How long a run waits for them after its commit, which costs the next run a longer check at most."""
_SCHEMA = """
CREATE TABLE identity(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE counters(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE segments(place INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL, records INTEGER NOT NULL,
    size INTEGER NOT NULL, digest TEXT NOT NULL);
CREATE TABLE records(number INTEGER PRIMARY KEY, id BLOB UNIQUE NOT NULL, base BLOB NOT NULL,
    content BLOB NOT NULL, text INTEGER NOT NULL);
CREATE INDEX records_base ON records(base);
CREATE INDEX records_text ON records(text);
CREATE TABLE texts(number INTEGER PRIMARY KEY, digest BLOB, site BLOB, version INTEGER, cluster INTEGER);
CREATE INDEX texts_digest ON texts(digest);
CREATE INDEX texts_cluster ON texts(cluster);
CREATE INDEX texts_site ON texts(site, number);
CREATE INDEX texts_version ON texts(version);
CREATE TABLE clusters(number INTEGER PRIMARY KEY, head INTEGER NOT NULL, date TEXT, report INTEGER,
    hour REAL, story INTEGER);
CREATE INDEX clusters_story ON clusters(story);
CREATE INDEX clusters_report ON clusters(report);
CREATE TABLE stories(number INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, canonical INTEGER NOT NULL,
    fits INTEGER NOT NULL, size INTEGER NOT NULL, created INTEGER NOT NULL, told BLOB NOT NULL);
CREATE INDEX stories_canonical ON stories(canonical);
CREATE TABLE dead(kind TEXT, number INTEGER, PRIMARY KEY(kind, number)) WITHOUT ROWID;
CREATE TABLE templates(scope BLOB PRIMARY KEY, hashes BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE languages(code TEXT PRIMARY KEY, reports INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE site_pages(site BLOB, id BLOB, run INTEGER NOT NULL, page BLOB NOT NULL,
    PRIMARY KEY(site, id)) WITHOUT ROWID;
CREATE TABLE emptied(base BLOB, content BLOB, PRIMARY KEY(base, content)) WITHOUT ROWID;
CREATE TABLE links(left BLOB, right BLOB, same INTEGER NOT NULL, PRIMARY KEY(left, right)) WITHOUT ROWID;
CREATE TABLE removed(base BLOB, content BLOB, PRIMARY KEY(base, content)) WITHOUT ROWID;
"""


def connect(folder: Path, options: str = "") -> sqlite3.Connection:
    """A connection that begins no transaction by itself. Raises DamagedIndex when the file is no database.

    ``options`` are those of SQLite's URI.
    """
    address = (folder / FILE).absolute().as_uri() + options
    connection = sqlite3.connect(address, uri=True, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute("PRAGMA secure_delete=ON")  # what was taken out is overwritten, not only unlinked
        has_tables(connection)
    except sqlite3.DatabaseError as error:
        connection.close()
        if _is(error, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise UsageError(f"index {folder} is in use by another run; wait until it has ended") from error
        if not _is(error, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise
        raise DamagedIndex(f"{folder / FILE}: {error}") from error
    return connection


@contextmanager
def reading(folder: Path) -> Iterator[sqlite3.Connection]:
    """A connection to read from, also where nothing can be written: SQLite wants to keep files beside a log."""
    with tempfile.TemporaryDirectory(prefix="cleaner-") if _has_log(folder) else nullcontext() as aside:
        connection = _connect_reading(folder, aside)
        try:
            yield connection
        finally:
            connection.close()


def _connect_reading(folder: Path, aside: str | None) -> sqlite3.Connection:
    try:
        if os.access(folder, os.W_OK) and os.access(folder / FILE, os.W_OK):
            return connect(folder)
        if aside is not None:
            return connect(folder, "?mode=ro")  # the writer's own files may be there to be read
    except sqlite3.OperationalError:  # a disk that is full, or files beside the log that nobody can make
        pass
    if aside is None:
        return connect(folder, "?immutable=1")
    for name in (FILE, f"{FILE}-wal"):
        shutil.copyfile(folder / name, Path(aside) / name)
    return connect(Path(aside))


def _has_log(folder: Path) -> bool:
    """Whether a commit waits in the log, as a run leaves it that is killed or that goes on."""
    log = folder / f"{FILE}-wal"
    return log.is_file() and log.stat().st_size > 0


def has_tables(connection: sqlite3.Connection) -> bool:
    """Whether the tables were made; a run that was killed at once leaves a file without."""
    query = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'identity'"
    return bool(connection.execute(query).fetchone()[0])


def make_tables(connection: sqlite3.Connection) -> None:
    """Make the tables of an index that holds nothing."""
    for statement in _SCHEMA.split(";\n"):
        if statement.strip():
            connection.execute(statement)


def begin_writing(connection: sqlite3.Connection, folder: Path) -> None:
    """Become the one writer. Raises UsageError when another run is."""
    try:
        if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            quick_check(connection, folder)
            connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("BEGIN IMMEDIATE")
        if not has_tables(connection):
            make_tables(connection)
            connection.execute("COMMIT")
            connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if _is(error, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise UsageError(f"index {folder} is in use by another run; wait until it has ended") from error
        raise
    connection.execute(f"PRAGMA busy_timeout={int(WAIT_SECONDS * 1000)}")


def quick_check(connection: sqlite3.Connection, folder: Path) -> None:
    """Raise DamagedIndex where the database is not whole as far as SQLite can tell."""
    (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise DamagedIndex(f"{folder / FILE}: {' '.join(str(found).split())}")


def commit(connection: sqlite3.Connection, folder: Path) -> None:
    """Make what was done the state of the index."""
    checksum.mark_writing(folder)
    connection.execute("COMMIT")


def settle(connection: sqlite3.Connection, folder: Path) -> None:
    """After a commit: bring the log into the manifest's file and keep its checksum, unless a reader is in the way."""
    connection.execute(f"PRAGMA busy_timeout={int(SETTLE_SECONDS * 1000)}")
    busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if not busy:
        checksum.mark_clean(folder)


def _is(error: sqlite3.DatabaseError, *codes: int) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in codes


def identity(connection: sqlite3.Connection) -> dict[str, str]:
    """What was recorded of format, rules and settings; empty for an index that holds nothing yet."""
    return dict(connection.execute("SELECT name, value FROM identity"))


def set_identity(connection: sqlite3.Connection, values: Mapping[str, str]) -> None:
    """Record format, rules and settings; known strip rules are not forgotten."""
    known = identity(connection)
    kept = {name: value or known.get(name, "") for name, value in values.items()}
    connection.executemany("INSERT OR REPLACE INTO identity VALUES (?, ?)", sorted(kept.items()))


def counter(connection: sqlite3.Connection, name: str) -> int:
    """The next number of a kind, or how many runs there were."""
    row = connection.execute("SELECT value FROM counters WHERE name = ?", (name,)).fetchone()
    return int(row[0]) if row else 0


def set_counter(connection: sqlite3.Connection, name: str, value: int) -> None:
    """Set what ``counter`` gives."""
    connection.execute("INSERT OR REPLACE INTO counters VALUES (?, ?)", (name, value))


def take_numbers(connection: sqlite3.Connection, name: str, count: int) -> range:
    """So many fresh numbers of a kind."""
    first = counter(connection, name)
    set_counter(connection, name, first + count)
    return range(first, first + count)


def segments(connection: sqlite3.Connection, folder: Path) -> list[Segment]:
    """The segments in order, their files in ``folder``."""
    rows = connection.execute("SELECT name, size, digest FROM segments ORDER BY place")
    return [Segment(name, folder, size, digest) for name, size, digest in rows]


def add_segment(connection: sqlite3.Connection, segment: Segment, records: int) -> None:
    """Name a segment that was saved; it comes last."""
    row = (segment.name, records, segment.size, segment.digest)
    connection.execute("INSERT INTO segments(name, records, size, digest) VALUES (?, ?, ?, ?)", row)


def drop_segment(connection: sqlite3.Connection, name: str) -> None:
    """Forget a segment."""
    connection.execute("DELETE FROM segments WHERE name = ?", (name,))
