"""Which engine carries the tasks of a run, and which those of its later stages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from cleaner.engines.engine import Engine, LocalProcesses
from cleaner.engines.launcher import Launcher
from cleaner.errors import UsageError
from cleaner.remote import RemotePath
from cleaner.settings import ENGINES

if TYPE_CHECKING:
    from cleaner.engines.executor import Submits


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
