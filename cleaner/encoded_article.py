"""An article as bytes of a file, and back: what only the disk has of it."""

from __future__ import annotations

import json
from typing import Any

from cleaner.records import Article

_FIELDS = tuple("url title date_source author site_name page_type page_type_probability origin extra".split())
"""Beside the text; its cuts are not kept."""
_ENCODINGS = ("latin-1", "utf-16-le", "utf-8")
"""Of texts, by their numbers. The first that can write a text has it as it is in memory: to write and read it is to
copy it, where JSON and UTF-8 go through it letter by letter."""
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str)


def encoded_article(article: Article) -> bytes:
    """A line of JSON, then the text."""
    encoding, text = _encoded(article.text)
    plain = [encoding, *(getattr(article, name) for name in _FIELDS)]
    return _JSON.encode(plain).encode("utf-8", "surrogatepass") + b"\n" + text


def decoded_article(stored: bytes) -> dict[str, Any]:
    """The text and the other fields of an ``encoded_article``."""
    line, _, text = stored.partition(b"\n")
    encoding, *values = json.loads(line.decode("utf-8", "surrogatepass"))
    fields: dict[str, Any] = dict(zip(_FIELDS, values, strict=True))
    fields["text"] = text.decode(_ENCODINGS[encoding], "surrogatepass")
    return fields


def _encoded(text: str) -> tuple[int, bytes]:
    """The number of an encoding, and a text in it."""
    for number, encoding in enumerate(_ENCODINGS[:-1]):
        try:
            return number, text.encode(encoding)
        except UnicodeEncodeError:
            continue
    return len(_ENCODINGS) - 1, text.encode(_ENCODINGS[-1], "surrogatepass")
