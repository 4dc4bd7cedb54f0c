"""WARC files: the pages of a crawl (ISO 28500)."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

import regex
from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from cleaner.records import Page, Rejected
from cleaner.settings import Limits, Settings
from cleaner.sources.decode import decode
from cleaner.sources.faults import Fault, StreamFault, too_long
from cleaner.sources.http_body import content_of
from cleaner.sources.http_head import read_head
from cleaner.sources.input_file import InputFile, Range
from cleaner.sources.opening import Unpacked, open_stream
from cleaner.sources.record import content_id, printable
from cleaner.sources.skipped import Skipped

HTML_TYPES = ("text/html", "application/xhtml+xml")
HTML_NAMES = (*HTML_TYPES, "application/vnd.wap.xhtml+xml", "application/x-html", "text/htm", "html", "htm")
NO_TYPE = "no type"
WAT_TYPE = "application/json"
WAT = "WAT (links and heads of pages, without their text; read the .warc or .wet file of the same name)"
NEVER_HTML = tuple(
    "image/ audio/ video/ font/ multipart/ text/css text/javascript text/dns application/javascript application/json "
    "application/ld+json application/x-javascript application/pdf application/warc-fields application/x-font "
    "application/zip".split()
)
"""Starts of the types of which no body is looked at; others are HTML if the body is."""
LOOKS_HTML = regex.compile(
    rb"(?:\xef\xbb\xbf)?\s*+(?:<\?xml[^<>]{0,500}+>\s*+)?(?:<!--.{0,2000}?-->\s*+){0,5}"
    rb"<(?:!doctype\s+html|html|head|body|title|meta|!--|"
    rb"(?:style|link|script|base|iframe|h1|div|font|table|a|b|br|p)[\s>])",
    regex.IGNORECASE | regex.DOTALL,
)
"""After the WHATWG's table (https://mimesniff.spec.whatwg.org/#identifying-a-resource-with-an-unknown-mime-type)."""
IS_HTML = regex.compile(rb"<(?:!doctype\s+html|html|head|body)[\s>]", regex.IGNORECASE)
"""What the start of a body must hold to be HTML against its type."""
_BETWEEN = regex.compile(r"[;,\s\"']+")
_MAX_NAMED = 20
FIRST_LINE = 64
CHARSET = regex.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", regex.IGNORECASE)
SNIFF = 4096


def read_warc(file: InputFile, settings: Settings) -> Iterator[Page | Rejected]:
    """The pages of a WARC file, plain or compressed.

    Pages are responses and resources of HTML type (or of no type, if they look like it), and the text of
    conversion records (WET files). The WARC date is in ``extra["crawl_date"]``: it says when the page was
    fetched, not when it was written. Responses of a status other than 2xx are rejected as ``http-status``;
    those that are not HTML are counted in one ``skipped-records`` at the end, and so are the records of a WAT file.
    Records of other types (warcinfo, request, metadata, revisit) hold no page. In a compressed file the offset in
    ``origin`` is that of the record's own gzip member or Zstandard frame, as indexes of such files have it.
    """
    skipped, part = Skipped(), file.part
    records = part.before if part else 0
    found = 0
    with open_stream(file.path, settings.limits, file.size) as stream:
        if not stream.seekable() and not isinstance(stream.raw, Unpacked):
            raise Fault("unreadable", "a WARC that is not compressed must be a regular file")
        try:
            for record, place in _each(stream, part):
                outcome = _outcome(record, f"{file.shown}@{place}", settings)
                records += 1
                if isinstance(outcome, str):
                    skipped.add(outcome)
                elif outcome is not None:
                    found += 1
                    yield outcome
        except Fault as fault:
            found += 1
            yield Rejected(file.shown, fault.reason, f"after {records:,} records: {fault.detail}")
        except OSError as error:
            # Errors of the format have no number.
            if error.errno is not None:
                raise
            found += 1
            reason = "corrupt" if records else "not-warc"
            yield Rejected(file.shown, reason, f"after {records:,} records: {error}")
    told = skipped.of_range(file.shown, part, found) if part else skipped.whole(file.shown)
    if told:
        yield told


