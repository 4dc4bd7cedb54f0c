"""WARC files."""

import gzip
import random
import zlib

import brotli
import pytest
import zstandard
from making_sources import http, only, records, short, warc_record, write

from cleaner.records import Page

PAGE = b"<html><body><p>Flood reported.</p></body></html>"


def warc(path, *blocks, pack=bytes):
    return write(path, b"".join(pack(block) for block in blocks))


@pytest.mark.parametrize(
    ("suffix", "pack"), [("", bytes), (".gz", gzip.compress), (".zst", zstandard.compress)]
)
def test_responses_become_pages(tmp_path, suffix, pack):
    info = warc_record(0, b"software: x\r\n", kind="warcinfo", content_type="application/warc-fields")
    request = warc_record(1, b"GET / HTTP/1.1\r\n\r\n", kind="request", content_type="application/http")
    blocks = [info, request, warc_record(2, http(PAGE)), warc_record(3, http(PAGE + b"more"))]
    path = warc(tmp_path / f"a.warc{suffix}", *blocks, pack=pack)
    offset = len(pack(info)) + len(pack(request))
    first, second = records(path)
    assert first == Page(
        id="urn:uuid:2",
        origin=f"{path}@{offset}",
        url="https://a.example/2",
        html=PAGE.decode(),
        extra={"crawl_date": "2024-01-02T03:04:05Z"},
    )
    assert second.origin == f"{path}@{offset + len(pack(blocks[2]))}"


def test_one_gzip_member_for_all_records(tmp_path):
    one, two = warc_record(1, http(PAGE)), warc_record(2, http(PAGE))
    path = write(tmp_path / "a.warc.gz", gzip.compress(one + two))
    assert [page.origin for page in records(path)] == [f"{path}@0", f"{path}@0+{len(one)}"]


CYRILLIC = "Власти города объявили, что мост будет закрыт до конца недели."


@pytest.mark.parametrize(
    ("content_type", "head"),
    [
        ("text/html; charset=windows-1251", ""),
        ('text/html;Charset="cp1251"', ""),
        ("text/html", "<meta charset=windows-1251>"),
        ("text/html", ""),
        ("application/xhtml+xml", "<?xml version='1.0' encoding='windows-1251'?>"),
    ],
)
def test_the_charset_comes_from_header_page_or_statistics(tmp_path, content_type, head):
    body = f"{head}<p>{CYRILLIC}</p>"
    path = warc(tmp_path / "a.warc", warc_record(1, http(body.encode("cp1251"), content_type)))
    assert only(path).html == body


def chunked(body):
    return b"%x\r\n%b\r\n5;note=1\r\n\n<!--\r\n3\r\n-->\r\n0\r\nTrailer: x\r\n\r\n" % (len(body), body)


GZIPPED = gzip.compress(PAGE, mtime=0)
SENT = {
    "plain": ("", PAGE),
    "identity": ("Content-Encoding: identity\r\n", PAGE),
    "gzip": ("Content-Encoding: gzip\r\n", GZIPPED),
    "x-gzip": ("content-encoding: X-GZIP\r\n", GZIPPED),
    "zlib": ("Content-Encoding: deflate\r\n", zlib.compress(PAGE)),
    "raw deflate": ("Content-Encoding: deflate\r\n", zlib.compress(PAGE, wbits=-15)),
    "brotli": ("Content-Encoding: br\r\n", brotli.compress(PAGE)),
    "zstd": ("Content-Encoding: zstd\r\n", zstandard.compress(PAGE)),
    "twice": ("Content-Encoding: gzip, br\r\n", brotli.compress(GZIPPED)),
    "chunked": ("Transfer-Encoding: chunked\r\n", b"%x\r\n%b\r\n0\r\n\r\n" % (len(PAGE), PAGE)),
    "chunks cut off": ("Transfer-Encoding: chunked\r\n", b"%x\r\n%b" % (len(PAGE) + 9, PAGE)),
    "chunked gzip": (
        "Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n",
        b"5\r\n%b\r\n%x;a=b\r\n%b\r\n0\r\n\r\n" % (GZIPPED[:5], len(GZIPPED) - 5, GZIPPED[5:]),
    ),
    "undone gzip": ("Content-Encoding: gzip\r\n", PAGE),
    "undone deflate": ("Content-Encoding: deflate\r\n", PAGE),
    "undone brotli": ("Content-Encoding: br\r\n", PAGE),
    "none": ("Content-Encoding: none\r\n", PAGE),
    "a charset": ("Content-Encoding: ISO-8859-1\r\n", PAGE),
    "a type": ("Content-Encoding: text/html\r\n", PAGE),
    "unknown, but text": ("Content-Encoding: secret\r\n", PAGE),
    "gzip twice": ("Content-Encoding: gzip\r\n", gzip.compress(GZIPPED, mtime=0)),
    "gzip unsaid": ("", GZIPPED),
    "chunks unsaid": ("", b"10\r\n%b\r\n%x\r\n%b\r\n0\r\n\r\n" % (PAGE[:16], len(PAGE) - 16, PAGE[16:])),
    "chunked gzip unsaid": ("", b"%x\r\n%b\r\n0\r\n\r\n" % (len(GZIPPED), GZIPPED)),
    "undone chunks": ("Transfer-Encoding: chunked\r\n", PAGE),
}


