"""Bad input through the real command: a reason for each, no traceback, the rest is processed."""

from __future__ import annotations

import gzip
import json
import math
import os
from pathlib import Path

import pytest
from conftest import call, call_here, rows

from cleaner.errors import UsageError
from cleaner.settings import Limits, Settings

BODY = (
    "The harbour board met on Tuesday and voted to dredge the eastern channel before winter. "
    "Skippers had asked for it since the spring tides left two boats aground near the light."
)
GOOD = {
    "id": "good",
    "text": "A fox that had lived in the cellar of the town hall since March was carried out in a fruit crate on Monday.",
}


def page(body: str) -> str:
    return f"<html><head><title>Harbour</title></head><body><article><h1>Harbour</h1>{body}</article></body></html>"


def run(tmp_path: Path, *inputs: Path):
    good = tmp_path / "good.jsonl"
    good.write_text(json.dumps(GOOD) + "\n", encoding="utf-8")
    done = call("run", good, *inputs, "--output", tmp_path / "out")
    error = done.stderr.decode()
    assert done.returncode == 0, error
    assert "Traceback" not in error
    assert "good" in {row["id"] for row in rows(tmp_path / "out" / "corpus.jsonl")}
    counts = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))["counts"]
    assert counts["records"] == counts["stories"] + counts["merged"] + counts["rejected"]
    return {row["reason"] for row in rows(tmp_path / "out" / "rejected.jsonl")}


WHOLE = gzip.compress("".join(json.dumps({"id": f"r{i}", "text": f"{i} {BODY}"}) + "\n" for i in range(500)).encode())
DEPTH = 100_000
ODD = {
    "bad.jsonl": b'{"id": "x", "text": \n',
    "title.jsonl": b'{"id": "x", "title": "only"}\n',
    "cut.jsonl.gz": WHOLE[: len(WHOLE) // 2],
    "latin.html": page("<p>" + "Der Bürgermeister eröffnete am Samstag die neue Brücke über den Fluss, größer als früher. " * 6).encode("latin-1"),
    "empty.html": b"",
    "blank.txt": b" \n\n ",
    "binary.html": bytes(range(256)) * 50,
    "nobody.html": page("").replace("<h1>Harbour</h1>", "").encode(),
    "noise.parquet": b"no such table",
    "deep.html": b"<html><body>" + b"<div>" * DEPTH + f"<p>{BODY}</p>".encode() + b"</div>" * DEPTH + b"<p>The end came after it.</p></body></html>",
}
"""Files that have something amiss, each in its own way; one run reads them all."""


@pytest.fixture(scope="module")
def odd(tmp_path_factory) -> Path:
    """The output of that run."""
    folder = tmp_path_factory.mktemp("odd")
    for name, content in ODD.items():
        (folder / name).write_bytes(content)
    with (folder / "big.jsonl").open("wb") as stream:  # a line of a hundred megabytes
        stream.write(b'{"id": "big", "text": "')
        for _ in range(100):
            stream.write(b"word " * 200_000)
        stream.write(b'"}\n' + json.dumps({"id": "after", "text": BODY}).encode() + b"\n")
    reasons = {"broken-json", "no-text", "truncated", "empty", "binary", "no-body", "not-parquet", "too-long"}
    assert run(folder, *(folder / name for name in ODD), folder / "big.jsonl") == reasons
    return folder / "out"


def refused(out: Path, name: str) -> list[str]:
    """Why records of a file were rejected."""
    return [row["reason"] for row in rows(out / "rejected.jsonl") if name in row["origin"]]


def members(out: Path) -> set[str]:
    return {member["id"] for row in rows(out / "corpus.jsonl") for member in row["story"]["members"]}


def test_broken_json_line(odd):
    assert refused(odd, "bad.jsonl") == ["broken-json"]


def test_record_without_text(odd):
    assert refused(odd, "title.jsonl") == ["no-text"]


def test_truncated_gzip(odd):
    assert refused(odd, "cut.jsonl.gz") == ["truncated"]
    assert "r0" in members(odd)


def test_latin1_page_without_charset(odd):
    assert refused(odd, "latin.html") == []
    assert any("Brücke" in row["text"] for row in rows(odd / "corpus.jsonl"))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("empty.html", "empty"),
        ("blank.txt", "empty"),
        ("binary.html", "binary"),
        ("nobody.html", "no-body"),
        ("noise.parquet", "not-parquet"),
    ],
)
def test_files_that_hold_nothing(odd, name, reason):
    assert refused(odd, name) == [reason]


def test_a_line_of_a_hundred_megabytes(odd):
    assert refused(odd, "big.jsonl") == ["too-long"]
    assert "after" in members(odd)


