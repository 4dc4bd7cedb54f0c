"""What is carried from stage to stage: Page -> Article -> Story, and what left the way: Cut, Rejected.

The stages of a page know these records and nothing of each other. All are plain data: they pickle between worker
processes and print as JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from cleaner import plain_rows

Level = Literal["exact", "near", "event"]
"""How far articles are collapsed."""
Keep = Literal["complete", "longest", "earliest", "latest", "central"]
"""Which member becomes the canonical."""
Grain = Literal["story", "report"]
"""How much one event takes in."""
Opinions = Literal["apart", "together"]
"""Whether a piece that says that it is one of opinion is a story of its own or is told in the story of its event."""
Relation = Literal["canonical", "exact", "near", "event", "opinion"]
"""What a member is to the canonical. An ``opinion`` piece is joined and scored as reports of one event are."""


def level_of(relation: str) -> str:
    """The level at which a member was joined: that of its relation, ``event`` for an ``opinion``."""
    return "event" if relation == "opinion" else relation


@dataclass(slots=True)
class Page:
    """One input record, decoded but not yet stripped. Exactly one of ``html`` and ``text`` is set.

    ``text`` is stored text: a page that somebody already flattened to lines. ``origin`` says where the
    record stands: ``path`` for a file, ``path:17`` for line 17 of a JSONL file (1-based), ``path#17``
    for row 17 of a Parquet file (0-based), ``path@1234`` for the WARC record at byte offset 1234.
    """

    id: str
    origin: str
    url: str | None = None
    html: str | None = None
    text: str | None = None
    title: str | None = None
    date: str | None = None
    lang: str | None = None
    author: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    """Fields of the input that cleaner does not know; they travel to the corpus untouched."""
    not_understood: dict[str, str] = field(default_factory=dict)
    """Parts of the record that were left out (``date``, ``url``, ``number`` ...), each as it was written."""


@dataclass(slots=True, frozen=True)
class Rejected:
    """An input record (or a whole unreadable file) that went no further, and why."""

    origin: str
    reason: str
    """A fixed word a program can count by: ``broken-json``, ``empty``, ``truncated`` ..."""
    detail: str = ""
    """The same for a person: what was wrong and where."""
    id: str | None = None
    cuts: tuple[Cut, ...] = ()
    """What was dropped from a page of which nothing was left."""


@dataclass(slots=True, frozen=True)
class Cut:
    """One dropped piece of a page.

    ``position`` is the 0-based index of the line in the page's lines; ``span`` the characters taken
    from that line (start, end), or None when the whole line went. ``rule`` is the name of the rule
    that decided, its part before the first dot is ``label``.
    """

    text: str
    label: str
    rule: str
    position: int
    score: float | None = None
    span: tuple[int, int] | None = None

    def __reduce__(self) -> tuple[type[Cut], tuple[Any, ...]]:
        # A page has a hundred of these; what dataclasses do by themselves takes five times as long.
        return Cut, (self.text, self.label, self.rule, self.position, self.score, self.span)


class Doubtful(NamedTuple):
    """A kept line: its text, its place as a cut has it, and the probability that it is body."""

    text: str
    position: int
    score: float


class OpenDate(NamedTuple):
    """A date of digits in which the page does not show which is the day: what it is in either order."""

    day_first: str
    month_first: str
    source: str
    """As ``Article.date_source``."""


@dataclass(slots=True)
class Article:
    """A page's body and metadata after stripping, with everything that was cut."""

    id: str
    text: str
    url: str | None = None
    title: str | None = None
    date: str | None = None
    """ISO 8601, ``YYYY-MM-DD`` or with a time."""
    date_source: str | None = None
    """Where the date was found: ``record`` (given with the page), ``url``, ``metadata`` (head or JSON-LD), ``markup``
    (elements of the page) or ``text`` (a line of it)."""
    lang: str | None = None
    """ISO 639-1 code."""
    author: str | None = None
    site: str | None = None
    """Host name without ``www.``, from the URL."""
    site_name: str | None = None
    """What the site calls itself."""
    page_type: str | None = None
    """What kind of page it was, of HTML: ``article``, ``forum``, ``documentation``, ``service``, ``product``,
    ``listing`` or ``collection``, as the classifier has it."""
    page_type_probability: float | None = None
    """How sure it is, 0 to 1."""
    origin: str = ""
    cuts: list[Cut] = field(default_factory=list)
    doubtful: list[Doubtful] = field(default_factory=list)
    """Kept lines that are hardly likelier body than not, the least likely first; for those who look at the cuts."""
    extra: dict[str, Any] = field(default_factory=dict)
    not_understood: dict[str, str] = field(default_factory=dict)
    """As in ``Page``; for the report, not kept."""
    day_first: bool | None = None
    """In which order the page writes dates of digits, where its own dates show it; not kept."""
    open_date: OpenDate | None = None
    """Of an article without a date, until its site shows the order; not kept."""

    def as_dict(self) -> dict[str, Any]:
        """The columns that ``cleaner strip`` writes of it, its cuts among them. Plain data, its own."""
        return deepcopy(plain_rows.stripped_row(self))


class Via(NamedTuple):
    """The member of a story that another one hangs on."""

    id: str
    score: float
    """As that of a ``Member``, between the two."""


@dataclass(slots=True, frozen=True)
class Member:
    """One record of a story, the canonical included (relation ``canonical``, score 1)."""

    id: str
    relation: Relation
    score: float
    """exact: 1; near: containment of the smaller text's shingles; event: probability of one event."""
    evidence: Mapping[str, Any]
    url: str | None = None
    date: str | None = None
    site: str | None = None
    title: str | None = None
    origin: str = ""
    text: str = ""
    """Of the record; an index and an earlier corpus do not tell it."""
    earlier: bool = False
    """Whether it is no record of this run, but a member that the row of an earlier corpus lists."""
    via: Via | None = None
    """What it hangs on: of a report the one most likely to tell the same, of a copy the one that it is a copy of;
    of an earlier one whose canonical is none any more, that one. None for the canonical."""
    mean: float | None = None
    """Mean probability over the other reports of the story, of a copy that of its report; None without another
    report and for the canonical."""


@dataclass(slots=True, frozen=True)
class ClosePair:
    """Two records whose being, or not being, of one story was decided by little."""

    left: Article
    right: Article
    same: bool
    """Whether they are in one story."""
    level: Literal["near", "event", "link"]
    """What decided: the score of a level, ``near`` (containment) or ``event`` (probability of one event), or a link."""
    score: float | None
    """Of a link the probability of one event, where that is known."""
    threshold: float | None
    """From which that level linked."""
    left_into: str | None
    right_into: str | None
    """Ids of their canonicals; None where the story is not in the corpus (only links tell of such)."""


@dataclass(slots=True)
class Story:
    """One event: its canonical article and everybody who told it."""

    id: str
    canonical: Article
    members: list[Member]
    first_seen: str | None = None
    last_seen: str | None = None
    first_site: str | None = None
    """Site of the earliest dated member that has one."""
    fits: bool = True
    """Whether the canonical satisfies what was required of one (``Settings.require``)."""

    @property
    def size(self) -> int:
        """Number of records in the story, the canonical included."""
        return len(self.members)

    @property
    def sites(self) -> int:
        """Number of different sites that told it, as far as they are known."""
        return len({member.site for member in self.members if member.site})

    def as_dict(self) -> dict[str, Any]:
        """The columns of its row in the ``corpus`` that a run writes. Plain data, its own."""
        return deepcopy(plain_rows.corpus_row(self))
