"""Progress: stages with their names, files and bytes, lines for people and for machines, a summary."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, SAMPLES, call, call_here

from cleaner import progress
from cleaner.input_progress import size_of
from cleaner.sources import discover

STAGES = ["read and strip", "collapse: words", "collapse: exact", "collapse: near", "collapse: events", "collapse: pairs", "write"]


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> list[dict]:
    """What a run tells machines."""
    out = tmp_path_factory.mktemp("told") / "out"
    done = call("run", SAMPLES / "pages", "--output", out, "--json-progress")
    assert done.returncode == 0, done.stderr
    assert done.stdout == b""
    return [json.loads(line) for line in done.stderr.decode().splitlines()]


def test_machines_get_every_stage_with_files_and_bytes(told):
    assert (told[0]["event"], told[0]["stage"]) == ("begin", "read and strip")
    ended = [line for line in told if line["event"] == "end"]
    assert [line["stage"] for line in ended] == STAGES
    files = [path for path in (SAMPLES / "pages").rglob("*") if path.is_file()]
    reading = ended[0]
    assert reading["files"] == reading["files_total"] == len(files)
    assert reading["bytes"] == reading["bytes_total"] == sum(path.stat().st_size for path in files)
    assert reading["done"] == told[-1]["counts"]["records"]
    assert all(line["share"] == 1.0 for line in ended)
    assert told[-1]["event"] == "summary"
    assert told[-1]["counts"]["stories"] == ended[-1]["done"]


def test_machines_get_json_alone_from_strip_and_rethreshold_too(tmp_path, articles):
    records = [{"id": "a", "text": "The harbour board met on Tuesday and voted to dredge the channel."}, {"id": "b", "text": 7}]
    done = call_here("strip", "-", "--json-progress", stdin="".join(json.dumps(one) + "\n" for one in records).encode())
    lines = [json.loads(line) for line in done.stderr.decode().splitlines()]
    assert [line["event"] for line in lines] == ["begin", "begin", "rejected", "end", "summary"]
    assert (lines[0]["stage"], lines[1]["bytes_total"], lines[-1]["articles"]) == ("read and strip", None, 1)
    assert call_here("collapse", articles, "-o", tmp_path / "out", "--keep-scores", "--quiet").returncode == 0
    done = call_here("rethreshold", tmp_path / "out", "--threshold", "0.9", "--progress", "json")
    lines = [json.loads(line) for line in done.stderr.decode().splitlines()]
    assert lines[-1]["event"] == "summary" and lines[-1]["counts"]["records"] > 50
    assert [line["stage"] for line in lines if line["event"] == "end"][-1] == "write"


def test_people_get_a_line_at_once_and_what_to_look_at_next(tmp_path, articles):
    done = call_here("collapse", articles, "--output", tmp_path / "a folder")
    lines = done.stderr.decode().splitlines()
    assert lines[0].startswith("read: 1 file, ")
    assert [line.partition(": ")[0] if line.startswith(("read", "write")) else ": ".join(line.split(": ")[:2]) for line in lines[1:8]] == [
        "read", *STAGES[1:]
    ]
    assert f"next: cleaner report '{tmp_path / 'a folder'}'" in done.stderr.decode()
    assert call_here("collapse", articles, "--output", tmp_path / "q", "--quiet").stderr == b""


def test_the_share_of_one_large_file_grows_while_it_is_read(tmp_path):
    path = tmp_path / "feed.jsonl"
    path.write_text("".join(json.dumps({"id": str(i), "text": "x" * 5_000}) + "\n" for i in range(2_000)), encoding="utf-8")
    stream = io.StringIO()
    shares = []
    files = discover([str(path)])
    with progress.PlainLines(stream).stage("read", unit="records") as stage, path.open("rb") as opened:
        measured = stage.reading(files)
        assert next(measured) is files[0]
        for _ in stage.track(stage.read(opened)):
            shares.append(stage.share or 0.0)
        assert list(measured) == []
    if Path("/proc/self/fdinfo").is_dir():
        assert 0 < shares[200] < 0.5 < shares[-1]
    assert shares == sorted(shares)
    assert stream.getvalue().splitlines()[-1].startswith("read: 2,000 records, ")


def test_lines_in_between_tell_count_share_and_time_left(monkeypatch):
    monkeypatch.setattr(progress, "LINE_SECONDS", 0.0)
    stream = io.StringIO()
    with progress.PlainLines(stream).stage("write", 4, "stories") as stage:
        assert list(stage.track("abcd")) == list("abcd")
    lines = stream.getvalue().splitlines()
    assert lines[1].startswith("write: 2 of 4 stories, ")
    assert " 50 %, " in lines[1] and lines[1].endswith(" s left")
    assert lines[-1].startswith("write: 4 stories, ")
    monkeypatch.setattr(progress, "LONG", 4)
    with progress.PlainLines(stream).stage("write", 4, "stories"):
        assert stream.getvalue().splitlines()[-1] == "write: 4 stories"


def test_times_and_sizes_are_told_as_people_say_them():
    assert [progress.duration(seconds) for seconds in (0.04, 42, 754, 7_500)] == ["0.0 s", "42 s", "12 min 34 s", "2 h 05 min"]
    assert [size_of(count) for count in (0, 12_300, 4_560_000, 7_890_000_000)] == ["0 kB", "12 kB", "4.6 MB", "7.9 GB"]


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_an_interrupted_run_says_what_is_kept_and_how_to_go_on(tmp_path):
    command = [sys.executable, "-m", "cleaner", "collapse", "-", "--output", str(tmp_path / "out")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as run:
        assert run.stderr is not None
        assert run.stderr.readline() == b"read: 1 file\n"
        run.send_signal(signal.SIGINT)
        said = run.stderr.read().decode()
        assert run.wait(60) == 130
    assert said.splitlines()[-1] == "cleaner: interrupted; no output file was changed; the same command starts from the beginning"


def test_a_large_folder_is_told_of_while_it_is_listed(tmp_path):
    pages = tmp_path / "pages"
    pages.mkdir()
    for number in range(2_100):
        (pages / f"{number}.css").touch()
    shutil.copy(SAMPLES / "pages" / "stored" / "stored-brockhollow-fire.txt", pages)
    for command in ("run", "strip"):
        lines = call_here(command, pages, "-o", tmp_path / command, "--max-rejected", "100").stderr.decode().splitlines()
        assert lines[0] == "cleaner: listing the input: 2,000 files so far"
        assert lines[1].startswith("read and strip: 2,101 files")
    told = call_here("run", pages, "-o", tmp_path / "j", "--max-rejected", "100", "--json-progress").stderr.decode().splitlines()
    assert json.loads(told[0]) == {"event": "note", "note": "listing the input: 2,000 files so far"}
