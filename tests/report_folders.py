"""Output folders that are written by hand, for tests of the page about them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HOSTILE = [
    "</script><script>document.title='taken'</script>",
    "</title><img src=x onerror=\"document.title='taken'\">",
    "<!--<script>",
    "]]>--><svg/onload=alert(1)>",
    "' onmouseover='alert(1)' x='",
    '" autofocus onfocus="alert(1)',
    "{{ 7*7 }} {% raw %} ${7*7}",
    "javascript:alert(1)",
    "\u2028\u2029 \u202egnp.exe \U0001f600 \\u003c \x00 \x1b[31m",
    "&lt;b&gt; &#60; &amp;amp;",
    "</style><style>body{display:none}</style>",
]
"""Titles, texts and ids that must stay text. None is an address that anything could be loaded from."""


def member(name: str, relation: str, score: float, site: str | None = None) -> dict[str, Any]:
    via = None if relation == "canonical" else {"id": name, "score": score}
    return {"id": name, "url": None, "date": "2026-03-04", "site": site, "relation": relation, "score": score, "via": via, "mean": None}


def story(name: str, members: list[dict[str, Any]], **fields: Any) -> dict[str, Any]:
    told = {"id": "s", "size": len(members), "first_seen": "2026-03-04", "last_seen": "2026-03-05", "sites": 1, "first_site": None}
    row = {"id": name, "url": None, "title": name, "date": "2026-03-04", "site": "a.example", "text": f"The text of {name}."}
    return {**row, **fields, "story": {**told, "members": members}}


def merged(name: str, into: str, score: float, **fields: Any) -> dict[str, Any]:
    row = {"id": name, "into": into, "story": "s", "relation": "event", "score": score, "via": {"id": into, "score": score}}
    row |= {"mean": score, "url": None, "date": "2026-03-05", "title": name, "text": f"Another text of {name}.", "origin": name}
    return {**row, "evidence": {"names": ["Aldwick"], "numbers": ["3"], "terms": [], "days_apart": 1}, **fields}


def cut(text: str, position: int, rule: str = "model.block", score: float | None = 0.4) -> dict[str, Any]:
    label = rule.partition(".")[0]
    return {"text": text, "label": label, "rule": rule, "position": position, "score": score, "span": None}


def pair(left: str, right: str, **fields: Any) -> dict[str, Any]:
    row: dict[str, Any] = {"left": left, "right": right, "same": False, "level": "event", "score": 0.5, "threshold": 0.56}
    for side in ("left", "right"):
        row |= {f"{side}_title": row[side], f"{side}_date": None, f"{side}_site": None, f"{side}_into": row[side]}
    return row | fields


def write(folder: Path, files: dict[str, list[dict[str, Any]]], **report: Any) -> Path:
    """An output folder with these rows; counts are those of the rows."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("corpus", "merged", "rejected"):
        files.setdefault(name, [])
    for name, rows in files.items():
        lines = (json.dumps(row) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")
    counts = {"stories": len(files["corpus"]), "merged": len(files["merged"]), "rejected": len(files["rejected"])}
    document = {
        "counts": {"records": sum(counts.values()), **counts}, "thresholds": {"near": 0.4, "event": 0.56},
        "settings": {"level": "event"}, "versions": {"cleaner": "0"}, "seconds": {"strip": 1.0}, **report,
    }  # fmt: skip
    (folder / "report.json").write_text(json.dumps(document), encoding="utf-8")
    return folder


def hostile(folder: Path) -> Path:
    """A folder in which everything that can be text is hostile."""
    files: dict[str, list[dict[str, Any]]] = {"corpus": [], "merged": [], "rejected": [], "cuts": [], "pairs": []}
    for number, text in enumerate(HOSTILE):
        name, other = f"{number} {text}", f"m{number} {text}"
        members = [member(name, "canonical", 1.0, text), member(other, "event", 0.9, text)]
        files["corpus"].append(story(name, members, title=text, site=text, text=f"{text}\n\n{text}", url=text, date=text))
        evidence = {"names": [text], text: text}
        files["merged"].append(merged(other, name, 0.9, title=text, text=text, url=text, origin=text, date=text, evidence=evidence))
        files["rejected"].append({"id": text, "origin": text, "reason": text, "detail": text})
        cuts = [cut(f"{text} and ten words more so that it reads as prose here", 1, f"model.{text}")]
        doubtful = [{"text": text, "position": 0, "score": 0.5}]
        files["cuts"].append({"id": name, "origin": text, "site": text, "kept": 10, "cuts": cuts, "doubtful": doubtful})
        files["pairs"].append(pair(name, other, left_title=text, right_title=text, left_site=text))
    said = dict.fromkeys(HOSTILE, 1)
    return write(folder, files, rejected_by_reason=said, characters_cut_by_label=said, invocation={"command": "run", "inputs": HOSTILE[:3]})
