"""Trains the classifier of pages: ``python -m cleaner.train.page_types DATA_DIR``.

DATA_DIR holds sets of pages as ``NAME.jsonl.xz`` (``id``, ``url``, ``html``, ``page_type``). Writes its weight file
beside strip (the same bytes from the same data) and prints how often it is right on sites that it has not seen.
Needs the extra [train]; takes about six minutes on one core.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaner.evaluate import labelled
from cleaner.records import Page
from cleaner.strip import features
from cleaner.strip.metadata import extract
from cleaner.strip.models import page_type
from cleaner.strip.reading.blocks import Outline
from cleaner.strip.weights.trees import Trees
from cleaner.train import boosting, command, made_pages, variants
from cleaner.train.pages import FOLDS, fold_of, group_of, opened

SETS = {
    "fundus_eval": "article",
    "magic_article": "article",
    "magic_forum": "forum",
    "readability": "article",
    "wcxb": "",
}
"""Sets, and the kind of all their pages where the rows do not say it."""
SETTINGS = {
    "objective": "multiclass",
    "num_class": len(page_type.TYPES),
    "num_leaves": 7,
    "max_depth": 4,
    "min_data_in_leaf": 10,
    "feature_fraction_bynode": 1.0,
    "feature_fraction": 0.3,
}
ROUNDS = 80
"""Where they differ from ``boosting.SETTINGS``; judged by the pages of sites not seen (wcxb)."""
CEILING_SHARE = 0.97
"""Share of the pages below the ceiling of a column that grows with the page."""
INVENTED_SHARE = 0.1
"""What an invented article weighs beside a page: without them short and simple articles pass for other kinds. (Invented
collections and listings taught the models to take articles for such.)"""


@dataclass(frozen=True, slots=True)
class Example:
    """One page: its features, what it is, and its site."""

    source: str
    kind: str
    group: str
    row: NDArray[np.float32]
    share: float = 1.0
    """What it weighs beside others in training; below 1 it is not measured."""

    @property
    def fold(self) -> int:
        """0 to FOLDS - 1, by the site."""
        return fold_of(self.group)


def rows(folder: Path) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Set, kind and row of the pages of all sets, sorted by set and id; ids are made to hold their set."""
    for source, kind in SETS.items():
        for row in sorted(labelled.rows(str(folder / f"{source}.jsonl.xz")), key=lambda row: str(row["id"])):
            name = str(row["id"])
            named = {**row, "id": name if "/" in name else f"{source}/{name}"}
            yield source, str(row.get("page_type") or kind), named


def examples(folder: Path) -> Iterator[Example]:
    """The pages of all sets with their variants, then invented ones; those that show nothing are left out."""
    for source, kind, row in rows(folder):
        for share, shown in ((1.0, row), (variants.SHARE, variants.of_row(row))):
            found = read(shown)
            if found is not None:
                yield Example(source, kind, found.group, found.row, share)
    for row in made_pages.rows():
        found = read(row)
        if found is not None:
            yield Example("made", "article", found.group, found.row, INVENTED_SHARE)


class Read(NamedTuple):
    """A page as strip reads it."""

    html: str
    group: str
    """Its site."""
    outline: Outline
    groups: dict[str, NDArray[np.float64]]
    """Features of its blocks (``features.of_html``)."""
    row: NDArray[np.float32]
    """By which its kind is told."""


def read(row: Mapping[str, Any]) -> Read | None:
    """A labelled page (``id``, ``url``, ``html``) and its features; None if it shows no text."""
    name, source = row["id"], str(row["html"])
    found = opened(Page(name, name, url=row.get("url"), html=source))
    if found is None:
        return None
    html, url = found.page.html or "", found.page.url or extract.metadata_of(found.root, None).url
    groups = features.of_html(found.outline, found.rules)
    group = group_of(name, row.get("url"), source)
    return Read(html, group, found.outline, groups, page_type.of_page(found.outline, html, url, groups))


def fit(pages: Sequence[Example]) -> Trees:
    """The classifier. Each page is seen twice, once as if nobody knew its address."""
    rows = np.stack([page.row for page in pages])
    unknown = rows.copy()
    unknown[:, : page_type.ADDRESS_COLUMNS] = page_type.NO_ADDRESS
    kinds = np.array([page_type.TYPES.index(page.kind) for page in pages])
    shares = np.array([page.share for page in pages])
    bounds = np.full(rows.shape[1], np.inf, np.float32)
    for column in page_type.GROWING:
        bounds[column] = np.quantile(rows[shares == 1, column], CEILING_SHARE, method="lower")
    both, labels = np.concatenate([rows, unknown]), np.concatenate([kinds, kinds])
    return boosting.fit(both, labels, np.concatenate([shares, shares]), SETTINGS, ROUNDS, bounds)


def told(pages: Sequence[Example]) -> list[str]:
    """How often the kind of a page of a site not seen is told right, by set and kind."""
    right: dict[str, list[bool]] = {}
    for fold in range(FOLDS):
        model = fit([page for page in pages if page.fold != fold])
        for page in pages:
            if page.fold == fold and page.share == 1:
                found = page_type.TYPES[int(model.probabilities(page.row, len(page_type.TYPES)).argmax())]
                right.setdefault(f"{page.source} {page.kind}", []).append(found == page.kind)
    return [f"{name:30s} {len(hits):5d} pages, {np.mean(hits):.3f} told right" for name, hits in sorted(right.items())]


@command.answered
def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = command.parser("cleaner.train.page_types", __doc__)
    where = "folder for the weights"
    parser.add_argument("--output", type=command.folder_to_write, default=command.WEIGHTS, help=where)
    options = parser.parse_args(arguments)
    pages = list(examples(options.data))
    options.output.mkdir(parents=True, exist_ok=True)
    fit(pages).save(options.output / "page_type.npz")
    print("\n".join(told(pages)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
