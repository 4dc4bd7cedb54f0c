"""However a run ends: whole output of one run or the other, a killed one is finished or cleared up by the next."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ROOT, call, rows

from cleaner.sinks import ownership
from cleaner.sinks.files import OutputFolder
from cleaner.sinks.scratch import OLD_SECONDS, PREFIX, RUN, aside
from cleaner.sinks.streams import output_stream

POSIX = pytest.mark.skipif(os.name != "posix", reason="signals")
NAMES = ("corpus", "merged", "cuts")
STEPS = 9
"""Renames and removals of an ending that replaces Parquet by JSONL, and one more."""
ENDED = """
import os, pathlib, sys
from cleaner.sinks.files import OutputFolder
folder, step, number, tag, form = sys.argv[1:]
count = 0
def ending(method):
    def do(*args, **kw):
        global count
        done = method(*args, **kw)
        count += moving
        if count == int(step) and moving:
            os.kill(os.getpid(), int(number))
        return done
    return do
moving = False
pathlib.Path.replace, pathlib.Path.unlink = ending(pathlib.Path.replace), ending(pathlib.Path.unlink)
with OutputFolder(folder, form, ("corpus", "merged", "cuts")) as out:
    for name in out.names:
        out.append(name, {"id": tag, "origin": tag, "cuts": []})
    out.seal({"counts": {"stories": 1}, "versions": {"cleaner": "0"}, "tag": tag})
    moving = True
    out.publish()
    moving = False
"""


def write(folder: Path, tag: str, step: int = 0, number: int = 0, form: str = "jsonl") -> subprocess.CompletedProcess:
    """Write three files and a report in a process that gets a signal after a step of its ending."""
    command = [sys.executable, "-c", ENDED, folder, step, number, tag, form]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run([*map(str, command)], capture_output=True, env=environment, check=False, timeout=60)


def whose(folder: Path) -> set[str]:
    """Whose the files are; the report must be there and speak the truth."""
    found = ownership.look(folder)
    assert not found.foreign and len(found.own) == len(NAMES) + 1
    tags = {json.loads((folder / "report.json").read_text("utf-8"))["tag"]}
    for name in found.own.keys() - {"report.json"}:
        tags |= {row["id"] for row in rows(folder / name)}
    return tags


@POSIX
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("step", [1, 3])
def test_a_signal_at_the_end_waits_until_the_output_is_whole(tmp_path, number, step):
    assert write(tmp_path / "out", "old").returncode == 0
    done = write(tmp_path / "out", "new", step, number)
    assert done.returncode == -number
    assert whose(tmp_path / "out") == {"new"}
    if number == signal.SIGINT:  # Python ends a program that has no handlers for the others at once
        assert not list((tmp_path / "out").glob(".*"))
        assert b"the output had been written whole" in done.stderr


@POSIX
def test_a_run_that_is_killed_between_two_renames_is_finished_by_the_next(tmp_path):
    states = set()
    for step in range(1, STEPS + 1):
        out = tmp_path / str(step)
        assert write(out, "old", form="parquet").returncode == 0
        killed = write(out, "new", step, signal.SIGKILL).returncode
        states.add((killed, (out / "report.json").exists()))
        if (out / "report.json").exists():
            assert killed == 0 or whose(out) == {"new"}
        done = OutputFolder(out, "jsonl", NAMES)
        with done:
            assert whose(out) == {"new"}
            assert done.earlier["tag"] == "new"
        assert {path.name for path in out.iterdir()} == {f"{name}.jsonl" for name in NAMES} | {"report.json"}
        assert write(out, "newest").returncode == 0
        assert whose(out) == {"newest"}
    assert states == {(-9, False), (-9, True), (0, True)}


@POSIX
def test_what_a_killed_run_had_ready_replaces_no_file_of_others(tmp_path):
    out = tmp_path / "out"
    write(out, "first", 2, signal.SIGKILL)
    (out / "merged.jsonl").unlink(missing_ok=True)
    (out / "merged.jsonl").write_text("mine", "utf-8")
    assert b"merged.jsonl is not to be replaced" in write(out, "second").stderr
    (out / "merged.jsonl").rename(tmp_path / "mine")
    assert write(out, "third").returncode == 0
    assert whose(out) == {"third"}
    assert (tmp_path / "mine").read_text("utf-8") == "mine"


READING_BY = """
import os, signal, sys, time, weakref
from cleaner import cli, ingest
{read}
ingest.read = read
from cleaner import pipeline
pipeline.read = read
sys.exit(cli.main(["collapse", "pages.jsonl", "-o", "out", "-q"]))
"""


def run_reading_by(read: str, folder: Path) -> subprocess.CompletedProcess:
    """The command in a process of its own, with another function ``read`` for what reads records."""
    (folder / "pages.jsonl").write_text('{"id": "a", "text": "The harbour board met."}\n', encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-c", READING_BY.replace("{read}", read)],
        capture_output=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=100,
        check=False,
    )


@POSIX
@pytest.mark.parametrize(("number", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_signal_that_a_library_swallows_is_felt_all_the_same(tmp_path, number, code):
    """C code that calls Python may drop whatever was raised there, a signal's exception too."""
    read = f"""
def read(*_):
    for _ in range(2):  # the first time it is dropped
        try:
            try:
                os.kill(os.getpid(), signal.{number})
                time.sleep(0.01)
            except BaseException:
                pass
            end = time.monotonic() + 30
            while time.monotonic() < end:
                pass
        finally:
            end = time.monotonic() + 1.2  # clearing up, which is not disturbed
            while time.monotonic() < end:
                pass
            print("cleared", flush=True)
    yield
"""
    done = run_reading_by(read, tmp_path)
    assert done.returncode == code, done.stderr
    assert done.stdout == b"cleared\n"
    assert not list((tmp_path / "out").glob("*"))

