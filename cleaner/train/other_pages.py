"""Trains the block models for any kind of page: ``python -m cleaner.train.other_pages DATA_DIR``.

DATA_DIR holds the page sets of ``page_types.SETS`` as ``NAME.jsonl.xz`` (``id``, ``url``, ``html``, ``gold_text``,
``page_type``). Trees and a network learn from all of them, articles too, and are told the kind of each page by a
classifier that has not seen its site. Writes their weight files beside strip (the same bytes from the same data, of the
network on one machine; the other weights stay as they are) and prints how well strip does on pages of sites that none
of its block models has seen. Needs the extra [train]; takes an hour on one core, a fifth of it with ``--weights-only``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from cleaner.evaluate.measures import corpus_shingle_scores, corpus_word_scores
from cleaner.strip.models.page_models import Judged
from cleaner.train import block_models, scores, splits
from cleaner.train.block_models import Labelled
from cleaner.train.command import make_weights
from cleaner.train.pages import Example


def report(pages: Iterable[Labelled], found: Mapping[str, Judged]) -> list[str]:
    """A table: shingle and word F1 by set and kind, of the models and with the rules."""
    parts: dict[str, list[Example]] = {}
    for page in pages:
        parts.setdefault(f"{page.source} {page.other.kind}", []).append(page.other)
    lines = [f"{'F1 of shingles and of words':30s} pages   models            with rules"]
    for name, part in sorted(parts.items()):
        golds = [example.gold for example in part]
        cells = []
        for texts in (
            [scores.by_model(example, found[example.name]) for example in part],
            [scores.with_rules(example, found[example.name], scores.BLOCKS) for example in part],
        ):
            shingles, words = corpus_shingle_scores(golds, texts).f1, corpus_word_scores(golds, texts).f1
            cells.append(f"{shingles:.4f} {words:.4f}")
        lines.append(f"{name:30s} {len(part):5d}   {cells[0]:16s}  {cells[1]}")
    return lines


def _make(pages: list[Labelled], weights: Path) -> None:
    """Write the weights."""
    trees = block_models.write_others(pages, block_models.made(), weights)
    print(f"{len(pages)} pages, {len(trees.feature)} trees, {trees.width} features", flush=True)


def _measure(pages: list[Labelled]) -> None:
    """Print the table by kind of page."""
    print("\n".join(report(pages, block_models.unseen(splits.by_site(pages), block_models.made()))))


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    return make_weights("cleaner.train.other_pages", __doc__, block_models.examples, _make, _measure, arguments)


if __name__ == "__main__":
    sys.exit(main())
