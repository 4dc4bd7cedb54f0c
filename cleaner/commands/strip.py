"""``cleaner strip``: pages in, articles out as JSONL, one by one."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from cleaner import pipeline
from cleaner.cli import settings_from
from cleaner.errors import UsageError
from cleaner.progress import Silent, for_terminal
from cleaner.records import Rejected
from cleaner.sinks import rows
from cleaner.sinks.files import to_json, write_stream


def main(options: argparse.Namespace) -> int:
    """Strip every record; articles go to the output, rejected ones to their file or to stderr."""
    settings = settings_from(options)
    progress = Silent() if options.output == "-" else for_terminal(options.quiet)
    kept = rejected = 0
    with ExitStack() as stack:
        try:
            refused = (
                stack.enter_context(Path(options.rejected).open("w", encoding="utf-8")) if options.rejected else None
            )
        except OSError as error:
            raise UsageError(f"cannot write to {options.rejected}: {error.strerror}") from error

        def articles() -> Iterator[dict[str, Any]]:
            nonlocal kept, rejected
            records = pipeline.stripped(pipeline.read(options.inputs, settings), settings)
            for record in progress.track("strip", records):
                if isinstance(record, Rejected):
                    rejected += 1
                    row = rows.rejected_row(record)
                    if refused is not None:
                        refused.write(to_json(row) + "\n")
                    elif not options.quiet:
                        print(f"rejected {record.origin}: {record.reason}: {record.detail}", file=sys.stderr)
                    continue
                kept += 1
                row = rows.stripped_row(record)
                if options.no_cuts:
                    del row["cuts"]
                yield row

        write_stream(options.output, articles(), sys.stdout)
    if not options.quiet:
        print(f"cleaner strip: {kept + rejected} records, {kept} articles, {rejected} rejected", file=sys.stderr)
    return 0
