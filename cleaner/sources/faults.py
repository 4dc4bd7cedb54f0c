"""What ends the reading of a file early, or rejects a whole file."""

from __future__ import annotations


class Fault(Exception):
    """Content that cannot be read. ``reason`` and ``detail`` go into a ``Rejected`` record."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class StreamFault(Fault):
    """A fault that no record after it can be read past."""


def too_long(limit: int) -> Fault:
    """The fault of a record that is longer than ``limit`` bytes."""
    return Fault("too-long", f"longer than {limit:,} bytes")
