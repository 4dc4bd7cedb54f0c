"""Which step of strip's decision cuts how much body and boilerplate: ``python -m cleaner.train.steps DATA_DIR``.

DATA_DIR as for ``cleaner.train.strip``. The models, asked together as strip asks them, have seen these pages, unless
``--unseen`` trains others without the site of each page first (a quarter of an hour).
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence

from cleaner.strip.decisions import decide
from cleaner.strip.judgement import Verdict
from cleaner.strip.models import line_models
from cleaner.strip.models.page_models import Judged
from cleaner.train import block_models, command, known_lines, scores, splits, strip
from cleaner.train.pages import Example

WHOLE = ("scrap", "date.in-head")
"""Rules that are steps by themselves; other line rules and sections are counted by label."""


def step_of(verdict: Verdict | None) -> str:
    """The step that decided over a line."""
    if verdict is None:
        return "(kept)"
    return verdict.rule if verdict.rule.startswith(WHOLE) else verdict.label


def counted(examples: Sequence[Example], judged: Mapping[str, Judged], model: str) -> Counter[tuple[str, bool, bool]]:
    """Lines by step, by whether they are body and by whether the models held them for body."""
    found: Counter[tuple[str, bool, bool]] = Counter()
    for example in examples:
        if not example.sound:
            continue
        by = judged[example.name]
        held = (by.probability >= by.threshold).tolist()
        verdicts = scores.verdicts(example, by, model)
        for verdict, is_body, sure in zip(verdicts, example.body.tolist(), held, strict=True):
            found[step_of(verdict), is_body, sure] += 1
    return found


def table(title: str, found: Mapping[tuple[str, bool, bool], int]) -> str:
    """One line a step: body and boilerplate lines, and of each those that the models had held for body."""
    rows = [f"{title:20s} {'body':>8s} {'boiler':>8s}   over the models: {'body':>6s} {'boiler':>6s}"]
    for step in sorted({key[0] for key in found}):
        body, boiler = ([found.get((step, kind, sure), 0) for sure in (False, True)] for kind in (True, False))
        rows.append(f"{step:20s} {sum(body):8d} {sum(boiler):8d}   {'':16s} {body[1]:6d} {boiler[1]:6d}")
    return "\n".join(rows)


def seen_line(page: Example) -> Judged:
    """What the shipped models say of stored lines."""
    texts = [block.text for block in page.blocks]
    lang = known_lines.language_of(page)
    body = line_models.line_probability(page.blocks, decide.anywhere(texts, lang), lang)
    return Judged(body, line_models.threshold_of(body, page.blocks))


@command.answered
def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = command.parser("cleaner.train.steps", __doc__)
    parser.add_argument("--unseen", action="store_true", help="with models that have not seen a page's site")
    options = parser.parse_args(arguments)
    pages, lines = strip.read(options.data, varied=options.unseen)
    if options.unseen:
        of_lines = known_lines.unseen(known_lines.material(lines))
        of_blocks = block_models.unseen(splits.by_site(pages), block_models.made())
    else:
        of_lines = {page.name: seen_line(page) for page in lines}
        by = block_models.shipped()
        of_blocks = {page.article.name: block_models.judged(page, by) for page in pages}
    print(table("lines", counted(lines, of_lines, scores.LINES)), flush=True)
    print(table("blocks", counted([page.article for page in pages], of_blocks, scores.BLOCKS)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
