"""What the event stage reads: the kept copies' own texts, with the first date of all copies."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import overload

import numpy as np
from numpy.typing import NDArray

from cleaner.collapse.near import NearIndex
from cleaner.records import Article
from cleaner.shelf import Shelf


class Reports(Sequence[Article]):
    """An article for each of ``heads``, made when it is asked for."""

    def __init__(
        self,
        articles: Shelf,
        heads: Sequence[int],
        first_date: Mapping[int, str],
        near: NearIndex | None,
        near_row: NDArray[np.int64],
    ) -> None:
        """``first_date`` and ``near_row`` are by place on the shelf, as ``heads`` are."""
        self._articles = articles
        self.heads = heads
        self._first_date = first_date
        self._near = near
        self._near_row = near_row

    def __len__(self) -> int:
        return len(self.heads)

    @overload
    def __getitem__(self, row: int) -> Article: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[Article]: ...
    def __getitem__(self, row: int | slice) -> Article | Sequence[Article]:
        """A report, or a list of them."""
        if isinstance(row, slice):
            return [self.of(head) for head in self.heads[row]]
        return self.of(self.heads[row])

    def date(self, head: int) -> str | None:
        """When a kept copy's text was first seen."""
        return self._first_date.get(head)

    def of(self, head: int) -> Article:
        """The report of a kept copy."""
        article = self._articles[head]
        text = article.text
        if self._near is not None:
            text = self._near.own_text(int(self._near_row[head]), text)
        return dataclasses.replace(article, date=self._first_date.get(head), text=text)
