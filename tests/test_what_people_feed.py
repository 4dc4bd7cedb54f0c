"""Records and folders as other programs leave them, through the real command."""

import bz2
import gzip
import json
import lzma
import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from conftest import call, call_here, rows

TEXTS = {
    name: f"The harbour council of {name} voted on Tuesday to close the old bridge, and {name} waits for {name}'s mayor."
    for name in "Avelmouth Brackhollow Corwick Dunmere Eastholt Farnley Gorsby Hexham Inverlow Jarrowby Kelmar".split()
}
FIRST, SECOND, THIRD, *MORE = TEXTS


def article(name, **fields):
    return {"id": name, "text": TEXTS[name], **fields}


def dump(*records, **options):
    return "".join(json.dumps(record, **options) + "\n" for record in records).encode()


@pytest.fixture(scope="module")
def fed(tmp_path_factory):
    """One run over a folder of all that: the corpus by id, the rejected records, the report."""
    folder = tmp_path_factory.mktemp("fed")
    data = folder / "in"
    data.mkdir()
    names = iter(MORE)
    (data / "array.json").write_text(json.dumps([article(FIRST), article(SECOND)], indent=1), encoding="utf-8")
    (data / "a.jsonl.bz2").write_bytes(bz2.compress(dump(article(next(names)))))
    (data / "b.json.xz").write_bytes(lzma.compress(json.dumps(article(next(names)), indent=2).encode()))
    window = zstandard.ZstdCompressionParameters.from_level(3, window_log=29)
    packer = zstandard.ZstdCompressor(compression_params=window).compressobj()
    (data / "c.jsonl.zst").write_bytes(packer.compress(dump(article(next(names)))) + packer.flush())
    odd = {"id": 7.0, "text": TEXTS[next(names)], "score": float("nan"), "date": "Mon, 02 Mar 2026 06:10:00 GMT"}
    undated = article(next(names), date="some day", title={"main": 1}, story="a series of ours")
    (data / "odd.jsonl").write_bytes(dump(odd, undated))
    lake = data / "lake" / "dt=2026-03-02" / "lang=de"
    lake.mkdir(parents=True)
    table = {
        "id": pa.array([b"binary"], pa.binary()),
        "url": pa.array([b"https://x.example/a"], pa.binary()),
        "title": pa.array([b"Br\xc3\xbccke"], pa.large_binary()),
        "date": pa.array([b"2026-03-02"], pa.binary()),
        "text": [TEXTS[next(names)]],
        "hash": [b"\x00\xff"],
    }
    pq.write_table(pa.table(table), lake / "part-0.parquet")
    for marker in ("_SUCCESS", "_committed_17", "_metadata", ".part-0.parquet.crc", "part-0.parquet.crc"):
        (lake / marker).write_bytes(b"x")
    (data / "loop").symlink_to("loop")
    (data / "again").symlink_to(data)
    os.mkdir(os.fsencode(data) + b"/\xfe")  # noqa: PTH102 - a name that is no UTF-8
    for name in (b"\xfa.txt", b"\xfb.txt"):
        Path(os.fsdecode(os.fsencode(data) + b"/\xfe/" + name)).write_text(TEXTS[next(names)], encoding="utf-8")
    done = call("collapse", "in", "--output", "out", "--level", "exact", "--quiet", cwd=folder)
    assert (done.returncode, done.stderr) == (0, b"")
    out = folder / "out"
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    return {row["id"]: row for row in rows(out / "corpus.jsonl")}, rows(out / "rejected.jsonl"), report


def test_every_article_is_kept_and_only_the_loop_is_rejected(fed):
    corpus, rejected, report = fed
    assert sorted(row["text"] for row in corpus.values()) == sorted({*TEXTS.values()} - {TEXTS[THIRD]})
    assert [(row["origin"], row["reason"]) for row in rejected] == [("in/loop", "unreadable")]
    assert report["counts"] == {"records": 11, "rejected": 1, "merged": 0, "stories": 10}


def test_names_that_are_not_utf8_stay_apart(fed):
    assert {r"\xfe/\xfa.txt", r"\xfe/\xfb.txt"} < set(fed[0])


def test_odd_values_become_what_they_mean(fed):
    corpus = fed[0]
    assert (corpus["7"]["date"], corpus["7"]["score"]) == ("2026-03-02T06:10:00+00:00", None)
    row = corpus["binary"]
    known = {"url": "https://x.example/a", "title": "Brücke", "date": "2026-03-02", "lang": "de", "dt": "2026-03-02"}
    assert {name: row[name] for name in known} == known
    assert row["hash"] == "data:;base64,AP8="


def test_the_report_tells_what_was_not_understood(fed):
    told = fed[2]["not_understood"]
    assert {name: (one["count"], one["example"]) for name, one in told.items()} == {
        "date": (1, "some day"),
        "number": (1, "NaN"),
        "story": (1, "a series of ours"),
        "title": (1, "{'main': 1}"),
    }
    assert told["number"]["origin"] == "in/odd.jsonl:1"


