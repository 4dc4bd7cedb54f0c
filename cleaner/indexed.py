"""An index as a run without one sees it: nothing of it is loaded."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from cleaner.settings import Settings

if TYPE_CHECKING:
    from cleaner.collapse.links import Links
    from cleaner.index.session import Session


def files_of(index: str | os.PathLike[str] | None) -> Path | None:
    """The folder of an index that is there; its files are no input."""
    folder = None if index is None else Path(index)
    return folder if folder is not None and any(folder.glob("manifest*.sqlite")) else None


@contextmanager
def opened(
    index: str | os.PathLike[str] | None, settings: Settings, stage: str, links: Links
) -> Iterator[Session | None]:
    """The index for one run, or None where there is none."""
    if index is None:
        yield None
        return
    from cleaner.index import session

    with session.writer(index, settings, stage, links) as found:
        yield found
