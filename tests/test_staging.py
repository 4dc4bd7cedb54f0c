"""What tasks on other machines fetch from a store: the same bytes, no more than pays, in the room that there is."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from cleaner.collapse.ragged import RaggedWriter
from cleaner.remote import RemotePath
from cleaner.staging import cache
from cleaner.staging.cache import Cache
from cleaner.staging.fetched import StoredFile, StoredFolder, StoredParts
from cleaner.staging.sender import Sender, unpacked

fsspec = pytest.importorskip("fsspec")

URL = "memory://work"
SIZE = 3_000_000


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    """A temporary folder of the test's own, and an empty store."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    fsspec.filesystem("memory").store.clear()
    yield tmp_path
    cache.of.cache_clear()


def stored(name: str, content: bytes) -> StoredFile:
    """A file in the store."""
    fsspec.filesystem("memory").pipe_file(f"/work/{name}", content)
    return StoredFile(URL, name, len(content), xxhash.xxh3_128_hexdigest(content))


def content(seed: int, size: int = SIZE) -> bytes:
    """Bytes that no two seeds share."""
    return np.random.default_rng(seed).bytes(size)


SPANS = st.lists(st.tuples(st.integers(0, SIZE - 1), st.integers(0, 5_000)), max_size=30)


@given(st.lists(SPANS, max_size=6))
def test_ranges_are_the_bytes_of_the_file_and_cost_no_more_than_twice_the_best(asked):
    whole = content(1)
    file = stored("strip-00000", whole)
    fetched = []
    cache.of.cache_clear()
    held = cache.of(URL)
    class Counted(RemotePath):
        def read_ranges(self, spans):
            found = super().read_ranges(spans)
            fetched.extend(cache.REQUEST + len(one) for one in found)
            return found

        def fetch(self, target):
            fetched.append(file.size)
            super().fetch(target)

        def __truediv__(self, name):
            return Counted(f"{self.url}/{name}", self._system)

    held._store = Counted(URL)
    apart = 0
    for spans in asked:
        reader = file.reader()
        clipped = [(at, min(size, SIZE - at)) for at, size in spans]
        reader.ask(clipped)
        assert [reader.read(at, size) for at, size in clipped] == [whole[at : at + size] for at, size in clipped]
        reader.close()
        apart += sum(cache.REQUEST + size for _, size in clipped)
    assert sum(fetched) <= 2 * min(apart, file.size)


def test_what_was_not_used_for_longest_makes_room_and_damage_is_told(temporary, monkeypatch):
    files = [stored(f"staged-{n}", content(n)) for n in range(4)]
    monkeypatch.setattr(Cache, "_room", lambda _: 2 * SIZE)
    held = cache.of(URL)
    with files[0].open() as first:
        for number in (1, 0, 2, 3, 0):
            with files[number].open() as stream:
                assert stream.read() == content(number)
            there = [path for path in held.folder.iterdir() if path.name.startswith("staged") and path.suffix != ".lock"]
            assert sum(path.stat().st_size for path in there) <= 2 * SIZE
            time.sleep(0.01)  # times of use are as fine as those of files
        assert first.read() == content(0)  # what is open can be read on
    fsspec.filesystem("memory").pipe_file("/work/staged-1", content(2))
    with pytest.raises(OSError, match="not as it was put there"):
        files[1].open()


def test_what_several_functions_need_is_put_once(temporary):
    folder = temporary / "driver"
    folder.mkdir()
    writer = RaggedWriter(folder)
    writer.add(np.arange(60_000, dtype=np.uint32), np.array([20_000, 40_000]))
    rows, large = writer.finish(), np.arange(100_000)
    sender = Sender(RemotePath(URL), folder)
    message, other = sender.packed((rows, large, "small")), sender.packed((large, rows))
    assert len(message) < 32 * 1024 and len(fsspec.filesystem("memory").find("/work")) == 2
    for path in folder.iterdir():
        path.unlink()
    there, same, small = unpacked(message)
    assert small == "small" and np.array_equal(same, large)
    assert np.array_equal(there[1], np.arange(20_000, 60_000)) and np.array_equal(there.take(np.array([0]))[0], np.arange(20_000))
    assert np.array_equal(unpacked(other)[0], large)
    sender.close()
    assert not fsspec.filesystem("memory").find("/work")


def test_parts_of_the_run_before_are_not_taken_for_those_of_this_one():
    for run in ("one", "another"):
        part = stored("strip-00000", run.encode())
        mark = json.dumps({"bytes": part.size, "xxh3_128": part.digest})
        stored("strip-00000.json", mark.encode())
        with StoredParts(URL, "strip", run).file(0).open() as stream:
            assert stream.read() == run.encode()
    with StoredFolder(URL).opened() as here:
        cache.of("memory://other")  # as a thread that works for another run
        assert here.is_dir()


@pytest.mark.skipif(os.name != "posix", reason="locks")
def test_what_a_killed_process_fetched_goes(temporary):
    (temporary / "work").mkdir()
    (temporary / "work" / "part").write_bytes(b"some")
    url = f"local://{temporary}/work"
    program = f"""
import sys, tempfile
tempfile.tempdir = {str(temporary)!r}
from cleaner.staging.fetched import StoredFile
print(StoredFile({url!r}, "part", 4, {xxhash.xxh3_128_hexdigest(b"some")!r}).open().read().decode(), flush=True)
sys.stdin.read()
"""
    processes = [
        subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(2)
    ]
    assert [one.stdout.readline() for one in processes] == [b"some\n"] * 2
    (folder,) = temporary.glob(f"{cache.NAME}*")
    for one in processes:
        assert Path(folder).is_dir()
        os.kill(one.pid, signal.SIGKILL)
        one.communicate()
    for _ in range(300):
        if not folder.exists():
            break
        time.sleep(0.1)
    assert not folder.exists()
