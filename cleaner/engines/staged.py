"""An engine over another whose machines have no disk in common: what tasks read goes there through a store."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Self

from cleaner.engines.carried import Carrying
from cleaner.engines.engine import AHEAD, Engine
from cleaner.remote import RemotePath
from cleaner.staging.sender import Sender, unpacked


class Staged(Carrying):
    """An engine that sends functions and tasks through a store. A context manager: what it put there goes with it."""

    is_local = False
    for_large_only = False

    def __init__(self, engine: Engine, store: RemotePath, folder: Path) -> None:
        """``folder`` takes what is written to be put into the ``store``."""
        self._engine = engine
        self._sender = Sender(store, folder)
        self.workers = engine.workers

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def map(self, function: Callable[[Any], Any], tasks: Iterable[Any], ahead: int | None = AHEAD) -> Iterator[Any]:
        """See ``Engine``. Raises OSError where the store takes nothing."""
        message = self._sender.packed(function)
        return self._engine.map(partial(_do, message), map(self._sender.pickled, tasks), ahead)

    def close(self) -> None:
        """Take what was put out of the store; the engine itself is not closed."""
        self._sender.close()


def _do(message: bytes, task: bytes) -> Any:
    return _unpacked(message)(pickle.loads(task))  # noqa: S301 - from the run that this is a task of


@lru_cache(maxsize=1)
def _unpacked(message: bytes) -> Callable[[Any], Any]:
    """Kept from one task to the next."""
    function: Callable[[Any], Any] = unpacked(message)
    return function
