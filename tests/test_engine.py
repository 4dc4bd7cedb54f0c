"""Local processes: order, bounds, and what happens when a worker dies or hangs, or the parent ends."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from conftest import SAMPLES, call

import cleaner
from cleaner.cli import main
from cleaner.engines import limits, local
from cleaner.engines.launcher import Launcher
from cleaner.errors import RunFailed

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def double(number: int) -> int:
    return 2 * number


def fall_at_seven(number: int) -> int:
    if number == 7:
        os._exit(9)
    return number


def fall_at_sevens(number: int) -> int:
    fall_at_seven(number % 10)
    return number


def burn(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def burn_at_seven(number: int) -> int:
    """A loop in Python, and a library around it that takes every exception for its own."""
    if number == 7:
        with contextlib.suppress(Exception):
            try:
                burn(60)
            except BaseException:  # noqa: BLE001
                burn(60)
    return number


def burn_stubbornly_at_seven(number: int) -> int:
    """No exception is let out at all."""
    while number == 7:
        with contextlib.suppress(BaseException):
            burn(60)
    return number


_loaded: list[bool] = []


def load_slowly() -> None:
    if not _loaded:
        burn(0.5)
        _loaded.append(True)


def need_what_loads_slowly(number: int) -> int:
    load_slowly()
    return number


def stop_at_seven(number: int) -> int:
    """Stands for a machine that was suspended: nothing is used up meanwhile."""
    if number == 7:
        os.kill(os.getpid(), signal.SIGSTOP)
    return number


def hang_at_seven(number: int) -> int:
    """Stands for a C library that never returns to Python: with every signal held back, no alarm is heard."""
    if number == 7:
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        time.sleep(600)
    return number


def eat_at_seven(number: int) -> str:
    try:
        with limits.memory_limit(30_000_000):
            return f"{len(bytearray(10**8 if number == 7 else 10**6)):,}"
    except MemoryError:
        return "too large"


def fail_at_seven(number: int) -> int:
    if number == 7:
        raise ValueError("seven")
    return number


class Strange(Exception):
    """Pickles, and cannot be read again."""

    def __init__(self, one: int, two: int) -> None:
        super().__init__("strange")


def fail_strangely(number: int) -> int:
    raise Strange(number, number)


def look_up(table: np.ndarray, number: int) -> int:
    table[number] += 1  # as a function may that takes the array for its own
    return int(table[number]) - 1


def echo(text: bytes) -> bytes:
    return text


def make(task: tuple[float, int]) -> bytes:
    time.sleep(task[0])
    return bytes(task[1])


def who(_number: int) -> int:
    time.sleep(0.005)
    return os.getpid()


def lost(number: int) -> int:
    return -number


def late(number: int) -> int:
    return -1000 * number


@pytest.fixture(scope="module")
def launcher():
    """One server for many tests."""
    with Launcher() as one:
        yield one


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_results_come_in_the_order_of_the_tasks(workers, launcher):
    found = local.map_ordered(double, range(300), workers, lost, launcher=launcher)
    assert list(found) == [2 * i for i in range(300)]


def test_where_there_is_no_fork_every_worker_is_started_anew():
    with Launcher(forks=False) as own:
        found = list(local.map_ordered(fall_at_seven, range(20), 2, lost, launcher=own))
        assert found == [-7 if i == 7 else i for i in range(20)]
        assert list(local.map_ordered(double, range(20), 1, lost, launcher=own)) == [2 * i for i in range(20)]


def test_two_maps_of_one_launcher_do_not_disturb_each_other(launcher):
    left = local.map_ordered(double, range(100), 2, lost, launcher=launcher)
    right = local.map_ordered(fall_at_seven, range(100), 2, lost, launcher=launcher)
    found = list(zip(left, right, strict=True))
    assert found == [(2 * i, -7 if i == 7 else i) for i in range(100)]


def test_large_arrays_go_by_a_file_that_is_gone_afterwards(tmp_path, launcher):
    table = np.arange(500_000)
    found = local.map_ordered(partial(look_up, table), range(50), 2, lost, launcher=launcher, folder=tmp_path)
    assert next(found) == 0
    assert [file.stat().st_size > 4_000_000 for file in tmp_path.iterdir()] == [True]
    assert list(found) == list(range(1, 50))
    assert list(tmp_path.iterdir()) == []


def test_no_tasks_give_no_results():
    assert list(local.map_ordered(double, [], 2, lost)) == []


def test_a_task_that_ends_its_worker_costs_only_itself():
    expected = [-7 if i == 7 else i for i in range(20)]
    assert list(local.map_ordered(fall_at_seven, range(20), 2, lost)) == expected


def test_many_tasks_that_end_their_worker_cost_only_themselves():
    expected = [-i if i % 10 == 7 else i for i in range(60)]
    assert list(local.map_ordered(fall_at_sevens, range(60), 3, lost)) == expected


LATE = [-7000 if i == 7 else i for i in range(20)]


@pytest.mark.parametrize("function", [hang_at_seven, burn_at_seven, burn_stubbornly_at_seven])
@pytest.mark.parametrize("workers", [1, 2])
def test_a_task_that_never_comes_back_is_ended_and_costs_only_itself(function, workers, launcher):
    found = local.map_ordered(function, range(20), workers, lost, late, seconds=0.2, launcher=launcher)
    assert list(found) == LATE


@LINUX
def test_a_worker_that_was_stopped_is_not_late():
    found = []

    def collect() -> None:
        found.extend(local.map_ordered(stop_at_seven, range(20), 1, lost, late, seconds=0.1))

    thread = threading.Thread(target=collect)
    thread.start()
    assert wait_for(lambda: any(state(worker) == "T" for worker in workers_of(os.getpid())))
    time.sleep(2.5)  # the limit and its tenfold are over, and the worker was looked at
    for worker in workers_of(os.getpid()):
        os.kill(worker, signal.SIGCONT)
    thread.join(30)
    assert found == list(range(20))


def test_what_a_task_has_to_load_first_is_not_counted():
    found = local.map_ordered(need_what_loads_slowly, range(20), 2, lost, late, seconds=0.2, load=load_slowly)
    assert list(found) == list(range(20))


@LINUX
@pytest.mark.parametrize("workers", [1, 2])
def test_a_task_that_eats_memory_is_stopped_and_the_worker_goes_on(workers):
    expected = ["too large" if i == 7 else "1,000,000" for i in range(20)]
    assert list(local.map_ordered(eat_at_seven, range(20), workers, str)) == expected


def test_workers_that_cannot_start_are_told_in_one_line(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(RunFailed, match="no worker process can be started"):
        list(local.map_ordered(double, range(5), 2, lost))


def test_an_exception_is_raised_in_its_turn_and_says_where_it_came_from():
    results = local.map_ordered(fail_at_seven, range(20), 2, lost)
    assert [next(results) for _ in range(7)] == list(range(7))
    with pytest.raises(ValueError, match="seven") as caught:
        next(results)
    assert "fail_at_seven" in "".join(caught.value.__notes__)


def test_an_exception_that_cannot_travel_is_told_all_the_same():
    with pytest.raises(RuntimeError, match="strange"):
        list(local.map_ordered(fail_strangely, range(5), 2, lost))


def test_tasks_larger_than_any_buffer_go_both_ways():
    tasks = [bytes([i]) * (3_000_000 + i) for i in range(12)]
    assert list(local.map_ordered(echo, tasks, 2, lost)) == tasks


def test_all_workers_get_work():
    assert len(set(local.map_ordered(who, range(200), 3, lost))) == 3


def test_a_worker_that_dies_while_a_result_is_looked_at_costs_nothing():
    results = local.map_ordered(double, range(60), 2, lost)
    found = [next(results)]
    for worker in workers_of(os.getpid()):
        os.kill(worker, signal.SIGKILL)
    assert found + list(results) == [2 * i for i in range(60)]


def test_tasks_are_taken_only_as_fast_as_results_are():
    taken = 0

    def tasks():
        nonlocal taken
        for i in range(1000):
            taken += 1
            yield i

    # one worker: of two, one may be slow to start while the other goes on; what bounds those is bytes
    results = local.map_ordered(double, tasks(), 1, lost)
    next(results)
    assert taken <= local.AHEAD + 2
    results.close()


def test_answers_that_wait_for_a_slow_one_are_bounded_by_their_bytes():
    taken = 0
    size = local.IN_FLIGHT_BYTES // 20

    def tasks():
        nonlocal taken
        for i in range(200):
            taken += 1
            yield (0.5 if i == 0 else 0.0), size

    results = local.map_ordered(make, tasks(), 2, lost)
    assert len(next(results)) == size
    assert taken <= 20 + 2 * local.AHEAD
    assert sum(map(len, results)) == 199 * size


def test_large_tasks_are_taken_only_while_a_worker_has_none():
    taken = 0

    def tasks():
        nonlocal taken
        for _ in range(100):
            taken += 1
            yield bytes(local.IN_FLIGHT_BYTES)

    results = local.map_ordered(len, tasks(), 2, lost)
    next(results)
    assert taken <= 4
    results.close()


def test_workers_end_with_the_results():
    results = local.map_ordered(double, range(1000), 2, lost)
    next(results)
    assert wait_for(lambda: len(workers_of(os.getpid())) == 2)
    started = workers_of(os.getpid())
    results.close()
    assert not any(map(runs, started))


def test_time_limit_counts_what_the_process_uses():
    with pytest.raises(limits.OutOfTime):
        limits.within(0.05, burn, 5)
    limits.within(0.05, time.sleep, 0.3)
    assert limits.within(5, double, 2) == 4


def test_time_limit_holds_whatever_catches_its_exception():
    before = signal.getsignal(signal.SIGPROF)
    left = 3

    def caught(number: int) -> int:
        nonlocal left
        while left:
            left -= 1
            with contextlib.suppress(BaseException):
                burn(60)
        return number

    with pytest.raises(limits.OutOfTime):
        limits.within(0.05, burn_at_seven, 7)
    with pytest.raises(limits.OutOfTime):
        limits.within(0.05, caught, 7)
    assert signal.getitimer(signal.ITIMER_PROF) == (0, 0)
    assert signal.getsignal(signal.SIGPROF) is before


@LINUX
def test_memory_limit_is_over_after_its_block():
    with pytest.raises(MemoryError), limits.memory_limit(10_000_000):
        bytearray(10**8)
    assert len(bytearray(10**8)) == 10**8


@LINUX
@pytest.mark.parametrize("workers", [1, 2])
def test_a_page_that_takes_too_much_memory_is_rejected_and_the_others_go_on(tmp_path, workers):
    rows = [{"id": f"p{number}", "text": f"The harbour board met on day {number} and voted again. " * 9} for number in range(30)]
    rows[20] = {"id": "bomb", "html": "<html><body>" + "<p>x</p>" * 300_000 + "</body></html>"}
    source = tmp_path / "pages.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows))
    done = call("strip", source, "--workers", workers, "--memory-per-page", 60)
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 29
    assert b"pages.jsonl:21: too-large" in done.stderr


def wait_for(reached: Callable[[], bool]) -> bool:
    """Whether something comes true before the patience of a test ends."""
    end = time.monotonic() + 30
    while not reached():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def children(process: int) -> list[int]:
    try:
        files = list(Path(f"/proc/{process}/task").glob("*/children"))
        return [int(child) for file in files for child in file.read_text().split()]
    except OSError:  # it ended
        return []


def workers_of(process: int) -> list[int]:
    """Processes that the fork server of this process started."""
    return [worker for server in children(process) for worker in children(server)]


def state(process: int) -> str:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "X"


def runs(process: int) -> bool:
    return state(process) not in "ZX"


def waiting_run(folder: Path) -> subprocess.Popen:
    """A run with workers that waits for more input."""
    command = [sys.executable, "-m", "cleaner", "run", "-", "--output", str(folder), "--workers", "2", "--quiet"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    text = "The harbour board met on Tuesday and voted to dredge the eastern channel before winter. " * 10
    for number in range(400):
        process.stdin.write(json.dumps({"id": f"r{number}", "text": text}).encode() + b"\n")
    process.stdin.flush()
    return process


@LINUX
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGKILL, -signal.SIGKILL)])
def test_workers_do_not_outlive_a_run_that_is_ended(tmp_path, number, code):
    with waiting_run(tmp_path / "out") as process:
        assert wait_for(lambda: len(workers_of(process.pid)) == 2)
        workers = children(process.pid) + workers_of(process.pid)
        process.send_signal(number)
        assert process.wait(30) == code
        assert wait_for(lambda: not any(map(runs, workers)))
        assert process.stderr.read() == b""
    if number == signal.SIGTERM:
        assert list((tmp_path / "out").iterdir()) == []


def test_main_leaves_the_handlers_of_a_program_that_calls_it_and_runs_in_a_thread(tmp_path):
    before = signal.getsignal(signal.SIGTERM)
    page = sorted((SAMPLES / "pages").rglob("*.html"))[0]
    codes = []

    def strip() -> None:
        codes.append(main(["strip", str(page), "--quiet", "--output", str(tmp_path / "out.jsonl")]))

    strip()
    thread = threading.Thread(target=strip)
    thread.start()
    thread.join()
    assert codes == [0, 0]
    assert signal.getsignal(signal.SIGTERM) is before


UNGUARDED = """
import json, multiprocessing, sys
import cleaner

