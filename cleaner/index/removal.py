"""Taking records out of an index for good, as a take-down asks for: they leave their stories and stay away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from cleaner.errors import UsageError
from cleaner.index import format, manifest
from cleaner.index.changes import Update
from cleaner.index.new_records import ANY, Batch
from cleaner.index.store import Store, text_key
from cleaner.index.update import update
from cleaner.settings import Settings

_NAMED = 5
"""Unknown ids that a message names."""


def remove(store: Store, folder: Path, names: Iterable[str]) -> Update:
    """Take records out and link anew what they held together; ``folder`` is that of the segments.

    A record that comes again with an id that was removed is refused (``identify``), whatever its content. Of
    records that share an id (``id#2``) it is the content that is refused. The bytes of a text stay in its segment,
    where nothing points to them, until a compaction. Raises UsageError for an id that the index does not hold,
    and for an index that was made by other rules than those of this cleaner.
    """
    wanted = list(dict.fromkeys(names))
    settings = _settings(store, str(folder.parent))
    keys = [text_key(name) for name in wanted]
    found = {
        bytes(key): (number, base, content)
        for key, number, base, content in store.rows(
            "SELECT id, number, base, content FROM records WHERE id IN (?)", keys
        )
    }
    _all_known(wanted, [key in found for key in keys], "the index holds no record {}; nothing was removed")
    run = manifest.take_numbers(store.sql, "run", 1)[0] + 1
    batch = Batch(removed={name: found[key][0] for name, key in zip(wanted, keys, strict=True)})
    done = update(store, folder, [], batch, settings, run)
    store.sql.executemany("DELETE FROM site_pages WHERE id = ?", [(key,) for key in keys])
    rows = [(base, ANY if base == key else content) for key, (_, base, content) in found.items()]
    store.sql.executemany("INSERT OR IGNORE INTO removed VALUES (?, ?)", sorted(rows))
    return done


def allow(store: Store, names: Iterable[str]) -> None:
    """Let records of these ids come again. Raises UsageError for an id that was not removed."""
    wanted = list(dict.fromkeys(names))
    keys = [text_key(name) for name in wanted]
    held = {bytes(base) for (base,) in store.rows("SELECT DISTINCT base FROM removed WHERE base IN (?)", keys)}
    _all_known(wanted, [key in held for key in keys], "{} was not removed from the index; nothing was changed")
    store.sql.executemany("DELETE FROM removed WHERE base = ?", [(key,) for key in keys])


def _all_known(names: Sequence[str], known: Sequence[bool], message: str) -> None:
    missing = [name for name, there in zip(names, known, strict=True) if not there]
    if missing:
        more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
        raise UsageError(message.format(", ".join(missing[:_NAMED]) + more))


def _settings(store: Store, folder: str) -> Settings:
    """The settings of the runs that made the index. Raises UsageError when this cleaner has other rules."""
    stored = manifest.identity(store.sql)
    settings = format.settings(stored)
    if manifest.counter(store.sql, "record"):
        format.check(stored, format.identity(settings, "collapse"), folder)
    return settings
