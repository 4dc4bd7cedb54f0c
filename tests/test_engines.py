"""What carries a run's parts changes nothing, and a bad page is told by its name on each of them."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest
from bench import made
from conftest import SAMPLES, call

from cleaner import Limits, RunFailed, Settings, pipeline
from cleaner.driver import stories
from cleaner.driver.plan import Execution
from cleaner.sinks.reading import read_rows

POSIX = pytest.mark.skipif(os.name != "posix", reason="signals")
FILES = ("corpus", "merged", "pairs", "rejected", "cuts")
BAD = """
import os, sys
def patched(strip):
    def strip_page(page, *rest):
        if page.origin.endswith("kills.html"):
            os.kill(os.getpid(), 9)
        while page.origin.endswith("hangs.html"):
            try:
                sum(range(10**6))
            except BaseException:
                pass
        return strip(page, *rest)
    return strip_page
class Finder:
    def find_spec(self, name, path, target=None):
        if name == "cleaner.ingest":
            sys.meta_path.remove(self)
            import cleaner.strip
            cleaner.strip.strip_page = patched(cleaner.strip.strip_page)
sys.meta_path.insert(0, Finder())
"""
"""Stands for a C library that one page crashes and another holds up: every Python process loads it when it starts."""




@contextmanager
def engine(name: str, folder: Path):
    """An engine by its name; skips the test where what it needs is not installed."""
    if name == "pool":
        with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
            yield pool
    elif name == "dask":
        distributed = pytest.importorskip("distributed")
        with distributed.Client(n_workers=2, threads_per_worker=1, dashboard_address=None) as client:
            yield client.get_executor(pure=False, retries=3)
    elif name == "submitit":
        yield pytest.importorskip("submitit").LocalExecutor(folder)
    else:
        if name != "local":
            pytest.importorskip({"ray": "ray", "spark": "pyspark"}[name])
        yield name


def output(folder: Path) -> list[bytes]:
    """The rows that a run wrote, whole files and shards alike."""
    return [b"".join(one.read_bytes() for one in sorted(folder.glob(f"{name}*.jsonl"))) for name in FILES]


@pytest.fixture(scope="module")
def articles(tmp_path_factory) -> Path:
    """Made articles in nine files."""
    folder = tmp_path_factory.mktemp("articles") / "in"
    folder.mkdir()
    lines = [json.dumps(row) + "\n" for row in made.articles(400, 40, seed=9)]
    for number in range(9):
        (folder / f"{number}.jsonl").write_text("".join(lines[number::9]), "utf-8")
    return folder


@pytest.fixture(scope="module")
def bad_pages(tmp_path_factory) -> Path:
    """Good pages of one site, one that kills the process that strips it, and one that holds it up."""
    folder = tmp_path_factory.mktemp("pages") / "in"
    shutil.copytree(SAMPLES / "pages" / "alpenkurier.example", folder)
    good = min(folder.rglob("*.html"))
    for name in ("kills", "hangs"):
        shutil.copy(good, folder / f"{name}.html")
    return folder


@pytest.fixture(scope="module")
def plain(articles, tmp_path_factory) -> list[bytes]:
    """What comes of them in one part and one process."""
    folder = tmp_path_factory.mktemp("plain") / "out"
    pipeline.collapse_files(articles, folder, Settings(workers=1))
    return output(folder)


@pytest.mark.parametrize("name", ["local", "pool", "dask", "submitit", "ray", "spark"])
def test_articles_are_collapsed_to_the_same_bytes(articles, plain, tmp_path, monkeypatch, name):
    monkeypatch.setattr(stories, "PARALLEL_FROM", 100)  # so that signing, reading and rows are carried too
    with engine(name, tmp_path / "jobs") as carries:
        settings = Settings(workers=2, partitions=7)
        pipeline.collapse_files(articles, tmp_path / "out", settings, execution=Execution(carries))
    assert output(tmp_path / "out") == plain and plain[1].count(b"\n") > 30
    assert not list((tmp_path / "out").glob(".*"))


@POSIX
@pytest.mark.parametrize(
    ("name", "partitions"), [("local", 1), ("pool", 4), ("dask", 4), ("submitit", 4), ("ray", 4), ("spark", 4)]
)
def test_a_page_that_kills_and_one_that_hangs_are_rejected_by_name(bad_pages, tmp_path, monkeypatch, name, partitions):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(BAD, "utf-8")
    path = os.pathsep.join([str(tmp_path / "site"), *filter(None, [os.environ.get("PYTHONPATH")])])
    monkeypatch.setenv("PYTHONPATH", path)
    options = ["--partitions", partitions, "--seconds-per-page", "1", "--workers", "2", "-q"]
    with engine(name, tmp_path / "jobs") as carries:
        if isinstance(carries, str):
            done = call("run", bad_pages, "-o", tmp_path / "out", "--engine", carries, *map(str, options))
            assert done.returncode == 0, done.stderr
        else:
            settings = Settings(partitions=partitions, limits=Limits(seconds_per_page=1.0))
            pipeline.run(bad_pages, tmp_path / "out", settings, execution=Execution(carries))
    found = {Path(row["origin"]).name: row["reason"] for row in read_rows(tmp_path / "out", "rejected")}
    assert found == {"kills.html": "worker-died", "hangs.html": "too-slow"}
    report = json.loads((tmp_path / "out" / "report.json").read_text("utf-8"))
    assert report["counts"]["records"] == len(list(bad_pages.rglob("*.html")))


class _Broken(Executor):
    """An executor whose processes are gone."""

    def submit(self, function, /, *arguments, **named):
        raise BrokenProcessPool("a process was killed")


def test_an_executor_that_breaks_ends_the_run_and_keeps_what_is_done(articles, tmp_path):
    with pytest.raises(RunFailed, match="executor"):
        pipeline.collapse_files(articles, tmp_path / "out", Settings(), execution=Execution(_Broken()))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("name", "package"), [("ray", "ray"), ("spark", "pyspark")])
def test_an_engine_that_is_not_installed_is_named_with_its_command(articles, tmp_path, name, package):
    if find_spec(package):
        pytest.skip(f"{package} is installed")
    done = call("collapse", articles, "-o", tmp_path / "out", "--engine", name)
    assert done.returncode == 2 and done.stderr.count(b"\n") == 1
    assert f"pip install 'onestory[{name}]'".encode() in done.stderr and not (tmp_path / "out").exists()
