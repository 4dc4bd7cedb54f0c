"""The hierarchy of clusters: exact copies, near copies among what is left, then reports of one event."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cleaner.article_store import ArticleStore, Header
from cleaner.collapse import canonical, exact, selection
from cleaner.collapse.checkpoints import AS_KEPT, Arrays, Checkpoints, Forgetful, Mapped, joined, parted
from cleaner.collapse.event import Encoder, EventIndex, Pairs, adapted_threshold, count_scores
from cleaner.collapse.event.grouping import group_reports
from cleaner.collapse.event.languages import two_letters
from cleaner.collapse.event.probabilities import Probabilities
from cleaner.collapse.linkage import groups_of
from cleaner.collapse.links import Links
from cleaner.collapse.near import NearIndex, Watch
from cleaner.collapse.pair_scores import DEFAULT_THRESHOLD
from cleaner.collapse.placed_links import PlacedLinks
from cleaner.collapse.ragged import Hashes, Ragged
from cleaner.collapse.reports import Reports, Rows, StoreIds
from cleaner.collapse.saved_scores import SavedScores, Unread
from cleaner.collapse.text_hashes import TextHashes
from cleaner.progress import Progress, Stage, watched
from cleaner.records import Opinions
from cleaner.settings import Settings

if TYPE_CHECKING:
    from cleaner.collapse.constrained_linkage import Pairs as LinkPairs


@dataclass(slots=True)
class Hierarchy:
    """Articles and the groups they fall into at each level. Places are those in the store ``articles``.

    ``exact_of`` and ``near_of`` give each article's kept copy at those levels; ``groups`` are the final
    ones (whole stories); ``fits`` says which articles satisfy what is required of a canonical.
    """

    articles: ArticleStore
    headers: Sequence[Header]
    words: NDArray[np.int64]
    digests: bytes
    shingles: Ragged
    exact_of: list[int]
    near_of: list[int]
    groups: Sequence[Sequence[int]]
    keep: str
    prefer: Sequence[str]
    fits: list[bool]
    folder: Path | None = None
    mapped: Mapped = map
    checkpoints: Checkpoints = dataclasses.field(default_factory=Forgetful)
    near: NearIndex | None = None
    near_row: NDArray[np.int64] = dataclasses.field(default_factory=lambda: np.empty(0, np.int64))
    event: EventIndex | None = None
    event_row: Mapping[int, int] = dataclasses.field(default_factory=dict)
    pairs: Pairs | None = None
    probability: Mapping[tuple[int, int], float] = dataclasses.field(default_factory=dict)
    links: PlacedLinks = dataclasses.field(default_factory=lambda: PlacedLinks(Links(), ()))
    """What a person says of these articles."""
    reference: frozenset[int] = frozenset()
    """Articles of a reference corpus; a story with one of them is not told of."""
    level: str = "event"
    """The last one."""
    opinions: Opinions = "together"
    """Whether pieces labelled as opinion take part in the level event."""
    used: dict[str, float] = dataclasses.field(default_factory=dict)
    """Thresholds from which copies (``near``) and reports (``event``) were linked."""
    ids: StoreIds = dataclasses.field(init=False)
    """Of all articles."""

    def __post_init__(self) -> None:
        self.ids = StoreIds(self.headers)

    @classmethod
    def of_articles(
        cls,
        articles: ArticleStore,
        settings: Settings,
        hashes: TextHashes | None = None,
        folder: Path | None = None,
        mapped: Mapped = map,
        checkpoints: Checkpoints | None = None,
    ) -> Hierarchy:
        """Articles in the order of their ids, each a group of its own.

        ``hashes`` are those of their words, ``folder`` takes what is too large for memory, ``checkpoints``
        keep the results of the levels.
        """
        known = hashes or TextHashes.of(articles, folder, mapped)
        every = list(range(len(articles)))
        numbers = known.words.tolist()
        codes = [two_letters(header.lang) if header.lang else None for header in articles.headers]
        fits = [settings.require.met(code, own) for code, own in zip(codes, numbers, strict=True)]
        return cls(
            articles, articles.headers, known.words, known.digests, known.shingles, every, every, [],
            settings.keep, settings.prefer, fits, folder, mapped, checkpoints or Forgetful(), level=settings.level,
            opinions=settings.opinions,
        )  # fmt: skip

    def take_links(self, links: Links) -> None:
        """Hold to these links, by ids, at all levels."""
        if links:
            self.links = PlacedLinks(links, self.headers)

    def _divided(
        self, level: str, before: str, labels: list[int], row_of: Callable[[int], int], pairs: LinkPairs | None
    ) -> list[int]:
        """Clusters of rows without what links hold apart; ``row_of`` gives the row that holds a place."""
        return self.links.divided(level, before, labels, row_of, pairs, self.used.get(level, 1.0))

    def _stories(self, level: str, labels: list[int]) -> Sequence[Sequence[int]]:
        """Groups of places: their clusters, at the last level those that links make one as such."""
        return groups_of(self.links.joined(level, labels) if level == self.level else labels)

    def reports_digest(self) -> str:
        """What tells the reports of one collapse from those of another: which copies are kept, and their dates."""
        reports = self.reports()
        told = json.dumps([[head, reports.date(head)] for head in reports.heads])
        return hashlib.blake2b(told.encode(), digest_size=16).hexdigest()

    def group_exact(self, decides: object = None) -> None:
        """Find the texts that several have, and choose the kept copy of each. ``decides`` is what decides that."""

        def make() -> Arrays:
            groups = exact.groups(self.digests, self.words, lambda i: self.articles[i].text)
            return dict(zip(("members", "ends"), joined(map(np.array, groups), np.int64), strict=True))

        found = self.checkpoints.result("exact", make, decides)
        groups = [group.tolist() for group in parted(found["members"], found["ends"])]
        self.take_exact(self._copies_apart(groups))

    def take_exact(self, groups: Sequence[Sequence[int]]) -> None:
        """Choose the kept copy of each group of equal texts."""
        kept = list(self.exact_of)
        for group in groups:
            head = canonical.choose(group, self.headers, self.keep, self.prefer, selection.equal, self.fits)
            for i in group:
                kept[i] = head
        self.exact_of = kept
        self.near_of = list(kept)
        self.groups = self._stories("exact", kept)

    def _copies_apart(self, groups: list[list[int]]) -> list[list[int]]:
        """Groups of exact copies without those that links hold apart."""
        if not self.links:
            return groups
        labels = list(range(len(self.headers)))
        for group in groups:
            for i in group:
                labels[i] = group[0]
        parts = groups_of(self._divided("exact", "", labels, lambda place: place, None))
        return [part for part in parts if len(part) > 1]

    def link_copies(self, threshold: float | None, watch: Watch = iter) -> None:
        """Find the near copies and make ``groups`` of them; may be called again with another threshold.

        ``watch`` hands on the bands (``bands.number``) as they are gone through.
        """
        rows = [i for i, head in enumerate(self.exact_of) if i == head]
        near = self.near
        if near is None:
            whole = len(rows) == len(self.exact_of)
            shingles = self.shingles if whole else self.shingles.taken(np.array(rows, np.int64), self.folder)
            sites = [self.headers[i].site for i in rows]
            near = NearIndex(shingles, sites, self.folder, self.mapped, Rows(self.articles, rows))
        self.used["near"] = threshold or DEFAULT_THRESHOLD
        near.compare(self.checkpoints, watch)
        linked = self.checkpoints.result("near", lambda: {"labels": near.labels(self.used["near"])}, self.used["near"])
        labels = linked["labels"].tolist()
        if self.links:
            row = {place: row for row, place in enumerate(rows)}
            labels = self._divided("near", "exact", labels, lambda i: row[self.exact_of[i]], near.compared())
        self.take_copies(near, rows, labels)

    def take_copies(
        self, near: NearIndex, rows: Sequence[int], labels: Sequence[int], kept: Collection[int] = ()
    ) -> None:
        """Choose the kept copy of each cluster; ``near`` and ``labels`` have a row for each of ``rows``.

        ``kept`` are articles of which it is known that their clusters keep them.
        """
        self.near = near
        self.near_row = np.full(len(self.headers), -1, np.int64)
        self.near_row[np.asarray(rows, np.int64)] = np.arange(len(rows))
        head_of = list(range(len(self.headers)))
        clusters = [[rows[row] for row in group] for group in groups_of(labels) if len(group) > 1]
        for members, head in zip(clusters, selection.heads(self, clusters, kept), strict=True):
            for i in members:
                head_of[i] = head
        self.near_of = [head_of[i] for i in self.exact_of]
        self.groups = self._stories("near", self.near_of)

    def grams(self, place: int) -> Hashes:
        """The shingle hashes of an article in text order. Raises RuntimeError before the level near."""
        if self.near is None:
            raise RuntimeError("the level near was not reached")
        return self.near.ordered[int(self.near_row[self.exact_of[place]])]

    def reports(self) -> Reports:
        """What the event stage reads of the kept copies, in their order."""
        first_date: dict[int, str] = {}
        for i, head in enumerate(self.near_of):
            if date := self.headers[i].date:
                first_date[head] = min(date, first_date.get(head, date), key=canonical.published)
        heads = [i for i, head in enumerate(self.near_of) if i == head]
        return Reports(self.articles, heads, first_date, self.near, self.near_row)

    def score_reports(self, encoder: Encoder | None, progress: Progress, encoded_by: object) -> None:
        """Score the pairs of near copies' heads that may tell one event. ``encoded_by`` is what decides the encoder."""
        reports = self.reports()
        with progress.stage("collapse: events", len(reports.heads), "reports") as stage:
            mapped = self.checkpoints.mapped("reports", self.mapped, AS_KEPT, self.opinions)
            read = partial(watched, stage, _documents_in, mapped)
            self.event = EventIndex(
                reports, None, None, None, encoder, read, self.opinions, self.mapped, self.checkpoints
            )
        self.event_row = {i: row for row, i in enumerate(reports.heads)}
        with progress.stage("collapse: pairs", unit="pairs") as stage:
            found = self.checkpoints.result("scores", lambda: self._scored(stage)._asdict(), encoded_by)
        self.pairs = Pairs(**found)
        self.probability = Probabilities(self.pairs)

    def _scored(self, stage: Stage) -> Pairs:
        """The pairs of reports that may tell one event."""
        if self.event is None:
            raise RuntimeError("the reports were not read")
        pairs = self.event.pairs(stage, self.mapped, self.checkpoints)
        if self.near is None:
            return pairs
        rows = self.near_row[np.fromiter(self.event_row, np.int64, len(self.event_row))]
        left, right = rows[pairs.left], rows[pairs.right]
        probability = self.near.without_other_facts(left, right, pairs.probability, self.checkpoints)
        return pairs._replace(probability=probability)

    def take_scores(self, kept: SavedScores) -> None:
        """Take pairs that were scored before for those of the reports, which are not read."""
        reports = self.reports()
        self.event = Unread(reports)
        self.event_row = {i: row for row, i in enumerate(reports.heads)}
        row = np.full(len(self.headers), -1, np.int64)
        row[np.asarray(reports.heads, np.int64)] = np.arange(len(reports.heads))
        self.pairs = Pairs(row[kept.left], row[kept.right], kept.score)
        self.probability = Probabilities(self.pairs)

    @property
    def scored_before(self) -> bool:
        """Whether the scores are those that ``take_scores`` took, and the reports are not read yet."""
        return isinstance(self.event, Unread)

    def read_reports(self, encoder: Encoder | None) -> None:
        """Read the reports that ``take_scores`` did not, so that stories can be told of."""
        if self.scored_before:
            self.event = EventIndex(self.reports(), encoder=encoder, mapped=self.mapped, opinions=self.opinions)

    def link_events(self, threshold: float | None, span: float | None = None, least: float = 0.0) -> None:
        """Make ``groups`` of the scored pairs; may be called again with another threshold or span.

        Without a threshold it is that which the scores ask for, but not under ``least``.
        """
        if self.event is None or self.pairs is None:
            raise RuntimeError("the level event was not reached")
        event, pairs = self.event, self.pairs
        used = self.used["event"] = threshold or max(least, adapted_threshold(count_scores(pairs.probability)))
        within = None if span is None else (event.hours(), span)
        linked = self.checkpoints.result(
            "events", lambda: {"labels": group_reports(len(event), *pairs, used, within)}, [used, span]
        )
        labels = linked["labels"].tolist()
        labels = self._divided("event", "near", labels, lambda i: self.event_row[self.near_of[i]], pairs)
        label_of = {i: labels[row] for i, row in self.event_row.items()}
        self.groups = self._stories("event", [label_of[head] for head in self.near_of])


def _documents_in(read: Arrays) -> int:
    return len(read["records"])
