"""What may happen to an index's folder: damaged files, strange files, a kill at any step, a full or read-only disk."""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from conftest import call
from test_index import DAMAGE, NEAR, articles, collapse, content, export, manifest_of, passage, record, whole, write

from cleaner import pipeline
from cleaner.commands import index as command
from cleaner.errors import RunFailed, UsageError
from cleaner.index import session

__all__ = ["articles"]
FIRST = [record(f"a{k}", passage(k // 2), title=f"Story {k}") for k in range(8)]
SECOND = [record(f"b{k}", passage(k), title=f"Story {k}") for k in range(6)]


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def figures(index: Path) -> list:
    with session.reader(index) as found:
        return [segment.get(name)[:0].dtype for segment in found.segments for name in segment.load()]


def places(size: int, chance: random.Random) -> list[int]:
    """Bits of a file of ``size`` bytes to turn over: of its start, its end and between."""
    return sorted({chance.randrange(min(8 * size, 800)), 8 * size - 1 - chance.randrange(64), chance.randrange(8 * size)})


def test_a_turned_bit_anywhere_is_told_and_changes_nothing(articles, tmp_path):
    """Whatever is done with the index; what can still be read is what was written."""
    for part in (articles[:10], articles[10:14]):
        collapse(tmp_path, part)
    index = tmp_path / "index"
    corpus, before = export(index), files(index)
    write(tmp_path / "batch.jsonl", articles[14:16])
    chance = random.Random(11)
    tried = 0
    for name, whole_file in before.items():
        several = 6 if name.startswith("manifest") else 14
        for bit in [bit for _ in range(several) for bit in places(len(whole_file), chance)]:
            turned = bytearray(whole_file)
            turned[bit // 8] ^= 1 << bit % 8
            (index / name).write_bytes(turned)
            damaged = files(index)
            with pytest.raises(UsageError, match=DAMAGE) as told:
                collapse(tmp_path, articles[14:16])
            assert name.split("/")[-1] in str(told.value) or name.startswith("manifest")
            assert "\n" not in str(told.value)
            for action in (lambda: whole(index) and pytest.fail("verify says nothing"), lambda: figures(index)):
                try:
                    action()
                except UsageError as error:
                    assert str(error).startswith(DAMAGE)
            try:
                assert export(index) == corpus
            except UsageError as error:
                assert str(error).startswith(DAMAGE)
            assert files(index) == damaged
            tried += 1
        (index / name).write_bytes(whole_file)
    assert tried > 100
    assert whole(index)


@pytest.mark.parametrize("damage", ["gone", "empty", "cut"])
def test_a_manifest_that_is_not_whole(tmp_path, damage):
    collapse(tmp_path, FIRST, NEAR)
    path = manifest_of(tmp_path / "index")
    held = path.read_bytes()
    path.unlink() if damage == "gone" else path.write_bytes(b"" if damage == "empty" else held[: len(held) // 2])
    before = files(tmp_path / "index")
    for action in (lambda: collapse(tmp_path, SECOND, NEAR), lambda: whole(tmp_path / "index")):
        with pytest.raises(UsageError, match=r"damaged|is no index"):
            action()
    assert files(tmp_path / "index") == before


def test_strange_files_are_in_nobodys_way(tmp_path):
    index = tmp_path / "index"
    index.mkdir()
    (index / ".DS_Store").write_bytes(b"of a system")
    collapse(tmp_path, FIRST, NEAR)
    strange = {
        "segments/.DS_Store": b"1", "segments/notes.txt": b"2", "segments/backup/mine.npy": b"3", "readme": b"4",
        "segments/000099/mine.txt": b"5", "segments/000001-copy": b"6", "old/segments/000001": b"7",
    }  # fmt: skip
    for name, held in strange.items():
        (index / name).parent.mkdir(parents=True, exist_ok=True)
        (index / name).write_bytes(held)
    (index / "segments" / "000098").symlink_to(index / "old" / "segments" / "000001")
    for name in ("000097", "000097-000003", "000096-0k_3fx1z.part"):
        (index / "segments" / name).write_bytes(b"a killed run's")
    collapse(tmp_path, SECOND, NEAR)
    assert command.main(argparse.Namespace(action="compact", folder=index)) == 0
    assert whole(index)
    held = files(index)
    assert strange.items() <= held.items()
    assert b"a killed run's" not in held.values()
    assert (index / "segments" / "000098").is_symlink()


def in_child(work: Callable[[], object]) -> int:
    """The work in a process of its own; 0 done, 3 refused or failed, else what it ended with."""
    pid = os.fork()
    if not pid:
        try:
            work()
            os._exit(0)
        except (OSError, RunFailed, UsageError):
            os._exit(3)
        finally:
            os._exit(4)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def steps(work: Callable[[], object], last: int = 0) -> Callable[[], object]:
    """The same work, ended without any clearing up the ``last`` time that it makes a file durable, puts or removes one.

    With 0 the work is done, and the exit code says how many times that was.
    """

    def working() -> None:
        made = [0]

        def counted(step: Callable[..., object]) -> Callable[..., object]:
            def call(*given: object, **named: object) -> object:
                made[0] += 1
                if made[0] == last:
                    os._exit(9)
                return step(*given, **named)

            return call

        os.fsync, os.replace, os.unlink = map(counted, (os.fsync, os.replace, os.unlink))
        work()
        os._exit(0 if last else made[0])

    return working


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_at_any_step_is_before_or_after(tmp_path):
    def second() -> None:
        pipeline.collapse_files(write(tmp_path / "second.jsonl", SECOND), tmp_path / "out", NEAR, index=tmp_path / "index")

    def removal() -> None:
        given = {"compact": True, "output": None, "format": None}
        command.main(argparse.Namespace(action="remove", folder=tmp_path / "index", ids=["a0", "a3"], **given))

    collapse(tmp_path, FIRST, NEAR)
    for work in (second, removal):
        shutil.copytree(tmp_path / "index", tmp_path / "before")
        old = content(tmp_path / "index")
        total = in_child(steps(work))
        assert total > 12
        new = content(tmp_path / "index")
        seen = []
        for number in (*range(1, total - 12, 5), *range(total - 12, total + 1)):
            shutil.rmtree(tmp_path / "index")
            shutil.copytree(tmp_path / "before", tmp_path / "index")
            assert in_child(steps(work, number)) == 9
            seen.append(content(tmp_path / "index"))
            assert seen[-1] in (old, new)
            assert whole(tmp_path / "index")
            if seen[-1] == old:
                assert in_child(work) == 0
                assert content(tmp_path / "index") == new
            else:  # what came after the commit is done by the next writer
                collapse(tmp_path, FIRST[4:], NEAR)
            assert len(list((tmp_path / "index").glob("manifest*"))) == 1
            named = {path.name for path in (tmp_path / "index" / "segments").iterdir()}
            with closing(sqlite3.connect(manifest_of(tmp_path / "index"))) as connection:
                assert named == {name for (name,) in connection.execute("SELECT name FROM segments")}
        assert old in seen and new in seen
        shutil.rmtree(tmp_path / "before")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("limit", [10, 300, 3_000, 30_000, 100_000])
def test_a_disk_that_takes_no_more_leaves_the_old_state(tmp_path, limit):
    collapse(tmp_path, FIRST, NEAR)
    before = content(tmp_path / "index")
    more = write(tmp_path / "more.jsonl", [record(f"c{k}", passage(k, 400)) for k in range(20, 90)])

    def filling() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        pipeline.collapse_files(more, tmp_path / "out", NEAR, index=tmp_path / "index")

    assert in_child(filling) == 3
    assert content(tmp_path / "index") == before
    assert whole(tmp_path / "index")
    assert len(list((tmp_path / "index" / "segments").iterdir())) == 1


def test_an_index_that_cannot_be_written(tmp_path):
    """On a read-only disk where the test may mount one, else in a folder without the right to write."""
    collapse(tmp_path, FIRST, NEAR)
    corpus = export(tmp_path / "index")
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = os.name == "posix" and not subprocess.run(["mount", "-t", "tmpfs", "none", disk], capture_output=True).returncode
    try:
        index = shutil.copytree(tmp_path / "index", disk / "index")
        if mounted:
            subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        elif os.geteuid() == 0:
            pytest.skip("root may write everywhere, and nothing can be mounted")
        else:
            for path in (*index.rglob("*"), index):
                path.chmod(0o555 if path.is_dir() else 0o444)
        why = "read-only file system" if mounted else "permission denied"
        more = write(tmp_path / "more.jsonl", SECOND)
        for arguments in (
            ["collapse", more, "-o", tmp_path / "o", "--level", "near", "--index", index],
            ["index", "compact", index],
            ["index", "remove", index, "a1"],
        ):
            done = call(*arguments)
            assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)
            assert f"index {index} cannot be written: {why}" in done.stderr.decode()
        assert not (tmp_path / "o").exists()
        assert whole(index)
        assert figures(index)
        out = tmp_path / "exported"
        command.main(argparse.Namespace(action="export", folder=index, output=out, format=None, keep_merged_text=False))
        assert export(tmp_path / "index") == corpus
        assert (out / "corpus.jsonl").read_bytes() == (tmp_path / "index.export" / "corpus.jsonl").read_bytes()
    finally:
        if mounted:
            subprocess.run(["umount", disk], check=True)
        else:
            for path in (disk, *disk.rglob("*")):
                path.chmod(0o755)


def test_a_reader_sees_one_state_while_a_run_commits(tmp_path):
    """Also a run that merges all segments, and removes those that the reader has open."""
    collapse(tmp_path, FIRST, NEAR)
    index = tmp_path / "index"
    with session.reader(index) as found:
        before = found.count("records")
        collapse(tmp_path, SECOND, NEAR)
        assert command.main(argparse.Namespace(action="compact", folder=index)) == 0
        numbers = [number for (number,) in found.sql.execute("SELECT number FROM records")]
        assert len(found.articles(numbers)) == before == found.count("records") == len(FIRST)
    with session.reader(index) as found:
        assert found.count("records") == len(FIRST) + len(SECOND)
    assert whole(index)
