"""Inputs and outputs in a store, by URL: what comes of them is what comes of local files."""

from __future__ import annotations

import errno
import io
import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from typing import ClassVar

import pytest
from conftest import SAMPLES, call, call_here, rows

from cleaner import pipeline, sources
from cleaner.cli import main
from cleaner.driver import stories
from cleaner.driver.plan import Execution
from cleaner.errors import RunFailed, UsageError
from cleaner.progress import Silent
from cleaner.records import Keep
from cleaner.settings import Settings
from cleaner.sinks.scratch import RUN
from cleaner.urls import shown

fsspec = pytest.importorskip("fsspec")

from fsspec.implementations.memory import MemoryFileSystem  # noqa: E402

NAMES = {"corpus", "merged", "pairs", "rejected", "cuts"}
FILES = {f"{name}.jsonl" for name in NAMES} | {"report.json"}
TEXTS = [f"The harbour board met on Tuesday in town {n} and voted to dredge the channel of {n} ships." for n in range(8)]
FEED = "".join(json.dumps({"id": f"r{n}", "text": text}) + "\n" for n, text in enumerate(TEXTS)).encode()


class Failing(MemoryFileSystem):
    """A store whose puts fail for the keys named in ``fails``, and which with ``dies`` does nothing more after that."""

    protocol = "failing"
    store: ClassVar[dict] = {}
    pseudo_dirs: ClassVar[list] = [""]
    fails: ClassVar[set] = set()
    dies: ClassVar[bool] = False
    dead: ClassVar[bool] = False

    @classmethod
    def _strip_protocol(cls, path):
        return MemoryFileSystem._strip_protocol(path.removeprefix("failing://"))

    def cat_file(self, path, **kwargs):
        if path.rpartition("/")[2] in self.fails:
            raise ConnectionError("broke")
        return super().cat_file(path, **kwargs)

    def put_file(self, lpath, rpath, **kwargs):
        if self.dead or rpath.rpartition("/")[2] in self.fails:
            Failing.dead = self.dies
            raise ConnectionError("https://user:secret@store.example/put?token=secret broke")
        super().put_file(lpath, rpath, **kwargs)

    def rm_file(self, path):
        if self.dead:
            raise ConnectionError("broke")
        super().rm_file(path)


class Counting(MemoryFileSystem):
    """A store that counts the bytes that are fetched."""

    protocol = "counting"
    store: ClassVar[dict] = {}
    pseudo_dirs: ClassVar[list] = [""]
    fetched: ClassVar[list] = []

    @classmethod
    def _strip_protocol(cls, path):
        return MemoryFileSystem._strip_protocol(path.removeprefix("counting://"))

    def _open(self, path, mode="rb", **kwargs):
        class Counted(io.BytesIO):
            def read(self, size=-1):
                piece = super().read(size)
                Counting.fetched.append(len(piece))
                return piece

        return Counted(super()._open(path, mode, **kwargs).getvalue()) if mode == "rb" else super()._open(path, mode)


for kind in (Failing, Counting):
    fsspec.register_implementation(kind.protocol, kind, clobber=True)


@pytest.fixture
def failing():
    """The store that fails, empty."""
    Failing.store.clear()
    Failing.fails, Failing.dies, Failing.dead = set(), False, False
    return fsspec.filesystem("failing")


