"""The command line itself: help, what may have been meant, completion, what it loads, options of every run."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest
from conftest import SAMPLES, call, call_here, rows

from cleaner import cli
from cleaner.version import VERSION

OWN_MODULES = {"import cleaner": 12, "from cleaner import cli; cli.parser()": 24}
"""Modules of cleaner that may be loaded before anything is done."""
HEAVY = ("numpy", "scipy", "lxml", "pyarrow", "rich", "regex", "trafilatura", "dateparser", "datasketch", "jinja2", "shtab", "rich_argparse", "zstandard", "fsspec")


@pytest.mark.parametrize("code", OWN_MODULES)
def test_little_is_loaded_at_the_start(code):
    script = f"import sys\nbefore = set(sys.modules)\n{code}\nprint(*sorted(set(sys.modules) - before))"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert {name.partition(".")[0] for name in loaded}.isdisjoint(HEAVY)
    own = [name for name in loaded if name.startswith("cleaner")]
    assert len(own) <= OWN_MODULES[code], own
    assert len(loaded) <= 110


NOT_LOADED = ("pyarrow", "jinja2", "shtab", "rich_argparse", "fsspec", "trafilatura", "dateparser", "numba", "ray", "pyspark")
"""What a run from text to JSONL needs nowhere, or in its workers only."""


def test_what_a_run_does_not_use_it_does_not_load(articles, tmp_path):
    code = "import sys; from cleaner import cli; done = cli.main(sys.argv[1:]); print(done, *sys.modules)"
    command = [sys.executable, "-c", code, "collapse", articles, "-o", tmp_path / "out", "--quiet"]
    done, *loaded = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    tops = {name.partition(".")[0] for name in loaded}
    assert (done, sorted(tops & set(NOT_LOADED))) == ("0", [])
    assert len(loaded) < 1_250, len(loaded)


def test_a_bare_command_prints_help():
    done = call()
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == call("--help").stdout
    assert b"COMMAND" in done.stdout and b"\x1b" not in done.stdout


def test_the_version_is_printed():
    assert call("--version").stdout.decode() == f"cleaner {VERSION}\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["rnu"], "cleaner: there is no command 'rnu'; did you mean run?; see cleaner --help"),
        (["--vrsion"], "cleaner: there is no option --vrsion; did you mean --version?; see cleaner --help"),
        (["run", "x", "--ouput", "y"], "cleaner run: there is no option --ouput; did you mean --output?; see cleaner run --help"),
        (["run", "x", "--out", "y"], "cleaner run: there is no option --out; did you mean --output?; see cleaner run --help"),
        (["run", "x", "-o", "y", "--nothing-alike"], "cleaner run: there is no option --nothing-alike; see cleaner run --help"),
        (["index", "stast", "x"], "cleaner index: there is no command 'stast'; did you mean stats?; see cleaner index --help"),
        (["run", "x", "-o", "y", "--level", "evnt"], "did you mean event?"),
        (["run", "x", "-o", "y", "--report=page"], "cleaner run: --report takes no value; see cleaner run --help"),
        (["run", "x", "-o", "y", "-z"], "cleaner run: unrecognized arguments: -z; see cleaner run --help"),
        (["qqq"], "choose one of run, strip,"),
        (["run", "x", "--limit", "0", "-o", "y"], "limit '0' is no whole number from 1 to"),
    ],
)
def test_a_slip_is_told_in_one_line_with_what_was_meant(words, said, capsys):
    try:
        code = cli.main(words)
    except SystemExit as ended:
        code = ended.code
    told = capsys.readouterr()
    assert (code, told.out, told.err.count("\n")) == (2, "", 1)
    assert said in told.err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_knows_commands_and_options(shell):
    pytest.importorskip("shtab")
    done = call("--print-completion", shell)
    assert (done.returncode, done.stderr) == (0, b"")
    for word in ("rethreshold", "near-threshold", "report"):
        assert word in done.stdout.decode()


def test_help_is_coloured_on_a_terminal_and_says_the_same(monkeypatch):
    pytest.importorskip("rich_argparse")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("TERM", "xterm")
    plain = cli.parser().format_help()
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    shown = cli.parser().format_help()
    assert "\x1b[" in shown and "\x1b" not in plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", shown).lower().split() == plain.lower().split()


def test_inspect_into_a_pipe_breaks_no_line():
    page = SAMPLES / "pages" / "stored" / "stored-brockhollow-fire.txt"
    shown = call("inspect", page).stdout.decode().splitlines()
    (line,) = [line for line in shown if "+ MILLBRACK" in line]
    assert len(line) > 200
    assert line.partition("+ ")[2] in page.read_text(encoding="utf-8")


def test_the_first_records_alone_and_no_cuts(tmp_path):
    done = call_here("run", SAMPLES / "pages", "--output", tmp_path / "out", "--limit", "5", "--no-cuts", "--quiet")
    assert done.returncode == 0, done.stderr
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert report["counts"]["records"] == 5
    assert report["settings"]["limit"] == 5
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "corpus.jsonl", "merged.jsonl", "pairs.jsonl", "rejected.jsonl", "report.json"
    ]
    piped = call_here("strip", SAMPLES / "pages", "--limit", "3", "--quiet").stdout.decode().splitlines()
    assert len(piped) == 3


def test_a_run_without_cuts_can_be_made_anew_with_another_threshold(tmp_path, articles):
    done = call_here("run", SAMPLES / "pages" / "stored", "-o", tmp_path / "out", "--no-cuts", "--keep-scores", "--quiet")
    assert done.returncode == 0, done.stderr
    done = call_here("rethreshold", tmp_path / "out", "--threshold", "0.9", "--quiet")
    assert done.returncode == 0, done.stderr
    assert len(rows(tmp_path / "out" / "corpus.jsonl")) >= 1
