"""CSV, TSV and Arrow: every row is a record or a rejection of its own, and nothing grows beyond its bounds."""

from __future__ import annotations

import csv
import gzip
import io
import tracemalloc

import numpy as np
import pyarrow as pa
import pyarrow.feather as pf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from making_sources import PACK, only, records, short, warc_record, write

from cleaner.records import Page
from cleaner.settings import Settings
from cleaner.sources import discover, read


def told(path, data, **limits):
    """Id or reason of each record, with the line or row it stands in."""
    found = records(write(path, data), **limits)
    return [(short([one])[0], one.origin.removeprefix(str(path))[1:]) for one in found]


def test_cells_in_quotes_hold_lines_delimiters_and_quotes(tmp_path):
    table = 'id,text,source\n1,hello,x\n2,"two\nlines, ""quoted""",\n\n3,third,y\n'
    found = records(write(tmp_path / "a.csv", table))
    assert [(one.id, one.text, one.extra) for one in found] == [
        ("1", "hello", {"source": "x"}),
        ("2", 'two\nlines, "quoted"', {"source": None}),
        ("3", "third", {"source": "y"}),
    ]
    assert [one.origin for one in found] == [f"{tmp_path / 'a.csv'}:{line}" for line in (2, 3, 6)]


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("a.csv", "\ufeffid;text\r\n1;hello, you\r\n"),
        ("b.csv", "sep=|\nid|text\n1|hello, you\n"),
        ("c.csv", 'id\ttext\n1\t"hello, you"\n'),
        ("d.tsv", "id\ttext\n1\thello, you\n"),
        ("e.csv", ' id , text ,,\n1,"hello, you",,\n'),
        ("f.csv", 'id,text\n1,"hello, you",,,\n'),
    ],
)
def test_delimiters_and_headers_as_programs_write_them(tmp_path, name, table):
    page = only(write(tmp_path / name, table))
    assert (page.id, page.text) == ("1", "hello, you")


@pytest.mark.parametrize("suffix", PACK)
def test_compressed_tables_and_columns_of_other_names(tmp_path, suffix):
    write(tmp_path / f"a.csv.{suffix}", PACK[suffix](b"key,text,text,\n1,a,b,c\n"))
    page = only(tmp_path / f"a.csv.{suffix}")
    assert page.text == "a" and page.extra == {"key": "1", "text 2": "b", "column 4": "c"}


def test_a_broken_row_takes_no_other_with_it(tmp_path):
    lines = ["id,text", '1,"never closed', "2,two", '3,"three"', '4,fo"ur', "5", "6,a,b", '7,"seven" and', "8,eight", '9,"x']
    assert told(tmp_path / "a.csv", "\n".join(lines)) == [
        ("broken-row", "2"), ("2", "3"), ("3", "4"), ("4", "5"), ("broken-row", "6"), ("broken-row", "7"),
        ("broken-row", "8"), ("8", "9"), ("broken-row", "10"),
    ]  # fmt: skip
    assert told(tmp_path / "b.csv", b"id,text\n1,caf\xe9\n2,caf\xc3\xa9\n") == [("bad-encoding", "2"), ("2", "3")]
    assert told(tmp_path / "c.csv", 'id,text\n1,"ä\nb"\n2,c\n'.encode("utf-16")) == [("1", "2"), ("2", "4")]
    assert told(tmp_path / "c.tsv", "id\ttext\n1\tä\n2\tb".encode("utf-16")[:-1]) == [("1", "2"), ("truncated", "3")]
    assert told(tmp_path / "d.csv.gz", gzip.compress(b"id,text\n1,a\n2,b\n")[:-9]) == [
        ("1", "2"), ("2", "3"), ("truncated", "4"),
    ]  # fmt: skip
    assert [short(records(write(tmp_path / "e.csv", data))) for data in ("", "id,text\n")] == [["empty"], ["empty"]]


