"""WARC files: the pages of a crawl (ISO 28500)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import regex
from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from cleaner.records import Page, Rejected
from cleaner.settings import Settings
from cleaner.sources.decode import decode
from cleaner.sources.discover import InputFile
from cleaner.sources.faults import Fault, StreamFault, too_long
from cleaner.sources.http_body import content_of
from cleaner.sources.opening import Unpacked, open_stream
from cleaner.sources.record import content_id, printable

HTML_TYPES = ("text/html", "application/xhtml+xml")
NO_TYPE = "no type"
LOOKS_HTML = regex.compile(rb"\s*+<(?:!doctype\s+html|html|head|body|title|meta|!--)", regex.IGNORECASE)
CHARSET = regex.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", regex.IGNORECASE)
SNIFF = 1024
MAX_TYPES = 100
"""Different content types counted by name; the rest (types come from hostile pages) is "other"."""
SHOWN_TYPES = 10


def read_warc(file: InputFile, settings: Settings) -> Iterator[Page | Rejected]:
    """The pages of a WARC file, plain or compressed.

    Pages are responses and resources of HTML type (or of no type, if they look like it), and the text of
    conversion records (WET files). The WARC date is in ``extra["crawl_date"]``: it says when the page was
    fetched, not when it was written. Responses of a status other than 2xx are rejected as ``http-status``;
    those that are not HTML are counted in one ``skipped-records`` at the end. Records of other types
    (warcinfo, request, metadata, revisit) hold no page. In a compressed file the offset in ``origin`` is
    that of the record's own gzip member or Zstandard frame, as indexes of such files have it.
    """
    skipped: Counter[str] = Counter()
    records = 0
    with open_stream(file.path, settings.limits) as stream:
        unpacked = stream.raw if isinstance(stream.raw, Unpacked) else None
        if unpacked is None and not stream.seekable():
            raise Fault("unreadable", "a WARC that is not compressed must be a regular file")
        try:
            for record in ArchiveIterator(unpacked or stream, parse_http=False, stream_detect=False):
                place = unpacked.place(record.stream_pos) if unpacked else record.stream_pos
                outcome = _outcome(record, f"{file.shown}@{place}", settings)
                records += 1
                if isinstance(outcome, str):
                    known = outcome in skipped or len(skipped) < MAX_TYPES
                    skipped[outcome if known else "other"] += 1
                elif outcome is not None:
                    yield outcome
        except Fault as fault:
            yield Rejected(file.shown, fault.reason, f"after {records:,} records: {fault.detail}")
        except OSError as error:
            # Errors of the format have no number.
            if error.errno is not None:
                raise
            reason = "corrupt" if records else "not-warc"
            yield Rejected(file.shown, reason, f"after {records:,} records: {error}")
    if skipped:
        yield Rejected(file.shown, "skipped-records", _summary(skipped))


def _summary(skipped: Counter[str]) -> str:
    ranked = sorted(skipped.items(), key=lambda item: (-item[1], item[0]))
    shown = ", ".join(f"{name} {count:,}" for name, count in ranked[:SHOWN_TYPES])
    more = ", ..." if len(ranked) > SHOWN_TYPES else ""
    return f"{skipped.total():,} records that are not HTML responses: {shown}{more}"


def _outcome(record: WarcRecord, origin: str, settings: Settings) -> Page | Rejected | str | None:
    """A page, a rejection, the type of a response that is no page, or None for a record that never is."""
    kind = record.record_type
    record_id = (record.record_id or "").strip().removeprefix("<").removesuffix(">") or None
    length = (record.headers.get("Content-Length") or "").strip()
    if not length:
        raise StreamFault("truncated", "the last record ends in its headers")
    if not length.isdecimal():
        raise StreamFault("corrupt", "a record's length is not a number")
    try:
        if kind == WarcRecordType.response:
            return _response(record, origin, record_id, settings)
        if kind in (WarcRecordType.resource, WarcRecordType.conversion):
            return _stored(record, origin, record_id, settings)
        _skip(record)
    except StreamFault:
        raise
    except Fault as fault:
        return Rejected(origin, fault.reason, fault.detail, record_id)
    return None


def _response(
    record: WarcRecord, origin: str, record_id: str | None, settings: Settings
) -> Page | Rejected | str:
    if not record.is_http:
        return _skip(record, _media_type(record.headers.get("Content-Type")))
    try:
        record.parse_http(quirks_mode=True)
    except OSError as error:
        raise Fault("bad-http", str(error)) from error
    headers = record.http_headers
    # An empty header map is false, but still has a status.
    if headers is None or headers.status_code is None:
        _skip(record)
        raise Fault("bad-http", "no status line")
    media_type = _media_type(headers.get("Content-Type"))
    if media_type not in (*HTML_TYPES, NO_TYPE):
        return _skip(record, media_type)
    if not 200 <= headers.status_code < 300:
        _skip(record)
        raise Fault("http-status", str(headers.status_code))
    limit = settings.limits.max_record_bytes
    body = content_of(
        _payload(record, limit),
        headers.get("Transfer-Encoding") or "",
        headers.get("Content-Encoding") or "",
        limit,
    )
    if media_type == NO_TYPE and not LOOKS_HTML.match(body[:SNIFF]):
        return NO_TYPE
    html = decode(body, _charset(headers.get("Content-Type")))
    return _page(record, origin, record_id, html=html)


def _stored(record: WarcRecord, origin: str, record_id: str | None, settings: Settings) -> Page | str:
    """The page of a record that holds content without HTTP headers."""
    content_type = record.headers.get("Content-Type")
    media_type = _media_type(content_type)
    is_text = media_type == "text/plain" and record.record_type == WarcRecordType.conversion
    if media_type not in HTML_TYPES and not is_text:
        return _skip(record, media_type)
    content = decode(_payload(record, settings.limits.max_record_bytes), _charset(content_type))
    if is_text:
        return _page(record, origin, record_id, text=content)
    return _page(record, origin, record_id, html=content)


def _page(
    record: WarcRecord, origin: str, record_id: str | None, html: str | None = None, text: str | None = None
) -> Page:
    url = printable(record.headers.get("WARC-Target-URI") or "").strip("<> ") or None
    crawled = printable(record.headers.get("WARC-Date") or "")
    return Page(
        id=printable(record_id or "") or content_id(url, None, html or text or ""),
        origin=origin,
        url=url,
        html=html,
        text=text,
        extra={"crawl_date": crawled} if crawled else {},
    )


def _payload(record: WarcRecord, limit: int) -> bytes:
    """What is left of the record. Raises Fault ``too-long``, StreamFault ``truncated``."""
    expected = record.content_length
    if expected > limit:
        _skip(record)
        raise too_long(limit)
    payload = bytearray()
    while len(payload) < expected and (piece := record.reader.read(expected - len(payload))):
        payload += piece
    _check_complete(len(payload), expected)
    return bytes(payload)


def _skip(record: WarcRecord, media_type: str = "") -> str:
    """Pass over the rest of the record. Raises StreamFault ``truncated``."""
    expected = record.content_length
    _check_complete(record.reader.consume(), expected)
    return media_type


def _check_complete(got: int, expected: int) -> None:
    if got < expected:
        raise StreamFault("truncated", f"the last record has {got:,} of {expected:,} bytes")


def _media_type(content_type: str | None) -> str:
    return printable(content_type or "").partition(";")[0].strip().lower()[:60] or NO_TYPE


def _charset(content_type: str | None) -> str | None:
    match = CHARSET.search((content_type or "")[:500])
    return match[1] if match else None
