"""What each group of features is worth and costs: ``python -m cleaner.train.ablate DATA_DIR``.

Trains the models without each group in turn, every page set held out once, and prints how far the mean F1
falls; beside it the milliseconds a page that the group takes to compute. The two block models lose a group together
and are asked together, as strip asks them; lines are those of the model of all languages. For stored text also what
other tools keep of the same lines. Takes some hours on one core; ``--groups`` asks for some groups only, ``--every N``
takes every Nth page, which shows the order of the groups and no more. DATA_DIR as for ``cleaner.train.strip``. Needs
the extra [train].
"""

from __future__ import annotations

import argparse
import cProfile
import html as entities
import math
import pstats
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from cleaner.errors import MissingExtra
from cleaner.strip import features
from cleaner.strip.models import declared, line_models, page_models
from cleaner.strip.models.page_models import Judged
from cleaner.strip.prose import ends_sentence
from cleaner.strip.reading import outlines, parsing
from cleaner.strip.rules import count_words
from cleaner.train import block_models, command, scores, splits, strip
from cleaner.train.block_models import Labelled
from cleaner.train.pages import Example

NEWS = ("fundus_eval", "magic_article", "wcxb articles")
TIMED = 80
"""Pages on which the time is taken."""
MAKERS = {
    "text": ("read", "statistics"),
    "words": ("vocabulary",),
    "rules": ("verdicts",),
    "neighbours": ("shifted", "neighbours"),
    "windows": ("windows",),
    "position": ("positions",),
    "tags": ("tags",),
    "ancestors": ("ancestors",),
    "names": ("names",),
    "levels": ("levels",),
    "bodies": ("bodies",),
    "candidates": ("candidates",),
    "signatures": ("signatures",),
    "member": ("_membership", "membership"),
    "declared": ("text_of", "columns"),
}
"""The functions that make each group; the elements of a page (``Tree``) serve several and are timed apart."""
GROUPS = (*page_models.HTML_GROUPS, "declared")
"""Those of both block models; the line model has some of them."""
SHORT_WORDS = 10
"""The naive filter drops lines of fewer words and lines without the end of a sentence."""

Widths = Mapping[str, int]


def widths(groups: Mapping[str, np.ndarray]) -> Widths:  # type: ignore[type-arg]
    """Columns of each group."""
    return {name: columns.shape[1] for name, columns in groups.items()}


def without(page: Example, names: Sequence[str], sizes: Widths, left_out: str) -> Example:
    """The page without the columns of one group."""
    kept = np.concatenate([np.full(sizes[name], name != left_out) for name in names])
    place = np.cumsum(kept) - 1
    growing = [int(place[column]) for column in page.growing if kept[column]]
    return replace(page, rows=page.rows[:, kept], growing=growing)


def blocks_without(pages: Sequence[Labelled], article: Widths, other: Widths, left_out: str) -> list[Labelled]:
    """The pages without the columns of one group, for both block models; their widths may differ."""

    def narrowed(page: Labelled) -> Labelled:
        return page._replace(
            article=without(page.article, page_models.HTML_GROUPS, article, left_out),
            other=without(page.other, block_models.OTHER_GROUPS, other, left_out),
            variant=page.variant and narrowed(page.variant),
        )

    return [narrowed(page) for page in pages]


def score_of_blocks(pages: Sequence[Labelled], invented: Sequence[Labelled]) -> dict[str, float]:
    """F1 of the block models by column, each set held out whole. Their trees alone: networks take ten times as long."""
    found = block_models.unseen(splits.by_set(pages), invented, in_context=False)
    return _f1([page.article for page in pages if page.article.name in found], found)


def score_of_lines(lines: Sequence[Example], invented: Sequence[Example]) -> dict[str, float]:
    """F1 of the line model by column, each set held out whole."""
    return _f1(lines, strip.unseen_lines(splits.by_set(lines), invented))


def _f1(examples: Sequence[Example], found: Mapping[str, Judged]) -> dict[str, float]:
    kept = scores.figures(examples, lambda e: scores.by_model(e, found[e.name]))
    return {name: kept[name].f1 for name in scores.COLUMNS if name in kept}


def news(found: Mapping[str, float]) -> float:
    """Mean over the sets of news and articles."""
    return math.fsum(found[name] for name in NEWS if name in found) / len(NEWS)


def table(
    what: str,
    names: Sequence[str],
    sizes: Widths,
    cost: Mapping[str, float],
    score: Callable[[str], dict[str, float]],
    asked: Sequence[str],
) -> None:
    """Print what the models reach with all groups and without each of those ``asked`` for.

    ``score`` is told which one to leave out.
    """
    if not set(asked) & set(names):
        return
    print(
        f"\n{what}: without a group {'':10s} columns  ms/page  "
        + "  ".join(f"{c:13s}" for c in scores.COLUMNS)
        + "  news"
    )
    whole = score("")
    print(_row("all groups", sum(sizes[name] for name in names), sum(cost.values()), whole), flush=True)
    for name in filter(asked.__contains__, names):
        print(_row(f"without {name}", sizes[name], cost.get(name, 0.0), score(name), news(whole)), flush=True)


def _row(name: str, columns: int, cost: float, found: Mapping[str, float], whole: float | None = None) -> str:
    cells = "  ".join(f"{found[column]:<13.4f}" for column in scores.COLUMNS if column in found)
    change = "" if whole is None else f" ({news(found) - whole:+.4f})"
    return f"{name:34s} {columns:7d}  {cost:7.3f}  {cells}  {news(found):.4f}{change}"


