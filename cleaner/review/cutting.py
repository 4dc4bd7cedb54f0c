"""What was cut, and the closest calls of it: likely prose that went, unlikely lines that stayed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any, NamedTuple

from cleaner.review.sampling import Best
from cleaner.review.sites import Site

Row = dict[str, Any]
LOST = 0.95
"""Share of a page's characters from which it lost nearly all."""
PROSE_WORDS, PROSE_CHARACTERS = 10, 30
"""Words of a line that reads as prose; where no spaces are written, characters."""
BINS = 20
SPARE = 8
"""Times as many calls are held as shown, for many are equal lines."""
LINES = 60
"""Of a page around a closest call."""
LINE_CHARACTERS = 400


class Call(NamedTuple):
    """A line whose going or staying was decided by little."""

    probability: float
    """That it is body."""
    rule: str
    site: str
    page: str
    text: str
    position: int
    row: Row
    """Of the page's cuts."""


@dataclass(slots=True)
class Rule:
    """What one rule cut."""

    name: str
    lines: int = 0
    characters: int = 0
    example: str = ""
    """The longest line, the first of equal ones."""
    page: str = ""


class Line(NamedTuple):
    """A line of a page: what became of it."""

    kept: bool
    text: str
    rule: str = ""
    probability: float | None = None
    here: bool = False


@dataclass(slots=True)
class Cutting:
    """Counts of the cuts of all pages, and the closest calls."""

    calls: int = 0
    pages_known: int = 0
    """Pages of which it is known how much was kept."""
    emptied: int = 0
    """Of them, those that lost nearly all."""
    shares: list[int] = field(default_factory=lambda: [0] * BINS)
    """Pages by the share that was kept, from 0 to 1."""
    rules: dict[str, Rule] = field(default_factory=dict)
    _gone: Best[Call] = field(init=False)
    _stayed: Best[Call] = field(init=False)
    _texts: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._gone, self._stayed = Best(SPARE * self.calls), Best(SPARE * self.calls)

    def take(self, row: Row, site_of: Callable[[str | None], Site]) -> None:
        """Count the cuts of one page."""
        cuts = row["cuts"]
        cut = sum(len(one["text"]) for one in cuts)
        if row.get("kept") is not None:
            self._share(row["kept"], cut, site_of(row.get("site")))
        name, origin = row.get("id") or row["origin"], row["origin"]
        for one in cuts:
            self._count(one, name)
            score = one["score"]
            if score is not None and self._gone.wants(score) and _is_prose(one["text"]) and one["rule"][:5] == "model":
                call = Call(score, one["rule"], row.get("site") or "", name, one["text"], one["position"], row)
                self._gone.offer(score, f"{origin} {one['position']}", call)
        for one in row.get("doubtful") or ():
            if self._stayed.wants(-one["score"]):
                call = Call(one["score"], "", row.get("site") or "", name, one["text"], one["position"], row)
                self._stayed.offer(-one["score"], f"{origin} {one['position']}", call)

    def _share(self, kept: int, cut: int, site: Site) -> None:
        share = kept / (kept + cut) if kept + cut else 1.0
        lost = share <= 1 - LOST
        self.pages_known += 1
        self.emptied += lost
        self.shares[min(BINS - 1, int(share * BINS))] += 1
        site.pages += 1
        site.kept += kept
        site.cut += cut
        site.emptied += lost and kept > 0  # a page of which nothing is left was rejected

    def _count(self, one: Mapping[str, Any], page: str) -> None:
        rule = self.rules.get(one["rule"])
        if rule is None:
            rule = self.rules[one["rule"]] = Rule(one["rule"])
        length = len(one["text"])
        rule.lines += 1
        rule.characters += length
        if length > len(rule.example):
            rule.example, rule.page = one["text"], page

    def gone(self) -> list[Call]:
        """Prose that went, the most likely body first."""
        return self._told_apart(self._gone)

    def stayed(self) -> list[Call]:
        """Lines that stayed, the least likely body first."""
        return self._told_apart(self._stayed)

    def _told_apart(self, best: Best[Call]) -> list[Call]:
        """Of equal lines, such as a site repeats, the first."""
        return list({call.text: call for call in reversed(best.items())}.values())[::-1][: self.calls]

    def pages(self) -> set[str]:
        """Ids of the pages of the closest calls."""
        return {call.page for call in (*self.gone(), *self.stayed())}

    def note_text(self, page: str, text: str) -> None:
        """What was kept of one of these pages."""
        self._texts[page] = text

    def lines(self, call: Call) -> list[Line]:
        """The lines around a closest call, as they stood on the page; kept ones as far as the folder has them."""
        found: dict[int, Line] = {}
        for one in call.row["cuts"]:
            if one["span"] is None:
                found[one["position"]] = Line(False, one["text"][:LINE_CHARACTERS], one["rule"], one["score"])
        kept = [line for line in self._texts.get(call.page, "").split("\n") if line]
        free = (place for place in count() if place not in found)
        found |= {place: Line(True, line[:LINE_CHARACTERS]) for place, line in zip(free, kept, strict=False)}
        for one in call.row.get("doubtful") or ():
            found[one["position"]] = Line(True, one["text"][:LINE_CHARACTERS], "", one["score"])
        if call.position in found:
            found[call.position] = found[call.position]._replace(here=True)
        lines = [found[place] for place in sorted(found)]
        at = next((i for i, line in enumerate(lines) if line.here), 0)
        first = max(0, min(at - LINES // 2, len(lines) - LINES))
        return lines[first : first + LINES]


def _is_prose(text: str) -> bool:
    words = text.count(" ") + 1
    if words > 2:
        return words >= PROSE_WORDS
    return len(text) >= PROSE_CHARACTERS and not text.isascii()
