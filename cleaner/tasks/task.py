"""What a task is, and the plan of the run that it is of, as far as it needs to know it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, NamedTuple

from cleaner.settings import Settings
from cleaner.sources import InputFile
from cleaner.sources.kinds import STDIN
from cleaner.staging.files import part_path

Files = tuple[InputFile, ...]
Command = Literal["run", "collapse"]
Stage = Literal["strip"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What the tasks of one run need to know. The same for the same inputs, settings and number of partitions."""

    folder: str
    """Where the files of the tasks are: without a store on every machine that does one, else on that which directs."""
    command: Command
    settings: Settings
    parts: Mapping[int, Files]
    """By number the files of each part."""
    fingerprint: str = ""
    """Equal for plans whose parts come out the same."""
    store: str = ""
    """URL of the folder in a store that takes what is done."""

    @property
    def can_be_resumed(self) -> bool:
        """Whether its inputs can be read again."""
        return all(file.kind != STDIN for files in self.parts.values() for file in files)

    @property
    def strips(self) -> bool:
        """Whether pages are stripped; else articles are clean already."""
        return self.command == "run"

    @property
    def with_positions(self) -> bool:
        """Whether it will be asked where lines stood on their pages."""
        return self.strips and self.settings.site_memory

    def files_of(self, stage: Stage) -> Path:
        """Path of the files of a stage, up to ``-00000``."""
        return Path(self.folder) / stage

    def file(self, stage: Stage, number: int) -> Path:
        """The file that a task writes."""
        return Path(part_path(str(self.files_of(stage)), number))

    def tasks(self, stage: Stage) -> list[Task]:
        """The tasks of a stage, each with what it needs to know."""
        return [Task(stage, number, replace(self, parts={number: files})) for number, files in self.parts.items()]


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
