"""One run, killed; what its folder holds then, and after the next run."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from .scenarios import ROOT, Scenario, index, names, output

SECONDS = 300.0
CLAIM = b"no output file was changed"


@dataclass
class Seen:
    """What one try came to."""

    state: str
    """Of the output after the signal: ``old``, ``new``, ``incomplete`` (no report.json) or ``wrong``."""
    wrong: list[str] = field(default_factory=list)
    leftovers: list[str] = field(default_factory=list)
    """Names that stand there after the next run and not after an undisturbed one."""
    said: str = ""
    """What the run said, where something is wrong."""


def at_rename(scenario: Scenario, number: signal.Signals, side: str, rename: int) -> Seen:
    """Kill it before or after its so manieth rename."""
    folder = scenario.copy("try")
    process = scenario.start(folder, side, str(rename), str(int(number)))
    return _look(scenario, folder, number, process)


def at_random(scenario: Scenario, number: signal.Signals, rng: random.Random) -> Seen:
    """Kill it at a random moment of its time."""
    folder = scenario.copy("try")
    process = scenario.start(folder)
    try:
        process.wait(rng.uniform(0.1, 1.05) * scenario.seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(number)
    return _look(scenario, folder, number, process)


def worker(scenario: Scenario, number: signal.Signals, rng: random.Random) -> Seen:
    """Kill one of its workers at a random moment; the run goes on and nothing is to be seen of it."""
    folder = scenario.copy("try")
    process = scenario.start(folder)
    until = time.monotonic() + scenario.seconds
    waited = time.monotonic() + rng.uniform(0.0, 0.6) * scenario.seconds
    killed = False
    while process.poll() is None and time.monotonic() < until and not killed:
        found = workers_of(process.pid) if time.monotonic() > waited else []
        if found:
            try:
                os.kill(rng.choice(found), number)
                killed = True
            except ProcessLookupError:
                continue
        time.sleep(0.01)
    code = process.wait(SECONDS)
    seen = Seen("new" if output(folder) == scenario.new else "wrong")
    if code:
        seen.wrong.append(f"the run ended with {code} when a worker was killed")
    if seen.state == "wrong":
        seen.wrong.append("other bytes when a worker was killed")
    if scenario.has_index and index(folder) != scenario.new_index:
        seen.wrong.append("another index when a worker was killed")
    if not killed:
        seen.state = "no worker"
    seen.leftovers = sorted(names(folder) - scenario.names)
    return seen


def workers_of(pid: int) -> list[int]:
    """Processes below ``pid`` that have none below them and are not the one that keeps books for multiprocessing."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").iterdir():
        if path.name.isdigit():
            try:
                stat = (path / "stat").read_text()
                command = (path / "cmdline").read_bytes()
            except OSError:
                continue
            parent = int(stat.rpartition(")")[2].split()[1])
            state = stat.rpartition(")")[2].split()[0]
            if b"resource_tracker" not in command and state != "Z":
                children.setdefault(parent, []).append(int(path.name))
    found, below = [], list(children.get(pid, ()))
    while below:
        one = below.pop()
        inner = children.get(one, [])
        below += inner
        if not inner and not _is_forkserver(one):
            found.append(one)
    return sorted(found)


def _is_forkserver(pid: int) -> bool:
    """A server of forks is not yet a worker while it has no child. Its children have its command line."""
    try:
        parent = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        mine, theirs = (Path(f"/proc/{one}/cmdline").read_bytes() for one in (pid, parent))
    except OSError:
        return True
    return b"forkserver" in mine and b"forkserver" not in theirs


def _look(scenario: Scenario, folder: Path, number: signal.Signals, process: subprocess.Popen[bytes]) -> Seen:
    try:
        code = process.wait(SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return Seen("wrong", ["it did not end"])
    said = Path(f"{folder}.said").read_bytes()
    state = _state(folder, scenario)
    seen = Seen(state)
    if state == "wrong":
        seen.wrong.append(f"the output is neither the old nor the new: {_difference(folder, scenario)}")
    if state == "incomplete" and number != signal.SIGKILL:
        seen.wrong.append(f"incomplete after {number.name}")
    # Python itself may be interrupted while it starts, before the first line of the project.
    of_start = b"Traceback" in said and os.fsencode(ROOT / "cleaner") not in said
    if b"Traceback" in said and not of_start:
        seen.wrong.append(f"a traceback after {number.name}")
    if CLAIM in said and state != "old":
        seen.wrong.append("it says that nothing was changed")
    if code == 0 and state != "new":
        seen.wrong.append("exit code 0 without the new output")
    if code not in (0, -number, 128 + number) and not of_start:
        seen.wrong.append(f"exit code {code} after {number.name}")
    committed = scenario.has_index and index(folder) == scenario.new_index
    if scenario.has_index and not committed and index(folder) != scenario.old_index:
        seen.wrong.append("the index is neither the old nor the new")
    if committed and state != "new":
        seen.wrong.append("the index has the run, the output has not")
    seen.said = said.decode(errors="replace") if seen.wrong else ""
    _run_again(scenario, folder, committed, seen)
    return seen


def _run_again(scenario: Scenario, folder: Path, committed: bool, seen: Seen) -> None:
    """The same command once more: it makes what an undisturbed one makes, and takes away what was left."""
    code = scenario.start(folder).wait(SECONDS)
    if code:
        seen.wrong.append(f"the next run ended with {code}: {Path(f'{folder}.said').read_bytes()[-200:]!r}")
    wanted = (scenario.again, scenario.again_index) if committed else (scenario.new, scenario.new_index)
    if output(folder) != wanted[0]:
        seen.wrong.append("the next run makes other bytes")
    if scenario.has_index and index(folder) != wanted[1]:
        seen.wrong.append("the next run makes another index")
    seen.leftovers = sorted(names(folder) - scenario.names)


def _state(folder: Path, scenario: Scenario) -> str:
    found = output(folder)
    if found == scenario.new:
        return "new"
    if found == scenario.old:
        return "old"
    return "wrong" if "report.json" in found else "incomplete"


def _difference(folder: Path, scenario: Scenario) -> str:
    found = output(folder)
    of = [f"{name} {'new' if found[name] == scenario.new.get(name) else 'old'}" for name in sorted(found)]
    return ", ".join(of)
