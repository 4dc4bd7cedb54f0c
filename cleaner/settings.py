"""The user's choices, checked once; every stage gets the part it needs."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, get_args

from cleaner.errors import UsageError
from cleaner.records import Grain, Keep, Level, Opinions
from cleaner.urls import shown

Format = Literal["jsonl", "parquet", "jsonl.gz", "jsonl.zst"]
LEVELS: tuple[Level, ...] = get_args(Level)
KEEP_POLICIES: tuple[Keep, ...] = get_args(Keep)
GRAINS: tuple[Grain, ...] = get_args(Grain)
OPINIONS: tuple[Opinions, ...] = get_args(Opinions)
FORMATS: tuple[Format, ...] = get_args(Format)
ENGINES = ("local", "ray", "spark")
"""What can carry a run's tasks by name."""
LEAST_THRESHOLD = 1e-9
"""Similarities are told apart down to this."""
MOST_WORKERS = 1_000
MOST_PARTITIONS = 100_000
MOST_BYTES = 2**50
MOST_SECONDS = 10**7
MOST_WORDS = 10**9
MOST_RECORDS = 10**12
"""Above these a value is a mistake, and the machine's own calls refuse or overflow."""
_USED_FROM: dict[str, Level] = {
    "near_threshold": "near",
    "event_threshold": "event",
    "event_span": "event",
    "grain": "event",
    "opinions": "event",
    "encoder": "event",
}
"""The lowest level at which a setting decides something; the others do at all."""
OPTIONS = {"event_threshold": "threshold", "site_memory": "no-site-memory", "cuts": "no-cuts"}
"""Options of the command line whose names are not those of their settings."""
OF_PAGES = ("site_memory", "cuts", "seconds_per_page", "memory_per_page")
"""Settings and limits of which only commands that strip pages have options."""
_SWITCHES = ("site_memory", "keep_merged_text", "annotate", "keep_scores", "cuts")
_DOMAIN = re.compile(r"(?:[\w-]|[^\x00-\x9f\s])+(?:\.(?:[\w-]|[^\x00-\x9f\s])+)*")
"""Also in scripts of which some letters are marks, as vowels in Devanagari."""
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")


def unused(level: Level) -> dict[str, Level]:
    """The settings that decide nothing at a level, each with the lowest at which it does.

    A settings file may have them all the same, for it serves several runs.
    """
    return {name: lowest for name, lowest in _USED_FROM.items() if LEVELS.index(level) < LEVELS.index(lowest)}


def refuse_unused(given: Iterable[str], level: Level) -> None:
    """Raise UsageError for a setting among those ``given`` that decides nothing at the level."""
    idle = unused(level)
    for name in given:
        if name in idle:
            said = f"{name.replace('_', ' ')} decides nothing at the level {level}"
            raise UsageError(f"{said}; leave it out, or take the level {idle[name]}")


class _Bounds(NamedTuple):
    least: float
    """Lowest threshold that the scores of a corpus may ask for."""
    span: float | None
    """Most hours between two dated reports of one story; None sets no limit."""


