"""Candidates an article of growing corpora, near and event: ``python -m tests.bench.candidates [FILE ...]``.

FILEs are JSONL of articles (``text``, ``url``, ``date``), or .gz of it, taken together in an order without meaning;
without one articles are made. Prints for each size the candidate pairs an article, and those of the bands that are of
unlike texts (containment under 0.1), by rows a band, with the factor to the size of the corpus.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from cleaner.collapse import bands, signing, sketch, templates, verify
from cleaner.collapse.event import EventIndex
from cleaner.collapse.event.candidates import candidate_pairs
from cleaner.collapse.ragged import Ragged
from cleaner.records import Article

from . import made

UNLIKE = 0.1


def near(rows: list[dict[str, Any]]) -> Iterator[str]:
    """What is said of the near stage's candidates."""
    hashed = signing.hash_texts([row["text"] for row in rows])
    ordered = Ragged(hashed.shingles, hashed.starts)
    cores = templates.cores(ordered, templates.distinct(ordered))
    signatures = signing.signatures(cores.values, cores.starts)
    texts = np.flatnonzero(cores.sizes)
    samples = sketch.samples(cores)
    contained = sum(map(len, sketch.pairs(samples)))
    yield f"sketch {contained / len(rows):.2f}"
    for each in (2, 3, 4):
        left, right = bands.decoded(bands.pairs(bands.keys(signatures[texts], each), texts))
        unlike = int((verify.overlaps(cores, left, right).containment < UNLIKE).sum())
        left_over = len(left) - int(sketch.unlike(samples, left, right).sum())
        yield (
            f"{each} rows {len(left) / len(rows):.2f}, of samples alike {left_over / len(rows):.2f}, "
            f"unlike {unlike / len(rows):.3f} = {2 * unlike / len(rows) ** 2:.1e} n"
        )


def event(rows: list[dict[str, Any]]) -> Iterator[str]:
    """What is said of the event stage's candidates."""
    articles = [Article(str(at), row["text"], title=row.get("title"), date=row.get("date")) for at, row in enumerate(rows)]
    index = EventIndex(articles)._index
    undated = np.random.default_rng(0).random(len(rows)) < 0.2
    for name, hours in (("as dated", index.hour), ("a fifth undated", np.where(undated, np.nan, index.hour))):
        left, _ = candidate_pairs(index.matrices["terms"].unit, ~index.mute, hours)
        yield f"event, {name} {len(left) / len(rows):.1f}"


def main() -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.candidates", description=__doc__)
    parser.add_argument("files", type=Path, nargs="*", metavar="FILE")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 4_000, 16_000, 64_000])
    parser.add_argument("--lang", default="en", help="of made articles")
    parser.add_argument("--event", action="store_true", help="the event stage too")
    options = parser.parse_args()
    given: list[dict[str, Any]] = []
    for path in options.files:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
            given += map(json.loads, lines)
    random.Random(0).shuffle(given)
    for size in sorted({min(size, len(given)) for size in options.sizes} if given else options.sizes):
        rows = given[:size] or list(made.articles(size, lang=options.lang))
        told = [*near(rows), *(event(rows) if options.event else ())]
        print(f"{size:,} articles: {'; '.join(told)}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
