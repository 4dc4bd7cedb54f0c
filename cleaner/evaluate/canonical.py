"""How good the chosen canonicals are, policy by policy.

Clusters are taken as labelled, so that only the choice is measured. Where a cluster has a gold body
(``gold_text`` on any of its rows) the members are copies of one page and the canonical should be the cleanest
full one; otherwise they are reports of one event, and it should tell what they have in common.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import regex

from cleaner.article_store import ArticleStore
from cleaner.collapse import levels, stories
from cleaner.collapse.hierarchy import Hierarchy
from cleaner.collapse.linkage import groups_of
from cleaner.collapse.near import NearIndex
from cleaner.collapse.words import tokens
from cleaner.errors import UsageError
from cleaner.evaluate import labelled
from cleaner.evaluate.collapse import GOLD, article
from cleaner.evaluate.measures import Scores, shingle_scores
from cleaner.evaluate.strip import GOLD as GOLD_BODY
from cleaner.records import Article, Keep, Level
from cleaner.settings import KEEP_POLICIES, Settings

STUB = 0.7
"""Recall of the body below which a copy is a stub."""
CLEAN = 0.9
"""Precision below which a copy has leftovers."""
AS_GOOD = 0.02
"""F1 so close to the best member's counts as best."""
_FACT = regex.compile(r"\p{Nd}+(?:[.,:]\p{Nd}+)*|(?<=[\p{Ll},;] )\p{Lu}\p{L}+")
"""Numbers, and capitalised words within a sentence: what is measured is not what the choice counts."""


@dataclass(slots=True)
class CanonicalFigures:
    """Figures of one policy on one file; shares are of the clusters with at least two members.

    Of copies: ``quality`` is the mean 4-shingle F1 of the canonical against the body, ``of_best`` that of the
    best member, ``best`` the share of canonicals as good as it, ``stubs`` and ``leftovers`` the shares of
    canonicals that are one although a member is none. Of events: ``quality`` is the mean share of the facts
    told by at least two members (each weighted by how many others tell it) that the canonical tells, ``of_best``
    that of the member that tells most, ``best`` the share of canonicals that tell at least 90 % of that.
    """

    file: str
    kind: str
    policy: Keep
    clusters: int
    quality: float
    of_best: float
    best: float
    stubs: float | None = None
    leftovers: float | None = None
    words: float = 0.0
    """Mean words of the canonicals."""


@dataclass(slots=True)
class Cluster:
    """Articles of one cluster and, of copies, their body."""

    articles: list[Article] = field(default_factory=list)
    body: str | None = None


def evaluate(path: str, policies: Sequence[Keep] = KEEP_POLICIES) -> list[CanonicalFigures]:
    """Measure the policies on one labelled file (``text``, ``cluster``, and ``gold_text`` for copies)."""
    clusters: dict[str, Cluster] = {}
    for number, row in enumerate(labelled.rows(path)):
        cluster = clusters.setdefault(str(labelled.column(row, GOLD, path)), Cluster())
        cluster.articles.append(article(row, f"{number:09d}", path))
        cluster.body = cluster.body or _body(row)
    several = [one for one in clusters.values() if len(one.articles) > 1]
    if not several:
        raise UsageError(f"{path} holds no cluster of two articles or more, of which one could be chosen")
    copies = [one for one in several if one.body]
    reports = [one for one in several if not one.body]
    figures = []
    if copies:
        scores = [[shingle_scores(str(one.body), member.text) for member in one.articles] for one in copies]
        figures += [_of_copies(path, policy, copies, scores) for policy in policies]
    if reports:
        chosen = canonicals([one.articles for one in reports], "event", policies)
        figures += [_of_events(path, policy, reports, chosen[policy]) for policy in policies]
    return figures


def _body(row: Mapping[str, Any]) -> str | None:
    found = next((row[name] for name in GOLD_BODY if row.get(name)), None)
    return "\n".join(map(str, found)) if isinstance(found, list) else None if found is None else str(found)


def canonicals(groups: Sequence[Sequence[Article]], level: Level, policies: Sequence[Keep]) -> dict[Keep, list[int]]:
    """For each policy the place of the canonical in every group, groups taken as they are."""
    flat = [(number, place) for number, group in enumerate(groups) for place in range(len(group))]
    flat.sort(key=lambda one: levels.order(groups[one[0]][one[1]]))
    articles = [groups[number][place] for number, place in flat]
    found = {}
    together = groups_of([number for number, _ in flat])
    for policy in policies:
        settings = Settings(level=level, keep=policy)
        hierarchy = Hierarchy.of_articles(ArticleStore(articles), settings)
        levels.build_levels(hierarchy, settings)
        # A copy that was labelled as of another event stays with its own.
        hierarchy.near_of = [head if flat[head][0] == flat[i][0] else i for i, head in enumerate(hierarchy.near_of)]
        heads = {flat[members[0]][0]: flat[stories.head_of(hierarchy, members)][1] for members in together}
        found[policy] = [heads[number] for number in range(len(groups))]
    return found


def copy_chooser(policy: Keep) -> Callable[[Sequence[Article]], int]:
    """Gives the place of the canonical in a group of copies."""

    def choose(group: Sequence[Article]) -> int:
        order = sorted(range(len(group)), key=lambda i: levels.order(group[i]))
        hierarchy = Hierarchy.of_articles(ArticleStore(group[i] for i in order), Settings(keep=policy))
        near = NearIndex(hierarchy.shingles)
        hierarchy.take_copies(near, range(len(order)), [0] * len(order))
        return order[hierarchy.near_of[0]]

    return choose


def _of_copies(
    path: str, policy: Keep, clusters: Sequence[Cluster], scores: Sequence[Sequence[Scores]]
) -> CanonicalFigures:
    choose = copy_chooser(policy)
    quality, of_best, words = [], [], []
    best = stubs = leftovers = 0
    for cluster, own in zip(clusters, scores, strict=True):
        place = choose(cluster.articles)
        chosen, top = own[place], max(own, key=lambda one: one.f1)
        quality.append(chosen.f1)
        of_best.append(top.f1)
        words.append(len(tokens(cluster.articles[place].text)))
        best += chosen.f1 >= top.f1 - AS_GOOD
        stubs += chosen.recall < STUB <= top.recall
        leftovers += chosen.recall >= STUB and chosen.precision < CLEAN <= top.precision
    number = len(clusters)
    return CanonicalFigures(
        path,
        "copies",
        policy,
        number,
        math.fsum(quality) / number,
        math.fsum(of_best) / number,
        best / number,
        stubs / number,
        leftovers / number,
        math.fsum(words) / number,
    )


def _of_events(path: str, policy: Keep, clusters: Sequence[Cluster], chosen: Sequence[int]) -> CanonicalFigures:
    quality, of_best, words = [], [], []
    best = 0
    for cluster, place in zip(clusters, chosen, strict=True):
        told = [set(_FACT.findall(f"{one.title or ''}\n{one.text}")) for one in cluster.articles]
        weight = {fact: number - 1 for fact, number in Counter(f for own in told for f in own).items() if number > 1}
        total = sum(weight.values())
        if not total:
            continue
        shares = [sum(weight.get(fact, 0) for fact in own) / total for own in told]
        quality.append(shares[place])
        of_best.append(max(shares))
        best += shares[place] >= 0.9 * max(shares)
        words.append(len(tokens(cluster.articles[place].text)))
    number = max(1, len(quality))
    return CanonicalFigures(
        path,
        "events",
        policy,
        len(quality),
        math.fsum(quality) / number,
        math.fsum(of_best) / number,
        best / number,
        words=math.fsum(words) / number,
    )
