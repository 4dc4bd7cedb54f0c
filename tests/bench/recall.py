"""Share of the true pairs of reports that the event stage looks at: ``python -m tests.bench.recall FILE``.

One article of each group of copies is a report, as after the near stage. Prints one JSON object.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import numpy as np

from cleaner.collapse.event import EventIndex
from cleaner.records import Article


def _reports(path: Path) -> Iterator[tuple[Article, str]]:
    """The first article of each group of copies, and its event."""
    seen: set[str] = set()
    with path.open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if row["gold_copy"] not in seen:
                seen.add(row["gold_copy"])
                article = Article(row["id"], row["text"], title=row["title"], date=row["date"], lang="en")
                yield article, row["gold_event"]


def main(path: Path) -> None:
    """Compare the candidate pairs of a made file with its labels."""
    articles, events = map(list, zip(*_reports(path), strict=True))
    members: dict[str, list[int]] = defaultdict(list)
    for row, event in enumerate(events):
        members[event].append(row)
    true = [pair for rows in members.values() for pair in combinations(rows, 2)]
    found = EventIndex(articles).pairs()
    size = len(articles)
    codes = np.array([left * size + right for left, right in true], np.int64)
    hit = np.isin(codes, found.left * size + found.right)
    print(
        json.dumps(
            {
                "candidate recall": round(float(hit.mean()), 4) if len(codes) else None,
                "true pairs": len(true),
                "candidates a report": round(2 * len(found.left) / max(1, size), 2),
            }
        )
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
