"""Sentences of stored text that carry on a paragraph that stays, though the model holds each for less likely body.

The line model sees where in the text a line stands and what is cut beside it: the last sentences of a short article
between a box and the comments look to it like those of a box. A sentence right below or above a paragraph of the
body, or below one with nothing but a box of the site between, is body unless the model is all but sure. So are a few
lines of any shape amid as many that stay on either side (``amid``): items of lists, subheads; and what was taken for
the headline below some sentences of the text (``is_amid_text``).
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence

import regex

from cleaner import sentence_marks
from cleaner.sentence_marks import ARMENIAN_STOP, ETHIOPIC_STOP, URDU_STOP
from cleaner.strip.judgement import UNSURE, Outlook, Verdict
from cleaner.strip.prose import Reading, ends_in_letter_of_unmarked

BELOW = 0.1
"""Probability from which a sentence right below such a paragraph carries it on."""
ABOVE = 0.2
"""As BELOW, for one right above it."""
PAST_BOX = 0.2
"""As BELOW, where a box stands between. On 545 development pages of stored lines the three add .6 points of recall in
words and take .5 of precision: half of the words added are body."""
MAX_AMID = 3
AMID = 0.2
"""Lines of any shape amid as many that stay on either side, and the probability from which they do, too. Seven in ten
of these on the development pages' stored lines are body."""
MAX_BOX = 5
"""Lines of a box between two paragraphs."""
PARAGRAPH_WORDS, MIN_WORDS = 8, 3
"""Words of a paragraph that stays, and of a sentence that carries it on."""
UNMARKED_WORDS = 6
"""As MIN_WORDS, in a script whose sentences end without a mark."""
SENTENCES_ABOVE, SENTENCE_WORDS = 2, 3
"""Sentences that stay above what was taken for the headline, from which on it is a head amid the text, and the words of
one. On the development pages' stored lines, told by models of sites held out, 30 such lines stay, 14 of them body: F1
of the words moves by +.0004 to -.0006."""
FULL_STOPS = (*sentence_marks.FULL_STOPS, URDU_STOP, ARMENIAN_STOP, ETHIOPIC_STOP)
"""Ends of sentences, those of questions and of what is cut off not among them: teasers end in these."""
SHAPES = frozenset((*UNSURE, "headline"))
SHORT_TEXT, MAX_KNOWN, UNTOUCHED = 40, 0.1, 0.2
"""Lines of a text that may be no page but a poem, a note or a read-me; the share of them (one in any case) that rules
know for boxes in a text that comes from no page; and the probability from which the rest of it stays."""
MIN_ONLY, ONLY = 3, 0.09
"""Lines in a row that no rule knows and their mean probability, from which they stay where else nothing would: lyrics,
lists and tables of results between buttons. Of 1,095 development pages without their body 65 leave no text; 30 of these
leave some lines by this."""
_OPEN_END = regex.compile(r"(?:[:：;；…]|\.\.)[\"'\p{Pe}\p{Pf}\p{Pi}]*$")
"""The end of a line that announces something or was cut off."""


def lines_of(
    lines: Sequence[str],
    reading: Reading,
    body: Sequence[float],
    labels: Sequence[str | None],
    in_text: Collection[str],
) -> list[int]:
    """The lines, in order, of those that the model cut (``labels``: None for one that stays) that carry on the text.

    ``body`` is for each line the probability that it is body, ``in_text`` the labels of boxes that sites set between
    the paragraphs of a text.
    """
    found: set[int] = set()
    above: int | None = None
    box = False
    for i, label in enumerate(labels):
        if label is None:
            beside = above is not None and (above == i - 1 or box)
            above = i if reading.is_prose(i, PARAGRAPH_WORDS) or (beside and reading.ends[i]) else None
            box = False
        elif above is not None and i - above > MAX_BOX + 1:
            above = None
        elif label in in_text:
            box = True
        elif label != "model":
            above = None
        elif above is not None and (above == i - 1 or box):
            least = BELOW if above == i - 1 else PAST_BOX
            if body[i] >= least and _is_sentence(lines[i], reading, i):
                found.add(i)
                above, box = i, False
    for i in range(len(lines) - 2, -1, -1):
        if labels[i] != "model" or i in found or not reading.is_prose(i + 1, PARAGRAPH_WORDS):
            continue
        stays_below = labels[i + 1] is None or i + 1 in found
        if stays_below and body[i] >= ABOVE and _is_sentence(lines[i], reading, i):
            found.add(i)
    return sorted(found)


def amid(body: Sequence[float], labels: Sequence[str | None]) -> list[int]:
    """Lines in runs of at most MAX_AMID that the model cut amid as many that stay on either side."""
    found: list[int] = []
    runs = [(up, len(list(group))) for up, group in itertools.groupby(label is None for label in labels)]
    start = 0
    for at, (up, number) in enumerate(runs):
        here = range(start, start + number)
        start += number
        if up or number > MAX_AMID or not 0 < at < len(runs) - 1 or number > min(runs[at - 1][1], runs[at + 1][1]):
            continue
        if all(labels[i] == "model" and body[i] >= AMID for i in here):
            found += here
    return found


def untouched(outlook: Outlook, verdicts: Sequence[Verdict | None]) -> list[int]:
    """The lines that were cut for their shape alone from a short text of which so most would go, though hardly one is
    known for a box."""
    if outlook.split or len(verdicts) > SHORT_TEXT:
        return []
    known = sum(verdict is not None and verdict.label not in SHAPES for verdict in verdicts)
    kept = sum(verdict is None for verdict in verdicts)
    if known > max(1, MAX_KNOWN * len(verdicts)) or 2 * kept >= len(verdicts):
        return []
    return [i for i, verdict in enumerate(verdicts) if _is_by_shape(verdict) and outlook.body[i] >= UNTOUCHED]


def only(outlook: Outlook, verdicts: Sequence[Verdict | None]) -> list[int]:
    """The lines that were cut for their shape alone, in rows of several, from a text of which nothing would be left."""
    if outlook.split or any(verdict is None for verdict in verdicts):
        return []
    found: list[int] = []
    for by_shape, group in itertools.groupby(range(len(verdicts)), lambda i: _is_by_shape(verdicts[i])):
        row = [i for i in group if by_shape]
        if len(row) >= MIN_ONLY and sum(outlook.body[i] for i in row) >= ONLY * len(row):
            found += row
    return found


def _is_by_shape(verdict: Verdict | None) -> bool:
    return verdict is not None and verdict.label in UNSURE


def begins(verdicts: Sequence[Verdict | None]) -> bool:
    """Whether the first line of a text without a headline was cut by the model alone, and the next one stays.

    It is the headline or the first line, so it stays: of 21 of these on 1,828 development pages' stored lines 18 are
    body.
    """
    return len(verdicts) > 1 and verdicts[0] is not None and verdicts[0].label == "model" and verdicts[1] is None


def is_amid_text(headline: int, lines: Sequence[str], reading: Reading, verdicts: Sequence[Verdict | None]) -> bool:
    """Whether sentences stay above the line taken for the headline: it is a head of the text, and part of it."""
    above = (i for i in range(headline) if verdicts[i] is None and reading.words[i] >= SENTENCE_WORDS)
    return sum(lines[i].endswith(FULL_STOPS) for i in above) >= SENTENCES_ABOVE


def _is_sentence(line: str, reading: Reading, at: int) -> bool:
    if reading.ends[at]:
        return reading.words[at] >= MIN_WORDS and _OPEN_END.search(line[-8:]) is None
    return reading.words[at] >= UNMARKED_WORDS and ends_in_letter_of_unmarked(line)