@pytest.mark.parametrize("name", SENT)
def test_encodings_of_the_body_are_undone(tmp_path, name):
    headers, body = SENT[name]
    path = warc(tmp_path / "a.warc", warc_record(1, http(body, headers=headers)), warc_record(2, http(PAGE)))
    first, second = records(path)
    assert first.html == PAGE.decode()
    assert second.id == "urn:uuid:2"


@pytest.mark.parametrize(
    ("block", "reason", "detail"),
    [
        (http(PAGE, status="404 Not Found"), "http-status", "404"),
        (http(b"", status="301 Moved"), "http-status", "301"),
        (http(b""), "empty", ""),
        (http(b"\x89PNG\r\n\x1a\n\0\0\0"), "binary", "PNG"),
        (http(b"x" * 5000), "too-long", "4,000"),
        (http(gzip.compress(b"x" * 5000, mtime=0), headers="Content-Encoding: gzip\r\n"), "too-long", "4,000"),
        (http(zlib.compress(b"x" * 5000), headers="Content-Encoding: deflate\r\n"), "too-long", "4,000"),
        (http(brotli.compress(b"x" * 5000), headers="Content-Encoding: br\r\n"), "too-long", "4,000"),
        (http(zstandard.compress(b"x" * 5000), headers="Content-Encoding: zstd\r\n"), "too-long", "4,000"),
        (http(b"\x1f\x8b" + b"\xff" * 50, headers="Content-Encoding: gzip\r\n"), "bad-http", "damaged"),
        (http(b"\xff" * 50, headers="Content-Encoding: br\r\n"), "bad-http", "damaged"),
        (http(b"\xff" * 50, headers="Content-Encoding: secret\r\n"), "bad-http", "secret"),
        (b"nonsense\r\n\r\n", "bad-http", "status"),
        (b"", "bad-http", "status"),
        (bytes(range(256)), "bad-http", ""),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n" + PAGE, "bad-http", ""),
    ],
)
def test_bad_responses_are_rejected_and_the_rest_read(tmp_path, block, reason, detail):
    path = warc(tmp_path / "a.warc.gz", warc_record(1, block), warc_record(2, http(PAGE)), pack=gzip.compress)
    rejected, page = records(path, max_record_bytes=4000)
    assert (rejected.reason, rejected.origin, rejected.id) == (reason, f"{path}@0", "urn:uuid:1")
    assert detail in rejected.detail
    assert page.html == PAGE.decode()


def test_what_is_no_page_is_counted_once(tmp_path):
    path = warc(
        tmp_path / "a.warc",
        *(warc_record(n, http(b"\x89PNG", "image/png")) for n in range(3)),
        warc_record(3, http(b"{}", "application/json", status="404 Not Found")),
        warc_record(4, http(b"body { }", None)),
        warc_record(5, http(PAGE, None)),
        warc_record(6, b"20240501\na.example A 10.0.0.1\n", content_type="text/dns"),
        warc_record(7, b"x", kind="metadata", content_type="text/plain"),
        warc_record(8, http(b""), kind="revisit"),
    )
    found = records(path)
    assert short(found) == ["urn:uuid:5", "skipped-records"]
    assert found[1].detail.startswith(
        "6 records that are not HTML responses: image/png 3, application/json 1, "
    )


def test_resources_and_extracted_text_are_pages_too(tmp_path):
    path = warc(
        tmp_path / "a.warc",
        warc_record(1, PAGE, kind="resource", content_type="text/html"),
        warc_record(2, "Überschrift\nText".encode(), kind="conversion", content_type="text/plain"),
    )
    assert [(page.html, page.text) for page in records(path)] == [
        (PAGE.decode(), None),
        (None, "Überschrift\nText"),
    ]


HEADS = {
    "charset behind a comma": b"HTTP/1.1 200 OK\r\nContent-Type: text/html, charset=utf-8\r\n\r\n",
    "two types": b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Type: text/html\r\n\r\n",
    "two types in one": b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8, text/html\r\n\r\n",
    "wrong type": b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n",
    "type of a download": b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n",
    "no type": b"HTTP/1.1 200 OK\r\n\r\n",
    "spaces before the reason": b"HTTP/1.1 200   OK\r\nContent-Type: text/html\r\n\r\n",
    "spaces before the status": b"HTTP/1.1  200 OK\r\nContent-Type: text/html\r\n\r\n",
    "tab": b"HTTP/1.1 200\tOK\r\nContent-Type: text/html\r\n\r\n",
    "no reason": b"HTTP/2 200\r\nContent-Type: text/html\r\n\r\n",
    "line end first": b"\r\nHTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
    "interim": b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
    "folded": b"HTTP/1.1 200 OK\r\nContent-Type: text/html;\r\n charset=utf-8\r\n\r\n",
    "line feeds": b"HTTP/1.1 200 OK\nContent-Type: text/html\n\n",
    "none": b"",
}


