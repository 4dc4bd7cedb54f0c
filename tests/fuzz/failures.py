"""Failing inputs as they are written down: one folder a failure, with what to do to see it again."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from .containers import Input
from .watching import Failure

KEPT = 2
"""Failures of one fault that are made small and written down; the others are counted."""


class Failures:
    """All failures of one fuzzing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.counts: Counter[tuple[str, str]] = Counter()

    def is_new(self, failure: Failure) -> bool:
        """Count a failure; whether it is worth writing down."""
        self.counts[failure.fault] += 1
        return self.counts[failure.fault] <= KEPT

    def write(self, failure: Failure, inputs: Sequence[Input], origin: str, how: Sequence[str] = ()) -> Path:
        """Write a failure's inputs, and how to see it again."""
        slug = re.sub(r"[^A-Za-z0-9]+", "-", f"{failure.kind} {failure.place}")[:70].strip("-")
        folder = self.folder / f"{slug}-{self.counts[failure.fault]}"
        inner = folder / "inputs"
        inner.mkdir(parents=True, exist_ok=True)
        for one in inputs:
            (inner / one.name.replace("-", "stdin-", 1) if one.name.startswith("-") else inner / one.name).write_bytes(one.data)
        known = {one.name: one.records for one in inputs}
        (folder / "failure.json").write_text(
            json.dumps({"kind": failure.kind, "place": failure.place, "records": known, "arguments": list(how)}, indent=1)
        )
        again = f"python -m tests.fuzz --replay {folder}"
        text = f"{failure.kind}: {failure.place}\n{failure.detail}\nfrom {origin}\nagain: {again}\n\n{failure.trace}\n"
        (folder / "failure.txt").write_text(text, encoding="utf-8", errors="replace")
        return folder


def read(folder: Path) -> tuple[tuple[str, str], list[Input], list[str]]:
    """A failure that was written down: its fault, its inputs, the arguments of the command if it was one."""
    known = json.loads((folder / "failure.json").read_text())
    inputs = []
    for name, records in known["records"].items():
        path = folder / "inputs" / (name.replace("-", "stdin-", 1) if name.startswith("-") else name)
        inputs.append(Input(name, path.read_bytes(), records))
    return (known["kind"], known["place"]), inputs, known["arguments"]
