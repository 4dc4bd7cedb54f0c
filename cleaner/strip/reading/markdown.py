"""Markdown in stored text, to the plain text that it stands for, line by line.

Only what a reader would not see goes: marks of headings and emphasis, the targets of links, images, rules.
Lines stay lines, and code stays as it is.
"""

from __future__ import annotations

import re

_FENCE = re.compile(r"\s{0,3}(?:```|~~~)")
_HEADING = re.compile(r"\s{0,3}#{1,6}[ \t]+(?=\S)")
_HEADING_END = re.compile(r"(?<![ \t])[ \t]++#++[ \t]*+$")
_RULE = re.compile(r"^\s{0,3}(?:(?:[-_*][ \t]*+){3,}+|={3,}+)$")
_TABLE_RULE = re.compile(r"^[ \t]*+\|?(?:[ \t]*+:?-{2,}+:?[ \t]*+\|)++[ \t]*+(?::?-{2,}+:?)?[ \t]*+$")
_DEFINITION = re.compile(r"\s{0,3}\[[^\[\]\n]{1,100}\]:[ \t]+<?(?:https?://|/|#|www\.)\S{0,2000}(?:\s+[\"'(][^\n]{0,300})?\s*$")
_QUOTE = re.compile(r"\s{0,3}(?:>[ \t]?)+")
_TARGET = (
    r"\((?:<[^<>\n]{0,2000}>|[^()\s]{0,2000}(?:\([^()\s]{0,500}\)[^()\s]{0,500})?)"
    r"(?:[ \t]+(?:\"[^\"\n]{0,300}\"|'[^'\n]{0,300}'))?\)"
)
_IMAGE = re.compile(rf"!\[[^\[\]\n]{{0,500}}\]{_TARGET}")
_LINK = re.compile(rf"\[((?:[^\[\]\n]|\\[\[\]]){{0,500}})\]{_TARGET}")
_TEXT_LINK = re.compile(r"\[([^\[\]\n]{1,300})\]\[[^\[\]\n]{0,100}\]")
_AUTO_LINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]{1,2000})>")
_STRONG = re.compile(
    r"(?<![\w*\\])(\*\*\*|\*\*)(?=\S)([^\n*]{1,1000}(?:\*[^\n*]{1,300}\*[^\n*]{0,300})?)(?<=\S)\1(?![\w*])"
)
_STRONG_UNDER = re.compile(r"(?<![\w_])__(?=\S)([^\n_]{1,300}\s[^\n_]{1,300})(?<=\S)__(?![\w_])")
"""Of several words, for names of Python's own look the same."""
_EMPHASIS = re.compile(r"(?<![\w*\\])([*_])(?=\S)([^\n*_]{1,1000})(?<=\S)\1(?![\w*])")
_CODE = re.compile(r"(?<!`)`([^`\n]{1,500})`(?!`)")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!|>~-])")
_ITEM = re.compile(r"^\s++(?:[-*+•]|\d{1,3}[.)])\s")
_SIGNS = ("](", "**", "# ", "```", "~~~")
MIN_SIGNS = 2
"""Lines with a sign that only Markdown has from which a text is taken for it."""
MIN_HEADINGS = 2


def plain(text: str) -> str:
    """The text without its Markdown; the same object when it is none."""
    if not any(sign in text for sign in _SIGNS):
        return text
    lines = text.split("\n")
    if not _is_markdown(lines):
        return text
    out: list[str] = []
    fenced = False
    for line in lines:
        if _FENCE.match(line):
            fenced = not fenced
            continue
        out.append(line if fenced else _plain(line))
    return "\n".join(out)


def _is_markdown(lines: list[str]) -> bool:
    signs = headings = 0
    fenced = False
    for at, line in enumerate(lines):
        if _FENCE.match(line):
            fenced = not fenced
            signs += fenced
        elif fenced:
            continue
        elif _HEADING.match(line):
            # A comment in code stands right above the code.
            around = (lines[at - 1] if at else "", lines[at + 1] if at + 1 < len(lines) else "")
            headings += not any(map(str.strip, around))
        elif ("](" in line and (_LINK.search(line) or _IMAGE.search(line))) or ("**" in line and _STRONG.search(line)):
            signs += 1
    return signs >= MIN_SIGNS or (signs >= 1 and headings >= 1) or headings >= MIN_HEADINGS


def _plain(line: str) -> str:
    if line.startswith(("    ", "\t")) and not _ITEM.match(line):
        return line
    if _RULE.match(line) or _TABLE_RULE.match(line) or _DEFINITION.match(line):
        return ""
    heading = _HEADING.match(line)
    if heading:
        line = _HEADING_END.sub("", line[heading.end() :])
    elif ">" in line[:4]:
        line = _QUOTE.sub("", line, count=1)
    if "](" in line:
        line = _LINK.sub(r"\1", _IMAGE.sub("", line))
        line = _LINK.sub(r"\1", line)  # a link around an image
    if "][" in line:
        line = _TEXT_LINK.sub(r"\1", line)
    if "<" in line:
        line = _AUTO_LINK.sub(r"\1", line)
    if "*" in line or "_" in line:
        line = _EMPHASIS.sub(r"\2", _STRONG_UNDER.sub(r"\1", _STRONG.sub(r"\2", line)))
    if "`" in line:
        line = _CODE.sub(r"\1", line)
    return _ESCAPE.sub(r"\1", line) if "\\" in line else line
