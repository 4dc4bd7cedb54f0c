"""Names of the columns of a table, which no format keeps from being called alike."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count


def distinct(names: Iterable[str]) -> list[str]:
    """The names in their order, all different: the second column called ``name`` is ``name 2``."""
    taken: dict[str, None] = {}
    for name in names:
        free = (name if again == 1 else f"{name} {again}" for again in count(1))
        taken[next(one for one in free if one not in taken)] = None
    return list(taken)
