"""What alignments say of pairs of texts: each pair is looked at once, by portions over whatever carries them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
import xxhash
from numpy.typing import NDArray

from cleaner.collapse import task_sizes
from cleaner.collapse.bands import code, decoded
from cleaner.collapse.checkpoints import Checkpoints, Mapped, form_of
from cleaner.collapse.differences import Version, judge
from cleaner.collapse.ragged import Places, Ragged
from cleaner.records import Article

MOST_READ = 3_000
"""Texts that are kept as read."""
TOGETHER = 1_000
"""Pairs of a task, about a second."""

Readings = Callable[[Sequence[int]], Iterable[Article]]
"""The articles of some rows."""


class Judged(NamedTuple):
    """A ``Verdict`` on each of some pairs."""

    probability: NDArray[np.float64]
    apart: NDArray[np.bool_]
    facts: NDArray[np.int64]
    again: NDArray[np.bool_]

    @classmethod
    def joined(cls, parts: Sequence[Judged]) -> Judged:
        """Some one after the other."""
        every = [NONE, *parts]
        return cls(
            np.concatenate([one.probability for one in every]),
            np.concatenate([one.apart for one in every]),
            np.concatenate([one.facts for one in every]),
            np.concatenate([one.again for one in every]),
        )

    def at(self, places: Places) -> Judged:
        """Those at these places."""
        return Judged(self.probability[places], self.apart[places], self.facts[places], self.again[places])


NONE = Judged(np.empty(0, np.float64), np.empty(0, np.bool_), np.empty(0, np.int64), np.empty(0, np.bool_))


FORM = form_of(Judged)


class Judge:
    """Reads texts and lays two beside each other."""

    def __init__(self, ordered: Ragged, articles: Readings | None) -> None:
        self._ordered = ordered
        self._articles = articles
        self._read: dict[int, Version] = {}

    def __reduce__(self) -> tuple[type[Judge], tuple[Ragged, Readings | None]]:
        """In another process it reads them again."""
        return Judge, (self._ordered, self._articles)

    def __call__(self, codes: Places) -> Judged:
        """Verdicts on coded pairs."""
        left, right = decoded(codes)
        found = []
        for first in range(0, len(codes), MOST_READ // 2):
            some = slice(first, first + MOST_READ // 2)
            self._read_all(np.unique(np.concatenate([left[some], right[some]])).tolist())
            pairs = zip(left[some].tolist(), right[some].tolist(), strict=True)
            found += [judge(self._read[one], self._read[other]) for one, other in pairs]
        return Judged(
            np.array([one.probability for one in found], np.float64),
            np.array([one.apart for one in found], np.bool_),
            np.array([one.facts for one in found], np.int64),
            np.array([one.again for one in found], np.bool_),
        )

    def _read_all(self, rows: Sequence[int]) -> None:
        """Read some texts, all at once for they may be far away; the last ones are kept."""
        if len(rows) + len(self._read) > MOST_READ:
            self._read = {row: self._read[row] for row in rows if row in self._read}
        fresh = [row for row in rows if row not in self._read]
        if fresh and self._articles is None:
            raise RuntimeError("the texts are not at hand")
        for row, article in zip(fresh, self._articles(fresh) if self._articles and fresh else (), strict=True):
            self._read[row] = Version.of(article, self._ordered[row])


class Verdicts:
    """Verdicts on pairs of texts; those that are known are not looked at again."""

    def __init__(self, judge: Judge, mapped: Mapped = map) -> None:
        """``mapped`` carries the portions where there are several."""
        self._judge = judge
        self._mapped = mapped
        self._codes = np.empty(0, np.int64)
        self._known = NONE

    def of(self, left: Places, right: Places, checkpoints: Checkpoints, stage: str) -> Judged:
        """Of each pair; ``checkpoints`` keep what comes of the portions, as a stage."""
        wanted = code(np.minimum(left, right), np.maximum(left, right))
        fresh = np.setdiff1d(wanted, self._codes)
        each = task_sizes.size(len(fresh), TOGETHER)
        tasks = [fresh[first : first + each] for first in range(0, len(fresh), each)]
        which = xxhash.xxh3_128_hexdigest(fresh.tobytes())  # others where some were known from before
        mapped = checkpoints.mapped(stage, self._mapped if len(fresh) > TOGETHER else map, FORM, which)
        found = list(mapped(self._judge, tasks))
        if found:
            codes = np.concatenate([self._codes, fresh])
            order = np.argsort(codes, kind="stable")
            self._codes, self._known = codes[order], Judged.joined([self._known, *found]).at(order)
        return self._known.at(np.searchsorted(self._codes, wanted))
