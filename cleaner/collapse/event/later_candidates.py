"""Which documents of a corpus are worth scoring with those that came to it later: ``candidates`` for some of its rows.

A later document looks at all others. Of an earlier one it is known what its worst best partner shares with it, its
floor: a later document that shares more is among its best.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from cleaner.collapse.event.candidates import BEST, best, far_apart, products
from cleaner.collapse.ragged import Places

_BLOCK = 200
"""Later documents looked at at once: bounds the memory of what they find."""

_Floats = NDArray[np.float32]


def pairs_with(
    table: sp.csr_matrix, later: Places, hours: NDArray[np.float64], floor: _Floats
) -> tuple[Places, Places, _Floats]:
    """Pairs of rows (left < right) of which one is ``later``, sorted, and their cosines; sets the later rows' floors.

    ``table`` has the weights of all documents' heaviest terms, as far as later ones have them. A pair is kept if either
    has the other among its best. Of an earlier document the floor is that of the time when it came, so that pairs are
    kept which a batch would not keep, and none is lost. Of equal partners the smaller row wins.
    """
    size = table.shape[0]
    by_term = table.T.tocsr()
    is_later = np.zeros(size, dtype=bool)
    is_later[later] = True
    found, values, back = [np.empty(0, np.int64)], [np.empty(0, np.float32)], []
    for start in range(0, len(later), _BLOCK):
        block = later[start : start + _BLOCK]
        row, column, value = products(table[block], by_term)
        near = (column != block[row]) & ~far_apart(hours[block[row]], hours[column])
        row, column, value = row[near], column[near], value[near]
        chosen = best(row, value)
        found.append(_codes(block[row[chosen]], column[chosen], size))
        values.append(value[chosen])
        full = np.flatnonzero(np.bincount(row[chosen]) == BEST)
        floor[block[full]] = value[chosen][np.searchsorted(row[chosen], full, "right") - 1]
        welcome = ~is_later[column] & (value > floor[column])
        back.append((column[welcome], block[row[welcome]], value[welcome]))
    if back:
        earlier, new, value = (np.concatenate(part) for part in zip(*back, strict=True))
        order = np.lexsort((new, earlier))
        earlier, new, value = earlier[order], new[order], value[order]
        chosen = best(np.unique(earlier, return_inverse=True)[1], value)
        found.append(_codes(earlier, new, size)[chosen])
        values.append(value[chosen])
    codes, first = np.unique(np.concatenate(found), return_index=True)
    return codes // max(1, size), codes % max(1, size), np.concatenate(values)[first]


def _codes(left: Places, right: Places, size: int) -> Places:
    """Each pair of rows as one number."""
    return np.asarray(np.minimum(left, right) * size + np.maximum(left, right))
