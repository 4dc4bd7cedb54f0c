"""``cleaner rethreshold``: the stories of a run anew with another threshold, from what it kept."""

from __future__ import annotations

import argparse

from cleaner.commands.run import conclude
from cleaner.driver.rethreshold import rethreshold
from cleaner.errors import UsageError
from cleaner.progress import for_terminal

_CHANGES = ("event_threshold", "near_threshold", "event_span", "grain", "links", "workers")


def main(options: argparse.Namespace) -> int:
    """Make the stories anew and show what was done."""
    given = {name: getattr(options, name) for name in _CHANGES if getattr(options, name) is not None}
    if not given.keys() - {"workers"}:
        raise UsageError("rethreshold needs --threshold, --near-threshold, --event-span, --grain or --links")
    progress = for_terminal(options.quiet, options.progress)
    conclude(progress, rethreshold(options.folder, options.output, given, progress), options.output or options.folder)
    return 0
