"""Fits gradient-boosted trees with LightGBM and turns them into the plain arrays that strip evaluates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.errors import MissingExtra
from cleaner.strip.weights.trees import Trees, share_of
from cleaner.train.pages import Example, ceiling, material

ROUNDS = 150
DEPTH = 6
SETTINGS: dict[str, Any] = {
    "objective": "binary",
    "learning_rate": 0.1,
    "num_leaves": 31,
    "max_depth": DEPTH,
    "min_data_in_leaf": 40,
    "lambda_l2": 5.0,
    "max_bin": 63,
    "feature_fraction_bynode": 0.3,
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
    "verbose": -1,
}
"""For the articles' model; judged by the tables of ``python -m cleaner.train.strip DATA_DIR``, a set held out."""
TOLERANCE = 1e-5
"""Largest difference in probability between LightGBM and the exported trees."""


def fit(
    rows: NDArray[np.float32],
    body: NDArray[np.bool_] | NDArray[np.int_],
    weights: NDArray[np.float64],
    settings: Mapping[str, Any] | None = None,
    rounds: int = ROUNDS,
    ceiling: NDArray[np.float32] | None = None,
    seeds: Sequence[int] = (0,),
) -> Trees:
    """Trees for these rows, the same for the same rows (one thread, fixed seeds).

    ``body`` holds the class of each row; with ``num_class`` in the settings there may be more than two.
    Columns are cut off at the ``ceiling``, in training and ever after. The log-odds of as many fits of so many
    rounds as there are ``seeds`` are averaged. Each sees all rows and, by its seed, other columns at each node.
    With rows and sites left out of each too (Breiman, "Bagging predictors", Machine Learning 24, 1996) the articles'
    model tells pages of sites not seen worse: there are few.

    Raises MissingExtra without LightGBM, RuntimeError when the exported trees disagree with it.
    """
    try:
        import lightgbm
    except ImportError as error:
        raise MissingExtra("lightgbm", "train", "training the strip models") from error
    if ceiling is not None:
        rows = np.minimum(rows, ceiling)
    options = SETTINGS | dict(settings or {})
    data = lightgbm.Dataset(rows, body, weight=weights, params=options).construct()
    found = [lightgbm.train(options | {"seed": seed}, data, rounds) for seed in seeds]
    sample = rows[:: max(1, len(rows) // 20_000)]
    wanted = np.mean([one.predict(sample, raw_score=True, num_threads=1) for one in found], axis=0)
    classes = int(options.get("num_class", 1))
    trees = averaged([one.dump_model() for one in found], rows.shape[1], ceiling, classes)
    if classes == 1:
        difference = np.abs(trees.probability(sample) - share_of(wanted))
    else:
        told = np.stack([trees.probabilities(row, classes) for row in sample])
        shares = np.exp(wanted - wanted.max(axis=1, keepdims=True))
        difference = np.abs(told - shares / shares.sum(axis=1, keepdims=True))
    if difference.max() > TOLERANCE:
        raise RuntimeError(f"exported trees differ from LightGBM's by {difference.max():.2g}")
    return trees


def fitted(
    pages: Sequence[Example], settings: Mapping[str, Any], rounds: int, seeds: Sequence[int] = (0,)
) -> Trees:
    """A model of these pages, which cuts off the columns that grow with a page where most of these end."""
    return fit(*material(pages), settings, rounds, ceiling(pages), seeds)


def averaged(
    models: Sequence[Mapping[str, Any]], width: int, ceiling: NDArray[np.float32] | None = None, classes: int = 1
) -> Trees:
    """The mean of several LightGBM models of as many trees: a round of each in turn, their leaves divided."""
    found = [model["tree_info"] for model in models]
    turns = [trees[at : at + classes] for at in range(0, len(found[0]), classes) for trees in found]
    trees = exported({"tree_info": [tree for turn in turns for tree in turn]}, width, ceiling)
    return replace(trees, leaf=trees.leaf / np.float32(len(models)))


def exported(model: Mapping[str, Any], width: int, ceiling: NDArray[np.float32] | None = None) -> Trees:
    """The trees of a LightGBM model (what its ``dump_model`` gives) as arrays."""
    found = [tree["tree_structure"] for tree in model["tree_info"]]
    depth = max(1, *map(_depth, found))
    inner = 2**depth - 1
    feature = np.zeros((len(found), inner), np.int16)
    threshold = np.full((len(found), inner), np.float32(np.inf), np.float32)
    leaf = np.zeros((len(found), inner + 1), np.float32)
    for at, root in enumerate(found):
        below = [(root, 0)]
        while below:
            node, target = below.pop()
            if target >= inner:
                leaf[at, target - inner] = node["leaf_value"]
            elif "leaf_value" in node:
                # the threshold of infinity sends every row left; both sides hold the leaf all the same
                below += [(node, 2 * target + 1), (node, 2 * target + 2)]
            else:
                feature[at, target] = node["split_feature"]
                threshold[at, target] = _not_above(float(node["threshold"]))
                below += [(node["left_child"], 2 * target + 1), (node["right_child"], 2 * target + 2)]
    return Trees(feature, threshold, leaf, 0.0, width, ceiling)


def _depth(node: Mapping[str, Any]) -> int:
    if "leaf_value" in node:
        return 0
    return 1 + max(_depth(node["left_child"]), _depth(node["right_child"]))


def _not_above(value: float) -> np.float32:
    """The largest single-precision number not above a value: rows in single precision go the same way."""
    rounded = np.float32(value)
    return rounded if float(rounded) <= value else np.nextafter(rounded, np.float32(-np.inf))