_BOUNDS: dict[Grain, _Bounds] = {"story": _Bounds(0.0, None), "report": _Bounds(0.6, 24.0)}
"""Chosen on a set whose events are headlines of one day (``allsides_full`` of ``cleaner.train.events``), by a model
that has not seen it: B-cubed F 90.1 with 42 of 707 events lost, by the bounds of a story 89.0 and 75."""


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

    def __post_init__(self) -> None:
        for name in self.__dataclass_fields__:
            if not isinstance(getattr(self, name), str) or not getattr(self, name):
                raise UsageError(f"field {name} must be the name of a column")


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds that keep one hostile record from taking the run down. Sizes in bytes, time in seconds."""

    max_record_bytes: int = 32 * 1024 * 1024
    """A longer line, file or payload is rejected, without being held in memory whole."""
    max_expansion: int = 1000
    """A compressed stream that grows by more than this factor is a decompression bomb."""
    seconds_per_page: float = 30.0
    memory_per_page: int = 2 * 1024**3
    """Bytes by which stripping a page may make its process grow; Linux only. A page of the largest record's size
    takes about half of it."""

    def __post_init__(self) -> None:
        for name in ("max_record_bytes", "max_expansion", "memory_per_page"):
            if type(getattr(self, name)) is not int or not 0 < getattr(self, name) <= MOST_BYTES:
                raise UsageError(f"{name} must be a whole number above 0 and at most {MOST_BYTES}")
        if not _is_number(self.seconds_per_page) or not 0 < self.seconds_per_page <= MOST_SECONDS:
            raise UsageError(f"seconds_per_page must be a number above 0 and at most {MOST_SECONDS}")


@dataclass(frozen=True, slots=True)
class Require:
    """What a member must satisfy to become a canonical; the defaults ask for nothing."""

    lang: tuple[str, ...] = ()
    """Languages (ISO 639-1, ``zh`` covers ``zh-TW``) of which one must be the article's."""
    min_words: int = 0
    """Least number of words, counted as the copies' comparison counts them: characters where no spaces are written."""

    def __post_init__(self) -> None:
        written = _strings(self.lang)
        if written is None or not all(map(_LANGUAGE.fullmatch, written)):
            raise UsageError(f"require lang: {_shown(self.lang)} is not a list of codes such as en,de")
        object.__setattr__(self, "lang", tuple(one.lower() for one in written))
        if type(self.min_words) is not int or not 0 <= self.min_words <= MOST_WORDS:
            raise UsageError(f"require min-words: {_shown(self.min_words)} is no whole number from 0 to {MOST_WORDS}")

    def met(self, lang: str | None, words: int) -> bool:
        """Whether an article of this language and number of words satisfies it; an unknown language does not."""
        if words < self.min_words:
            return False
        code = (lang or "").lower()
        return not self.lang or any(_covers(wanted, code) for wanted in self.lang)

    def __str__(self) -> str:
        lang = [f"lang={','.join(self.lang)}"] if self.lang else []
        return " ".join(lang + ([f"min-words={self.min_words}"] if self.min_words else []))


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of a run. Raises UsageError for a value that makes no sense."""

    level: Level = "event"
    keep: Keep = "complete"
    prefer: tuple[str, ...] = ()
    """Domains in order of preference: the canonical comes from the first that tells the story."""
    workers: int = 0
    """Worker processes; 0 means one a core."""
    partitions: int = 0
    """Parts that the input is read in, and above 1 files that each output comes in; 0 lets the input's size say how
    many parts, and each output is one file."""
    format: Format = "jsonl"
    near_threshold: float | None = None
    """Containment above which two texts are copies; None takes the tuned default."""
    event_threshold: float | None = None
    """Probability above which two articles tell one event; None takes the tuned default."""
    event_span: float | None = None
    """Most hours between two dated reports of one story; None sets no limit but that of the grain."""
    grain: Grain = "story"
    """What an event is: a ``story`` with the steps that follow, or each step that is a ``report`` of its own."""
    opinions: Opinions = "together"
    """Whether a piece labelled as opinion is told in the story it is about (``together``) or one of its own."""
    require: Require = field(default_factory=Require)
    """A story of which no member satisfies it goes to the rejected records."""
    max_rejected: float = 20.0
    """Most records, in percent, that may be refused for their form before a run fails; at 100 it may also make no
    story."""
    keep_scores: bool = False
    """Whether all articles and the scored pairs are kept beside the corpus, for ``cleaner rethreshold``."""
    annotate: bool = False
    """Whether ``corpus`` has every article, with its story and its role in it, instead of the canonicals only."""
    against: str | None = None
    """A run's output folder, or files of articles: what they hold already is rejected."""
    links: str | None = None
    """File of lines of JSON that say of two ids, ``left`` and ``right``, whether they are of one story (``same``)."""
    encoder: str | None = None
    """Folder of a model2vec or sentence-transformers model that adds its evidence at the level ``event``."""
    site_memory: bool = True
    """Whether ``run`` drops what a site repeats on many of its pages."""
    keep_merged_text: bool = False
    """Whether ``merged`` has the whole text of each record instead of its first 300 characters."""
    cuts: bool = True
    """Whether the file ``cuts`` is written: what was dropped from each page, about as much as was kept."""
    limit: int | None = None
    """Only so many records are read, the first ones; None reads all."""
    fields: Fields = field(default_factory=Fields)
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        for name, value, allowed in (
            ("level", self.level, LEVELS),
            ("keep", self.keep, KEEP_POLICIES),
            ("format", self.format, FORMATS),
            ("grain", self.grain, GRAINS),
            ("opinions", self.opinions, OPINIONS),
        ):
            if value not in allowed:
                raise UsageError(f"{name} {_shown(value)} is not known; choose one of {', '.join(allowed)}")
        if type(self.workers) is not int or not 0 <= self.workers <= MOST_WORKERS:
            raise UsageError(f"workers must be 0 (one a core) or more, at most {MOST_WORKERS}")
        if self.limit is not None and (type(self.limit) is not int or not 0 < self.limit <= MOST_RECORDS):
            raise UsageError(f"limit {_shown(self.limit)} is no whole number from 1 to {MOST_RECORDS}")
        if type(self.partitions) is not int or not 0 <= self.partitions <= MOST_PARTITIONS:
            raise UsageError(f"partitions must be 0 (as the input's size asks for) or more, at most {MOST_PARTITIONS}")
        for name, what in (("encoder", "folder"), ("links", "file"), ("against", "file or folder")):
            path = getattr(self, name)
            if path is not None and (not isinstance(path, str) or not path or "\0" in path):
                raise UsageError(f"{name} must be the path of a {what}")
        for name in _SWITCHES:
            if type(getattr(self, name)) is not bool:
                raise UsageError(f"{name} {_shown(getattr(self, name))} is not true or false")
        if not _is_number(self.max_rejected) or not 0 <= self.max_rejected <= 100:
            raise UsageError(f"max rejected {_shown(self.max_rejected)} is not a percentage, 0 to 100")
        prefer = _strings(self.prefer)
        if prefer is None:
            raise UsageError(f"prefer must be a list of domains, not {_shown(self.prefer)}")
        for domain in prefer:
            if not _DOMAIN.fullmatch(domain):
                raise UsageError(f"prefer {_shown(domain)} is no domain such as example.org")
        object.__setattr__(self, "prefer", prefer)
        for name, threshold in (("near", self.near_threshold), ("event", self.event_threshold)):
            if threshold is not None and not (_is_number(threshold) and LEAST_THRESHOLD <= threshold <= 1):
                raise UsageError(f"{name} threshold {_shown(threshold)} is not between {LEAST_THRESHOLD:g} and 1")
        if self.event_span is not None and not (_is_number(self.event_span) and self.event_span > 0):
            raise UsageError(f"event span {_shown(self.event_span)} is no number of hours above 0")
        for name, kind in (("require", Require), ("fields", Fields), ("limits", Limits)):
            if not isinstance(getattr(self, name), kind):
                raise UsageError(f"{name} must be {kind.__name__}, not {_shown(getattr(self, name))}")

    @property
    def span(self) -> float | None:
        """Most hours between two dated reports of one story, as set or as the grain has it; None: no limit."""
        return _BOUNDS[self.grain].span if self.event_span is None else self.event_span

    @property
    def least_event_threshold(self) -> float:
        """Lowest event threshold that the scores of a corpus may ask for."""
        return _BOUNDS[self.grain].least

    def as_dict(self) -> dict[str, object]:
        """The settings as plain data, for the report, without ``workers`` and ``partitions``: they change no result."""
        plain = dataclasses.asdict(self)
        for name in ("workers", "partitions"):
            plain.pop(name)
        shown_paths = {name: shown(value) for name in ("against", "links") if (value := getattr(self, name))}
        return plain | shown_paths


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return not isinstance(value, float) or math.isfinite(value)


def _strings(value: object) -> tuple[str, ...] | None:
    """One string or several as a tuple; None for anything else."""
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, (list, tuple)) or not all(isinstance(one, str) for one in value):
        return None
    return tuple(value)


def _shown(value: object) -> str:
    """A wrong value in one line."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 10**20:
        return "of so many digits"  # Python refuses to write thousands of them
    written = value if isinstance(value, str) else repr(value)
    return "'" + " ".join(written.split())[:60] + "'"


def _covers(wanted: str, lang: str) -> bool:
    return lang == wanted or lang.startswith((wanted + "-", wanted + "_"))
