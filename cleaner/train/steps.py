"""Which step of strip's decision cuts how much body and boilerplate: ``python -m cleaner.train.steps DATA_DIR``.

DATA_DIR as for ``cleaner.train.strip``. The models have seen these pages, unless ``--unseen`` trains others
without the site of each page first (some minutes).
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cleaner.errors import UsageError
from cleaner.strip import decide, language, models
from cleaner.strip.decide import Verdict
from cleaner.train import strip
from cleaner.train.pages import Example, html_examples, line_examples

WHOLE = ("scrap", "date.in-head")
"""Rules that are steps by themselves; other line rules and sections are counted by label."""


def step_of(verdict: Verdict | None) -> str:
    """The step that decided over a line."""
    if verdict is None:
        return "(kept)"
    return verdict.rule if verdict.rule.startswith(WHOLE) else verdict.label


def counted(
    examples: Sequence[Example], probabilities: Mapping[str, NDArray[np.float64]], threshold: float, model: str
) -> Counter[tuple[str, bool, bool]]:
    """Lines by step, by whether they are body and by whether the model held them for body."""
    found: Counter[tuple[str, bool, bool]] = Counter()
    for example in examples:
        if not example.sound:
            continue
        body = probabilities[example.name]
        texts = [block.text for block in example.blocks]
        lang = language.of_page(" ".join(text for text, share in zip(texts, body, strict=True) if share >= threshold))
        outlook = decide.Outlook(decide.anywhere(texts, lang), body.tolist(), threshold, model)
        verdicts = decide.decide(texts, outlook, lang).verdicts
        for verdict, is_body, share in zip(verdicts, example.body.tolist(), body.tolist(), strict=True):
            found[step_of(verdict), is_body, share >= threshold] += 1
    return found


def table(title: str, found: Mapping[tuple[str, bool, bool], int]) -> str:
    """One line a step: body and boilerplate lines, and of each those that the model had held for body."""
    rows = [f"{title:20s} {'body':>8s} {'boiler':>8s}   over the model: {'body':>6s} {'boiler':>6s}"]
    for step in sorted({key[0] for key in found}):
        body, boiler = ([found.get((step, kind, sure), 0) for sure in (False, True)] for kind in (True, False))
        rows.append(f"{step:20s} {sum(body):8d} {sum(boiler):8d}   {'':15s} {body[1]:6d} {boiler[1]:6d}")
    return "\n".join(rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m cleaner.train.steps", description=__doc__)
    parser.add_argument("data", type=Path, help="folder with the labelled pages and lines")
    parser.add_argument("--unseen", action="store_true", help="with models that have not seen a page's site")
    options = parser.parse_args(arguments)
    try:
        pages = html_examples(options.data)
        lines = line_examples(options.data, pages)
        for title, examples, settings, rounds, threshold, model, name in (
            ("lines", lines, strip.TEXT_SETTINGS, strip.TEXT_ROUNDS, models.TEXT_THRESHOLD, "model.line", "text"),
            ("blocks", pages, strip.HTML_SETTINGS, strip.HTML_ROUNDS, models.ALONE_THRESHOLD, "model.block", "html"),
        ):
            if options.unseen:
                found = strip.unseen(strip.by_domain(examples), settings, rounds)
            else:
                found = {example.name: models.model(name).probability(example.rows) for example in examples}
            print(table(title, counted(examples, found, threshold, model)), flush=True)
    except UsageError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
