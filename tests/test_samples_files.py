"""samples/pages and samples/gold are what samples/make.py writes, and the gold is true of the pages."""

from __future__ import annotations

import gzip
import html
import json
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyarrow.parquet as pq

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
PAGES = SAMPLES / "pages"
LEGACY = {
    "www.northgate-courier.example": "cp1252",
    "stadtblatt-weissenau.example": "iso-8859-1",
    "vestnik-severa.example": "cp1251",
    "yunlandaily.example": "gb18030",
}
"""How the sites that do not use UTF-8 encode their pages."""


def gold() -> list[dict[str, Any]]:
    return [json.loads(line) for line in (SAMPLES / "gold" / "pages.jsonl").read_text("utf-8").splitlines()]


def warc_responses(path: Path) -> dict[str, str]:
    """Decoded HTML of the response records by record id."""
    found = {}
    for record in gzip.decompress(path.read_bytes()).split(b"WARC/1.1\r\n")[1:]:
        head, http, body = record.split(b"\r\n\r\n", 2)
        fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        if fields["WARC-Type"] == "response" and b"text/html" in http:
            charset = http.decode().split("charset=")[1].split("\r\n")[0]
            found[fields["WARC-Record-ID"].strip("<>")] = body.decode(charset)
    return found


def contents() -> dict[str, str]:
    """What every page holds, decoded, by id."""
    found = warc_responses(PAGES / "crawl.warc.gz")
    for path in sorted(PAGES.rglob("*")):
        if path.suffix in (".html", ".txt"):
            encoding = LEGACY.get(path.relative_to(PAGES).parts[0], "utf-8")
            found[path.relative_to(PAGES).as_posix()] = path.read_bytes().decode(encoding)
    rows = [json.loads(line) for line in (PAGES / "feed.jsonl").read_text("utf-8").splitlines()]
    for row in rows + pq.read_table(PAGES / "archive.parquet").to_pylist():
        found[row["id"]] = row.get("html") or row["text"]
    return found


def readable(path: Path) -> object:
    """The content of a file, without what differs between versions of a compression library."""
    if path.suffix == ".gz":
        return gzip.decompress(path.read_bytes())
    if path.suffix == ".parquet":
        return pq.read_table(path).to_pylist()
    return path.read_bytes()


def test_the_generator_writes_what_is_here(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(SAMPLES / "make.py"), str(tmp_path)], check=True, capture_output=True)
    for name in ("pages", "gold"):
        made = {p.relative_to(tmp_path): readable(p) for p in (tmp_path / name).rglob("*") if p.is_file()}
        here = {p.relative_to(SAMPLES): readable(p) for p in (SAMPLES / name).rglob("*") if p.is_file()}
        assert made.keys() == here.keys()
        assert [path for path in sorted(made) if made[path] != here[path]] == []


def test_every_page_has_gold_and_every_gold_a_page() -> None:
    ids = [row["id"] for row in gold()]
    assert ids == sorted(set(ids))
    assert set(ids) == set(contents())


def test_every_body_stands_on_its_page_in_order() -> None:
    pages = contents()
    for row in gold():
        page = html.unescape(pages[row["id"]])
        at = 0
        for line in row["body"]:
            for cell in line.split(" | "):
                at = page.find(cell, at)
                assert at >= 0, (row["id"], cell)
                at += len(cell)


def test_copies_share_their_bodies_and_reports_do_not() -> None:
    rows = {row["id"]: row for row in gold()}
    bodies = Counter("\n".join(row["body"]) for row in rows.values())
    for row in rows.values():
        if row["relation"] == "exact-copy":
            assert row["body"] == rows[row["source"]]["body"]
        elif row["relation"] == "near-copy":
            assert row["body"] != rows[row["source"]]["body"]
            assert set(row["body"]) & set(rows[row["source"]]["body"])
        else:
            assert row["source"] is None
    originals = [row for row in rows.values() if row["relation"] != "exact-copy"]
    assert len({"\n".join(row["body"]) for row in originals}) == len(originals) == len(bodies)


def test_the_web_is_as_wide_as_it_claims() -> None:
    rows = gold()
    events = defaultdict(list)
    for row in rows:
        events[row["event"]].append(row)
    told_often = [event for event, told in events.items() if len(told) >= 3]
    assert len(told_often) >= 17
    assert all(len({row["lang"] for row in told}) == 1 for told in events.values())
    assert {events[event][0]["lang"] for event in told_often} == {"en", "de", "es", "ru", "zh", "ar"}
    assert all(len(events[event]) > 1 or events[event][0]["relation"] == "single" for event in events)


def test_addresses_are_on_the_reserved_domain() -> None:
    hosts = {urlsplit(row["url"]).hostname or "" for row in gold()}
    assert len(hosts) == 22
    assert {host.rpartition(".")[2] for host in hosts} == {"example"}
