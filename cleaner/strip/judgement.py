"""What is known of a page's lines before anything is decided, and what is decided of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from cleaner.strip.reading.blocks import Outline
from cleaner.strip.rules import Rule

SURE = 0.8
"""Probability from which the model overrules the shape of a line."""
UNSURE = ("model", "scrap")
"""Labels of verdicts that the shape of a sentence gave, which says less than that of a line."""


@dataclass(slots=True)
class Verdict:
    """Why a line goes."""

    rule: str
    score: float | None = None

    @property
    def label(self) -> str:
        """The part of the rule's name before the first dot."""
        return _label_of(self.rule)


@lru_cache(maxsize=2_000)
def _label_of(rule: str) -> str:
    return rule.split(".", 1)[0]


@dataclass(slots=True)
class Decision:
    """One verdict a line (None: it stays), and the headline that was found among the lines."""

    verdicts: list[Verdict | None]
    title: str | None = None


@dataclass(slots=True, frozen=True)
class Outlook:
    """What is known of a page's lines before anything is decided."""

    rules: Sequence[Rule | None]
    """For each line the rule that matches it wherever it stands."""
    body: Sequence[float]
    """For each line the model's probability that it is body."""
    threshold: float
    """Probability from which a line is body."""
    model: str
    """``model.block`` or ``model.line``: the name its verdicts carry."""
    elsewhere: Mapping[int, str] = field(default_factory=dict)
    """Lines that are of no part of the article, and the rule that says so."""
    article: bool = True
    """Whether the page is an article or stored text: of others' lines the shape says nothing."""
    split: bool = False
    """Whether the lines are the sentences of one: there a head says only of comments and author boxes what goes with
    it, as none of its items stands on a line of its own."""
    page: Outline | None = None
    """The page whose blocks the lines are, None for stored text."""

    @property
    def stored(self) -> bool:
        """Whether the lines are stored text."""
        return self.model == "model.line"
