"""Any executor: that of Dask (``Client.get_executor``), a pool of processes, submitit's (Slurm)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor
from pathlib import Path
from typing import Any, Protocol

from cleaner.engines import carried
from cleaner.engines.engine import AHEAD
from cleaner.errors import RunFailed


class Submits(Protocol):
    """What is asked of an executor: what it gives has ``result()`` and ``cancel()``. Those of submitit are none of
    ``concurrent.futures``: each task is a job of its own, which takes seconds to begin."""

    def submit(self, function: Callable[..., Any], /, *arguments: Any) -> Any:
        """Hand a call over."""


class OnExecutor(carried.Carrying):
    """An engine over an executor that somebody else opened, and closes."""

    is_local = False
    workers = 0

    def __init__(self, executor: Submits, folder: Path) -> None:
        """``folder`` is seen by all who do tasks."""
        self._executor, self._folder = executor, folder
        self.for_large_only = not isinstance(executor, Executor)

    def map(self, function: Callable[[Any], Any], tasks: Iterable[Any], ahead: int | None = AHEAD) -> Iterator[Any]:
        """See ``Engine``. What is tried again is the executor's choice."""
        try:
            with carried.packed(function, self._folder) as message:

                def begin(task: Any) -> Any:
                    return self._executor.submit(carried.call, message, task)

                if ahead is None and hasattr(self._executor, "batch"):
                    with self._executor.batch():  # one array of jobs
                        begun = [begin(task) for task in tasks]
                    yield from carried.in_order(begun, _itself, _answer, _cancel, None)
                else:
                    yield from carried.in_order(tasks, begin, _answer, _cancel, ahead)
        except BrokenExecutor as error:
            raise RunFailed(f"a process of the executor ended: {error}") from error

    def close(self) -> None:
        """The executor is not ours to close."""


def _itself(handle: Any) -> Any:
    return handle


def _answer(handle: Any) -> carried.Answer:
    try:
        answer: carried.Answer = handle.result()
    except Exception as error:  # the function's own are answers: this is the executor's, and each has its classes
        raise RunFailed(f"a task was not done by the executor: {' '.join(str(error).split())[:300]}") from error
    return answer


def _cancel(handle: Any) -> None:
    handle.cancel()
