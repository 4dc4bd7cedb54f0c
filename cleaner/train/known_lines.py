"""Trains the line model for languages of many labelled lines: ``python -m cleaner.train.known_lines DATA_DIR``.

DATA_DIR as for ``cleaner.train.strip``. Two models, one upon the other: a linear one over n-grams, and trees that see
what it says of a line and its surroundings beside the features of the model for all languages. In training a page's
n-grams are judged by a model that has not seen its site. Writes ``grams.npz`` and ``known_text.npz`` beside strip (the
same bytes from the same data; the other weights stay as they are) and prints how strip tells lines of sites that
neither these nor the line model of all languages have seen. Needs the extra [train]; takes about ten minutes on one
core, a third of it with ``--weights-only``.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from cleaner.errors import MissingExtra
from cleaner.strip import features, features_grams, language, models
from cleaner.strip import sample as sample_of
from cleaner.strip.features_grams import Weights
from cleaner.strip.models import Judged
from cleaner.strip.trees import Trees
from cleaner.train import block_models, boosting, scores, splits, strip
from cleaner.train.command import make_weights
from cleaner.train.pages import FOLDS, Example, trained_on

PENALTY, EPOCHS = 3e-6, 6
"""Of the linear model; from the first experiment on it. Judged by lines of sites not seen."""
MAX_WEIGHT = 20.0
"""Weight of a line up to which the linear model, which steps line by line, heeds it."""


def language_of(page: Example) -> str | None:
    """The language of a page, told from its longest lines."""
    return language.of_page(sample_of([block.text for block in page.blocks]))


def known(lines: Iterable[Example]) -> list[Example]:
    """The pages that train: those in a language of ``features_grams.LANGUAGES``, and made ones."""
    return [page for page in (*lines, *strip.made()) if language_of(page) in features_grams.LANGUAGES]


def matrix(page: Example) -> Any:
    """The n-grams of a page's lines as ``features_grams.log_odds`` weighs them: sparse, shape (lines, 2 ** BITS)."""
    from scipy.sparse import csr_matrix, diags

    number = len(page.blocks)
    line_of, bucket = features_grams.buckets([block.text for block in page.blocks])
    shape = number, 2**features_grams.BITS
    count = np.maximum(np.bincount(line_of, minlength=number), 1)
    counted = csr_matrix((np.ones(len(bucket), np.float32), (line_of, bucket)), shape=shape)
    return (diags(1 / np.sqrt(count)) @ counted).astype(np.float32).tocsr()


class Grams:
    """Linear models over the n-grams of these pages, each fitted without some folds of them."""

    def __init__(self, pages: Sequence[Example]) -> None:
        self._pages = [page for page in pages if page.sound]
        self._matrices = {page.name: matrix(page) for page in pages}
        self._fitted: dict[frozenset[int], Weights] = {}

    def without(self, folds: Collection[int]) -> Weights:
        """The model of the pages of other folds."""
        key = frozenset(folds)
        if key not in self._fitted:
            self._fitted[key] = self._fit([page for page in self._pages if page.fold not in key])
        return self._fitted[key]

    def _fit(self, pages: Sequence[Example]) -> Weights:
        try:
            from scipy.sparse import vstack
            from sklearn.linear_model import SGDClassifier
        except ImportError as error:
            raise MissingExtra("scikit-learn", "train", "training the line model") from error
        rows, body, weight = [], [], []
        for page in pages:
            kept, weights_of = trained_on(page)
            rows.append(self._matrices[page.name][np.flatnonzero(kept)])
            body.append(page.body[kept])
            weight.append(np.minimum(weights_of, MAX_WEIGHT))
        model = SGDClassifier(loss="log_loss", alpha=PENALTY, max_iter=EPOCHS, tol=None, random_state=0)
        model.fit(vstack(rows, format="csr"), np.concatenate(body), sample_weight=np.concatenate(weight))
        return Weights(model.coef_[0].astype(np.float32), float(model.intercept_[0]))

    def told(self, page: Example, without: Collection[int]) -> Example:
        """A page with the columns of its wording, by the model without these folds."""
        fitted = self.without(without)
        odds = np.asarray(self._matrices[page.name] @ fitted.weight, np.float64) + fitted.bias
        units = page.rows[:, features.UNITS].astype(np.float64)
        found = features_grams.columns(features_grams.bounded(odds), units).astype(np.float32)
        return replace(page, rows=np.concatenate([page.rows, found], axis=1))


def fit(pages: Iterable[Example], grams: Grams, without: Collection[int] = ()) -> Trees:
    """The trees upon the linear models, of the pages of other folds than those ``without``."""
    train = [page for page in pages if page.sound and page.fold not in without]
    told = [grams.told(page, {page.fold, *without}) for page in train]
    return boosting.fitted(told, strip.LINE_SETTINGS, strip.LINE_ROUNDS, strip.LINE_SEEDS)


def unseen(lines: Sequence[Example], pages: Sequence[Example], grams: Grams) -> dict[str, Judged]:
    """What strip says of lines by models that have not seen their site: that of all languages and these together.

    ``lines`` are of all languages; of those in a known one (``pages``, made ones among them) both are heard.
    """
    out = strip.unseen_lines(splits.by_site(lines), strip.made())
    for fold in range(FOLDS):
        trees = fit(pages, grams, {fold})
        for page in pages:
            if page.fold == fold and page.name in out:
                worded = trees.probability(grams.told(page, {fold}).rows)
                body = models.together(out[page.name].probability, worded)
                out[page.name] = Judged(body, models.KNOWN_THRESHOLD)
    return out


class Read(NamedTuple):
    """The pages as lines, those that train, made ones among them, and the linear models of any of these."""

    lines: list[Example]
    pages: list[Example]
    grams: Grams


def _read(data: Path) -> Read:
    lines = strip.lines_of(data, block_models.examples(data, varied=False))
    pages = known(lines)
    return Read(lines, pages, Grams(pages))


def _make(read: Read, weights: Path) -> None:
    """Write the weights."""
    trees = fit(read.pages, read.grams)
    trees.save(weights / "known_text.npz")
    read.grams.without(()).save(weights / "grams.npz")
    print(f"{len(read.pages)} pages, {len(trees.feature)} trees, {trees.width} features", flush=True)


def _measure(read: Read) -> None:
    """Print the table of both models."""
    found = unseen(read.lines, read.pages, read.grams)
    for title, known in (("lines of known languages", True), ("lines of other languages", False)):
        names = {page.name for page in read.pages}
        measured = [page for page in read.lines if (page.name in names) is known]
        print("\n".join(scores.report(f"{title}, sites held out", measured, found, scores.LINES)), flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    return make_weights("cleaner.train.known_lines", __doc__, _read, _make, _measure, arguments)


if __name__ == "__main__":
    sys.exit(main())
