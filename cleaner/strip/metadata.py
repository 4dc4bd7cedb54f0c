"""Small repairs of what pages say about themselves: title, address, the date of a line."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import unescape
from urllib.parse import urlsplit

import regex

from cleaner.strip import dates
from cleaner.strip.blocks import squeeze
from cleaner.strip.keys import key

_SEPARATOR = regex.compile(r"\s+[|\-–—•·»›:_]{1,2}\s+|\s*[|｜]\s*|\s*_(?=\p{Han})")
_WORD = regex.compile(r"\p{Han}|[\p{L}\p{N}]+")
H1_SHARE = 0.3
"""Share of the title's words from which an h1 is the title in other words."""
H1_WORDS = 4
"""Words from which the only h1 is the headline even when it shares none with the title. Both set on the
titles of 941 development pages (wcxb)."""
MIN_HEADLINE = 12
"""Characters of a part of the title from which it can be the headline without the site's name."""
_HOST = regex.compile(r"(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,24}")
_ORNAMENTS = " \u00b6»«›‹|•·#"
"""What themes put beside a headline: links to itself, bullets."""
MAX_KICKER = 30
"""Letters and digits of a section name or date that is glued in front of a headline."""
_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?"
)
_AROUND_NAME = regex.compile(
    r"^(?:(?:written |posted |reported |reviewed )?by|authors?|von|par|por)[\s:]\s*", regex.IGNORECASE
)
_BEHIND_NAME = regex.compile(
    rf"\s(?:last )?(?:updated|published|posted)\b.*$|\s(?:on )?(?:{_MONTHS})\.?\s\d.*$", regex.IGNORECASE
)
_NO_NAME = regex.compile(
    rf"://|@|\bwww\.|^(?:on )?(?:{_MONTHS})(?:\s\d+)?$|^[\W\d_]+$|^(?:the )?authors?$|^(?:ph\.? ?d|m\.?d|ceo)\.?$",
    regex.IGNORECASE,
)
MAX_DATE_LINE = 120
"""Characters of a line that may hold the article's date."""
MAX_TRIED = 6
"""Lines that look like dates and are none after which the search ends."""
_MAY_BE_DATE = regex.compile(r"\d[./-]\d|\d{4}|[年년]")


def host(url: str | None) -> str | None:
    """Host name of a URL in lower case, without ``www.``; None when there is none."""
    try:
        name = urlsplit(url or "").hostname
    except ValueError:
        return None
    return name.removeprefix("www.") if name else None


def host_of_folder(path: str) -> str | None:
    """The site that a path names in its first folder, as crawlers lay pages down; None when it names none."""
    first, slash, _ = path.partition("/")
    return host(f"//{first}") if slash and _HOST.fullmatch(first) else None


def date_in(lines: Iterable[str], read: Callable[[str | None], str | None] = dates.iso_date) -> str | None:
    """The first full date in short lines (byline, date line) of which ``read`` makes one."""
    tried = 0
    for line in lines:
        if tried >= MAX_TRIED:
            return None
        if len(line) <= MAX_DATE_LINE and _MAY_BE_DATE.search(line):
            tried += 1
            if date := dates.find(line, read):
                return date
    return None


def has_date(line: str) -> bool:
    """Whether a short line holds a full date."""
    return len(line) <= MAX_DATE_LINE and _MAY_BE_DATE.search(line) is not None and dates.is_in(line)


def headline_of(title: str | None, h1s: Iterable[str], site_name: str | None, site: str | None = None) -> str | None:
    """The article's headline as the page shows it: its h1 where that is the article's, else the page's title.

    The h1 that shares most words with the title is taken if it shares some, or if it is the only one and
    long enough to be a headline. A title loses the site's name in front or behind; one that is nothing else
    (or stands in the host name ``site``) is none.
    """
    title = squeeze(unescape(title or ""))
    names = {
        key(site_name or "") if site_name != title else "",
        key(title) if key(title) in key(site or "") else "",
    } - {""}
    if key(title) in names:
        title = ""
    shown = [h1 for h1 in dict.fromkeys(map(squeeze, h1s)) if key(h1) and key(h1) not in names]
    words = set(_WORD.findall(title.casefold()))
    shares = [len(words & set(_WORD.findall(h1.casefold()))) / max(1, len(words)) for h1 in shown]
    best = max(range(len(shown)), key=lambda i: (shares[i], -i), default=None)
    if best is not None and (shares[best] >= H1_SHARE or not title):
        return _without_kicker(shown[best], title)
    if len(shown) == 1 and len(_WORD.findall(shown[0])) >= H1_WORDS:
        return shown[0]
    if not title:
        return None
    parts = _SEPARATOR.split(title)
    if len(parts) < 2:
        return title
    own = key(site_name or "")
    edges = [part for part in (parts[-1], parts[0]) if own and key(part) and key(part) in (own, own + "com")]
    if not edges and len(key(parts[-1])) * 2 < len(key(parts[0])) and len(parts[-1].split()) <= 4:
        edges = [parts[-1]]
    if edges:
        cut = edges[0]
        kept = title[: title.rfind(cut)] if cut == parts[-1] else title[title.find(cut) + len(cut) :]
        kept = regex.sub(r"^\s*[|\-–—•·»›:_｜]*+\s++|\s++[|\-–—•·»›:_｜]*+\s*+$|(?<![|｜_])[|｜_]++$", "", kept)
        if len(key(kept)) >= MIN_HEADLINE // 2:
            return kept
    return title


def _without_kicker(h1: str, title: str) -> str:
    """An h1 without the section name or the date glued in front of the title that the page declares."""
    bare = h1.strip(_ORNAMENTS)
    for part in (title, *_SEPARATOR.split(title)):
        mine, whole = key(part), key(bare)
        if len(mine) >= MIN_HEADLINE and whole.endswith(mine) and 0 < len(whole) - len(mine) <= MAX_KICKER:
            if key(bare[-len(part) :]) == mine:
                return bare[-len(part) :]
            return part
    return bare or h1


def is_agreed(title: str | None, h1s: Iterable[str], declared: Iterable[str]) -> bool:
    """Whether a headline stands both in an h1 (where there is one) and in what the page declares as its title.

    ``declared`` are the page's og:title and title. Without an h1 all of them must hold it.
    """
    mine = key(title or "")
    if not mine:
        return False
    holds = [mine in key(one) for one in declared if one]
    shown = [key(h1) for h1 in h1s if key(h1)]
    if any(mine == h1 or h1.endswith(mine) for h1 in shown):
        return any(holds)
    return not shown and len(holds) > 1 and all(holds)


def authors(raw: str | None) -> str | None:
    """Names of authors, parted by ``; ``, without what bylines put around them; None when nothing is left."""
    names = []
    for part in (raw or "").split(";"):
        name = _AROUND_NAME.sub("", " ".join(part.split())).strip(" ,|-–—·:")
        name = _BEHIND_NAME.sub("", name).strip(" ,|-–—·:")
        if name and name not in names and not _NO_NAME.search(name):
            names.append(name)
    return "; ".join(names) or None
