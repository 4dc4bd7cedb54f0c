"""Which reports of the whole index may tell the event of a new one: an inverted index over all segments.

Each report's heaviest terms are kept as they weighed when it came, sorted by term. Of those that new reports hold a
table is made, in which ``event.later_candidates`` looks.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from cleaner.collapse.event.candidates import WINDOW_FROM, frequency_limit
from cleaner.collapse.event.later_candidates import pairs_with
from cleaner.index import layout
from cleaner.index.segment import Arrays, Segment
from cleaner.index.store import Store


def postings(reports: np.ndarray, top: sp.csr_matrix, terms: np.ndarray) -> Arrays:
    """The new reports' heaviest terms: weights with a row a report, and the hashes of the columns' terms."""
    holders = np.repeat(reports, np.diff(top.indptr))
    return layout.table("term", key=terms[top.indices], holder=holders, weight=top.data)


def partners(
    store: Store, segment: Segment, new: np.ndarray, standing: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Candidate pairs (left < right) of the new reports, whose postings the segment holds, their likeness, and floors.

    ``standing`` is the number of reports. The floors are those of the new reports.
    """
    terms = np.unique(segment.get("term_key"))
    holders = store.spans("term", terms)
    column, holder, weight = holders.values(), holders.get("holder"), holders.get("weight", np.float32)
    stand = store.alive("report", holder)
    column, holder, weight = column[stand], holder[stand], weight[stand]
    frequency = np.bincount(column, minlength=len(terms))
    usual = ((frequency >= 2) & (frequency <= frequency_limit(standing)))[column]
    column, holder, weight = column[usual], holder[usual], weight[usual]
    numbers = np.union1d(holder, new)
    shape = (len(numbers), len(terms))
    table = sp.csr_matrix((weight, (np.searchsorted(numbers, holder), column)), shape=shape)
    table.sort_indices()
    floor = store.column("report", "report_floor", numbers, np.float32)
    hours = store.hours(numbers) if standing >= WINDOW_FROM else np.full(len(numbers), np.nan)
    rows = np.searchsorted(numbers, new)
    left, right, likeness = pairs_with(table, rows, hours, floor)
    return numbers[left], numbers[right], likeness, floor[rows]
