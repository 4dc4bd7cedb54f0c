"""``cleaner strip``: pages in, articles out as JSONL, one by one."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import nullcontext
from functools import partial
from typing import TextIO

from cleaner import preparing
from cleaner.commands.arguments import settings_from
from cleaner.commands.plain import printable
from cleaner.errors import UsageError
from cleaner.progress import Silent, for_terminal
from cleaner.records import Rejected
from cleaner.sinks import rows
from cleaner.sinks.files import STANDARD, is_special, output_stream, to_json
from cleaner.sources import InputFile


def main(options: argparse.Namespace) -> int:
    """Strip every record; articles go to the output, rejected ones to their file or to stderr."""
    settings = settings_from(options)
    files = preparing.find(options.inputs)
    _check_paths(files, options)
    progress = Silent() if options.output in STANDARD else for_terminal(options.quiet)
    kept = rejected = 0
    with (
        output_stream(options.output) as out,
        output_stream(options.rejected) if options.rejected else nullcontext() as refused,
    ):
        finish = partial(_line, with_cuts=not options.no_cuts)
        records = preparing.stripped(preparing.read(files, settings), settings, finish)
        for record in progress.track("strip", records):
            if isinstance(record, Rejected):
                rejected += 1
                _tell_rejected(record, refused, options.quiet)
                continue
            kept += 1
            out.write(record)
    if not options.quiet:
        print(f"cleaner strip: {kept + rejected} records, {kept} articles, {rejected} rejected", file=sys.stderr)
    return 0


def _line(record: preparing.Stripped, with_cuts: bool) -> str | Rejected:
    """An article's line of the output, made where it was stripped."""
    if isinstance(record, Rejected):
        return record
    row = rows.stripped_row(record)
    if not with_cuts:
        del row["cuts"]
    return to_json(row) + "\n"


def _tell_rejected(record: Rejected, refused: TextIO | None, quiet: bool) -> None:
    if refused is not None:
        refused.write(to_json(rows.rejected_row(record)) + "\n")
    elif not quiet:
        print(printable(f"rejected {record.origin}: {record.reason}: {record.detail}"), file=sys.stderr)


def _check_paths(files: list[InputFile], options: argparse.Namespace) -> None:
    """Raise UsageError when an output would overwrite an input or the other output."""
    taken = {os.path.realpath(file.path): "an input" for file in files if file.kind != "stdin"}
    for name, path in (("--output", options.output), ("--rejected", options.rejected)):
        if not path or (path not in STANDARD and is_special(path)):
            continue
        place = STANDARD.get(path) or os.path.realpath(path)
        if place in taken:
            raise UsageError(f"{name} {path} is {taken[place]} too; name another file")
        taken[place] = f"the {name}"
