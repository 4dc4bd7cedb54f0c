"""Text from pages and paths, made safe to show on a terminal."""

from __future__ import annotations


def printable(text: str) -> str:
    """``text`` with a space for each control, direction-changing or other character that is not printable."""
    return "".join(character if character.isprintable() else " " for character in text)
