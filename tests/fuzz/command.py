"""A folder of mutated inputs through the real command, and what must be true of its output."""

from __future__ import annotations

import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from .containers import Input, made
from .watching import RECORD_BYTES, Child, Failure, Outcome, environment

FILES = 16
"""Inputs of one round."""
CPU_SECONDS = 150
"""For each process of one command."""
SECONDS = 900
DATA = 3 * 1024**3
"""Bytes of data that each process of a command may hold."""
DONE, REFUSED = 0, 3
"""Exit codes: done; nothing replaced, because too many records were refused for their form."""
SMALLER = "--max-record-mb"
"""The option for the size of a record. A row of CSV that is much longer may count as its lines."""
COMPARED = ("corpus", "merged", "pairs", "rejected", "cuts")


@cache
def max_rejected() -> tuple[str, ...]:
    """The option that says that any number of rejections is meant, if the command has it."""
    done = subprocess.run(
        [sys.executable, "-m", "cleaner", "run", "--help"],
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )
    return ("--max-rejected", "100") if "--max-rejected" in done.stdout else ()


def arguments(rng: random.Random) -> list[str]:
    """Options of a round's run."""
    found = ["--level", rng.choice(("exact", "near", "event")), "--seconds-per-page", "10"]
    if rng.random() < 0.25:
        found += ["--format", "parquet"]
    if rng.random() < 0.3:
        found += ["--index", "INDEX"]
    if rng.random() < 0.2:
        found += [SMALLER, "0.01"]
    return found


def round_of(seed: int, number: int) -> tuple[list[Input], list[str], random.Random]:
    """Inputs and options of the ``number``-th round of a seed."""
    rng = random.Random(f"{seed} round {number}")
    first = 1_000_000_000 + number * FILES
    return [made(seed, first + i) for i in range(FILES)], arguments(rng), rng


def run(inputs: Sequence[Input], options: Sequence[str], folder: Path, child: Child, again: int = 0) -> Outcome:
    """One run over the inputs, with all checks; ``again``: a second one with so many workers and other hashes."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "in").mkdir(parents=True)
    expected = 0
    inputs = _one_on_stdin(inputs)
    limit = int(float(options[options.index(SMALLER) + 1]) * 1024**2) if SMALLER in options else RECORD_BYTES
    for one in inputs:
        by_lines = limit < RECORD_BYTES and one.suffix.startswith((".csv", ".tsv", ".jsonl"))
        read = child.put(replace(one, records=None) if by_lines else one, only="read", limit=limit)
        if read.failure:
            return read
        expected += read.records
    stdin = _place(inputs, folder / "in")
    outcome, done = _one(options, folder, "a", 2, stdin)
    if outcome.failure is None and done == DONE:
        outcome.records, outcome.failure = _check(folder / "a", expected)
    if outcome.failure is None and again:
        other, code = _one(options, folder, "b", again, stdin)
        outcome.cpu = max(outcome.cpu, other.cpu)
        outcome.failure = other.failure
        if other.failure is None and (code != done or _bytes(folder / "a") != _bytes(folder / "b")):
            outcome.failure = Failure("unequal", "the same inputs twice", f"exit codes {done}, {code}; other bytes")
    return outcome


def _place(inputs: Sequence[Input], folder: Path) -> bytes | None:
    """Write the files; what comes on standard input instead."""
    stdin: bytes | None = None
    for one in inputs:
        if one.name.startswith("-"):
            stdin = one.data
        else:
            (folder / one.name).write_bytes(one.data)
    return stdin


def _one_on_stdin(inputs: Sequence[Input]) -> list[Input]:
    """The inputs, of which at most one is for standard input; the others of that kind are files, and are read as such."""
    found: list[Input] = []
    for one in inputs:
        alone = one.name.endswith(".jsonl") and not any(other.name.startswith("-") for other in found)
        found.append(one if alone else replace(one, name=one.name.lstrip("-")))
    return found


def _one(options: Sequence[str], folder: Path, name: str, workers: int, stdin: bytes | None) -> tuple[Outcome, int]:
    named = [str(folder / f"index-{name}") if option == "INDEX" else option for option in options]
    inputs = [*(["in"] if any((folder / "in").iterdir()) else []), *(["-"] if stdin is not None else [])]
    command = [sys.executable, "-m", "cleaner", "run", *inputs, "--output", name, "--workers", str(workers), *named]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen(
        [*command, *max_rejected()],
        cwd=folder,
        env={**environment(), "PYTHONHASHSEED": str(workers)},
        stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=_bound,
        start_new_session=True,
    )
    try:
        out, error = process.communicate(stdin, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return Outcome(failure=Failure("hung", "run", f"{SECONDS} seconds by the clock")), -1
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    outcome = Outcome(cpu=used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime)
    code, said = process.returncode, error.decode("utf-8", "replace")
    if "Traceback" in said or "Fatal Python error" in said:
        last = [line for line in said.splitlines() if re.match(r"\w[\w.]*(Error|Exception|Up|Exit|Interrupt)\b", line)]
        outcome.failure = Failure("traceback", (last or [""])[-1][:60], said[-500:], said[-6000:])
    elif code not in (DONE, REFUSED):
        kind = "cpu" if code == -signal.SIGXCPU else "exit code"
        outcome.failure = Failure(kind, f"{code} {' '.join(said.split()[-8:])}"[:80], said[-500:])
    elif out:
        outcome.failure = Failure("wrong", "something on stdout", out[:200].decode("utf-8", "replace"))
    elif code == REFUSED and max_rejected():
        outcome.failure = Failure("wrong", "refused though --max-rejected is 100", said[-500:])
    return outcome, code


def _bound() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_DATA, (DATA, resource.RLIM_INFINITY))


def _check(out: Path, expected: int) -> tuple[int, Failure | None]:
    """Whether the counts add up: what went in, what the report says, the rows of the files."""
    try:
        counts = json.loads((out / "report.json").read_text(encoding="utf-8"))["counts"]
        rows = {name: list(_rows(out, name)) for name in COMPARED}
    except (OSError, ValueError, KeyError) as error:
        return 0, Failure("wrong", f"an output file cannot be read: {type(error).__name__}", str(error))
    found = {"corpus": counts["stories"], "merged": counts["merged"], "rejected": counts["rejected"]}
    if counts["records"] != expected:
        return expected, Failure(
            "lost", "records", f"{expected} records went in, the report counts {counts['records']}"
        )
    for name, number in found.items():
        if len(rows[name]) != number:
            return expected, Failure("lost", f"rows of {name}", f"{number} in the report, {len(rows[name])} rows")
    if sum(found.values()) != expected:
        return expected, Failure("lost", "the sum", f"{expected} in, {found}")
    members = sorted(member["id"] for row in rows["corpus"] for member in row["story"]["members"])
    if members != sorted([row["id"] for row in rows["corpus"]] + [row["id"] for row in rows["merged"]]):
        return expected, Failure("lost", "members", "members of the stories are not the canonicals and the merged")
    if len(set(members)) != len(members):
        return expected, Failure("wrong", "an id twice", "")
    return expected, None


def _rows(out: Path, name: str) -> Iterator[dict[str, Any]]:
    path = out / f"{name}.jsonl"
    if path.exists():
        for line in path.read_bytes().decode("utf-8").split("\n")[:-1]:
            yield json.loads(line)
        return
    import pyarrow.parquet as pq

    yield from pq.read_table(out / f"{name}.parquet").to_pylist()


def _bytes(out: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted(out.glob("*")) if path.stem in COMPARED]
