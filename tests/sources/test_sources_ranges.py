"""Large files in ranges: whatever their number, they give the records and the faults of one reading."""

import bz2
import gzip
import random
import zlib

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from making_sources import http, warc_record, write

from cleaner.records import Page
from cleaner.settings import Limits, Settings
from cleaner.sources import discover, read
from cleaner.sources.ranges import divided
from cleaner.sources.skipped import MAX_TYPES, Rejoined

SETTINGS = Settings(limits=Limits(max_record_bytes=200_000))
COUNTS = (1, 2, 7, 16)
PAGE = b"<html><body><p>Flood reported in %d streets.</p></body></html>"


def in_ranges(path, count, settings=SETTINGS):
    """The records of all ranges, and how many of them there are."""
    (file,) = discover([str(path)])
    pieces = divided(file, count, settings.limits)
    rejoined = Rejoined()
    every = [record for piece in pieces for record in read(piece, settings)]
    told = [record if isinstance(record, Page) else rejoined.take(record) for record in every]
    return [record for record in told if record is not None], len(pieces)


def same(path, settings=SETTINGS, counts=COUNTS):
    """The records of one reading, and how many ranges there were at most; the same records come of all ranges."""
    (file,) = discover([str(path)])
    whole = list(read(file, settings))
    most = 1
    for count in counts:
        found, pieces = in_ranges(path, count, settings)
        assert found == whole, count
        assert pieces <= count
        most = max(most, pieces)
    return whole, most


def stored(data):
    """A gzip member that holds its content as it is."""
    packer = zlib.compressobj(0, wbits=31)
    return packer.compress(data) + packer.flush()


def member_in_member(number):
    """A record whose page is itself an archive, which stands in the file byte by byte."""
    inner = b"".join(gzip.compress(warc_record(1000 + n, http(PAGE % n)), mtime=0) for n in range(3))
    return stored(warc_record(number, http(inner, "application/gzip")))


BLOCKS = {
    "page": lambda n: gzip.compress(warc_record(n, http(PAGE % n)), mtime=0),
    "picture": lambda n: gzip.compress(warc_record(n, http(b"\x89PNG", "image/png")), mtime=0),
    "request": lambda n: gzip.compress(warc_record(n, b"GET / HTTP/1.1\r\n\r\n", kind="request"), mtime=0),
    "archive": member_in_member,
    "two": lambda n: gzip.compress(b"".join(warc_record(n, http(PAGE % k)) for k in range(2)), mtime=0),
    "halves": lambda n: b"".join(
        gzip.compress(half, mtime=0)
        for half in (lambda data: (data[:150], data[150:]))(warc_record(n, http(PAGE % n)))
    ),
    "large": lambda n: gzip.compress(warc_record(n, http(b"<html>" + random.Random(n).randbytes(9000).hex().encode())), mtime=0),
    "packed": lambda n: gzip.compress(warc_record(n, http(b"<p>" + b" " * 150_000)), mtime=0),
    "nothing": lambda n: gzip.compress(b"", mtime=0),
    "zeros": lambda n: bytes(30),
    "frame": lambda n: zstandard.compress(warc_record(n, http(PAGE % n))),
    "bzip2": lambda n: bz2.compress(warc_record(n, http(PAGE % n))),
    "no length": lambda n: gzip.compress(warc_record(n, http(PAGE % n)).replace(b"Content-Length", b"Length"), mtime=0),
    "garbage": lambda n: b"\x1f\x8b\x08\x00garbage and no more",
    "no record": lambda n: gzip.compress(b"lorem ipsum " * 20, mtime=0),
}
GOOD = [name for name in BLOCKS if name not in ("no length", "garbage", "no record", "zeros")]


@given(st.lists(st.sampled_from(GOOD), min_size=1, max_size=25), st.lists(st.sampled_from(sorted(BLOCKS)), max_size=4))
def test_members_in_ranges_are_those_of_one_reading(tmp_path_factory, blocks, more):
    data = b"".join(BLOCKS[name](number) for number, name in enumerate([*blocks, *more]))
    path = write(tmp_path_factory.mktemp("warc") / "a.warc.gz", data)
    same(path)
    same(path, Settings(limits=Limits(max_record_bytes=200_000, max_expansion=20)))


