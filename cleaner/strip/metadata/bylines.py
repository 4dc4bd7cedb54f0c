"""The names of authors, without what pages put around them."""

from __future__ import annotations

import regex

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


def authors(raw: str | None) -> str | None:
    """Names of authors, parted by ``; ``, without what bylines put around them; None when nothing is left."""
    names = []
    for part in (raw or "").split(";"):
        name = _AROUND_NAME.sub("", " ".join(part.split())).strip(" ,|-–—·:")
        name = _BEHIND_NAME.sub("", name).strip(" ,|-–—·:")
        if name and name not in names and not _NO_NAME.search(name):
            names.append(name)
    return "; ".join(names) or None
