"""An engine carries tasks: it calls a function for each of them somewhere, and gives the results in their order.

It knows nothing of what they are about. ``LocalProcesses`` are those of this machine; the others hand tasks to
whatever cluster there is, which starts one again whose process or machine is lost. The function goes there once, in a
file of the working folder, for all machines see that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from cleaner.engines import local
from cleaner.engines.launcher import Launcher
from cleaner.errors import RunFailed, UsageError
from cleaner.remote import RemotePath
from cleaner.settings import ENGINES

if TYPE_CHECKING:
    from cleaner.engines.executor import Submits

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


@contextmanager
def opened(wanted: str | Submits, launcher: Launcher, workers: int, folder: Path) -> Iterator[Engine]:
    """The engine of one run: by its name, or over any executor, which stays open.

    Raises UsageError for another name and MissingExtra where its library is not installed.
    """
    engine = _made(wanted, launcher, workers, folder)
    try:
        yield engine
    finally:
        engine.close()


@contextmanager
def later_stages(
    engine: Engine, launcher: Launcher, workers: int, folder: Path, store: RemotePath | None
) -> Iterator[Engine]:
    """What carries the stages behind the first, whose tasks are many and read each other's files.

    That is the engine of the run, over the ``store`` of its working folder where it has one, but for one that takes
    large tasks only: then it is this machine.
    """
    if engine.for_large_only:
        yield LocalProcesses(launcher, workers, folder)
    elif store is None or engine.is_local:
        yield engine
    else:
        from cleaner.engines.staged import Staged

        with Staged(engine, store, folder) as staged:
            yield staged


def _made(wanted: str | Submits, launcher: Launcher, workers: int, folder: Path) -> Engine:
    if not isinstance(wanted, str):
        from cleaner.engines.executor import OnExecutor

        return OnExecutor(wanted, folder)
    if wanted == "local":
        return LocalProcesses(launcher, workers, folder)
    if wanted == "ray":
        from cleaner.engines.ray import OnRay

        return OnRay(workers, folder)
    if wanted == "spark":
        from cleaner.engines.spark import OnSpark

        return OnSpark(workers, folder)
    raise UsageError(f"engine '{wanted}' is not known; choose one of {', '.join(ENGINES)}")
