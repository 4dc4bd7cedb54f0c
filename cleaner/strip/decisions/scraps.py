"""Short lines that go, or stay, for where they stand: buttons of a share bar, promises of a box, what is left over.

All constants are set by hand, by the cases of tests/cases/stored.toml; what the ``scrap`` steps cut of body and of
boilerplate ``python -m cleaner.train.steps --unseen`` counts.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from cleaner.strip.judgement import SURE, Outlook, Verdict
from cleaner.strip.prose import Reading

SCRAP_WORDS = 8
"""A line below the last paragraph with no more words and no sentence end is not body."""
BUTTON_WORDS = 2
"""Words of a line that is one button of a share bar."""
FIELD = "field"
"""The end of the names of rules for fields to fill in, which comment forms and newsletter boxes share."""
PROMISE_WORDS = 16
"""Words of the line between the head of a sign-up box and its field."""
LISTED = 0.4
"""Probability from which a short line right below a paragraph of stored text belongs to it."""
LISTED_AFTER_COLON = 0.2
"""As LISTED, below a line that announces a list: that model sees names and figures by themselves."""
MIN_LISTED = 3


def spread_bars(reading: Reading, body: Sequence[float], verdicts: list[Verdict | None]) -> None:
    """Cut the names of one or two words that follow a share line: the networks of its buttons."""
    bar: Verdict | None = None
    for i, verdict in enumerate(verdicts):
        if verdict is not None:
            label = verdict.label
            bar = verdict if label == "share" else bar if label == "model" else None
        elif bar is not None and reading.words[i] <= BUTTON_WORDS and not reading.ends[i] and body[i] < SURE:
            verdicts[i] = Verdict(bar.rule)
        else:
            bar = None


def drop_promises(reading: Reading, body: Sequence[float], verdicts: list[Verdict | None]) -> None:
    """Cut a line without a sentence end between the head of a sign-up box and its field, which rules have cut."""
    for i in range(1, len(verdicts) - 1):
        above, below = verdicts[i - 1], verdicts[i + 1]
        if (
            verdicts[i] is None
            and above is not None
            and below is not None
            and above.label == "subscribe"
            and below.rule.endswith(FIELD)
            and not reading.ends[i]
            and reading.words[i] <= PROMISE_WORDS
            and body[i] < SURE
        ):
            verdicts[i] = Verdict(above.rule)


def drop_above(
    reading: Reading, body: Sequence[float], first: int, verdicts: list[Verdict | None], sentences: bool
) -> None:
    """Cut what stands above the headline and is no paragraph (nor, unless ``sentences``, ends like a sentence), unless
    the model is sure of it.

    Where more would go than is left below, the line that was taken for the headline is one of a list. Of stored text
    sentences stay: of those that the models of sites held out keep there 236 are body and 118 are not.
    """
    headlines = [i for i in range(first) if (verdict := verdicts[i]) is not None and verdict.label == "headline"]
    at = max(headlines, default=0)
    is_text = reading.is_prose if sentences else reading.ends.__getitem__
    above = [i for i in range(at) if verdicts[i] is None and body[i] < SURE and not is_text(i)]
    below = sum(reading.words[i] for i in range(at, len(verdicts)) if verdicts[i] is None)
    if sum(reading.words[i] for i in above) <= below:
        for i in above:
            verdicts[i] = Verdict("scrap.above")


def announced(
    lines: Sequence[str], reading: Reading, outlook: Outlook, verdicts: list[Verdict | None]
) -> Collection[int]:
    """The short lines below a kept one that ends in a colon, which stay with it."""
    found: set[int] = set()
    for i, line in enumerate(lines):
        if not line.endswith((":", "：")) or verdicts[i] is not None or outlook.body[i] < LISTED:
            continue
        end = i + 1
        while (
            end < len(lines)
            and reading.words[end] <= SCRAP_WORDS
            and outlook.body[end] >= LISTED_AFTER_COLON
            and ((verdict := verdicts[end]) is None or verdict.label == "model")
        ):
            end += 1
        if end - i > MIN_LISTED:
            found.update(range(i + 1, end))
    for i in found:
        verdicts[i] = None
    return found


def drop_below(
    reading: Reading, body: Sequence[float], first: int, listed: Collection[int], verdicts: list[Verdict | None]
) -> None:
    """Cut the short lines below the last paragraph, up to one that the model is sure of.

    What follows that paragraph with nothing cut between is the list that it ends in, as far as it is body.
    """
    number = len(verdicts)
    last = first
    for i in range(number - 1, first, -1):
        if verdicts[i] is None and (reading.ends[i] or reading.words[i] > SCRAP_WORDS):
            last = i
            break
    last = max([last, *listed])
    while last + 1 < number and verdicts[last + 1] is None and body[last + 1] >= LISTED:
        last += 1
    for i in range(number - 1, last, -1):
        if verdicts[i] is not None:
            continue
        if body[i] >= SURE:
            break
        verdicts[i] = Verdict("scrap.below")
