"""What was passed over in a file that holds more than pages, counted by type and told in one row.

A file that several tasks read is still told of once: the reader of each range says in a rejection of its own
(``IN_PART``) what it counted, and whoever takes the parts in their order makes one of them.
"""

from __future__ import annotations

import json
from collections import Counter

import xxhash

from cleaner.records import Rejected
from cleaner.sources.input_file import Range

IN_PART = "skipped-in-part"
"""Reason of a rejection that no output file has: what a range of a file says of the file as a whole."""
MAX_TYPES = 100
"""Different types counted by name; the rest (types come from hostile pages) is ``other``. Those of the lowest digests
are named, so that it does not matter in which order, or in how many ranges, they are met."""
SHOWN_TYPES = 10
_OTHER = "other"


class Skipped:
    """Counts of types."""

    def __init__(self) -> None:
        self._counts = Counter[str]()

    def add(self, kind: str, count: int = 1) -> None:
        """Count records of a type."""
        counts = self._counts
        is_new = kind not in counts
        counts[kind] += count
        if is_new and len(counts) - (_OTHER in counts) > MAX_TYPES:
            last = max((name for name in counts if name != _OTHER), key=_digest)
            counts[_OTHER] += counts.pop(last)

    def whole(self, origin: str) -> Rejected | None:
        """The one row of a file; None where nothing was passed over."""
        if not self._counts:
            return None
        ranked = sorted(self._counts.items(), key=lambda item: (-item[1], item[0]))
        shown = ", ".join(f"{name} {count:,}" for name, count in ranked[:SHOWN_TYPES])
        more = ", ..." if len(ranked) > SHOWN_TYPES else ""
        detail = f"{self._counts.total():,} records that are not HTML responses: {shown}{more}"
        return Rejected(origin, "skipped-records", detail)

    def of_range(self, origin: str, part: Range, found: int) -> Rejected:
        """The row of a range, which gave ``found`` other records."""
        return Rejected(origin, IN_PART, json.dumps({"last": part.last, "found": found, "types": self._counts}))


class Rejoined:
    """Makes one row for a file of those of its ranges, which have to come in their order."""

    def __init__(self) -> None:
        self._skipped: dict[str, Skipped] = {}
        self._found = Counter[str]()

    def take(self, rejected: Rejected) -> Rejected | None:
        """A rejection as it is to be told; None for a row that went into another, or comes to nothing."""
        if rejected.reason != IN_PART:
            return rejected
        told, origin = json.loads(rejected.detail), rejected.origin
        skipped = self._skipped.setdefault(origin, Skipped())
        for kind, count in told["types"].items():
            skipped.add(kind, count)
        self._found[origin] += told["found"]
        if not told["last"]:
            return None
        del self._skipped[origin]
        whole = skipped.whole(origin)
        if whole is None and not self._found.pop(origin):
            return Rejected(origin, "empty", "it holds no record")
        return whole


def _digest(kind: str) -> tuple[int, str]:
    return xxhash.xxh3_64_intdigest(kind.encode()), kind
