"""``cleaner report``: a page about an output folder, to look at in a browser."""

from __future__ import annotations

import argparse

from cleaner.commands.terminal_text import printable
from cleaner.review import page


def main(options: argparse.Namespace) -> int:
    """Write the page and say where it is."""
    print(printable(page.write(options.folder, options.output)))
    return 0
