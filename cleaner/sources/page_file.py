"""HTML and text files: one page a file."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from cleaner.html_start import DOCUMENT_START
from cleaner.records import Page, Rejected
from cleaner.settings import Settings
from cleaner.sources.decode import decode
from cleaner.sources.faults import too_long
from cleaner.sources.input_file import InputFile
from cleaner.sources.opening import open_stream

TAG = regex.compile(r"</?[a-z][^<>]{0,2000}+>|<!doctype|<!--", regex.IGNORECASE)


def read_page_file(file: InputFile, settings: Settings) -> Iterator[Page | Rejected]:
    """The page of one .html or .txt file, with ``file.name`` as its id.

    Content counts more than the name: a text file that starts as an HTML document is HTML, and an HTML
    file without a single tag is stored text.
    """
    limit = settings.limits.max_record_bytes
    with open_stream(file.path, settings.limits, file.size) as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise too_long(limit)
    content = decode(data)
    is_html = DOCUMENT_START.match(content) if file.kind == "text" else TAG.search(content)
    if is_html:
        yield Page(id=file.name, origin=file.shown, html=content)
    else:
        yield Page(id=file.name, origin=file.shown, text=content)