def beginnings(file: InputFile, limits: Limits) -> Iterator[Range]:
    """The records that a reader of a compressed or plain WARC can begin at, each as a range that has no end.

    All of them where it is plain, else those that begin a member or frame. None comes from behind a fault that ends
    reading: the file is unpacked and gone through as it is read. Nothing that looks like a member inside of another
    is taken for one. Raises Fault and OSError for a file that cannot be opened.
    """
    with open_stream(file.path, limits, file.size) as stream:
        number = 0
        try:
            for record, place in _each(stream):
                _check_length(record)
                if "+" not in place:
                    yield Range(int(place), 0, number, 0, last=False, at=record.stream_pos)
                number += 1
        except (Fault, OSError):
            return  # it is told where it is read


def _each(stream: io.BufferedReader, part: Range | None = None) -> Iterator[tuple[WarcRecord, str]]:
    """The records of a file or of a range of it, and where each stands. Raises Fault, and OSError without a number."""
    unpacked = stream.raw if isinstance(stream.raw, Unpacked) else None
    source = unpacked or stream
    lenient = not _ends_in_crlf(source.peek(FIRST_LINE)[:FIRST_LINE])
    if part and part.begin:
        unpacked.go_to(part.begin, part.at) if unpacked else stream.seek(part.begin)
    for record in ArchiveIterator(source, parse_http=False, stream_detect=False, quirks_mode=lenient):
        place = unpacked.place(record.stream_pos) if unpacked else str(record.stream_pos)
        if part and not part.last and int(place.partition("+")[0]) >= part.end:
            return
        yield record, place


def _check_length(record: WarcRecord) -> None:
    """Raise StreamFault for a record that does not say where it ends."""
    length = (record.headers.get("Content-Length") or "").strip()
    if not length:
        raise StreamFault("truncated", "the last record ends in its headers")
    if not length.isdecimal():
        raise StreamFault("corrupt", "a record's length is not a number")


def _outcome(record: WarcRecord, origin: str, settings: Settings) -> Page | Rejected | str | None:
    """A page, a rejection, the type of a response that is no page, or None for a record that never is."""
    kind = record.record_type
    record_id = (record.record_id or "").strip().removeprefix("<").removesuffix(">") or None
    _check_length(record)
    try:
        if kind == WarcRecordType.response:
            return _response(record, origin, record_id, settings)
        if kind in (WarcRecordType.resource, WarcRecordType.conversion):
            return _stored(record, origin, record_id, settings)
        _skip(record)
        if kind == WarcRecordType.metadata and _media_type([record.headers.get("Content-Type") or ""]) == WAT_TYPE:
            return WAT
    except StreamFault:
        raise
    except Fault as fault:
        return Rejected(origin, fault.reason, fault.detail, record_id)
    return None


def _response(record: WarcRecord, origin: str, record_id: str | None, settings: Settings) -> Page | Rejected | str:
    """The page of a response; a block without an HTTP head that starts as a page is one."""
    try:
        head = read_head(record.reader.read)
    except Fault:
        _skip(record)
        raise
    given = [record.headers.get("Content-Type") or ""]
    if head.status is None:
        if not LOOKS_HTML.match(head.rest):
            if not record.is_http:
                return _skip(record, _media_type(given))
            _skip(record)
            raise Fault("bad-http", "no status line")
        given = [] if record.is_http else given
    else:
        given = head.all("content-type")
    media_type = _media_type(given)
    if not _may_be_html(record, media_type, settings.limits.max_record_bytes):
        return _skip(record, media_type)
    if head.status is not None and not 200 <= head.status < 300:
        _skip(record)
        if media_type not in (*HTML_TYPES, NO_TYPE):
            return media_type
        raise Fault("http-status", str(head.status))
    limit = settings.limits.max_record_bytes
    body = content_of(
        _payload(record, limit, head.rest),
        ",".join(head.all("transfer-encoding")),
        ",".join(head.all("content-encoding")),
        limit,
    )
    if not _is_html(record, media_type, body):
        return media_type
    return _page(record, origin, record_id, html=decode(body, _charset(given)))


