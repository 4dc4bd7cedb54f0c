"""Scores of an earlier collapse of the same articles, for reports that need not be read to be linked."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaner.collapse.event import EventIndex
from cleaner.collapse.event.document import parse_hour
from cleaner.collapse.reports import Reports


class SavedScores(NamedTuple):
    """Pairs of reports that were scored before, by the places of their kept copies."""

    of: str
    """Of which reports (``Hierarchy.reports_digest``)."""
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    score: NDArray[np.float64]


class Unread(EventIndex):
    """Reports of which the dates alone are known: enough to link pairs that were scored before."""

    def __init__(self, reports: Reports) -> None:
        """The dates are those of the kept copies."""
        self._dates = [reports.date(head) for head in reports.heads]

    def __len__(self) -> int:
        """Number of reports."""
        return len(self._dates)

    def hours(self) -> NDArray[np.float64]:
        """The date of each report in hours (``parse_hour``), NaN for one without: shape (reports,)."""
        found = [parse_hour(date) for date in self._dates]
        return np.array([np.nan if hour is None else hour for hour in found], np.float64)
