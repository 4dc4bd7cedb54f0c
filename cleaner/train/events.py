"""Trains the pair model of the event stage: ``python -m cleaner.train.events DATA_DIR``.

DATA_DIR holds the labelled sets ``fnc1``, ``ecbplus``, ``allsides_full`` and ``allsides_short`` as
``NAME.dev.jsonl.gz``: one article a line with ``id``, ``title``, ``text``, ``date``, ``lang`` and
``cluster``; and the judged pairs of ``cleaner.train.event_pairs``. PAGES (by default
``DATA_DIR/../strip/wcxb.jsonl.xz``) holds web pages of all kinds, no two of which tell one event, with ``title``,
``date`` and ``gold_text``. Writes ``model.json`` beside the event stage (the same bytes from the same data) and
prints how well the model groups each set, trained on all sets and on the others only, and the judged pairs.
Needs the extra [train].
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cleaner.collapse.event.density import adapted, count_scores
from cleaner.collapse.event.features import NAMES
from cleaner.collapse.event.grouping import group_reports
from cleaner.collapse.event.model import FILE, PairModel
from cleaner.errors import MissingExtra
from cleaner.evaluate.measures import (
    adjusted_rand,
    bcubed,
    duplicates_left,
    events_lost,
    longest_canonicals,
)
from cleaner.train import command
from cleaner.train.event_material import PAGES, Labelled, page_views, prepare
from cleaner.train.event_pairs import SETS as PAIR_SETS
from cleaner.train.event_pairs import JudgedPairs, load_judged
from cleaner.train.event_sets import load_set, with_drilled_dates, with_titles_swapped

SETS = {"fnc1": "fnc1", "ecbplus": "ecbplus", "allsides_full": "allsides", "allsides_short": "allsides"}
"""Labelled sets and their family; a family is held out as a whole, its sets share events."""
THRESHOLDS = tuple(round(0.30 + 0.02 * step, 2) for step in range(6))
"""Above 0.40 reports of one event in very different words fall apart among 1,000 other articles."""
PENALTY = 0.1
"""Inverse strength of the L2 penalty on standardised features (C): 0.03 to 1 move the figures by half a point."""
MOST_LOST = 0.06
"""Share of the events of the four sets that the threshold may lose."""
FIXED = {"same_site": -2.5, "bulletin": -3.0, "thin": 0.0}
"""Weights that are not fitted: few sets tell sites. One site seldom reports one event twice in other words: of the
judged pairs the model would join, those of one site are of one event 4 times in 18, others 93 times in 119, odds of
1 to 12; where their headlines or leads name other numbers or days, never in 6 (``cleaner.train.event_pairs``)."""
_REBUILD = "python -m cleaner.train.events DATA_DIR"


@dataclass(frozen=True, slots=True)
class Result:
    """How well a set was grouped at one threshold."""

    precision: float
    recall: float
    f1: float
    rand: float
    lost: int
    left: int


def fit(sets: Sequence[Labelled], threshold: float = 0.0, judged: Sequence[JudgedPairs] = ()) -> PairModel:
    """Logistic regression on standardised features; every article of every set weighs the same."""
    try:
        from sklearn.linear_model import LogisticRegression
        from sklearn.preprocessing import StandardScaler
    except ImportError as error:
        raise MissingExtra("scikit-learn", "train", "training the pair model") from error
    material = [(part.features, part.same, np.full(len(part.same), part.weight / len(part.gold))) for part in sets] + [
        part.material() for part in judged
    ]
    features, same, weight = (np.concatenate([one[k] for one in material]) for k in range(3))
    weight *= len(weight) / weight.sum()
    fixed = [NAMES.index(name) for name in FIXED]
    features[:, fixed] = 0
    scaler = StandardScaler().fit(features, sample_weight=weight)
    model = LogisticRegression(C=PENALTY, max_iter=5000, tol=1e-8, solver="newton-cholesky")
    model.fit(scaler.transform(features), same, sample_weight=weight)
    raw = model.coef_[0] / scaler.scale_
    raw[fixed] = list(FIXED.values())
    # Five decimals are more than the data supports and fewer than the solver's last digits.
    intercept = float(model.intercept_[0] - (raw * scaler.mean_).sum())
    prior = round(float(weight[same].sum() / weight.sum()), 4)
    return PairModel(np.round(raw, 5), round(intercept, 5), threshold, prior)


def group(data: Labelled, probability: NDArray[np.float64], threshold: float) -> Result:
    """Link one set at a threshold and measure it; the longest article of a cluster is its canonical."""
    labels = group_reports(len(data.gold), data.left, data.right, probability, threshold).tolist()
    canonical = longest_canonicals(labels, data.lengths)
    scores = bcubed(data.gold, labels)
    return Result(
        precision=scores.precision,
        recall=scores.recall,
        f1=scores.f1,
        rand=adjusted_rand(data.gold, labels),
        lost=events_lost(data.gold, labels, canonical),
        left=duplicates_left(data.gold, labels, canonical),
    )


@dataclass(frozen=True, slots=True)
class Scored:
    """One set with what a model says of its pairs."""

    data: Labelled
    probability: NDArray[np.float64]
    prior: float
    """Of the model, see ``PairModel``."""

    @classmethod
    def by(cls, model: PairModel, data: Labelled) -> Scored:
        """Score the pairs of a set."""
        return cls(data, model.probability(data.features), model.prior)

    def at(self, threshold: float, fixed: bool = False) -> Result:
        """Link at the threshold, moved to the density of the set unless it is fixed."""
        if not fixed:
            threshold = adapted(threshold, self.prior, count_scores(self.probability))
        return group(self.data, self.probability, threshold)


def choose_threshold(unseen: Iterable[Scored], seen: Iterable[Scored]) -> float:
    """The best threshold on unseen sets, of those that lose at most ``MOST_LOST`` of the events of seen ones."""
    known = list(seen)
    bearable = MOST_LOST * sum(len(set(scored.data.gold)) for scored in known)
    losses = {threshold: sum(scored.at(threshold).lost for scored in known) for threshold in THRESHOLDS}
    allowed = [threshold for threshold in THRESHOLDS if losses[threshold] <= bearable] or [THRESHOLDS[-1]]
    return best_threshold(unseen, allowed)


def best_threshold(unseen: Iterable[Scored], allowed: Sequence[float], fixed: bool = False) -> float:
    """The threshold with the best macro B-cubed F, the lowest of equal ones."""
    sets = list(unseen)
    return max(allowed, key=lambda threshold: sum(scored.at(threshold, fixed).f1 for scored in sets))


def _row(name: str, result: Result) -> str:
    percent = (100 * value for value in (result.precision, result.recall, result.f1, result.rand))
    return f"{name:22s}" + "".join(f"{value:8.2f}" for value in percent) + f"{result.lost:6d}{result.left:6d}"


def _table(title: str, results: dict[str, Result]) -> str:
    header = f"{title:22s}{'P':>8s}{'R':>8s}{'F':>8s}{'ARI':>8s}{'lost':>6s}{'dups':>6s}"
    sums = [sum(column) for column in zip(*(astuple(result) for result in results.values()), strict=True)]
    means = [total / len(results) for total in sums[:4]]
    macro = Result(means[0], means[1], means[2], means[3], lost=sums[4], left=sums[5])
    rows = [_row(name, result) for name, result in results.items()]
    return "\n".join([header, *rows, _row("macro / sum", macro)])


def stored(model: PairModel, unseen: dict[str, Result]) -> str:
    """The model as the JSON that ships."""
    weights = zip(NAMES, model.coefficients.tolist(), strict=True)
    return (
        json.dumps(
            {
                "what": "logistic regression: probability that two articles tell one event",
                "rebuild": _REBUILD,
                "trained_on": [*SETS, PAGES, *PAIR_SETS],
                "unseen_bcubed_f1": {name: round(result.f1, 4) for name, result in unseen.items()},
                "threshold": model.threshold,
                "prior": model.prior,
                "intercept": model.intercept,
                "coefficients": [{"feature": name, "weight": weight} for name, weight in weights],
            },
            indent=1,
        )
        + "\n"
    )


def train(folder: Path, pages: Path) -> tuple[PairModel, dict[str, Result], str]:
    """The model with its threshold, its figures on unseen sets, and the report for a person."""
    views: dict[str, list[Labelled]] = {}
    for name in SETS:
        articles, gold = load_set(folder, name)
        drilled = with_drilled_dates(articles, gold)
        variants = (articles, drilled, with_titles_swapped(drilled))
        views[name] = [prepare(name, variant, gold) for variant in variants]
    return fitted(views, page_views(pages), load_judged(folder))


def fitted(
    views: dict[str, list[Labelled]], unrelated: Sequence[Labelled], judged: Sequence[JudgedPairs] = ()
) -> tuple[PairModel, dict[str, Result], str]:
    """What ``train`` gives, from the views of each set (the first is the set as it is) and of the pages."""
    plain = {name: variants[0] for name, variants in views.items()}
    unrelated = list(unrelated)
    unseen = {}
    for name, family in SETS.items():
        others = [view for other, theirs in SETS.items() if theirs != family for view in views[other]]
        unseen[name] = Scored.by(fit(others + unrelated, judged=judged), plain[name])
    everything = [view for variants in views.values() for view in variants]
    model = fit(everything + unrelated, judged=judged)
    seen = {name: Scored.by(model, plain[name]) for name in SETS}
    threshold = choose_threshold(unseen.values(), seen.values())
    model = replace(model, threshold=threshold)
    held_out = {name: scored.at(threshold) for name, scored in unseen.items()}
    one = best_threshold(unseen.values(), THRESHOLDS, fixed=True)
    without = Scored.by(fit(everything, judged=judged), unrelated[0]).at(threshold)
    parts = [[one.part(1 - half, 2) for one in judged] for half in (0, 1)]
    halves = [(k, fit(everything + unrelated, threshold, part)) for k, part in enumerate(parts)]
    lines = [
        f"{name}: {len(data.gold)} articles, {len(set(data.gold))} events, "
        f"{len(data.left) / len(data.gold):.1f} candidates an article, "
        f"{100 * data.recall:.1f} % of true pairs"
        for name, data in plain.items()
    ]
    tables = [
        _table("trained on all sets", {name: scored.at(threshold) for name, scored in seen.items()}),
        _table("trained on the others", held_out),
        _table(f"same, fixed at {one}", {name: scored.at(one, fixed=True) for name, scored in unseen.items()}),
        f"pages merged: {Scored.by(model, unrelated[0]).at(threshold).lost} of {len(unrelated[0].gold)}, "
        f"{without.lost} by a model not trained on them",
        *(_judged(one, model, halves) for one in judged),
    ]
    return model, held_out, "\n".join([*lines, f"default threshold {threshold}", "", *tables])


def _judged(pairs: JudgedPairs, model: PairModel, halves: Sequence[tuple[int, PairModel]]) -> str:
    """How many pairs of one event and of two are joined; by models trained on the other half of the pairs too."""
    same = sum(answer for *_, answer in pairs.judged)
    seen = pairs.joined(model)
    unseen = [sum(counts) for counts in zip(*(pairs.part(half, 2).joined(own) for half, own in halves), strict=True)]
    return (
        f"{pairs.name}: of {same} pairs of one event {seen[0]} are joined ({unseen[0]} by models that did not see "
        f"them), of {len(pairs.judged) - same} of two {seen[1]} ({unseen[1]})"
    )


@command.answered
def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = command.parser("cleaner.train.events", __doc__)
    parser.add_argument("--pages", type=Path, help="pages that tell no events (DATA_DIR/../strip/wcxb.jsonl.xz)")
    default = Path(__file__).resolve().parent.parent / "collapse" / "event" / FILE
    parser.add_argument("--output", type=command.file_to_write, default=default, help="where the model goes")
    options = parser.parse_args(arguments)
    pages = options.pages or options.data.resolve().parent / "strip" / "wcxb.jsonl.xz"
    model, unseen, report = train(options.data, pages)
    options.output.write_text(stored(model, unseen), encoding="utf-8")
    print(report)
    return 0


if __name__ == "__main__":
    sys.exit(main())
