"""Networks over lines as arrays: what they say, what they refuse, and that a file brings them back unchanged."""

from dataclasses import replace

import numpy as np
import pytest

from cleaner.strip.weights import convolutions, weight_files
from cleaner.strip.weights.convolutions import LIMIT, REACH, Network

WIDTH, SIZE, HIDDEN = 3, 4, 5


def network(seed: int = 0, dilations: tuple[int, ...] = (1, 2)) -> Network:
    draw = np.random.default_rng(seed)

    def some(*shape: int):
        return draw.normal(size=shape).astype(np.float16).astype(float)

    layers = len(dilations)
    return Network(
        center=np.array([0.5, -0.25, 0.0]),
        scale=np.array([1.0, 2.0, 0.5]),
        ceiling=np.array([np.inf, 3.0, np.inf]),
        entry=some(WIDTH + 1, SIZE),
        dilations=dilations,
        norms=some(layers, 2, SIZE),
        kernels=some(layers, 2 * REACH + 1, SIZE, SIZE),
        biases=some(layers, SIZE),
        whole=some(2 * SIZE + 1, SIZE),
        last_norm=some(2, 2 * SIZE),
        hidden=some(2 * SIZE + 1, HIDDEN),
        exit=some(HIDDEN + 1),
    )


def normalised(numbers, norm):
    return (numbers - numbers.mean()) / np.sqrt(numbers.var() + convolutions.EPSILON) * norm[0] + norm[1]


def by_line(model: Network, rows) -> list[float]:
    """What the network says, line by line and place by place."""
    entered = []
    for row in rows:
        squashed = [np.sign(x) * np.log(1 + abs(x)) for x in np.minimum(row, model.ceiling)]
        standard = np.clip((squashed - model.center) / model.scale, -LIMIT, LIMIT)
        entered.append(np.maximum(standard @ model.entry[:-1] + model.entry[-1], 0))
    lines = [line.copy() for line in entered]
    for layer, dilation in enumerate(model.dilations):
        read = [normalised(line, model.norms[layer]) for line in lines]
        for at in range(len(lines)):
            total = model.biases[layer].copy()
            for place in range(2 * REACH + 1):
                other = at + (place - REACH) * dilation
                if 0 <= other < len(lines):
                    total += read[other] @ model.kernels[layer, place]
            lines[at] = lines[at] + np.maximum(total, 0)
    whole = np.concatenate([np.mean(lines, axis=0), np.max(lines, axis=0)])
    page = np.maximum(whole @ model.whole[:-1] + model.whole[-1], 0)
    said = []
    for line, first in zip(lines, entered, strict=True):
        last = normalised(np.concatenate([line + page, first]), model.last_norm)
        last = np.maximum(last @ model.hidden[:-1] + model.hidden[-1], 0)
        said.append(float(last @ model.exit[:-1] + model.exit[-1]))
    return said


@pytest.mark.parametrize("height", [1, 2, 3, 9, 40])
@pytest.mark.parametrize("dilations", [(), (1,), (1, 2, 4)])
def test_all_lines_at_once_give_what_each_gives(height, dilations):
    model = network(height, dilations)
    rows = np.random.default_rng(height).normal(scale=5, size=(height, WIDTH)).astype(np.float32)
    assert model.log_odds(rows) == pytest.approx(by_line(model, rows), abs=1e-5)


def test_no_lines_are_no_odds():
    assert network().log_odds(np.zeros((0, WIDTH), np.float32)).shape == (0,)


def test_rows_of_another_width_are_refused():
    with pytest.raises(ValueError, match="rows of 3 features"):
        network().log_odds(np.zeros((2, 4), np.float32))


def test_several_networks_say_their_mean():
    rows = np.random.default_rng(1).normal(size=(6, WIDTH)).astype(np.float32)
    one, other = network(1), network(2)
    wanted = (one.log_odds(rows) + other.log_odds(rows)) / 2
    assert convolutions.mean_log_odds((one, other), rows) == pytest.approx(wanted)


def test_a_file_brings_networks_back_and_is_the_same_every_time(tmp_path):
    both = network(3), network(4, (1, 2, 4))
    for name in ("one.npz", "two.npz"):
        convolutions.save(both, tmp_path / name)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    rows = np.random.default_rng(5).normal(size=(30, WIDTH)).astype(np.float32)
    back = convolutions.load(tmp_path / "one.npz")
    assert convolutions.mean_log_odds(back, rows).tolist() == convolutions.mean_log_odds(both, rows).tolist()


@pytest.mark.parametrize("change", [{"scale": np.ones(2)}, {"kernels": np.zeros((2, 3, SIZE, SIZE))}, {"exit": np.ones(3)}])
def test_arrays_that_do_not_fit_are_refused(tmp_path, change):
    convolutions.save((replace(network(), **change),), tmp_path / "bad.npz")
    with pytest.raises(ValueError, match="holds no networks"):
        convolutions.load(tmp_path / "bad.npz")


def test_a_file_without_networks_and_pickled_arrays_are_refused(tmp_path):
    np.savez(tmp_path / "none.npz", feature=np.zeros(3))
    with pytest.raises(ValueError, match="holds no networks"):
        convolutions.load(tmp_path / "none.npz")
    np.savez(tmp_path / "evil.npz", **{"center.0": np.array([{"a": 1}], dtype=object)})
    with pytest.raises(ValueError):
        convolutions.load(tmp_path / "evil.npz")


def test_the_shipped_networks_heed_what_stands_around_a_line():
    """The same row in the middle of others is another line than alone."""
    width = len(weight_files.networks("text_networks")[0].center)
    rows = np.random.default_rng(7).normal(size=(41, width)).astype(np.float32)
    alone = convolutions.mean_log_odds(weight_files.networks("text_networks"), rows[20:21])
    assert convolutions.mean_log_odds(weight_files.networks("text_networks"), rows)[20] != alone[0]


def test_fitted_networks_are_the_same_every_time_and_learn_of_the_line_above():
    pytest.importorskip("torch")
    from cleaner.train import networks

    draw = np.random.default_rng(11)
    texts = []
    for _ in range(150):
        rows = draw.normal(size=(40, 4)).astype(np.float32)
        body = np.concatenate([[False], rows[:-1, 1] > 0])
        texts.append(networks.Text(rows, body, np.ones(40)))
    (one,), (two,) = (networks.fit(texts, np.full(4, np.inf), (0,)) for _ in range(2))
    told = [one.log_odds(text.rows) for text in texts]
    assert [odds.tolist() for odds in told] == [two.log_odds(text.rows).tolist() for text in texts]
    right = [((odds > 0) == text.told).mean() for odds, text in zip(told, texts, strict=True)]
    assert np.mean(right) > 0.8
