"""Reports of one event: bridges do not carry, round-ups join nothing."""

import numpy as np
import pytest

from cleaner.collapse.event.grouping import group_reports


def stories(size, pairs, threshold=0.4):
    left, right = (np.array([pair[side] for pair in pairs], dtype=np.int64) for side in (0, 1))
    score = np.array(list(pairs.values()), dtype=np.float64)
    return group_reports(size, left, right, score, threshold).tolist()


def test_a_round_up_of_events_joins_none_of_them():
    """Four events of one, two, one and two reports; report 6 tells of all."""
    events = {(1, 2): 0.9, (4, 5): 0.8}
    round_up = {(k, 6): 0.9 for k in range(6)}
    assert stories(7, events | round_up) == [0, 1, 1, 3, 4, 4, 6]
    assert stories(7, events) == [0, 1, 1, 3, 4, 4, 6]


def test_a_report_between_two_tellings_of_one_event_is_no_round_up():
    close = {(0, 1): 0.7, (1, 2): 0.8, (0, 2): 0.3}
    assert stories(3, close) == [0, 0, 0]


@pytest.mark.parametrize("threshold", [0.32, 0.4, 0.5])
def test_one_report_does_not_carry_two_that_have_nothing_in_common(threshold):
    assert stories(3, {(0, 1): 0.9, (1, 2): 0.91}, threshold) == [0, 1, 1]


def test_no_reports():
    assert stories(0, {}) == []
