"""The permutations of datasketch's ``affine32`` scheme, by which both back ends sign.

Apart from the ``constants``: who needs a text's words only does not load datasketch.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from datasketch import MinHash
from numpy.typing import NDArray

from cleaner.collapse.signing.constants import PERMUTATIONS, SEED


@cache
def permutations() -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """The factors and the summands of datasketch's permutations, uint32 of shape (PERMUTATIONS,) each."""
    a, b = MinHash(num_perm=PERMUTATIONS, seed=SEED, scheme="affine32").permutations
    return np.ascontiguousarray(a, np.uint32), np.ascontiguousarray(b, np.uint32)
