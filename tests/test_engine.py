"""Local processes: order, bounds, and what happens when a worker dies or hangs."""

from __future__ import annotations

import os
import time

import pytest

from cleaner.engines import local


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
