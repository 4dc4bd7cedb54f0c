"""Standard streams that are closed, full, left by their reader or of a small encoding; JSON that breaks no line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from cleaner.sinks.json_text import to_document, to_json

POSIX = pytest.mark.skipif(os.name != "posix", reason="shell")
BODY = "The harbour board met on Tuesday — “at last” — and voted to dredge the eastern channel before winter. "
ODD = "\x7f\x80\x85\x9f\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    """Good records that fill more than a pipe, and one bad one."""
    path = tmp_path / "feed.jsonl"
    records = [{"id": f"r{i}", "text": f"{BODY} {i} " * 40, "note": ODD} for i in range(40)]
    path.write_text("".join(json.dumps(one) + "\n" for one in [*records, {"id": "bad", "text": 7}]), "utf-8")
    return path


def shell(folder: Path, command: str, **environment: str) -> subprocess.CompletedProcess:
    """A command line of bash, in which ``cleaner`` is the real command."""
    prelude = f'cleaner() {{ "{sys.executable}" -m cleaner "$@"; }}\n'
    variables = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run(
        ["bash", "-c", prelude + command], capture_output=True, cwd=folder, env=variables, check=False, timeout=300
    )


@POSIX
def test_closed_streams(tmp_path, feed):
    done = shell(tmp_path, "cleaner collapse feed.jsonl -o out >&-")
    assert done.returncode == 0 and b"1 story in out" in done.stderr and b"Traceback" not in done.stderr
    done = shell(tmp_path, "cleaner collapse feed.jsonl -o out2 2>&- >&- <&-")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert (tmp_path / "out2" / "corpus.jsonl").read_bytes() == (tmp_path / "out" / "corpus.jsonl").read_bytes()
    done = shell(tmp_path, "cleaner strip feed.jsonl 2>&-")
    assert done.returncode == 0
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [f"r{i}" for i in range(40)]
    for command in ("strip feed.jsonl -q", "inspect feed.jsonl --id r1", "--help"):
        done = shell(tmp_path, f"cleaner {command} >&-")
        assert done.returncode == 1
        assert done.stderr == b"cleaner: output: Bad file descriptor\n"


@POSIX
def test_a_reader_that_leaves(tmp_path, feed):
    done = shell(tmp_path, "cleaner strip feed.jsonl -q | head -1; echo ${PIPESTATUS[0]}")
    line, code = done.stdout.splitlines()
    assert json.loads(line)["id"] == "r0"
    assert (code, done.stderr) == (b"141", b"")
    # what is told on stderr may be lost, the run is not
    done = shell(tmp_path, "cleaner collapse feed.jsonl -o out 2>&1 | true; echo ${PIPESTATUS[0]}")
    assert done.stdout == b"0\n"
    assert (tmp_path / "out" / "report.json").exists()
    if Path("/dev/full").exists():
        assert shell(tmp_path, "cleaner collapse nowhere -o out 2>/dev/full").returncode == 2


@POSIX
@pytest.mark.parametrize("encoding", ["latin-1", "ascii"])
def test_json_lines_are_utf8_whatever_stdout_is(tmp_path, feed, encoding):
    plain = shell(tmp_path, "cleaner strip feed.jsonl -q", PYTHONIOENCODING="utf-8")
    done = shell(tmp_path, "cleaner strip feed.jsonl -q", PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stdout) == (0, plain.stdout)
    shown = shell(tmp_path, "cleaner inspect feed.jsonl --id r1", PYTHONIOENCODING=encoding)
    assert shown.returncode == 0 and b"\\u201cat last\\u201d" in shown.stdout.replace(b"\n", b"")


def test_too_little_memory_is_one_line(tmp_path):
    (tmp_path / "big.jsonl").write_text(json.dumps({"id": "a", "text": BODY}) + "\n", "utf-8")
    script = (
        "import pathlib, sys\nfrom cleaner import cli\n"
        "def full(*_, **__): raise MemoryError\n"
        "pathlib.Path.mkdir = full\nsys.exit(cli.main(['collapse', 'big.jsonl', '-o', 'out']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 1
    assert done.stderr.startswith(b"cleaner: not enough memory") and done.stderr.count(b"\n") == 1


@POSIX
def test_no_character_of_a_record_breaks_a_line_or_turns_a_direction(tmp_path, feed):
    assert shell(tmp_path, "cleaner collapse feed.jsonl -o out -q").returncode == 0
    for path in (tmp_path / "out").iterdir():
        text = path.read_text("utf-8")
        assert text.splitlines() == text.split("\n")[:-1]
        assert not set(text) & set(ODD)
    assert json.loads((tmp_path / "out" / "corpus.jsonl").read_text("utf-8").splitlines()[0])["note"] == ODD


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.text(ODD + '\\"u2028\n'),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.text(ODD + "\\ab") | st.text(), VALUES))
def test_json_reads_back_as_it_was_and_is_one_plain_line(row):
    whole = json.loads(json.dumps(row))  # JSON has lists only, and text keys
    for text in (to_json(row), to_document(row)):
        assert json.loads(text) == whole
        assert not set(text) & set(ODD)
    assert len(to_json(row).splitlines()) == 1
    assert to_json(row).encode("utf-8")
