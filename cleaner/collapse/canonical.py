"""Which member of a group is kept.

``complete`` (the default) takes among near copies the cleanest full one (``body`` says how good each is), among
reports of one event the one that tells most of what at least two members tell. OWN, CENTRAL and MIN_LETTERS were
chosen with ``cleaner evaluate canonical`` on the four labelled event sets: of the facts that several members of
a story tell the canonical tells 77, 82, 93 and 97 %, the best member 82, 87, 98 and 98 %, the longest 75, 79, 87
and 97 %.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from datetime import UTC, datetime

from cleaner.article_store import Header
from cleaner.collapse.words import tokens

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MIN_LETTERS = 5
OWN = 0.1
CENTRAL = 0.1
"""What counts as content, what a member pays for content that only it has, and what it gains for being probably
the same event as each other member: the latter keep an article on two events from being the best of one."""
NO_DATE = "9999"
"""Sorts undated articles behind dated ones."""


def published(date: str | None) -> tuple[float, str]:
    """Sort key of an ISO 8601 date: the moment in seconds (UTC where no zone is written), undated ones last.

    A date without a time is its midnight; what is no such date counts as undated.
    """
    try:
        moment = datetime.fromisoformat(date or "")
    except ValueError:
        return math.inf, date or NO_DATE
    since = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - _EPOCH
    return since.total_seconds(), date or NO_DATE


def completeness(units: Sequence[Collection[Hashable]]) -> list[float]:
    """For each member of a group, how much of the group's content it holds, 0 to 1.

    ``units`` are the members' distinct shingles or terms. Content is what at least two members hold,
    weighted by how many others hold it; of two members it is all that either holds.
    """
    counts = Counter(unit for one in units for unit in one)
    least = 1 if len(units) <= 2 else 2
    weight = {unit: number - 1 or 0.5 for unit, number in counts.items() if number >= least}
    total = sum(weight.values())
    if not total:
        return [1.0] * len(units)
    return [sum(weight.get(unit, 0.0) for unit in one) / total for one in units]


def own_share(units: Sequence[Collection[Hashable]]) -> list[float]:
    """For each member of a group, the share of its content that no other holds, 0 to 1."""
    counts = Counter(unit for one in units for unit in one)
    return [sum(counts[unit] == 1 for unit in one) / max(1, len(one)) for one in units]


def content(words: Collection[str], title: str | None) -> set[str]:
    """Long words and numbers of an article; all its words where it has no such (scripts without spaces)."""
    every = {*words, *tokens(title or "")}
    return {word for word in every if len(word) >= MIN_LETTERS or word.isdigit()} or every


def centrality(size: int, similarity: Mapping[tuple[int, int], float]) -> list[float]:
    """Mean similarity of each member to the others, absent pairs counting 0. Keys are (i, j), i < j."""
    sums = [0.0] * size
    for (i, j), value in similarity.items():
        sums[i] += value
        sums[j] += value
    return [value / max(1, size - 1) for value in sums]


def choose(
    members: Sequence[int],
    headers: Sequence[Header],
    policy: str,
    prefer: Sequence[str],
    merit: Callable[[Sequence[int]], Mapping[int, float]],
    fits: Sequence[bool],
) -> int:
    """The member to keep: by preferred domain, then by policy, then the earlier date, then the smaller id.

    ``members`` are places among ``headers``. ``merit`` gives the score of each member for the policies
    ``complete`` and ``central``. ``fits`` says of every article whether it satisfies what is required of a
    canonical; one that does not is chosen only where no member does.
    """
    able = pool(members, headers, prefer, fits)
    return able[0] if len(able) == 1 else best(able, headers, policy, merit)


def pool(
    members: Sequence[int], headers: Sequence[Header], prefer: Sequence[str], fits: Sequence[bool]
) -> Sequence[int]:
    """The members among which the policy chooses: those that fit, of these those on the first preferred domain."""
    return _preferred([i for i in members if fits[i]] or members, headers, prefer)


def best(
    pool: Sequence[int],
    headers: Sequence[Header],
    policy: str,
    merit: Callable[[Sequence[int]], Mapping[int, float]],
) -> int:
    """The member of a pool that a policy keeps."""

    def date(i: int) -> tuple[float, str]:
        return published(headers[i].date)

    if policy == "earliest":
        return min(pool, key=lambda i: (date(i), headers[i].id))
    if policy == "latest":
        dated = [i for i in pool if date(i)[0] < math.inf] or pool
        latest = max(date(i)[0] for i in dated)
        return min((i for i in dated if date(i)[0] == latest), key=lambda i: headers[i].id)
    if policy == "longest":
        return min(pool, key=lambda i: (-headers[i].length, date(i), headers[i].id))
    score = merit(pool)
    return min(pool, key=lambda i: (-round(score[i], 6), date(i), headers[i].id))


def _preferred(members: Sequence[int], headers: Sequence[Header], prefer: Sequence[str]) -> list[int]:
    """The members on the first preferred domain (or a subdomain of it) that has any; all when none has."""
    for domain in prefer:
        wanted = domain.lower().removeprefix("www.")
        found = [i for i in members if (site := headers[i].site) and (site == wanted or site.endswith("." + wanted))]
        if found:
            return found
    return list(members)
