"""Runs to be killed: a folder with what was there before, the command, and what an undisturbed run makes of it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Self

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "samples" / "pages"
OLD = ("stored", "alpenkurier.example")
FEW = ("feed.jsonl", "quickread.example")
State = dict[str, str]


class Scenario:
    """One command, run in a copy of what was there before."""

    def __init__(
        self, command: str, inputs: list[str], form: str, has_index: bool, folder: Path, workers: int = 1
    ) -> None:
        self.name = f"{command}, {form}{', index' if has_index else ''}{', workers' if workers > 1 else ''}"
        self.folder, self.has_index = folder / self.name.replace(", ", "-"), has_index
        options = ["--output", "out", "--workers", str(workers), "--quiet", "--format", form]
        options += ["--index", "index"] if has_index else []
        self.arguments = [command, *inputs, *options]
        self._earlier = [command, *_old(command, self.folder), *options]

    def prepared(self) -> Self:
        """Make what was there before, and run it undisturbed once and twice to know what is right."""
        before = self.folder / "before"
        before.mkdir(parents=True)
        if self._earlier[0] == "collapse":
            pages = _old("run", self.folder)
            _fine(start(["-m", "cleaner", "strip", *pages, "--no-cuts", "-q", "-o", self._earlier[1]], before))
        _fine(start(["-m", "cleaner", *self._earlier], before))
        self.old, self.old_index = output(before), index(before)
        after, counted = self.copy("after"), self.folder / "renames"
        started = time.monotonic()
        _fine(self.start(after, "count", str(counted), "0"))
        self.seconds = time.monotonic() - started
        """How long an undisturbed run takes here."""
        self.renames = int(counted.read_text())
        self.new, self.new_index, self.names = output(after), index(after), names(after)
        twice = self.folder / "twice"
        shutil.copytree(after, twice)
        _fine(self.start(twice))
        self.again, self.again_index = output(twice), index(twice)
        return self

    def copy(self, name: str) -> Path:
        """A fresh copy of what was before."""
        target = self.folder / name
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(self.folder / "before", target)
        return target

    def start(self, folder: Path, *moment: str) -> subprocess.Popen[bytes]:
        """Start the command there; with a ``moment`` it is the victim's."""
        victim = [str(Path(__file__).with_name("victim.py")), *moment] if moment else ["-m", "cleaner"]
        return start([*victim, *self.arguments], folder)


def _old(command: str, folder: Path) -> list[str]:
    """Inputs of the run before."""
    return [str(folder / "old.jsonl")] if command == "collapse" else [str(PAGES / one) for one in OLD]


def start(arguments: list[str], folder: Path) -> subprocess.Popen[bytes]:
    """Python with these arguments; what it says goes to a file beside the folder, with ``.said`` after its name."""
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    with Path(f"{folder}.said").open("wb") as said:
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": "random"},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
        )


def all_of_them(folder: Path, only: str = "") -> list[Scenario]:
    """The scenarios of one process whose names hold ``only``, prepared."""
    few = [str(PAGES / name) for name in FEW]
    _fine(start(["-m", "cleaner", "strip", *few, "--no-cuts", "-q", "-o", "articles.jsonl"], folder))
    articles = str(folder / "articles.jsonl")
    kinds = (
        ("run", few, "jsonl", False),
        ("run", few, "parquet", True),
        ("collapse", [articles], "parquet", False),
        ("collapse", [articles], "jsonl", True),
    )
    made = [Scenario(*kind, folder) for kind in kinds]
    return [scenario.prepared() for scenario in made if only in scenario.name]


def with_workers(folder: Path, only: str = "") -> list[Scenario]:
    """The scenarios that start worker processes, prepared."""
    made = [Scenario("run", [str(PAGES)], *kind, folder, 3) for kind in (("jsonl", False), ("parquet", True))]
    return [scenario.prepared() for scenario in made if only in scenario.name]


def _fine(process: subprocess.Popen[bytes]) -> None:
    if process.wait() != 0:
        raise RuntimeError(f"an undisturbed run ended with {process.returncode}: {process.args!r}")


def output(folder: Path) -> State:
    """Public files of the output with a hash of each; of the report what does not tell of time."""
    found: State = {}
    for path in sorted((folder / "out").iterdir()):
        if path.name == "report.json":
            report = json.loads(path.read_text(encoding="utf-8"))
            found[path.name] = json.dumps({key: value for key, value in report.items() if key != "seconds"}, sort_keys=True)
        elif not path.name.startswith(".cleaner"):
            found[path.name] = _hash(path)
    return found


def index(folder: Path) -> State:
    """All that an index holds: the rows of its manifest and the files of the segments that it names."""
    manifests = sorted((folder / "index").glob("manifest-*.sqlite"))
    if not manifests:
        return {}
    found: State = {}
    with closing(sqlite3.connect(manifests[-1])) as connection:
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall():
            rows = sorted(map(repr, connection.execute(f'SELECT * FROM "{table}"')))
            found[table] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
        named = [name for (name,) in connection.execute("SELECT name FROM segments")]
    for name in named:
        found[name] = _hash(folder / "index" / "segments" / name)
    return found


def names(folder: Path) -> set[str]:
    """Names of all files below, without those of a database's log."""
    found = (str(path.relative_to(folder)) for path in folder.rglob("*"))
    return {name for name in found if not name.endswith(("-wal", "-shm"))}


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
