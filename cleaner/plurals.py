"""Numbers with what they count, as a person reads them."""

from __future__ import annotations


def counted(number: int, one: str) -> str:
    """``1 story``, ``1,234 stories``; ``one`` is the word for one of them."""
    many = f"{one[:-1]}ies" if one.endswith("ry") else f"{one}s"
    return f"{number:,} {one if number == 1 else many}"
