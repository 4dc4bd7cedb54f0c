"""Results of stages that outlive the process which found them, as a collapse sees them: it knows no files.

A collapse asks for each result under the name of its stage, and says how it is made. Whoever keeps results gives
those that are there already; ``Forgetful`` keeps none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Arrays = Mapping[str, NDArray[Any]]
"""A result: arrays by their names."""
Mapped = Callable[[Callable[[Any], Any], Iterable[Any]], Iterator[Any]]
"""What applies a function to tasks, results in their order: ``map``, or one that uses worker processes."""


class Form(NamedTuple):
    """How the result of a task is arrays, and the other way round. Both are functions of a module: they are pickled."""

    arrays: Callable[[Any], Arrays]
    result: Callable[[Arrays], Any]
    in_place: bool = False
    """Whether the arrays may be left where they are kept, and be read from there each time they are asked for."""


def form_of(kind: type[Any]) -> Form:
    """Of named tuples of arrays."""
    return Form(_named, partial(_filled, kind))


def _named(found: Any) -> Arrays:
    arrays: Arrays = found._asdict()
    return arrays


def _filled(kind: type[Any], arrays: Arrays) -> Any:
    return kind(**arrays)


def _alone(values: NDArray[Any]) -> Arrays:
    return {"values": values}


def _only(arrays: Arrays) -> NDArray[Any]:
    return arrays["values"]


OF_ONE = Form(_alone, _only)
"""Of a result that is one array."""


def _as_it_is(arrays: Arrays) -> Arrays:
    return arrays


AS_KEPT = Form(_as_it_is, _as_it_is, in_place=True)
"""Of a result that is arrays, as many as do not fit into memory together."""


class Checkpoints(Protocol):
    """What keeps the results of stages.

    The stages come in one order: a result is that of its stage as long as what ``decides`` (plain data) it, and all
    stages before it, is the same.
    """

    def result(self, stage: str, make: Callable[[], Arrays], decides: object = None) -> Arrays:
        """The result of a stage that is one: as it was kept, or made now."""
        ...

    def mapped(self, stage: str, mapped: Mapped, form: Form, decides: object = None) -> Mapped:
        """``mapped``, but for tasks whose results were kept; the tasks are the same whenever it is the same stage."""
        ...


class Forgetful:
    """Keeps nothing."""

    def result(self, stage: str, make: Callable[[], Arrays], decides: object = None) -> Arrays:
        """Made now."""
        return make()

    def mapped(self, stage: str, mapped: Mapped, form: Form, decides: object = None) -> Mapped:
        """As it is."""
        return mapped


def joined(parts: Iterable[NDArray[Any]], kind: type) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Arrays one after the other, and the place behind the end of each."""
    every: list[NDArray[Any]] = [np.asarray(part, kind) for part in parts]
    ends = np.cumsum([len(part) for part in every], dtype=np.int64)
    return np.concatenate([np.empty(0, kind), *every]), ends


def parted(values: NDArray[Any], ends: NDArray[np.int64]) -> list[NDArray[Any]]:
    """What was ``joined``."""
    return np.split(values, ends[:-1]) if len(ends) else []
