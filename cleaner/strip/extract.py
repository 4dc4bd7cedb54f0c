"""The body and the metadata of an HTML page, by trafilatura."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import lxml.html
import trafilatura
from trafilatura.settings import Extractor

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
logging.getLogger("htmldate").setLevel(logging.CRITICAL)


@dataclass(slots=True)
class Extracted:
    """What trafilatura found: the lines it takes for the body, and what it read of the metadata."""

    lines: list[str]
    title: str | None = None
    author: str | None = None
    date: str | None = None
    url: str | None = None
    site_name: str | None = None


def extract(root: lxml.html.HtmlElement, url: str | None = None) -> Extracted | None:
    """Run trafilatura over a parsed page, or None when it finds no body.

    ``fast`` without its deduplication, which depends on the pages seen before in the process; tables
    are kept, reader comments are not.
    """
    options = Extractor(
        output_format="python", fast=True, comments=False, tables=True, dedup=False, with_metadata=True, url=url
    )
    options.date_params = {"extensive_search": False, "original_date": True, "max_date": "2100-01-01"}
    document = trafilatura.bare_extraction(root, url=url, options=options)
    if document is None or isinstance(document, dict):
        return None
    return Extracted(
        lines=(document.text or "").split("\n"),
        title=document.title,
        author=document.author,
        date=document.date,
        url=document.url,
        site_name=document.sitename,
    )
