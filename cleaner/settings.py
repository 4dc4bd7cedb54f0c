"""The user's choices, checked once; every stage gets the part it needs."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass, field

from cleaner.errors import UsageError

LEVELS = ("exact", "near", "event")
KEEP_POLICIES = ("complete", "longest", "earliest", "latest", "central")
FORMATS = ("jsonl", "parquet")


@dataclass(frozen=True, slots=True)
class Fields:
    """Names of the input columns (JSONL, Parquet) that hold each part of a record."""

    id: str = "id"
    url: str = "url"
    html: str = "html"
    text: str = "text"
    title: str = "title"
    date: str = "date"
    lang: str = "lang"


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds that keep one hostile record from taking the run down. Sizes in bytes, time in seconds."""

    max_record_bytes: int = 32 * 1024 * 1024
    """A longer line, file or payload is rejected, without being held in memory whole."""
    max_expansion: int = 1000
    """A compressed stream that grows by more than this factor is a decompression bomb."""
    seconds_per_page: float = 30.0

    def __post_init__(self) -> None:
        for name in ("max_record_bytes", "max_expansion"):
            if type(getattr(self, name)) is not int or getattr(self, name) <= 0:
                raise UsageError(f"{name} must be a whole number above 0")
        if not _is_number(self.seconds_per_page) or self.seconds_per_page <= 0:
            raise UsageError("seconds_per_page must be a number above 0")


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of a run. Raises UsageError for a value that makes no sense."""

    level: str = "event"
    keep: str = "complete"
    prefer: tuple[str, ...] = ()
    """Domains in order of preference: the canonical comes from the first that tells the story."""
    workers: int = 0
    """Worker processes; 0 means one a core."""
    format: str = "jsonl"
    near_threshold: float | None = None
    """Containment above which two texts are copies; None takes the tuned default."""
    event_threshold: float | None = None
    """Probability above which two articles tell one event; None takes the tuned default."""
    site_memory: bool = True
    """Whether ``run`` drops what a site repeats on many of its pages."""
    fields: Fields = field(default_factory=Fields)
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        for name, value, allowed in (
            ("level", self.level, LEVELS),
            ("keep", self.keep, KEEP_POLICIES),
            ("format", self.format, FORMATS),
        ):
            if value not in allowed:
                raise UsageError(f"{name} '{value}' is not known; choose one of {', '.join(allowed)}")
        if type(self.workers) is not int or self.workers < 0:
            raise UsageError("workers must be 0 (one a core) or more")
        prefer = (self.prefer,) if isinstance(self.prefer, str) else tuple(self.prefer)
        object.__setattr__(self, "prefer", prefer)
        for name, threshold in (("near", self.near_threshold), ("event", self.event_threshold)):
            if threshold is not None and not (_is_number(threshold) and 0 < threshold <= 1):
                raise UsageError(f"{name} threshold {threshold} is not in (0, 1]")

    def as_dict(self) -> dict[str, object]:
        """The settings as plain data, for the report. ``workers`` is left out: it changes no result."""
        plain = dataclasses.asdict(self)
        plain.pop("workers")
        return plain


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and math.isfinite(value)
