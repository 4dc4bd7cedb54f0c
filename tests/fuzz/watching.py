"""A child process and what becomes of the inputs that it is given."""

from __future__ import annotations

import contextlib
import json
import os
import re
import select
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from cleaner.settings import Limits

from .containers import Input

ROOT = Path(__file__).parents[2]
CPU_SECONDS = 25.0
"""For one input in the child: four pages at their own limit, and something for the rest."""
SHRINKING_SECONDS = 8.0
"""The same while an input that took too long is made small."""
RECORD_BYTES = Limits().max_record_bytes
GROWTH = 1024**3
"""Bytes by which the child may grow over one input, none of which is longer than a few hundred kB."""
PATIENCE = 10
"""Times the CPU seconds that a child may take by the clock: the machine may be busy."""


@dataclass(frozen=True)
class Failure:
    """Something that must not happen."""

    kind: str
    """``exception``, ``lost``, ``cpu``, ``crash``, ``hung``, or one of the whole command's."""
    place: str
    """Where: two failures of one kind and place count as the same fault."""
    detail: str
    trace: str = ""

    @property
    def fault(self) -> tuple[str, str]:
        """What makes two failures the same."""
        return self.kind, self.place


@dataclass
class Outcome:
    """What one input came to."""

    records: int = 0
    rejected: list[str] = field(default_factory=list)
    cpu: float = 0.0
    grown: int = 0
    failure: Failure | None = None


class Child:
    """A process of ``child``, started anew when it ended. A context manager."""

    def __init__(self, folder: Path, cpu_seconds: float = CPU_SECONDS) -> None:
        self.folder, self.cpu_seconds = folder, cpu_seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._said = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed in __exit__
        self._received = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()
        self._said.close()

    def put(self, one: Input, only: str = "", collapsed: bool = True, limit: int = RECORD_BYTES) -> Outcome:
        """One input through the child; ``only="read"`` leaves all after the reader out, ``limit``: bytes of a record."""
        path = self.folder / one.name.lstrip("-")
        path.write_bytes(one.data)
        task = {"path": str(path), "stdin": one.name.startswith("-"), "records": one.records, "only": only}
        task |= {"collapse": collapsed, "limit": limit, "seconds": self.cpu_seconds, "bytes": GROWTH}
        try:
            answer = self._ask(task)
        finally:
            path.unlink()
        if "records" in answer:
            return Outcome(answer["records"], answer["rejected"], answer["cpu"], answer["grown"])
        outcome = Outcome(cpu=answer.get("cpu", 0.0), grown=answer.get("grown", 0))
        message = answer["error"]
        kind, place = answer.get("kind", "exception"), answer.get("place", "")
        if message.startswith("Wrong: "):
            message = message.removeprefix("Wrong: ")
            kind = "lost" if message.startswith("lost") else "wrong"
            place = message.split(":")[0] if kind == "lost" else " ".join(message.split()[:4])
        elif kind == "exception":
            place = f"{message.split(':')[0]} in {place}"
        outcome.failure = Failure(kind, place, message, answer.get("trace", ""))
        return outcome

    def _ask(self, task: dict[str, Any]) -> dict[str, Any]:
        process = self._running()
        assert process.stdin and process.stdout
        self._said.truncate(0)
        process.stdin.write(json.dumps(task).encode() + b"\n")
        process.stdin.flush()
        while b"\n" not in self._received:
            ready, _, _ = select.select([process.stdout], [], [], self.cpu_seconds * PATIENCE)
            piece = os.read(process.stdout.fileno(), 65536) if ready else b""
            if not piece:
                return self._ended(process, bool(ready))
            self._received += piece
        line, _, self._received = self._received.partition(b"\n")
        found: dict[str, Any] = json.loads(line)
        return found

    def _ended(self, process: subprocess.Popen[bytes], by_itself: bool) -> dict[str, Any]:
        """What is known of a child that gave no answer."""
        self._process, self._received = None, b""
        if not by_itself:
            process.kill()
        code = process.wait()
        _close(process)
        self._said.seek(0)
        trace = self._said.read().decode("utf-8", "replace")[-6000:]
        own = [line.strip() for line in trace.splitlines() if "/cleaner/" in line and "File" in line]
        place = re.sub(r'", line \d+ in ', ":", own[0].split("/cleaner/")[-1]) if own else ""
        if code == -signal.SIGXCPU:
            return {
                "error": f"more than {self.cpu_seconds:g} CPU seconds",
                "kind": "cpu",
                "place": place,
                "trace": trace,
            }
        kind = "crash" if by_itself else "hung"
        return {"error": f"the process ended with {code}", "kind": kind, "place": place or str(code), "trace": trace}

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.fuzz.child"],
                cwd=ROOT,
                env=environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._said,
            )
        return self._process

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            _close(self._process)
            self._process = None


def _close(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()


def environment() -> dict[str, str]:
    """The environment in which this checkout is what is imported."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONFAULTHANDLER": "1"}
