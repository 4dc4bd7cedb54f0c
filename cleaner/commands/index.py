"""``cleaner index``: look after the index that runs share, and write out what it holds."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import ExitStack

from cleaner import plain_rows
from cleaner.commands.terminal_text import printable
from cleaner.errors import UsageError
from cleaner.index import format, manifest, removal, session, threshold
from cleaner.index.changes import Update
from cleaner.index.compact import compact
from cleaner.index.integrity import faults
from cleaner.index.kept_links import Linked
from cleaner.index.near_misses import link_pairs
from cleaner.index.overview import overview
from cleaner.index.stories import all_stories
from cleaner.remote import local_folder
from cleaner.report import INDEX_SETTINGS, versions
from cleaner.settings import FORMATS
from cleaner.sinks import rows
from cleaner.sinks.files import OutputFolder

EXPORTED = ("corpus", "merged", "pairs")
"""Files of an export; its ``pairs`` are the links that the index keeps."""


def main(options: argparse.Namespace) -> int:
    """Run one action on an index. Returns 1 when ``verify`` found it damaged."""
    options.folder = local_folder("index", options.folder)
    actions = {
        "stats": _stats,
        "verify": _verify,
        "compact": _compact,
        "export": _export,
        "remove": _remove,
        "allow": _allow,
    }
    return actions[options.action](options)


def _stats(options: argparse.Namespace) -> int:
    with session.reader(options.folder) as store:
        for name, value in overview(store):
            print(printable(f"{name:<28} {value}"))
    return 0


def _verify(options: argparse.Namespace) -> int:
    with session.reader(options.folder) as store:
        found = list(faults(store))
        records = store.count("records")
    for line in found:
        print(printable(line), file=sys.stderr)
    if found:
        print(printable(f"cleaner: index {options.folder} is damaged; restore it, or build a new one"), file=sys.stderr)
        return 2
    print(printable(f"index {options.folder} is whole: {records:,} records"))
    return 0


def _compact(options: argparse.Namespace) -> int:
    with session.maintainer(options.folder) as (store, folder):
        before = len(store.segments)
        compact(store, folder)
        after = len(store.segments)
    print(printable(f"index {options.folder}: {before} segments before, {after} now"))
    return 0


def _export(options: argparse.Namespace) -> int:
    """Write the whole corpus as a run without an index would: ``corpus`` and ``merged``."""
    form = options.format or FORMATS[0]
    stories = merged = 0
    with session.reader(options.folder) as store, OutputFolder(options.output, form, EXPORTED) as out:
        _refuse_run_of(out)
        for story in all_stories(store):
            stories += 1
            out.append("corpus", plain_rows.corpus_row(story))
            for row in rows.merged_rows(story, options.keep_merged_text):
                merged += 1
                out.append("merged", row)
        out.write("pairs", map(rows.pair_row, link_pairs(store, Linked(store).links)))
        settings = format.settings(manifest.identity(store.sql))
        out.seal(
            {
                "counts": {"stories": stories, "merged": merged},
                "thresholds": threshold.by_level(store, settings),
                INDEX_SETTINGS: settings.as_dict(),
                "versions": versions(),
            }
        )
        out.publish()
    return 0


def _remove(options: argparse.Namespace) -> int:
    """Take records out; with an output folder, ``corpus`` and ``changes`` tell of it as a run's do."""
    names = _ids(options.ids)
    if options.format and not options.output:
        raise UsageError("--format is that of the files in --output DIR, which is not named")
    with ExitStack() as stack:
        out = None
        if options.output:
            out = stack.enter_context(OutputFolder(options.output, options.format or FORMATS[0], ("corpus", "changes")))
            _refuse_run_of(out)
        # The files are whole before the commit and appear after it: if that fails they tell of nothing.
        with session.maintainer(options.folder, out.publish if out else None) as (store, folder):
            done = removal.remove(store, folder, names)
            if options.compact:
                compact(store, folder)
            if out:
                out.write("corpus", (plain_rows.corpus_row(story) for story in done.stories if story.fits))
                out.write("changes", (change.as_row() for change in done.changes))
                stories = sum(story.fits for story in done.stories)
                out.seal({"counts": {"stories": stories}, "versions": versions()})
    _tell_removed(options, len(names), done)
    return 0


def _tell_removed(options: argparse.Namespace, count: int, done: Update) -> None:
    for change in done.changes:
        now = f"canonical {change.canonical}" if change.canonical is not None else "no member is left"
        print(printable(f"story {change.story}: {', '.join(change.changes)}; {now}"))
    print(printable(f"index {options.folder}: {count:,} removed; they are refused when they come again"))
    if not options.compact:
        print(printable(f"their texts stay in its segments until: cleaner index compact {options.folder}"))


def _allow(options: argparse.Namespace) -> int:
    names = _ids(options.ids)
    with session.maintainer(options.folder) as (store, _):
        removal.allow(store, names)
    print(printable(f"index {options.folder}: {len(names):,} may come again"))
    return 0


def _ids(given: Sequence[str]) -> list[str]:
    """The ids that were named, ``-`` for those on stdin, one a line."""
    named = [name for name in given if name != "-"]
    if "-" in given:
        lines = sys.stdin.buffer.read().decode("utf-8", "surrogateescape").split("\n")
        named += [line.removesuffix("\r") for line in lines]
    found = list(dict.fromkeys(name for name in named if name))
    if not found:
        raise UsageError("no id was given")
    return found


def _refuse_run_of(out: OutputFolder) -> None:
    """Raise UsageError for the output folder of a run: its rejected records and cuts would go without others."""
    if "settings" in out.earlier:
        raise UsageError(f"{out.folder} holds the output of a run; name another folder")
