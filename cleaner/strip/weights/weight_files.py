"""The weights that come with strip, each file read once a process."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TypeVar

from cleaner.strip.weights import convolutions
from cleaner.strip.weights import trees as boosted
from cleaner.strip.weights.convolutions import Network
from cleaner.strip.weights.trees import Trees

Weights = TypeVar("Weights")


def read(name: str, load: Callable[[Path], Weights]) -> Weights:
    """The weights of ``NAME.npz``, as ``load`` reads that file."""
    with resources.as_file(resources.files(__package__).joinpath(f"{name}.npz")) as path:
        return load(Path(path))


@cache
def trees(name: str) -> Trees:
    """``html`` for blocks of an article, ``other_pages`` for those of other kinds of pages, ``page_type`` for these
    kinds, ``text`` for lines of stored text, ``known_text`` for those in ``gram_features.LANGUAGES``."""
    return read(name, boosted.load)


@cache
def networks(name: str) -> tuple[Network, ...]:
    """``text_networks`` for lines of stored text, ``page_networks`` for blocks of pages of other kinds than articles,
    ``inline_breaks`` for the ends of lines."""
    return read(name, convolutions.load)
