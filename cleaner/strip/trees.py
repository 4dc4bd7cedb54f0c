"""Gradient-boosted trees without a library: plain arrays, evaluated by numpy, loaded without pickle.

Every tree is laid out as a perfect binary tree of one depth: inner node k has its children at 2k + 1 (the
feature is at most the threshold) and 2k + 2. A branch that ends early repeats its leaf below. So all trees
and all rows go down together, one gather a level.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FIRST_TREES, SETTLED = 90, -4.0
"""Trees after which a row with log-odds below SETTLED is settled."""
ROWS = 4_096
"""Rows evaluated at a time, so that memory stays bounded."""


@dataclass(frozen=True, slots=True)
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

    def log_odds(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Log-odds of each row of shape (rows, width). Raises ValueError for another width."""
        if rows.ndim != 2 or rows.shape[1] != self.width:
            raise ValueError(f"rows of {self.width} features are needed, not of shape {rows.shape}")
        if self.ceiling is not None:
            rows = np.minimum(rows, self.ceiling)
        parts = [self._leaves(rows[at : at + ROWS]).sum(axis=0, dtype=np.float64) for at in range(0, len(rows), ROWS)]
        return self.bias + np.concatenate(parts) if parts else np.zeros(0)

    def _leaves(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """The leaf that each row comes to in each tree: shape (trees, rows)."""
        number, inner = self.feature.shape
        depth = inner.bit_length()
        columns = np.ascontiguousarray(rows.T)
        height = len(rows)
        flat, thresholds = columns.ravel(), self.threshold.ravel()
        bases = (self.feature.astype(np.intp) * height).ravel()
        row = np.arange(height)
        tree = (np.arange(number) * inner)[:, None]
        # all trees look at one column each on the first level: whole columns are compared
        node = 1 + tree + (columns[self.feature[:, 0]] > self.threshold[:, :1])
        first_child = 1 - tree  # of node k, counted over all trees, beside 2k
        for _ in range(depth - 1):
            value = bases.take(node)
            value += row
            right = flat.take(value) > thresholds.take(node)
            node += node
            node += first_child
            node += right
        node += np.arange(number)[:, None] - inner  # a tree has one leaf more than inner nodes
        return self.leaf.ravel().take(node)

    def probability(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Probability of the second class for each row."""
        return 1 / (1 + np.exp(-self.log_odds(rows)))

    def quick_probability(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """As ``probability``; a row that the first FIRST_TREES hold for all but impossible is looked at no further.

        On the development pages that spares a third of the rows most trees, and none of those comes out above .04.
        """
        if len(self.feature) <= FIRST_TREES:
            return self.probability(rows)
        first, rest = self._part(0, FIRST_TREES, self.bias), self._part(FIRST_TREES, len(self.feature), 0.0)
        odds = first.log_odds(rows)
        open_rows = np.flatnonzero(odds > SETTLED)
        odds[open_rows] += rest.log_odds(rows[open_rows])
        return 1 / (1 + np.exp(-odds))

    def _part(self, start: int, stop: int, bias: float) -> Trees:
        feature, threshold, leaf = self.feature[start:stop], self.threshold[start:stop], self.leaf[start:stop]
        return Trees(feature, threshold, leaf, bias, self.width, self.ceiling)

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
