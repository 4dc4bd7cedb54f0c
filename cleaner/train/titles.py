"""Fits the weights of titles: ``python -m cleaner.train.titles DATA_DIR``.

DATA_DIR holds ``strip/wcxb.jsonl.xz`` (HTML pages) and ``strip/wcxb_meta.jsonl`` (their titles). A conditional logit:
of a page's candidates the right ones shall be likelier than the rest. Prints the share of right titles with a fifth of
the sites held out at a time, and the table for ``cleaner/strip/metadata/titles.py``. Quotes and dashes
count as plain ones.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xxhash
from numpy.typing import NDArray
from scipy.optimize import minimize

from cleaner.evaluate import labelled
from cleaner.records import Page
from cleaner.strip.metadata import extract, hosts, titles
from cleaner.strip.models import page_models
from cleaner.train import command
from cleaner.train.pages import FOLDS, opened

RIDGE = 1.0
"""Weight of the squares of the weights."""
_PLAIN = str.maketrans({"‘": "'", "’": "'", "`": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "..."})


@dataclass(slots=True)
class Example:
    """One page: a row of cues for each candidate, which of them are right, and the fold of its site."""

    rows: NDArray[np.float64]
    right: NDArray[np.bool_]
    fold: int


def folded(text: str) -> str:
    """A title as it is compared."""
    return " ".join(text.split()).translate(_PLAIN)


def examples(data: Path) -> Iterator[Example]:
    """The pages of the set that have a title."""
    wanted = {str(row["id"]): row["title"] for row in labelled.rows(str(data / "strip" / "wcxb_meta.jsonl"))}
    for row in labelled.rows(str(data / "strip" / "wcxb.jsonl.xz")):
        title = wanted.get(str(row["id"]))
        if title:
            yield _example(Page(str(row["id"]), "", row.get("url"), row["html"]), title)


def _example(page: Page, title: str) -> Example:
    found = opened(page)
    if found is None:
        return Example(np.zeros((0, len(titles.WEIGHTS))), np.zeros(0, bool), 0)
    page, root, outline, rules = found
    body = page_models.judge(outline, page.html or "", page.url, rules).probability.tolist()
    said = extract.metadata_of(root, page.url)
    site = hosts.host(page.url or said.url)
    offered = titles.candidates(outline, root, said, titles.Named(said.site_name, site, page.url or said.url), body)
    rows = np.array([[one.cues.get(cue, 0.0) for cue in titles.WEIGHTS] for one in offered])
    right = np.array([folded(one.text) == folded(title) for one in offered], bool)
    fold = xxhash.xxh32_intdigest((site or page.id).encode()) % FOLDS
    return Example(rows.reshape(len(offered), len(titles.WEIGHTS)), right, fold)


def fit(pages: Sequence[Example]) -> NDArray[np.float64]:
    """The weights under which the right candidates are likeliest; pages without one say nothing."""
    pages = [page for page in pages if page.right.any() and len(page.right) > 1]
    rows = np.concatenate([page.rows for page in pages])
    right = np.concatenate([page.right for page in pages])
    sizes = [len(page.right) for page in pages]
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    of = np.repeat(np.arange(len(pages)), sizes)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = rows @ weights
        powers = np.exp(scores - np.maximum.reduceat(scores, starts)[of])
        every, good = np.add.reduceat(powers, starts), np.add.reduceat(powers * right, starts)
        slope = rows.T @ (powers / every[of] - powers * right / good[of])
        return float(-np.log(good / every).sum() + RIDGE / 2 * weights @ weights), slope + RIDGE * weights

    return np.asarray(minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B").x)


def is_right(page: Example, weights: NDArray[np.float64]) -> bool:
    """Whether the heaviest candidate of a page is right."""
    return len(page.right) > 0 and bool(page.right[int(np.argmax(page.rows @ weights))])


@command.answered
def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    options = command.parser("cleaner.train.titles", __doc__).parse_args(arguments)
    pages = list(examples(options.data))
    unseen = 0
    for fold in range(FOLDS):
        weights = fit([page for page in pages if page.fold != fold])
        unseen += sum(is_right(page, weights) for page in pages if page.fold == fold)
    weights = fit(pages)
    seen = sum(is_right(page, weights) for page in pages)
    among = sum(bool(page.right.any()) for page in pages)
    held_out, known = unseen / len(pages), seen / len(pages)
    print(f"{len(pages)} titles: {held_out:.3f} right with their sites held out, {known:.3f} in all;")
    print(f"{among / len(pages):.3f} are among the candidates")
    for cue, weight in zip(titles.WEIGHTS, weights, strict=True):
        print(f'    "{cue}": {weight:.2f},')
    return 0


if __name__ == "__main__":
    sys.exit(main())
