"""Which member of a group is kept.

``complete`` (the default) takes the member that holds most of what the group tells and least of what only
it has: among near copies the cleanest full copy, among reports of one event the one that says most of what
all say and is closest to the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence

from cleaner.records import Article

LEFTOVER_SHARE = 0.3
"""Share of a copy that no other copy holds up to which it counts as leftovers; more is a fuller version."""
NO_DATE = "9999"
"""Sorts undated articles behind dated ones."""


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


def leftovers(units: Sequence[Collection[Hashable]]) -> list[float]:
    """For each member of at least three, the share of its units that no other holds; 0 above LEFTOVER_SHARE."""
    if len(units) < 3:
        return [0.0] * len(units)
    counts = Counter(unit for one in units for unit in one)
    shares = [sum(counts[unit] == 1 for unit in one) / max(1, len(one)) for one in units]
    return [share if share <= LEFTOVER_SHARE else 0.0 for share in shares]


def centrality(size: int, similarity: Mapping[tuple[int, int], float]) -> list[float]:
    """Mean similarity of each member to the others, absent pairs counting 0. Keys are (i, j), i < j."""
    sums = [0.0] * size
    for (i, j), value in similarity.items():
        sums[i] += value
        sums[j] += value
    return [value / max(1, size - 1) for value in sums]


def choose(
    members: Sequence[int],
    articles: Sequence[Article],
    policy: str,
    prefer: Sequence[str],
    merit: Callable[[Sequence[int]], Mapping[int, float]],
) -> int:
    """The member to keep: by preferred domain, then by policy, then the earlier date, then the smaller id.

    ``merit`` gives the score of each member for the policies ``complete`` and ``central``.
    """
    pool = _preferred(members, articles, prefer)
    if len(pool) == 1:
        return pool[0]

    def date(i: int) -> str:
        return articles[i].date or NO_DATE

    if policy == "earliest":
        return min(pool, key=lambda i: (date(i), articles[i].id))
    if policy == "latest":
        latest = max(articles[i].date or "" for i in pool)
        return min((i for i in pool if (articles[i].date or "") == latest), key=lambda i: articles[i].id)
    if policy == "longest":
        return min(pool, key=lambda i: (-len(articles[i].text), date(i), articles[i].id))
    score = merit(pool)
    return min(pool, key=lambda i: (-round(score[i], 6), date(i), articles[i].id))


def _preferred(members: Sequence[int], articles: Sequence[Article], prefer: Sequence[str]) -> list[int]:
    """The members on the first preferred domain (or a subdomain of it) that has any; all when none has."""
    for domain in prefer:
        wanted = domain.lower().removeprefix("www.")
        found = [i for i in members if (site := articles[i].site) and (site == wanted or site.endswith("." + wanted))]
        if found:
            return found
    return list(members)
