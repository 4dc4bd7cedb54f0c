"""The names of authors, without what pages put around them."""

from __future__ import annotations

import regex

from cleaner import scripts

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
_UNSPACED_NAME = regex.compile(rf"[{scripts.UNSPACED}\p{{Hangul}}·・]{{2,12}}")
_DESKS = regex.compile("小编|小編|编辑|編輯|編集部|管理[员員者]|运营|運営|관리자|편집부|운영자|แอดมิน")
"""Who runs a site, where its author should stand."""
_LINE = regex.compile(
    r"(?:(?:written|posted|published|words|story|text|escrito|publicado|scritto|écrit|rédigé|publié) )?"
    r"(?:by|von|par|por|di|door|af|av):? (.+)",
    regex.IGNORECASE,
)
_PARTED = regex.compile(r"\s(?:and|und|et|y|e|en|och|og|&)\s", regex.IGNORECASE)
_BEHIND_NAMES = regex.compile(r"(?<!\s)(?:\s*+[,|/•·(—–]|\s++(?:-\s|\d)).*+$", regex.DOTALL)
_NAME = regex.compile(
    r"(?<![\p{L}.'’-])\p{Lu}[\p{L}.'’-]*+"
    r"(?: (?:de|da|del|della|di|du|la|le|van|von|der|den|ter|al|el|bin|\p{Lu}[\p{L}.'’-]*+)){1,4}"
)
_OFFICES = frozenset(
    "staff reporter reporters correspondent desk team editor editors editorial agency press news media service our web"
    " online bureau redaktion redacción rédaction redazione redação redactie".split()
)
"""Words by which a line names no person."""


def is_unspaced_name(author: str) -> bool:
    """Whether one word may be the whole name of a person, in a script that writes names without spaces."""
    return _UNSPACED_NAME.fullmatch(author) is not None and _DESKS.search(author) is None


def authors(raw: str | None) -> str | None:
    """Names of authors, parted by ``; ``, without what bylines put around them; None when nothing is left."""
    names = []
    for part in (raw or "").split(";"):
        name = _AROUND_NAME.sub("", " ".join(part.split())).strip(" ,|-–—·:")
        name = _BEHIND_NAME.sub("", name).strip(" ,|-–—·:")
        if name and name not in names and not _NO_NAME.search(name):
            names.append(name)
    return "; ".join(names) or None


def of_line(line: str) -> str | None:
    """The persons whom a line names as its authors, as ``authors`` gives them ("By Jane Doe and John Roe | 3 May")."""
    found = _LINE.fullmatch(line.strip())
    if found is None:
        return None
    names = [_BEHIND_NAMES.sub("", part).strip() for part in _PARTED.split(_BEHIND_NAMES.sub("", found[1]))]
    if not all(_NAME.fullmatch(name) and _OFFICES.isdisjoint(name.lower().split()) for name in names):
        return None
    return authors(";".join(name.title() if name.isupper() else name for name in names))
