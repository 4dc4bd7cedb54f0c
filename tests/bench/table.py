"""What was measured, printed line by line as it comes and kept for JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

Figure = float | int | str | None


class Table:
    """Lines under headings. A line has a name, figures by their unit or meaning, and perhaps a note."""

    def __init__(self) -> None:
        self.lines: list[dict[str, object]] = []
        self._heading = ""

    def heading(self, text: str) -> None:
        """Start a group of lines."""
        self._heading = text
        print(f"\n{text}", flush=True)

    def line(self, name: str, figures: Mapping[str, Figure], note: str = "") -> None:
        """Add and print one line."""
        self.lines.append({"group": self._heading, "name": name, **figures, **({"note": note} if note else {})})
        shown = "  ".join(f"{label} {_shown(value)}" for label, value in figures.items() if value is not None)
        print(f"  {name:<46} {shown}{'   (' + note + ')' if note else ''}", flush=True)

    def skipped(self, name: str, why: str) -> None:
        """Say that a line could not be measured, and why."""
        self.lines.append({"group": self._heading, "name": name, "skipped": why})
        print(f"  {name:<46} skipped: {why}", flush=True)

    def write(self, path: Path) -> None:
        """All lines as JSON."""
        path.write_text(json.dumps(self.lines, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _shown(value: Figure) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.0f}" if abs(value or 0) >= 1000 else f"{value:.3g}"
