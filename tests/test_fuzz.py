"""A short fuzzing with a fixed seed: ``make fuzz`` does the same for as long as asked."""

from __future__ import annotations

import pytest

pytest.importorskip("resource")  # the bounds on CPU and memory are the system's

from fuzz import __main__ as fuzzing


def test_no_mutated_input_is_lost_or_raises(tmp_path):
    asked = fuzzing.options(["--inputs", "300", "--rounds", "2", "--seed", "10", "--failures", str(tmp_path)])
    found = fuzzing.fuzz(asked)
    assert not found.failures.counts, found.table()
    assert found.records > 300


def test_a_failure_is_written_down_small_and_can_be_seen_again(tmp_path, monkeypatch):
    from fuzz import containers, failures, shrink, watching

    wrong = containers.Input("1.jsonl", b'{"text": "one"}\n' * 40 + b'{"text": "two"}\n', records=40)
    with watching.Child(tmp_path) as child:
        failure = child.put(wrong).failure
        assert failure is not None and failure.kind == "lost"
        small = shrink.smallest(wrong.data, lambda data: b"two" in data, until=float("inf"))
    assert small == b"two"
    kept = failures.Failures(tmp_path)
    assert kept.is_new(failure)
    again = fuzzing.replay(kept.write(failure, [wrong], "a test"))
    assert again is not None and again.fault == failure.fault
