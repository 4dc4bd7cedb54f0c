"""A run in parts: the same bytes however the input is split, and one that was ended goes on where it was."""

from __future__ import annotations

import bz2
import gzip
import itertools
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from bench import made
from conftest import SAMPLES, call_here, rows
from hypothesis import given
from hypothesis import strategies as st

from cleaner import Limits, Settings, UsageError, pipeline, sources
from cleaner.driver import plan
from cleaner.driver.plan import Execution
from cleaner.driver.rethreshold import rethreshold
from cleaner.progress import Silent
from cleaner.sinks import shards
from cleaner.sinks.reading import read_rows
from cleaner.sources.ranges import divided
from cleaner.staging import marks, sections

POSIX = pytest.mark.skipif(os.name != "posix", reason="signals")
FILES = ("corpus", "merged", "pairs", "rejected", "cuts")
PAGES = SAMPLES / "pages"
def output(folder: Path) -> dict[str, bytes]:
    """The rows that a run wrote, whole files and shards alike."""
    return {name: b"".join(one.read_bytes() for one in sorted(folder.glob(f"{name}*.jsonl"))) for name in FILES}


class Heard(Silent):
    """Hears what a run notes."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines

    def note(self, line: str) -> None:
        self._lines.append(line)


def told(folder: Path) -> dict:
    """What a report counts."""
    report = json.loads((folder / "report.json").read_text("utf-8"))
    return {name: value for name, value in report.items() if name not in ("seconds", "files", "invocation")}


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> Path:
    """Pages in HTML and stored text, three of them many times, and some on which their site repeats a line."""
    folder = tmp_path_factory.mktemp("pages") / "in"
    for name in ("alpenkurier.example", "harbour-post.example", "stored"):
        shutil.copytree(PAGES / name, folder / name)
    shutil.copy(PAGES / "feed.jsonl", folder)
    first = sorted(path for path in folder.rglob("*.html"))[:3]
    for number in range(12):
        for path in first:
            shutil.copy(path, path.with_name(f"{path.stem}-{number}.html"))
    (folder / "made.example").mkdir()
    for number, row in enumerate(made.articles(12, 80, seed=3)):
        body = "".join(f"<p>{line}</p>" for line in row["text"].split("\n"))
        body += "<p>The members of the harbour club meet for the spring regatta behind the old fish market hall.</p>"
        page = f"<html><head><title>{row['title']}</title></head><body><article>{body}</article></body></html>"
        (folder / "made.example" / f"{number}.html").write_text(page, "utf-8")
    return folder


@pytest.fixture(scope="module")
def whole(pages, tmp_path_factory) -> Path:
    """The output of an undisturbed run over them, in one part."""
    folder = tmp_path_factory.mktemp("whole") / "out"
    pipeline.run(pages, folder, Settings(workers=2))
    return folder


@pytest.fixture(scope="module")
def articles(tmp_path_factory) -> Path:
    """Made articles in 20 files."""
    folder = tmp_path_factory.mktemp("articles") / "in"
    folder.mkdir()
    lines = [json.dumps(row) + "\n" for row in made.articles(200, 40, seed=8)]
    for number in range(20):
        (folder / f"{number:02d}.jsonl").write_text("".join(lines[number::20]), "utf-8")
    (folder / "07.jsonl").open("a", encoding="utf-8").write('{"id": 1}\nno json\n')
    return folder


@pytest.mark.parametrize("level", ["exact", "near", "event"])
def test_the_number_of_parts_changes_nothing(articles, tmp_path, level):
    settings = Settings(level=level, workers=1)
    pipeline.collapse_files(articles, tmp_path / "1", settings)
    files = random.Random(level).sample(sorted(articles.iterdir()), 20)
    for partitions in (1, 7, 16):
        out = tmp_path / f"{partitions} parts"
        pipeline.collapse_files(files, out, Settings(level=level, workers=1, partitions=partitions))
        assert output(out) == output(tmp_path / "1")
        assert len(list(out.glob("corpus*"))) == partitions
        assert told(out) == told(tmp_path / "1")
        assert not list(out.glob(".*"))
    assert told(out)["not_understood"] == told(tmp_path / "1")["not_understood"]


def test_pages_in_parts_are_those_of_one_part(pages, whole, tmp_path):
    assert told(whole)["characters_cut_by_label"]["site"] and told(whole)["counts"]["merged"] > 30
    pipeline.run(pages, tmp_path / "out", Settings(workers=2, partitions=16))
    assert output(tmp_path / "out") == output(whole) and told(tmp_path / "out") == told(whole)


def started(pages: Path, out: Path, *options: str) -> subprocess.Popen:
    """A run over the pages in twelve parts."""
    command = [sys.executable, "-m", "cleaner", "run", pages, "-o", out, "--partitions", "12", "--workers", "1", *options]
    return subprocess.Popen([*map(str, command)], stderr=subprocess.PIPE, env=os.environ | {"PYTHONHASHSEED": "random"})


def parts_done(work: Path) -> int:
    """How many parts have their mark."""
    return len(list(work.glob("strip-*.json")))


@POSIX
def test_a_run_that_is_ended_goes_on_where_it_was(pages, whole, tmp_path):
    out, work = tmp_path / "out", tmp_path / "out" / ".cleaner-work" / "parts"
    before = 0
    for number, code in ((signal.SIGKILL, -9), (signal.SIGTERM, 143), (signal.SIGINT, 130), (None, 0)):
        process = started(pages, out)
        until = time.monotonic() + 100
        while number and parts_done(work) < before + 2 and time.monotonic() < until:
            time.sleep(0.01)
        if number:
            process.send_signal(number)
        said = process.communicate()[1].decode()
        assert process.returncode == code, said
        assert (f"resumed: {before} of 12 parts were done" in said) == bool(before)
        if number == signal.SIGINT:
            assert "cleaner: interrupted; no output file was changed; the same command goes on" in said
        if number:
            assert parts_done(work) >= before + 2
        before = parts_done(work)
    assert output(out) == output(whole) and told(out) == told(whole)
    assert not list(out.glob(".*"))


def test_parts_that_are_kept_are_used_while_nothing_has_changed(articles, tmp_path):
    source, out, work = tmp_path / "in", tmp_path / "out", tmp_path / "work"
    shutil.copytree(articles, source)
    lines: list[str] = []

    def collapse(fresh: bool = False, **given: object) -> dict[str, bytes]:
        lines.clear()
        execution = Execution(work=str(work), fresh=fresh, keep_work=True)
        settings = Settings(**{"workers": 1, "partitions": 5, "level": "near", **given})
        pipeline.collapse_files(source, out, settings, Heard(lines), execution=execution)
        return output(out)

    first = collapse()
    assert lines == [] and parts_done(work) == 5
    assert collapse() == first and lines[0] == "resumed: 5 of 5 parts were done"
    damaged, gone = work / "strip-00002", work / "strip-00004"
    data = bytearray(damaged.read_bytes())
    data[len(data) // 3] ^= 1
    damaged.write_bytes(data)
    gone.unlink()
    assert collapse() == first and lines[0] == "resumed: 3 of 5 parts were done, 2 damaged and made anew"
    assert collapse(fresh=True) == first and lines == []
    started_over = ["other input or other settings than those of the unfinished run: started over"]
    assert collapse(partitions=4) == first and lines == started_over and parts_done(work) == 4
    with (source / "03.jsonl").open("a", encoding="utf-8") as stream:
        stream.write('{"id": "more", "text": "The harbour board met on Tuesday and voted to dredge the channel."}\n')
    assert collapse(partitions=4) != first and lines == started_over
    assert collapse(partitions=4, level="exact") and lines[0] == "resumed: 4 of 4 parts were done"  # decides no part


STAGES = ("words", "exact", "pairs", "near", "copies", "reports", "frequencies", "weights", "scores", "events", "canonicals", "rows")
"""Those behind the first, in their order, of articles that are clean already."""


@pytest.fixture(scope="module")
def kept(articles, tmp_path_factory) -> tuple[Path, Path]:
    """The output of a run over the articles, and its working folder."""
    folder = tmp_path_factory.mktemp("kept")
    execution = Execution(work=str(folder / "work"), keep_work=True)
    pipeline.collapse_files(articles, folder / "out", Settings(workers=1, partitions=3), execution=execution)
    return folder / "out", folder / "work"


def resumed(articles: Path, work: Path, out: Path, **settings: object) -> list[str]:
    """Which stages a run took over, whole, from a working folder that was left to it."""
    lines: list[str] = []
    execution = Execution(work=str(work), keep_work=True)
    given = Settings(**{"workers": 1, "partitions": 3, **settings})
    pipeline.collapse_files(articles, out, given, Heard(lines), execution=execution)
    assert lines.pop(0) == "resumed: 3 of 3 parts were done"
    whole = [line for line in lines if line.endswith("was done") or line.split()[3] == line.split()[5]]
    return [stage for line in whole if (stage := line.split()[2].rstrip(",")) in STAGES]


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_goes_on_behind_the_last_one_that_was_whole(articles, kept, tmp_path, stage):
    out, work = kept[0], tmp_path / "work"
    shutil.copytree(kept[1], work)
    before = STAGES.index(stage)
    for path in sorted(work.iterdir()):
        if path.name.startswith(STAGES[before + 1 :]):
            path.unlink()
    (last,) = work.glob(f"{stage}-00000")
    data = bytearray(last.read_bytes())
    data[len(data) // 2] ^= 1
    last.write_bytes(data)  # a damaged file is made anew
    assert resumed(articles, work, tmp_path / "out") == list(STAGES[:before])
    assert output(tmp_path / "out") == output(out) and told(tmp_path / "out") == told(out)


@pytest.mark.parametrize(
    ("changed", "first"),
    [({"event_threshold": 0.9}, "events"), ({"event_span": 24}, "events"), ({"near_threshold": 0.8}, "near"),
     ({"keep": "longest"}, "exact"), ({"keep_merged_text": True}, "rows")],
)  # fmt: skip
def test_a_changed_setting_does_what_it_decides_anew(articles, kept, tmp_path, changed, first):
    work = tmp_path / "work"
    shutil.copytree(kept[1], work)
    assert resumed(articles, work, tmp_path / "out", **changed) == list(STAGES[: STAGES.index(first)])
    pipeline.collapse_files(articles, tmp_path / "fresh", Settings(workers=1, partitions=3, **changed))
    assert output(tmp_path / "out") == output(tmp_path / "fresh") != output(kept[0])
    assert told(tmp_path / "out") == told(tmp_path / "fresh")


KILLED = """
import os, sys
stage, real = sys.argv.pop(1), os.replace
def replace(source, target, **rest):
    real(source, target, **rest)
    if os.path.basename(target) == f"{stage}-00000.json":
        os.kill(os.getpid(), 9)
