"""Fits convolutional networks over the lines of a text with PyTorch and turns them into arrays that strip evaluates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaner.errors import MissingExtra
from cleaner.strip.weights import convolutions
from cleaner.strip.weights.convolutions import Network
from cleaner.strip.weights.trees import share_of
from cleaner.train.pages import Example, ceiling, weights

if TYPE_CHECKING:
    import torch

DILATIONS = (1, 2, 4)
"""So that a line is judged by 14 to either side, and by the text as a whole."""
RATE = 2e-3
LINES = 2_500
"""Of the texts that are learned from at a time."""
SORTED = 200
"""Texts among which those of like length are learned from together."""
LONGEST = 1_200
"""Lines of a text that are learned from."""
MOST = 60.0
"""Weight of a line up to which it is heeded."""
TOLERANCE = 5e-3
"""Largest difference in probability between PyTorch and the exported network, whose weights have half precision."""
_Tensors = tuple["torch.Tensor", "torch.Tensor", "torch.Tensor"]


class Settings(NamedTuple):
    """How networks are made. The defaults are those of body lines, judged by stored lines of sites not seen."""

    size: int = 64
    """Numbers for a line within."""
    hidden: int = 64
    """Numbers in the last layer but one."""
    epochs: int = 4
    decay: float = 0.1
    dropped: float = 0.4
    """Share of the numbers within that is left out by chance in training (Srivastava et al., "Dropout", JMLR 15,
    2014). With .25 and ``unseen`` .1 the networks know the sites that they have seen by heart after two rounds."""
    unseen: float = 0.2
    """The same of the columns."""


class Text(NamedTuple):
    """What networks learn from one text."""

    rows: NDArray[np.float32]
    """Shape (lines, columns)."""
    told: NDArray[np.bool_]
    """For each line whether it is what the networks shall tell."""
    weight: NDArray[np.float64]


class Columns(NamedTuple):
    """How a network standardises the columns of a line: arrays of shape (width,), as ``Network`` has them."""

    center: NDArray[np.float32]
    scale: NDArray[np.float32]
    ceiling: NDArray[np.float64]


def of_examples(pages: Sequence[Example]) -> tuple[list[Text], NDArray[np.float64]]:
    """The lines of labelled pages, and the ceilings of their columns."""
    texts = [Text(page.rows, page.body, np.minimum(weights(page), MOST)) for page in pages]
    return texts, ceiling(pages).astype(np.float64)


def fit(
    texts: Sequence[Text], ceilings: NDArray[np.float64], seeds: Sequence[int], settings: Settings | None = None
) -> tuple[Network, ...]:
    """As many networks of these texts as there are seeds, the same for the same texts on one machine.

    ``ceilings`` of shape (columns,) are what larger values of a column are taken for. Raises MissingExtra without
    PyTorch, RuntimeError when an exported network disagrees with it.
    """
    try:
        import torch
    except ImportError as error:
        raise MissingExtra("torch", "train", "training the networks of strip") from error
    columns, material = _material(texts, ceilings)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # sums in one order
    try:
        found = tuple(_fit(material, seed, columns, settings or Settings()) for seed in seeds)
    finally:
        torch.set_num_threads(threads)
    return found


def _material(texts: Sequence[Text], ceilings: NDArray[np.float64]) -> tuple[Columns, list[_Tensors]]:
    """How columns are standardised, and those, the labels and the weights of each text's lines."""
    squashed = [convolutions.squashed(text.rows, ceilings) for text in texts]
    every = np.concatenate(squashed)
    columns = Columns(every.mean(axis=0).astype(np.float32), (every.std(axis=0) + 1e-3).astype(np.float32), ceilings)
    return columns, [_tensors(text, rows, columns) for text, rows in zip(texts, squashed, strict=True)]


def _tensors(text: Text, squashed: convolutions.Floats, columns: Columns) -> _Tensors:
    import torch

    rows = convolutions.standardised(squashed[:LONGEST], columns.center, columns.scale)
    parts = (part[:LONGEST].astype(np.float32) for part in (rows, text.told, text.weight))
    return tuple(map(torch.from_numpy, parts))  # type: ignore[return-value]


