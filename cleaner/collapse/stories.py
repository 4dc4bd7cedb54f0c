"""From clusters to stories: three levels of folding, the canonical, and what each member is to it."""

from __future__ import annotations

import dataclasses
import hashlib
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cleaner.collapse import body, canonical, exact
from cleaner.collapse.event import Encoder, EventIndex, Pairs, adapted_threshold, count_scores
from cleaner.collapse.linkage import average_link
from cleaner.collapse.near import DEFAULT_THRESHOLD, NearIndex
from cleaner.collapse.words import tokens
from cleaner.records import Article, Member, Story
from cleaner.settings import Require

MAX_COMPARED = 300
"""Near copies of one story that are compared each with each for the most central."""
OF_COPY = ("copy_of", "copy")
"""Evidence that a member is the copy of another report: its id, and what it is to it."""


@dataclass(slots=True)
class Folded:
    """Articles and the groups they fall into at each level. Indices point into ``articles``.

    ``exact_of`` and ``near_of`` give each article's kept copy at those levels; ``groups`` are the final
    ones (whole stories); ``fits`` says which articles satisfy what is required of a canonical.
    """

    articles: list[Article]
    words: list[list[str]]
    exact_of: list[int]
    near_of: list[int]
    groups: list[list[int]]
    keep: str
    prefer: Sequence[str]
    fits: list[bool]
    near: NearIndex | None = None
    near_row: Mapping[int, int] = dataclasses.field(default_factory=dict)
    event: EventIndex | None = None
    event_row: Mapping[int, int] = dataclasses.field(default_factory=dict)
    pairs: Pairs | None = None
    probability: Mapping[tuple[int, int], float] = dataclasses.field(default_factory=dict)
    used: dict[str, float] = dataclasses.field(default_factory=dict)
    """Thresholds from which copies (``near``) and reports (``event``) were linked."""

    @classmethod
    def from_articles(
        cls,
        articles: list[Article],
        level: str,
        near_threshold: float | None,
        event_threshold: float | None,
        keep: str,
        prefer: Sequence[str],
        event_span: float | None = None,
        require: Require | None = None,
        encoder: Encoder | None = None,
    ) -> Folded:
        """Run the levels up to ``level`` over articles that stand in the order of their ids."""
        folded = cls.unfolded(articles, keep, prefer, require)
        folded.fold_exact()
        if level != "exact":
            folded.link_copies(near_threshold)
        if level == "event":
            folded._read_events(encoder)
            folded.link_events(event_threshold, event_span)
        return folded

    @classmethod
    def unfolded(
        cls,
        articles: list[Article],
        keep: str,
        prefer: Sequence[str],
        require: Require | None = None,
        words: list[list[str]] | None = None,
    ) -> Folded:
        """Articles in the order of their ids, none of them folded into another yet; ``words`` if known."""
        words = words or [tokens(article.text) for article in articles]
        every = list(range(len(articles)))
        wanted = require or Require()
        fits = [wanted.met(article.lang, len(own)) for article, own in zip(articles, words, strict=True)]
        return cls(articles, words, every, every, [], keep, prefer, fits)

    def fold_exact(self) -> None:
        """Choose the kept copy of each text."""
        kept = list(self.exact_of)
        for group in exact.groups(exact.digest(words) for words in self.words):
            head = canonical.choose(group, self.articles, self.keep, self.prefer, _equal, self.fits)
            for i in group:
                kept[i] = head
        self.exact_of = kept
        self.near_of = list(kept)
        self.groups = _group_by(kept)

    def link_copies(self, threshold: float | None) -> None:
        """Find the near copies and make ``groups`` of them; may be called again with another threshold."""
        rows = sorted(set(self.exact_of))
        near = self.near or NearIndex([self.words[i] for i in rows], [self.articles[i].site for i in rows])
        self.used["near"] = threshold or DEFAULT_THRESHOLD
        self.take_copies(near, rows, near.labels(self.used["near"]).tolist())

    def take_copies(
        self, near: NearIndex, rows: Sequence[int], labels: Sequence[int], kept: Collection[int] = ()
    ) -> None:
        """Choose the kept copy of each cluster; ``near`` and ``labels`` have a row for each of ``rows``.

        ``kept`` are articles of which it is known that their clusters keep them.
        """
        self.near = near
        self.near_row = {i: row for row, i in enumerate(rows)}
        head_of: dict[int, int] = {}
        for group in _group_by(labels):
            members = [rows[row] for row in group]
            head = next((i for i in members if i in kept), -1)
            if head < 0:
                head = canonical.choose(members, self.articles, self.keep, self.prefer, self._near_merit, self.fits)
            head_of.update(dict.fromkeys(members, head))
        self.near_of = [head_of[i] for i in self.exact_of]
        self.groups = _group_by(self.near_of)

    def _near_merit(self, members: Sequence[int]) -> Mapping[int, float]:
        """Score of near copies: complete and without leftovers, or (policy ``central``) most alike to all."""
        near = self.near
        if near is None:
            return _equal(members)
        if self.keep == "central":
            pairs = near.jaccard_of_all([self.near_row[self.exact_of[i]] for i in members[:MAX_COMPARED]])
            return dict.fromkeys(members, 0.0) | dict(
                zip(members, canonical.centrality(min(len(members), MAX_COMPARED), pairs), strict=False)
            )
        shingles = [near.ordered[self.near_row[self.exact_of[i]]] for i in members]
        return dict(zip(members, body.gains([self.articles[i].text for i in members], shingles), strict=True))

    def reports(self) -> dict[int, Article]:
        """By kept copy, what the event stage reads: its own text, with the first date of all copies."""
        first_date: dict[int, str] = {}
        for i, head in enumerate(self.near_of):
            if date := self.articles[i].date:
                first_date[head] = min(date, first_date.get(head, date), key=canonical.published)
        near = self.near
        return {
            i: dataclasses.replace(
                self.articles[i],
                date=first_date.get(i),
                text=near.own_text(self.near_row[i], self.articles[i].text) if near else self.articles[i].text,
            )
            for i in sorted(set(self.near_of))
        }

    def _read_events(self, encoder: Encoder | None) -> None:
        """Score the pairs of near copies' heads that may tell one event."""
        reports = self.reports()
        heads = list(reports)
        self.event = EventIndex(list(reports.values()), encoder=encoder)
        self.event_row = {i: row for row, i in enumerate(heads)}
        self.pairs = pairs = self.event.pairs()
        self.probability = {
            (int(a), int(b)): float(p) for a, b, p in zip(pairs.left, pairs.right, pairs.probability, strict=True)
        }

    def link_events(self, threshold: float | None, span: float | None = None) -> None:
        """Make ``groups`` of the scored pairs; may be called again with another threshold or span."""
        if self.event is None or self.pairs is None:
            raise RuntimeError("the level event was not reached")
        pairs = self.pairs
        self.used["event"] = threshold or adapted_threshold(count_scores(pairs.probability))
        labels = average_link(
            len(self.event),
            pairs.left,
            pairs.right,
            pairs.probability,
            self.used["event"],
            None if span is None else (self.event.hours(), span),
        )
        label_of = {i: int(labels[row]) for i, row in self.event_row.items()}
        self.groups = _group_by([label_of[head] for head in self.near_of])

    def event_merit(self, members: Sequence[int]) -> Mapping[int, float]:
        """Score of reports: how much of what all say, and how close to the others; a copy gets its head's."""
        heads = sorted({self.near_of[i] for i in members})
        local = {head: k for k, head in enumerate(heads)}
        rows = [self.event_row.get(head, -1) for head in heads]
        pairs = {
            (a, b): self.probability.get((min(rows[a], rows[b]), max(rows[a], rows[b])), 0.0)
            for a in range(len(rows))
            for b in range(a + 1, len(rows))
        }
        central = canonical.centrality(len(heads), pairs)
        if self.keep == "central":
            score = central
        else:
            units = [canonical.content(self.words[head], self.articles[head].title) for head in heads]
            full, own = canonical.completeness(units), canonical.own_share(units)
            score = [a - canonical.OWN * b + canonical.CENTRAL * c for a, b, c in zip(full, own, central, strict=True)]
        return {i: score[local[self.near_of[i]]] for i in members}


