"""Shared by all tests: where the samples are, and how the real command is called."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "samples"


settings.register_profile("untimed", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("untimed")
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # of a shell's background job: commands would ignore it too
    signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) == signal.SIG_IGN:  # of nohup
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def call(*arguments: str | Path, stdin: bytes | None = None, cwd: Path | None = None, seed: str = "random"):
    """The real command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "cleaner", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        cwd=cwd,
        env={**os.environ, "PYTHONHASHSEED": seed},
        timeout=300,
        check=False,
    )


def rows(path: Path) -> list[dict]:
    """Rows of a JSONL file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="session")
def gold() -> dict[str, dict]:
    """What the samples' pages hold, by id."""
    return {row["id"]: row for row in rows(SAMPLES / "gold" / "pages.jsonl")}


@pytest.fixture(scope="session")
def sample_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of one run over samples/pages."""
    folder = tmp_path_factory.mktemp("samples") / "out"
    done = call("run", SAMPLES / "pages", "--output", folder)
    assert done.returncode == 0, done.stderr.decode()
    return folder


@pytest.fixture(scope="session")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples' pages as articles that are clean already, one a line."""
    path = tmp_path_factory.mktemp("articles") / "articles.jsonl"
    done = call("strip", SAMPLES / "pages", "--no-cuts", "--quiet", "--output", path)
    assert done.returncode == 0, done.stderr.decode()
    return path
