"""How well what is left of labelled pages agrees with their gold text, by set."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from cleaner.evaluate.measures import Scores, corpus_shingle_scores
from cleaner.strip import language
from cleaner.strip.decisions import decide
from cleaner.strip.judgement import Outlook, Verdict
from cleaner.strip.models.page_models import Judged
from cleaner.train.pages import Example

COLUMNS = ("fundus_eval", "magic_article", "readability", "wcxb articles", "wcxb others", "magic_forum")
BLOCKS, LINES = "model.block", "model.line"
"""What the models are called in verdicts."""


def figures(examples: Iterable[Example], text_of: Callable[[Example], str]) -> dict[str, Scores]:
    """Scores of a method by column of the tables."""
    parts: dict[str, list[Example]] = {}
    for example in examples:
        parts.setdefault(example.column, []).append(example)
    return {
        name: corpus_shingle_scores([e.gold for e in part], [text_of(e) for e in part]) for name, part in parts.items()
    }


def kept_text(example: Example, kept: Iterable[bool]) -> str:
    """The text of the blocks that stay."""
    return "\n".join(block.text for block, stays in zip(example.blocks, kept, strict=True) if stays)


def by_model(example: Example, judged: Judged) -> str:
    """The text of the blocks that the models leave."""
    return kept_text(example, judged.probability >= judged.threshold)


def verdicts(example: Example, judged: Judged, model: str) -> list[Verdict | None]:
    """What models and rules say of each block; ``model`` is BLOCKS or LINES."""
    texts = [block.text for block in example.blocks]
    body, threshold = judged.probability.tolist(), judged.threshold
    lang = language.of_page(" ".join(text for text, share in zip(texts, body, strict=True) if share >= threshold))
    outlook = Outlook(decide.anywhere(texts, lang), body, threshold, model, article=judged.article)
    return decide.decide(texts, outlook, lang).verdicts


def with_rules(example: Example, judged: Judged, model: str) -> str:
    """The text of the blocks that models and rules leave; ``model`` as for ``verdicts``."""
    return kept_text(example, (verdict is None for verdict in verdicts(example, judged, model)))


def row(name: str, found: Mapping[str, Scores]) -> str:
    """A line of a table of scores."""
    cells = [f"{s.precision:.4f} {s.recall:.4f} {s.f1:.4f}" if (s := found.get(c)) else "-" for c in COLUMNS]
    return f"{name:24s} " + " | ".join(f"{cell:20s}" for cell in cells)


def report(
    title: str, examples: Sequence[Example], judged: Mapping[str, Judged], model: str, thresholds: Sequence[float] = ()
) -> list[str]:
    """A table: the models at each of these thresholds, at their own, and with the rules."""
    lines = [title, f"{'':24s} " + " | ".join(f"{column:20s}" for column in COLUMNS)]
    for at in thresholds:
        found = figures(examples, lambda e, t=at: by_model(e, replace(judged[e.name], threshold=t)))  # type: ignore[misc]
        lines.append(row(f"model at {at}", found))
    lines.append(row("model", figures(examples, lambda e: by_model(e, judged[e.name]))))
    lines.append(row("model + rules", figures(examples, lambda e: with_rules(e, judged[e.name], model))))
    return [*lines, ""]
