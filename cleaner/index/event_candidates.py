"""Which reports of the whole index may tell the event of a new one: an inverted index over all segments.

Each report's heaviest terms are kept as they weighed when it came, sorted by term. What
``event.candidates`` does on one matrix is done here for the new reports' rows of it.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from cleaner.collapse.event.candidates import BEST, WINDOW_FROM, best, far_apart, frequency_limit, products
from cleaner.index import layout
from cleaner.index.segment import Arrays, Segment
from cleaner.index.store import Store

_BLOCK = 200
"""New reports looked at at once: bounds the memory of what they find."""


def postings(reports: np.ndarray, top: sp.csr_matrix, terms: np.ndarray) -> Arrays:
    """The new reports' heaviest terms: weights with a row a report, and the hashes of the columns' terms."""
    holders = np.repeat(reports, np.diff(top.indptr))
    return layout.table("term", key=terms[top.indices], holder=holders, weight=top.data)


def partners(
    store: Store, segment: Segment, new: np.ndarray, standing: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Candidate pairs (left < right) of the new reports, whose postings the segment holds, their likeness, and floors.

    ``standing`` is the number of reports. A pair is kept if either has the other among its best; of an old
    report its worst best partner is known as of the time when it came (``report_floor``), so that pairs are
    kept which a batch would not keep, and none is lost. The floors are those of the new reports.
    """
    numbers, table, floor = _table(store, segment, new, standing)
    rows = np.searchsorted(numbers, new)
    hours = _hours(store, numbers) if standing >= WINDOW_FROM else np.full(len(numbers), np.nan)
    by_term = table.T.tocsr()
    is_new = np.zeros(len(numbers), dtype=bool)
    is_new[rows] = True
    found, values, back = [np.empty(0, np.int64)], [np.empty(0, np.float32)], []
    for start in range(0, len(rows), _BLOCK):
        block = rows[start : start + _BLOCK]
        row, column, value = products(table[block], by_term)
        near = (column != block[row]) & ~far_apart(hours[block[row]], hours[column])
        row, column, value = row[near], column[near], value[near]
        chosen = best(row, value)
        found.append(_codes(block[row[chosen]], column[chosen], len(numbers)))
        values.append(value[chosen])
        full = np.flatnonzero(np.bincount(row[chosen]) == BEST)
        floor[block[full]] = value[chosen][np.searchsorted(row[chosen], full, "right") - 1]
        welcome = ~is_new[column] & (value > floor[column])
        back.append((column[welcome], block[row[welcome]], value[welcome]))
    codes, likeness = _best_of_old(back, len(numbers))
    codes, first = np.unique(np.concatenate([*found, codes]), return_index=True)
    likeness = np.concatenate([*values, likeness])[first]
    size = max(1, len(numbers))
    return numbers[codes // size], numbers[codes % size], likeness, floor[rows].astype(np.float32)


def _table(
    store: Store, segment: Segment, new: np.ndarray, standing: int
) -> tuple[np.ndarray, sp.csr_matrix, np.ndarray]:
    """Reports that hold a term of the new ones, their weights of those terms, and their floors."""
    terms = np.unique(segment.get("term_key"))
    holders = store.spans("term", terms)
    column, holder, weight = holders.values(), holders.get("holder"), holders.get("weight", np.float32)
    stand = store.alive("report", holder)
    column, holder, weight = column[stand], holder[stand], weight[stand]
    frequency = np.bincount(column, minlength=len(terms))
    usual = ((frequency >= 2) & (frequency <= frequency_limit(standing)))[column]
    column, holder, weight = column[usual], holder[usual], weight[usual]
    numbers = np.union1d(holder, new)
    floor = store.column("report", "report_floor", numbers, np.float32)
    shape = (len(numbers), len(terms))
    table = sp.csr_matrix((weight, (np.searchsorted(numbers, holder), column)), shape=shape)
    table.sort_indices()
    return numbers, table, floor


def _hours(store: Store, numbers: np.ndarray) -> np.ndarray:
    """When each report was published, NaN for an undated one."""
    hour_of = dict(store.rows("SELECT report, hour FROM clusters WHERE report IN (?)", numbers.tolist()))
    found = [hour_of.get(number) for number in numbers.tolist()]
    return np.array([np.nan if hour is None else hour for hour in found], dtype=np.float64)


def _best_of_old(
    back: list[tuple[np.ndarray, np.ndarray, np.ndarray]], size: int
) -> tuple[np.ndarray, np.ndarray]:
    """Codes and likeness of the pairs in which an old report has a new one among its best."""
    if not back:
        return np.empty(0, np.int64), np.empty(0, np.float32)
    old, new, value = (np.concatenate(part) for part in zip(*back, strict=True))
    order = np.lexsort((new, old))
    old, new, value = old[order], new[order], value[order]
    chosen = best(np.unique(old, return_inverse=True)[1], value)
    return _codes(old, new, size)[chosen], value[chosen]


def _codes(left: np.ndarray, right: np.ndarray, size: int) -> np.ndarray:
    """Each pair of rows as one number."""
    return np.asarray(np.minimum(left, right) * size + np.maximum(left, right))
