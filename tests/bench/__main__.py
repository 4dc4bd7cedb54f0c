"""``make bench``, or ``python -m tests.bench``: speed, memory and disk beside the peers'.

Nothing here passes or fails. The default takes about a quarter of an hour on two cores; the large sizes are for
the asking: ``make bench BENCH="--only near --sizes 100000 1000000"``.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from . import collapse, languages, near, signing, startup, stream, stripping
from .material import Given, Made
from .table import Table

LINES = ("startup", "signing", "nearstage", "near", "event", "languages", "strip", "stream")
LARGEST_IN_PROCESS = 100_000
"""Articles that are held as Python strings for the line ``nearstage``."""
VERSIONS = ("cleaner", "numpy", "numba", "trafilatura", "datasketch", "rensa", "datatrove")


def options() -> argparse.Namespace:
    """What is asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="speed as ratios against peers")
    parser.add_argument("--only", nargs="+", choices=LINES, default=LINES, metavar="LINE", help=", ".join(LINES))
    parser.add_argument("--sizes", nargs="+", type=int, default=[10_000, 100_000], help="articles, --level near")
    parser.add_argument("--event-sizes", nargs="+", type=int, help="articles, --level event (default: 10000 30000)")
    parser.add_argument("--peer-size", type=int, default=10_000, help="articles for MinHashLSH")
    parser.add_argument("--language-size", type=int, default=20_000, help="articles in each of four languages")
    parser.add_argument("--pages", type=int, default=3000, help="HTML pages that are run")
    parser.add_argument("--stream", type=int, default=200, metavar="MB", help="length of the stream")
    parser.add_argument("--workers", type=int, default=2, help="of the stream")
    parser.add_argument("--data", metavar="FOLDER", help="pages or articles of your own instead of made ones")
    parser.add_argument("--seed", type=int, default=0, help="of the made data")
    parser.add_argument("--folder", type=Path, help="where files go (default: a temporary folder)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    return parser.parse_args()


def main() -> int:
    """Measure the lines that were asked for, one after the other."""
    asked = options()
    table = Table()
    with tempfile.TemporaryDirectory(prefix="cleaner-bench-", dir=asked.folder) as temporary:
        folder = Path(temporary)
        data = Given(folder, asked.data) if asked.data else Made(asked.folder or folder, asked.seed)
        table.heading("Machine")
        table.line(platform.platform(), {"cores": len(os.sched_getaffinity(0)), "Python": platform.python_version()})
        table.line("versions", {name: _version(name) for name in VERSIONS})
        largest = min(max(asked.sizes), LARGEST_IN_PROCESS)
        of_event = asked.event_sizes or [10_000, 30_000]
        steps: dict[str, Callable[[], None]] = {
            "startup": lambda: startup.run(table, data, folder),
            "signing": lambda: signing.run(table, data, folder),
            "nearstage": lambda: near.run(table, data, largest, asked.peer_size),
            "near": lambda: collapse.run(table, data, folder, "near", asked.sizes),
            "event": lambda: collapse.run(table, data, folder, "event", of_event),
            "languages": lambda: languages.run(table, folder, min(max(asked.sizes), asked.language_size), asked.seed),
            "strip": lambda: stripping.run(table, data, folder, asked.pages),
            "stream": lambda: stream.run(table, data, folder, asked.stream, asked.workers),
        }
        failed = 0
        for name in LINES:
            if name in asked.only:
                started = time.monotonic()
                try:
                    steps[name]()
                except Exception as error:  # noqa: BLE001 - the other lines go on
                    traceback.print_exc()
                    table.skipped(name, f"{type(error).__name__}: {error}")
                    failed += 1
                table.line("(all of it took)", {"s": time.monotonic() - started})
                if asked.json:
                    table.write(asked.json)
    return 1 if failed else 0


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


if __name__ == "__main__":
    sys.exit(main())