@given(st.data())
def test_a_damaged_archive_is_told_once_and_in_its_place(tmp_path_factory, data):
    pack = data.draw(st.sampled_from([bytes, lambda block: gzip.compress(block, mtime=0), zstandard.compress]))
    whole = bytearray(b"".join(pack(warc_record(n, http(PAGE % n))) for n in range(20)))
    for _ in range(data.draw(st.integers(0, 3))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    end = data.draw(st.integers(1, len(whole)))
    same(write(tmp_path_factory.mktemp("warc") / "a.warc", bytes(whole[:end])))


@pytest.mark.parametrize("pack", [bytes, lambda block: gzip.compress(block, mtime=0), zstandard.compress, bz2.compress])
def test_an_archive_is_divided_evenly(tmp_path, pack):
    random_page = [http(b"<html>" + random.Random(n).randbytes(3000).hex().encode()) for n in range(64)]
    path = write(tmp_path / "a.warc", b"".join(pack(warc_record(n, page)) for n, page in enumerate(random_page)))
    found, most = same(path)
    assert (len(found), most) == (64, 16)
    (file,) = discover([str(path)])
    sizes = [piece.part.size for piece in divided(file, 8)]
    assert sum(sizes) == path.stat().st_size and max(sizes) < 1.5 * min(sizes)


def test_a_dictionary_in_front_serves_all_ranges(tmp_path):
    blocks = [warc_record(n, http(PAGE % n)) for n in range(50)]
    dictionary = zstandard.train_dictionary(2000, blocks * 20)
    content = dictionary.as_bytes()
    pack = zstandard.ZstdCompressor(dict_data=dictionary).compress
    first = b"\x5d\x2a\x4d\x18" + len(content).to_bytes(4, "little") + content
    found, most = same(write(tmp_path / "a.warc.zst", first + b"".join(map(pack, blocks))))
    assert len(found) == 50 and most > 5


def test_one_giant_member_is_one_part(tmp_path):
    data = gzip.compress(b"".join(warc_record(n, http(PAGE % n)) for n in range(500)), mtime=0)
    found, most = same(write(tmp_path / "a.warc.gz", data))
    assert (len(found), most) == (500, 1)


def test_what_is_passed_over_is_told_once(tmp_path):
    kinds = [f"image/kind-{n % 130}" for n in range(400)]
    blocks = [gzip.compress(warc_record(n, http(b"\x89PNG", kind)), mtime=0) for n, kind in enumerate(kinds)]
    found, most = same(write(tmp_path / "a.warc.gz", b"".join(blocks)))
    assert (len(found), most) == (1, 16)
    others = sum(kinds.count(f"image/kind-{n}") for n in range(130)) - 4 * MAX_TYPES
    assert found[0].detail.startswith("400 records that are not HTML responses: other ") and others >= 0
    none = [gzip.compress(warc_record(n, b"x", kind="request"), mtime=0) for n in range(40)]
    found, most = same(write(tmp_path / "a.warc.gz", b"".join(none)))
    assert ([one.reason for one in found], most) == (["empty"], 16)


TABLE = {"id": [f"r{n}" for n in range(60)], "text": [random.Random(n).randbytes(30).hex() for n in range(60)]}


@pytest.fixture(scope="module")
def parquet(tmp_path_factory):
    """A file of twelve row groups."""
    path = tmp_path_factory.mktemp("parquet") / "a.parquet"
    pq.write_table(pa.table(TABLE), path, row_group_size=5)
    return path


def test_row_groups_in_ranges_are_those_of_one_reading(parquet):
    found, most = same(parquet)
    assert [page.id for page in found] == TABLE["id"] and most == 12
    (file,) = discover([str(parquet)])
    assert len(divided(file, 4)) == 4 and len(divided(file, 1)) == 1


@given(st.data())
def test_a_damaged_table_is_told_once_and_in_its_place(parquet, tmp_path_factory, data):
    whole = bytearray(parquet.read_bytes())
    footer = int.from_bytes(whole[-8:-4], "little") + 8
    for _ in range(data.draw(st.integers(1, 4))):
        begin = data.draw(st.sampled_from([0, len(whole) - footer]))  # the half of them in a footer that lies
        whole[data.draw(st.integers(begin, len(whole) - 1))] = data.draw(st.integers(0, 255))
    same(write(tmp_path_factory.mktemp("damaged") / "a.parquet", bytes(whole)))


def test_a_damaged_row_group_costs_its_own_rows(parquet, tmp_path):
    whole = bytearray(parquet.read_bytes())
    place = whole.index(TABLE["text"][32].encode())
    whole[place - 40 : place] = bytes(40)
    found, most = same(write(tmp_path / "a.parquet", bytes(whole)))
    kept = [one.id for one in found if isinstance(one, Page)]
    assert most == 12 and kept == [name for number, name in enumerate(TABLE["id"]) if number // 5 != 6]
    assert [one.reason for one in found if not isinstance(one, Page)] == ["corrupt"]
