"""``cleaner strip``: pages in, articles out as JSONL, one by one."""

from __future__ import annotations

import argparse
import sys
from contextlib import nullcontext
from functools import partial
from typing import TextIO

from cleaner import ingest, plain_rows
from cleaner.commands.option_settings import settings_from
from cleaner.commands.terminal_text import printable
from cleaner.driver.refusals import NOTHING_WRITTEN, Refusals
from cleaner.errors import TooManyRejected, UsageError
from cleaner.ingest import PAGE_KINDS
from cleaner.input_progress import Listing
from cleaner.inputs import find
from cleaner.plurals import counted
from cleaner.progress import Silent, for_terminal
from cleaner.records import Rejected
from cleaner.remote import identity
from cleaner.sinks import owned_rows, rows
from cleaner.sinks.json_text import to_json
from cleaner.sinks.streams import STANDARD, is_special, output_stream
from cleaner.sources import InputFile
from cleaner.sources.kinds import STDIN
from cleaner.urls import shown


def main(options: argparse.Namespace) -> int:
    """Strip every record; articles go to the output, rejected ones to their file or to stderr."""
    settings = settings_from(options)
    beside = options.output in STANDARD and options.progress == "auto"
    progress = Silent() if beside else for_terminal(options.quiet, options.progress)
    files = find(options.inputs, seen=Listing(progress.note))
    _check_paths(files, options)
    streams = options.output in STANDARD or is_special(options.output)  # what went out is out
    containers = {file.shown for file in files if file.kind not in PAGE_KINDS}
    refusals = Refusals(containers, "The articles were written" if streams else NOTHING_WRITTEN)
    kept = rejected = 0
    failed: TooManyRejected | None = None
    with (
        output_stream(options.output, owned_rows.are_articles) as out,
        output_stream(options.rejected, owned_rows.are_rejected) if options.rejected else nullcontext() as refused,
        progress.stage("read and strip", unit="records") as stage,
    ):
        finish = partial(_line, with_cuts=not options.no_cuts)
        source = stage.read(ingest.read(stage.reading(files), settings, settings.limit))
        for record in stage.track(ingest.stripped(source, settings, finish)):
            if isinstance(record, Rejected):
                rejected += 1
                refusals.note(record)
                _tell_rejected(record, refused, options)
                continue
            kept += 1
            out.write(record)
        try:
            refusals.check_form(kept + rejected, settings.max_rejected)
            refusals.check_made(kept + rejected, kept, settings.max_rejected)
        except TooManyRejected as error:
            if not streams:
                raise  # leaves the files as they were
            failed = error  # its rejected records are told too
    if failed:
        raise failed
    if options.progress == "json":
        progress.summary({"records": kept + rejected, "articles": kept, "rejected": rejected})
    elif not options.quiet:
        told = f"{counted(kept + rejected, 'record')}, {counted(kept, 'article')}, {rejected:,} rejected"
        print(f"cleaner strip: {told}", file=sys.stderr)
    return 0


def _line(record: ingest.Stripped, with_cuts: bool) -> str | Rejected:
    """An article's line of the output, made where it was stripped."""
    if isinstance(record, Rejected):
        return record
    row = plain_rows.stripped_row(record)
    if not with_cuts:
        del row["cuts"]
    return to_json(row) + "\n"


def _tell_rejected(record: Rejected, refused: TextIO | None, options: argparse.Namespace) -> None:
    row = rows.rejected_row(record)
    if refused is not None:
        refused.write(to_json(row) + "\n")
    elif options.progress == "json":
        print(to_json({"event": "rejected", **row}), file=sys.stderr)
    elif not options.quiet:
        print(printable(f"rejected {record.origin}: {record.reason}: {record.detail}"), file=sys.stderr)


def _check_paths(files: list[InputFile], options: argparse.Namespace) -> None:
    """Raise UsageError when an output would overwrite an input or the other output."""
    taken = {identity(file.path): "an input" for file in files if file.kind != STDIN}
    for name, path in (("--output", options.output), ("--rejected", options.rejected)):
        if not path or (path not in STANDARD and is_special(path)):
            continue
        place = STANDARD.get(path) or identity(path)
        if place in taken:
            raise UsageError(f"{name} {shown(path)} is {taken[place]} too; name another file")
        taken[place] = f"the {name}"
