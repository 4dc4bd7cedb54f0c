"""``make fuzz``, or ``python -m tests.fuzz``."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from . import command, failures, shrink
from .containers import Input, made
from .watching import CPU_SECONDS, SHRINKING_SECONDS, Child, Failure, Outcome

SHRINK_SECONDS = 40.0
PER_ROUND = 300
"""Inputs in the child for one round of the whole command."""
COLLAPSED = 8
"""One input of so many is collapsed too: a collapse of one article takes longer than to strip it."""


def options(arguments: list[str] | None = None) -> argparse.Namespace:
    """What is asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="mutated inputs through cleaner")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long, unless --inputs is given (default: 60)")
    parser.add_argument("--inputs", type=int, help="how many inputs")
    parser.add_argument("--rounds", type=int, help=f"runs of the whole command (default: one a {PER_ROUND} inputs)")
    parser.add_argument("--seed", type=int, help="of all that is random (default: another each time)")
    parser.add_argument("--failures", type=Path, default=Path("fuzz-failures"), help="folder for failing inputs")
    parser.add_argument("--replay", type=Path, metavar="FOLDER", help="try a failure that was written down again")
    return parser.parse_args(arguments)


class Fuzzing:
    """One fuzzing: its counts and what failed."""

    def __init__(self, seed: int, folder: Path, kept: Path) -> None:
        self.seed, self.folder = seed, folder
        self.failures = failures.Failures(kept)
        self.inputs = self.records = self.rounds = 0
        self.rejected: Counter[str] = Counter()
        self.slowest, self.largest = (0.0, ""), (0, "")
        self.shrinking = 0.0

    def input(self, number: int, child: Child) -> None:
        """One input through the child."""
        one = made(self.seed, number)
        outcome = child.put(one, collapsed=number % COLLAPSED == 0)
        self.inputs += 1
        self._count(outcome, f"{one.name} ({len(one.data):,} bytes)")
        if outcome.failure and self.failures.is_new(outcome.failure):
            self._write(outcome.failure, one, f"seed {self.seed}, input {number}, {len(one.data)} bytes")

    def round(self, number: int, child: Child) -> None:
        """One folder of inputs through the command."""
        inputs, given, rng = command.round_of(self.seed, number)
        again = rng.choice((0, 1, 3))
        where = self.folder / "round"
        outcome = command.run(inputs, given, where, child, again)
        self.inputs += len(inputs)
        self.rounds += 1
        self._count(outcome, f"round {number} of {len(inputs)} inputs")
        failure = outcome.failure
        if failure is None or not self.failures.is_new(failure):
            return
        started = time.monotonic()

        def fails(some: list[Input]) -> bool:
            found = command.run(some, given, where, child, again).failure
            return found is not None and found.fault == failure.fault

        few = shrink.smallest(inputs, fails, started + SHRINK_SECONDS)
        self.shrinking += time.monotonic() - started
        self._tell(failure, self.failures.write(failure, few, f"seed {self.seed}, round {number}", [*given, f"again={again}"]))

    def _count(self, outcome: Outcome, shown: str) -> None:
        self.records += outcome.records
        self.rejected.update(outcome.rejected)
        self.slowest = max(self.slowest, (outcome.cpu, shown))
        self.largest = max(self.largest, (outcome.grown, shown))

    def _write(self, failure: Failure, one: Input, origin: str) -> None:
        started = time.monotonic()
        limit = SHRINKING_SECONDS if failure.kind == "cpu" else CPU_SECONDS
        with Child(self.folder, limit) as fresh:

            def fails(other: Input) -> bool:
                found = fresh.put(other).failure
                return found is not None and found.fault == failure.fault

            if fails(one):
                one = shrink.one(one, fails, SHRINK_SECONDS)
            else:
                origin += "; not seen again in a fresh process"
        self.shrinking += time.monotonic() - started
        self._tell(failure, self.failures.write(failure, [one], origin))

    def _tell(self, failure: Failure, folder: Path) -> None:
        print(f"{failure.kind}: {failure.place}: {failure.detail[:200]}\n  {folder}", flush=True)

    def table(self) -> str:
        """The figures."""
        counts = Counter(kind for kind, _ in self.failures.counts.elements())
        thrown = sum(counts[kind] for kind in ("exception", "traceback", "crash"))
        lines = [
            f"seed {self.seed}",
            f"inputs          {self.inputs:,} ({self.rounds} runs of the whole command among them)",
            f"records         {self.records:,}",
            f"tracebacks      {thrown}",
            f"lost records    {counts['lost']}",
            f"other failures  {counts.total() - thrown - counts['lost']}",
            f"slowest input   {self.slowest[0]:.1f} CPU s, {self.slowest[1]}",
            f"most memory     {self.largest[0] / 2**20:.0f} MB, {self.largest[1]}",
            "rejected        " + ", ".join(f"{name} {number}" for name, number in sorted(self.rejected.items())),
        ]
        faults = [f"  {number:5} x {kind}: {place}" for (kind, place), number in self.failures.counts.most_common()]
        return "\n".join(lines + faults)


def fuzz(asked: argparse.Namespace) -> Fuzzing:
    """Fuzz as long, or as many inputs, as asked for."""
    seed = random.SystemRandom().randrange(10**6) if asked.seed is None else asked.seed
    with tempfile.TemporaryDirectory(prefix="cleaner-fuzz-") as temporary:
        folder = Path(temporary)
        one = Fuzzing(seed, folder, asked.failures)
        until = time.monotonic() + asked.seconds
        number = 0
        with Child(folder) as child:
            while number < asked.inputs if asked.inputs is not None else time.monotonic() < until + one.shrinking:
                one.input(number, child)
                number += 1
                if asked.rounds is None and number % PER_ROUND == 0:
                    one.round(one.rounds, child)
            for _ in range(asked.rounds or 0):
                one.round(one.rounds, child)
    return one


def replay(folder: Path) -> Failure | None:
    """A failure that was written down once more; what fails now."""
    _, inputs, given = failures.read(folder)
    with tempfile.TemporaryDirectory(prefix="cleaner-fuzz-") as temporary, Child(Path(temporary)) as child:
        if given:
            return command.run(inputs, given[:-1], Path(temporary) / "round", child, int(given[-1].removeprefix("again="))).failure
        return child.put(inputs[0]).failure


def main() -> int:
    """1 if anything failed."""
    asked = options()
    if asked.replay:
        failure = replay(asked.replay)
        print(f"{failure.kind}: {failure.place}\n{failure.detail}\n{failure.trace}" if failure else "fails no more")
        return int(failure is not None)
    found = fuzz(asked)
    print(found.table())
    return int(bool(found.failures.counts))


if __name__ == "__main__":
    sys.exit(main())
