"""Alike pairs of texts in, their connected components out; one too large for all its pairs is linked in rounds."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from cleaner.collapse import bands
from cleaner.collapse.linkage import average_link
from cleaner.collapse.ragged import Places

if TYPE_CHECKING:
    from cleaner.collapse.near import Scored

FULL_COMPONENT = 400
"""Texts in one component up to which all its pairs are verified: average link counts an absent pair as 0, so
a pair that the bands missed would hold a cluster apart."""
MAX_CLUSTERS = 1000
"""Clusters of one large component up to which they are compared each with each."""


def components(count: int, left: Places, right: Places) -> tuple[list[Places], list[Places]]:
    """Connected components of three to FULL_COMPONENT texts, and larger ones, each ascending, by their first text."""
    graph = coo_matrix((np.ones(len(left), np.int8), (left, right)), shape=(count, count))
    _, label = connected_components(graph, directed=False)
    sizes = np.bincount(label, minlength=1)
    members = np.flatnonzero(sizes[label] > 2) if count else np.empty(0, np.int64)
    order = members[np.argsort(label[members], kind="stable")]
    starts = np.flatnonzero(np.diff(label[order]) != 0) + 1
    parts = [part.astype(np.int64) for part in np.split(order, starts) if len(part)]
    return [one for one in parts if len(one) <= FULL_COMPONENT], [one for one in parts if len(one) > FULL_COMPONENT]


def join(
    members: Places,
    labels: NDArray[np.int64],
    threshold: float,
    similar: Callable[[Places], Scored],
    close: Callable[[Places], Places] | None = None,
) -> None:
    """Compare the first texts of a large component's clusters, in place of ``labels``, and so on while that joins any.

    ``similar`` compares coded pairs; ``close`` gives those of many texts that are worth it, without it many stay apart.
    """
    heads = np.unique(labels[members])
    while len(heads) > 1:
        few = len(heads) <= MAX_CLUSTERS
        if not few and close is None:
            return
        pairs = similar(bands.code(*bands.all_pairs(heads)) if few or close is None else close(heads))
        left, right = np.searchsorted(heads, pairs.left), np.searchsorted(heads, pairs.right)
        joined = heads[average_link(len(heads), left, right, pairs.score, threshold)]
        labels[members] = joined[np.searchsorted(heads, labels[members])]
        fewer = np.unique(joined)
        if few or len(fewer) == len(heads):
            return
        heads = fewer
