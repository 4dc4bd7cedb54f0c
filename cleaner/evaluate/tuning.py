"""What every threshold would do on labelled data: events lost against duplicates left."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cleaner.article_store import ArticleStore
from cleaner.collapse import levels, stories
from cleaner.collapse.event import default_threshold
from cleaner.collapse.hierarchy import Hierarchy
from cleaner.collapse.near import DEFAULT_THRESHOLD
from cleaner.errors import UsageError
from cleaner.evaluate import collapse, measures, pairs
from cleaner.evaluate.collapse import Corpus
from cleaner.evaluate.measures import Scores
from cleaner.records import Article, Level
from cleaner.settings import Settings

THRESHOLDS = tuple(round(0.05 + 0.025 * step, 3) for step in range(37))
"""0.05 to 0.95."""
ENOUGH = 0.002
"""A threshold so close to the best F is as good: of those the one nearest to the shipped default is taken, for
a small labelled set tells no finer than that."""


@dataclass(slots=True)
class Step:
    """What one threshold does to one labelled file, or to all of them together.

    Of pairs, ``lost`` are those of two events that end in one story, ``duplicates`` those of one event
    that end in two, ``events`` and ``articles`` count what can be lost and left; they have no B-cubed.
    """

    threshold: float
    articles: int
    events: int
    stories: int
    lost: int
    duplicates: int
    bcubed: Scores | None
    pairs: Scores
    ari: float | None

    @property
    def quality(self) -> float:
        """The figure a threshold is chosen by: B-cubed F, of pairs their F."""
        return (self.bcubed or self.pairs).f1


@dataclass(slots=True)
class Tuned:
    """All steps of one level, and the threshold to use."""

    level: Level
    steps: list[Step]
    chosen: float
    default: float
    run: list[float]
    """The threshold that a run would take by itself on the articles of each file."""


def tune(paths: Sequence[str], level: Level, corpus: Corpus | None = None, most_lost: float | None = None) -> Tuned:
    """Measure every threshold on every file; articles are compared once, linked at each threshold.

    The chosen threshold has the best mean B-cubed F (pair F on pairs). With ``most_lost`` (a share of the
    events) it has the fewest duplicates among those that lose no more. ``corpus`` has the articles of ids.
    """
    default = default_threshold() if level == "event" else DEFAULT_THRESHOLD
    files = [_pairs(path, level, corpus) if pairs.is_pairs(path) else _clusters(path, level, corpus) for path in paths]
    run = [linked.run for linked, _ in files]
    grid = sorted({*THRESHOLDS, default, *run})
    by_file = [[step(*linked.at(threshold)) for threshold in grid] for linked, step in files]
    steps = [_together([own[k] for own in by_file]) for k in range(len(grid))]
    return Tuned(level, steps, _choose(steps, default, most_lost), default, run)


_Measure = Callable[[float, list[int], list[int]], Step]
"""What a threshold does, from it, the story of each article and the canonicals."""


def _pairs(path: str, level: Level, corpus: Corpus | None) -> tuple[_Linked, _Measure]:
    known = pairs.read(path, corpus)
    if not known.pairs:
        raise UsageError(f"{path} holds no pair")

    def step(threshold: float, labels: list[int], _: list[int]) -> Step:
        return _of_pairs(threshold, labels, known.pairs)

    return _Linked(known.articles, level), step


def _clusters(path: str, level: Level, corpus: Corpus | None) -> tuple[_Linked, _Measure]:
    articles, truth = collapse.clusters(path, corpus)

    def step(threshold: float, labels: list[int], heads: list[int]) -> Step:
        return Step(
            threshold,
            len(articles),
            len(set(truth)),
            len(heads),
            measures.events_lost(truth, labels, heads),
            measures.duplicates_left(truth, labels, heads),
            measures.bcubed(truth, labels),
            measures.pair_scores(truth, labels),
            measures.adjusted_rand(truth, labels),
        )

    return _Linked(articles, level), step


def _of_pairs(threshold: float, labels: Sequence[int], known: Sequence[tuple[int, int, bool]]) -> Step:
    joined = [labels[a] == labels[b] for a, b, _ in known]
    wanted = [same for _, _, same in known]
    right = sum(a and b for a, b in zip(joined, wanted, strict=True))
    lost = sum(joined) - right
    left = sum(wanted) - right
    precision = right / sum(joined) if any(joined) else 1.0
    recall = right / sum(wanted) if any(wanted) else 1.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    used = {i for a, b, _ in known for i in (a, b)}
    return Step(
        threshold,
        len(used),
        len(known) - sum(wanted),
        len({labels[i] for i in used}),
        lost,
        left,
        None,
        Scores(precision, recall, f1),
        None,
    )


class _Linked:
    """The articles of one file, compared once, to be linked at any threshold."""

    def __init__(self, articles: Sequence[Article], level: Level) -> None:
        self._order = sorted(range(len(articles)), key=lambda i: levels.order(articles[i]))
        settings = Settings(level=level)
        self._hierarchy = Hierarchy.of_articles(ArticleStore([articles[i] for i in self._order]), settings)
        levels.build_levels(self._hierarchy, settings)
        self._relink: Callable[[float], None] = (
            self._hierarchy.link_events if level == "event" else self._hierarchy.link_copies
        )
        self.run = self._hierarchy.used[level]
        """The threshold that a run takes on these articles."""

    def at(self, threshold: float) -> tuple[float, list[int], list[int]]:
        """The threshold, the story of every article, and the canonicals, as places in the articles."""
        self._relink(threshold)
        labels = [0] * len(self._order)
        for number, group in enumerate(self._hierarchy.groups):
            for i in group:
                labels[self._order[i]] = number
        return threshold, labels, [self._order[stories.head_of(self._hierarchy, one)] for one in self._hierarchy.groups]


def _together(steps: Sequence[Step]) -> Step:
    """One threshold over all files: counts summed, measures averaged."""
    if len(steps) == 1:
        return steps[0]
    clustered = [step.bcubed for step in steps if step.bcubed is not None]
    chance = [step.ari for step in steps if step.ari is not None]
    return Step(
        steps[0].threshold,
        sum(step.articles for step in steps),
        sum(step.events for step in steps),
        sum(step.stories for step in steps),
        sum(step.lost for step in steps),
        sum(step.duplicates for step in steps),
        _mean(clustered) if len(clustered) == len(steps) else None,
        _mean([step.pairs for step in steps]),
        math.fsum(chance) / len(chance) if len(chance) == len(steps) else None,
    )


def _mean(scores: Sequence[Scores]) -> Scores:
    return Scores(*(math.fsum(values) / len(scores) for values in zip(*scores, strict=True)))


def _choose(steps: Sequence[Step], default: float, most_lost: float | None) -> float:
    if most_lost is not None:
        allowed = [step for step in steps if step.lost <= most_lost * step.events]
        if not allowed:
            least = min(steps, key=lambda step: (step.lost, step.duplicates))
            raise UsageError(
                f"no threshold loses {100 * most_lost:g} % of the events or less; {least.threshold:g} loses fewest, "
                f"{least.lost} of {least.events}"
            )
        return min(allowed, key=lambda step: (step.duplicates, step.lost, abs(step.threshold - default))).threshold
    best = max(step.quality for step in steps)
    good = [step.threshold for step in steps if step.quality >= best - ENOUGH]
    return min(good, key=lambda threshold: (abs(threshold - default), threshold))
