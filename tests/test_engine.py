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
from conftest import SAMPLES

from cleaner.cli import main
from cleaner.engines import local

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def double(number: int) -> int:
    return 2 * number


def fall_at_seven(number: int) -> int:
    if number == 7:
        os._exit(9)
    return number


def lost(number: int) -> int:
    return -number


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_results_come_in_the_order_of_the_tasks(workers):
    assert list(local.map_ordered(double, range(40), workers, lost)) == [2 * i for i in range(40)]


def test_a_task_that_ends_its_worker_costs_only_itself():
    expected = [-7 if i == 7 else i for i in range(20)]
    assert list(local.map_ordered(fall_at_seven, range(20), 2, lost)) == expected


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


def test_time_limit():
    with pytest.raises(local.OutOfTime), local.time_limit(0.05):
        time.sleep(5)
    with local.time_limit(5):
        pass


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
