"""Labelled pages parted into those that train and those that test: a page's site is never on both sides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol, TypeVar

from cleaner.train.pages import FOLDS, SETS


class Placed(Protocol):
    """What a split asks of a page."""

    @property
    def source(self) -> str:
        """The set that it is of."""

    @property
    def group(self) -> str:
        """Its site."""

    @property
    def fold(self) -> int:
        """0 to FOLDS - 1, by its site."""


Page = TypeVar("Page", bound=Placed)


def by_set(pages: Sequence[Page]) -> Iterator[tuple[list[Page], list[Page]]]:
    """Each set held out whole, and from the training side the sites that it has."""
    for source in SETS:
        test = [page for page in pages if page.source == source]
        groups = {page.group for page in test}
        yield [page for page in pages if page.source != source and page.group not in groups], test


def by_site(pages: Sequence[Page]) -> Iterator[tuple[list[Page], list[Page]]]:
    """Five folds; a site is in one of them."""
    for fold in range(FOLDS):
        yield [page for page in pages if page.fold != fold], [page for page in pages if page.fold == fold]
