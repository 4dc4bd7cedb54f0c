"""Small elements of a page that are boxes of their own by what stands first in them."""

from __future__ import annotations

from collections.abc import Iterator

from cleaner.strip.reading.blocks import Outline

MAX_LEVELS = 2
"""Elements around a block's own that may be the box that it heads."""


def begun_by(page: Outline, at: int, most: int) -> Iterator[int]:
    """The elements around the one of a block that begin with it and hold at most so many blocks, inner ones first."""
    box = page.blocks[at].container
    for _ in range(MAX_LEVELS):
        box = page.parents[box] if box >= 0 else -1
        if box < 0 or page.starts[box] != at or page.ends[box] - at > most:
            return
        yield box
