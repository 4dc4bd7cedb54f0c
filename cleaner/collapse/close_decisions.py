"""The weakest joins of a story, and the order in which close decisions are looked at.

Of the 856 reports that the default settings join on a development set (allsides_full) a person disagrees with 158; of
the thirty with the lowest score with their canonical with 20, with the lowest mean with 11, with the weakest via with
3. So a join is told of by its score with the canonical.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Literal

from cleaner.records import Article, ClosePair, Member, Story, level_of

MARGIN = 0.15
"""How far from the threshold a score may be for the decision to be a close one."""
OF_COPY = ("copy_of", "copy")
"""Evidence that a member is the copy of another report: its id, and what it is to it."""
LINKED = "linked_to"
"""Evidence that somebody said that a member is of one story with others: their ids."""


def weak_joins(
    story: Story, thresholds: Mapping[str, float], brought: Callable[[str], bool] | None = None
) -> list[ClosePair]:
    """Members and canonical of a story where they score less than the margin above the threshold, and the weakest.

    ``thresholds`` are by level; ``brought`` says of which ids is to be told, of all where it is None. Copies of
    other members, and what links joined, are left out.
    """
    head = story.members[0]
    found = []
    for member in story.members[1:]:
        told = brought is None or brought(member.id) or brought(head.id)
        if told and not member.earlier and level_of(member.relation) in thresholds and not _decided(member):
            found.append((round(member.score - thresholds[level_of(member.relation)], 6), member.id, member))
    found.sort(key=lambda one: one[:2])
    close = [member for place, (over, _, member) in enumerate(found) if over < MARGIN or not place]
    return [_pair(head, member, thresholds[level_of(member.relation)]) for member in close]


def _decided(member: Member) -> bool:
    return OF_COPY[0] in member.evidence or LINKED in member.evidence


def _pair(head: Member, member: Member, threshold: float) -> ClosePair:
    left, right = sorted((side(head), side(member)), key=lambda one: one.id)
    level: Literal["near", "event"] = "near" if member.relation == "near" else "event"
    return ClosePair(left, right, True, level, member.score, threshold, head.id, head.id)


def side(record: Member | Article) -> Article:
    """What a close decision tells of one of its records."""
    return Article(record.id, "", title=record.title, date=record.date, site=record.site)


def in_order_of_doubt(pairs: Iterable[ClosePair]) -> list[ClosePair]:
    """Those first whose score speaks most against what was done, links last; of two on the same records one.

    A link goes before a score, the score for one event before that of copies.
    """
    best: dict[tuple[str, str], ClosePair] = {}
    for one in sorted(pairs, key=lambda one: ("near", "event", "link").index(one.level)):
        best[one.left.id, one.right.id] = one
    return sorted(best.values(), key=_doubt)


def _doubt(one: ClosePair) -> tuple[bool, float, str, str]:
    over = round((one.score or 0.0) - (one.threshold or 0.0), 6)
    is_link = one.level == "link"
    return is_link, 0.0 if is_link else over if one.same else -over, one.left.id, one.right.id
