"""When so much of the input was refused that the input, or an option, is wrong: nothing is replaced then."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from cleaner.errors import TooManyRejected
from cleaner.records import Rejected

FORM = ("no-text", "bad-field", "broken-json", "broken-row", "not-an-object", "not-clean", "unknown-kind")
"""Reasons that speak of how records were written or read, not of what a page is."""
NOTHING_WRITTEN = "Nothing was written"
_KNOWN = ("already-known", "removed", "in-reference")
"""Reasons by which an index, or a reference corpus, leaves out what it has."""
_TOLD = 3
"""Reasons that the message names."""
_DETAILS = 1_000
"""Different details a reason that are told apart; most records of a wrong column have the same one."""
_DETAIL_LENGTH = 300


@dataclass(slots=True)
class Refusals:
    """The rejected records of a run, as far as they decide whether it may go on."""

    containers: Collection[str] = ()
    """Paths of the files that hold records: an empty one is none itself."""
    ending: str = NOTHING_WRITTEN
    """What is said to have become of the articles."""
    reasons: Counter[str] = field(default_factory=Counter)
    _details: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    _empty_files: int = 0

    def note(self, rejected: Rejected) -> None:
        """Count one."""
        if rejected.reason == "empty" and rejected.origin in self.containers:
            self._empty_files += 1
            return
        self.reasons[rejected.reason] += 1
        details = self._details[rejected.reason]
        detail = rejected.detail[:_DETAIL_LENGTH]
        if detail in details or len(details) < _DETAILS:
            details[detail] += 1

    def check_form(self, records: int, most: float) -> None:
        """Raise TooManyRejected when more than ``most`` percent were refused for their form; a single one may be."""
        refused = Counter({reason: self.reasons[reason] for reason in FORM if self.reasons[reason]})
        number = refused.total()
        if number > 1 and number * 100 > most * records:
            share = f"{number} of {records} records were refused for their form, more than {most:g} %"
            raise TooManyRejected(self._message(share, refused))

    def check_made(self, records: int, made: int, most: float, replaced: int = 0) -> None:
        """Raise TooManyRejected when nothing was ``made`` of the records, the known ones aside.

        A batch that an index has may be run again, though some of its records were refused both times: then most
        are known. Nor may nothing at all take the place of ``replaced`` stories. At 100 percent all of it may be.
        """
        known = sum(self.reasons[reason] for reason in _KNOWN)
        read = records - self._empty_files - known
        if made or most == 100:
            return
        if read > known:
            others = Counter({reason: count for reason, count in self.reasons.items() if reason not in _KNOWN})
            raise TooManyRejected(self._message(f"nothing came of {read} record{'s' * (read > 1)}", others))
        if replaced and not read and not known:
            raise TooManyRejected(self._message(f"no record was read, and {replaced} stories would go", Counter()))

    def _message(self, what: str, reasons: Counter[str]) -> str:
        told = []
        for reason, number in sorted(reasons.items(), key=lambda item: (-item[1], item[0]))[:_TOLD]:
            detail = self._details[reason].most_common(1)[0][0]
            told.append(f"{reason} {number}" + (f" ({detail})" if detail else ""))
        said = ": " + ", ".join(told) if told else ""
        found = any("; found: " in detail for detail in self._details["no-text"])
        hint = "; --text-field NAME or --html-field NAME says in which column it is" if found else ""
        return f"{what}{said}{hint}. {self.ending}; --max-rejected 100 says that it is meant"
