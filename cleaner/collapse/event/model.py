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
ADVICE = 0.25
"""From this value of the feature ``address`` a pair of texts is advice. Advice that shares no name and no
number is of one topic, not of one event, however alike: true of every pair of the sets of
``cleaner.train.events``, and what the regression cannot say of guides in a small corpus."""
_NAME_MASS, _NUMBER_MASS, _TERM_MASS, _ADDRESS, _THIN = (
    NAMES.index(name) for name in ("name_mass", "number_mass", "term_mass", "address", "thin")
)
ONE_WORD = 0.1
"""Two texts, of two languages mostly, that share numbers and no word are of no one event: a score and a draw have
numbers in common by chance. One word more makes the mass of the terms larger by more than this; weights of the
same number differ a little, for words are weighed within their language."""
_DECIMALS = 6
"""Probabilities are rounded: the last bits of exp differ between machines, merges must not."""


@dataclass(frozen=True, slots=True)
class PairModel:
    """Coefficients in the order of ``features.NAMES`` and the intercept."""

    coefficients: NDArray[np.float64]
    intercept: float
    threshold: float
    """Average-link threshold that was chosen on sets the model had not seen."""
    prior: float
    """Share of the candidate pairs it was trained on that tell one event."""

    def probability(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Probabilities, shape (pairs,), of a feature matrix of shape (pairs, features)."""
        # Row by row, not as a matrix product: BLAS sums in an order that depends on the number of rows.
        score = np.sum(features * self.coefficients, axis=1) + self.intercept
        shared = features[:, _NAME_MASS] + features[:, _NUMBER_MASS]
        advice = (shared == 0) & (features[:, _ADDRESS] >= ADVICE)
        bare = (features[:, _NAME_MASS] == 0) & (features[:, _TERM_MASS] <= features[:, _NUMBER_MASS] + ONE_WORD)
        none = advice | bare | (features[:, _THIN] > 0)
        return np.where(none, 0.0, np.round(1 / (1 + np.exp(-np.clip(score, -60, 60))), _DECIMALS))


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
        float(stored["prior"]),
    )
