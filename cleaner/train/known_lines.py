"""Trains what strip knows of stored lines by wording and context: ``python -m cleaner.train.known_lines DATA_DIR``.

DATA_DIR as for ``cleaner.train.strip``. Three models, each upon the one before: a linear one over n-grams, for
languages of many labelled lines; for these, trees that see what it says of a line and its surroundings beside the
features of the model for all languages; and networks for lines of all languages that see the same and the text around.
In training a page's n-grams are judged by a model that has not seen its site. Writes ``grams.npz``,
``known_text.npz`` and ``text_networks.npz`` beside strip (the same bytes from the same data on one machine; the other
weights stay as they are) and prints how strip tells lines of sites that none of these nor the line model of all
languages have seen. Needs the extra [train]; takes about half an hour on one core, a fifth of it with
``--weights-only``.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import xxhash
from numpy.typing import NDArray

from cleaner.errors import MissingExtra
from cleaner.strip import features, language
from cleaner.strip.features import gram_features
from cleaner.strip.features.gram_features import Weights
from cleaner.strip.models import line_models
from cleaner.strip.models.page_models import Judged
from cleaner.strip.weights import convolutions
from cleaner.strip.weights.convolutions import Network
from cleaner.strip.weights.trees import Trees
from cleaner.train import block_models, boosting, made_lines, networks, scores, splits, strip, unknown_words
from cleaner.train.command import make_weights
from cleaner.train.pages import FOLDS, Example, trained_on

PENALTY, EPOCHS = 3e-6, 6
"""Of the linear model. Set by hand; this command prints how it does on lines of sites not seen."""
NETWORK_SEEDS = (0, 1)
"""Of the networks whose log-odds are averaged."""
INVENTED, INVENTED_SHARE = 1_000, 3.0
"""Invented English pages that the networks learn from, and what one weighs beside a labelled one."""
CLEAN_SHARE = 0.5
"""What a labelled page's body alone weighs beside the page for the networks."""
UNKNOWN_SHARE = 0.3
"""What a labelled page in words that nobody knows weighs beside the page for the networks. Sites held out, F1 of words
with them: wcxb's articles +.1 points, its other kinds +.4, magic_article and readability +.5 and +.1, fundus_eval -.4
(two pages of one site; with .15 it is so too)."""
MAX_WEIGHT = 20.0
"""Weight of a line up to which the linear model, which steps line by line, heeds it."""


def language_of(page: Example) -> str | None:
    """The language of a page, told from its longest lines."""
    return language.of_page(language.sample([block.text for block in page.blocks]))


def known(lines: Iterable[Example]) -> list[Example]:
    """The pages that train: those in a language of ``gram_features.LANGUAGES``, and made ones."""
    return [page for page in (*lines, *strip.made()) if language_of(page) in gram_features.LANGUAGES]


def matrix(page: Example) -> Any:
    """The n-grams of a page's lines as ``gram_features.log_odds`` weighs them: sparse, shape (lines, 2 ** BITS)."""
    from scipy.sparse import csr_matrix, diags

    number = len(page.blocks)
    line_of, bucket = gram_features.buckets([block.text for block in page.blocks])
    shape = number, 2**gram_features.BITS
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

    def columns(self, page: Example, without: Collection[int]) -> NDArray[np.float64]:
        """What the model without these folds says of the wording of a page's lines."""
        fitted = self.without(without)
        if page.name not in self._matrices:
            self._matrices[page.name] = matrix(page)
        odds = np.asarray(self._matrices[page.name] @ fitted.weight, np.float64) + fitted.bias
        return gram_features.columns(gram_features.bounded(odds), page.rows[:, features.UNITS].astype(np.float64))

    def told(self, page: Example, without: Collection[int]) -> Example:
        """A page with the columns of its wording, by the model without these folds."""
        found = self.columns(page, without).astype(np.float32)
        return replace(page, rows=np.concatenate([page.rows, found], axis=1))

    def in_context(self, page: Example, without: Collection[int]) -> Example:
        """A page of any language as the networks see it."""
        worded = self.columns(page, without) if language_of(page) in gram_features.LANGUAGES else None
        return replace(page, rows=features.in_context(page.rows, worded))


@cache
def _more() -> list[Example]:
    """The English pages that are invented for the networks, beside those that the trees learn from too."""
    pages = itertools.islice(made_lines.pages(INVENTED), made_lines.NUMBER, None)
    return [strip.example(f"more/{n}", "en", *page) for n, page in enumerate(pages)]


def fit(pages: Iterable[Example], grams: Grams, without: Collection[int] = ()) -> Trees:
    """The trees upon the linear models, of the pages of other folds than those ``without``."""
    train = [page for page in pages if page.sound and page.fold not in without]
    told = [grams.told(page, {page.fold, *without}) for page in train]
    return boosting.fitted(told, strip.LINE_SETTINGS, strip.LINE_ROUNDS, strip.LINE_SEEDS)


