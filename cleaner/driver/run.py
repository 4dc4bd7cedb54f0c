"""What the steps of one run share: its settings, its articles while they wait for each other, report and output."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from cleaner.article_store import ArticleStore
from cleaner.collapse.checkpoints import Checkpoints, Forgetful
from cleaner.collapse.links import Links
from cleaner.driver.refusals import Refusals
from cleaner.engines.engine import Engine
from cleaner.engines.launcher import Launcher
from cleaner.output_rows import StoryRows
from cleaner.progress import Progress
from cleaner.records import ClosePair, Cut, Rejected
from cleaner.report import Report
from cleaner.settings import Settings
from cleaner.sinks import rows
from cleaner.sinks.files import OutputFolder

if TYPE_CHECKING:
    from cleaner.collapse.hierarchy import Hierarchy
    from cleaner.collapse.saved_scores import SavedScores
    from cleaner.index.session import Session


@dataclass(slots=True)
class RunArticles:
    """The articles of a run while they wait for each other, and what is known of each beside it."""

    store: ArticleStore
    positions: list[NDArray[np.int32]] = field(default_factory=list)
    """Places of each article's lines on its page, where they will be asked for."""
    new_cuts: dict[str, list[Cut]] = field(default_factory=dict)
    """By origin: what was dropped after the article's cuts had gone to their file."""
    new_ids: dict[str, str] = field(default_factory=dict)
    """By origin."""

    def keep(self, places: list[int]) -> None:
        """Leave out the articles at other places."""
        self.store.arrange(places)
        if self.positions:
            self.positions = [self.positions[i] for i in places]


class EarlierStories(Protocol):
    """Stories as an earlier run told them (see ``rethreshold``)."""

    @property
    def scores(self) -> SavedScores:
        """The pairs that it scored."""

    def same(self, hierarchy: Hierarchy, number: int, head: int) -> bool:
        """Whether a group with this canonical is a story that was told before."""

    def rows(self, canonical: str, thresholds: Mapping[str, float]) -> StoryRows:
        """What was told of it."""


@dataclass(slots=True, kw_only=True)
class Run:
    """One run: what its steps share."""

    settings: Settings
    progress: Progress
    report: Report
    refusals: Refusals
    out: OutputFolder
    workspace: Path
    """Takes what is not to be held in memory."""
    articles: RunArticles
    session: Session | None
    site_memory: bool
    launcher: Launcher
    engine: Engine
    links: Links
    close: list[ClosePair] = field(default_factory=list)
    """Close decisions, in no order."""
    earlier: EarlierStories | None = None
    """What an earlier run told of the same articles."""
    checkpoints: Checkpoints = field(default_factory=Forgetful)
    """Keep the results of the stages behind the first."""
    reference: str = ""
    """A digest of the reference corpus."""


def reject(rejected: Rejected, run: Run) -> None:
    """Count a record that goes no further, and write it down."""
    run.report.rejected[rejected.reason] += 1
    run.refusals.note(rejected)
    run.out.append("rejected", rows.rejected_row(rejected))
