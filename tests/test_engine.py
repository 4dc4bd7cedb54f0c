"""Local processes: order, bounds, and what happens when a worker dies or hangs, or the parent ends."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import SAMPLES, call

from cleaner.cli import main
from cleaner.engines import limits, local

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


def echo(text: bytes) -> bytes:
    return text


def who(_number: int) -> int:
    time.sleep(0.005)
    return os.getpid()


def lost(number: int) -> int:
    return -number


def late(number: int) -> int:
    return -1000 * number


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_results_come_in_the_order_of_the_tasks(workers):
    assert list(local.map_ordered(double, range(300), workers, lost)) == [2 * i for i in range(300)]


def test_no_tasks_give_no_results():
    assert list(local.map_ordered(double, [], 2, lost)) == []


def test_a_task_that_ends_its_worker_costs_only_itself():
    expected = [-7 if i == 7 else i for i in range(20)]
    assert list(local.map_ordered(fall_at_seven, range(20), 2, lost)) == expected


def test_many_tasks_that_end_their_worker_cost_only_themselves():
    expected = [-i if i % 10 == 7 else i for i in range(60)]
    assert list(local.map_ordered(fall_at_sevens, range(60), 3, lost)) == expected


def test_a_task_that_never_comes_back_is_ended_and_costs_only_itself():
    expected = [-7000 if i == 7 else i for i in range(20)]
    assert list(local.map_ordered(hang_at_seven, range(20), 2, lost, late, seconds=0.2)) == expected


@LINUX
@pytest.mark.parametrize("workers", [1, 2])
def test_a_task_that_eats_memory_is_stopped_and_the_worker_goes_on(workers):
    expected = ["too large" if i == 7 else "1,000,000" for i in range(20)]
    assert list(local.map_ordered(eat_at_seven, range(20), workers, str)) == expected


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
    for worker in multiprocessing.active_children():
        worker.kill()
        worker.join()
    assert found + list(results) == [2 * i for i in range(60)]


def test_tasks_are_taken_only_as_fast_as_results_are():
    taken = 0

    def tasks():
        nonlocal taken
        for i in range(1000):
            taken += 1
            yield i

    results = local.map_ordered(double, tasks(), 2, lost)
    next(results)
    assert taken <= 2 * local.IN_FLIGHT + 2
    results.close()


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
    started = multiprocessing.active_children()
    results.close()
    assert len(started) == 2
    assert not any(process.is_alive() for process in started)


def test_time_limit():
    with pytest.raises(limits.OutOfTime), limits.time_limit(0.05):
        time.sleep(5)
    with limits.time_limit(5):
        pass


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
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def runs(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


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
        assert wait_for(lambda: len(children(process.pid)) == 2)
        workers = children(process.pid)
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
