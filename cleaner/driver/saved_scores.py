"""What a run keeps for ``cleaner rethreshold`` (``--keep-scores``): its articles, and the scored pairs of reports."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cleaner.plain_rows import article_row
from cleaner.records import Article
from cleaner.sinks.reading import read_rows

if TYPE_CHECKING:
    from cleaner.collapse.hierarchy import Hierarchy
    from cleaner.collapse.saved_scores import SavedScores

ARTICLES, SCORES = "articles", "scores"


def article_rows(articles: Iterable[Article]) -> Iterator[dict[str, Any]]:
    """A row an article, in their order."""
    for article in articles:
        yield {**article_row(article), "origin": article.origin, "extra": article.extra}


def read_articles(folder: Path) -> Iterator[Article]:
    """The articles that a run kept, in their order. Raises UsageError."""
    for row in read_rows(folder, ARTICLES):
        extra = row["extra"]
        row["extra"] = json.loads(extra) if isinstance(extra, str) else extra or {}
        yield Article(**row)


def score_rows(hierarchy: Hierarchy) -> Iterator[dict[str, Any]]:
    """The scored pairs: for each report the rows, in the file of articles, of those behind it, and the scores."""
    if hierarchy.pairs is None or not len(hierarchy.pairs.left):
        return
    places = sorted(hierarchy.event_row, key=lambda i: hierarchy.event_row[i])
    left, right, score = hierarchy.pairs
    starts = np.flatnonzero(np.diff(left, prepend=-1))
    ends = np.append(starts[1:], len(left))
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        yield {
            "left": places[int(left[start])],
            "right": [places[row] for row in right[start:end].tolist()],
            "score": score[start:end].tolist(),
        }


def read_scores(folder: Path, digest: str) -> SavedScores:
    """The scored pairs that a run kept; ``digest`` is that of the reports they are of. Raises UsageError."""
    from cleaner.collapse.saved_scores import SavedScores

    left, right, score = array("q"), array("q"), array("d")
    for row in read_rows(folder, SCORES):
        left.extend([row["left"]] * len(row["right"]))
        right.extend(row["right"])
        score.extend(row["score"])
    columns = np.array(left, np.int64), np.array(right, np.int64), np.array(score, np.float64)
    return SavedScores(digest, *columns)