def build(folded: Folded) -> list[Story]:
    """Choose each group's canonical and say of every member what it is to it."""
    stories = [_story(folded, group) for group in folded.groups]
    return sorted(stories, key=lambda story: story.canonical.id)


def head_of(folded: Folded, group: list[int]) -> int:
    """The member of a final group that becomes its canonical."""
    by_date = folded.keep in ("earliest", "latest", "longest") or folded.prefer
    pool = group if by_date else sorted({folded.near_of[i] for i in group})
    merit = folded.event_merit if folded.event is not None else folded._near_merit
    return canonical.choose(pool, folded.articles, folded.keep, folded.prefer, merit, folded.fits)


def _story(folded: Folded, group: list[int]) -> Story:
    articles = folded.articles
    head = head_of(folded, group)
    members = [_member(articles[head], "canonical", 1.0, {})]
    others = sorted((i for i in group if i != head), key=lambda i: (canonical.published(articles[i].date), i))
    for i in others:
        members.append(_member(articles[i], *_relation(folded, i, head)))
    dates = {i: canonical.published(articles[i].date) for i in group}
    dated = sorted((i for i in group if dates[i][0] < math.inf), key=lambda i: (dates[i], i))
    return Story(
        id=hashlib.blake2b(articles[head].id.encode("utf-8", "replace"), digest_size=8).hexdigest(),
        canonical=articles[head],
        members=members,
        first_seen=articles[dated[0]].date if dated else None,
        last_seen=articles[dated[-1]].date if dated else None,
        first_site=next((site for i in dated if (site := articles[i].site)), None),
        fits=folded.fits[head],
    )


