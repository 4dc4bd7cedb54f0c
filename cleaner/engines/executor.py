"""Any executor of ``concurrent.futures``: that of Dask (``Client.get_executor``), of submitit, a pool of processes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from pathlib import Path
from typing import Any

from cleaner.engines import carried
from cleaner.engines.engine import AHEAD
from cleaner.errors import RunFailed


class OnExecutor(carried.Carrying):
    """An engine over an executor that somebody else opened, and closes."""

    is_local = False
    workers = 0

    def __init__(self, executor: Executor, folder: Path) -> None:
        """``folder`` is seen by all who do tasks."""
        self._executor, self._folder = executor, folder

    def map(self, function: Callable[[Any], Any], tasks: Iterable[Any], ahead: int | None = AHEAD) -> Iterator[Any]:
        """See ``Engine``. What is tried again is the executor's choice."""
        try:
            with carried.packed(function, self._folder) as message:

                def begin(task: Any) -> Future[carried.Answer]:
                    return self._executor.submit(carried.call, message, task)

                yield from carried.in_order(tasks, begin, Future.result, Future.cancel, ahead)
        except BrokenExecutor as error:
            raise RunFailed(f"a process of the executor ended: {error}") from error

    def close(self) -> None:
        """The executor is not ours to close."""
