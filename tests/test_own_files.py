"""Nobody's file is replaced or passed over: an output folder's own files are known by what they are."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from conftest import call_here, rows

from cleaner import pipeline
from cleaner.errors import RunFailed, TooManyRejected, UsageError
from cleaner.settings import Settings
from cleaner.sinks import ownership, scratch
from cleaner.sinks.files import OutputFolder

SETTINGS = Settings(level="exact")
TEXTS = [f"The harbour board met on Tuesday in town {n} and voted to dredge the channel of {n} ships." for n in range(8)]
MINE = '{"id": "mine", "text": "My own corpus that I have kept for years: herons stand on one leg."}\n'


def feed(path: Path, texts: list[str]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps({"id": f"r{n}", "text": t}) + "\n" for n, t in enumerate(texts)), "utf-8")
    return path


def collapse(inputs: Path | list[Path], out: Path, **more) -> dict:
    """One run; the report that it wrote."""
    pipeline.collapse_files(inputs, out, Settings(level="exact", **more))
    return json.loads((out / "report.json").read_text("utf-8"))


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a feed and the output of a run over it."""
    folder = tmp_path_factory.mktemp("done")
    collapse(feed(folder / "feed.jsonl", TEXTS), folder / "out")
    return folder


@pytest.fixture
def again(done: Path, tmp_path: Path) -> Path:
    """A copy of ``done``: digests, not times, say whose the files are."""
    shutil.copytree(done, tmp_path / "copy")
    return tmp_path / "copy"


def test_a_corpus_of_the_users_in_an_input_that_is_the_output_stops_the_run(tmp_path):
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "corpus.jsonl").write_text(MINE, "utf-8")
    feed(tmp_path / "x" / "other.jsonl", TEXTS)
    before = content(tmp_path)
    for command in ("run", "collapse"):
        told = call_here(command, "x", "-o", "x", cwd=tmp_path)
        assert told.returncode == 2
        assert told.stderr.decode().count("\n") == 1 and "x/corpus.jsonl" in told.stderr.decode()
        assert content(tmp_path) == before


@pytest.mark.parametrize("name", ["corpus.jsonl", "pairs.jsonl", "rejected.jsonl", "cuts.jsonl", "report.json"])
@pytest.mark.parametrize("text", ["", MINE, '{"versions": {"cleaner": "9"}, "counts": {}}'])
def test_no_file_that_a_run_did_not_write_is_replaced(done, tmp_path, name, text):
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(UsageError, match=name):
        collapse(done / "feed.jsonl", tmp_path)
    assert content(tmp_path) == {name: text.encode()}


def test_what_a_run_wrote_is_replaced_in_either_format(again):
    for form in ("parquet", "jsonl", "jsonl"):
        report = collapse(again / "feed.jsonl", again / "out", format=form)
        written = {path.name for path in (again / "out").iterdir()}
        assert written == report["files"].keys() == {f"{n}.{form}" for n in ownership.NAMES[:5]} | {"report.json"}


@pytest.mark.parametrize("name", ["corpus.jsonl", "merged.jsonl", "report.json"])
def test_a_file_that_was_changed_after_its_run_is_its_changers(again, name):
    path = again / "out" / name
    path.write_text(path.read_text("utf-8").replace("board", "BOARD").replace('"exact"', '"EXACT"') or "mine", "utf-8")
    before = content(again)
    with pytest.raises(UsageError, match=f"{name}.*move it away"):
        collapse(again / "feed.jsonl", again / "out")
    assert content(again) == before


def test_without_its_report_nothing_says_that_a_run_wrote_the_corpus(again):
    (again / "out" / "report.json").unlink()
    with pytest.raises(UsageError, match=r"no report\.json"):
        collapse(again / "feed.jsonl", again / "out")


def test_output_of_the_first_version_is_known_by_its_rows(again):
    out = again / "out"
    report = json.loads((out / "report.json").read_text("utf-8"))
    del report["files"]
    (out / "report.json").write_text(json.dumps(report), "utf-8")
    (out / "pairs.jsonl").unlink()  # that version wrote none
    (out / "cuts.parquet").write_bytes(b"mine")
    assert "files" in collapse(again / "feed.jsonl", out)
    assert (out / "cuts.parquet").read_bytes() == b"mine"
    (out / "report.json").write_text(json.dumps(report), "utf-8")
    (out / "corpus.jsonl").write_text(MINE, "utf-8")
    with pytest.raises(UsageError, match="rows are not those of a run"):
        collapse(again / "feed.jsonl", out)


