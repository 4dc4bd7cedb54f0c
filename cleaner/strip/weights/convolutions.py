"""A convolutional network over the lines of a text without a library: plain arrays, evaluated by numpy.

What a line is, its surroundings say: in stored text, which has no markup, some lines to either side and the text as a
whole, for more than a row of features for each line can hold. Each layer looks at five lines, further apart than those
of the layer below (Yu and Koltun, "Multi-scale context aggregation by dilated convolutions", ICLR 2016), and adds what
it finds to what was known (He et al., "Deep residual learning for image recognition", CVPR 2016).
``cleaner.train.networks`` fits them.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
REACH = 2
"""Lines to either side, a dilation apart each, that a layer looks at."""
LIMIT = 4.0
"""Columns are cut off at so many standard deviations."""
DECIMALS = 6
"""Log-odds are rounded to these: sums in another order, as another machine may do them, give the same ones."""
PRODUCTS = 250_000
"""Multiplications up to which OpenBLAS (below 262,144) shares a product out to no threads: for so small ones these wait
for each other longer than they work, up to three times the CPU of one."""
EPSILON = 1e-5


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """The weights of one network for rows of ``width`` columns and ``size`` numbers for a line within."""

    center: Floats
    """Shape (width,): the mean of each column, as ``squashed``."""
    scale: Floats
    """Shape (width,): its standard deviation."""
    ceiling: Floats
    """Shape (width,): a column's larger values are taken for this one."""
    entry: Floats
    """Shape (width + 1, size). The last row of this and of all further weights is added to every line."""
    dilations: tuple[int, ...]
    """Of each layer: how many lines those are apart that it looks at."""
    norms: Floats
    """Shape (layers, 2, size): what normalised numbers are multiplied by before each layer, and what is added."""
    kernels: Floats
    """Shape (layers, 2 * REACH + 1, size, size): from the line REACH dilations above to the one below."""
    biases: Floats
    """Shape (layers, size)."""
    whole: Floats
    """Shape (2 * size + 1, size): of the mean and the maximum over all lines."""
    last_norm: Floats
    """Shape (2, 2 * size)."""
    hidden: Floats
    """Shape (2 * size + 1, hidden)."""
    exit: Floats
    """Shape (hidden + 1,)."""

    def log_odds(self, rows: NDArray[np.float32]) -> Floats:
        """Log-odds of each of a text's lines, of rows of shape (lines, width). Raises ValueError for another width."""
        if rows.ndim != 2 or rows.shape[1] != len(self.center):
            raise ValueError(f"rows of {len(self.center)} features are needed, not of shape {rows.shape}")
        if not len(rows):
            return np.zeros(0)
        return self.of_standard(standardised(squashed(rows, self.ceiling), self.center, self.scale))

    def of_standard(self, known: Floats) -> Floats:
        """Log-odds of one or more lines with ``standardised`` columns."""
        first = _positive(_through(known, self.entry))
        lines = first.copy()
        for dilation, norm, kernel, bias in zip(self.dilations, self.norms, self.kernels, self.biases, strict=True):
            lines += _positive(_convolved(_normalised(lines, norm), kernel, dilation) + bias)
        whole = np.concatenate([lines.mean(axis=0), lines.max(axis=0)])
        lines += _positive(_through(whole[None], self.whole))
        both = _normalised(np.concatenate([lines, first], axis=1), self.last_norm)
        odds = (_positive(_through(both, self.hidden)) * self.exit[:-1]).sum(axis=1) + self.exit[-1]
        return np.asarray(np.round(odds, DECIMALS), np.float64)


def squashed(rows: NDArray[np.float32], ceiling: Floats) -> Floats:
    """Columns of any size as numbers near 0: the logarithm of what they are off 0, with their sign."""
    numbers = np.minimum(rows, ceiling)
    return np.asarray(np.copysign(np.log1p(np.abs(numbers)), numbers), np.float64)


