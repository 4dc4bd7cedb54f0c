"""Rows and documents as JSON text that no tool breaks lines or turns directions on."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

# C1 controls and DEL, line and paragraph separators, all that changes the direction of text, lone surrogates. ``re``
# looks for a set of many ranges four times as fast as ``regex``, and every line that is written goes through here.
_RAW = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def to_json(row: Mapping[str, Any]) -> str:
    """A row as one line of JSON, the same bytes for the same row, with what ``escaped`` does."""
    return escaped(json.dumps(row, ensure_ascii=False, separators=(",", ":"), default=str))


def to_document(document: Mapping[str, Any]) -> str:
    """One JSON document, indented for reading, with what ``escaped`` does."""
    return escaped(json.dumps(document, ensure_ascii=False, indent=2, default=str)) + "\n"


def escaped(text: str) -> str:
    r"""JSON text with ``\u2028`` and the like for characters that break lines or turn the direction of what is shown.

    Lone surrogates, which UTF-8 cannot hold, become U+FFFD. In JSON such characters stand in strings only, so what
    is read from it stays equal.
    """
    if text.isascii():
        return text.replace("\x7f", "\\u007f") if "\x7f" in text else text
    return _RAW.sub(_escape, text) if _RAW.search(text) else text


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    return "\N{REPLACEMENT CHARACTER}" if "\ud800" <= character <= "\udfff" else f"\\u{ord(character):04x}"
