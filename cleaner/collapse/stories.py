"""From clusters to stories: the canonical, and what each member is to it."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from cleaner.collapse import canonical, selection, task_sizes
from cleaner.collapse.attachment import Attachment, attachments
from cleaner.collapse.checkpoints import Arrays, Form
from cleaner.collapse.close_decisions import LINKED, OF_COPY
from cleaner.collapse.earlier_corpus import Carried
from cleaner.collapse.hierarchy import Hierarchy
from cleaner.collapse.opinion import is_opinion
from cleaner.collapse.shown_differences import differing
from cleaner.records import Article, Member, Relation, Story, Via, level_of

DIFFERS = "differs_in"
"""In the evidence of a near copy: what the other text has and it has instead, as in ``5.1 / 6.3``."""
_TOGETHER = 500
"""Groups that go to a worker at a time."""


def build(hierarchy: Hierarchy, carry: bool = False) -> Iterator[Story]:
    """Choose each group's canonical and say of every member what it is to it; sorted by the canonical's id.

    ``carry`` as in ``tell``.
    """
    return (tell(hierarchy, *one, carry=carry) for one in in_order(hierarchy))


def in_order(hierarchy: Hierarchy) -> list[tuple[int, int]]:
    """The number of each final group and its canonical, sorted by the canonical's id."""
    several = [number for number, group in enumerate(hierarchy.groups) if len(group) > 1]
    each = task_sizes.size(len(several), _TOGETHER)
    batches = (several[first : first + each] for first in range(0, len(several), each))
    heads = [group[0] for group in hierarchy.groups]
    mapped = hierarchy.checkpoints.mapped("canonicals", hierarchy.mapped, _FORM)
    chosen = (head for found in mapped(partial(_heads, hierarchy), batches) for head in found)
    for number, head in zip(several, chosen, strict=True):
        heads[number] = head
    return sorted(enumerate(heads), key=lambda one: hierarchy.headers[one[1]].id)


def _heads(hierarchy: Hierarchy, numbers: Sequence[int]) -> list[int]:
    return [head_of(hierarchy, hierarchy.groups[number]) for number in numbers]


def _arrays(heads: list[int]) -> Arrays:
    return {"heads": np.array(heads, np.int64)}


def _of_arrays(arrays: Arrays) -> list[int]:
    heads: list[int] = arrays["heads"].tolist()
    return heads


_FORM = Form(_arrays, _of_arrays)


def head_of(hierarchy: Hierarchy, group: Sequence[int]) -> int:
    """The member of a final group that becomes its canonical."""
    if len(group) == 1:
        return group[0]
    by_date = hierarchy.keep in ("earliest", "latest", "longest") or hierarchy.prefer
    pool = group if by_date else sorted({hierarchy.near_of[i] for i in group})
    merit = partial(selection.event_merit if hierarchy.event is not None else selection.near_merit, hierarchy)
    if hierarchy.event is not None:
        reports = [i for i in pool if not is_opinion(hierarchy.articles[i])]
        if reports and any(hierarchy.fits[i] for i in reports) >= any(hierarchy.fits[i] for i in pool):
            pool = reports
    return canonical.choose(pool, hierarchy.headers, hierarchy.keep, hierarchy.prefer, merit, hierarchy.fits)


def tell(hierarchy: Hierarchy, number: int, head: int, carry: bool = True) -> Story:
    """The story of a final group whose canonical is ``head``.

    With ``carry`` an article that is the row of an earlier corpus brings the members that it had there.
    """
    headers, group = hierarchy.headers, hierarchy.groups[number]
    kept = hierarchy.articles[head]
    dates = {i: canonical.published(headers[i].date) for i in group}
    attached = _attachments(hierarchy, group)
    members = [_member(kept, "canonical", 1.0, {})]
    carried = Carried(hierarchy.ids)
    if carry:
        carried.add(kept, is_canonical=True)
    for i in sorted((i for i in group if i != head), key=lambda i: (dates[i], i)):
        article = hierarchy.articles[i]
        kind, score, evidence = relation(hierarchy, i, head)
        evidence = _with_differences(hierarchy, (i, article), (head, kept), kind, evidence)
        if said := hierarchy.links.must.get(i):
            evidence = {**evidence, LINKED: sorted(hierarchy.headers[other].id for other in said)}
        members.append(_member(article, kind, score, evidence, *_attached_by(hierarchy, i, head, score, attached)))
        if carry:
            carried.add(article, is_canonical=False)
    if told_before := carried.members():
        rest = sorted(members[1:] + told_before, key=lambda member: (canonical.published(member.date), member.id))
        members[1:] = rest
    told = [(canonical.published(member.date), number) for number, member in enumerate(members)]
    dated = [members[number] for moment, number in sorted(told) if moment[0] < math.inf]
    seen = sorted([member.date or "" for member in dated] + carried.seen, key=canonical.published)
    return Story(
        id=hashlib.blake2b(kept.id.encode("utf-8", "replace"), digest_size=8).hexdigest(),
        canonical=kept,
        members=members,
        first_seen=seen[0] if seen else None,
        last_seen=seen[-1] if seen else None,
        first_site=next((member.site for member in dated if member.site), None),
        fits=hierarchy.fits[head],
    )


