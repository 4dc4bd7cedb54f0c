"""Results that stay where they are kept, of which the last few that were read stay mapped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, overload

from cleaner.collapse.checkpoints import Arrays

_OPEN = 100
"""Results of which the files are mapped, and so held open. A process has two such sequences, of rows and of terms, and
macOS lets it open 256 files. 100,000 reports have 100 files of rows."""


class Opened(Sequence[Arrays]):
    """Results by their number. To other processes they go without what is mapped."""

    def __init__(self, results: Sequence[Arrays]) -> None:
        self._results = results
        self._open: dict[int, Arrays] = {}

    def __len__(self) -> int:
        return len(self._results)

    @overload
    def __getitem__(self, number: int) -> Arrays: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[Arrays]: ...
    def __getitem__(self, number: int | slice) -> Arrays | Sequence[Arrays]:
        """One that stays mapped, or some that do not."""
        if isinstance(number, slice):
            return self._results[number]
        found = self._open.get(number)
        if found is None:
            if len(self._open) >= _OPEN:
                del self._open[next(iter(self._open))]
            found = self._open[number] = dict(self._results[number])
        return found

    def __iter__(self) -> Iterator[Arrays]:
        """One after the other, none of which stays mapped."""
        return iter(self._results)

    def __getstate__(self) -> dict[str, Any]:
        """In another process none is open."""
        return {**vars(self), "_open": {}}
