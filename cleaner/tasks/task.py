"""What a task is, and how one is done on whatever machine it came to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from cleaner.driver.plan import Plan

Stage = Literal["strip"]


class Task(NamedTuple):
    """One part of one stage."""

    stage: Stage
    number: int
    plan: Plan
    """As far as the task needs it: of the parts only its own."""


class Done(NamedTuple):
    """What is told of a task that is done; its result is its file."""

    stage: Stage
    number: int
    records: int


def run(task: Task) -> Done:
    """Do a task: write its file, whole, and then its mark. With one worker process of its own, as a guard.

    Raises RunFailed and OSError for faults of the machine; what is wrong with a record is in the file.
    """
    from cleaner.staging.fetched import StoredFolder
    from cleaner.tasks import strip

    if not task.plan.store:
        return strip.run(task)
    with StoredFolder(task.plan.store).opened() as folder:
        return strip.run(task._replace(plan=replace(task.plan, folder=str(folder))))