def relation(hierarchy: Hierarchy, i: int, head: int) -> tuple[Relation, float, dict[str, Any]]:
    """What article ``i`` is to the canonical, with score and evidence."""
    if hierarchy.exact_of[i] == hierarchy.exact_of[head]:
        return "exact", 1.0, {"same_words": int(hierarchy.words[i])}
    if hierarchy.near_of[i] == hierarchy.near_of[head] and hierarchy.near is not None:
        rows = (int(hierarchy.near_row[hierarchy.exact_of[one]]) for one in (i, head))
        containment, jaccard, shared = hierarchy.near.overlap(*rows)
        near_evidence = {"shared_shingles": shared, "containment": round(containment, 4), "jaccard": round(jaccard, 4)}
        return "near", round(containment, 4), near_evidence
    mine, theirs = hierarchy.near_of[i], hierarchy.near_of[head]
    evidence: dict[str, Any] = {}
    score = 0.0
    if hierarchy.event is not None:
        a, b = hierarchy.event_row[mine], hierarchy.event_row[theirs]
        known = hierarchy.probability.get((min(a, b), max(a, b)))
        score = round(hierarchy.event.probability(a, b) if known is None else known, 4)
        evidence = dict(hierarchy.event.evidence(a, b))
    kind: Relation = "opinion" if is_opinion(hierarchy.articles[mine]) else "event"
    if mine != i:
        relation = "exact" if hierarchy.exact_of[i] == mine else "near"
        evidence = dict(zip(OF_COPY, (hierarchy.headers[mine].id, relation), strict=True)) | evidence
    return kind, score, evidence


def _with_differences(
    hierarchy: Hierarchy, one: tuple[int, Article], head: tuple[int, Article], kind: Relation, evidence: dict[str, Any]
) -> dict[str, Any]:
    """The evidence of a near copy with what it has in place of what the text has that it is a copy of."""
    if level_of(kind) == "event" and evidence.get(OF_COPY[1]) == "near":
        place = hierarchy.near_of[one[0]]
        head = place, hierarchy.articles[place]
    elif kind != "near":
        return evidence
    grams = (hierarchy.grams(place) for place, _ in (head, one))
    places = differing(head[1], one[1], *grams)
    return {**evidence, DIFFERS: places} if places else evidence


def _attachments(hierarchy: Hierarchy, group: Sequence[int]) -> dict[int, Attachment]:
    """By kept copy, what holds each report of a group; partners are kept copies."""
    if hierarchy.event is None:
        return {}
    heads = sorted({hierarchy.near_of[i] for i in group})
    head_of = {hierarchy.event_row[head]: head for head in heads} if len(heads) > 1 else {}
    found = attachments(list(head_of), hierarchy.probability)
    return {head_of[row]: attachment._replace(best=head_of[attachment.best]) for row, attachment in found.items()}


def _attached_by(
    hierarchy: Hierarchy, i: int, head: int, score: float, attached: Mapping[int, Attachment]
) -> tuple[Via | None, float | None]:
    """What article ``i`` hangs on, and its mean; ``score`` is its own with the canonical."""
    mine = hierarchy.near_of[i]
    attachment = attached.get(mine)
    mean = None if attachment is None else round(attachment.mean, 4)
    if mine == hierarchy.near_of[head]:
        return Via(hierarchy.headers[head].id, score), mean
    if mine != i:
        return Via(hierarchy.headers[mine].id, relation(hierarchy, i, mine)[1]), mean
    if attachment is None:
        return None, None
    return Via(hierarchy.headers[attachment.best].id, round(attachment.score, 4)), mean


def _member(
    article: Article,
    relation: Relation,
    score: float,
    evidence: Mapping[str, Any],
    via: Via | None = None,
    mean: float | None = None,
) -> Member:
    return Member(
        article.id, relation, score, evidence, article.url, article.date, article.site, article.title, article.origin,
        article.text, via=via, mean=mean,
    )  # fmt: skip
