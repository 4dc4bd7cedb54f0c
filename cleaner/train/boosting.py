"""Fits gradient-boosted trees with scikit-learn and turns them into the plain arrays that strip evaluates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.errors import MissingExtra
from cleaner.strip.trees import Trees

DEPTH = 6
SETTINGS: dict[str, Any] = {
    "learning_rate": 0.1,
    "max_iter": 150,
    "max_leaf_nodes": 31,
    "max_depth": DEPTH,
    "min_samples_leaf": 40,
    "l2_regularization": 5.0,
    "max_bins": 63,
    "max_features": 0.3,
    "early_stopping": False,
    "random_state": 0,
}
"""For the block model; judged by the tables of ``python -m cleaner.train.strip DATA_DIR``, a set held out."""
TOLERANCE = 1e-5
"""Largest difference in probability between scikit-learn and the exported trees."""


def fit(
    rows: NDArray[np.float32],
    body: NDArray[np.bool_],
    weights: NDArray[np.float64],
    settings: Mapping[str, Any] | None = None,
) -> Trees:
    """Trees for these rows, the same for the same rows (one thread, fixed seed).

    Raises MissingExtra without scikit-learn, RuntimeError when the exported trees disagree with it.
    """
    try:
        from sklearn.ensemble import HistGradientBoostingClassifier
        from threadpoolctl import threadpool_limits
    except ImportError as error:
        raise MissingExtra("scikit-learn", "train", "training the strip models") from error
    with threadpool_limits(1):
        model = HistGradientBoostingClassifier(**(SETTINGS | dict(settings or {}))).fit(
            rows, body, sample_weight=weights
        )
        sample = rows[:: max(1, len(rows) // 20_000)]
        wanted = model.predict_proba(sample)[:, 1]
    trees = exported(model, rows.shape[1])
    difference = float(np.abs(trees.probability(sample) - wanted).max())
    if difference > TOLERANCE:
        raise RuntimeError(f"exported trees differ from scikit-learn's by {difference:.2g}")
    return trees


def exported(model: Any, width: int) -> Trees:
    """The trees of a fitted HistGradientBoostingClassifier for two classes as arrays."""
    found = [per_class[0].nodes for per_class in model._predictors]
    depth = max(1, *(int(nodes["depth"].max()) for nodes in found))
    inner = 2**depth - 1
    feature = np.zeros((len(found), inner), np.int16)
    threshold = np.full((len(found), inner), np.float32(np.inf), np.float32)
    leaf = np.zeros((len(found), inner + 1), np.float32)
    for at, nodes in enumerate(found):
        below = [(0, 0)]
        while below:
            source, target = below.pop()
            node = nodes[source]
            if target >= inner:
                leaf[at, target - inner] = node["value"]
            elif node["is_leaf"]:
                # the threshold of infinity sends every row left; both sides hold the leaf all the same
                below += [(source, 2 * target + 1), (source, 2 * target + 2)]
            else:
                feature[at, target] = node["feature_idx"]
                threshold[at, target] = _not_above(float(node["num_threshold"]))
                below += [(int(node["left"]), 2 * target + 1), (int(node["right"]), 2 * target + 2)]
    return Trees(feature, threshold, leaf, float(np.ravel(model._baseline_prediction)[0]), width)


def _not_above(value: float) -> np.float32:
    """The largest single-precision number not above a value: rows in single precision go the same way."""
    rounded = np.float32(value)
    return rounded if float(rounded) <= value else np.nextafter(rounded, np.float32(-np.inf))
