"""Other tools that take the body out of a page, as far as they are installed.

Each is called as its documentation has it, for text without comments; ``tests/bench`` times some of them.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from cleaner.records import Page

Extract = Callable[[Page], str]


def _trafilatura(**options: Any) -> Callable[[], Extract]:
    def load() -> Extract:
        extract = import_module("trafilatura").extract
        return lambda page: extract(page.html, url=page.url, include_comments=False, **options) or ""

    return load


def _resiliparse() -> Extract:
    extract = import_module("resiliparse.extract.html2text").extract_plain_text
    options = {"main_content": True, "comments": False, "alt_texts": False, "list_bullets": False, "post_meta": False}
    return lambda page: str(extract(page.html, **options))


def _readability() -> Extract:
    document, text = import_module("readability").Document, import_module("lxml.html").fromstring
    return lambda page: _text(document(page.html).summary(html_partial=True), text)


def _newspaper() -> Extract:
    article = import_module("newspaper").Article

    def extract(page: Page) -> str:
        one = article(page.url or "http://localhost/", fetch_images=False)
        one.download(input_html=page.html)
        one.parse()
        return str(one.text)

    return extract


def _justext() -> Extract:
    justext = import_module("justext")
    stop = justext.get_stoplist("English")
    return lambda page: "\n".join(p.text for p in justext.justext(page.html, stop) if not p.is_boilerplate)


def _magic_html() -> Extract:
    extractor, text = import_module("magic_html").GeneralExtractor(), import_module("lxml.html").fromstring
    return lambda page: _text(extractor.extract(page.html, base_url=page.url or "").get("html") or "", text)


def _rs_trafilatura() -> Extract:
    extract = import_module("rs_trafilatura").extract
    return lambda page: extract(page.html, url=page.url).main_content or ""


def _trafipy() -> Extract:
    extract = import_module("trafipy").extract
    return lambda page: extract(page.html, url=page.url).text or ""


def _text(html: str, parse: Callable[[str], Any]) -> str:
    """The text of a fragment, a line for each of its text nodes."""
    return "\n".join(part.strip() for part in parse(f"<div>{html}</div>").itertext() if part.strip())


PEERS: dict[str, Callable[[], Extract]] = {
    "trafilatura fast": _trafilatura(fast=True, deduplicate=False),
    "trafilatura": _trafilatura(),
    "trafilatura precision": _trafilatura(favor_precision=True),
    "resiliparse": _resiliparse,
    "readability-lxml": _readability,
    "newspaper4k": _newspaper,
    "jusText": _justext,
    "magic-html": _magic_html,
    "rs-trafilatura": _rs_trafilatura,
    "trafipy": _trafipy,
}


def installed() -> dict[str, Extract]:
    """The tools that can be imported here, by name."""
    found = {}
    for name, load in PEERS.items():
        try:
            found[name] = _forgiving(load())
        except ImportError:
            continue
    return found


def _forgiving(extract: Extract) -> Extract:
    """A page that a tool fails on gives no text: it costs the tool its score, not the table."""

    def tried(page: Page) -> str:
        try:
            return extract(page)
        except Exception:  # noqa: BLE001 - whatever somebody else's tool raises on a page
            return ""

    return tried
