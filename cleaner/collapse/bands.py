"""Candidate pairs: signatures that agree in all rows of at least one band.

Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, ch. 3 (banding). A band is looked at as one sorted
column, so that one band at a time is in memory.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaner.collapse.checkpoints import Checkpoints, Forgetful, Mapped, form_of
from cleaner.collapse.ragged import Places
from cleaner.collapse.signing.constants import MIX_64
from cleaner.staging.files import File, SharedFile

BANDS, ROWS = 64, 2
"""Of a corpus up to 890,000 texts, and of an index. Pairs of Jaccard 0.2 are found with probability .93, of 0.3 with
.998: an excerpt of a third is found."""
FALSE_PAIRS, FEWER, MOST_FALSE = 5.6e-5, 32, 50
"""Unlike texts (containment under 0.1) that a text meets at two rows a band, by texts of the corpus; how many times
fewer a further row leaves; and how many it may meet. On the densest news of the development sets (allsides_full,
1,652 texts) 5.6e-5 and 38, on all of them (4,631) 1.5e-5 and 32 (``python -m tests.bench.candidates FILE ...``; of
made articles a text meets 0.1, 0.2 and 0.2 unlike ones at 4,000, 16,000 and 64,000, in Chinese 0.5 at 4,000
and 16,000, and samples rule out a part of them before they are compared). So 1e6 texts
get 3 rows and 1.7 unlike texts each, 1e8 get 4 rows and 5.5, 1e9 get 5 rows and 1.7; with two rows it were 56, 5,600
and 56,000. With 3, 4 and 5 rows pairs of Jaccard 0.5 are found with probability .996, .87 and .55, of 0.7 with 1,
.9998 and .99: what is long enough for a sample (``sketch``) is found by that at any size. The near-copy development
pages have the same B-cubed F, .9964, with 2, 3 and 4 rows, and .9960 with 5."""
FULL_BUCKET = 50
"""Texts in one bucket up to which all its pairs are candidates; a larger one pairs near neighbours only."""
NEIGHBOURS = 8
"""Texts that a text meets in all its full buckets: with FULL_BUCKET 12,000 edited copies of one text are linked over
0.1 million comparisons of 72 million pairs."""
NEXT = 4
"""Texts that a text meets in one full bucket."""
_TOGETHER = 2_000_000
"""Pairs made at once."""
TASK_BANDS, TASK_KEYS = 8, 2_000_000
"""Bands of a task: so many, or as have so many keys, one at least."""

Pairs = tuple[Places, Places]
"""Left and right (left < right)."""


class _Found(NamedTuple):
    """What some bands find."""

    pairs: NDArray[np.int64]
    """Of buckets that are not full; coded, each once."""
    full: NDArray[np.int64]
    """Of full buckets, once for each."""


_FOUND = form_of(_Found)


class BandKeys:
    """For each band what must agree for a pair: a column of uint64 for every text, in memory or in a file."""

    def __init__(self, texts: int, folder: Path | None = None) -> None:
        self._texts = texts
        self.rows = rows(texts)
        self.bands = number(texts)
        self._held = np.zeros((self.bands, texts if folder is None else 0), np.uint64)
        self._file: File | None = None
        if folder is not None:
            self._file = SharedFile(folder / "bands")
            with (folder / "bands").open("wb") as stream:
                stream.truncate(8 * self.bands * texts)

    def put(self, first: int, columns: NDArray[np.uint64]) -> None:
        """Set the texts from ``first`` on to these ``keys``, shape (bands, texts)."""
        if self._file is None:
            self._held[:, first : first + columns.shape[1]] = columns
            return
        if not isinstance(self._file, SharedFile):
            raise RuntimeError("keys are set where their file was made")
        with Path(self._file.path).open("r+b") as stream:
            for band in range(self.bands):
                stream.seek(8 * (band * self._texts + first))
                stream.write(columns[band].data)

    def band(self, at: int) -> NDArray[np.uint64]:
        """One band's column."""
        if self._file is None:
            column: NDArray[np.uint64] = self._held[at]
            return column
        with self._file.open() as stream:
            return np.fromfile(stream, np.uint64, self._texts, offset=8 * at * self._texts)

    def pairs(
        self,
        texts: Places,
        mapped: Mapped = map,
        checkpoints: Checkpoints | None = None,
        watch: Callable[[Iterable[int]], Iterator[int]] = iter,
    ) -> NDArray[np.int64]:
        """The ``pairs`` of these texts, by some bands in each task; ``watch`` hands on the numbers of the bands."""
        each = max(1, min(TASK_BANDS, TASK_KEYS // max(1, self._texts)))
        tasks = [range(first, min(first + each, self.bands)) for first in range(0, self.bands, each)]
        carried = (checkpoints or Forgetful()).mapped("candidates", mapped, _FOUND)
        results = carried(partial(_of_bands, self, texts), tasks)
        found = [next(results) for at in watch(range(self.bands)) if not at % each]
        return _united([*found, *results])


def rows(texts: int) -> int:
    """Rows a band for a corpus of so many texts: the fewest with which a text meets MOST_FALSE unlike ones at most."""
    more = math.log(max(1.0, texts * FALSE_PAIRS / MOST_FALSE), FEWER)
    return ROWS + math.ceil(more - 1e-9)


def number(texts: int) -> int:
    """Bands for a corpus of so many texts."""
    return BANDS * ROWS // rows(texts)


def keys(signatures: NDArray[np.uint32], each: int = ROWS) -> NDArray[np.uint64]:
    """What must agree for a pair, ``each`` rows a band: uint64 of shape (bands, n) for n signatures of PERMUTATIONS."""
    number = signatures.shape[1] // each
    columns = signatures[:, : number * each].reshape(len(signatures), number, each).astype(np.uint64)
    folded: np.ndarray = columns[:, :, 0] << np.uint64(32) | columns[:, :, 1]
    for row in range(2, each):
        folded = (folded ^ (folded >> np.uint64(29))) * np.uint64(MIX_64[0]) ^ columns[:, :, row]
    return np.ascontiguousarray(folded.T)


def pairs(columns: Iterable[NDArray[np.uint64]], texts: Places) -> NDArray[np.int64]:
    """Pairs of texts with equal keys in any of some columns, coded by ``code``, each once, ascending.

    Every column has a key for each of ``texts``, which ascend. In a bucket of more than FULL_BUCKET a text meets
    its next NEXT ones only, and of those of all columns it keeps NEIGHBOURS (``nearest``). So what a text meets
    depends on the buckets that it is in, and not on the order in which they are looked at.
    """
    return _united([_found(columns, texts)])


def _found(columns: Iterable[NDArray[np.uint64]], texts: Places) -> _Found:
    """What some bands find."""
    found, full = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    waiting = 0
    for column in columns:
        for codes, of_full in bucket_pairs(column, texts):
            (full if of_full else found).append(codes)
            waiting += 0 if of_full else len(codes)
        if waiting > _TOGETHER:
            found, waiting = [np.unique(np.concatenate(found))], 0
    return _Found(np.unique(np.concatenate(found)), np.concatenate(full))


def _of_bands(held: BandKeys, texts: Places, some: range) -> _Found:
    return _found((held.band(at)[texts] for at in some), texts)


def _united(parts: Sequence[_Found]) -> NDArray[np.int64]:
    """The pairs of all bands from those of some each."""
    met = nearest(np.concatenate([part.full for part in parts]))
    return np.unique(np.concatenate([*(part.pairs for part in parts), met]))


def nearest(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Of pairs from full buckets the NEIGHBOURS of each left text that it met most often, of these the nearest.

    A pair is listed once for every bucket in which it was met. What is kept of a text's pairs depends on these only.
    """
    own, times = np.unique(codes, return_counts=True)
    left, right = decoded(own)
    order = np.lexsort((right, -times, left))
    rank = np.arange(len(own)) - np.searchsorted(left, left)  # ``left`` ascends: sorted, it is as it was
    return np.sort(own[order[rank < NEIGHBOURS]])


def bucket_pairs(column: NDArray[np.uint64], texts: Places) -> Iterator[tuple[NDArray[np.int64], bool]]:
    """Pairs of texts with equal keys, coded by ``code``, ascending in each part, and whether of a full bucket.

    ``column`` has a key for each of ``texts``, which ascend. In a bucket of more than FULL_BUCKET each text meets its
    next NEXT only.
    """
    order = np.argsort(column, kind="stable")
    ordered = column[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(column) else np.empty(0, np.int64)
    sizes = np.diff(np.r_[starts, len(order)])
    for size in np.unique(sizes[(sizes > 1) & (sizes <= FULL_BUCKET)]).tolist():
        first = starts[sizes == size]
        left, right = np.triu_indices(size, 1)
        step = max(1, _TOGETHER // len(left))
        for at in range(0, len(first), step):
            bucket = texts[order[first[at : at + step, None] + np.arange(size)]]
            yield np.sort(code(bucket[:, left].ravel(), bucket[:, right].ravel())), False
    full = sizes > FULL_BUCKET
    for start, size in zip(starts[full].tolist(), sizes[full].tolist(), strict=True):
        bucket = texts[order[start : start + size]]
        left = np.repeat(np.arange(size), NEXT)
        right = left + np.tile(np.arange(1, NEXT + 1), size)
        inside = right < size
        yield code(bucket[left[inside]], bucket[right[inside]]), True


def code(left: Places, right: Places) -> Places:
    """A pair as one number."""
    return left << np.int64(32) | right


def decoded(codes: Places) -> Pairs:
    """The pairs of ``code``."""
    return codes >> np.int64(32), codes & np.int64(0xFFFFFFFF)


def all_pairs(texts: Places) -> Pairs:
    """Each text of an ascending array with each later one."""
    left, right = np.triu_indices(len(texts), 1)
    return texts[left].astype(np.int64), texts[right].astype(np.int64)


def pairs_inside(groups: list[Places]) -> Iterator[NDArray[np.int64]]:
    """All pairs of each of some groups of ascending texts, coded, some groups at a time."""
    sizes = np.cumsum([0] + [len(group) * (len(group) - 1) // 2 for group in groups])
    bounds = np.searchsorted(sizes, np.arange(0, sizes[-1], _TOGETHER)).tolist()
    for first, last in pairwise(sorted({0, *bounds, len(groups)})):
        yield np.concatenate([code(*all_pairs(group)) for group in groups[first:last]])
