"""Stored text that was broken at every link and bold word: its lines joined for reading, one verdict for all.

A page's text nodes, each on a line, are what ``get_text("\\n")`` of Beautiful Soup and the like give: "The council of",
"Braunsburg", ", which met on Tuesday". Read line by line, half of such a paragraph is no body. A network tells
behind which lines the sentence goes on (``break_features``; ``python -m cleaner.train.inline_breaks DATA_DIR`` trains
it). Only the models and the rules see the joined lines; the article and its cuts keep the lines as they were stored.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import regex
from numpy.typing import NDArray

from cleaner import scripts
from cleaner.strip.features import break_features
from cleaner.strip.features.break_features import CLOSING, COLON, COMMA, OPENING, STOP, class_of
from cleaner.strip.reading.blocks import Block, merged
from cleaner.strip.weights import convolutions, weight_files

LEAST_ODDS = 0.0
"""Log-odds from which a line is taken to go on in the next one."""
MOST_LINES, MOST_JOINED = 100_000, 500
"""Lines of a text that the network is asked about, and of a paragraph: no page has so many, and what has them was made
to take memory."""
_WIDE = regex.compile(f"[{scripts.WIDE}]")


def joined(lines: Sequence[Block]) -> tuple[list[Block], list[int]]:
    """The lines with those joined that are parts of one paragraph, and for each as stored the one that it went into.

    A text none of whose lines may begin amid a sentence comes back as it is. Nothing is joined across a blank line, and
    no sentence to one that has ended.
    """
    texts = [line.text for line in lines]
    if len(texts) > MOST_LINES or not may_begin_amid(texts):
        return list(lines), list(range(len(lines)))
    into, start = [0], 0
    for at, on in enumerate(log_odds(texts) >= LEAST_ODDS, 1):
        is_own = lines[at].gap or break_features.begins_anew(texts[at - 1], texts[at]) or at - start == MOST_JOINED
        if is_own or not on:
            start = at
        into.append(into[-1] + (start == at))
    return merged(lines, into, together), into


def may_begin_amid(texts: Sequence[str]) -> bool:
    """Whether some line of a text may begin amid a sentence; the network is asked about no other text."""
    return any(itertools.starmap(break_features.may_go_on, itertools.pairwise(texts)))


def log_odds(texts: Sequence[str]) -> NDArray[np.float64]:
    """For each line but the last the log-odds that its sentence goes on in the next."""
    return convolutions.mean_log_odds(
        weight_files.networks("inline_breaks"), break_features.of_breaks(texts, break_features.shipped_words())
    )


def together(parts: Sequence[str]) -> str:
    """One line of parts of a sentence, with a space where there would be one."""
    line = parts[0]
    for part in parts[1:]:
        tight = class_of(part[0]) in (STOP, COMMA, COLON, CLOSING) or class_of(line[-1]) == OPENING
        wide = _WIDE.match(line[-1]) is not None and _WIDE.match(part) is not None
        line += part if tight or wide else f" {part}"
    return line