def test_tables_and_texts_of_every_kind_in_one_folder(tmp_path):
    given, kinds = tmp_path / "in", ("csv.gz", "tsv", "arrow", "jl", "md", "wet", "parquet")
    given.mkdir()
    texts = dict(zip(kinds, TEXTS.values(), strict=False))
    table = pa.table({"key": ["arrow"], "body": [texts["arrow"]], "section": pa.array(["port"], pa.string_view())})
    with pa.ipc.new_file(str(given / "a.arrow"), table.schema) as writer:
        writer.write_table(table)
    pq.write_table(pa.table({"key": ["parquet"], "body": [texts["parquet"]], "stars": [5]}), given / "a.parquet")
    broken = '"never closed,port\n'
    (given / "a.csv.gz").write_bytes(gzip.compress(f'key,body,section\n{broken}csv.gz,"{texts["csv.gz"]}",port\n'.encode()))
    (given / "a.tsv").write_text(f"key\tbody\ntsv\t{texts['tsv']}\n", "utf-8")
    (given / "a.jl").write_bytes(dump({"key": "jl", "body": texts["jl"]}))
    (given / "md").write_text("no suffix", "utf-8")
    (given / "a.md").write_text(texts["md"], "utf-8")
    wet = f"WARC-Record-ID: <wet>\r\nContent-Type: text/plain\r\nContent-Length: {len(texts['wet'].encode())}"
    (given / "a.wet").write_bytes(f"WARC/1.0\r\nWARC-Type: conversion\r\n{wet}\r\n\r\n{texts['wet']}\r\n\r\n".encode())
    (given / "a.xlsx").write_bytes(b"PK\3\4")
    named = ["--id-field", "key", "--text-field", "body", "--max-rejected", "50", "--format", "parquet", "--level", "exact"]
    done = call_here("collapse", "in", "-o", "out", "-q", *named, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    corpus = {row["id"]: row for row in pq.read_table(tmp_path / "out" / "corpus.parquet").to_pylist()}
    assert {name: row["text"] for name, row in corpus.items()} == {"a.md" if k == "md" else k: t for k, t in texts.items()}
    assert (corpus["csv.gz"]["section"], corpus["arrow"]["section"], corpus["parquet"]["stars"]) == ("port", "port", 5)
    rejected = pq.read_table(tmp_path / "out" / "rejected.parquet").to_pylist()
    assert [(row["origin"], row["reason"]) for row in rejected] == [
        ("in/a.csv.gz:2", "broken-row"), ("in/a.xlsx", "unknown-kind"), ("in/md", "unknown-kind"),
    ]  # fmt: skip
    assert "save its sheet as CSV" in rejected[1]["detail"]


def test_nested_fields_and_one_field_for_two_parts(tmp_path):
    records = [{"meta": {"link": "https://x.example/1", "n": 1}, "data": {"text": TEXTS[FIRST]}, "data.title": "A"}]
    given = dump(*records)
    options = ["--text-field", "data.text", "--id-field", "meta.link", "--url-field", "meta.link"]
    done = call_here("collapse", "-", "-o", tmp_path, "-q", *options, "--title-field", "data.title", stdin=given)
    assert done.returncode == 0, done.stderr
    (row,) = rows(tmp_path / "corpus.jsonl")
    assert (row["id"], row["url"], row["title"]) == ("https://x.example/1", "https://x.example/1", "A")
    assert row["meta"] == {"n": 1}


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_records_of_too_many_values_are_rejected_before_they_are_made(tmp_path):
    """12 MB of lists would be 500 MB of Python objects."""
    bomb = b'{"text": "x", "a": [' + b"[]," * 4_000_000 + b"0]}"
    (tmp_path / "line.jsonl").write_bytes(bomb + b"\n" + dump(article(FIRST)))
    (tmp_path / "array.json").write_bytes(b"[" + bomb + b"," + json.dumps(article(SECOND)).encode() + b"]")
    lists = pa.array([[None] * 5_000_000] + [[1]] * 999, pa.list_(pa.int8()))
    pq.write_table(pa.table({"text": [TEXTS[THIRD]] * 1000, "l": lists}), tmp_path / "rows.parquet")
    code = (
        "import sys; from cleaner.settings import Settings; from cleaner.sources import discover, read\n"
        "import pyarrow.parquet\n"
        "for file in discover(sys.argv[1:]):\n"
        "    for record in read(file, Settings()): print(record.origin.rpartition('/')[2], getattr(record, 'reason', ''))\n"
        # not ru_maxrss, which a new program takes over from the process that started it
        "print(next(int(l.split()[1]) for l in open('/proc/self/status') if l.startswith('VmHWM')) // 1024)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    *found, megabytes = done.stdout.splitlines()
    assert found[:4] == ["array.json#0 too-large", "array.json#1 ", "line.jsonl:1 too-large", "line.jsonl:2 "]
    assert found[4:6] == ["rows.parquet#0 too-large", "rows.parquet#1 "]
    assert len(found) == 1004
    assert int(megabytes) < 350


def test_a_folder_without_rights_is_a_rejection(tmp_path):
    locked = tmp_path / "in" / "locked"
    locked.mkdir(parents=True)
    (tmp_path / "in" / "a.txt").write_text(TEXTS[FIRST], encoding="utf-8")
    locked.chmod(0)
    try:
        if os.access(locked, os.R_OK):
            pytest.skip("this user may read everything")
        for number, given in enumerate((["in"], ["in/*", "in/*/*.txt"])):
            done = call("collapse", *given, "-o", f"out{number}", "-q", cwd=tmp_path)
            assert (done.returncode, done.stderr) == (0, b"")
            rejected = rows(tmp_path / f"out{number}" / "rejected.jsonl")
            assert [(row["origin"], row["reason"]) for row in rejected] == [("in/locked", "unreadable")]
    finally:
        locked.chmod(0o755)
