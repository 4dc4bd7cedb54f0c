"""What a segment holds, looked up and merged, against the same by lists: any numbers in any split into segments."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.collapse.near import Scored
from cleaner.collapse.ragged import Ragged
from cleaner.index import layout, manifest
from cleaner.index.compact import merge
from cleaner.index.format import DamagedIndex
from cleaner.index.segment import Segment, remove_unnamed
from cleaner.index.store import Store

NUMBERS = st.integers(0, 12)
POSTINGS = st.lists(st.lists(st.tuples(NUMBERS, NUMBERS), unique=True), max_size=4)
PAIRS = st.lists(st.tuples(NUMBERS, NUMBERS).filter(lambda pair: pair[0] < pair[1]), unique=True, max_size=30)


def saved(folder: Path, number: int, *arrays: layout.Arrays) -> Segment:
    """A segment of these arrays, as it is read from its file."""
    made = Segment(f"{number:06d}")
    record = layout.table("record", number=np.array([number]), words=np.ones(1), bytes=ragged([b"x"]))
    for one in (record, *arrays):
        made.put(one)
    made.save(folder)
    return Segment(made.name, folder, made.size, made.digest)


def ragged(rows: list[bytes]) -> Ragged:
    return Ragged.of([np.frombuffer(row, np.uint8) for row in rows])


def postings(name: str, held: list[tuple[int, int]]) -> layout.Arrays:
    keys, holders = (np.array([one[column] for one in held], np.uint32) for column in (0, 1))
    return layout.table(name, key=keys, holder=holders)


def pairs(found: list[tuple[int, int]]) -> Scored:
    left, right = (np.array([pair[column] for pair in found], np.int64) for column in (0, 1))
    return Scored(left, right, (left * 7 + right * 3) % 10 / 10)


@settings(max_examples=40, deadline=None)
@given(POSTINGS, st.lists(NUMBERS), st.integers(0, 5))
def test_holders_of_keys(parts, values, most):
    with TemporaryDirectory() as name, closing(sqlite3.connect(":memory:")) as connection:
        segments = [saved(Path(name), number, postings("sample", held)) for number, held in enumerate(parts)]
        found = Store(connection, segments).spans("sample", np.array(values, np.uint32))
        every = [[holder for held in parts for key, holder in sorted(held) if key == value] for value in values]
        assert found.sizes.tolist() == [len(holders) for holders in every]
        few = found.last(np.full(len(values), most)).of(np.array(values) % 2 == 0 if values else np.empty(0, bool))
        for spans, wanted in (
            (found, every),
            (few, [h[max(0, len(h) - most) :] if value % 2 == 0 else [] for value, h in zip(values, every, strict=True)]),
        ):
            got = sorted(zip(spans.values().tolist(), spans.get("holder").tolist(), strict=True))
            assert got == sorted((place, holder) for place, holders in enumerate(wanted) for holder in holders)


@settings(max_examples=40, deadline=None)
@given(PAIRS, st.lists(st.integers(0, 3), min_size=30, max_size=30), st.sets(NUMBERS, max_size=4), st.sets(NUMBERS, max_size=4))
def test_pairs_of_numbers_and_what_hangs_together(found, where, dead, seeds):
    """In one segment or in four, before the merge that drops the dead and after it."""
    stand = sorted(pair for pair in found if not dead & set(pair))
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "segments").mkdir()
        manifest.create(folder)
        path = manifest.latest(folder)
        assert path is not None
        with manifest.working_copy(path) as connection:
            store = Store(connection, [])
            for number in range(4):
                own = [pair for pair, at in zip(found, where, strict=False) if at == number]
                store.segments.append(saved(folder / "segments", number, layout.pairs("near", pairs(own))))
                manifest.add_segment(connection, store.segments[-1], 1)
            store.bury("version", dead)
            for merged in (False, True):
                if merged:
                    merge(store, folder / "segments", 0)
                    assert len(store.segments) == 1 and not store.count("dead")
                    assert store.segments[0].get("record_number").tolist() == [0, 1, 2, 3]
                    remove_unnamed(folder / "segments", [store.segments[0].name])
                of = store.pairs_of("near", np.array(sorted(seeds), np.int64))
                wanted = pairs([pair for pair in stand if seeds & set(pair)])
                assert [column.tolist() for column in of] == [column.tolist() for column in wanted]
                reached = set(seeds)
                while more := {end for pair in stand if reached & set(pair) for end in pair} - reached:
                    reached |= more
                nodes, inside = store.reach("near", seeds)
                assert nodes.tolist() == sorted(reached)
                wanted = pairs([pair for pair in stand if set(pair) <= reached])
                assert [column.tolist() for column in inside] == [column.tolist() for column in wanted]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(-(2**31), 2**31 - 1)), st.lists(st.binary(max_size=9), max_size=9), st.data())
def test_arrays_come_back_as_they_were_or_not_at_all(values, rows, data):
    with TemporaryDirectory() as name:
        folder = Path(name)
        array = np.array(values, np.int64)
        held = layout.table("record", number=np.arange(len(rows)), words=np.ones(len(rows)), bytes=ragged(rows))
        segment = saved(folder, 7, held, {"text_number": array})
        assert segment.get("text_number").tolist() == values
        assert segment.get("text_number").flags.aligned
        assert [row.tobytes() for row in segment.ragged("record_bytes")] == rows
        path = folder / segment.name
        held = bytearray(path.read_bytes())
        bit = data.draw(st.integers(0, 8 * len(held) - 1))
        held[bit // 8] ^= 1 << bit % 8
        path.write_bytes(held)
        with pytest.raises(DamagedIndex, match=segment.name):
            Segment(segment.name, folder, segment.size, segment.digest).get("text_number")
