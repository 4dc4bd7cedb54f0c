"""JSON Lines: files, compressed files, standard input."""

import gzip
import io
import json
import random
import sys

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from making_sources import PACK, lines, only, records, short, write

from cleaner.records import Page, Rejected
from cleaner.settings import Fields, Limits, Settings
from cleaner.sources import InputFile, discover, read
from cleaner.sources.json_stream import Values


def read_bytes(data, given_settings=None):
    """Records of JSONL on standard input."""
    stdin = sys.stdin
    sys.stdin = io.TextIOWrapper(io.BufferedReader(io.BytesIO(data)))
    try:
        return list(read(InputFile("-", "stdin", "-"), given_settings or Settings()))
    finally:
        sys.stdin = stdin


def read_line(line):
    data = line if isinstance(line, bytes) else line.encode()
    (record,) = read_bytes(data + b"\n")
    return record


def test_a_record_becomes_a_page(tmp_path):
    record = {
        "id": "a1",
        "url": "https://a.example/1",
        "html": "<p>x</p>",
        "title": "Flood",
        "date": "2024-05-01",
        "lang": "en",
        "author": "N. N.",
        "tags": ["a", {"b": None}],
    }
    path = write(tmp_path / "a.jsonl", lines(record))
    assert only(path) == Page(
        id="a1",
        origin=f"{path}:1",
        url="https://a.example/1",
        html="<p>x</p>",
        title="Flood",
        date="2024-05-01",
        lang="en",
        extra={"author": "N. N.", "tags": ["a", {"b": None}]},
    )


def test_field_names_come_from_the_settings():
    fields = Fields(id="key", url="link", html="raw", text="body", title="head", date="day", lang="language")
    record = {
        "key": 7,
        "link": "u",
        "body": "t",
        "head": "h",
        "day": "d",
        "language": "de",
        "id": "other",
        "url": 3,
    }
    (page,) = read_bytes(lines(record), Settings(fields=fields))
    assert (page.id, page.url, page.text, page.title, page.date, page.lang) == ("7", "u", "t", "h", "d", "de")
    assert page.extra == {"id": "other", "url": 3}


def test_html_wins_over_text_unless_it_is_blank():
    both = read_line('{"html": "<p>x</p>", "text": "y"}')
    assert (both.html, both.text, both.extra) == ("<p>x</p>", None, {})
    blank = read_line('{"html": "  ", "text": "y"}')
    assert (blank.html, blank.text) == (None, "y")


def test_line_numbers_count_blank_lines(tmp_path):
    path = write(tmp_path / "a.jsonl", b'\n{"text": "x", "id": 1}\r\n  \n{"text": "y", "id": 2}')
    assert [(page.id, page.origin) for page in records(path)] == [("1", f"{path}:2"), ("2", f"{path}:4")]


def test_the_id_of_a_record_without_one_depends_on_content_alone(tmp_path):
    records_in = [
        {"text": "x"},
        {"text": "y"},
        {"text": "x", "url": "u"},
        {"text": "x", "id": None},
        {"text": "x", "id": " "},
    ]
    first = short(records(write(tmp_path / "a.jsonl", lines(*records_in))))
    again = short(records(write(tmp_path / "b.jsonl", lines(*reversed(records_in)))))
    assert first == again[::-1]
    assert len(set(first)) == 3
    assert all(len(name) == 20 and name.startswith("sha-") for name in first)


BAD = {
    '{"text": "x"': ("broken-json", "column 13"),
    "{'text': 'x'}": ("broken-json", "column 2"),
    '{"text": "x"} "text"': ("broken-json", "column 15"),
    "[" * 100_000: ("broken-json", ""),
    '{"a":' * 100_000: ("broken-json", ""),
    '{"text": "x", "n": ' + "[" * 500 + "]" * 500 + "}": ("broken-json", "deep"),
    "[1, 2]": ("not-an-object", "list"),
    '"text"': ("not-an-object", "string"),
    "null": ("not-an-object", "null"),
    "3": ("not-an-object", "number"),
    "{}": ("no-text", "neither html nor text"),
    '{"id": "a", "html": null, "title": "x"}': ("no-text", ""),
    '{"text": ""}': ("empty", ""),
    '{"html": " \\n", "text": ""}': ("empty", ""),
    '{"text": "\\u0000"}': ("empty", ""),
    '{"html": 3}': ("bad-field", "html is not a string but int"),
    '{"text": ["x", 3]}': ("bad-field", "text"),
    b'{"text": "caf\xe9"}': ("bad-encoding", "byte 14"),
    b"\x00\x00": ("broken-json", ""),
}


