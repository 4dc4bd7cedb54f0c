"""Gradient-boosted trees without a library: plain arrays, evaluated by numpy, loaded without pickle.

Every tree is laid out as a perfect binary tree of one depth: inner node k has its children at 2k + 1 (the
feature is at most the threshold) and 2k + 2. A branch that ends early repeats its leaf below. So all trees
and all rows go down together, one gather a level.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FIRST_TREES, SETTLED = 90, -4.0
"""Trees after which a row with log-odds below SETTLED is settled."""
ROWS = 4_096
"""Rows evaluated at a time, so that memory stays bounded."""


def share_of(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probabilities of log-odds."""
    return 1 / (1 + np.exp(-odds))


@dataclass(frozen=True, slots=True, eq=False)
class Trees:
    """A boosted ensemble for two classes: the log-odds are ``bias`` plus one leaf of each tree."""

    feature: NDArray[np.int16]
    """Shape (trees, 2**depth - 1): the column an inner node looks at."""
    threshold: NDArray[np.float32]
    """Same shape: rows up to and including it go left."""
    leaf: NDArray[np.float32]
    """Shape (trees, 2**depth)."""
    bias: float
    width: int
    """Columns a row must have."""
    ceiling: NDArray[np.float32] | None = None
    """Shape (width,): a column's larger values are taken for this one. None: no column is cut off."""
    _levels: tuple[tuple[NDArray[np.intp], NDArray[np.float32]], ...] = field(init=False, repr=False)
    """``feature`` and ``threshold`` of each level, of shape (trees, 2**level): the nodes of one lie together."""

    def __post_init__(self) -> None:
        """Lay the nodes out by their levels."""
        levels = []
        for level in range(self.feature.shape[1].bit_length()):
            nodes = slice(2**level - 1, 2 ** (level + 1) - 1)
            features = np.ascontiguousarray(self.feature[:, nodes], np.intp)
            levels.append((features, np.ascontiguousarray(self.threshold[:, nodes])))
        object.__setattr__(self, "_levels", tuple(levels))

    def log_odds(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Log-odds of each row of shape (rows, width). Raises ValueError for another width."""
        return self.bias + self._sums(rows, slice(None))

    def _sums(self, rows: NDArray[np.float32], which: slice) -> NDArray[np.float64]:
        """The sum of the leaves that each row comes to in some of the trees."""
        if rows.ndim != 2 or rows.shape[1] != self.width:
            raise ValueError(f"rows of {self.width} features are needed, not of shape {rows.shape}")
        if self.ceiling is not None:
            rows = np.minimum(rows, self.ceiling)
        parts = [
            self._leaves(rows[at : at + ROWS], which).sum(axis=0, dtype=np.float64) for at in range(0, len(rows), ROWS)
        ]
        return np.concatenate(parts) if parts else np.zeros(0)

    def _leaves(self, rows: NDArray[np.float32], which: slice = slice(None)) -> NDArray[np.float32]:
        """The leaf that each row comes to in each of some of the trees: shape (trees, rows)."""
        columns = np.ascontiguousarray(rows.T)
        height = len(rows)
        flat, row = columns.ravel(), np.arange(height)
        # all trees look at one column each on the first level: whole columns are compared
        feature, threshold = self._levels[0]
        leaf = self.leaf[which]
        node = np.arange(0, 2 * len(leaf), 2)[:, None] + (columns[feature[which, 0]] > threshold[which])
        for feature, threshold in self._levels[1:]:
            value = (feature[which].ravel() * height).take(node)
            value += row
            right = flat.take(value) > threshold[which].ravel().take(node)
            node += node  # of node k of a level, counted over all trees, the children are 2k and 2k + 1
            node += right
        return leaf.ravel().take(node)

    def probability(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Probability of the second class for each row."""
        return share_of(self.log_odds(rows))

    def quick_log_odds(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """As ``log_odds``; a row that the first FIRST_TREES hold for all but impossible is looked at no further.

        On the development pages that spares a third of the rows most trees, of the articles' model half, and none
        of those comes out above .04 and .07.
        """
        if len(self.feature) <= FIRST_TREES:
            return self.log_odds(rows)
        odds = self.bias + self._sums(rows, slice(FIRST_TREES))
        open_rows = np.flatnonzero(odds > SETTLED)
        odds[open_rows] += self._sums(rows[open_rows], slice(FIRST_TREES, None))
        return odds

    def probabilities(self, row: NDArray[np.float32], classes: int) -> NDArray[np.float64]:
        """Probability of each of several classes for one row of shape (width,): the trees serve the classes in turn."""
        leaves = self._leaves(row[None, :])[:, 0].astype(np.float64)
        odds = leaves.reshape(-1, classes).sum(axis=0)
        odds = np.exp(odds - odds.max())
        return odds / odds.sum()

    def save(self, path: Path) -> None:
        """Write a compressed .npz: the same bytes for the same trees."""
        with path.open("wb") as stream:
            np.savez_compressed(
                stream,
                feature=self.feature,
                threshold=self.threshold,
                leaf=self.leaf,
                bias=np.array([self.bias]),
                width=np.array([self.width]),
                ceiling=np.full(self.width, np.inf, np.float32) if self.ceiling is None else self.ceiling,
            )


def load(path: Path) -> Trees:
    """Trees from a file that ``save`` wrote. Raises ValueError when the arrays do not fit together."""
    with np.load(path, allow_pickle=False) as data:
        arrays = data["feature"], data["threshold"], data["leaf"]
        bias, width, ceiling = float(data["bias"][0]), int(data["width"][0]), data["ceiling"]
    trees = Trees(*arrays, bias, width, ceiling)
    number, inner = trees.feature.shape
    fits = trees.threshold.shape == (number, inner) and trees.leaf.shape == (number, inner + 1)
    fits = fits and ceiling.shape == (width,)
    if not fits or inner & (inner + 1) or not 0 <= trees.feature.min() <= trees.feature.max() < trees.width:
        raise ValueError(f"{path} holds no trees")
    return trees
