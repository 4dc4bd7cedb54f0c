"""Spark: a job a map, on the session that there is (``spark-submit``), or on a local one that is started."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from cleaner.engines import carried, local
from cleaner.engines.engine import AHEAD
from cleaner.errors import MissingExtra, RunFailed

FAILURES = 4
"""Times that a task is tried on a machine of its own before the run fails."""


class OnSpark(carried.Carrying):
    """An engine over Spark. A session that the program has is used, and stays open."""

    is_local = False
    for_large_only = False

    def __init__(self, workers: int, folder: Path) -> None:
        """``workers`` are the cores of a session that has to be started; ``folder`` is seen by all machines.

        Raises MissingExtra, and RunFailed where no session can be started.
        """
        try:
            from pyspark.sql import SparkSession
        except ImportError as error:
            raise MissingExtra("pyspark", "spark", "engine spark") from error
        self._folder = folder
        self._is_own = SparkSession.getActiveSession() is None
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        builder = SparkSession.builder.appName("cleaner")
        if self._is_own and "PYSPARK_GATEWAY_PORT" not in os.environ:  # not under spark-submit, which names a master
            master = f"local[{local.worker_count(workers)},{FAILURES}]"
            builder = builder.master(master).config("spark.ui.enabled", "false")
            builder = builder.config("spark.ui.showConsoleProgress", "false")  # the run tells how far it is itself
        try:
            self._session = builder.getOrCreate()
        except Exception as error:  # what Java throws comes as several classes
            raise RunFailed(f"no Spark session can be started: {' '.join(str(error).split())[:300]}") from error
        self._session.sparkContext.setLogLevel("ERROR")
        self.workers = self._session.sparkContext.defaultParallelism

    def map(self, function: Callable[[Any], Any], tasks: Iterable[Any], ahead: int | None = AHEAD) -> Iterator[Any]:
        """See ``Engine``. A job has ``ahead`` tasks, and the next begins when their results were taken."""
        from py4j.protocol import Py4JError

        waiting = iter(tasks)
        with carried.packed(function, self._folder) as message:
            while job := list(islice(waiting, ahead)):
                spread = self._session.sparkContext.parallelize(job, len(job))
                try:
                    answers = spread.map(partial(carried.call, message)).collect()
                except Py4JError as error:
                    raise RunFailed(f"a task on Spark was not done: {' '.join(str(error).split())[:300]}") from error
                yield from map(carried.result, answers)

    def close(self) -> None:
        """Stop a session that was started for the run."""
        if self._is_own:
            self._session.stop()
