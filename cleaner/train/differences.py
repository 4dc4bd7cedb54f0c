"""Trains the decision on what differs between two texts: ``python -m cleaner.train.differences DATA_DIR``.

DATA_DIR holds ``strip/lines.jsonl.xz`` (pages as labelled lines, of which pairs are made, see ``made_pairs``) and
``neardup/pages.dev.jsonl.gz`` (pages as some 30 extractors saw them: two views of one page are versions of one
article). Writes ``differences.json`` beside the collapse stage and prints, by kind of pair, how many are
decided rightly by weights that have not seen that pair. Needs the extra [train].
"""

from __future__ import annotations

import json
import random
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cleaner.collapse import differences, pair_scores
from cleaner.collapse.differences import NAMES, Version, features
from cleaner.errors import MissingExtra
from cleaner.evaluate import labelled
from cleaner.records import Article
from cleaner.train import command, made_pairs, made_texts
from cleaner.train.made_pairs import Pair

COUNT = 400
"""Pairs of every made kind."""
VIEW = "views of a page"
REAL = 30
"""What the real pairs weigh by the pairs of one made kind: 15 gives 0.2 points of near-copy F less."""
VIEWS = 40
"""Pairs of views of every page."""
LEAST_SHARED = pair_scores.LOOKED_AT
"""Views of one page that share less of the shorter one's words are no candidates."""
PENALTY = 1.0
THRESHOLD = 0.5
FOLDS = 5
_REBUILD = "python -m cleaner.train.differences DATA_DIR"


def pages(folder: Path) -> list[made_texts.Page]:
    """The labelled pages that are long enough."""
    found = labelled.pages_of_lines(str(folder / "strip" / "lines.jsonl.xz"))
    return [made for _, lines, keep in found if (made := made_texts.page(lines, keep))]


def views(folder: Path) -> Iterator[Pair]:
    """Pairs of views of one page."""
    by_page: dict[str, list[str]] = defaultdict(list)
    for row in labelled.rows(str(folder / "neardup" / "pages.dev.jsonl.gz")):
        by_page[row["cluster"]].append(row["text"])
    chance = random.Random(5)
    for texts in by_page.values():
        different = sorted(set(texts))
        for _ in range(VIEWS if len(different) > 1 else 0):
            one, other = chance.sample(different, 2)
            yield Pair(VIEW, Article("x", one), Article("y", other), True)


def describe(pairs: Sequence[Pair]) -> tuple[NDArray[np.float64], NDArray[np.bool_], list[str]]:
    """Features, answers and kinds of those pairs that the near stage would look at."""
    rows, same, kinds = [], [], []
    for pair in pairs:
        one, other = Version.of(pair.left), Version.of(pair.right)
        smaller = min(len(set(one.reading.grams)), len(set(other.reading.grams)))
        shared = len(set(one.reading.grams) & set(other.reading.grams))
        if smaller and shared >= LEAST_SHARED * smaller:
            rows.append(features(one, other))
            same.append(pair.same)
            kinds.append(pair.kind)
    return np.array(rows), np.array(same), kinds


def fit(
    rows: NDArray[np.float64], same: NDArray[np.bool_], weight: NDArray[np.float64]
) -> tuple[NDArray[np.float64], float]:
    """Weights and intercept of a logistic regression."""
    try:
        from sklearn.linear_model import LogisticRegression
        from sklearn.preprocessing import StandardScaler
    except ImportError as error:
        raise MissingExtra("scikit-learn", "train", "training the decision on differences") from error
    scaler = StandardScaler().fit(rows)
    model = LogisticRegression(C=PENALTY, max_iter=5000).fit(scaler.transform(rows), same, sample_weight=weight)
    weights = model.coef_[0] / scaler.scale_
    return weights, float(model.intercept_[0] - weights @ scaler.mean_)


@command.answered
def main(arguments: Sequence[str] | None = None) -> int:
    """Train, print the figures, write the weights."""
    parser = command.parser("cleaner.train.differences", __doc__)
    default = Path(differences.__file__).parent / differences.FILE
    parser.add_argument("--output", type=command.file_to_write, default=default, help="where the model goes")
    options = parser.parse_args(arguments)
    made = [*made_pairs.pairs(pages(options.data), COUNT), *views(options.data)]
    rows, same, kinds = describe(made)
    number = {kind: kinds.count(kind) for kind in kinds}
    weight = np.array([COUNT / number[kind] * (REAL if kind == VIEW else 1) for kind in kinds])
    fold = np.arange(len(rows)) % FOLDS
    right = np.zeros(len(rows), bool)
    for one in range(FOLDS):
        train, test = fold != one, fold == one
        weights, intercept = fit(rows[train], same[train], weight[train])
        right[test] = (1 / (1 + np.exp(-(rows[test] @ weights + intercept))) >= THRESHOLD) == same[test]
    for kind in number:
        own = np.array([name == kind for name in kinds])
        print(f"{kind:28} {number[kind]:6} pairs  {100 * right[own].mean():5.1f} % right")
    weights, intercept = fit(rows, same, weight)
    stored = {
        "what": "logistic regression: probability that two texts with much in common are versions of one article",
        "rebuild": _REBUILD,
        "pairs": len(rows),
        "right": round(float(np.average(right, weights=weight)), 4),
        "threshold": THRESHOLD,
        "intercept": round(intercept, 5),
        "weights": {name: round(float(value), 5) for name, value in zip(NAMES, weights, strict=True)},
    }
    options.output.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