class Own:
    pass

def pages(count):
    for number in range(count):
        extra = {"own": Own(), "call": lambda: number}
        yield cleaner.Page(f"p{number}", "", text=f"The harbour board met on day {number} and voted again. " * 9, extra=extra)
    yield cleaner.Page("none", "", text="")

def strip(count):
    found = list(cleaner.strip(pages(count), workers=2))
    assert all(isinstance(one.extra["own"], Own) for one in found[:-1])
    return [(one.id, getattr(one, "reason", None)) for one in found]

if sys.argv[1:] == ["pool"]:
    with multiprocessing.get_context("fork").Pool(1) as pool:
        print(json.dumps(pool.map(strip, [5])[0]))
else:
    print(json.dumps(strip(5)))
    left = cleaner.strip(pages(30), workers=2)
    next(left)
"""


@LINUX
@pytest.mark.parametrize("where", ["script", "pool"])
def test_a_script_without_a_guard_and_a_process_of_a_pool_may_strip(tmp_path, where):
    """And what is left of an iterator does not keep the interpreter from ending."""
    script = tmp_path / "script.py"
    script.write_text(UNGUARDED)
    (tmp_path / "json.py").write_text("raise SystemExit('not to be imported')")
    command = [sys.executable, "-P", str(script), where]
    done = subprocess.run(command, capture_output=True, timeout=120, cwd=tmp_path, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout) == [[f"p{number}", None] for number in range(5)] + [["none", "no-body"]]


def test_what_is_no_page_is_told():
    with pytest.raises(TypeError, match=r"strip takes pages .*, not str"):
        list(cleaner.strip(["<p>one</p>"]))


@LINUX
def test_workers_that_are_killed_at_any_moment_change_nothing(tmp_path):
    source = tmp_path / "pages.jsonl"
    texts = (f"The harbour board met on day {number} and voted again. " * 9 for number in range(1200))
    source.write_text("".join(json.dumps({"id": f"p{i}", "text": text}) + "\n" for i, text in enumerate(texts)))
    command = [sys.executable, "-m", "cleaner", "strip", str(source), "--workers", "2", "--output"]
    subprocess.run([*command, str(tmp_path / "whole")], check=True, stderr=subprocess.DEVNULL)
    killed, servers = 0, 1
    with subprocess.Popen([*command, str(tmp_path / "killed")], stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            for worker in workers_of(process.pid)[: 1 + killed % 2] if killed < 8 else ():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(worker, signal.SIGKILL)
                    killed += 1
            if killed > 4 and servers:
                servers -= 1
                for server in children(process.pid):
                    os.kill(server, signal.SIGKILL)
            time.sleep(0.2)
    assert process.returncode == 0
    assert killed > 4
    assert (tmp_path / "killed").read_bytes() == (tmp_path / "whole").read_bytes()