@pytest.mark.parametrize(
    ("odd", "expected"),
    [
        ({"title": 1984}, ("1984", None, None, None)),
        ({"title": {}, "url": False, "lang": ["en"]}, (None, None, "en", None)),
        ({"url": 7, "lang": 1.5}, (None, "7", "1.5", None)),
        ({"date": 20240501}, (None, None, None, "2024-05-01")),
        ({"date": 20240501.0}, (None, None, None, "2024-05-01")),
        ({"date": 20241399}, (None, None, None, None)),
        ({"date": 7}, (None, None, None, None)),
        ({"date": -1e300}, (None, None, None, None)),
        ({"date": True}, (None, None, None, None)),
        ({"date": {"day": 1}}, (None, None, None, None)),
    ],
)
def test_odd_metadata_does_not_cost_a_record_with_text(odd, expected):
    page = read_line(json.dumps({"text": "x", **odd}))
    assert (page.title, page.url, page.lang, page.date) == expected
    assert page.text == "x"


@pytest.mark.parametrize("line", BAD, ids=lambda line: str(line[:40]))
def test_bad_records_are_rejected_with_a_reason(line):
    reason, detail = BAD[line]
    rejected = read_line(line)
    assert (rejected.origin, rejected.reason) == ("-:1", reason)
    assert detail in rejected.detail


def test_a_rejected_record_keeps_its_id():
    assert read_line('{"id": 5, "text": ""}').id == "5"


GOOD = {
    b'\xef\xbb\xbf{"text": "bom"}': "bom",
    '{"text": "lone \\ud800 surrogate"}': "lone \N{REPLACEMENT CHARACTER} surrogate",
    '{"text": "pair \\ud83d\\ude00"}': "pair 😀",
    '{"text": "nul\\u0000 gone"}': "nul gone",
    '{"text": "raw\ttab"}': "raw\ttab",
    '{"text": "first", "text": "last"}': "last",
    '{"text": "backslash u: \\\\u0000"}': "backslash u: \\u0000",
}


@pytest.mark.parametrize("line", GOOD, ids=str)
def test_odd_but_readable_records_are_pages(line):
    assert read_line(line).text == GOOD[line]


def test_lone_surrogates_are_replaced_everywhere():
    page = read_line('{"id": "\\udc00", "text": "x", "k\\ud800": [{"\\ud801": "\\ud802\\u0000"}]}')
    mark = "\N{REPLACEMENT CHARACTER}"
    assert (page.id, page.extra) == (mark, {f"k{mark}": [{mark: mark}]})


@pytest.mark.parametrize("number", [1714557600, 1714557600000, 1714557600.0])
def test_a_date_in_seconds_or_milliseconds_becomes_iso(number):
    assert read_line(json.dumps({"text": "x", "date": number})).date == "2024-05-01T10:00:00+00:00"


def test_a_line_over_the_limit_is_rejected_and_the_rest_read(tmp_path):
    long = json.dumps({"text": "a" * 300_000}).encode()
    fits = json.dumps({"id": "fits", "text": "a" * (1000 - 26)}).encode()
    assert len(fits) == 1000
    path = write(tmp_path / "a.jsonl", b"\n".join([long, fits, fits + b" ", lines({"id": "next", "text": "x"}), long]))
    found = records(path, max_record_bytes=1000)
    assert short(found) == ["too-long", "fits", "too-long", "next", "too-long"]
    assert found[-1].origin == f"{path}:6"


@pytest.mark.parametrize("suffix", PACK)
def test_compressed_files(tmp_path, suffix):
    pack = PACK[suffix]
    data = [lines({"id": n, "text": "x" * 50_000}) for n in range(40)]
    path = write(tmp_path / f"a.jsonl.{suffix}", pack(b"".join(data[:20])) + pack(b"".join(data[20:])))
    found = records(path)
    assert short(found) == [str(n) for n in range(40)]
    assert found[39].origin == f"{path}:40"


