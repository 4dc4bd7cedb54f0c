"""Where output goes: whole files or none, pipes and devices, full disks, nobody's file lost."""

from __future__ import annotations

import datetime
import decimal
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import call, call_here, rows

from cleaner import pipeline
from cleaner.settings import Settings
from cleaner.sinks import parquet
from cleaner.sinks.json_text import to_json

BODY = (
    "The harbour board met on Tuesday and voted to dredge the eastern channel before winter. "
    "Skippers had asked for it since the spring tides left two boats aground near the light."
)
POSIX = pytest.mark.skipif(os.name != "posix", reason="pipes and devices have names on POSIX only")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="/dev/full")


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    """Two good records and a bad one."""
    path = tmp_path / "feed.jsonl"
    records = [{"id": "a", "text": BODY}, {"id": "b", "text": BODY.upper()}, {"id": "bad", "text": 7}]
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def one_line(done: subprocess.CompletedProcess, code: int) -> str:
    error = done.stderr.decode()
    assert done.returncode == code, error
    assert len(error.strip().splitlines()) == 1, error
    return error


def leftovers(folder: Path) -> list[Path]:
    return list(folder.rglob(".cleaner*"))


def test_strip_writes_output_and_rejected(tmp_path, feed):
    done = call("strip", feed, "-o", tmp_path / "out.jsonl", "--rejected", tmp_path / "rejected.jsonl")
    assert done.returncode == 0
    assert [row["id"] for row in rows(tmp_path / "out.jsonl")] == ["a", "b"]
    assert [row["id"] for row in rows(tmp_path / "rejected.jsonl")] == ["bad"]
    assert leftovers(tmp_path) == []


@POSIX
def test_a_link_stays_and_its_target_is_written(tmp_path, feed):
    (tmp_path / "store").mkdir()
    link = tmp_path / "latest.jsonl"
    link.symlink_to("store/out.jsonl")
    for _ in range(2):  # the target is not there, then it is
        assert call_here("strip", feed, "-q", "-o", link).returncode == 0
        assert link.is_symlink()
        assert [row["id"] for row in rows(tmp_path / "store" / "out.jsonl")] == ["a", "b"]


def test_a_named_file_that_another_program_wrote_is_not_replaced(tmp_path, feed):
    theirs = {name: tmp_path / name for name in ("mine.jsonl", "notes.txt", "page.html", "mine.jsonl.gz", "picture.png")}
    for path in theirs.values():
        path.write_text('{"id": "a", "text": "mine"}\n', encoding="utf-8")
    assert call_here("run", feed, "-q", "-o", tmp_path / "out").returncode == 0
    labels = tmp_path / "labels.jsonl"
    labels.write_text('{"left": "a", "right": "b", "same": true}\n', encoding="utf-8")
    for command in (
        ("strip", feed, "-q", "-o", theirs["mine.jsonl"]),
        ("strip", feed, "-q", "-o", theirs["mine.jsonl.gz"]),
        ("strip", feed, "-q", "-o", tmp_path / "new.jsonl", "--rejected", theirs["notes.txt"]),
        ("report", tmp_path / "out", "--output", theirs["page.html"]),
        ("tune", labels, "--plot", theirs["picture.png"]),
    ):
        done = call_here(*command)
        assert done.returncode == 2 and done.stderr.count(b"\n") == 1
        assert b"is not to be replaced" in done.stderr or b"matplotlib" in done.stderr
    assert all(path.read_text(encoding="utf-8").endswith('"mine"}\n') for path in theirs.values())
    for _ in range(2):
        options = ("-q", "-o", tmp_path / "new.jsonl.gz", "--rejected", tmp_path / "new-rejected.jsonl")
        assert call_here("strip", feed, *options).returncode == 0
        assert call_here("report", tmp_path / "out", "--output", tmp_path / "new.html").returncode == 0


@POSIX
def test_a_named_pipe_is_streamed_into(tmp_path, feed):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.extend(pipe.read_text(encoding="utf-8").splitlines()), daemon=True)
    reader.start()
    assert call("strip", feed, "-q", "-o", pipe).returncode == 0
    reader.join(30)
    assert [json.loads(line)["id"] for line in read] == ["a", "b"]
    assert pipe.is_fifo()


@POSIX
def test_devices_are_written_to_not_replaced(tmp_path, feed):
    log = tmp_path / "log.jsonl"
    log.write_text("earlier\n", encoding="utf-8")
    command = [sys.executable, "-m", "cleaner", "strip", str(feed), "-o", "/dev/stdout", "--rejected", "/dev/null"]
    with log.open("a", encoding="utf-8") as stream:
        assert subprocess.run(command, stdout=stream, stderr=subprocess.DEVNULL, check=False).returncode == 0
    lines = log.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "earlier"
    assert [json.loads(line)["id"] for line in lines[1:]] == ["a", "b"]
    assert Path("/dev/null").is_char_device()