os.replace = replace
from cleaner.cli import main
sys.exit(main(sys.argv[1:]))
"""


def killed_at(stage: str | None, *command: object) -> list[str]:
    """Run a command that is killed once a stage has a mark; the stages that it took over."""
    head = ["-c", KILLED, stage] if stage else ["-m", "cleaner"]
    done = subprocess.run([sys.executable, *map(str, [*head, *command])], capture_output=True, check=False)
    said = done.stderr.decode()
    assert done.returncode == (-9 if stage else 0), said
    return [line.split()[3].rstrip(",") for line in said.splitlines() if line.startswith("cleaner: resumed: stage")]


@POSIX
def test_a_run_that_is_killed_behind_the_first_stage_goes_on(pages, whole, tmp_path):
    out, before = tmp_path / "out", 0
    stages = ("sites", *STAGES)
    for stage in ("sites", "candidates", "pairs", "tiles", "scores", "rows", None):
        taken = killed_at(stage, "run", pages, "-o", out, "--partitions", "3", "--workers", "1")
        within = {"pairs": ["signatures", "candidates"], "scores": ["partners", "tiles"]}.get(stage, [])
        assert taken == [*stages[:before], *within]
        before = stages.index({"candidates": "exact", "tiles": "weights"}.get(stage, stage)) + 1 if stage else before
    assert output(out) == output(whole) and told(out) == told(whole)
    assert not list(out.glob(".*"))


@POSIX
def test_a_run_into_an_index_goes_on_too_and_gives_it_the_same_in_other_parts(pages, articles, tmp_path):
    indexes = [tmp_path / "0.index", tmp_path / "1.index"]
    pipeline.collapse_files(articles, tmp_path / "before", Settings(workers=1), index=indexes[0])
    shutil.copytree(*indexes)
    pipeline.run(pages, tmp_path / "0", Settings(workers=2), index=indexes[0])
    stages, done = ("sites", "words", "pairs", "inside", "copies", "reports", "scores"), 0
    for stage in ("sites", "copies", "scores", None):
        command = ["run", pages, "-o", tmp_path / "1", "--partitions", "7", "--workers", "1", "--index", indexes[1]]
        assert killed_at(stage, *command) == [*stages[:done]]
        done = stages.index(stage) + 1 if stage else done
    assert output(tmp_path / "0") == output(tmp_path / "1") and told(tmp_path / "0") == told(tmp_path / "1")
    changes = [b"".join(one.read_bytes() for one in sorted((tmp_path / name).glob("changes*"))) for name in "01"]
    assert changes[0] == changes[1] != b""
    segments = [{one.name: one.read_bytes() for one in (index / "segments").iterdir()} for index in indexes]
    assert segments[0] == segments[1] and len(segments[0]) == 2


def test_what_is_kept_beside_the_bytecode_decides_nothing_nor_does_the_archive_of_the_package(tmp_path):
    code = "from cleaner import package_files as own; print(own.digest(['**/*']), own.digest(['index/*.py', '*.py'], '.json'))"
    shutil.copytree(Path(plan.__file__).parents[1], tmp_path / "cleaner", ignore=shutil.ignore_patterns("__pycache__"))
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    digests = []
    for name in ("one", "other", "zip"):
        if name == "zip":
            archive = shutil.make_archive(str(tmp_path / "package"), "zip", tmp_path, "cleaner")
            environment["PYTHONPATH"] = archive
            shutil.rmtree(tmp_path / "cleaner")
        digests.append(subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True, cwd=tmp_path).stdout)
        if name != "zip":
            (tmp_path / "cleaner" / "strip" / "__pycache__").mkdir(parents=True, exist_ok=True)
            (tmp_path / "cleaner" / "strip" / "__pycache__" / f"{name}.patterns").write_text(name, "utf-8")
            (tmp_path / "cleaner" / f".#{name}.py").symlink_to("nowhere")  # as an editor leaves it
    assert len(set(digests)) == 1 and len(set(digests[0].split())) == 2


def test_other_code_makes_parts_anew_where_it_decides_them(tmp_path):
    package = tmp_path / "cleaner"
    shutil.copytree(Path(plan.__file__).parents[1], package, ignore=shutil.ignore_patterns("__pycache__"))
    deciding = ["sinks/rows.py", "sinks/json_text.py", "engines/limits.py", "collapse/earlier_corpus.py", "records.py"]
    deciding += ["sources/warc.py", "strip/rules/en.toml", "staging/sections.py", "tasks/strip.py"]
    others = ["collapse/near.py", "driver/stories.py", "commands/run.py", "review/page.py", "index/store.py"]
    code = f"""
