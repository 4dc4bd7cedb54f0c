"""What a page's JSON-LD says of its author, title and site, by trafilatura's reader of the data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import cache
from html import unescape
from typing import TYPE_CHECKING, Any

import lxml.html

if TYPE_CHECKING:
    from trafilatura.settings import Document

TYPES = ("application/ld+json", "application/settings+json")
MAX_CHARS = 1_000_000
"""Characters of JSON-LD above which it is not read."""
_STRING = re.compile(r'"[^"\\]*+(?:\\"?[^"\\]*+)*+("?)')
_CODE_POINT = re.compile(r"\\u([0-9a-fA-F]{4})")
_SURROGATE = re.compile("[\ud800-\udfff]+")
_OTHER_ARTICLES = frozenset(
    "advertisercontentarticle analysisnewsarticle askpublicnewsarticle criticreview discussionforumposting howto recipe"
    " report review reviewnewsarticle satiricalarticle techarticle".split()
)
"""Types of schema.org with an author that trafilatura does not read as articles."""


@cache
def _reader() -> tuple[Any, Any]:
    import trafilatura.json_metadata
    import trafilatura.metadata

    return trafilatura.metadata, trafilatura.json_metadata


def read(scripts: Iterable[lxml.html.HtmlElement], said: Document) -> None:
    """Add to ``said`` what the JSON-LD among these scripts says, up to one that the reader stumbles over."""
    for script in scripts:
        if script.get("type") in TYPES and script.text and len(script.text) <= MAX_CHARS:
            try:
                _read(script.text, said)
            except MemoryError:
                raise  # the page's bound
            except Exception:  # noqa: BLE001 - data of any shape, in a library that expects one
                return


def _read(text: str, said: Document) -> None:
    """As trafilatura's ``extract_meta_json``.

    It takes the white space out first, which matters to nobody but its search in what is no JSON; that takes the
    square of time where strings do not end, and what has such is left out.
    """
    if not all(_STRING.findall(text)):
        return
    metadata, json_metadata = _reader()
    if "<" not in text:
        try:
            schema = json.loads(_normalised(text), strict=False)
        except json.JSONDecodeError:
            pass
        else:
            json_metadata.extract_json(_with_articles(schema), said)
            return
    minified = json_metadata.normalize_json(metadata.JSON_MINIFY.sub(r"\1", text))
    try:
        schema = json.loads(minified, strict=False)
    except json.JSONDecodeError:
        json_metadata.extract_json_parse_error(minified, said)
    else:
        json_metadata.extract_json(_with_articles(schema), said)


def _with_articles(schema: Any) -> Any:
    """The data, with a single item of one of _OTHER_ARTICLES as an article: of several a page may be no author's."""
    items = schema if isinstance(schema, list) else schema.get("@graph", schema) if isinstance(schema, dict) else []
    items = items if isinstance(items, list) else [items]
    others = [item for item in items if isinstance(item, dict) and _is_other_article(item.get("@type"))]
    if len(others) == 1:
        others[0]["@type"] = "Article"
    return schema


def _is_other_article(types: Any) -> bool:
    names = types if isinstance(types, list) else [types]
    return any(isinstance(name, str) and name.lower() in _OTHER_ARTICLES for name in names)


def _normalised(text: str) -> str:
    """As trafilatura's ``normalize_json``, for what holds no tags."""
    if "\\" in text:
        text = text.replace("\\n", "").replace("\\r", "").replace("\\t", "")
        text = unescape(_SURROGATE.sub("", _CODE_POINT.sub(lambda found: chr(int(found[1], 16)), text)))
    return " ".join(text.split())