def _relation(folded: Folded, i: int, head: int) -> tuple[str, float, dict[str, Any]]:
    """What article ``i`` is to the canonical, with score and evidence."""
    if folded.exact_of[i] == folded.exact_of[head]:
        return "exact", 1.0, {"same_words": len(folded.words[i])}
    if folded.near_of[i] == folded.near_of[head] and folded.near is not None:
        rows = folded.near_row[folded.exact_of[i]], folded.near_row[folded.exact_of[head]]
        containment, jaccard, shared = folded.near.overlap(*rows)
        near_evidence = {"shared_shingles": shared, "containment": round(containment, 4), "jaccard": round(jaccard, 4)}
        return "near", round(containment, 4), near_evidence
    mine, theirs = folded.near_of[i], folded.near_of[head]
    evidence: dict[str, Any] = {}
    score = 0.0
    if folded.event is not None:
        a, b = folded.event_row[mine], folded.event_row[theirs]
        known = folded.probability.get((min(a, b), max(a, b)))
        score = round(folded.event.probability(a, b) if known is None else known, 4)
        evidence = dict(folded.event.evidence(a, b))
    if mine != i:
        relation = "exact" if folded.exact_of[i] == mine else "near"
        evidence = dict(zip(OF_COPY, (folded.articles[mine].id, relation), strict=True)) | evidence
    return "event", score, evidence


def _member(article: Article, relation: str, score: float, evidence: Mapping[str, Any]) -> Member:
    return Member(
        article.id, relation, score, evidence, article.url, article.date, article.site, article.title, article.origin
    )


def _equal(members: Sequence[int]) -> Mapping[int, float]:
    return dict.fromkeys(members, 0.0)


def _group_by(labels: Sequence[int]) -> list[list[int]]:
    groups: dict[int, list[int]] = {}
    for i, label in enumerate(labels):
        groups.setdefault(label, []).append(i)
    return list(groups.values())
