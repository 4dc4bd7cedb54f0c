"""Builds input files for the tests of the sources."""

import bz2
import gzip
import json
import lzma
from functools import partial

import zstandard

from cleaner.records import Page
from cleaner.settings import Limits, Settings
from cleaner.sources import InputFile, discover, read

PACK = {"gz": gzip.compress, "zst": zstandard.compress, "bz2": bz2.compress, "xz": partial(lzma.compress, preset=0)}
"""How a file of each suffix is compressed; xz as fast as it can, for the usual preset takes twenty times as long."""


def records(path, **limits):
    """All records of one input."""
    settings = Settings(limits=Limits(**limits))
    return [record for file in discover([str(path)]) for record in read(file, settings)]


def write(path, data):
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def only(path, **limits):
    """The one record of an input."""
    found = records(path, **limits)
    assert len(found) == 1, found
    return found[0]


def short(found):
    """Ids of pages and reasons of rejections, in order."""
    return [record.id if isinstance(record, Page) else record.reason for record in found]


def lines(*values):
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


def http(body, content_type="text/html; charset=utf-8", headers="", status="200 OK"):
    typed = f"Content-Type: {content_type}\r\n" if content_type else ""
    return f"HTTP/1.1 {status}\r\n{typed}{headers}\r\n".encode() + body


def warc_record(
    number,
    block,
    kind="response",
    content_type="application/http; msgtype=response",
    url="https://a.example/",
):
    headers = (
        f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{number}>\r\n"
        f"WARC-Date: 2024-01-02T03:04:05Z\r\nWARC-Target-URI: {url}{number}\r\n"
        f"Content-Type: {content_type}\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return headers.encode() + block + b"\r\n\r\n"


__all__ = ["PACK", "InputFile", "http", "lines", "only", "records", "short", "warc_record", "write"]
