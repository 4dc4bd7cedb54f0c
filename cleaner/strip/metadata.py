"""Small repairs of what pages say about themselves: address, authors, the date of a line."""

from __future__ import annotations

from urllib.parse import urlsplit

import regex

from cleaner.strip import dates

_HOST = regex.compile(r"(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,24}")
_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?"
)
_AROUND_NAME = regex.compile(
    r"^(?:(?:(?:written |posted |reported |reviewed )?by|authors?|von|par|por|autor(?:a|i|ka|ul)?|автори?"
    r"|text|tekst|teksti|írta|yazan|haber|penulis|oleh|tác giả|โดย|ผู้เขียน|بقلم|كتبت?|نویسنده|מאת|लेखक|লিখেছেন"
    r"|记者|記者|作者|撰文|文)[\s:：/・]\s*"
    r"|(?:di|de|door|av|af)\s(?=\S+\s\S))",
    regex.IGNORECASE,
)
"""What stands before a name; the last few begin names too ("Di Maria"), so that two words must follow them."""
_BEHIND_NAME = regex.compile(
    rf"\s(?:last )?(?:updated|published|posted)\b.*$|\s(?:on )?(?:{_MONTHS})\.?\s\d.*$|\s기자$|\s?記者$",
    regex.IGNORECASE,
)
_NO_NAME = regex.compile(
    rf"://|@|\bwww\.|^(?:on )?(?:{_MONTHS})(?:\s\d+)?$|^[\W\d_]+$|^(?:the )?authors?$|^(?:ph\.? ?d|m\.?d|ceo)\.?$",
    regex.IGNORECASE,
)
MAX_DATE_LINE = 120
"""Characters of a line that may hold the article's date."""
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


def may_hold_date(line: str) -> bool:
    """Whether a line is short enough for a date line and has the digits of a date."""
    return len(line) <= MAX_DATE_LINE and _MAY_BE_DATE.search(line) is not None


def has_date(line: str) -> bool:
    """Whether a short line holds a full date."""
    return may_hold_date(line) and dates.is_in(line)


def authors(raw: str | None) -> str | None:
    """Names of authors, parted by ``; ``, without what bylines put around them; None when nothing is left."""
    names = []
    for part in (raw or "").split(";"):
        name = _AROUND_NAME.sub("", " ".join(part.split())).strip(" ,|-–—·:")
        name = _BEHIND_NAME.sub("", name).strip(" ,|-–—·:")
        if name and name not in names and not _NO_NAME.search(name):
            names.append(name)
    return "; ".join(names) or None