def _fit(material: Sequence[_Tensors], seed: int, columns: Columns, settings: Settings) -> Network:
    import torch
    from torch.nn import functional

    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    network = _module(len(columns.center), settings)
    steps = settings.epochs * max(len(list(_batches(material, np.random.default_rng(at)))) + 8 for at in range(2))
    optimiser = torch.optim.AdamW(network.parameters(), RATE, weight_decay=settings.decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps)
    network.train()
    for _ in range(settings.epochs):
        for batch in _batches(material, draw):
            rows, told, weight, there = _padded([material[at] for at in batch])
            wrong = functional.binary_cross_entropy_with_logits(network(rows, there), told, reduction="none")
            optimiser.zero_grad()
            ((wrong * weight).sum() / weight.sum()).backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
    network.eval()
    exported = _exported(network, columns)
    _compare(network, exported, material[:: max(1, len(material) // 50)])
    return exported


def _batches(material: Sequence[_Tensors], draw: np.random.Generator) -> Iterator[list[int]]:
    """The numbers of texts of about LINES lines together, in an order by chance."""
    order = draw.permutation(len(material)).tolist()
    for at in range(0, len(order), SORTED):
        batches: list[list[int]] = [[]]
        for number in sorted(order[at : at + SORTED], key=lambda number: len(material[number][1])):
            if batches[-1] and (len(batches[-1]) + 1) * len(material[number][1]) > LINES:
                batches.append([])
            batches[-1].append(number)
        yield from (batches[number] for number in draw.permutation(len(batches)))


def _padded(texts: Sequence[_Tensors]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Texts of one length: columns, labels, weights, and which lines there are."""
    import torch

    longest = max(len(told) for _, told, _ in texts)
    rows = torch.zeros(len(texts), longest, texts[0][0].shape[1])
    told, weight, there = (torch.zeros(len(texts), longest) for _ in range(3))
    for at, text in enumerate(texts):
        number = len(text[1])
        rows[at, :number], told[at, :number], weight[at, :number] = text
        there[at, :number] = 1
    return rows, told, weight, there


def _module(width: int, settings: Settings) -> Any:
    """The network that ``convolutions.Network`` evaluates, with dropout."""
    import torch
    from torch import nn
    from torch.nn import functional

    size = settings.size

    class Module(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.entry = nn.Linear(width, size)
            self.norms = nn.ModuleList([nn.LayerNorm(size, convolutions.EPSILON) for _ in DILATIONS])
            self.convolutions = nn.ModuleList(
                [
                    nn.Conv1d(size, size, 2 * convolutions.REACH + 1, dilation=by, padding=by * convolutions.REACH)
                    for by in DILATIONS
                ]
            )
            self.whole = nn.Linear(2 * size, size)
            self.last_norm = nn.LayerNorm(2 * size, convolutions.EPSILON)
            self.hidden = nn.Linear(2 * size, settings.hidden)
            self.exit = nn.Linear(settings.hidden, 1)
            self.unseen, self.dropped = nn.Dropout(settings.unseen), nn.Dropout(settings.dropped)

        def forward(self, rows: torch.Tensor, there: torch.Tensor) -> torch.Tensor:
            mask = there[..., None]
            first = functional.relu(self.entry(self.unseen(rows))) * mask
            lines = first
            for norm, convolution in zip(self.norms, self.convolutions, strict=True):
                around = convolution((self.dropped(norm(lines)) * mask).transpose(1, 2)).transpose(1, 2)
                lines = lines + functional.relu(around) * mask
            mean = lines.sum(dim=1) / mask.sum(dim=1)
            whole = self.whole(torch.cat([mean, lines.max(dim=1).values], dim=1))
            lines = lines + functional.relu(whole)[:, None]
            last = functional.relu(self.hidden(self.last_norm(torch.cat([lines, first], dim=2))))
            return self.exit(self.dropped(last)).squeeze(2)

    return Module()


def _exported(network: Any, columns: Columns) -> Network:
    """A fitted network as arrays, of the precision that they are written in."""

    def half(tensor: torch.Tensor) -> convolutions.Floats:
        return tensor.detach().numpy().astype(np.float16).astype(np.float64)

    def layer(linear: Any) -> convolutions.Floats:
        return np.concatenate([half(linear.weight).T, half(linear.bias)[None]])

    return Network(
        center=columns.center.astype(np.float64),
        scale=columns.scale.astype(np.float64),
        ceiling=columns.ceiling,
        entry=layer(network.entry),
        dilations=DILATIONS,
        norms=np.stack([np.stack([half(norm.weight), half(norm.bias)]) for norm in network.norms]),
        kernels=np.stack([half(one.weight).transpose(2, 1, 0) for one in network.convolutions]),
        biases=np.stack([half(one.bias) for one in network.convolutions]),
        whole=layer(network.whole),
        last_norm=np.stack([half(network.last_norm.weight), half(network.last_norm.bias)]),
        hidden=layer(network.hidden),
        exit=layer(network.exit)[:, 0],
    )


def _compare(network: Any, exported: Network, texts: Sequence[_Tensors]) -> None:
    """Raise RuntimeError where the exported network says something else of these texts."""
    import torch

    for rows, _, _ in texts:
        with torch.no_grad():
            wanted = network(rows[None], torch.ones(1, len(rows)))[0].numpy()
        found = exported.of_standard(rows.numpy().astype(np.float64))
        difference = np.abs(share_of(found) - share_of(wanted)).max()
        if difference > TOLERANCE:
            raise RuntimeError(f"an exported network differs from PyTorch's by {difference:.2g}")
