"""How a report is attached to its story: by the report most like it, and its mean score with all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Attachment(NamedTuple):
    """Of one report in a story of several."""

    best: int
    """The report that is most likely to tell the same, the first of equal ones."""
    score: float
    """Probability that both tell one event."""
    mean: float
    """Mean probability over all other reports of the story; a pair that was not scored counts as 0."""


def attachments(rows: Sequence[int], probability: Mapping[tuple[int, int], float]) -> dict[int, Attachment]:
    """The tie of each of the reports ``rows`` of one story, in whose order equal partners are taken.

    ``probability`` has scored pairs (smaller row first). A report alone has none.
    """
    if len(rows) < 2:
        return {}
    total = dict.fromkeys(rows, 0.0)
    best = dict.fromkeys(rows, (-1.0, rows[0]))
    for place, one in enumerate(rows):
        for other in rows[place + 1 :]:
            score = probability.get((min(one, other), max(one, other)), 0.0)
            for here, there in ((one, other), (other, one)):
                total[here] += score
                if score > best[here][0]:
                    best[here] = score, there
    return {row: Attachment(best[row][1], best[row][0], total[row] / (len(rows) - 1)) for row in rows}