@pytest.mark.parametrize("after", [900, 30_000])
def test_a_quote_that_is_never_closed_takes_nothing_with_it_however_much_comes_after(tmp_path, after):
    rows = [f"{number},row {number} of the table" for number in range(2, after // 20)]
    found = told(tmp_path / "a.csv", "\n".join(["id,text", '1,"open', *rows, ""]), max_record_bytes=1000)
    assert found[0][0] in ("broken-row", "too-long") and found[0][1] == "2"
    assert found[1:] == [(str(number), str(number + 1)) for number in range(2, after // 20)]


def test_tabs_need_no_quotes(tmp_path):
    table = 'id\ttext\n1\t"Quoted" start\n2\tplain "x"\n3\t"tab\tin"\n4\t"open\n5\tfive\n'
    assert [one.text for one in records(write(tmp_path / "a.tsv", table))] == [
        '"Quoted" start', 'plain "x"', "tab\tin", '"open', "five",
    ]  # fmt: skip


def test_a_huge_row_is_one_rejection(tmp_path):
    long = "1," + "x" * 2000 + '\n2,"' + "y,\n" * 1000 + '"\n3,ok\n'
    assert told(tmp_path / "a.csv", f"id,text\n{long}", max_record_bytes=1000) == [
        ("too-long", "2"), ("too-long", "3"), ("3", "1004"),
    ]  # fmt: skip
    assert told(tmp_path / "b.csv", "id,text\n" + "," * 3_000_000 + "\n2,b\n") == [("too-large", "2"), ("2", "3")]
    commas = only(write(tmp_path / "c.csv", 'id,text\n1,"' + "," * 3_000_000 + '"\n'))
    assert len(commas.text) == 3_000_000  # text may hold as many as it likes
    bomb = gzip.compress(b"id,text\n1," + b"a" * 300_000_000, 1)
    assert told(tmp_path / "d.csv.gz", bomb, max_expansion=100) == [("decompression-bomb", "2")]
    assert csv.field_size_limit() == 131_072


_CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=12)
_DIALECTS = st.sampled_from([(",", csv.QUOTE_MINIMAL), (",", csv.QUOTE_ALL), (";", csv.QUOTE_NONNUMERIC)])


@given(st.lists(st.tuples(_CELLS, _CELLS), max_size=8), _DIALECTS, st.sampled_from(["\n", "\r\n"]))
def test_what_the_csv_module_writes_is_read(tmp_path_factory, cells, dialect, ending):
    written = io.StringIO()
    writer = csv.writer(written, delimiter=dialect[0], quoting=dialect[1], lineterminator=ending)
    writer.writerow(["text", "more"])
    rows = [(f"t{n} {text}", f"m{n} {more}") for n, (text, more) in enumerate(cells)]
    writer.writerows(rows)
    found = records(write(tmp_path_factory.getbasetemp() / "any.csv", written.getvalue()))
    assert [(one.text, one.extra["more"]) for one in found if isinstance(one, Page)] == rows


@given(st.lists(st.sampled_from(['"', ",", "\n", "a", '""', "é"]), max_size=60))
def test_no_damage_hides_a_row_that_stands_in_its_own_line(tmp_path_factory, pieces):
    table = "id,text\n" + "".join(pieces) + "\nlast,row\n"
    found = records(write(tmp_path_factory.getbasetemp() / "damaged.csv", table))
    texts = [one.text for one in found if isinstance(one, Page)]
    assert texts[-1:] == ["row"] or any(text and "last,row" in text for text in texts)


TABLE = pa.table(
    {
        "id": [f"r{n}" for n in range(600)],
        "text": [f"text {n}" for n in range(600)],
        "tags": [["a", "b"]] * 600,
        "seen": pa.array([0] * 600, pa.timestamp("ns", "UTC")),
        "kind": pa.array(["news"] * 600).dictionary_encode(),
    }
)


def ipc(table, new=pa.ipc.new_file, compression=None, rows=None):
    sink = io.BytesIO()
    with new(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression=compression)) as writer:
        writer.write_table(table, rows)
    return sink.getvalue()


@pytest.mark.parametrize("new", [pa.ipc.new_file, pa.ipc.new_stream])
@pytest.mark.parametrize("compression", [None, "zstd", "lz4"])
def test_arrow_files_and_streams(tmp_path, new, compression):
    found = records(write(tmp_path / "a.arrow", ipc(TABLE, new, compression, 250)))
    assert [one.id for one in found] == TABLE["id"].to_pylist()
    assert found[7].text == "text 7" and found[7].origin.endswith("a.arrow#7")
    assert found[7].extra == {"tags": ["a", "b"], "seen": "1970-01-01T00:00:00+00:00", "kind": "news"}


def test_feather_and_views(tmp_path):
    pf.write_feather(TABLE, tmp_path / "a.feather")
    assert len(records(tmp_path / "a.feather")) == 600
    views = pa.table({"id": ["1"], "text": pa.array(["x" * 30], pa.string_view())})
    assert only(write(tmp_path / "b.arrow", ipc(views))).text == "x" * 30


def test_damaged_arrow_is_told(tmp_path):
    whole = ipc(TABLE, pa.ipc.new_stream, rows=250)
    for data, last in (
        (b"", "empty"),
        (b"no arrow at all", "not-arrow"),
        (b"FEA1" + b"\0" * 100, "not-arrow"),
        (whole[:-3000], "truncated"),
        (whole[:40] + b"\xff\xff\xff\x7f" + whole[44:], "not-arrow"),
    ):
        assert short(records(write(tmp_path / "a.arrow", data)))[-1] == last
    offsets = pa.array(["abc", "def"]).buffers()[1].to_pybytes()
    broken = ipc(pa.table({"text": ["abc", "def"]})).replace(offsets[:12], offsets[:8] + b"\xff\xff\xff\x7f")
    assert short(records(write(tmp_path / "b.arrow", broken))) == ["not-arrow"]


def test_arrow_is_bounded(tmp_path):
    bomb = ipc(pa.table({"text": ["a" * 600_000_000]}), compression="zstd")
    assert len(bomb) < 100_000 and short(records(write(tmp_path / "a.arrow", bomb))) == ["too-large"]
    one = pa.DictionaryArray.from_arrays(pa.array(np.zeros(1000, np.int32)), pa.array(["w" * 20_000_000]))
    (file,) = discover([str(write(tmp_path / "b.arrow", ipc(pa.table({"text": one}), compression="zstd")))])
    tracemalloc.start()
    reading = read(file, Settings())
    assert len(next(reading).text) == 20_000_000
    reading.close()
    assert tracemalloc.get_traced_memory()[1] < 1_000_000_000  # a thousand of them would be 20 GB
    tracemalloc.stop()


def test_wet_is_read_and_wat_is_told(tmp_path):
    wet = warc_record(1, b"A page's text.", kind="conversion", content_type="text/plain")
    assert only(write(tmp_path / "a.warc.wet.gz", gzip.compress(wet))).text == "A page's text."
    wat = warc_record(1, b'{"Container": {}}', kind="metadata", content_type="application/json")
    page = only(write(tmp_path / "a.warc.wat.gz", gzip.compress(wat * 3)))
    assert page.reason == "skipped-records" and "WAT (links and heads of pages" in page.detail


def test_other_names_of_known_kinds(tmp_path):
    assert only(write(tmp_path / "a.jl", '{"id": "1", "text": "a"}\n')).id == "1"
    assert only(write(tmp_path / "a.md", "# A title\n\nA paragraph.\n")).text.startswith("# A title")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("a.xlsx", "a spreadsheet; save its sheet as CSV"),
        ("a.sqlite", "sqlite3 -header -csv"),
        ("a.zip", "unzip FILE -d folder"),
        ("a.tar.gz", "tar -xf"),
        ("a.pdf", "pdftotext"),
        ("a.docx", "pandoc"),
        ("a.arc.gz", "warcio recompress"),
        ("a.jsonl.lz4", "lz4 -d"),
        ("a.arrow.gz", "compressed within"),
        ("a.png", "a picture"),
    ],
)
def test_what_cannot_be_read_is_named_with_the_way_to_convert_it(tmp_path, name, told):
    write(tmp_path / name, "x")
    (found,) = records(tmp_path)
    assert found.reason == "unknown-kind" and told in found.detail
