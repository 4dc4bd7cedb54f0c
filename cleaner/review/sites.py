"""What is counted of each site."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HOST = re.compile(r"(?:[\w-]{1,63}\.){1,10}[A-Za-z]{2,63}")
FEW = 5
"""Records of a site below which its shares say nothing."""


@dataclass(slots=True)
class Site:
    """Counts of one site: records by what became of them, characters kept and cut of its pages."""

    name: str
    records: int = 0
    """In stories."""
    canonical: int = 0
    merged: int = 0
    rejected: int = 0
    kept: int = 0
    cut: int = 0
    pages: int = 0
    """Of which it is known what was kept and cut."""
    emptied: int = 0
    """Of them, those that lost nearly all."""

    @property
    def all(self) -> int:
        """Records that came in."""
        return self.records + self.rejected

    @property
    def cut_share(self) -> float | None:
        """Share of the characters that was cut."""
        return self.cut / (self.cut + self.kept) if self.cut + self.kept else None

    @property
    def mostly_gone(self) -> bool:
        """Whether more than half of its records were rejected or lost nearly all of their text."""
        return self.all >= FEW and 2 * (self.rejected + self._emptied) > self.all

    @property
    def _emptied(self) -> float:
        """Of all its records; where only some of its pages were drawn, by their share."""
        if self.pages >= self.records:
            return self.emptied
        return self.emptied * self.records / self.pages if self.pages >= FEW else 0


def site_of_name(name: str) -> str | None:
    """The site in the id of a rejected record: its first folder, or the host of an address."""
    first = name.partition("://")[2].partition("/")[0] if "://" in name else name.partition("/")[0]
    return first.lower().removeprefix("www.") if _HOST.fullmatch(first) else None
