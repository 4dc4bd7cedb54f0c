"""The last stage: the rows of some stories, as they go to the output files.

The sections of its file: ``corpus`` and ``merged`` are the lines of these files, ``rest`` is JSON with what else is
told of each story.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np

from cleaner.collapse.checkpoints import Arrays, Form
from cleaner.output_rows import StoryRows
from cleaner.records import Article, ClosePair, Rejected

STAGE = "rows"


def _arrays(stories: list[StoryRows]) -> Arrays:
    lines = {
        name: "".join(f"{line}\n" for one in stories for line in getattr(one, name)) for name in ("corpus", "merged")
    }
    rest = [
        {
            "lines": [len(one.corpus), len(one.merged)],
            "relations": [*one.relations],
            "rejected": [[it.origin, it.reason, it.detail, it.id] for it in one.rejected],
            "close": [_plain(pair) for pair in one.close],
            "held": [*one.held],
        }
        for one in stories
    ]
    found = {name: text.encode("utf-8", "surrogatepass") for name, text in lines.items()}
    return {name: np.frombuffer(data, np.uint8) for name, data in (found | {"rest": json.dumps(rest).encode()}).items()}


def _of_arrays(arrays: Arrays) -> list[StoryRows]:
    corpus, merged = (_lines(arrays, name) for name in ("corpus", "merged"))
    found = []
    for one in json.loads(arrays["rest"].tobytes()):
        own, others = one["lines"]
        rejected = [Rejected(*it) for it in one["rejected"]]
        close = [_pair(*pair) for pair in one["close"]]
        rows = list(islice(corpus, own)), list(islice(merged, others))
        found.append(StoryRows(*rows, one["relations"], rejected, close, one["held"]))
    return found


FORM = Form(_arrays, _of_arrays)
"""Of the rows of some stories."""


def _lines(arrays: Arrays, name: str) -> Iterator[str]:
    return iter(arrays[name].tobytes().decode("utf-8", "surrogatepass").split("\n"))


def _plain(pair: ClosePair) -> list[Any]:
    sides = [[side.id, side.title, side.date, side.site] for side in (pair.left, pair.right)]
    return [*sides, pair.same, pair.level, pair.score, pair.threshold, pair.left_into, pair.right_into]


def _pair(left: list[Any], right: list[Any], *rest: Any) -> ClosePair:
    return ClosePair(_side(*left), _side(*right), *rest)


def _side(name: str, title: str | None, date: str | None, site: str | None) -> Article:
    return Article(name, "", title=title, date=date, site=site)
