"""``cleaner index``: look after the index that runs share, and write out what it holds."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from cleaner.commands.plain import printable
from cleaner.errors import UsageError
from cleaner.index import session, told
from cleaner.index.compact import compact
from cleaner.index.overview import overview
from cleaner.index.verify import faults
from cleaner.settings import FORMATS
from cleaner.sinks import rows
from cleaner.sinks.files import OutputFolder


def main(options: argparse.Namespace) -> int:
    """Run one action on an index. Returns 1 when ``verify`` found it damaged."""
    actions = {"stats": _stats, "verify": _verify, "compact": _compact, "export": _export}
    return actions[options.action](options)


def _stats(options: argparse.Namespace) -> int:
    with session.reader(options.folder) as store:
        for name, value in overview(store):
            print(printable(f"{name:<28} {value}"))
    return 0


def _verify(options: argparse.Namespace) -> int:
    with session.reader(options.folder) as store:
        found = list(faults(store))
        records = store.sql.execute("SELECT count(*) FROM records").fetchone()[0]
    for line in found:
        print(printable(line), file=sys.stderr)
    if found:
        print(printable(f"cleaner: index {options.folder} is damaged; restore it, or build a new one"), file=sys.stderr)
        return 1
    print(printable(f"index {options.folder} is whole: {records:,} records"))
    return 0


def _compact(options: argparse.Namespace) -> int:
    with session.maintainer(options.folder) as (store, folder):
        before = len(store.segments)
        compact(store, folder)
        after = len(store.segments)
        store.sql.execute("COMMIT")
    print(printable(f"index {options.folder}: {before} segments before, {after} now"))
    return 0


def _export(options: argparse.Namespace) -> int:
    """Write the whole corpus as a run without an index would: ``corpus`` and ``merged``."""
    if not options.output:
        raise UsageError("index export needs --output DIR")
    form = options.format or FORMATS[0]
    with session.reader(options.folder) as store, OutputFolder(Path(options.output), form) as out:
        for name in ("corpus", "merged"):
            out.ensure(name)
        for story in told.all_stories(store):
            out.append("corpus", rows.corpus_row(story))
            for row in rows.merged_rows(story):
                out.append("merged", row)
    return 0
