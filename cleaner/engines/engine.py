"""An engine carries tasks: it calls a function for each of them somewhere, and gives the results in their order.

It knows nothing of what they are about. ``LocalProcesses`` are those of this machine; the others hand tasks to
whatever cluster there is, which starts one again whose process or machine is lost. The function goes there once, in a
file of the working folder, for all machines see that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Protocol, TypeVar

from cleaner.engines import local
from cleaner.engines.launcher import Launcher
from cleaner.errors import RunFailed

Task = TypeVar("Task")
Result = TypeVar("Result")
AHEAD = 256
"""Tasks under way at a time where their results may be large."""


class Engine(Protocol):
    """What carries tasks."""

    is_local: bool
    """Whether it is the processes of this machine that the launcher of the run starts."""
    workers: int
    """Tasks that are done at a time, as far as that is known."""
    for_large_only: bool
    """Whether a task takes so long to begin that only those of minutes are worth it."""

    def map(
        self, function: Callable[[Task], Result], tasks: Iterable[Task], ahead: int | None = AHEAD
    ) -> Iterator[Result]:
        """``function`` over ``tasks``, results in order, at most ``ahead`` tasks under way; None sets no limit.

        Function, tasks and results pickle. An exception of the function is raised in its task's turn. Raises RunFailed
        when a task cannot be done though it was tried again.
        """
        ...

    def close(self) -> None:
        """Nothing more will be asked for."""


class LocalProcesses:
    """Worker processes of this machine (``local.map_ordered``)."""

    is_local = True
    for_large_only = False

    def __init__(self, launcher: Launcher, workers: int, folder: Path) -> None:
        """``workers`` 0 is one a core; ``folder`` takes what is too large for messages."""
        self._launcher, self._folder = launcher, folder
        self.workers = local.worker_count(workers)

    def map(
        self, function: Callable[[Task], Result], tasks: Iterable[Task], ahead: int | None = AHEAD
    ) -> Iterator[Result]:
        """See ``Engine``; how many tasks are under way is a matter of their bytes."""
        if self.workers == 1:
            return map(function, tasks)
        return local.map_ordered(function, tasks, self.workers, _lost, launcher=self._launcher, folder=self._folder)

    def close(self) -> None:
        """The launcher ends its processes itself."""


def _lost(_task: Any) -> Any:
    raise RunFailed("a worker process ended while it signed or read articles; is there enough memory?")