@pytest.mark.parametrize(
    "options",
    [
        ("--output", "feed.jsonl"),
        ("--rejected", "feed.jsonl"),
        ("--rejected", "./feed.jsonl"),
        ("--output", "x.jsonl", "--rejected", "x.jsonl"),
        ("--rejected", "-"),
        ("--rejected", "no/such/folder/rejected.jsonl"),
    ],
)
def test_an_output_that_is_an_input_or_the_other_output_is_refused(tmp_path, feed, options):
    before = feed.read_bytes()
    done = call_here("strip", "feed.jsonl", *options, cwd=tmp_path)
    one_line(done, 2)
    assert done.stdout == b""
    assert [path.name for path in tmp_path.iterdir()] == ["feed.jsonl"]
    assert feed.read_bytes() == before


@LINUX
def test_a_full_disk_under_a_stream_is_one_line(tmp_path, feed):
    for arguments in (["strip", str(feed), "--quiet"], ["run", "--help"]):
        with Path("/dev/full").open("wb") as full:
            command = [sys.executable, "-m", "cleaner", *arguments]
            done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
        assert one_line(done, 1) == "cleaner: output: No space left on device\n"
    said = one_line(call("strip", feed, "--quiet", "--output", "/dev/full"), 1)
    assert said == "cleaner: /dev/full: No space left on device\n"


@POSIX
@pytest.mark.parametrize("command", [("run", "--output", "out"), ("strip", "--output", "out.jsonl")])
def test_a_disk_that_fills_up_leaves_nothing_behind(tmp_path, command):
    records = "".join(json.dumps({"id": f"r{i}", "text": f"{BODY} {i}"}) + "\n" for i in range(400))
    (tmp_path / "feed.jsonl").write_text(records, encoding="utf-8")
    name, *options = command
    limited = f'ulimit -f 16; exec "{sys.executable}" -m cleaner {name} feed.jsonl --quiet {" ".join(options)}'
    done = subprocess.run(["/bin/sh", "-c", limited], capture_output=True, cwd=tmp_path, check=False)
    assert one_line(done, 1).startswith(f"cleaner: {options[-1]}: File too large")
    assert leftovers(tmp_path) == []
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and path.name != "feed.jsonl"]


def test_a_folder_in_the_place_of_an_output_file(tmp_path, feed):
    (tmp_path / "out" / "corpus.jsonl").mkdir(parents=True)
    assert "corpus.jsonl" in one_line(call_here("run", feed, "--output", tmp_path / "out", "--quiet"), 2)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["corpus.jsonl"]


def test_switching_the_format_removes_the_other_files_of_an_earlier_run(tmp_path, feed):
    out = tmp_path / "out"
    for form, other in (("jsonl", "parquet"), ("parquet", "jsonl")):
        assert call_here("run", feed, "--output", out, "--format", form).returncode == 0
        assert (out / f"corpus.{form}").is_file()
        assert list(out.glob(f"*.{other}")) == []


@pytest.mark.parametrize("report", [None, "not JSON", "[1]", '{"versions": {"other": "1"}}'])
def test_switching_the_format_leaves_the_files_of_others(tmp_path, feed, report):
    out = tmp_path / "out"
    out.mkdir()
    (out / "corpus.parquet").write_bytes(b"mine")
    if report is not None:
        (out / "report.json").write_text(report, encoding="utf-8")
        one_line(call_here("run", feed, "--output", out), 2)
        assert (out / "report.json").read_text(encoding="utf-8") == report
    else:
        assert call_here("run", feed, "--output", out).returncode == 0
    assert (out / "corpus.parquet").read_bytes() == b"mine"


def test_a_lone_surrogate_becomes_the_replacement_character():
    assert to_json({"text": "a\ud800b \U0001f600 ?"}) == '{"text":"a\N{REPLACEMENT CHARACTER}b \U0001f600 ?"}'


@POSIX
def test_a_path_that_looks_like_markup_is_shown_as_it_is(tmp_path, feed):
    done = call_here("run", feed, "--output", "[b]out[/b]", cwd=tmp_path)
    assert done.returncode == 0
    assert "2 stories in [b]out[/b]" in done.stderr.decode() or "1 story in [b]out[/b]" in done.stderr.decode()
    assert call_here("run", feed, "--output", "out[/b]", cwd=tmp_path).returncode == 0


def test_lists_and_objects_of_one_shape_keep_their_types_in_parquet(tmp_path):
    shaped = [{"tags": ["a"], "meta": {"n": 1.5, "who": "x"}, "mixed": [1, "x"], "odd": {"a": 1}}, {"tags": [], "odd": {"b": 1}}]
    (tmp_path / "own.jsonl").write_text("".join(json.dumps(row) + "\n" for row in shaped), encoding="utf-8")
    parquet.convert(tmp_path / "own.jsonl", tmp_path / "own.parquet")
    assert pq.read_table(tmp_path / "own.parquet").to_pylist() == [
        {"meta": {"n": 1.5, "who": "x"}, "mixed": '[1, "x"]', "odd": '{"a": 1}', "tags": ["a"]},
        {"meta": None, "mixed": None, "odd": '{"b": 1}', "tags": []},
    ]


