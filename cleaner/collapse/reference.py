"""Articles of a reference corpus among those of a run: a story with one of them is held there already.

They go by ids that no record can have. The run's records in such a story are rejected, and told what they are to the
reference.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from cleaner.records import Rejected, level_of

if TYPE_CHECKING:
    from cleaner.collapse.hierarchy import Hierarchy

REASON = "in-reference"
MARK = "\0"
"""Begins the ids of reference articles: what reads records leaves no NUL in theirs."""
_MEASURE = {"near": "containment", "event": "probability"}
_SHOWN = ("names", "numbers", "terms")


def is_of_reference(name: str) -> bool:
    """Whether an id is that of a reference article."""
    return name.startswith(MARK)


def in_reference(hierarchy: Hierarchy, group: Iterable[int], held_by: Sequence[int]) -> Iterator[tuple[Rejected, str]]:
    """The rejections of a story's records that a reference holds, each with what it is: exact, near or event.

    ``held_by`` are the places of the reference's articles in the story; the one told of is the most alike.
    """
    from cleaner.collapse import stories  # not where pages are stripped

    for i in group:
        header = hierarchy.headers[i]
        if is_of_reference(header.id):
            continue
        other = min(held_by, key=lambda one, i=i: _distance(hierarchy, i, one))  # type: ignore[misc]
        relation, score, evidence = stories.relation(hierarchy, i, other)
        name = hierarchy.headers[other].id.removeprefix(MARK)
        what = "same words" if relation == "exact" else f"{relation}, {_MEASURE[level_of(relation)]} {score:.3f}"
        more = [f"{kind}: {', '.join(map(str, evidence[kind][:3]))}" for kind in _SHOWN if evidence.get(kind)]
        detail = "; ".join([f"{name}: {what}", *more])
        yield Rejected(hierarchy.articles[i].origin, REASON, detail, header.id), relation


def _distance(hierarchy: Hierarchy, i: int, other: int) -> tuple[Any, ...]:
    if hierarchy.exact_of[i] == hierarchy.exact_of[other]:
        return 0, 0.0, other
    if hierarchy.near_of[i] == hierarchy.near_of[other]:
        return 1, 0.0, other
    rows = sorted(hierarchy.event_row.get(hierarchy.near_of[one], -1) for one in (i, other))
    return 2, -hierarchy.probability.get((rows[0], rows[1]), 0.0), other
