"""The pair model: logistic regression from features to the probability that two articles tell one event.

Its numbers are in ``model.json``, written by ``python -m cleaner.train.events DATA_DIR``; the file says on
what it was trained.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from cleaner.collapse.event.features import NAMES

FILE = "model.json"
_DECIMALS = 6
"""Probabilities are rounded: the last bits of exp differ between machines, merges must not."""


@dataclass(frozen=True, slots=True)
class PairModel:
    """Coefficients in the order of ``features.NAMES`` and the intercept."""

    coefficients: NDArray[np.float64]
    intercept: float
    threshold: float
    """Average-link threshold with the best macro B-cubed F on sets the model had not seen."""

    def probability(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Probabilities, shape (pairs,), of a feature matrix of shape (pairs, features)."""
        # Row by row, not as a matrix product: BLAS sums in an order that depends on the number of rows.
        score = np.sum(features * self.coefficients, axis=1) + self.intercept
        return np.asarray(np.round(1 / (1 + np.exp(-np.clip(score, -60, 60))), _DECIMALS))


def load_model() -> PairModel:
    """The shipped model. Raises ValueError if it was made for other features than these."""
    stored = json.loads((resources.files(__package__) / FILE).read_text(encoding="utf-8"))
    names = [row["feature"] for row in stored["coefficients"]]
    if tuple(names) != NAMES:
        raise ValueError(f"{FILE} was trained on other features; rebuild it: {stored['rebuild']}")
    return PairModel(
        np.array([row["weight"] for row in stored["coefficients"]], dtype=np.float64),
        float(stored["intercept"]),
        float(stored["threshold"]),
    )