from pathlib import Path
from cleaner import Settings
from cleaner.driver import plan
def told():
    return plan.made(Path("."), "run", Settings(), []).fingerprint
before = told()
for name in {deciding + others}:
    path = Path({str(package)!r}, name)
    path.write_text(path.read_text("utf-8") + "# changed", "utf-8")
    now = told()
    print(name, now != before)
    before = now
"""
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True, cwd=tmp_path, text=True)
    assert done.stdout.split() == [word for name in deciding + others for word in (name, str(name in deciding))]


def test_a_working_folder_is_the_runs_own(articles, tmp_path):
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "notes.txt").write_text("mine", "utf-8")
    done = call_here("collapse", articles, "-o", tmp_path / "out", "--work", mine, "--level", "exact", "-q")
    assert done.returncode == 2 and b"holds other files" in done.stderr and done.stderr.count(b"\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["mine"] and len(list(mine.iterdir())) == 1
    work = articles / "work"
    done = call_here("collapse", articles, "-o", tmp_path / "out", "--work", work, "--keep-work", "--level", "exact", "-q")
    assert done.returncode == 0 and (work / "strip-00000").exists()
    records = told(tmp_path / "out")["counts"]["records"]
    done = call_here("collapse", articles, "-o", tmp_path / "out", "--work", work, "--level", "exact", "-q")
    assert done.returncode == 0 and told(tmp_path / "out")["counts"]["records"] == records
    assert not list(work.iterdir())
    work.rmdir()
    kept = call_here("collapse", articles, "-o", tmp_path / "out", "--keep-work", "--level", "exact", "-q")
    assert kept.returncode == 0
    part = tmp_path / "out" / ".cleaner-work" / "parts" / "strip-00000"
    done = call_here("collapse", part, "-o", tmp_path / "out", "--level", "exact", "-q")
    assert done.returncode == 2 and done.stderr.count(b"\n") == 1 and part.exists()


def test_whatever_reads_an_output_reads_its_shards(articles, tmp_path):
    for name, partitions in (("whole", 0), ("shards", 3)):
        settings = Settings(workers=1, partitions=partitions, keep_scores=True)
        pipeline.collapse_files(articles, tmp_path / name, settings)
    whole, cut = tmp_path / "whole", tmp_path / "shards"
    assert not (cut / "corpus.jsonl").exists() and len(list(cut.glob("scores-*.jsonl"))) == 3
    story = max(rows(whole / "corpus.jsonl"), key=lambda row: row["story"]["size"])
    names = [story["id"], *(member["id"] for member in story["story"]["members"][1:3])]
    for asked in (names[:1], names[1:2], names[:2]):
        said = [call_here("explain", folder, *asked) for folder in (whole, cut)]
        assert said[0].returncode == said[1].returncode == 0 and said[0].stdout == said[1].stdout, said
    for folder in (whole, cut):
        rethreshold(folder, folder.with_suffix(".new"), {"event_threshold": 0.9})
        pipeline.collapse_files(articles, folder.with_suffix(".rest"), Settings(workers=1, against=str(folder)))
    assert output(tmp_path / "shards.new") == output(tmp_path / "whole.new") != output(whole)
    assert len(list((tmp_path / "shards.new").glob("*-*.jsonl"))) == 21
    assert output(tmp_path / "shards.rest")["corpus"] == output(tmp_path / "whole.rest")["corpus"] == b""
    mine = cut / "corpus-00003.jsonl"
    mine.write_text("mine", "utf-8")
    with pytest.raises(UsageError, match=r"corpus-00003\.jsonl is not to be replaced"):
        pipeline.collapse_files(articles, cut, Settings(workers=1, partitions=4))
    pipeline.collapse_files(articles, cut, Settings(workers=1, level="exact"))
    assert {path.name for path in cut.iterdir()} == {*(f"{name}.jsonl" for name in FILES), "report.json", mine.name}


def test_shards_of_parquet_have_the_columns_of_the_whole(articles, tmp_path):
    for partitions in (1, 5):
        settings = Settings(workers=1, level="near", format="parquet", partitions=partitions)
        pipeline.collapse_files(articles, tmp_path / str(partitions), settings)
    for name in FILES:
        tables = [pq.read_table(path) for path in sorted((tmp_path / "5").glob(f"{name}-*.parquet"))]
        whole = pq.read_table(tmp_path / "1" / f"{name}.parquet")
        assert len(tables) == 5 and {table.schema for table in tables} == {whole.schema}
        assert pa.concat_tables(tables).to_pylist() == whole.to_pylist() == list(read_rows(tmp_path / "5", name))


LINES = st.lists(
    st.sampled_from([b'{"id": "%d", "text": "Herons stand on one leg."}', b"", b"  \r", b"no json", b'{"text": "' + b"x" * 99 + b'"}']),
    max_size=12,
)


PACKED = {
    "": lambda content: content,
    ".gz": gzip.compress,
    ".zst": zstandard.ZstdCompressor().compress,
    ".bz2": bz2.compress,
}


@given(
    LINES, st.booleans(), st.sampled_from([b"", b"\xef\xbb\xbf", b"\n\n"]), st.integers(1, 20), st.sampled_from([*PACKED]),
    st.lists(st.one_of(st.integers(0, 400), st.just(None)), max_size=12), st.sampled_from([b"", b"no member", b"\x1f\x8b"]),
)  # fmt: skip
def test_ranges_of_lines_hold_the_records_of_the_file(tmp_path_factory, lines, ended, start, count, end, cuts, rest):
    path = tmp_path_factory.mktemp("lines") / f"feed.jsonl{end}"
    lines = [line.replace(b"%d", b"%d" % number) for number, line in enumerate(lines)]
    content = start + b"\n".join(lines) + b"\n" * ended
    ends = itertools.accumulate(len(line) + 1 for line in [start + lines[0], *lines[1:]]) if lines else iter(())
    places = sorted(min(len(content), next(ends, 0) if cut is None else cut) for cut in cuts)  # None: behind a line
    members = [content[a:b] for a, b in itertools.pairwise([0, *places, len(content)])]
    path.write_bytes(b"".join(map(PACKED[end], members)) + rest * (end != ""))
    settings = Settings(limits=Limits(max_record_bytes=80))
    (file,) = sources.discover([str(path)])
    pieces = divided(file, count)
    assert len(pieces) <= max(1, count)
    found = [record for piece in pieces for record in sources.read(piece, settings)]
    assert found == list(sources.read(file, settings))


def assert_same_in_parts(run, source, folder, count):
    """Whether a run in so many parts, all of which are there then, writes what one in a single part does."""
    for partitions in (1, count):
        work = Execution(work=str(folder / f"work{partitions}"), keep_work=True)
        settings = Settings(workers=1, level="near", partitions=partitions)
        run(source, folder / str(partitions), settings, execution=work)
    one, several = folder / "1", folder / str(count)
    assert parts_done(folder / f"work{count}") == count
    assert output(one) == output(several) and told(one) == told(several)


@POSIX
def test_one_large_file_is_read_in_parts(articles, tmp_path):
    source = tmp_path / "feed.jsonl"
    source.write_bytes(b"".join(path.read_bytes() for path in sorted(articles.iterdir())))
    assert_same_in_parts(pipeline.collapse_files, source, tmp_path, 6)
    lines = source.read_bytes().splitlines(keepends=True)
    for end, pack in PACKED.items():
        packed = tmp_path / f"feed.jsonl{end}"
        packed.write_bytes(b"".join(pack(b"".join(lines[first : first + 9])) for first in range(0, len(lines), 9)))
        (whole,) = sources.discover([str(packed)])
        pieces = divided(whole, 6)
        found = [record.id for piece in pieces for record in sources.read(piece, Settings())]
        assert len(pieces) == 6 and found == [record.id for record in sources.read(whole, Settings())]
        packed.write_bytes(pack(source.read_bytes()))
        if end:
            assert divided(whole, 6) == [whole]
    (tmp_path / "array.jsonl").write_text(json.dumps([{"id": "a", "text": "Herons stand on one leg."}] * 9), "utf-8")
    (whole,) = sources.discover([str(tmp_path / "array.jsonl")])
    assert divided(whole, 5) == [whole]
    for encoding in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
        (tmp_path / "wide.jsonl").write_bytes(("\ufeff" + source.read_text("utf-8")).encode(encoding))
        (whole,) = sources.discover([str(tmp_path / "wide.jsonl")])
        assert divided(whole, 5) == [whole], encoding


def test_one_archive_and_one_table_are_read_in_parts(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    texts = [row["text"] for row in made.articles(40, 60, seed=4)]
    blocks = []
    for number, text in enumerate(texts):
        kind, body = ("text/html", f"<article><h1>Page {number}</h1><p>{text}</p></article>") if number % 4 else ("image/png", "x")
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n"
        block = f"{head}<html><body>{body}</body></html>".encode()
        named = f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example/{number}\r\n"
        blocks.append(f"{named}Content-Length: {len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n")
    (folder / "crawl.warc.gz").write_bytes(b"".join(map(gzip.compress, blocks)) + b"no member")
    pq.write_table(pa.table({"id": [f"t{n}" for n in range(40)], "text": texts}), folder / "table.parquet", row_group_size=4)
    assert_same_in_parts(pipeline.run, folder, tmp_path, 9)
    assert [row["reason"] for row in read_rows(tmp_path / "9", "rejected")] == ["corrupt", "skipped-records"]


@given(st.lists(st.text("ab", max_size=6), max_size=12), st.integers(2, 9))
def test_a_file_is_cut_between_its_lines(tmp_path_factory, lines, count):
    path = tmp_path_factory.mktemp("cut") / "corpus.jsonl"
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    pieces = [one.read_bytes() for one in shards.split(path, count)]
    assert len(pieces) == count and b"".join(pieces) == path.read_bytes()
    assert all(piece.endswith(b"\n") for piece in pieces if piece)


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.binary(min_size=1, max_size=9)), max_size=30), st.integers(1, 20)
)
def test_sections_come_back_as_they_were_appended(tmp_path_factory, pieces, extent):
    path = tmp_path_factory.mktemp("sections") / "part-00000"
    before, sections.EXTENT = sections.EXTENT, extent
    try:
        with sections.Writer(path) as file:
            starts = []
            for name, piece in pieces:
                starts.append(sum(len(one) for other, one in pieces[: len(starts)] if other == name))
                file.append(name, piece)
            places = {
                name: file.places(name, np.array([at for at, (n, _) in zip(starts, pieces, strict=True) if n == name], np.int64))
                for name in "abc"
            }
            file.array("numbers", np.arange(6, dtype=np.int32).reshape(2, 3))
            marks.write(path, file.finish())
    finally:
        sections.EXTENT = before
    whole = path.read_bytes()
    with sections.Reader(path) as file:
        for name in "abc":
            assert b"".join(file.extents(name)) == b"".join(piece for other, piece in pieces if other == name)
            mine = [piece for other, piece in pieces if other == name]
            assert [whole[at : at + len(piece)] for at, piece in zip(places[name], mine, strict=True)] == mine
        assert file.array("numbers").tolist() == [[0, 1, 2], [3, 4, 5]]
    assert marks.is_done(path)


@given(st.data())
def test_any_changed_byte_of_a_part_is_noticed(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("sections") / "part-00000"
    with sections.Writer(path) as file:
        file.append("lines", b"one\ntwo\n")
        marks.write(path, file.finish())
    whole = bytearray(path.read_bytes())
    cut = data.draw(st.booleans())
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] ^= data.draw(st.integers(1, 255))
    path.write_bytes(whole[:place] if cut else whole)
    assert not marks.is_done(path)
    path.write_bytes(b"")
    with pytest.raises(sections.Damaged):
        sections.Reader(path)
