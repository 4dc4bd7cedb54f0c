"""Parquet files."""

import datetime
import decimal
import json
import random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from making_sources import only, records, short, write

from cleaner.records import Page
from cleaner.settings import Fields, Settings
from cleaner.sources import discover, read


def table(tmp_path, columns, **options):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table(columns), path, **options)
    return path


def test_a_row_becomes_a_page(tmp_path):
    columns = {
        "id": ["a"],
        "url": ["https://a.example"],
        "text": ["x"],
        "title": ["T"],
        "date": ["2024-05-01"],
        "n": [3],
    }
    path = table(tmp_path, columns)
    assert only(path) == Page(
        id="a",
        origin=f"{path}#0",
        url="https://a.example",
        text="x",
        title="T",
        date="2024-05-01",
        extra={"n": 3},
    )


def test_row_numbers_go_on_over_row_groups(tmp_path):
    path = table(
        tmp_path, {"id": list(range(2500)), "text": [str(n) for n in range(2500)]}, row_group_size=700
    )
    found = records(path)
    assert [page.id for page in found] == [str(n) for n in range(2500)]
    assert found[2499].origin == f"{path}#2499"


def test_column_names_come_from_the_settings(tmp_path):
    path = table(tmp_path, {"key": ["k"], "raw": [b"<p>caf\xe9</p>"], "html": [b"other"]})
    (file,) = discover([str(path)])
    (page,) = read(file, Settings(fields=Fields(id="key", html="raw")))
    assert (page.id, page.html, page.extra) == ("k", "<p>café</p>", {"html": "other"})


@pytest.mark.parametrize(
    "kind", [pa.binary(), pa.large_binary(), pa.string(), pa.large_string(), pa.string_view()]
)
def test_text_of_any_column_type(tmp_path, kind):
    try:
        path = table(tmp_path, {"text": pa.array(["Straße"], pa.string()).cast(kind)})
    except pa.ArrowNotImplementedError:
        pytest.skip(f"pyarrow {pa.__version__} writes no {kind}")
    assert only(path).text == "Straße"


def test_dictionary_columns(tmp_path):
    path = table(
        tmp_path,
        {
            "text": pa.array(["x", "y", "x"]).dictionary_encode(),
            "lang": pa.array(["en"] * 3).dictionary_encode(),
        },
    )
    assert [(page.text, page.lang) for page in records(path)] == [("x", "en"), ("y", "en"), ("x", "en")]


def test_other_columns_become_values_json_can_hold(tmp_path):
    utc = datetime.UTC
    columns = {
        "text": ["x"],
        "date": [datetime.date(2024, 5, 1)],
        "seen": pa.array([1714557600123456789], pa.timestamp("ns", "Europe/Paris")),
        "naive": [datetime.datetime(2024, 5, 1, 10)],
        "zoned": pa.array([datetime.datetime(2024, 5, 1, 10, tzinfo=utc)], pa.timestamp("ms", "UTC")),
        "price": [decimal.Decimal("1.50")],
        "score": [float("nan")],
        "raw": [b"\x00\x01"],
        "tags": [["a", "b"]],
        "map": pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int64())),
        "nested": [{"when": datetime.date(2024, 5, 1), "bytes": b"x", "n": [1.5, float("inf")]}],
        "took": [datetime.timedelta(seconds=90)],
        "flag": [True],
        "none": [None],
    }
    page = only(table(tmp_path, columns))
    assert page.date == "2024-05-01"
    assert page.extra == {
        "seen": "2024-05-01T10:00:00.123456+00:00",
        "naive": "2024-05-01T10:00:00",
        "zoned": "2024-05-01T10:00:00+00:00",
        "price": "1.50",
        "score": None,
        "raw": "data:;base64,AAE=",
        "tags": ["a", "b"],
        "map": [["k", 1]],
        "nested": {"when": "2024-05-01", "bytes": "x", "n": [1.5, None]},
        "took": 90.0,
        "flag": True,
        "none": None,
    }
    json.dumps(page.extra, allow_nan=False)
    assert page.not_understood == {"number": "score: nan"}


def test_values_python_cannot_hold_do_not_stop_the_file(tmp_path):
    columns = {
        "text": ["x", "y"],
        "far": pa.array([10**18, 0], pa.timestamp("us")),
        "day": pa.array([10**8, 0], pa.int32()).cast(pa.date32()),
    }
    first, second = records(table(tmp_path, columns))
    assert (first.text, second.text, second.extra["day"]) == ("x", "y", "1970-01-01")


def test_bad_rows_are_rejected_and_the_rest_read(tmp_path):
    columns = {
        "id": ["none", "blank", "good", "long", "binary", None],
        "html": pa.array(
            [None, b" ", b"<p>x</p>", b"x" * 2001, b"\x89PNG\x00\x00", b"a\x00b <p>" + b"y" * 1200],
            pa.binary(),
        ),
    }
    found = records(table(tmp_path, columns), max_record_bytes=2000)
    assert short(found)[:5] == ["no-text", "empty", "good", "too-long", "binary"]
    assert found[5].html.startswith("ab")


def test_strings_that_are_not_utf8_are_mended(tmp_path):
    broken = pa.Array.from_buffers(
        pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\4\0\0\0"), pa.py_buffer(b"caf\xe9")]
    )
    assert only(table(tmp_path, {"text": broken})).text == "caf\N{REPLACEMENT CHARACTER}"


def test_a_field_of_the_wrong_type_is_rejected(tmp_path):
    assert only(table(tmp_path, {"text": [3]})).reason == "bad-field"


def test_no_text_column(tmp_path):
    assert short(records(table(tmp_path, {"id": ["a", "b"], "n": [1, 2]}))) == ["no-text", "no-text"]


def test_a_table_without_rows_is_reported(tmp_path):
    assert only(table(tmp_path, {"text": pa.array([], pa.string())})).reason == "empty"


def test_damaged_files_never_raise(tmp_path):
    rows = {
        "text": ["x" * n for n in range(1, 40)],
        "when": [datetime.datetime(2024, 5, 1)] * 39,
        "m": [{"a": [1.5]}] * 39,
    }
    whole = table(tmp_path, rows).read_bytes()
    chance = random.Random(6)
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        assert records(write(tmp_path / "bad.parquet", bytes(data)))


def test_bad_files(tmp_path):
    rows = {"id": list(range(4000)), "text": [random.Random(n).randbytes(30).hex() for n in range(4000)]}
    whole = table(tmp_path, rows, row_group_size=1000, use_dictionary=False).read_bytes()
    damaged = whole[: len(whole) // 2] + bytes(3000) + whole[len(whole) // 2 + 3000 :]
    cases = {"empty": b"", "not-parquet": b"x" * 100, "truncated": whole[: len(whole) // 2]}
    for reason, data in cases.items():
        assert only(write(tmp_path / "bad.parquet", data)).reason == reason
    assert only(write(tmp_path / "bad.parquet", b"PAR1" + b"x" * 100 + b"PAR1")).reason == "corrupt"
    found = records(write(tmp_path / "bad.parquet", damaged))
    kept = [page for page in found if isinstance(page, Page)]
    assert short(found)[:1000] == [str(n) for n in range(1000)] and short(found)[-1] == "3999"
    assert {one.reason for one in found if one not in kept} == {"corrupt"} and "row group" in str(found)
    assert [page.origin for page in kept] == [f"{tmp_path}/bad.parquet#{page.id}" for page in kept]