def standardised(columns: Floats, center: NDArray[np.floating], scale: NDArray[np.floating]) -> Floats:
    """Columns that were ``squashed``, with mean 0 and deviation 1, cut off at LIMIT."""
    known = (columns - center) / scale
    return np.asarray(np.clip(known, -LIMIT, LIMIT, out=known), np.float64)


def _through(lines: Floats, weights: Floats) -> Floats:
    """Numbers of lines through a layer of weights, the last row of which is added."""
    return _product(lines, weights[:-1]) + weights[-1]


def _product(lines: Floats, weights: Floats) -> Floats:
    """``lines @ weights``, of PRODUCTS at a time."""
    rows = max(1, PRODUCTS // weights.size)
    if len(lines) <= rows:
        return np.asarray(lines @ weights, np.float64)
    return np.concatenate([lines[at : at + rows] @ weights for at in range(0, len(lines), rows)])


def _positive(lines: Floats) -> Floats:
    return np.maximum(lines, 0.0, out=lines)


def _normalised(lines: Floats, norm: Floats) -> Floats:
    """Each line's numbers with mean 0 and deviation 1 (Ba et al., "Layer normalization", 2016), times and plus norm."""
    centred = lines - lines.mean(axis=1, keepdims=True)
    centred /= np.sqrt(np.square(centred).mean(axis=1, keepdims=True) + EPSILON)
    centred *= norm[0]
    centred += norm[1]
    return centred


def _convolved(lines: Floats, kernel: Floats, dilation: int) -> Floats:
    """The sum over lines at whole dilations from each, times the kernel of that place; beyond the text there is 0."""
    out = _product(lines, kernel[REACH])
    for step in range(1, REACH + 1):
        off = step * dilation
        if off < len(lines):
            out[off:] += _product(lines[:-off], kernel[REACH - step])
            out[:-off] += _product(lines[off:], kernel[REACH + step])
    return out


def mean_log_odds(networks: tuple[Network, ...], rows: NDArray[np.float32]) -> Floats:
    """The mean of what several networks say of each line."""
    return np.asarray(np.mean([network.log_odds(rows) for network in networks], axis=0), np.float64)


def save(networks: tuple[Network, ...], path: Path) -> None:
    """Write a compressed .npz in half precision: the same bytes for the same networks."""
    arrays: dict[str, NDArray[np.generic]] = {}
    for at, network in enumerate(networks):
        for field in fields(network):
            value = getattr(network, field.name)
            kind = np.int16 if field.name == "dilations" else np.float32 if field.name in _WIDE else np.float16
            arrays[f"{field.name}.{at}"] = np.asarray(value, kind)
    with path.open("wb") as stream:
        np.savez_compressed(stream, **arrays)  # type: ignore[arg-type]


def load(path: Path) -> tuple[Network, ...]:
    """Networks from a file that ``save`` wrote. Raises ValueError when the arrays do not fit together."""
    found: list[Network] = []
    with np.load(path, allow_pickle=False) as data:
        while f"center.{len(found)}" in data:
            values = {field.name: data[f"{field.name}.{len(found)}"].astype(np.float64) for field in fields(Network)}
            dilations = tuple(values.pop("dilations").astype(int).tolist())
            found.append(Network(**values, dilations=dilations))
    if not found or not all(map(_fits, found)):
        raise ValueError(f"{path} holds no networks")
    return tuple(found)


_WIDE = frozenset(("center", "scale", "ceiling"))
"""What half precision cannot hold."""


def _fits(network: Network) -> bool:
    width, layers, size = len(network.center), len(network.dilations), network.entry.shape[-1]
    shapes = {
        "scale": (width,),
        "ceiling": (width,),
        "entry": (width + 1, size),
        "norms": (layers, 2, size),
        "kernels": (layers, 2 * REACH + 1, size, size),
        "biases": (layers, size),
        "whole": (2 * size + 1, size),
        "last_norm": (2, 2 * size),
        "hidden": (2 * size + 1, len(network.exit) - 1),
    }
    return network.exit.ndim == 1 and all(getattr(network, name).shape == shape for name, shape in shapes.items())
