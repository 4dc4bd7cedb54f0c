"""From scored pairs to the reports of one event: average link that bridges do not carry, round-ups set apart."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import ArrayLike, NDArray

from cleaner.collapse.linkage import average_link

LEAST = 0.05
"""A pair below it is one of different events: it speaks against a cluster, as a pair that is no candidate does."""
DISCORD = 0.3
"""By so much. On events held out of training 3.2 instead of 3.8 % are lost and B-cubed F is 0.3 higher; 0.1 to 0.5
differ by 0.1 (``cleaner.train.events``)."""
HOMES = 3
"""A report that would go with so many stories that have nothing to do with each other is a round-up: it joins none.
With two, twice as many reports are set apart wrongly as rightly."""


def group_reports(
    size: int,
    left: NDArray[np.int64],
    right: NDArray[np.int64],
    probability: NDArray[np.float64],
    threshold: float,
    within: tuple[ArrayLike, float] | None = None,
) -> NDArray[np.int64]:
    """The story of each of ``size`` reports; the label of a report is the smallest one of its story.

    The pairs are listed once each; one that is not counts as probability 0. ``within`` is that of ``average_link``.
    """
    likely = probability >= LEAST
    left, right, probability = left[likely], right[likely], probability[likely]
    labels = average_link(size, left, right, probability, threshold, within, DISCORD)
    several = _round_ups(labels, left, right, probability, threshold)
    if len(several):
        rest = ~(np.isin(left, several) | np.isin(right, several))
        labels = average_link(size, left[rest], right[rest], probability[rest], threshold, within, DISCORD)
    return labels


def _round_ups(
    labels: NDArray[np.int64],
    left: NDArray[np.int64],
    right: NDArray[np.int64],
    probability: NDArray[np.float64],
    threshold: float,
) -> NDArray[np.int64]:
    """Reports that are as good as members of ``HOMES`` stories which have nothing to do with each other."""
    size = len(labels)
    stories, story = np.unique(labels, return_inverse=True)
    members = np.bincount(story, minlength=len(stories))
    graph = sp.coo_matrix((probability, (left, right)), shape=(size, size)).tocsr()
    graph = (graph + graph.T).tocsr()
    of_story = sp.csr_matrix((np.ones(size), (np.arange(size), story)), shape=(size, len(stories)))
    total = (graph @ of_story).tocoo()
    others = members[total.col] - (story[total.row] == total.col)
    home = (others > 0) & (total.data >= (threshold - _ROUNDING) * others)
    row, column = total.row[home], total.col[home]  # sorted by report
    by_story, bounds = np.argsort(story, kind="stable"), np.concatenate(([0], np.cumsum(members)))
    found: list[int] = []
    for report in np.flatnonzero(np.bincount(row, minlength=size) >= HOMES).tolist():
        own = column[np.searchsorted(row, report) : np.searchsorted(row, report, "right")].tolist()
        homes = [by_story[bounds[one] : bounds[one + 1]] for one in own]
        homes = [home[home != report] for home in homes]
        strangers: list[NDArray[np.int64]] = []
        for one in sorted(homes, key=lambda home: int(home[0])):
            if all(round(graph[one][:, other].mean(), 9) < LEAST for other in strangers):
                strangers.append(one)
        if len(strangers) >= HOMES:
            found.append(report)
    return np.array(found, dtype=np.int64)


_ROUNDING = 1e-9
"""Sums of probabilities differ in their last digits with the order of the sum."""