def clean(page: Example) -> Example:
    """A labelled page's body without what stood around it, all of which is body: such texts are fed to strip, too."""
    texts = [block.text for block, body in zip(page.blocks, page.body.tolist(), strict=True) if body]
    found = strip.example(f"clean/{page.name}", language_of(page), texts, [True] * len(texts))
    return replace(found, group=page.group, share=CLEAN_SHARE)


def unknown(page: Example) -> Example:
    """A labelled page in words that nobody knows, of one of three kinds, as its name tells."""
    texts = [block.text for block in page.blocks]
    chance = xxhash.xxh3_64_intdigest(page.name.encode())
    kind, shift = chance % 3, chance // 3 % unknown_words.CAPITALS[1]
    texts = unknown_words.in_han(texts) if kind == 1 else unknown_words.in_letters(texts, kind == 2, shift=shift)
    found = strip.example(f"unknown/{page.name}", None, texts, page.body.tolist())
    return replace(found, group=page.group, share=UNKNOWN_SHARE)


class Variants(NamedTuple):
    """The labelled pages otherwise: what the networks learn beside them."""

    bodies: list[Example]
    """As ``clean`` gives them."""
    unknown: list[Example]

    @classmethod
    def of(cls, lines: Iterable[Example]) -> Variants:
        """Both of each page whose gold text can be recovered; of one without a body there is no body alone."""
        sound = [page for page in lines if page.sound]
        return cls([clean(page) for page in sound if page.body.any()], [unknown(page) for page in sound])


def fit_networks(
    lines: Iterable[Example], grams: Grams, variants: Variants, without: Collection[int] = ()
) -> tuple[Network, ...]:
    """The networks, of the lines of other folds than those ``without``, of all languages and made ones.

    The wording of ``_more`` is not shown: it is that of the other invented pages, and known by heart.
    """

    def trained(pages: Iterable[Example]) -> list[Example]:
        return [page for page in pages if page.sound and page.fold not in without]

    def worded(pages: Iterable[Example]) -> list[Example]:
        return [grams.in_context(page, {page.fold, *without}) for page in trained(pages)]

    def invented(pages: Iterable[Example]) -> list[Example]:
        return [replace(page, share=INVENTED_SHARE) for page in pages]

    unworded = [replace(page, rows=features.in_context(page.rows, None)) for page in trained(invented(_more()))]
    others = [*unworded, *worded(variants.bodies), *worded(variants.unknown)]
    seen = [*worded(lines), *worded(invented(strip.made())), *others]
    return networks.fit(*networks.of_examples(seen), NETWORK_SEEDS)


class Read(NamedTuple):
    """The pages as lines, those that train, made ones among them, and the linear models of any of these."""

    lines: list[Example]
    pages: list[Example]
    grams: Grams


def unseen(read: Read) -> dict[str, Judged]:
    """What strip says of lines by models that have not seen their site: trees and networks together.

    Of lines in a known language the trees that know their wording are heard too.
    """
    lines, pages, grams = read
    alone = strip.unseen_lines(splits.by_site(lines), strip.made())
    known_names, variants = {page.name for page in pages}, Variants.of(lines)
    out: dict[str, Judged] = {}
    for fold in range(FOLDS):
        trees, found = fit(pages, grams, {fold}), fit_networks(lines, grams, variants, {fold})
        for page in lines:
            if page.fold == fold:
                body = both = alone[page.name].probability
                if page.name in known_names:
                    both = line_models.together(body, trees.probability(grams.told(page, {fold}).rows))
                odds = convolutions.mean_log_odds(found, grams.in_context(page, {fold}).rows)
                share = line_models.with_networks(body, both, odds)
                out[page.name] = Judged(share, line_models.threshold_of(share, page.blocks))
    return out


def material(lines: list[Example]) -> Read:
    """What all three models learn from."""
    pages = known(lines)
    return Read(lines, pages, Grams(pages))


def _read(data: Path) -> Read:
    return material(strip.lines_of(data, block_models.examples(data, varied=False)))


def write(read: Read, weights: Path) -> Trees:
    """Write the weights of all three; returns the trees."""
    trees = fit(read.pages, read.grams)
    trees.save(weights / "known_text.npz")
    read.grams.without(()).save(weights / "grams.npz")
    convolutions.save(fit_networks(read.lines, read.grams, Variants.of(read.lines)), weights / "text_networks.npz")
    return trees


def _make(read: Read, weights: Path) -> None:
    trees = write(read, weights)
    print(f"{len(read.pages)} pages, {len(trees.feature)} trees, {trees.width} features", flush=True)


def _measure(read: Read) -> None:
    """Print the table of both models."""
    found = unseen(read)
    for title, known in (("lines of known languages", True), ("lines of other languages", False)):
        names = {page.name for page in read.pages}
        measured = [page for page in read.lines if (page.name in names) is known]
        print("\n".join(scores.report(f"{title}, sites held out", measured, found, scores.LINES)), flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    return make_weights("cleaner.train.known_lines", __doc__, _read, _make, _measure, arguments)


if __name__ == "__main__":
    sys.exit(main())
