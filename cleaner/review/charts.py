"""Geometry of the page's bars and histograms; the template draws them as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

WIDTH, HEIGHT = 400, 96
"""Of a histogram, in its own units."""


class Part(NamedTuple):
    """A part of a bar."""

    name: str
    number: int
    share: float
    """Of all, 0 to 1."""
    start: float
    """Share of all before it."""
    colour: int


class Column(NamedTuple):
    """A column of a histogram: place and size in its units."""

    x: float
    y: float
    width: float
    height: float
    told: str


class Histogram(NamedTuple):
    """Columns, and where the threshold stands."""

    name: str
    columns: list[Column]
    labels: list[tuple[float, str]]
    mark: float | None
    mark_told: str
    total: int


def parts(counts: Sequence[tuple[str, int]]) -> list[Part]:
    """The parts of one bar, from left to right."""
    total = sum(count for _, count in counts) or 1
    found: list[Part] = []
    before = 0
    for number, (name, count) in enumerate(counts):
        found.append(Part(name, count, count / total, before / total, number))
        before += count
    return found


def histogram(
    name: str,
    counts: Sequence[int],
    told: Sequence[str],
    labels: Sequence[tuple[float, str]],
    mark: float | None = None,
) -> Histogram:
    """``told`` names each column, ``labels`` stand below at a share of the width, ``mark`` is the threshold's share."""
    most, step = max(counts, default=0) or 1, WIDTH / max(1, len(counts))
    columns = []
    for number, count in enumerate(counts):
        height = HEIGHT * count / most
        height = max(height, 1.5) if count else 0.0
        columns.append(Column(number * step + 0.5, HEIGHT - height, step - 1, height, f"{told[number]}: {count:,}"))
    placed = [(share * WIDTH, label) for share, label in labels]
    shown = "" if mark is None else f"threshold {mark:.2f}"
    return Histogram(name, columns, placed, None if mark is None else mark * WIDTH, shown, sum(counts))


def of_shares(name: str, counts: Sequence[int], mark: float | None = None) -> Histogram:
    """Of values from 0 to 1 in equal bins."""
    bins = len(counts)
    told = [f"{number / bins:.2f} to {(number + 1) / bins:.2f}" for number in range(bins)]
    return histogram(name, counts, told, [(0.0, "0"), (0.5, ".5"), (1.0, "1")], mark)


def of_sizes(name: str, counts: Sequence[int], least: Sequence[int]) -> Histogram:
    """Of whole numbers, each column from one of ``least`` on."""
    ends = [*(number - 1 for number in least[1:]), None]
    short = [
        str(low) if low == high else f"{low}+" if high is None else f"{low}-{high}"
        for low, high in zip(least, ends, strict=True)
    ]
    told = [f"{one} records" for one in short]
    labels = [((number + 0.5) / len(counts), text) for number, text in enumerate(short)]
    return histogram(name, counts, told, labels)
