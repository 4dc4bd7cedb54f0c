"""From clusters to stories: three levels of folding, the canonical, and what each member is to it."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cleaner.collapse import canonical, exact
from cleaner.collapse.event import EventIndex, default_threshold
from cleaner.collapse.linkage import average_link
from cleaner.collapse.near import NearIndex
from cleaner.collapse.words import tokens
from cleaner.records import Article, Member, Story

MAX_COMPARED = 300
"""Near copies of one story that are compared each with each for the most central."""
MIN_TERM = 4
"""Letters from which a word counts as content when members of a story are compared."""


@dataclass(slots=True)
class Folded:
    """Articles and the groups they fall into at each level. Indices point into ``articles``.

    ``exact_of`` and ``near_of`` give each article's kept copy at those levels; ``groups`` are the final
    ones (whole stories).
    """

    articles: list[Article]
    words: list[list[str]]
    exact_of: list[int]
    near_of: list[int]
    groups: list[list[int]]
    keep: str
    prefer: Sequence[str]
    near: NearIndex | None = None
    near_row: Mapping[int, int] = dataclasses.field(default_factory=dict)
    event: EventIndex | None = None
    event_row: Mapping[int, int] = dataclasses.field(default_factory=dict)
    probability: Mapping[tuple[int, int], float] = dataclasses.field(default_factory=dict)

    @classmethod
    def from_articles(
        cls,
        articles: list[Article],
        level: str,
        near_threshold: float | None,
        event_threshold: float | None,
        keep: str,
        prefer: Sequence[str],
    ) -> Folded:
        """Run the levels up to ``level`` over articles that stand in the order of their ids."""
        words = [tokens(article.text) for article in articles]
        every = list(range(len(articles)))
        folded = cls(articles, words, every, every, [], keep, prefer)
        folded._fold_exact()
        if level != "exact":
            folded._fold_near(near_threshold)
        if level == "event":
            folded._fold_event(event_threshold)
        else:
            folded.groups = _group_by(folded.near_of)
        return folded

    def _fold_exact(self) -> None:
        kept = list(self.exact_of)
        for group in exact.groups(exact.digest(words) for words in self.words):
            head = canonical.choose(group, self.articles, self.keep, self.prefer, _equal)
            for i in group:
                kept[i] = head
        self.exact_of = kept
        self.near_of = list(kept)

    def _fold_near(self, threshold: float | None) -> None:
        rows = sorted(set(self.exact_of))
        self.near = NearIndex([self.words[i] for i in rows], [self.articles[i].site for i in rows])
        self.near_row = {i: row for row, i in enumerate(rows)}
        labels = self.near.labels(threshold)
        head_of: dict[int, int] = {}
        for group in _group_by(labels.tolist()):
            members = [rows[row] for row in group]
            head = canonical.choose(members, self.articles, self.keep, self.prefer, self._near_merit)
            head_of.update(dict.fromkeys(members, head))
        self.near_of = [head_of[i] for i in self.exact_of]

    def _near_merit(self, members: Sequence[int]) -> Mapping[int, float]:
        """Score of near copies: complete and without leftovers, or (policy ``central``) most alike to all."""
        near = self.near
        if near is None:
            return _equal(members)
        if self.keep == "central":
            pairs = near.jaccard_of_all([self.near_row[i] for i in members[:MAX_COMPARED]])
            return dict.fromkeys(members, 0.0) | dict(
                zip(members, canonical.centrality(min(len(members), MAX_COMPARED), pairs), strict=False)
            )
        units = [near.distinct[self.near_row[i]].tolist() for i in members]
        full = canonical.completeness(units)
        extra = canonical.leftovers(units)
        return {i: a - b / 2 for i, a, b in zip(members, full, extra, strict=True)}

    def _fold_event(self, threshold: float | None) -> None:
        heads = sorted(set(self.near_of))
        first_date: dict[int, str] = {}
        for i, head in enumerate(self.near_of):
            if date := self.articles[i].date:
                first_date[head] = min(date, first_date.get(head, date))
        near = self.near
        self.event = EventIndex(
            [
                dataclasses.replace(
                    self.articles[i],
                    date=first_date.get(i),
                    text=near.own_text(self.near_row[i], self.articles[i].text) if near else self.articles[i].text,
                )
                for i in heads
            ]
        )
        self.event_row = {i: row for row, i in enumerate(heads)}
        pairs = self.event.pairs()
        self.probability = {
            (int(a), int(b)): float(p) for a, b, p in zip(pairs.left, pairs.right, pairs.probability, strict=True)
        }
        labels = average_link(len(heads), pairs.left, pairs.right, pairs.probability, threshold or default_threshold())
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
            units = [{word for word in self.words[head] if len(word) >= MIN_TERM} for head in heads]
            if not any(units):
                units = [set(self.words[head]) for head in heads]
            full = canonical.completeness(units)
            score = [(a + b) / 2 for a, b in zip(full, central, strict=True)]
        return {i: score[local[self.near_of[i]]] for i in members}


def build(folded: Folded) -> list[Story]:
    """Choose each group's canonical and say of every member what it is to it."""
    stories = [_story(folded, group) for group in folded.groups]
    return sorted(stories, key=lambda story: story.canonical.id)


def _story(folded: Folded, group: list[int]) -> Story:
    articles = folded.articles
    by_date = folded.keep in ("earliest", "latest", "longest") or folded.prefer
    pool = group if by_date else sorted({folded.near_of[i] for i in group})
    merit = folded.event_merit if folded.event is not None else folded._near_merit
    head = pool[0] if len(pool) == 1 else canonical.choose(pool, articles, folded.keep, folded.prefer, merit)
    members = [_member(articles[head], "canonical", 1.0, {})]
    others = sorted((i for i in group if i != head), key=lambda i: (articles[i].date or canonical.NO_DATE, i))
    for i in others:
        members.append(_member(articles[i], *_relation(folded, i, head)))
    dates = sorted(date for i in group if (date := articles[i].date))
    return Story(
        id=hashlib.blake2b(articles[head].id.encode("utf-8", "replace"), digest_size=8).hexdigest(),
        canonical=articles[head],
        members=members,
        first_seen=dates[0] if dates else None,
        last_seen=dates[-1] if dates else None,
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
        evidence = {"copy_of": folded.articles[mine].id, "copy": relation, **evidence}
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