def test_in_a_folder_that_is_input_and_output_all_but_the_runs_own_files_are_read(tmp_path):
    x = tmp_path / "x"
    feed(x / "feed.jsonl", TEXTS)
    for _ in range(2):
        assert collapse(x, x)["counts"]["records"] == len(TEXTS)
    (x / "corpus.parquet").write_bytes(b"mine, and no Parquet")  # replaced by no run that writes JSONL
    (x / "changes.jsonl").write_text(MINE, "utf-8")
    report = collapse(x, x)
    assert report["counts"]["records"] == len(TEXTS) + 2
    assert report["rejected_by_reason"] == {"not-parquet": 1}
    assert (x / "changes.jsonl").read_text("utf-8") == MINE


def test_an_earlier_output_that_is_named_as_an_input_is_not_passed_over(again):
    before = content(again)
    (again / "more").mkdir()
    (again / "more" / "link.jsonl").symlink_to(again / "out" / "corpus.jsonl")
    for inputs in ([again / "out" / "corpus.jsonl", again / "feed.jsonl"], [again / "more", again / "feed.jsonl"]):
        with pytest.raises(UsageError, match="earlier run wrote"):
            collapse(inputs, again / "out")
    (again / "more" / "link.jsonl").unlink()
    assert content(again) == before


def test_an_index_in_the_input_folder_is_no_input(tmp_path):
    feed(tmp_path / "x" / "feed.jsonl", TEXTS)
    for _ in range(2):
        report = pipeline.collapse_files(tmp_path / "x", tmp_path / "x" / "out", SETTINGS, index=tmp_path / "x" / "ix")
        assert report.records == len(TEXTS)


def test_links_and_folders_under_a_files_name_are_left_alone(again, tmp_path):
    corpus = again / "out" / "corpus.jsonl"
    corpus.rename(again / "moved.jsonl")
    corpus.symlink_to(again / "moved.jsonl")
    with pytest.raises(UsageError, match="it is a link"):
        collapse(again / "feed.jsonl", again / "out")
    (tmp_path / "new").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="cannot write"):
        collapse(again / "feed.jsonl", tmp_path / "new")
    (tmp_path / "elsewhere").mkdir()
    assert collapse(again / "feed.jsonl", tmp_path / "new")["counts"]["stories"] == len(TEXTS)
    assert (tmp_path / "elsewhere" / "corpus.jsonl").is_file()


def test_a_file_that_comes_while_the_run_goes_on_stops_it(tmp_path):
    with pytest.raises(RunFailed, match="written by another"), OutputFolder(tmp_path / "out", "jsonl", ["corpus"]) as out:
        out.append("corpus", {"id": "a"})
        out.seal({"counts": {}, "versions": {"cleaner": "0"}})
        (tmp_path / "out" / "corpus.jsonl").write_text(MINE, "utf-8")
        out.publish()
    assert content(tmp_path) == {"out/corpus.jsonl": MINE.encode()}


def test_one_run_at_a_time_writes_into_a_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(scratch, "WAIT_SECONDS", 0.1)
    source = feed(tmp_path / "feed.jsonl", TEXTS)
    with OutputFolder(tmp_path / "out", "jsonl", ["corpus"]) as out:
        kept = out.workspace / "kept"
        kept.touch()
        with pytest.raises(UsageError, match="another run"):
            collapse(source, tmp_path / "out")
        assert kept.exists()  # a living run's scratch
    assert list((tmp_path / "out").iterdir()) == []


def test_a_refused_run_makes_no_folder_and_leaves_a_good_corpus(again):
    before = content(again)
    broken = again / "empty.jsonl"
    broken.touch()
    for inputs, out in ((again / "feed.jsonl", again / "a" / "b"), (again / "feed.jsonl", again / "out")):
        with pytest.raises(TooManyRejected):
            pipeline.collapse_files(inputs, out, Settings(fields=Settings().fields.__class__(text="contnet")))
    with pytest.raises(TooManyRejected, match="8 stories"):  # a pipe of which nothing came
        collapse(broken, again / "out")
    broken.unlink()
    with pytest.raises(UsageError):
        collapse(again / "nowhere.jsonl", again / "c")
    assert content(again) == before
    assert {path.name for path in again.iterdir()} == {"feed.jsonl", "out"}


def test_an_export_replaces_an_export_and_no_run(again):
    for text in ("first", "second"):
        feed(again / "feed.jsonl", [*TEXTS, text * 9])
        pipeline.collapse_files(again / "feed.jsonl", again / "day", SETTINGS, index=again / "ix")
        assert call_here("index", "export", again / "ix", "-o", again / "all").returncode == 0
    assert len(rows(again / "all" / "corpus.jsonl")) == len(TEXTS) + 1
    before = content(again)
    (again / "mine").mkdir()
    (again / "mine" / "merged.jsonl").write_text(MINE, "utf-8")
    for folder in ("day", "mine"):
        told = call_here("index", "export", again / "ix", "-o", again / folder)
        assert told.returncode == 2 and told.stderr.count(b"\n") == 1
    assert content(again) == before | {"mine/merged.jsonl": MINE.encode()}