@pytest.fixture
def collapse(tmp_path):
    """A run over a folder of feeds into the store that fails."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "feed.jsonl").write_bytes(FEED)

    def call_it(out: str = "failing://out", **more) -> None:
        pipeline.collapse_files(f"local://{tmp_path}/in", out, Settings(level="exact", **more))

    return call_it


def names(system, folder: str = "/out") -> set[str]:
    return {path.removeprefix(f"{folder}/") for path in system.find(folder)}


def test_a_run_on_urls_gives_the_bytes_of_a_run_on_paths(sample_run, tmp_path):
    pages = shutil.copytree(SAMPLES / "pages", tmp_path / "pages")
    (pages / ".hidden").mkdir()
    (pages / ".hidden" / "a.html").write_text("<p>never read", "utf-8")
    (pages / "_SUCCESS").touch()
    done = call("run", f"local://{pages}/", "-o", f"local://{tmp_path}/deep/out", "-q")
    assert (done.returncode, done.stderr) == (0, b"")
    out = tmp_path / "deep" / "out"
    assert {path.name for path in out.iterdir() if not path.is_dir()} == FILES
    for name in NAMES:
        there, here = (folder.joinpath(f"{name}.jsonl").read_bytes() for folder in (out, sample_run))
        assert there == here.replace(f"{SAMPLES}/pages/".encode(), f"local://{pages}/".encode()), name
    told = call_here("explain", f"local://{out}", "feed-altenried-bruecke")
    assert told.stdout == call_here("explain", sample_run, "feed-altenried-bruecke").stdout != b""
    again = call_here("collapse", f"local://{out}/c*.jsonl", "-o", f"local://{out}", "-q")
    assert again.returncode == 2
    assert again.stderr.decode().count("\n") == 1 and "the output of an earlier run" in again.stderr.decode()


def test_file_urls_are_the_files_of_this_machine(tmp_path):
    feed = tmp_path / "feed.jsonl"
    feed.write_bytes(FEED)
    assert call_here("collapse", f"file://{tmp_path}", feed, "-o", f"file://{tmp_path}/out", "-q").returncode == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == FILES
    done = call_here("strip", f"file://{feed}", "-o", f"file://{tmp_path}/strip.jsonl", "-q")
    assert (done.returncode, len(rows(tmp_path / "strip.jsonl"))) == (0, len(TEXTS))
    assert {file.shown for file in sources.discover([f"file://{tmp_path}/*.jsonl"])} == {
        f"file://{tmp_path}/{name}" for name in ("feed.jsonl", "strip.jsonl")
    }


def test_wrong_urls_are_one_line_and_exit_code_2(tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    (tmp_path / "feed.jsonl").write_bytes(FEED)
    feed = f"local://{tmp_path}/feed.jsonl"
    for arguments, said in (
        (["strip", "nowhere://x/y"], "no kind of store"),
        (["strip", f"local://{tmp_path}/missing/"], "no such file or folder"),
        (["strip", f"local://{tmp_path}/empty"], "holds no file"),
        (["strip", f"local://{tmp_path}/*.warc"], "matches no file"),
        (["collapse", feed, "-o", f"{tmp_path}/out", "--index", "s3://bucket/index"], "not a URL"),
        (["index", "stats", "s3://bucket/index"], "not a URL"),
        (["rethreshold", "s3://bucket/out", "--threshold", ".5"], "not a URL"),
        (["collapse", feed, "-o", feed], "it is a file"),
        (["explain", f"local://{tmp_path}/empty", "a"], "name the --output of a run"),
    ):
        assert main(arguments) == 2
        told = capsys.readouterr().err
        assert told.count("\n") == 1 and said in told, (arguments, told)


def test_a_missing_package_names_the_command_that_installs_it():
    hidden = "import sys; sys.modules['fsspec'] = None; from cleaner.cli import main; sys.exit(main(sys.argv[1:]))"
    arguments = [sys.executable, "-c", hidden, "strip", "s3://key:secret@bucket/x.jsonl"]
    done = subprocess.run(arguments, capture_output=True, timeout=60, check=False)
    assert done.returncode == 2
    assert done.stderr == b"cleaner: s3://bucket/x.jsonl needs the package fsspec: pip install 'onestory[remote]'\n"


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("s3://bucket/a?b#c", "s3://bucket/a?b#c"),
        ("s3://key:secret@bucket/a@b", "s3://bucket/a@b"),
        ("sftp://user@host:22/a", "sftp://host:22/a"),
        ("https://host/a?token=secret&page=2", "https://host/a?token=***&page=***"),
        ("abfs://container@account.dfs.core.windows.net/a", "abfs://container@account.dfs.core.windows.net/a"),
        ("a/b?c=d", "a/b?c=d"),
    ],
)
def test_urls_are_shown_without_passwords_and_tokens(url, told):
    assert shown(url) == told


def test_a_failed_write_leaves_nothing_where_nothing_was(failing, collapse):
    for name in ("corpus.jsonl", "cuts.jsonl", "report.json"):
        Failing.fails = {name}
        with pytest.raises(RunFailed, match=r"broke.*removed again") as told:
            collapse()
        assert "secret" not in str(told.value)
        assert names(failing) == set()
    with pytest.raises(UsageError, match="cannot write to failing://out: "):
        Failing.fails = {"probe"}
        collapse()


def test_what_an_earlier_run_wrote_is_replaced_and_kept_when_that_fails_at_once(failing, collapse):
    collapse()
    before = {name: failing.cat_file(f"/out/{name}") for name in FILES}
    assert names(failing) == FILES
    Failing.fails = {"corpus.parquet"}
    with pytest.raises(RunFailed):
        collapse(format="parquet")
    assert {name: failing.cat_file(f"/out/{name}") for name in FILES} == before
    Failing.fails = set()
    collapse(format="parquet")
    assert names(failing) == {f"{name}.parquet" for name in NAMES} | {"report.json"}


def test_the_next_run_replaces_what_a_killed_one_left(failing, collapse, tmp_path):
    collapse()
    (tmp_path / "in" / "more.jsonl").write_bytes(FEED.replace(b"channel", b"basin").replace(b'"r', b'"s'))
    for name in ("merged.jsonl", "cuts.jsonl"):
        Failing.fails, Failing.dies, Failing.dead = {name}, True, False  # nothing is tidied up, as after a kill
        with pytest.raises(RunFailed, match="the next run into it will replace what is there"):
            collapse(keep_merged_text=name == "cuts.jsonl")
        assert "report.json" not in names(failing)
    Failing.fails, Failing.dead = set(), False
    collapse()
    assert names(failing) == FILES
    assert json.loads(failing.cat_file("/out/report.json"))["counts"]["records"] == 2 * len(TEXTS)


def test_nobodys_file_in_a_store_is_replaced(failing, collapse):
    failing.pipe_file("/out/corpus.jsonl", FEED)
    with pytest.raises(UsageError, match=r"failing://out/corpus\.jsonl is not to be replaced"):
        collapse()
    assert names(failing) == {"corpus.jsonl"}
    collapse("failing://other")
    failing.pipe_file("/other/merged.jsonl", b"{}\n")
    with pytest.raises(UsageError, match="not as the run wrote it"):
        collapse("failing://other")
    assert failing.cat_file("/other/merged.jsonl") == b"{}\n"


def test_a_file_that_comes_while_a_run_goes_on_is_not_replaced(failing):
    from cleaner.sinks.files import OutputFolder

    with pytest.raises(RunFailed, match="written by another"), OutputFolder("failing://out", "jsonl", ["corpus"]) as out:
        out.write("corpus", [{"id": "a"}])
        out.seal({"counts": {}, "versions": {"cleaner": "0"}})
        failing.pipe_file("/out/corpus.jsonl", b"")
        out.publish()
    assert names(failing) == {"corpus.jsonl"} and failing.cat_file("/out/corpus.jsonl") == b""


def test_every_kind_of_file_is_read_from_a_store_as_from_a_disk(failing):
    for path in (SAMPLES / "pages").rglob("*"):
        if path.is_file():
            failing.pipe_file(f"/all/{path.relative_to(SAMPLES / 'pages')}", path.read_bytes())
    settings = Settings()

    def told(root: str) -> list[tuple]:
        found = [record for file in sources.discover([root]) for record in sources.read(file, settings)]
        return [(one.id, one.origin.removeprefix(root), getattr(one, "html", None) or str(one)[:0]) for one in found]

    assert told("failing://all") == told(str(SAMPLES / "pages"))
    files = sources.discover(["failing://all/**/*.html", "failing://all/*.parquet", "failing://all/s*"])
    assert {file.kind for file in files} == {"html", "parquet", "text"}
    assert all(file.size == failing.size(file.path.removeprefix("failing:/")) and file.version for file in files)
    assert [file.name for file in files] == sorted(file.name for file in files)


def test_a_store_that_fails_while_it_is_read_ends_the_run(failing):
    failing.pipe_file("/in/a.jsonl", FEED)
    Failing.fails = {"a.jsonl"}
    (file,) = sources.discover(["failing://in"])
    with pytest.raises(RunFailed, match=r"failing://in/a\.jsonl: broke"):
        list(sources.read(file, Settings()))
    Failing.store.clear()
    Failing.fails = set()
    assert [record.reason for record in sources.read(file, Settings())] == ["unreadable"]


def test_of_parquet_no_more_is_fetched_than_is_read():
    import pyarrow as pa
    import pyarrow.parquet as pq

    text = "".join(chr(33 + (7 * n * n) % 90) for n in range(5_000))
    table = pa.table({"id": [f"r{n}" for n in range(4_000)], "text": [f"{n} {text}" for n in range(4_000)]})
    with fsspec.filesystem("counting").open("/big.parquet", "wb") as file:
        pq.write_table(table, file, row_group_size=500, use_dictionary=False, compression=None)
    size = fsspec.filesystem("counting").size("/big.parquet")
    Counting.fetched.clear()
    (file,) = sources.discover(["counting://big.parquet"])
    assert sum(1 for _ in sources.read(file, Settings())) == 4_000
    assert size > 20_000_000 and sum(Counting.fetched) < 1.1 * size and max(Counting.fetched) < size / 4


def test_a_working_folder_in_a_store_takes_parts_whole_and_gives_them_back(failing, tmp_path):
    (tmp_path / "in").mkdir()
    for number, line in enumerate(FEED.splitlines(keepends=True)):
        (tmp_path / "in" / f"{number}.jsonl").write_bytes(line)
    said: list[str] = []

    class Heard(Silent):
        def note(self, line: str) -> None:
            said.append(line)

    def collapse(out: str, work: str | None = "failing://work", keep: Keep = "complete", **more) -> dict[str, bytes]:
        settings = Settings(level="exact", keep=keep, partitions=4, workers=1)
        execution = Execution(work=work, **more)
        pipeline.collapse_files(str(tmp_path / "in"), tmp_path / out, settings, Heard(), execution=execution)
        assert not list((tmp_path / out).glob(".*"))
        return {path.name: path.read_bytes() for path in (tmp_path / out).glob("*.jsonl")}

    plain = collapse("plain", None)
    for key in ("strip-00002", "strip-00002.json"):
        Failing.fails = {key}
        with pytest.raises((RunFailed, OSError), match="broke") as told:
            collapse("out")
        assert "secret" not in str(told.value)
        assert names(failing, "/work") == {"plan.json", *(f"strip-0000{n}{end}" for n in (0, 1) for end in ("", ".json"))}
    for key in ("exact-00000", "rows-00000.json"):  # later stages too
        Failing.fails = {key}
        said.clear()
        with pytest.raises((RunFailed, OSError), match="broke"):
            collapse("out")
    before = ["resumed: stage words, 1 of 1 parts were done", "resumed: stage exact was done"]
    assert said == ["resumed: 4 of 4 parts were done", before[0]]
    Failing.fails = set()
    said.clear()
    assert collapse("out", keep_work=True) == plain and said == ["resumed: 4 of 4 parts were done", *before]
    stages = ("exact", "rows", *(f"strip-0000{n}" for n in range(4)), "words")
    kept = {name if "-" in name else f"{name}-00000" for name in stages}
    assert names(failing, "/work") == {"plan.json", *kept, *(f"{name}.json" for name in kept)}
    for key in ("exact-00000", "strip-00003"):
        failing.store[f"/work/{key}"].seek(9)
        failing.store[f"/work/{key}"].write(b"?")
    said.clear()
    damaged = "resumed: 3 of 4 parts were done, 1 damaged and made anew"
    rest = "resumed: stage rows, 1 of 1 parts were done"
    assert collapse("again", keep_work=True) == plain and said == [damaged, before[0], rest]
    said.clear()
    assert collapse("shown", keep_work=True, keep="longest") == plain and said[-1] == before[0]
    assert collapse("again") == plain
    assert names(failing, "/work") == set()
    failing.pipe_file("/work/notes.txt", b"mine")
    with pytest.raises(UsageError, match="failing://work holds other files"):
        collapse("other")
    assert names(failing, "/work") == {"notes.txt"}


def on_another_machine(own: str, others: str) -> None:
    """Make of this process one whose temporary files are its ``own``, and which has nothing of the ``others``."""
    tempfile.tempdir = own

    def check(event: str, arguments: tuple) -> None:
        named = arguments[:2] if event == "open" or event.startswith("os.") else ()
        if any(isinstance(path, (str, bytes)) and os.fsdecode(path).startswith(others) for path in named):
            raise FileNotFoundError(errno.ENOENT, "no such file on this machine", named[0])

    sys.addaudithook(check)


def test_machines_without_a_common_disk_do_every_stage_through_a_store(sample_run, tmp_path, monkeypatch):
    pages = shutil.copytree(SAMPLES / "pages", tmp_path / "pages")
    here, there = tmp_path / "here", tmp_path / "there"
    for folder in (here, there):
        folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(here))
    monkeypatch.setattr(stories, "PARALLEL_FROM", 10)
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, spawn, on_another_machine, (str(there), str(here))) as pool:
        settings, execution = Settings(partitions=3), Execution(pool, work=f"local://{pages}/work", keep_work=True)
        for out in (f"{here}/out", f"local://{here}/again"):  # the second time the parts stand among the inputs
            pipeline.run(f"local://{pages}", out, settings, execution=execution)
            for stage in ("strip", "words", "weights"):  # what is damaged is made anew
                path = next((pages / "work").glob(f"{stage}-*[0-9]"))
                path.write_bytes(path.read_bytes()[::-1])
    left = {path.name.partition("-")[0] for path in (pages / "work").glob("*-*.json")}
    assert left >= {"words", "signatures", "candidates", "overlaps", "reports", "tiles", "canonicals", "rows"}
    assert len(list((pages / "work").glob("strip-*.json"))) == 3 and not list((pages / "work").glob("staged-*"))
    for name in NAMES:
        whole = (sample_run / f"{name}.jsonl").read_bytes().replace(f"{SAMPLES}/pages/".encode(), f"local://{pages}/".encode())
        for out in ("out", "again"):
            assert b"".join(one.read_bytes() for one in sorted((here / out).glob(f"{name}-*.jsonl"))) == whole, name
    for _ in range(100):  # what was fetched goes with the processes
        if not any(there.iterdir()):
            break
        time.sleep(0.1)
    assert not list(there.iterdir())


@pytest.mark.skipif(os.name != "posix", reason="ulimit")
def test_a_full_temporary_folder_is_named(tmp_path):
    (tmp_path / "feed.jsonl").write_bytes(FEED)
    command = f"ulimit -f 1; exec {sys.executable} -m cleaner strip feed.jsonl -o local://{tmp_path}/a.jsonl -q"
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, timeout=60, check=False)
    said = f"cleaner: {tempfile.gettempdir()}, where local://{tmp_path}/a.jsonl is written first: File too large\n"
    assert (done.returncode, done.stderr.decode()) == (1, said) and not (tmp_path / "a.jsonl").exists()


@pytest.fixture(scope="module")
def bucket(tmp_path_factory):
    """A bucket on a server of this machine, and what the environment says of it."""
    pytest.importorskip("s3fs")
    server = pytest.importorskip("moto.server").ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        patched.setenv("AWS_ACCESS_KEY_ID", "somebody")
        patched.setenv("AWS_SECRET_ACCESS_KEY", "verysecret")
        patched.setenv("AWS_DEFAULT_REGION", "us-east-1")
        system = fsspec.filesystem("s3", skip_instance_cache=True)
        system.mkdir("bucket")
        system.put(str(SAMPLES / "pages"), "bucket/pages", recursive=True)
        system.touch("bucket/pages/marker/")
        yield system
    server.stop()


def test_s3_in_and_out(bucket, sample_run):
    done = call("run", "s3://bucket/pages/", "-o", "s3://bucket/out")
    assert done.returncode == 0, done.stderr.decode()
    assert b"verysecret" not in done.stderr and b"in s3://bucket/out" in done.stderr
    assert {path.rpartition("/")[2] for path in bucket.find("bucket/out")} == FILES
    for name in NAMES:
        there, here = bucket.cat_file(f"bucket/out/{name}.jsonl"), (sample_run / f"{name}.jsonl").read_bytes()
        assert there == here.replace(f"{SAMPLES}/pages/".encode(), b"s3://bucket/pages/"), name
    assert b"relation event" in call("explain", "s3://bucket/out", "stored/stored-dravik-quake.txt").stdout
    work = ["--work", "s3://bucket/work", "--partitions", "3"]
    done = call("run", "s3://bucket/pages/", "-o", "s3://bucket/parts", *work, "--keep-work", "-q")
    assert done.returncode == 0 and len(bucket.glob("bucket/work/strip-*.json")) == 3, done.stderr
    done = call("run", "s3://bucket/pages/", "-o", "s3://bucket/parts", *work)
    assert done.returncode == 0 and b"resumed: 3 of 3 parts were done" in done.stderr and not bucket.exists("bucket/work")
    for name in NAMES:
        shards = [bucket.cat_file(path) for path in sorted(bucket.glob(f"bucket/parts/{name}-*.jsonl"))]
        assert len(shards) == 3 and b"".join(shards) == bucket.cat_file(f"bucket/out/{name}.jsonl"), name
    done = call("strip", "s3://bucket/pages/*.warc.gz", "-o", "s3://bucket/strip/articles.jsonl", "-q")
    assert done.returncode == 0 and bucket.find("bucket/strip") == ["bucket/strip/articles.jsonl"]
    done = call("strip", "s3://bucket/pages/feed.jsonl", "-o", "s3://nobucket/a.jsonl", "-q")
    assert done.returncode == 2 and done.stderr.decode().count("\n") == 1
    assert not bucket.exists("nobucket")
    (file,) = sources.discover(["s3://bucket/pages/feed.jsonl"])
    assert file.version == bucket.info("bucket/pages/feed.jsonl")["ETag"].strip('"')


def test_a_store_that_is_not_there_is_one_line(bucket, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    done = call("strip", "s3://bucket/pages/")
    assert done.returncode == 2 and done.stderr.decode().count("\n") == 1, done.stderr
    assert RUN not in done.stderr.decode() and "verysecret" not in done.stderr.decode()