@POSIX
@pytest.mark.parametrize(("number", "code"), [("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_signal_into_the_loading_of_a_library_is_no_damaged_installation(tmp_path, number, code):
    """A module in C that is interrupted while it loads says that this failed, and names the signal as the cause."""
    read = f"""
def read(*_):
    try:
        os.kill(os.getpid(), signal.{number})
        time.sleep(0.01)
    except BaseException as error:
        raise ImportError("initialization failed") from error
    yield
"""
    done = run_reading_by(read, tmp_path)
    assert (done.returncode, done.stderr) == (code, b"")


@POSIX
@pytest.mark.parametrize(("number", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_signal_that_was_dropped_just_before_the_end_is_felt_and_told_of_in_no_traceback(tmp_path, number, code):
    """As in the callback of a weak reference, of which the import system has one for each module."""
    read = f"""
class Lock: pass
def gone(_):
    os.kill(os.getpid(), signal.{number})
    time.sleep(0.01)
def read(*_):
    lock = Lock()
    watched = weakref.ref(lock, gone)
    del lock
    os.write(1, b"on")
    yield from ()
"""
    done = run_reading_by(read, tmp_path)
    assert (done.returncode, done.stdout) == (code, b"on"), done.stderr
    assert b"Traceback" not in done.stderr and done.stderr.count(b"\n") == (number == "SIGINT")


@POSIX
@pytest.mark.parametrize(("number", "code"), [(signal.SIGHUP, 129), (signal.SIGINT, 130), (signal.SIGKILL, -9)])
def test_scratch_of_a_run_that_was_ended_does_not_stay(tmp_path, number, code):
    text = "The harbour board met on Tuesday and voted to dredge the eastern channel before winter. "
    line = json.dumps({"id": "a", "text": text}).encode() + b"\n"
    for command in (["collapse", "-", "-o", "out", "-q"], ["strip", "-", "-q", "-o", "articles.jsonl"]):
        process = subprocess.Popen(
            [sys.executable, "-m", "cleaner", *command],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        until = time.monotonic() + 60
        while not list(tmp_path.rglob(".cleaner-*/lock")) and time.monotonic() < until:
            time.sleep(0.02)
        time.sleep(0.2)
        process.send_signal(number)
        _, error = process.communicate()
        assert process.returncode == code
        if number == signal.SIGINT:
            assert error.startswith(b"cleaner: interrupted") and error.count(b"\n") == 1
        assert bool(list(tmp_path.rglob(".cleaner-*"))) == (number == signal.SIGKILL)
        assert call(*command, stdin=line, cwd=tmp_path).returncode == 0
        assert not list(tmp_path.rglob(".cleaner-*"))


def test_scratch_without_a_lock_goes_when_it_is_old(tmp_path):
    for name in ("young", "old"):
        (tmp_path / f"{PREFIX}{name}").mkdir()
        (tmp_path / f"{PREFIX}{name}" / "cuts.jsonl").touch()
    (tmp_path / f"{PREFIX}file").touch()
    long_ago = time.time() - OLD_SECONDS - 60
    for path in (tmp_path / f"{PREFIX}old" / "cuts.jsonl", tmp_path / f"{PREFIX}old", tmp_path / f"{PREFIX}file"):
        os.utime(path, (long_ago, long_ago))
    with output_stream(str(tmp_path / "out")) as stream:
        stream.write("x")
    assert {path.name for path in tmp_path.iterdir()} == {"out", f"{PREFIX}young"}


def test_scratch_of_the_living_is_left_alone(tmp_path):
    with aside(tmp_path) as mine:
        (mine / "half").touch()
        with output_stream(str(tmp_path / "out")) as stream:
            stream.write("x")
        assert (mine / "half").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@POSIX
def test_a_scratch_that_is_a_link_is_not_followed(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes").touch()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / RUN).symlink_to(tmp_path / "mine")
    assert b"cannot write" in write(tmp_path / "out", "new").stderr
    assert (tmp_path / "mine" / "notes").exists()


def test_an_input_in_the_scratch_of_a_killed_run_is_told(tmp_path):
    scratch = tmp_path / "out" / RUN
    scratch.mkdir(parents=True)
    (scratch / "corpus.jsonl").write_text('{"id": "a", "text": "Herons stand on one leg."}\n', "utf-8")
    done = call("collapse", f"out/{RUN}/corpus.jsonl", "-o", "out", cwd=tmp_path)
    assert done.returncode == 2 and done.stderr.count(b"\n") == 1
    assert (scratch / "corpus.jsonl").exists()