def _costs(profile: cProfile.Profile, pages: int) -> dict[str, float]:
    """Milliseconds a page of each group's functions."""
    spent: dict[str, float] = {}
    for (file, _, function), row in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        if f"{Path('cleaner', 'strip')}" in file:
            spent[function] = spent.get(function, 0.0) + 1000 * row[3] / pages
    return {name: sum(spent.get(function, 0.0) for function in makers) for name, makers in MAKERS.items()}


def cost_of_html(pages: Sequence[Example]) -> tuple[dict[str, float], Widths, Widths]:
    """Milliseconds a page of each group of the block models, and their columns in the articles' and in the other."""
    profile = cProfile.Profile()
    sizes: tuple[Widths, Widths] = {}, {}
    for at, page in enumerate(pages):
        source = page.html or ""
        root = parsing.parse(source)
        if root is None:
            continue
        outline = outlines.outline(root)
        if at:  # the first one loads the tables
            profile.enable()
        groups = features.of_html(outline, [None] * len(outline.blocks))
        article = features.of_article(groups, page_models.membership(source, outline.blocks))
        texts = [block.text for block in outline.blocks]
        said = declared.columns(source, texts, groups["text"][:, features.UNITS])
        other = features.of_other_page(groups, said)
        profile.disable()
        sizes = widths(article), widths(other)
    return _costs(profile, len(pages) - 1), *sizes


def cost_of_lines(pages: Sequence[Example]) -> tuple[dict[str, float], Widths]:
    """Milliseconds a page of each group of the line model, and their columns."""
    profile = cProfile.Profile()
    sizes: Widths = {}
    for page in pages:
        if sizes:
            profile.enable()
        groups = features.of_text(page.blocks, [None] * len(page.blocks))
        profile.disable()
        sizes = widths(groups)
    found = _costs(profile, len(pages) - 1)
    return {name: found[name] for name in line_models.TEXT_GROUPS}, sizes


def _as_html(lines: Sequence[str]) -> str:
    paragraphs = "".join(f"<p>{entities.escape(line)}</p>\n" for line in lines)
    return f"<html><head><title></title></head><body>{paragraphs}</body></html>"


def _found(lines: Sequence[str], kept: Sequence[str]) -> str:
    """The lines that a tool kept, as they stand on the page."""
    left = Counter(" ".join(line.split()) for line in kept)
    out = []
    for line in lines:
        if left[line] > 0:
            left[line] -= 1
            out.append(line)
    return "\n".join(out)


def line_peers(lines: Sequence[Example]) -> list[str]:
    """Rows of the other ways to clean the same lines."""
    try:
        import justext
        import trafilatura
    except ImportError as error:
        raise MissingExtra("justext", "train", "comparing with other tools") from error
    stop = justext.get_stoplist("English")

    def texts(example: Example) -> list[str]:
        return [block.text for block in example.blocks]

    def long(example: Example) -> str:
        return "\n".join(t for t in texts(example) if count_words(t) >= SHORT_WORDS and ends_sentence(t))

    def by_justext(example: Example) -> str:
        found = justext.justext(_as_html(texts(example)), stop)
        return _found(texts(example), [part.text for part in found if not part.is_boilerplate])

    def by_trafilatura(example: Example) -> str:
        kept = trafilatura.extract(_as_html(texts(example)), include_comments=False, deduplicate=False) or ""
        return _found(texts(example), kept.split("\n"))

    ways: dict[str, Callable[[Example], str]] = {
        "keep all": lambda example: "\n".join(texts(example)),
        f"drop < {SHORT_WORDS} words, no end": long,
        "jusText": by_justext,
        "trafilatura": by_trafilatura,
    }
    return [scores.row(name, scores.figures(lines, way)) for name, way in ways.items()]


def _from_one(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is no whole number from 1")
    return int(text)


@command.answered
def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    line = command.parser("cleaner.train.ablate", __doc__)
    line.add_argument("--groups", nargs="+", choices=GROUPS, default=GROUPS, metavar="GROUP", help=", ".join(GROUPS))
    line.add_argument("--every", type=_from_one, default=1, metavar="N", help="take every Nth page (default: all)")
    options = line.parse_args(arguments)
    pages, lines = strip.read(options.data)
    pages, lines = pages[:: options.every], lines[:: options.every]
    print("lines, what other tools keep")
    print("\n".join(line_peers(lines)), flush=True)
    cost, sizes = cost_of_lines(lines[:TIMED])

    def of_lines(left_out: str) -> dict[str, float]:
        some, invented = (
            [without(page, line_models.TEXT_GROUPS, sizes, left_out) for page in part] for part in (lines, strip.made())
        )
        return score_of_lines(some, invented)

    table("lines", line_models.TEXT_GROUPS, sizes, cost, of_lines, options.groups)
    pages = block_models.with_doubts(pages, block_models.made())  # once, with all groups
    cost, article, other = cost_of_html([page.article for page in pages[:TIMED]])

    def of_blocks(left_out: str) -> dict[str, float]:
        some, invented = (blocks_without(part, article, other, left_out) for part in (pages, block_models.made()))
        return score_of_blocks(some, invented)

    table("blocks", GROUPS, {**other, **article}, cost, of_blocks, options.groups)
    return 0


if __name__ == "__main__":
    sys.exit(main())
