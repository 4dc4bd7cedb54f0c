"""What a person says of the articles of one corpus, by their places, held to from level to level."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from cleaner.article_store import Header
from cleaner.collapse.links import Bound, Links

if TYPE_CHECKING:
    from cleaner.collapse.constrained_linkage import Pairs


class PlacedLinks:
    """Links whose ids are places."""

    def __init__(self, links: Links, headers: Sequence[Header]) -> None:
        place = {header.id: place for place, header in enumerate(headers) if header.id in links.number}
        known = [link for link in links.links if link.left in place and link.right in place]
        self.pairs = [(place[link.left], place[link.right], bool(link.same)) for link in known]
        """What is said of two places: whether they are of one story."""
        self.must: dict[int, list[int]] = {}
        """By place, those that are said to be of its story."""
        for left, right, same in self.pairs:
            if same:
                self.must.setdefault(left, []).append(right)
                self.must.setdefault(right, []).append(left)
        self._bound: dict[str, Bound] = {"": links.bound(place)} if place else {}
        """What is said, by the level that was done last; "" before the first."""

    def __bool__(self) -> bool:
        return bool(self._bound)

    def divided(
        self,
        level: str,
        before: str,
        labels: list[int],
        row_of: Callable[[int], int],
        pairs: Pairs | None,
        threshold: float,
    ) -> list[int]:
        """Clusters of rows without what links hold apart; ``row_of`` gives the row that holds a place."""
        if before not in self._bound:
            return labels
        bound = self._bound[level] = self._bound[before].next()
        return bound.divided(labels, {place: row_of(place) for place in bound.number}, pairs, threshold)

    def joined(self, level: str, labels: list[int]) -> Sequence[int]:
        """The clusters of places of the last level, those in one that links make one."""
        bound = self._bound.get(level)
        return labels if bound is None else bound.joined(labels)