@pytest.mark.parametrize("suffix", PACK)
def test_a_truncated_file_gives_its_lines_and_one_rejection(tmp_path, suffix):
    pack = PACK[suffix]
    data = pack(b"".join(lines({"id": n, "text": random.Random(n).randbytes(2000).hex()}) for n in range(1000)))
    path = write(tmp_path / f"a.jsonl.{suffix}", data[: len(data) // 2])
    found = records(path)
    assert 10 < len(found) < 1000
    assert short(found)[:-1] == [str(n) for n in range(len(found) - 1)]
    assert (found[-1].reason, found[-1].origin) == ("truncated", f"{path}:{len(found)}")


@pytest.mark.parametrize("suffix", PACK)
def test_a_corrupt_file_gives_what_stands_before_the_damage(tmp_path, suffix):
    pack = PACK[suffix]
    path = write(tmp_path / f"a.jsonl.{suffix}", pack(lines({"id": 1, "text": "x"})) + pack(b"{}")[:4] + b"\xff" * 99)
    assert short(records(path)) == ["1", "corrupt"]


def test_an_empty_file_is_reported(tmp_path):
    assert only(write(tmp_path / "a.jsonl", b"")).reason == "empty"


def test_standard_input_may_be_compressed():
    found = read_bytes(gzip.compress(lines({"text": "x", "id": 1}, {"text": "y", "id": 2})))
    assert [(page.id, page.origin) for page in found] == [("1", "-:1"), ("2", "-:2")]


def test_discover_takes_standard_input():
    assert discover(["-", "-"]) == [InputFile("-", "stdin", "-")]


raw_line = st.binary(max_size=80) | st.builds(
    lambda value, cut: json.dumps(value).encode()[: len(json.dumps(value)) - cut],
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["id", "url", "html", "text", "date", "k"]), inner, max_size=4)
        ),
        max_leaves=8,
    ),
    st.integers(0, 3),
)


@settings(deadline=None, max_examples=300)
@given(st.lists(raw_line.map(lambda line: line.replace(b"\n", b"")), max_size=6), st.integers(20, 200))
@example([b"\x1f\x8b"], 50)
@example([b"\xef\xbb\xbf"], 50)
def test_every_line_gives_exactly_one_record(raw, limit):
    # A leading blank line keeps bytes that look like a compressed stream from being taken for one. An array of
    # objects as first line, or one brace alone, is the layout of another kind of file.
    raw = [line for line in raw if not line.lstrip().startswith(b"[") and line.strip() != b"{"]
    data = b"\n" + b"\n".join(raw)
    found = read_bytes(data, Settings(limits=Limits(max_record_bytes=limit)))
    numbers = [number for number, line in enumerate(raw, 2) if line.strip() or len(line) >= limit]
    # a file of blank lines gives one rejection that says so
    assert [record.origin for record in found] == [f"-:{number}" for number in numbers] or (
        not numbers and [(record.origin, record.reason) for record in found] == [("-", "empty")]
    )
    for record in found:
        if isinstance(record, Rejected):
            assert record.reason
        else:
            assert record.id
            assert (record.html or record.text).strip()
            json.dumps([record.id, record.html, record.text, record.extra], allow_nan=False).encode("utf-8")


json_value = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text('ab"\\{}[],: \n\N{LATIN SMALL LETTER E WITH ACUTE}', max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("k{[", max_size=2), inner, max_size=4),
    max_leaves=20,
)


@settings(deadline=None, max_examples=150)
@given(st.lists(json_value, min_size=1, max_size=4), st.sampled_from([None, 1]), st.integers(1, 30), st.booleans())
def test_values_come_apart_wherever_the_stream_is_cut(values, indent, step, in_array):
    records_in = [{"v": value} for value in values]
    spread = [json.dumps(one, indent=indent, ensure_ascii=False) for one in records_in]
    written = json.dumps(records_in, indent=indent) if in_array else "\n".join(spread)
    stream = io.BytesIO(written.encode())
    found = Values(lambda _size: stream.read(step), 10**6, in_array)
    assert [json.loads(value or b"") for value in found] == records_in
    assert found.complete


@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_arrays_and_records_spread_over_lines(tmp_path, name):
    records_in = [{"id": str(n), "text": "x, [y]"} for n in range(3)]
    array = write(tmp_path / name, json.dumps(records_in, indent=2))
    assert [(page.id, page.origin) for page in records(array)] == [(str(n), f"{array}#{n}") for n in range(3)]
    assert short(records(write(tmp_path / name, "\n".join(json.dumps(one, indent=2) for one in records_in)))) == [
        *"012"
    ]
    assert short(records(write(tmp_path / name, lines(*records_in)))) == [*"012"]


