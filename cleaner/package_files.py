"""The package's own files: a digest of some tells whether code, models or word lists are others than before."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import xxhash


def digest(names: Iterable[str], without: str = "") -> str:
    """A digest of the modules and models under some names (``stage/**/*``), without those of a suffix.

    It is no version: one under development changes too.
    """
    seen = xxhash.xxh3_128()
    root = Path(__file__).parent
    for path in sorted(path for name in names for path in root.glob(name) if "__pycache__" not in path.parts):
        if path.is_file() and not (without and path.suffix == without):
            seen.update(f"{path.relative_to(root)}\0".encode())
            seen.update(path.read_bytes())
    return seen.hexdigest()
