"""The models that tell body lines of stored text, evaluated: one probability a line.

Trees over all lines, for languages of ``gram_features.LANGUAGES`` others that know their wording too, and networks
that read each line amid its text. ``python -m cleaner.train.strip DATA_DIR`` makes the weights of the first, ``python
-m cleaner.train.known_lines DATA_DIR`` those of the others.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cleaner.strip import features
from cleaner.strip.features import gram_features
from cleaner.strip.reading.blocks import Block
from cleaner.strip.rules import Rule, count_words
from cleaner.strip.weights import convolutions, weight_files
from cleaner.strip.weights.trees import share_of

TEXT_GROUPS = "text words rules neighbours windows position".split()
KNOWN_GROUPS = [*TEXT_GROUPS, "grams"]
TEXT_THRESHOLD = 0.3
"""Probability from which a single sentence, of a text without lines, is body. Tuned as LINE_THRESHOLD."""
LINE_THRESHOLD = 0.35
"""Probability from which a line is body. On sites held out within .001 of the better of .35 and .4 for each set of
articles."""
SHORT_WORDS, SHORT_THRESHOLD = 100, 0.15
"""Words of body that a text is expected to have, below which its lines are body from this probability on: of a brief
among menus the models are less sure. On sites held out, of the 38 texts expected to have fewer than 80 the words are
told with F1 .532 instead of .458; fundus_eval gains .6 points, wcxb's other kinds .4, no set loses .05. With 150 words
magic_article loses .3."""
NETWORK_SHARE = 0.5
"""What the log-odds by the networks weigh beside those by the trees. On sites held out .7 tells each set .001 to .003
better than half, but terms and a Japanese quotation of the tests lose a line."""
SURE_LINE = 0.5
"""Probability from which the model without wording bounds what both say: lists of names and texts of odd words are not
like what the labelled lines say. On sites held out it costs .3 points of readability's F1 and gains .06 of wcxb's
articles against .8."""
SURE_ALONE = 0.9
"""Likewise beside the networks, which read such lists in context. On sites held out from .5 on it costs fundus_eval .5
points of F1 and magic_article 1.2, from .9 on none."""
LEAST = 1e-6
"""No probability is taken for nearer to 0 or 1."""


def threshold_of(body: NDArray[np.float64], lines: Sequence[Block]) -> float:
    """The probability from which the lines of a stored text are body; ``body`` is that of each."""
    words = np.fromiter((count_words(line.text) for line in lines), np.float64, len(lines))
    return SHORT_THRESHOLD if words @ body < SHORT_WORDS else LINE_THRESHOLD


def line_probability(
    lines: Sequence[Block], rules: Sequence[Rule | None], language: str | None = None, in_context: bool = True
) -> NDArray[np.float64]:
    """For each line of stored text the probability that it is body; ``rules`` holds for each the rule that matches it
    anywhere.

    Where the ``language`` is one of ``gram_features.LANGUAGES`` the lines' wording counts too. Single sentences of a
    text without lines are not what is learned of lines in their context (not ``in_context``).
    """
    if not lines:
        return np.zeros(0)
    groups = features.of_text(lines, rules)
    rows = features.stack(groups, TEXT_GROUPS)
    body = both = weight_files.trees("text").probability(rows)
    odds = None
    if language in gram_features.LANGUAGES:
        odds = gram_features.log_odds([line.text for line in lines], gram_features.shipped())
        groups = features.of_known_text(groups, odds)
        both = together(body, weight_files.trees("known_text").probability(features.stack(groups, KNOWN_GROUPS)))
    if not in_context:
        return both
    return with_networks(body, both, convolutions.mean_log_odds(
        weight_files.networks("text_networks"), features.in_context(rows, groups.get("grams"))
    ))


def together(body: NDArray[np.float64], worded: NDArray[np.float64]) -> NDArray[np.float64]:
    """What two models say of lines, their log-odds averaged; SURE_LINE bounds it from below."""
    one, other = (np.clip(share, LEAST, 1 - LEAST) for share in (body, worded))
    both = 1 / (1 + np.sqrt((1 - one) * (1 - other) / (one * other)))
    return np.where(body >= SURE_LINE, np.maximum(body, both), both)


def with_networks(
    body: NDArray[np.float64], trees_say: NDArray[np.float64], odds: NDArray[np.float64]
) -> NDArray[np.float64]:
    """What trees and networks say of lines: the mean of their log-odds, weighed by NETWORK_SHARE.

    ``body`` is what the trees without wording say, by which SURE_ALONE bounds it from below, ``trees_say`` what those
    with it do, ``odds`` the log-odds by the networks.
    """
    share = np.clip(trees_say, LEAST, 1 - LEAST)
    both = share_of((1 - NETWORK_SHARE) * np.log(share / (1 - share)) + NETWORK_SHARE * odds)
    return np.where(body >= SURE_ALONE, np.maximum(body, both), both)