def test_columns_of_parquet_input_keep_their_types(tmp_path):
    moment = datetime.datetime(2026, 3, 2, 6, 30, 0, 125, tzinfo=datetime.UTC)
    texts = [f"The board of town {n} met on Tuesday and voted to dredge the channel of {n} ships." for n in (1, 2)]
    kinds = {
        "crawled": (pa.timestamp("us", "Europe/Berlin"), [moment, None]),
        "seen": (pa.timestamp("s"), [datetime.datetime(2026, 3, 2), datetime.datetime(2026, 3, 3)]),
        "day": (pa.date32(), [moment.date(), None]),
        "small": (pa.uint8(), [7, 255]),
        "weight": (pa.float32(), [0.1, 2.5]),
        "price": (pa.decimal128(9, 2), [decimal.Decimal("1.10"), decimal.Decimal("2.00")]),
        "tags": (pa.list_(pa.string()), [["a"], []]),
        "meta": (pa.struct({"dump": pa.string(), "at": pa.timestamp("us")}), [{"dump": "x", "at": None}, None]),
        "mixed": (pa.timestamp("us"), [datetime.datetime(2026, 3, 2), None]),
        "name": (pa.large_string(), ["x", "y"]),
    }
    columns = {name: pa.array(values, kind) for name, (kind, values) in kinds.items()}
    pq.write_table(pa.table({"id": ["a", "b"], "text": texts, **columns}), tmp_path / "in.parquet")
    more = {"id": "c", "text": texts[0].replace("town", "city"), "mixed": "no date", "small": 3}
    (tmp_path / "more.jsonl").write_text(json.dumps(more))
    inputs = [tmp_path / "in.parquet", tmp_path / "more.jsonl"]
    pipeline.collapse_files(inputs, tmp_path / "out", Settings(level="exact", format="parquet", workers=1))
    table = pq.read_table(tmp_path / "out" / "corpus.parquet")
    types = {field.name: str(field.type) for field in table.schema}
    wanted = {"seen": "timestamp[us]", "mixed": "string", "name": "string"}
    assert {name: types[name] for name in kinds} == {
        name: wanted.get(name, str(pa.list_(pa.field("element", pa.string())) if name == "tags" else kind))
        for name, (kind, _) in kinds.items()
    }
    for name, (_, values) in kinds.items():
        if name not in ("mixed", "weight"):
            assert table.column(name).to_pylist()[:2] == values
    assert table.column("small").to_pylist() == [7, 255, 3]
    assert table.column("weight").type == pa.float32()


def test_a_field_of_the_users_that_is_called_as_a_column_of_numbers_stays_in_parquet(tmp_path):
    told = [{"id": "a", "text": BODY, "page_type_probability": "high"}, {"id": "b", "text": "A goat won the race at Orrin."}]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in told))
    assert call_here("run", tmp_path / "in.jsonl", "-o", tmp_path / "out", "--format", "parquet", "-q").returncode == 0
    column = pq.read_table(tmp_path / "out" / "corpus.parquet").column("page_type_probability").to_pylist()
    assert sorted(column, key=str) == [None, "high"]


def test_parquet_columns_of_one_name_are_all_read(tmp_path):
    columns = [pa.array([value]) for value in ("1", BODY, "Another text, on Friday in Rome, said the mayor.")]
    pq.write_table(pa.Table.from_arrays(columns, names=["id", "text", "text"]), tmp_path / "in.parquet")
    assert call_here("run", tmp_path / "in.parquet", "-o", tmp_path / "out", "-q").returncode == 0
    (row,) = rows(tmp_path / "out" / "corpus.jsonl")
    assert (row["text"], row["text 2"]) == (BODY, "Another text, on Friday in Rome, said the mayor.")


def test_moments_to_the_nanosecond_are_read_to_the_microsecond(tmp_path):
    inner = pa.struct([("who", pa.string()), ("at", pa.timestamp("ns", "Europe/Berlin"))])
    columns = {
        "took": pa.array([1_500_000_001], pa.duration("ns")),
        "daily": pa.array([1_234_567_891], pa.time64("ns")),
        "meta": pa.array([{"who": "Ann", "at": 1_700_000_000_123_456_789}], inner),
        "list": pa.array([[{"who": "Bo", "at": None}]], pa.list_(inner)),
    }
    pq.write_table(pa.table({"id": ["a"], "text": [BODY], **columns}), tmp_path / "in.parquet")
    assert call_here("run", tmp_path / "in.parquet", "-o", tmp_path / "out", "-q").returncode == 0
    (row,) = rows(tmp_path / "out" / "corpus.jsonl")
    assert (row["took"], row["daily"]) == (1.5, "00:00:01.234567")
    assert row["meta"] == {"who": "Ann", "at": "2023-11-14T22:13:20.123456+00:00"}
    assert row["list"] == [{"who": "Bo", "at": None}]
