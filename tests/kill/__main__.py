"""``make kill``, or ``python -m tests.kill``."""

from __future__ import annotations

import argparse
import random
import signal
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path

from . import scenarios, trying
from .trying import Seen

SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
MOST_SAID = 4_000
"""Characters shown of what a run said."""
COLUMNS = ("times", "old", "new", "incomplete", "wrong", "leftovers")


def options() -> argparse.Namespace:
    """What is asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.kill", description="runs that are killed")
    parser.add_argument("--times", type=int, default=30, help="tries of each signal at random moments (default: 30)")
    parser.add_argument("--only", default="", metavar="WORDS", help="scenarios whose name holds this, as in 'jsonl, index'")
    parser.add_argument("--seed", type=int, help="of all that is random (default: another each time)")
    return parser.parse_args()


class Table:
    """What was seen, by signal and moment."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        self.wrong: Counter[str] = Counter()
        self.said: dict[str, str] = {}
        """By what was wrong, what the first such run said."""

    def add(self, number: signal.Signals, moment: str, scenario: str, seen: Seen) -> None:
        """One try."""
        row = self.rows[number.name, moment]
        row["times"] += 1
        row[seen.state if seen.state in COLUMNS and seen.state != "wrong" else "other"] += 1
        row["wrong"] += bool(seen.wrong)
        row["leftovers"] += bool(seen.leftovers)
        for one in seen.wrong:
            what = f"{number.name} {moment}: {scenario}: {one}"
            self.wrong[what] += 1
            self.said.setdefault(what, seen.said[-MOST_SAID:])
        if seen.leftovers:
            self.wrong[f"{number.name} {moment}: {scenario}: left {_like(seen.leftovers[0])}"] += 1

    def __str__(self) -> str:
        lines = [f"{'signal':8} {'moment':16}" + "".join(f"{name:>12}" for name in COLUMNS)]
        for (number, moment), row in self.rows.items():
            lines.append(f"{number:8} {moment:16}" + "".join(f"{row[name]:>12}" for name in COLUMNS))
        for what, times in self.wrong.most_common():
            lines += [f"  {times:4} x {what}", *(f"         | {line}" for line in self.said.get(what, "").splitlines())]
        return "\n".join(lines)


def _like(name: str) -> str:
    """A leftover's name without what is random in it."""
    return name.partition("unfinished-")[0] + ("unfinished-*" if "unfinished-" in name else "")


def main() -> int:
    """1 if anything was wrong or left. What was seen until it is interrupted is told too."""
    asked = options()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it, as do its children
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # the same for nohup
    seed = random.SystemRandom().randrange(10**6) if asked.seed is None else asked.seed
    print(f"seed {seed}", flush=True)
    table = Table()
    with tempfile.TemporaryDirectory(prefix="cleaner-kill-") as temporary:
        try:
            _kill(Path(temporary), asked, random.Random(seed), table)
        except KeyboardInterrupt:
            print("interrupted")
    print(table)
    return int(bool(table.wrong))


def _kill(folder: Path, asked: argparse.Namespace, rng: random.Random, table: Table) -> None:
    for scenario in scenarios.all_of_them(folder, asked.only):
        print(f"{scenario.name}: {scenario.renames} renames, {scenario.seconds:.1f} s", flush=True)
        moments = [("before", 1), *(("after", rename) for rename in range(1, scenario.renames + 1))]
        for number in SIGNALS:
            for side, rename in moments:
                table.add(number, "every rename", scenario.name, trying.at_rename(scenario, number, side, rename))
            for _ in range(-(-asked.times // 4)):  # of the four scenarios
                table.add(number, "random", scenario.name, trying.at_random(scenario, number, rng))
    for scenario in scenarios.with_workers(folder, asked.only):
        print(f"{scenario.name}: {scenario.seconds:.1f} s", flush=True)
        for _ in range(-(-asked.times // 2)):
            table.add(signal.SIGKILL, "a worker", scenario.name, trying.worker(scenario, signal.SIGKILL, rng))


if __name__ == "__main__":
    sys.exit(main())
