"""Byte-stable WARC, JSONL and Parquet files for the samples: fixed ids and dates, no time stamps of today."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
"""A GIF of one pixel: what a crawl holds besides pages."""


@dataclass(frozen=True, slots=True)
class Capture:
    """One fetched page."""

    url: str
    date: str
    body: bytes
    content_type: str


def record_id(kind: str, url: str) -> str:
    """The WARC-Record-ID, without angle brackets, of a kind (``response`` ...) of record for an address."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{kind} {url}").urn


def write_warc(path: Path, captures: Sequence[Capture]) -> None:
    """A gzipped WARC/1.1 file: warcinfo, then a request and a response a capture, and one image."""
    name = path.name
    info = b"software: samples\r\nformat: WARC File Format 1.1\r\n"
    records = [_record("warcinfo", name, "2026-11-01T00:00:00Z", "application/warc-fields", info)]
    host = captures[0].url.split("/")[2]
    image = Capture(f"https://{host}/pixel.gif", captures[0].date, PIXEL, "image/gif")
    for capture in [*captures, image]:
        date = f"{capture.date}T12:00:00Z"
        _, _, host, target = capture.url.split("/", 3)
        request = f"GET /{target} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: samples\r\n\r\n".encode()
        length = len(capture.body)
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {capture.content_type}\r\nContent-Length: {length}\r\n\r\n"
        for kind, block in (("request", request), ("response", head.encode() + capture.body)):
            records.append(_record(kind, capture.url, date, f"application/http; msgtype={kind}", block))
    path.write_bytes(b"".join(gzip.compress(record, 9, mtime=0) for record in records))


def _record(kind: str, url: str, date: str, content_type: str, block: bytes) -> bytes:
    digest = base64.b32encode(hashlib.sha1(block, usedforsecurity=False).digest()).decode()
    target = "WARC-Filename" if kind == "warcinfo" else "WARC-Target-URI"
    head = (
        f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <{record_id(kind, url)}>\r\nWARC-Date: {date}\r\n"
        f"{target}: {url}\r\nWARC-Block-Digest: sha1:{digest}\r\nContent-Type: {content_type}\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def write_jsonl(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """One JSON object a line, keys in their given order."""
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
    path.write_bytes("".join(lines).encode("utf-8"))


def write_parquet(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Rows as a Parquet file of string columns."""
    schema = pa.schema([(name, pa.string()) for name in rows[0]])
    pq.write_table(pa.Table.from_pylist([dict(row) for row in rows], schema=schema), path, compression="zstd")