def test_records_without_a_line_end_between_them(tmp_path):
    objects = [json.dumps({"id": str(n), "text": "x, {y}" * 9}) for n in range(6)]
    for between in ("", " ", ", "):
        stream = write(tmp_path / "a.jsonl", between.join(objects))
        expected = [(str(n), f"{stream}:1#{n}" if n else f"{stream}:1") for n in range(6)]
        assert [(page.id, page.origin) for page in records(stream)] == expected
        assert [(page.id, page.origin) for page in records(stream, max_record_bytes=200)] == expected
    odd = write(tmp_path / "c.jsonl", objects[0].encode() + b'{"id": "e", "text": "\xff"}' + objects[1].encode())
    assert short(records(odd)) == ["0", "bad-encoding", "1"]
    long = write(tmp_path / "b.jsonl", objects[0] + json.dumps({"id": "l", "text": "y" * 500}) + objects[1] + "\n" + objects[2])
    assert short(records(long, max_record_bytes=200)) == ["0", "too-long", "1", "2"]
    whole = [json.dumps({"id": "w", "text": "first"}), objects[0] + objects[1], objects[2] + ",", objects[3] + '{"id": "4"']
    stream = write(tmp_path / "a.jsonl", "\n".join(whole))
    found = [(getattr(one, "id", None) or one.reason, one.origin.rpartition(":")[2]) for one in records(stream)]
    assert found == [("w", "1"), ("0", "2"), ("1", "2#1"), ("2", "3"), ("3", "4"), ("broken-json", "4#1")]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32", "utf-32-be"])
def test_json_in_utf_16(tmp_path, encoding):
    texts = ["Der Fluß \U0001f30a stieg", "a\u2028b" * 30_000, "x"]
    text = "".join(json.dumps({"id": str(n), "text": one}, ensure_ascii=False) + "\r\n" for n, one in enumerate(texts))
    data = text.encode(encoding) if encoding[-1].isdigit() else ("\ufeff" + text).encode(encoding)
    for name in ("a.jsonl", "a.json"):
        assert [page.text for page in records(write(tmp_path / name, data))] == texts
    assert [page.text for page in records(write(tmp_path / "a.jsonl.gz", gzip.compress(data)))] == texts
    assert [page.text for page in read_bytes(data)] == texts
    cut = data[: -1 - len("x".encode(encoding[:6]))]
    assert short(records(write(tmp_path / "a.jsonl", cut))) in (["0", "1", "truncated"], ["0", "1", "broken-json", "truncated"])
    lone = (text.replace('"x"', '"\ud800"')).encode("utf-16-le", "surrogatepass")
    assert short(records(write(tmp_path / "a.jsonl", b"\xff\xfe" + lone))) == ["0", "1", "bad-encoding"]


def test_a_json_file_of_one_object_an_empty_array_and_a_cut_one(tmp_path):
    assert only(write(tmp_path / "a.json", '{\n"text": "x"}')).text == "x"
    assert only(write(tmp_path / "a.json", "[]")).reason == "empty"
    whole = json.dumps([{"id": "a", "text": "x"}, {"id": "b", "text": "y" * 500}, {"id": "c", "text": "z"}])
    assert short(records(write(tmp_path / "a.json", whole), max_record_bytes=200)) == ["a", "too-long", "c"]
    assert short(records(write(tmp_path / "a.json", whole[:-30]))) == ["a", "broken-json", "truncated"]
    broken = whole.replace('"text": "x"', "'text': 'x'")
    assert short(records(write(tmp_path / "a.json", broken))) == ["broken-json", "b", "c"]


@pytest.mark.parametrize(
    ("number", "name"),
    [(1.0, "1"), (1.5, "1.5"), (2**70, str(2**70)), ({"$oid": "5f"}, "5f"), ({"$numberLong": "7"}, "7"), (["a"], "a")],
)
def test_an_id_of_another_type_is_a_string(number, name):
    assert read_line(json.dumps({"text": "x", "id": number})).id == name


@pytest.mark.parametrize("odd", ["true", '{"a": 1}', "[1, 2]", "NaN", "9" * 5000])
def test_an_id_that_is_none_costs_no_record(odd):
    page = read_line('{"text": "x", "id": ' + odd + "}")
    assert page.id.startswith("sha-")
    assert page.not_understood


@pytest.mark.parametrize("odd", ["NaN", "-Infinity", "1e999", "9" * 10_000])
def test_a_number_that_is_none_is_null_and_told(odd):
    page = read_line('{"text": "x", "n": [' + odd + "]}")
    assert (page.extra, page.not_understood) == ({"n": [None]}, {"number": odd[:60]})


def test_a_long_text_of_commas_is_no_bomb_and_many_lists_are():
    text = "a, [b], " * 300_000
    assert read_line(json.dumps({"text": text})).text == text
    assert read_line('{"text": "x", "a": [' + "[]," * 600_000 + "0]}").reason == "too-large"