def test_a_hundred_thousand_nested_divs(odd):
    assert refused(odd, "deep.html") == []
    assert "deep.html" in members(odd)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_unreadable_file(tmp_path):
    locked = tmp_path / "locked.html"
    locked.write_text(page(BODY), encoding="utf-8")
    locked.chmod(0)
    assert run(tmp_path, locked) == {"unreadable"}


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "nowhere.html", "--output", "out"),
        ("run", "nothing-*.html", "--output", "out"),
        ("run", "page.html", "--output", "page.html"),
        ("run", "page.html", "--output", "out", "--near-threshold", "7"),
        ("run", "page.html", "--output", "out", "--workers", "-2"),
        ("strip", "page.html", "--output", "no/such/folder/file.jsonl"),
        ("inspect", "page.html", "--id", "another"),
        ("explain", "nowhere", "a"),
        ("evaluate", "near", "nowhere.jsonl"),
        *(("evaluate", "events", "page.html", "--event-threshold", value) for value in ("-1", "nan", "5", "0")),
        ("evaluate", "near", "page.html", "--near-threshold", "x"),
        *(("run", "page.html", "--output", "out", "--seconds-per-page", value) for value in ("nan", "inf", "0")),
        *(("run", "page.html", "--output", "out", "--max-record-mb", value) for value in ("nan", "inf", "-1", "1e-9")),
        ("run", "page.html", "--output", "out", "--event-threshold", "nan"),
        ("run", "page.html", "--output", "out", "--level", "both"),
        ("run", "page.html"),
        ("run", "page.html", "--output", "out", "--no-such\noption"),
        ("walk", "page.html"),
    ],
)
def test_wrong_options_and_paths_are_one_line_and_exit_code_2(tmp_path, arguments):
    (tmp_path / "page.html").write_text(page(f"<p>{BODY}</p>"), encoding="utf-8")
    done = call_here(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert len(done.stderr.decode().strip().splitlines()) == 1
    assert done.stderr.startswith(b"cleaner")
    assert not (tmp_path / "out" / "corpus.jsonl").exists()


def test_a_wrong_option_names_the_help_of_its_command():
    error = call("run", "page.html").stderr.decode()
    assert error == "cleaner run: the following arguments are required: --output/-o; see cleaner run --help\n"


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Limits(max_record_bytes=0),
        lambda: Limits(max_expansion=-1),
        lambda: Limits(max_record_bytes=math.inf),
        lambda: Limits(seconds_per_page=math.nan),
        lambda: Limits(seconds_per_page=math.inf),
        lambda: Limits(seconds_per_page="3"),
        lambda: Limits(memory_per_page=0),
        lambda: Limits(memory_per_page=1e9),
        lambda: Settings(workers="2"),
        lambda: Settings(near_threshold=math.nan),
        lambda: Settings(event_threshold="0.5"),
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong):
    with pytest.raises(UsageError):
        wrong()


def test_one_preferred_domain_can_be_given_as_a_string():
    assert Settings(prefer="a.example") == Settings(prefer=("a.example",))


def test_output_folder_with_other_files_keeps_them(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    for _ in range(2):
        run(tmp_path)
    assert (folder / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert [row["id"] for row in rows(folder / "corpus.jsonl")] == ["good"]
    assert not list(folder.glob(".cleaner*"))


def test_output_inside_the_input_folder_is_not_read_again(tmp_path):
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "a.txt").write_text(BODY, encoding="utf-8")
    for _ in range(2):
        done = call_here("run", tmp_path / "pages", "--output", tmp_path / "pages" / "out")
        assert done.returncode == 0, done.stderr
        assert [row["id"] for row in rows(tmp_path / "pages" / "out" / "corpus.jsonl")] == ["a.txt"]


def test_two_records_with_one_id_are_told_apart_and_reported(tmp_path):
    both = tmp_path / "both.jsonl"
    records = [
        {"id": "same", "text": BODY},
        {"id": "same", "text": "Quite another story, of a fox in the town hall cellar."},
    ]
    both.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    assert call_here("run", both, "--output", tmp_path / "out").returncode == 0
    assert {row["id"] for row in rows(tmp_path / "out" / "corpus.jsonl")} == {"same", "same#2"}
    assert {row["id"] for row in rows(tmp_path / "out" / "cuts.jsonl")} == {"same", "same#2"}
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert report["duplicate_ids"] == {"count": 1, "examples": [{"id": "same", "became": "same#2"}]}


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.jsonl.gz", gzip.compress(b"", mtime=0)), ("a.warc.gz", gzip.compress(b"", mtime=0)), ("a.jsonl", b"\n\n"), ("a.json", b"[]")],
)
def test_a_file_without_a_record_is_told(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    done = call_here("run", tmp_path / name, "--output", tmp_path / "out", "--quiet")
    assert done.returncode == 0, done.stderr.decode()
    assert [row["reason"] for row in rows(tmp_path / "out" / "rejected.jsonl")] == ["empty"]