def _stored(record: WarcRecord, origin: str, record_id: str | None, settings: Settings) -> Page | str:
    """The page of a record that holds content without HTTP headers."""
    given = [record.headers.get("Content-Type") or ""]
    media_type = _media_type(given)
    is_text = media_type == "text/plain" and record.record_type == WarcRecordType.conversion
    limit = settings.limits.max_record_bytes
    if not is_text and not _may_be_html(record, media_type, limit):
        return _skip(record, media_type)
    content = _payload(record, limit)
    if is_text:
        return _page(record, origin, record_id, text=decode(content, _charset(given)))
    if not _is_html(record, media_type, content):
        return media_type
    return _page(record, origin, record_id, html=decode(content, _charset(given)))


def _may_be_html(record: WarcRecord, media_type: str, limit: int) -> bool:
    """Whether a body is worth reading: its type is HTML, or none that speaks against it."""
    if media_type in HTML_TYPES or _identified(record) in HTML_TYPES or media_type == NO_TYPE:
        return True
    return not media_type.startswith(NEVER_HTML) and record.content_length <= limit


def _is_html(record: WarcRecord, media_type: str, body: bytes) -> bool:
    if media_type in HTML_TYPES:
        return True
    start = body[:SNIFF].replace(b"\0", b"").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    looks = LOOKS_HTML.match(start) is not None
    if media_type == NO_TYPE or _identified(record) in HTML_TYPES:
        return looks
    return looks and IS_HTML.search(start) is not None


def _identified(record: WarcRecord) -> str:
    """The type that the crawler told from the content."""
    return _media_type([record.headers.get("WARC-Identified-Payload-Type") or ""])


def _ends_in_crlf(start: bytes) -> bool:
    """Whether the first line of a file ends as the format demands; line feeds alone are read leniently."""
    line, feed, _ = start.partition(b"\n")
    return not feed or line.endswith(b"\r") or not line.startswith(b"WARC/")


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


def _payload(record: WarcRecord, limit: int, taken: bytes = b"") -> bytes:
    """What is left of the record, after what was ``taken``. Raises Fault ``too-long``, StreamFault ``truncated``."""
    left = record.content_length - record.reader.tell()
    if left + len(taken) > limit:
        _skip(record)
        raise too_long(limit)
    payload = bytearray(taken)
    while left > 0 and (piece := record.reader.read(left)):
        payload += piece
        left -= len(piece)
    _check_complete(record.content_length - left, record.content_length)
    return bytes(payload)


def _skip(record: WarcRecord, media_type: str = "") -> str:
    """Pass over the rest of the record. Raises StreamFault ``truncated``."""
    before = record.reader.tell()
    _check_complete(before + record.reader.consume(), record.content_length)
    return media_type


def _check_complete(got: int, expected: int) -> None:
    if got < expected:
        raise StreamFault("truncated", f"the last record has {got:,} of {expected:,} bytes")


def _media_type(given: Sequence[str]) -> str:
    """The media type that fields of ``Content-Type`` name, the first that is HTML if they name several."""
    named = [part.strip().lower() for value in given for part in _BETWEEN.split(printable(value))[:_MAX_NAMED]]
    types = [part[:60] for part in named if part and "=" not in part]
    if types and types[0].startswith(NEVER_HTML):
        return types[0]
    if any(name in HTML_NAMES for name in types):
        return HTML_TYPES[0]
    return types[0] if types else NO_TYPE


def _charset(given: Sequence[str]) -> str | None:
    found = (CHARSET.search(value[:500]) for value in given)
    return next((match[1] for match in found if match), None)
