"""Shared by all tests: where the samples are, and how the real command is called."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from io import TextIOWrapper
from pathlib import Path

import pytest
from hypothesis import settings

from cleaner import cli

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "samples"


settings.register_profile("untimed", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("untimed")
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # of a shell's background job: commands would ignore it too
    signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) == signal.SIG_IGN:  # of nohup
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # each of the hundreds of processes would compile the whole package
sys.dont_write_bytecode = False  # and each worker, each time, all tests


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


def call_here(*arguments: str | Path, stdin: bytes | None = None, cwd: Path | None = None):
    """The same command line in this process, which saves the second that a process takes to load.

    For what options do. How a process starts and ends, its streams, signals and hash seed need ``call``.
    """
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as said:
        given.write(stdin or b"")
        given.seek(0)
        with pytest.MonkeyPatch.context() as patch:
            for name, stream in (("stdin", given), ("stdout", out), ("stderr", said)):
                patch.setattr(sys, name, TextIOWrapper(stream, "utf-8", line_buffering=True))
            if cwd is not None:
                patch.chdir(cwd)
            try:
                code = cli.main([*map(str, arguments)])
            except SystemExit as ended:
                code = ended.code
            for stream in (sys.stdin, sys.stdout, sys.stderr):
                stream.flush()
                stream.detach()
        out.seek(0), said.seek(0)
        return subprocess.CompletedProcess(arguments, code, out.read(), said.read())


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
