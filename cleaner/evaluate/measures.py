"""Measures of the field for clusterings and for extracted text.

A clustering is a sequence of labels, one an item: any hashable values, equal ones mean one cluster. Gold
and predicted labels are compared item by item and need not be of one type.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from typing import NamedTuple

SHINGLE = 4
_WORD = re.compile(r"\w+")

Labels = Sequence[Hashable]


class Scores(NamedTuple):
    """Precision, recall and their harmonic mean, each in 0..1."""

    precision: float
    recall: float
    f1: float


def _scores(precision: float, recall: float) -> Scores:
    total = precision + recall
    return Scores(precision, recall, 2 * precision * recall / total if total else 0.0)


def _check(gold: Labels, predicted: Labels) -> None:
    if len(gold) != len(predicted):
        raise ValueError(f"{len(gold)} gold labels but {len(predicted)} predicted ones")


def bcubed(gold: Labels, predicted: Labels) -> Scores:
    """B-cubed precision, recall and F1.

    An item's precision is the share of its predicted cluster that has its gold label, its recall the share
    of its gold cluster that has its predicted label; both are averaged over items. Bagga and Baldwin,
    "Algorithms for scoring coreference chains", LREC 1998; Amigó, Gonzalo, Artiles and Verdejo, "A
    comparison of extrinsic clustering evaluation metrics based on formal constraints", Information
    Retrieval 12, 2009. No items score 1. Raises ValueError for lists of different lengths.
    """
    _check(gold, predicted)
    if not gold:
        return Scores(1.0, 1.0, 1.0)
    golds, predictions, both = Counter(gold), Counter(predicted), Counter(zip(gold, predicted, strict=True))
    precision = math.fsum(count * count / predictions[p] for (_, p), count in both.items()) / len(gold)
    recall = math.fsum(count * count / golds[g] for (g, _), count in both.items()) / len(gold)
    return _scores(precision, recall)


def _pairs(counts: Iterable[int]) -> int:
    return sum(count * (count - 1) // 2 for count in counts)


def pair_scores(gold: Labels, predicted: Labels) -> Scores:
    """Precision, recall and F1 over pairs of items of one cluster; 1 where there is no such pair.

    Large clusters count for more than their items: read it beside ``bcubed``. Raises ValueError for
    lists of different lengths.
    """
    _check(gold, predicted)
    joint = _pairs(Counter(zip(gold, predicted, strict=True)).values())
    wanted, made = _pairs(Counter(gold).values()), _pairs(Counter(predicted).values())
    return _scores(joint / made if made else 1.0, joint / wanted if wanted else 1.0)


def adjusted_rand(gold: Labels, predicted: Labels) -> float:
    """Rand index corrected for chance: 1 for equal clusterings, about 0 for random ones.

    Hubert and Arabie, "Comparing partitions", Journal of Classification 2, 1985. Two clusterings that
    both put every item alone (or all together) are equal: 1. Raises ValueError for lists of different
    lengths.
    """
    _check(gold, predicted)
    joint = _pairs(Counter(zip(gold, predicted, strict=True)).values())
    wanted, made = _pairs(Counter(gold).values()), _pairs(Counter(predicted).values())
    possible = _pairs([len(gold)])
    expected = wanted * made / possible if possible else 0.0
    best = (wanted + made) / 2
    return 1.0 if best == expected else (joint - expected) / (best - expected)


def _kept(gold: Labels, predicted: Labels, canonical: Iterable[int]) -> Counter[Hashable]:
    """How many canonicals each gold event has; checks that every predicted cluster has exactly one."""
    _check(gold, predicted)
    kept = sorted(canonical)
    if Counter(predicted[i] for i in kept) != Counter(set(predicted)):
        raise ValueError("canonical must hold the index of exactly one item of every predicted cluster")
    return Counter(gold[i] for i in kept)


def events_lost(gold: Labels, predicted: Labels, canonical: Iterable[int]) -> int:
    """Gold events of which no article is kept, when only the canonical of each cluster is.

    ``canonical`` holds the index of one item of every predicted cluster. Raises ValueError if it does
    not, or for lists of different lengths.
    """
    return len(set(gold)) - len(_kept(gold, predicted, canonical))


def duplicates_left(gold: Labels, predicted: Labels, canonical: Iterable[int]) -> int:
    """Canonicals beyond the first of each gold event: articles that should have been merged away.

    Arguments and errors as for ``events_lost``.
    """
    return sum(count - 1 for count in _kept(gold, predicted, canonical).values())


def longest_canonicals(predicted: Labels, lengths: Sequence[float]) -> list[int]:
    """The index of the longest item of every predicted cluster, the first of equal ones, ascending.

    Stands in for the choice of a canonical where only labels are scored. Raises ValueError for lists of
    different lengths.
    """
    _check(predicted, lengths)
    best: dict[Hashable, int] = {}
    for index, label in enumerate(predicted):
        if label not in best or lengths[index] > lengths[best[label]]:
            best[label] = index
    return sorted(best.values())


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    if not words:
        return Counter()
    return Counter(tuple(words[i : i + SHINGLE]) for i in range(max(1, len(words) - SHINGLE + 1)))


def _page(gold_text: str, text: str) -> tuple[float, float, float]:
    """Shares of shingles that are right, too many and missing: they sum to 1 unless both texts are empty."""
    gold, found = _shingles(gold_text), _shingles(text)
    right = (gold & found).total()
    extra, missing = found.total() - right, gold.total() - right
    total = right + extra + missing
    return (right / total, extra / total, missing / total) if total else (0.0, 0.0, 0.0)


def corpus_shingle_scores(golds: Sequence[str], texts: Sequence[str]) -> Scores:
    r"""Precision, recall and F1 of extracted texts by shingles of four ``\w+`` tokens.

    The measure of scrapinghub's article-extraction-benchmark (2020): multisets of shingles per page (a
    text of fewer than four tokens is one shingle), precision and recall averaged over pages, F1 of the
    two averages. A page without a shingle found has no precision and one without a gold shingle no
    recall: it is left out of that average, as there. No page at all scores 1. Raises ValueError for
    lists of different lengths.
    """
    if len(golds) != len(texts):
        raise ValueError(f"{len(golds)} gold texts but {len(texts)} texts")
    pages = [_page(gold, text) for gold, text in zip(golds, texts, strict=True)]
    precisions = [right / (right + extra) for right, extra, _ in pages if right + extra]
    recalls = [right / (right + missing) for right, _, missing in pages if right + missing]
    precision = math.fsum(precisions) / len(precisions) if precisions else 1.0
    recall = math.fsum(recalls) / len(recalls) if recalls else 1.0
    return _scores(precision, recall)


def shingle_scores(gold_text: str, text: str) -> Scores:
    """``corpus_shingle_scores`` of one page."""
    return corpus_shingle_scores([gold_text], [text])


def corpus_word_scores(golds: Sequence[str], texts: Sequence[str]) -> Scores:
    """Means over pages of the precision, recall and F1 of their words, as bags and in lower case.

    The measure of the Web Content Extraction Benchmark (WCXB). An empty gold is met by an empty text only. No pages
    score 1. Raises ValueError for lists of different lengths.
    """
    _check(golds, texts)
    if not golds:
        return Scores(1.0, 1.0, 1.0)
    pages = [_words_of_page(gold, text) for gold, text in zip(golds, texts, strict=True)]
    return Scores(*(math.fsum(values) / len(pages) for values in zip(*pages, strict=True)))


def _words_of_page(gold_text: str, text: str) -> Scores:
    gold, found = Counter(_WORD.findall(gold_text.lower())), Counter(_WORD.findall(text.lower()))
    if not gold or not found:
        return _scores(*[float(gold == found)] * 2)
    shared = (gold & found).total()
    return _scores(shared / found.total(), shared / gold.total())
