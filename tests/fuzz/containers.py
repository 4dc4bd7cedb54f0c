"""Mutated pages and records in every container, and mutations of the container's own bytes."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from . import seeds, texts

NUMBERS = (b"0", b"-1", b"1e999", b"99999999999999999999", b"9" * 5000, b"18446744073709551615", b"NaN", b"1" + b"0" * 400)
VALUES: tuple[Any, ...] = (None, True, 0, -1, 2**63, 2**200, 1.5, 1e308, 20260302, 1772438400000, [], {}, [[None]], "", " ", "\0",
                           "\ud800", "a" * 5000, {"$date": "2026-03-02"}, {"text": "x"}, ["a", 1], "..", "../../x", "/")  # fmt: skip
FIELDS = ("id", "url", "html", "text", "title", "date", "lang", "cuts", "story", "extra", "origin", "", "text.data", "\u2028")
SUFFIXES = (".html", ".txt", ".jsonl", ".jsonl", ".csv", ".tsv", ".parquet", ".arrow", ".warc", "-")
WITHIN = (".parquet", ".arrow")
PACKED = ("", "", ".gz", ".zst")


@dataclass(frozen=True)
class Input:
    """One input file."""

    name: str
    """``-`` and a suffix for what comes on standard input."""
    data: bytes
    records: int | None = None
    """How many must come out, where the container itself is whole."""

    @property
    def suffix(self) -> str:
        """All suffixes of the name."""
        return self.name[self.name.index(".") :]


def made(seed: int, number: int) -> Input:
    """The ``number``-th input of a seed: the same whenever and wherever it is made."""
    rng = random.Random(f"{seed} {number}")
    if rng.random() < 0.12:
        suffix, data = rng.choice(seeds.files())
        return Input(f"{number}{suffix}", broken(rng, data))
    suffix = rng.choice(SUFFIXES)
    if suffix in (".html", ".txt"):
        data, records = _page(rng, suffix == ".html"), 1
    elif suffix in WITHIN:
        table, records = _table(rng)
        data = _parquet(rng, table) if suffix == ".parquet" else _arrow(rng, table)
    elif suffix in (".csv", ".tsv"):
        data, records = _delimited(rng, "," if suffix == ".csv" else "\t")
    elif suffix == ".warc":
        data, records = _warc(rng)
    else:
        data, records = _jsonl(rng)
    name = f"{number}{suffix}" if suffix != "-" else f"-{number}.jsonl"
    if suffix in WITHIN:
        return Input(name, broken(rng, data)) if rng.random() < 0.5 else Input(name, data, records)
    how = rng.choice(PACKED)
    if rng.random() < 0.25:
        data, records = broken(rng, data), None
        if suffix in (".jsonl", "-"):
            records = lines(data)
        elif suffix in (".html", ".txt"):
            records = 1
    data = _packed(rng, data, how)
    if not data or (how and rng.random() < 0.4):
        return Input(name + how, broken(rng, data))
    return Input(name + how, data, records)


def lines(data: bytes) -> int:
    """Records of JSON Lines: every line that is not blank is one, but for those of several objects."""
    return max(1, sum(_objects(line) for line in data.split(b"\n") if line.strip()))


def _objects(line: bytes) -> int:
    """Objects of a line that is no JSON and holds nothing else; 1 of any other."""
    try:
        json.loads(line.decode("utf-8").removeprefix("\ufeff"), strict=False)
        return 1
    except (ValueError, RecursionError):
        pass
    found = depth = 0
    in_string = escaped = False
    for byte in line.rstrip(b" \t\r\0\xef\xbb\xbf"):
        if in_string:
            in_string = escaped or byte != ord('"')
            escaped = not escaped and byte == ord("\\")
        elif byte in b"{[":
            if not depth and byte == ord("["):
                return 1
            found += not depth
            depth += 1
        elif not depth and byte not in b" \t\r\x0b\x0c,":
            return 1
        elif byte in b"}]":
            depth -= 1
        else:
            in_string = byte == ord('"')
    return max(1, found)


def broken(rng: random.Random, data: bytes) -> bytes:
    """``data`` after one to three changes of its bytes."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 3))):
        at = rng.randrange(len(changed) + 1)
        if rng.random() < 0.3:
            at = rng.choice((max(0, len(changed) - 12), min(12, len(changed)), 0))  # where lengths and magic numbers stand
        kind = rng.randrange(8)
        if kind == 0 and changed:
            for _ in range(rng.choice((1, 1, 8, 200))):
                changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
        elif kind == 1:
            del changed[at:]
        elif kind == 2:
            changed[at : at + 4] = rng.choice((b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0\0\0\0", b"\0\0\0\x80"))
        elif kind == 3:
            changed[at : at + rng.choice((0, 8, 300))] = bytes(rng.choice((1, 100, 50_000)))
        elif kind == 4:
            size = rng.choice((1, 20, 3000))
            changed[at:at] = changed[at : at + size] * rng.choice((1, 2, 50))
        elif kind == 5:
            other = rng.choice(seeds.files())[1]
            changed[at:] = other[rng.randrange(len(other)) :][:100_000]
        elif kind == 6:
            changed[at:at] = rng.randbytes(rng.choice((1, 4, 100)))
        else:
            del changed[at : at + rng.choice((1, 3, 1000))]
    return bytes(changed)


def _packed(rng: random.Random, data: bytes, how: str) -> bytes:
    if how == ".gz":
        at = rng.randrange(len(data) + 1) if rng.random() < 0.3 else 0
        members = (data[:at], data[at:]) if at else (data,)
        return b"".join(gzip.compress(member, 1, mtime=0) for member in members)
    if how == ".zst":
        return zstandard.ZstdCompressor(level=1, write_content_size=rng.random() < 0.7).compress(data)
    return data


def _text(rng: random.Random, is_html: bool) -> str:
    some = [page for page in seeds.pages() if page.is_html == is_html]
    text = rng.choice(some).text
    return texts.mutated(rng, text, rng.choice(seeds.pages()).text, is_html) if rng.random() < 0.85 else text


def _encoded(rng: random.Random, text: str) -> bytes:
    encoding = rng.choice(("utf-8",) * 6 + ("utf-16", "utf-16-le", "utf-32", "latin-1", "koi8-r", "shift_jis", "gb18030"))
    if encoding == "utf-8":
        return text.encode("utf-8", "surrogatepass")
    return text.encode(encoding, "replace")


def _page(rng: random.Random, is_html: bool) -> bytes:
    return _encoded(rng, _text(rng, is_html))


def _record(rng: random.Random) -> dict[str, Any]:
    record: dict[str, Any] = dict(rng.choice(seeds.records()))
    for _ in range(rng.choice((0, 1, 1, 2, 4))):
        record[rng.choice(FIELDS)] = rng.choice(VALUES)
    if rng.random() < 0.5:
        is_html = rng.random() < 0.5
        record["html" if is_html else "text"] = _text(rng, is_html)
    if rng.random() < 0.2:
        record["date"] = rng.choice(texts.DATES)
    if rng.random() < 0.2:
        record["url"] = rng.choice(("http://[", "//", "javascript:a", "http://a.example:99999/", "http://\u0130.example/", "x" * 9000))
    if rng.random() < 0.1:
        record.pop(rng.choice(sorted(record)))
    return record


def _jsonl(rng: random.Random) -> tuple[bytes, int]:
    rows = []
    for _ in range(rng.choice((1, 1, 2, 4))):
        raw = json.dumps(_record(rng), ensure_ascii=rng.random() < 0.5).encode("utf-8", "surrogatepass")
        chance = rng.random()
        if chance < 0.1:
            raw = raw.replace(b": ", b": " + rng.choice(NUMBERS) + b", ", 1)
        elif chance < 0.2:
            depth = rng.choice((50, 99, 101, 1000, 50_000))
            raw = raw[:-1] + b', "deep": ' + b"[" * depth + b"]" * rng.choice((depth, 0)) + b"}"
        elif chance < 0.25:
            raw = raw[:-1] + b', "n": ' + rng.choice(NUMBERS) + b"}"
        elif chance < 0.3:
            raw = rng.choice((b"[]", b"null", b'"text"', b"{}", b"{", b"\xef\xbb\xbf" + raw, b"\0", raw + raw, b"1" * 5000))
        rows.append(raw)
    data = rng.choice((b"\n", b"\r\n", b"\n\n")).join(rows) + rng.choice((b"\n", b""))
    return data, lines(data)


def _delimited(rng: random.Random, delimiter: str) -> tuple[bytes, int]:
    rows = [_record(rng) for _ in range(rng.choice((1, 2, 4)))]
    names = sorted({name for row in rows for name in row} & set(FIELDS[:7]))
    written = io.StringIO()
    writer = csv.writer(written, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator=rng.choice(("\n", "\r\n")))
    writer.writerow([*names, "more"])
    writer.writerows([*(row.get(name) for name in names), "x"] for row in rows)
    return written.getvalue().encode("utf-8", "surrogatepass"), len(rows)


def _arrow(rng: random.Random, table: pa.Table) -> bytes:
    sink = io.BytesIO()
    options = pa.ipc.IpcWriteOptions(compression=rng.choice((None, "zstd", "lz4")))
    with rng.choice((pa.ipc.new_file, pa.ipc.new_stream))(sink, table.schema, options=options) as writer:
        writer.write_table(table, rng.choice((1, 1000)))
    return sink.getvalue()


def _table(rng: random.Random) -> tuple[pa.Table, int]:
    """A table of text columns, and one to three columns of other types under known and unknown names."""
    rows = [_record(rng) for _ in range(rng.choice((1, 2, 4)))]
    names = sorted({name for row in rows for name in row} & {"id", "url", "html", "text", "title", "lang"})
    columns: dict[str, pa.Array] = {}
    for name in names:
        values = [row.get(name) for row in rows]
        strings = [v.encode("utf-8", "replace").decode() if isinstance(v, str) else None for v in values]
        columns[name] = pa.array(strings, pa.string())
        if rng.random() < 0.2:
            columns[name] = columns[name].cast(rng.choice((pa.binary(), pa.large_string(), pa.dictionary(pa.int32(), pa.string()))))
    count = len(rows)
    odd = (
        pa.array([2**62] * count, pa.timestamp("ns", "UTC")),
        pa.array([2**62] * count, pa.timestamp("us")),
        pa.array([-1] * count, pa.date32()),
        pa.array([3_000_000] * count, pa.date32()),
        pa.array([float("nan")] * count),
        pa.array([17.0] * count),
        pa.array([b"\xff\xfe"] * count),
        pa.array([[b"\xff"]] * count),
        pa.array([{"a": [None, {"b": float("inf")}]}] * count),
        pa.array([2**64 - 1] * count, pa.uint64()),
        pa.array([None] * count, pa.null()),
        pa.array([1] * count, pa.duration("s")),
    )
    for _ in range(rng.choice((0, 1, 2, 3))):
        columns[rng.choice((*FIELDS[:7], "other", "", "a.b", "\0"))] = rng.choice(odd)
    return pa.table(columns), count


def _parquet(rng: random.Random, table: pa.Table) -> bytes:
    sink = io.BytesIO()
    options = {"compression": rng.choice(("zstd", "snappy", "none", "gzip")), "use_dictionary": rng.random() < 0.5}
    pq.write_table(table, sink, row_group_size=rng.choice((1, 1000)), **options)
    return sink.getvalue()


def _warc(rng: random.Random) -> tuple[bytes, int | None]:
    found, exact = [], True
    count = rng.choice((1, 1, 2, 3))
    for number in range(count):
        body = _page(rng, True)
        charset = rng.choice(("", "; charset=utf-8", f"; charset={rng.choice(texts.CHARSETS)}".replace("\0", "0")))
        length = str(len(body))
        extra = rng.choice(("", "", "Content-Encoding: gzip\r\n", "Transfer-Encoding: chunked\r\n", "Content-Encoding: br\r\n", "X: " + "y" * 70_000 + "\r\n"))
        if rng.random() < 0.1:
            length = rng.choice(("-1", "999999999999999999999", "0", "1e3", "\u0663"))
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html{charset}\r\nContent-Length: {length}\r\n{extra}\r\n".encode()
        block = head + body
        if "gzip" in extra and rng.random() < 0.6:
            block = head + gzip.compress(body, 1, mtime=0)
        size = str(len(block))
        if rng.random() < 0.08:
            size, exact = rng.choice(("-1", "999999999999999999999", "0", "", "1e3", "0x10")), False
        date = rng.choice(("2026-03-02T06:30:00Z", "2026-03-02T06:30:00Z", *texts.DATES))
        top = (
            f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{number}>\r\nWARC-Date: {date}\r\n"
            f"WARC-Target-URI: https://a.example/{number}\r\nContent-Type: application/http; msgtype=response\r\n"
            f"Content-Length: {size}\r\n\r\n"
        )
        found.append(top.encode() + block + b"\r\n\r\n")
    return b"".join(found), count if exact else None
