"""Wall time, CPU time, memory and disk of a command with all its worker processes.

Memory is read from /proc while the command runs: the sum of the proportional set sizes (PSS, shared pages
counted once) over the process tree, and how much of it is anonymous, that is no page of a file which the kernel
may drop. ``ru_maxrss`` would not do: it knows one process, and starts from what the parent held when it forked.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

_PART = re.compile(rb"^(Pss|Pss_Anon|Pss_Shmem): +(\d+) kB", re.MULTILINE)
PAUSE = 0.1
"""Least seconds between two looks; more where a look takes long, so that looking costs at most a tenth."""
MB = 1e6


class Cost(NamedTuple):
    """What a command took. Seconds; megabytes of a million bytes."""

    code: int
    wall: float
    cpu: float
    memory: float
    """Peak PSS of the process tree."""
    anonymous: float
    """Peak of the part of it that is no page of a file."""
    disk: float
    """Most that stood in the watched folders beyond what was there before."""
    said: str
    """The end of its standard error."""

    def figures(self) -> dict[str, float]:
        """For a line of the table."""
        return {
            "s": self.wall,
            "CPU s": self.cpu,
            "MB": self.memory,
            "MB anonymous": self.anonymous,
            "MB disk": self.disk,
        }


class Watch(threading.Thread):
    """Looks at a process tree and at folders until told to stop."""

    def __init__(self, process: int, folders: Iterable[Path] = ()) -> None:
        super().__init__(daemon=True)
        self.process = process
        self.folders = list(folders)
        self.memory = self.anonymous = self.disk = 0.0
        self.series: list[tuple[float, float]] = []
        """(seconds since the start, MB of the tree)."""
        self._ended = threading.Event()

    def run(self) -> None:
        before = self._on_disk()
        started = time.monotonic()
        while True:
            look = time.monotonic()
            memory, anonymous = tree_memory(self.process)
            self.memory, self.anonymous = max(self.memory, memory), max(self.anonymous, anonymous)
            self.series.append((look - started, memory))
            self.disk = max(self.disk, self._on_disk() - before)
            if self._ended.wait(max(PAUSE, 10 * (time.monotonic() - look))):
                return

    def stop(self) -> None:
        """Look no more."""
        self._ended.set()
        self.join()

    def _on_disk(self) -> float:
        return sum(map(bytes_below, self.folders)) / MB


def tree_memory(process: int) -> tuple[float, float]:
    """MB of PSS, and of its anonymous part, of a process and all below it; 0 where there is no /proc."""
    whole = anonymous = 0
    for one in _tree(process):
        try:
            found = dict(_PART.findall(Path(f"/proc/{one}/smaps_rollup").read_bytes()))
        except OSError:
            continue  # it ended meanwhile
        whole += int(found.get(b"Pss", 0))
        anonymous += int(found.get(b"Pss_Anon", 0)) + int(found.get(b"Pss_Shmem", 0))
    return whole * 1024 / MB, anonymous * 1024 / MB


def _tree(process: int) -> list[int]:
    found = [process]
    for one in found:
        try:
            for thread in Path(f"/proc/{one}/task").iterdir():
                found += map(int, (thread / "children").read_text().split())
        except OSError:
            continue
    return found


def bytes_below(folder: Path) -> int:
    """Bytes on disk below a folder."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.lstat().st_blocks * 512
        except OSError:
            continue
    return total


def command(
    arguments: Sequence[str | Path],
    folders: Iterable[Path] = (),
    scratch: Path | None = None,
    feed: Callable[[object], object] | None = None,
    watching: Callable[[Watch], object] | None = None,
) -> Cost:
    """Run ``python -m cleaner`` with these arguments.

    ``folders`` are watched for their size, ``scratch`` becomes TMPDIR, ``feed`` writes its standard input.
    """
    return run([sys.executable, "-m", "cleaner", *map(str, arguments)], folders, scratch, feed, watching)


def run(
    arguments: Sequence[str],
    folders: Iterable[Path] = (),
    scratch: Path | None = None,
    feed: Callable[[object], object] | None = None,
    watching: Callable[[Watch], object] | None = None,
) -> Cost:
    """Run any command and measure it; its standard output goes nowhere."""
    environment = dict(os.environ)
    if scratch is not None:
        scratch.mkdir(parents=True, exist_ok=True)
        environment["TMPDIR"] = str(scratch)
    started = time.monotonic()
    process = subprocess.Popen(
        arguments,
        stdin=subprocess.PIPE if feed else subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environment,
    )
    said: list[bytes] = []
    listener = threading.Thread(target=lambda: said.append(process.stderr.read()), daemon=True)  # type: ignore[union-attr]
    listener.start()
    watch = Watch(process.pid, folders)
    watch.start()
    if feed:
        try:
            feed(process.stdin)
            process.stdin.close()  # type: ignore[union-attr]
        except BrokenPipeError:
            pass  # its exit code tells
    _, status, used = os.wait4(process.pid, 0)
    wall = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    watch.stop()
    listener.join()
    if watching:
        watching(watch)
    told = b"".join(said).decode(errors="replace")[-2000:].strip()
    cpu = used.ru_utime + used.ru_stime
    return Cost(process.returncode, wall, cpu, watch.memory, watch.anonymous, watch.disk, told)


def best_in_turn(methods: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Process seconds of each method, the best of some rounds taken in turn: a drift of the machine meets all."""
    best = dict.fromkeys(methods, float("inf"))
    for _ in range(rounds):
        for name, method in methods.items():
            started = time.process_time()
            method()
            best[name] = min(best[name], time.process_time() - started)
    return best
