"""The site of a page, by its address or by the folder that it was laid down in."""

from __future__ import annotations

from urllib.parse import urlsplit

import regex

_HOST = regex.compile(r"(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,24}")


def host(url: str | None) -> str | None:
    """Host name of a URL in lower case, without ``www.``; None when there is none."""
    try:
        name = urlsplit(url or "").hostname
    except ValueError:
        return None
    return name.removeprefix("www.") if name else None


def site_of(url: str | None, path: str) -> str | None:
    """The site of a page with this address, or else of the folder that ``path`` names."""
    return host(url) or host_of_folder(path)


def host_of_folder(path: str) -> str | None:
    """The site that a path names in its first folder, as crawlers lay pages down; None when it names none."""
    first, slash, _ = path.partition("/")
    return host(f"//{first}") if slash and _HOST.fullmatch(first) else None
