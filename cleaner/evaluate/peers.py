"""Other tools that take the body out of a page, as far as they are installed.

Each is called as its documentation has it, for text without comments; ``tests/bench`` times them too.
"""

from __future__ import annotations

import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

from cleaner.records import Page
from cleaner.strip import language

Extract = Callable[[Page], str]


class Tool(NamedTuple):
    """How a tool is loaded, and what has to be installed for it."""

    load: Callable[[], Extract]
    """Imports it; raises ImportError."""
    package: str
    """What ``pip install`` takes."""
    python: tuple[int, int] = (3, 11)
    """The oldest Python that it is built for."""


@dataclass(slots=True)
class Peer:
    """A tool that is there. A page that it fails on gives no text: it costs the tool its score, not the table."""

    extract: Extract
    failures: Counter[str] = field(default_factory=Counter)
    """Pages that it raised on, by what it raised."""
    example: str = ""
    """What it said on the first of them."""

    def forget(self) -> None:
        """Begin to count anew."""
        self.failures.clear()
        self.example = ""

    def __call__(self, page: Page) -> str:
        """The body of a page, or nothing."""
        try:
            return self.extract(page)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # noqa: BLE001 - whatever it raises; panics of Rust are no Exception
            self.example = self.example or " ".join(str(error).split())[:80]
            self.failures[type(error).__name__] += 1
            return ""


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
    known = {code for code, _ in import_module("newspaper.languages").valid_languages()}
    plain_text = import_module("resiliparse.extract.html2text").extract_plain_text

    def read(page: Page, **options: str) -> str:
        one = article(page.url or "http://localhost/", fetch_images=False, **options)
        one.download(input_html=page.html)
        one.parse()
        return str(one.text)

    def extract(page: Page) -> str:
        told = _language_of(plain_text(page.html).split("\n"))
        if told != "en" and told in known:
            with suppress(ImportError):  # the words of some need a package more: then as if nobody had told it
                return read(page, language=told)
        return read(page)

    return extract


def _justext() -> Extract:
    justext, core = import_module("justext"), import_module("justext.core")
    stop_words = cache(justext.get_stoplist)

    def extract(page: Page) -> str:
        found = justext.justext(page.html, stop_words("English"))
        told = _language_of([one.text for one in found])
        if told in _STOP_WORDS:
            core.classify_paragraphs(found, stop_words(_STOP_WORDS[told]))
            core.revise_paragraph_classification(found)
        elif told != "en":  # the "language-independent mode" of its command
            core.classify_paragraphs(found, frozenset(), stopwords_low=0, stopwords_high=0)
            core.revise_paragraph_classification(found)
        return "\n".join(one.text for one in found if not one.is_boilerplate)

    return extract


def _magic_html() -> Extract:
    extractor, text = import_module("magic_html").GeneralExtractor(), import_module("lxml.html").fromstring
    return lambda page: _text(extractor.extract(page.html, base_url=page.url or "").get("html") or "", text)


def _rs_trafilatura() -> Extract:
    extract = import_module("rs_trafilatura").extract
    return lambda page: extract(page.html, url=page.url).main_content or ""


def _trafipy() -> Extract:
    extract = import_module("trafipy").extract
    return lambda page: extract(page.html, url=page.url).text or ""


def _language_of(lines: Iterable[str]) -> str:
    """The language of a page, which who uses these tools says, by its longest lines; English where it is not clear."""
    longest = sorted((line.strip() for line in lines), key=len, reverse=True)
    return language.identify("\n".join(longest[:10])) or "en"


def _text(html: str, parse: Callable[[str], Any]) -> str:
    """The text of a fragment, a line for each of its text nodes."""
    return "\n".join(part.strip() for part in parse(f"<div>{html}</div>").itertext() if part.strip())


_STOP_WORDS = {
    "ar": "Arabic", "bg": "Bulgarian", "ca": "Catalan", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek",
    "es": "Spanish", "fa": "Persian", "fi": "Finnish", "fr": "French", "he": "Hebrew", "hi": "Hindi",
    "hu": "Hungarian", "id": "Indonesian", "it": "Italian", "ko": "Korean", "nl": "Dutch", "pl": "Polish",
    "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sv": "Swedish", "tr": "Turkish", "uk": "Ukrainian",
    "vi": "Vietnamese",
}  # fmt: skip
"""The names of jusText's lists by language, English aside."""
TOOLS: dict[str, Tool] = {
    "trafilatura fast": Tool(_trafilatura(fast=True, deduplicate=False), "trafilatura"),
    "trafilatura": Tool(_trafilatura(), "trafilatura"),
    "trafilatura precision": Tool(_trafilatura(favor_precision=True), "trafilatura"),
    "resiliparse": Tool(_resiliparse, "resiliparse"),
    "readability-lxml": Tool(_readability, "readability-lxml"),
    "newspaper4k": Tool(_newspaper, "newspaper4k"),
    "jusText": Tool(_justext, "justext"),
    "magic-html": Tool(_magic_html, "magic-html", (3, 12)),
    "rs-trafilatura": Tool(_rs_trafilatura, "rs-trafilatura", (3, 12)),
    "trafipy": Tool(_trafipy, "trafipy", (3, 12)),
}


def found() -> tuple[dict[str, Peer], dict[str, str]]:
    """The tools that can be imported here, by name, and of the others why they cannot and how to install them."""
    peers, missing = {}, {}
    with quiet():
        for name, tool in TOOLS.items():
            try:
                peers[name] = Peer(tool.load())
            except (ImportError, AttributeError) as error:  # the latter: a version other than it was written for
                why = f"{' '.join(str(error).split())}; pip install {tool.package}"
                older = sys.version_info < tool.python
                missing[name] = f"{why}, on Python {'.'.join(map(str, tool.python))} or newer" if older else why
    return peers, missing


@contextmanager
def quiet() -> Iterator[None]:
    """What the tools log and warn of while they load and at single pages stays off the terminal."""
    import logging

    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
