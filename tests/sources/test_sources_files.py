"""HTML and text files, and compressed ones."""

import gzip
import random

import pytest
import zstandard
from making_sources import PACK, only, records, short, write

from cleaner.records import Page
from cleaner.settings import Settings
from cleaner.sources import InputFile, discover, read

HTML = "<!DOCTYPE html><html><head><title>A</title></head><body><p>Flood reported.</p></body></html>"


def test_an_html_file_is_a_page(tmp_path):
    path = write(tmp_path / "a.html", HTML)
    assert only(path) == Page(id="a.html", origin=str(path), html=HTML)


def test_a_text_file_is_stored_text(tmp_path):
    path = write(tmp_path / "a.txt", "Flood reported\n\nThe river rose.")
    assert only(path) == Page(id="a.txt", origin=str(path), text="Flood reported\n\nThe river rose.")


def test_the_id_is_the_path_below_the_folder(tmp_path):
    (tmp_path / "site" / "2024").mkdir(parents=True)
    write(tmp_path / "site" / "2024" / "a.html", HTML)
    (file,) = discover([str(tmp_path / "site")])
    assert short(read(file, Settings())) == ["2024/a.html"]


@pytest.mark.parametrize(
    ("name", "content", "is_html"),
    [
        ("a.txt", HTML, True),
        ("a.txt", "\n <?xml version='1.0'?>\n<!-- saved -->\n<html lang=en><p>x</p></html>", True),
        ("a.txt", "He wrote <b>bold</b> in a mail.", False),
        ("a.txt", "In HTML, <html> is the first tag.", False),
        ("a.html", "Flood reported\n\nWater level 3 < 4 metres.", False),
        ("a.html", "<p>Flood</p>", True),
        ("a.html", "text <br/> text", True),
    ],
)
def test_content_counts_more_than_the_name(tmp_path, name, content, is_html):
    page = only(write(tmp_path / name, content))
    assert (page.html, page.text) == ((content, None) if is_html else (None, content))


@pytest.mark.parametrize(
    "content", ["<" * 300_000, "<a" * 150_000, "<!--" * 50_000, "a" * 300_000, "<!-- " + "-" * 300_000]
)
@pytest.mark.parametrize("name", ["a.html", "a.txt"])
def test_odd_markup_is_a_page_like_any_other(tmp_path, content, name):
    page = only(write(tmp_path / name, content))
    assert (page.html or page.text) == content


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b" \n\n ", "empty"),
        (random.Random(3).randbytes(5000), "binary"),
        (b"x" * 2001, "too-long"),
    ],
)
@pytest.mark.parametrize("name", ["a.html", "a.txt", "a.html.gz", "a.html.zst"])
def test_bad_files_are_rejected(tmp_path, content, reason, name):
    packed = {"gz": gzip.compress, "zst": zstandard.compress}.get(name.rpartition(".")[2], bytes)(content)
    path = write(tmp_path / name, packed)
    rejected = only(path, max_record_bytes=2000 if reason == "too-long" else 10**6)
    assert (rejected.origin, rejected.reason) == (str(path), reason)
    assert rejected.detail


@pytest.mark.parametrize("pack", PACK.values())
@pytest.mark.parametrize("name", ["a.html.gz", "a.html.zst", "a.html.xz", "a.html"])
def test_compressed_pages_are_unpacked_whatever_the_name(tmp_path, pack, name):
    assert only(write(tmp_path / name, pack(HTML.encode()))).html == HTML


def test_many_members_frames_and_padding_are_one_file(tmp_path):
    halves = [HTML[:30].encode(), HTML[30:].encode()]
    skippable = b"\x51\x2a\x4d\x18\x05\x00\x00\x00notes"
    many = {
        "a.html.gz": b"".join(map(gzip.compress, halves)) + bytes(512),
        "b.html.zst": skippable + zstandard.compress(halves[0]) + skippable + zstandard.compress(halves[1]),
        "c.html.bz2": b"".join(map(PACK["bz2"], halves)),
        "d.html.xz": bytes(8).join(map(PACK["xz"], halves)),
    }
    for name, data in many.items():
        assert only(write(tmp_path / name, data)).html == HTML


@pytest.mark.parametrize("name", [f"a.html.{suffix}" for suffix in PACK])
def test_every_cut_of_a_compressed_file_is_noticed(tmp_path, name):
    pack = PACK[name.rpartition(".")[2]]
    whole = pack(HTML.encode())
    reasons = {
        len(cut): only(write(tmp_path / name, cut)).reason
        for cut in (whole[:n] for n in range(1, len(whole)))
    }
    assert set(reasons.values()) <= {"truncated", "corrupt"}
    assert all(reason == "truncated" for length, reason in reasons.items() if length >= 4)


@pytest.mark.parametrize("name", [f"a.html.{suffix}" for suffix in PACK])
@pytest.mark.parametrize(
    "content", [b"plain\0text", b"\x1f\x8b" + b"x" * 50, b"\x28\xb5\x2f\xfd" + b"\xff" * 50]
)
def test_what_is_not_compressed_as_its_name_says_is_corrupt(tmp_path, name, content):
    assert only(write(tmp_path / name, content)).reason == "corrupt"


def test_plain_text_under_the_name_of_a_compressed_file_is_read(tmp_path):
    assert "harbour" in only(write(tmp_path / "a.txt.gz", b"The harbour is closed.")).text


@pytest.mark.parametrize("name", [f"a.html.{suffix}" for suffix in PACK])
def test_junk_after_the_compressed_content_is_corrupt(tmp_path, name):
    pack = PACK[name.rpartition(".")[2]]
    assert only(write(tmp_path / name, pack(HTML.encode()) + b"junk at the end")).reason == "corrupt"


@pytest.mark.parametrize(
    "name",
    ["bomb.html.gz", "bomb.jsonl.gz", "bomb.html.zst", "bomb.jsonl.zst", "bomb.warc.zst", "b.jsonl.bz2", "b.html.xz"],
)
def test_a_decompression_bomb_stops_the_file(tmp_path, name):
    zeros = b"a" * (8 * 1024 * 1024)
    pack = PACK[name.rpartition(".")[2]]
    start = b"" if "html" in name else b'{"id": "1", "text": "good"}\n'
    if "warc" in name:
        start = b"WARC/1.1\r\nWARC-Type: request\r\nContent-Length: 9000000\r\n\r\n"
    path = write(tmp_path / name, pack(start) + pack(zeros))
    found = records(path, max_record_bytes=1024 * 1024, max_expansion=100)
    assert short(found)[-1] == "decompression-bomb"
    assert len(found) == (2 if "jsonl" in name else 1)


def test_of_a_bomb_no_more_is_unpacked_than_tells_it(tmp_path):
    path = write(tmp_path / "bomb.jsonl.zst", zstandard.ZstdCompressor().compress(bytes(200_000_000)))
    told = only(path, max_record_bytes=1024 * 1024)
    grown = int(told.detail.split()[-1].replace(",", ""))
    assert (told.reason, grown < 2**26) == ("decompression-bomb", True), told.detail


def test_a_compressed_page_that_only_is_long_is_no_bomb(tmp_path):
    path = write(tmp_path / "a.html.gz", gzip.compress(HTML.encode() * 100))
    assert only(path, max_record_bytes=1000).reason == "too-long"
    assert isinstance(only(path), Page)


def test_a_folder_in_place_of_a_file_is_unreadable(tmp_path):
    assert short(read(InputFile(str(tmp_path), "text", "x"), Settings())) == ["unreadable"]