@pytest.mark.parametrize("name", HEADS)
@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_heads_as_servers_write_them(tmp_path, name, end):
    records_of = [warc_record(n, HEADS[name] + PAGE) for n in (1, 2)]
    if end == b"\n":
        # Only the heads of the records: the length says where a record ends.
        records_of = [b"%b\n\n%b" % (head.replace(b"\r\n", b"\n"), rest) for head, _, rest in
                      (record.partition(b"\r\n\r\n") for record in records_of)]  # fmt: skip
    found = records(warc(tmp_path / "a.warc", *records_of))
    assert short(found) == ["urn:uuid:1", "urn:uuid:2"]
    assert {page.html for page in found} == {PAGE.decode()}


def test_the_type_that_the_crawler_told_counts(tmp_path):
    block = http(b"<style></style><p>Flood reported.</p>", "application/json")
    record = warc_record(1, block).replace(b"Content-Length", b"WARC-Identified-Payload-Type: text/html\r\nContent-Length", 1)
    assert only(warc(tmp_path / "a.warc", record)).html == "<style></style><p>Flood reported.</p>"


def test_text_and_data_stay_no_pages(tmp_path):
    path = warc(
        tmp_path / "a.warc",
        warc_record(1, http(b"Use <html> and <body> in this order.", "text/plain")),
        warc_record(2, http(b"<note><to>Harl</to></note>", "application/xml")),
        warc_record(3, http(b"<p>A line of a template</p>", "text/plain")),
    )
    assert short(records(path)) == ["skipped-records"]


@pytest.mark.parametrize("packed", [False, True])
def test_zstandard_with_a_dictionary_in_its_first_frame(tmp_path, packed):
    blocks = [warc_record(n, http(PAGE + b"%d" % n)) for n in range(50)]
    dictionary = zstandard.train_dictionary(2000, blocks * 20)
    content = dictionary.as_bytes()
    if packed:
        content = zstandard.compress(content)
    first = b"\x5d\x2a\x4d\x18" + len(content).to_bytes(4, "little") + content
    pack = zstandard.ZstdCompressor(dict_data=dictionary).compress
    path = write(tmp_path / "a.warc.zst", first + b"".join(map(pack, blocks)))
    found = records(path)
    assert [page.id for page in found] == [f"urn:uuid:{n}" for n in range(50)]
    assert found[1].origin == f"{path}@{len(first) + len(pack(blocks[0]))}"


def test_headers_that_end_in_line_feeds_alone(tmp_path):
    block = b"HTTP/1.0 200 OK\nContent-Type: text/html\n\n" + PAGE
    assert only(warc(tmp_path / "a.warc", warc_record(1, block))).html == PAGE.decode()


@pytest.mark.parametrize(
    ("suffix", "pack"), [("", bytes), (".gz", gzip.compress), (".zst", zstandard.compress)]
)
@pytest.mark.parametrize("kind", ["response", "request"])
def test_every_cut_of_the_last_record_is_noticed(tmp_path, suffix, pack, kind):
    first, last = pack(warc_record(1, http(PAGE))), pack(warc_record(2, http(PAGE), kind=kind))
    end = len(last) if pack is not bytes else len(last) - len(b"\r\n\r\n")
    for length in range(12, end, 3):
        found = records(write(tmp_path / f"a.warc{suffix}", first + last[:length]))
        assert short(found) in (["urn:uuid:1", "truncated"], ["urn:uuid:1", "urn:uuid:2", "truncated"])


@pytest.mark.parametrize(
    ("data", "reasons"),
    [
        (b"", ["empty"]),
        (b"lorem ipsum " * 100, ["not-warc"]),
        (bytes(1000), ["not-warc"]),
        (gzip.compress(b"lorem ipsum " * 100, mtime=0), ["not-warc"]),
        (warc_record(1, http(PAGE)) + b"lorem ipsum " * 100, ["urn:uuid:1", "corrupt"]),
        (gzip.compress(warc_record(1, http(PAGE)), mtime=0) + b"lorem ipsum", ["urn:uuid:1", "corrupt"]),
        (
            gzip.compress(warc_record(1, http(PAGE)), mtime=0) + b"\x1f\x8b\x08\x00" + b"\xff" * 50,
            ["urn:uuid:1", "corrupt"],
        ),
    ],
)
def test_what_is_no_warc(tmp_path, data, reasons):
    assert short(records(write(tmp_path / "a.warc", data))) == reasons


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_damaged_archives_never_raise(tmp_path, pack):
    whole = b"".join(pack(warc_record(n, http(PAGE))) for n in range(3))
    chance = random.Random(5)
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        found = records(write(tmp_path / "a.warc", bytes(data)))
        assert found
        for record in found:
            if isinstance(record, Page):
                (record.id + (record.url or "") + record.html).encode("utf-8")
