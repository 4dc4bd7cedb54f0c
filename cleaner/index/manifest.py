"""The manifest: one SQLite file that names the segments and holds everything that changes.

It is never changed in its place. A writer works in a copy, which replaces the latest one when it is whole: its name is
``manifest-NUMBER-DIGEST.sqlite``, with the digest (XXH3, 128 bits) of its bytes. So it is compared with what was
written before it is trusted, a killed writer leaves nothing that counts, and readers see what was committed last,
also where nothing can be written. There is one writer at a time (``session``).
"""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from cleaner.errors import RunFailed
from cleaner.index.format import DamagedIndex
from cleaner.index.segment import Segment
from cleaner.sinks import ownership
from cleaner.sinks.publish import sync

COPY = "manifest.part"
_NAME = re.compile(r"manifest-(\d{6,})-([0-9a-f]{32})\.sqlite")
_COMMIT = "commit"
"""Counter whose value is in the name of the file."""
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
    story INTEGER);
CREATE INDEX clusters_story ON clusters(story);
CREATE INDEX clusters_report ON clusters(report);
CREATE TABLE stories(number INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, canonical INTEGER NOT NULL,
    fits INTEGER NOT NULL, size INTEGER NOT NULL, created INTEGER NOT NULL, packed BLOB NOT NULL);
CREATE INDEX stories_canonical ON stories(canonical);
CREATE TABLE dead(kind TEXT, number INTEGER, PRIMARY KEY(kind, number)) WITHOUT ROWID;
CREATE TABLE templates(scope BLOB PRIMARY KEY, hashes BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE site_pages(site BLOB, id BLOB, run INTEGER NOT NULL, page BLOB NOT NULL,
    PRIMARY KEY(site, id)) WITHOUT ROWID;
CREATE TABLE emptied(base BLOB, content BLOB, PRIMARY KEY(base, content)) WITHOUT ROWID;
CREATE TABLE links(left BLOB, right BLOB, same INTEGER NOT NULL, PRIMARY KEY(left, right)) WITHOUT ROWID;
CREATE TABLE removed(base BLOB, content BLOB, PRIMARY KEY(base, content)) WITHOUT ROWID;
"""


def latest(folder: Path) -> Path | None:
    """The manifest that was committed last, if any."""
    found = [(int(match[1]), path) for path in folder.iterdir() if (match := _NAME.fullmatch(path.name))]
    return max(found)[1] if found else None


def check(path: Path) -> None:
    """Read a manifest whole. Raises DamagedIndex where it is not what was written, and OSError."""
    if _digest(path) not in path.name:
        raise DamagedIndex(f"{path} has another checksum than what was written")


def _digest(path: Path) -> str:
    return str(ownership.entry(path)["xxh3_128"])


def create(folder: Path) -> None:
    """Make and commit the manifest of an index that holds nothing. Raises OSError."""
    (folder / COPY).unlink(missing_ok=True)
    with closing(_connected(folder / COPY)) as connection:
        connection.executescript(_SCHEMA)
        connection.execute("BEGIN")
        commit(connection, folder)


def _connected(path: Path, options: str = "") -> sqlite3.Connection:
    """A connection that begins no transaction by itself; ``options`` are those of SQLite's URI."""
    address = path.absolute().as_uri() + options
    return sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A manifest to read from."""
    with closing(_connected(path, "?immutable=1")) as connection:
        yield connection


@contextmanager
def working_copy(path: Path) -> Iterator[sqlite3.Connection]:
    """A copy of a manifest, in a transaction that ``commit`` ends. Raises OSError."""
    copy = path.with_name(COPY)
    try:
        shutil.copyfile(path, copy)
        with closing(_connected(copy)) as connection:
            connection.execute("PRAGMA journal_mode=OFF")  # if anything fails the copy goes
            connection.execute("PRAGMA synchronous=OFF")
            connection.execute("PRAGMA secure_delete=ON")  # what was taken out is overwritten, not only unlinked
            connection.execute("BEGIN")
            yield connection
    finally:
        with suppress(OSError):
            copy.unlink(missing_ok=True)


def commit(connection: sqlite3.Connection, folder: Path) -> None:
    """Make what was done in the working copy the state of the index; ends the connection. Raises OSError."""
    before = latest(folder)
    number = take_numbers(connection, _COMMIT, 1)[0]
    if before is not None and number != int(before.name.split("-")[1]) + 1:  # on a file system that knows no locks
        raise RunFailed(f"index {folder} was changed by another run meanwhile; it is as that left it")
    connection.execute("COMMIT")
    connection.close()
    sync(folder / COPY)
    (folder / COPY).replace(folder / f"manifest-{number:06d}-{_digest(folder / COPY)}.sqlite")
    sync(folder, or_fail=True)


def remove_others(kept: Path) -> None:
    """Remove the manifests beside one, as far as that can be done now."""
    for path in kept.parent.iterdir():
        if _NAME.fullmatch(path.name) and path != kept:
            with suppress(OSError):  # on Windows somebody may read it; the next writer removes it
                path.unlink()


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
