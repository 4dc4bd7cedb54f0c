"""Boosted trees as arrays: what they say, what they refuse, and that a file brings them back unchanged."""

import numpy as np
import pytest

from cleaner.strip.weights import trees
from cleaner.strip.weights.trees import Trees

INF = np.float32(np.inf)


def two_trees() -> Trees:
    """Column 0 against 0.5 and then column 1 against -1 or 2; and a tree that is one leaf of 0.25."""
    return Trees(
        feature=np.array([[0, 1, 1], [0, 0, 0]], np.int16),
        threshold=np.array([[0.5, -1.0, 2.0], [INF, INF, INF]], np.float32),
        leaf=np.array([[1.0, 2.0, -3.0, -4.0], [0.25] * 4], np.float32),
        bias=-0.5,
        width=2,
    )


@pytest.mark.parametrize(
    ("row", "leaf"),
    [
        ((0.0, -5.0), 1.0),
        ((0.5, -1.0), 1.0),
        ((0.5, -0.9), 2.0),
        ((0.6, 2.0), -3.0),
        ((9.0, 2.5), -4.0),
    ],
)
def test_a_row_goes_left_up_to_the_threshold(row, leaf):
    rows = np.array([row], np.float32)
    assert two_trees().log_odds(rows)[0] == pytest.approx(leaf + 0.25 - 0.5)
    assert two_trees().probability(rows)[0] == pytest.approx(1 / (1 + np.exp(-(leaf - 0.25))))


def walk(model: Trees, row) -> float:
    """One row through every tree, node by node."""
    total = model.bias
    inner = model.feature.shape[1]
    for feature, threshold, leaf in zip(model.feature, model.threshold, model.leaf, strict=True):
        node = 0
        while node < inner:
            node = 2 * node + (1 if row[feature[node]] <= threshold[node] else 2)
        total += float(leaf[node - inner])
    return total


@pytest.mark.parametrize("depth", [1, 2, 6])
@pytest.mark.parametrize("height", [0, 1, 5, 9_000])
def test_many_rows_and_trees_give_what_a_walk_gives(depth, height):
    draw = np.random.default_rng(depth)
    number, inner = 7, 2**depth - 1
    model = Trees(
        feature=draw.integers(0, 5, (number, inner)).astype(np.int16),
        threshold=draw.integers(-2, 3, (number, inner)).astype(np.float32),
        leaf=draw.normal(size=(number, inner + 1)).astype(np.float32),
        bias=0.1,
        width=5,
    )
    rows = draw.integers(-3, 4, (height, 5)).astype(np.float32)
    found = model.log_odds(rows)
    assert found.shape == (height,)
    for at in range(0, height, 500):
        assert found[at] == pytest.approx(walk(model, rows[at]))


def test_rows_of_another_width_are_refused():
    with pytest.raises(ValueError, match="rows of 2 features"):
        two_trees().probability(np.zeros((3, 4), np.float32))


def test_a_file_brings_the_trees_back_and_is_the_same_every_time(tmp_path):
    two_trees().save(tmp_path / "one.npz")
    two_trees().save(tmp_path / "two.npz")
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    back = trees.load(tmp_path / "one.npz")
    rows = np.array([[0.2, 0.3], [0.7, 3.0]], np.float32)
    assert back.probability(rows).tolist() == two_trees().probability(rows).tolist()


@pytest.mark.parametrize("change", [{"leaf": np.zeros((2, 3), np.float32)}, {"feature": np.full((2, 3), 9, np.int16)}])
def test_arrays_that_do_not_fit_are_refused(tmp_path, change):
    from dataclasses import replace

    replace(two_trees(), **change).save(tmp_path / "bad.npz")
    with pytest.raises(ValueError, match="holds no trees"):
        trees.load(tmp_path / "bad.npz")


def test_pickled_arrays_are_not_read(tmp_path):
    np.savez(tmp_path / "evil.npz", feature=np.array([{"a": 1}], dtype=object))
    with pytest.raises(ValueError):
        trees.load(tmp_path / "evil.npz")


def test_fitted_trees_are_the_same_every_time_and_learn():
    pytest.importorskip("lightgbm")
    from cleaner.train import boosting

    draw = np.random.default_rng(3)
    rows = draw.normal(size=(600, 4)).astype(np.float32)
    body = rows[:, 0] + rows[:, 1] * rows[:, 2] > 0
    one, two = (boosting.fit(rows, body, np.ones(len(rows)), rounds=60, seeds=(0, 1)) for _ in range(2))
    assert one.log_odds(rows).tolist() == two.log_odds(rows).tolist()
    assert ((one.probability(rows) >= 0.5) == body).mean() > 0.9


def test_export_gives_the_mean_of_the_fitted_models():
    lightgbm = pytest.importorskip("lightgbm")
    from cleaner.train import boosting

    draw = np.random.default_rng(5)
    rows = draw.normal(size=(600, 4)).astype(np.float32)
    body = rows[:, 0] + rows[:, 1] * rows[:, 2] > 0
    data = lightgbm.Dataset(rows, body)
    found = [lightgbm.train(boosting.SETTINGS | {"max_depth": 4, "seed": seed}, data, 12) for seed in range(3)]
    exported = boosting.averaged([model.dump_model() for model in found], 4)
    wanted = np.mean([model.predict(rows, raw_score=True) for model in found], axis=0)
    assert np.allclose(exported.log_odds(rows), wanted, atol=1e-5)


def test_the_quick_way_differs_only_where_nothing_is_likely():
    draw = np.random.default_rng(3)
    number = trees.FIRST_TREES + 40
    model = Trees(
        feature=draw.integers(0, 4, (number, 7)).astype(np.int16),
        threshold=draw.integers(-2, 3, (number, 7)).astype(np.float32),
        leaf=draw.normal(scale=0.2, size=(number, 8)).astype(np.float32),
        bias=-2.0,
        width=4,
    )
    rows = draw.integers(-3, 4, (500, 4)).astype(np.float32)
    slow, quick = model.log_odds(rows), model.quick_log_odds(rows)
    same = np.isclose(slow, quick)
    assert 0 < same.sum() < len(rows)
    assert quick[~same].max() <= trees.SETTLED
