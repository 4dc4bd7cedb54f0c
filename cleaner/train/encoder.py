"""Fits how an encoder's cosine counts: ``python -m cleaner.train.encoder LABELLED=MODEL...``.

Each LABELLED is a file of articles with ``text``, ``title``, ``date`` and ``cluster``, each MODEL the folder of
an encoder that has not seen its texts. Writes the weights into ``encoder.json`` beside the event stage and
prints B-cubed F of each file without and with the encoder. Needs the extras [train] and [encoder].
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path, PurePath

import numpy as np
from numpy.typing import NDArray

from cleaner.collapse.event import EventIndex, Pairs, adapted_threshold, count_scores
from cleaner.collapse.event.brief import MOST
from cleaner.collapse.event.encoder import FILE, Blend, Encoder
from cleaner.collapse.event.grouping import group_reports
from cleaner.commands.command_parser import CommandParser
from cleaner.errors import MissingExtra, UsageError
from cleaner.evaluate.collapse import clusters
from cleaner.evaluate.measures import bcubed
from cleaner.train import command

_REBUILD = "python -m cleaner.train.encoder LABELLED=MODEL..."
_SURE = 1e-6
PENALTY = 100.0


@command.answered
def main(arguments: Sequence[str] | None = None) -> int:
    """Fit, print and write. Raises UsageError for a file or model that is not there."""
    parser = CommandParser(prog="python -m cleaner.train.encoder", description=__doc__)
    parser.add_argument("sets", nargs="+", metavar="LABELLED=MODEL")
    parser.add_argument("--note", default="", help="what the models are, for the file")
    options = parser.parse_args(arguments)
    seen = [_look(*_parts(one)) for one in options.sets]
    blend = _fit([one[1:] for one in seen])
    for (name, pairs, deviations, shorter, truth), encoder in zip(seen, _encoders(options.sets), strict=True):
        encoder.blend = blend
        before = _quality(truth, pairs, pairs.probability)
        after = _quality(truth, pairs, encoder.blended(pairs.probability, deviations, shorter))
        print(f"{name:30} B-cubed F {100 * before:.1f} without, {100 * after:.1f} with the encoder")
    path = Path(sys.modules[Encoder.__module__].__file__ or "").with_name(FILE)
    stored = json.loads(path.read_text(encoding="utf-8"))
    stored["fitted_on"] = f"{', '.join(name for name, *_ in seen)}. {options.note}".strip()
    stored["rebuild"] = _REBUILD
    stored["weights"] = {"base": blend.base, "cosine": blend.cosine, "intercept": blend.intercept}
    path.write_text(json.dumps(stored, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


def _parts(one: str) -> tuple[str, str]:
    path, equals, model = one.partition("=")
    if not equals:
        raise UsageError(f"'{one}' is not LABELLED=MODEL")
    return path, model


def _encoders(sets: Sequence[str]) -> list[Encoder]:
    return [Encoder.load(_parts(one)[1]) for one in sets]


_Seen = tuple[Pairs, NDArray[np.float64], NDArray[np.int32], list[str]]
"""Candidate pairs, deviations of their cosines, tokens of the shorter text of each, and the truth."""


def _look(path: str, model: str) -> tuple[str, Pairs, NDArray[np.float64], NDArray[np.int32], list[str]]:
    articles, truth = clusters(path)
    encoder, index = Encoder.load(model), EventIndex(articles)
    pairs = index.pairs()
    deviations = encoder.deviations(encoder.vectors(articles), pairs.left, pairs.right)
    return PurePath(path).name, pairs, deviations, index.shorter(pairs.left, pairs.right), truth


def _fit(seen: Sequence[_Seen]) -> Blend:
    """Logistic regression on the candidate pairs with a brief; the candidates of every file weigh the same."""
    try:
        from sklearn.linear_model import LogisticRegression
    except ImportError as error:
        raise MissingExtra("scikit-learn", "train", _REBUILD) from error
    rows, answers, weights = [], [], []
    for pairs, deviations, shorter, truth in seen:
        gold = np.array(truth)
        some = np.flatnonzero((pairs.probability > 0) & (shorter < MOST))
        probability = np.clip(pairs.probability[some], _SURE, 1 - _SURE)
        rows.append(np.c_[np.log(probability / (1 - probability)), deviations[some]])
        answers.append(gold[pairs.left[some]] == gold[pairs.right[some]])
        weights.append(np.full(len(some), 1 / max(1, len(deviations))))
    weight = np.concatenate(weights)
    fitted = LogisticRegression(C=PENALTY).fit(
        np.concatenate(rows), np.concatenate(answers), sample_weight=weight * len(weight) / weight.sum()
    )
    base, cosine = (round(float(value), 3) for value in fitted.coef_[0])
    return Blend(base, cosine, round(float(fitted.intercept_[0]), 3))


def _quality(truth: list[str], pairs: Pairs, probability: NDArray[np.float64]) -> float:
    threshold = adapted_threshold(count_scores(probability))
    labels = group_reports(len(truth), pairs.left, pairs.right, probability, threshold)
    return bcubed(truth, labels.tolist()).f1


if __name__ == "__main__":
    sys.exit(main())
