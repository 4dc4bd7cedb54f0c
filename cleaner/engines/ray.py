"""Ray: tasks of Ray core, on the cluster that ``RAY_ADDRESS`` names, or on one of this machine that is started."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from cleaner.engines import carried
from cleaner.engines.engine import AHEAD
from cleaner.errors import MissingExtra, RunFailed

RETRIES = 4
"""Times that a task is started again whose process or machine is lost."""
MEMORY = 3 * 1024**3
"""Bytes that a task asks for: a page may take two (``Limits.memory_per_page``), models and records the third."""
_SHARE = 0.9


class OnRay(carried.Carrying):
    """An engine over Ray. One that the program has connected already is used, and stays connected."""

    is_local = False
    for_large_only = False

    def __init__(self, workers: int, folder: Path) -> None:
        """``workers`` are the cores of a cluster that has to be started; ``folder`` is seen by all machines.

        Raises MissingExtra, and RunFailed where Ray cannot be reached or started.
        """
        try:
            import ray
        except ImportError as error:
            raise MissingExtra("ray", "ray", "engine ray") from error
        self._ray, self._folder = ray, folder
        self._is_own = not ray.is_initialized()
        if self._is_own:
            with _signal_handlers_kept():
                _connect(ray, workers)
        there = ray.cluster_resources()
        self.workers = int(there.get("CPU", 1))
        memory = int(min(MEMORY, _SHARE * there.get("memory", MEMORY) / max(1, self.workers)))
        self._call = ray.remote(carried.call).options(num_cpus=1, max_retries=RETRIES, memory=memory)

    def map(self, function: Callable[[Any], Any], tasks: Iterable[Any], ahead: int | None = AHEAD) -> Iterator[Any]:
        """See ``Engine``."""
        try:
            with carried.packed(function, self._folder) as message:
                begin = partial(self._call.remote, self._ray.put(message))
                yield from carried.in_order(tasks, begin, self._ray.get, partial(self._ray.cancel, force=True), ahead)
        except self._ray.exceptions.RayError as error:
            raise RunFailed(f"a task on Ray was not done: {' '.join(str(error).split())[:300]}") from error

    def close(self) -> None:
        """Leave Ray, and end a cluster that was started for the run."""
        if self._is_own:
            self._ray.shutdown()


def _connect(ray: Any, workers: int) -> None:
    """To the cluster that the environment names, else to one that is started here."""
    import os

    quiet = {"log_to_driver": False, "logging_level": "ERROR", "include_dashboard": False}
    try:
        if os.environ.get("RAY_ADDRESS"):
            ray.init(**{name: value for name, value in quiet.items() if name != "include_dashboard"})
        else:
            ray.init(address="local", num_cpus=workers or None, **quiet)
    except (ConnectionError, RuntimeError, ValueError, OSError) as error:
        raise RunFailed(f"Ray cannot be reached or started: {' '.join(str(error).split())[:300]}") from error


@contextmanager
def _signal_handlers_kept() -> Iterator[None]:
    """Ray takes SIGTERM for itself; a run that is ended has to clear up."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            if handler is not None:
                signal.signal(number, handler)
