"""Names of files: which are URLs, and how they are shown."""

from __future__ import annotations

import os
import re

_URL = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]+)://")
_LOCAL = re.compile(r"file://(?:localhost(?=/))?", re.IGNORECASE)
_IN_TEXT = re.compile(r"(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]+://[^\s'\"<>]+")
_PARAMETER = re.compile(r"([?&][^=&#?]*)=[^&#]*")
_CONTAINER_BEFORE_HOST = ("abfs", "abfss", "wasb", "wasbs")
"""Schemes in which what stands before ``@`` is no user."""
WEB = ("http", "https")
"""Schemes whose paths may end in a query; in a key of an object store a question mark is a letter."""


def is_url(named: str | os.PathLike[str]) -> bool:
    """Whether a name is that of something in a store: ``file://`` means the files of this machine."""
    name = os.fspath(named)
    return _URL.match(name) is not None and _LOCAL.match(name) is None


def without_scheme(named: str) -> str:
    """The path that a ``file://`` URL means; any other name as it is."""
    found = _LOCAL.match(named)
    return named[found.end() :] if found else named


def shown(named: str | os.PathLike[str]) -> str:
    """A path as it is; a URL without user, password and the values of its query."""
    name = os.fspath(named)
    found = _URL.match(name)
    if found is None:
        return name
    scheme, rest = found[1].lower(), name[found.end() :]
    host, slash, path = rest.partition("/")
    if scheme not in _CONTAINER_BEFORE_HOST:
        host = host.rpartition("@")[2]
    if scheme in WEB:
        path = _PARAMETER.sub(r"\1=***", path)
    return f"{name[: found.end()]}{host}{slash}{path}"


def shown_in(text: str) -> str:
    """A text in which URLs are as they are shown."""
    return _IN_TEXT.sub(lambda found: shown(found[0]), text)
