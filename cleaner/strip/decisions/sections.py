"""Sections: a recognised head, and how far what stands below it goes with it.

Constants without figures of their own are set by hand, by the cases of tests/cases/stored.toml and of the languages;
what sections cut of body and of boilerplate, by the label of their head, ``python -m cleaner.train.steps --unseen``
counts.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from itertools import accumulate

from cleaner.strip.judgement import SURE, Outlook, Verdict
from cleaner.strip.prose import STRONG_WORDS, Reading
from cleaner.strip.reading.blocks import Outline
from cleaner.strip.rules import Rule
from cleaner.strip.structure.boxes import section_boxes

GOES_ON, GOES_ON_WORDS = 0.9, 20
"""The model's probability and the words of a paragraph that show that the body goes on."""
SENTENCE_WORDS = 4
"""Words of a line that ends a box where the article goes on below it."""
MAX_ITEMS = 3
"""Lines of a box of stored text above a paragraph that is the article's again, as no other sentence follows soon."""
LOOK_BELOW = 6
"""Lines below it among which teasers of further items would be."""
DOUBTED = 0.25
"""Probability from which a sentence that was cut may be such a teaser; notices are less."""
OPEN = (":", "…", "：")
"""Ends of lines that announce something or were cut off."""
OF_TEXT = ("related", "navigation", "promo", "sources")
"""Labels of heads whose wording ("Poll", "See also") may be that of a heading of the text."""
CLOSING = ("comments", "author")
"""Labels of sections that hold other people's prose."""
LEAST_PROSE = {"comments": 1, "author": 3}
"""Paragraphs right below such a head, of which as of all below the model is sure, that make it one of the text: of a
thread the names and dates between the comments go, or its head counts them; an author's lines are few. No head of the
development pages is one: these guard essays with a part called "Comments". Set by hand. In stored text a head of
comments is never one: a thread whose names were lost there reads the same."""

MOST_OF_TEXT, TEXT = 0.5, 0.6
"""Share of what stands of a stored text, and the mean probability of its words, from which what a head would take is
the text itself: the items of a listing below "Popular". Sites held out, one listing is kept for it, at .5 a list of
videos too. What the model holds for body below a head of comments is a thread too often to stay."""


def lines_of(
    lines: Sequence[str],
    reading: Reading,
    standing: Sequence[bool],
    heads: Mapping[int, Rule],
    body: Sequence[float],
    page: Outline | None = None,
    headline: int = -1,
) -> dict[int, str]:
    """Which standing lines go with a section head above them, each with the name of the head's rule.

    A section ends where prose goes on: at a paragraph of STRONG_WORDS or of which the model (``body``) is
    sure, or at two paragraphs in a row; on a ``page`` of HTML where the head's box ends, too. Below a comment form or
    an author box it is other people's prose: there the article goes on only if most of it is still to come. In stored
    text a head above all that stays may be a word of the menu ("Latest", "About me"): ``_end_of_menu``, for which
    ``headline`` is the line of that, -1 where none is known. Each line is looked at once.
    """
    if not heads:
        return {}
    words = [n if up else 0 for n, up in zip(reading.words, standing, strict=True)]
    prose = [up and reading.is_prose(i) for i, up in enumerate(standing)]
    so_far = [0, *accumulate(words)]
    prose_so_far = [0, *accumulate(n if is_paragraph else 0 for n, is_paragraph in zip(words, prose, strict=True))]
    strong = [
        p and (n >= STRONG_WORDS or (n >= GOES_ON_WORDS and share >= GOES_ON))
        for p, n, share in zip(prose, words, body, strict=True)
    ]

    def is_sentence(i: int) -> bool:
        return standing[i] and reading.is_prose(i, SENTENCE_WORDS)

    boxes = section_boxes.Page(page, body, is_sentence, prose) if page is not None else None
    found: dict[int, str] = {}
    taken = 0
    done = 0
    order = sorted(heads)
    for at, following in zip(order, [*order[1:], None], strict=True):
        closing = heads[at].label in CLOSING and so_far[at] - taken >= prose_so_far[-1] - prose_so_far[at]
        if at < done and not closing:
            continue
        start = max(at + 1, done)
        end = len(standing) if closing else _end(start, standing, prose, strong)
        if boxes is not None and not (closing and boxes.is_amid_text(at)):
            end = min(end, max(start, boxes.end(at)))
        elif boxes is None and not closing and heads[at].label in OF_TEXT:
            until = end if following is None else following
            end = min(end, _lone(lines, start, until, reading, standing, body) or end)
        if boxes is None and not so_far[at]:
            end = _end_of_menu(start, end, headline, standing, body)
        of_head = [i for i in range(start, end) if standing[i]]
        if boxes is None and _is_text(of_head, heads[at].label, reading.words, body, so_far[-1]):
            continue
        for i in of_head:
            found[i] = heads[at].name
            taken += words[i]
        done = max(done, end)
    return found


def _is_text(of_head: Sequence[int], label: str, words: Sequence[int], body: Sequence[float], whole: int) -> bool:
    """Whether what stands below a head of stored text is the text itself, by what the model says of its words.

    ``whole`` is the number of words of all lines that stand.
    """
    if label in CLOSING:
        return False
    own = sum(words[i] for i in of_head)
    return own > MOST_OF_TEXT * whole and sum(words[i] * body[i] for i in of_head) >= TEXT * own


def _end(start: int, standing: Sequence[bool], prose: Sequence[bool], strong: Sequence[bool]) -> int:
    """The line at which prose goes on, the number of lines if it does not."""
    before: int | None = None
    for i in range(start, len(standing)):
        if strong[i] or (prose[i] and before is not None):
            return i if before is None else before
        before = i if prose[i] else None
    return len(standing)


def _end_of_menu(start: int, end: int, headline: int, standing: Sequence[bool], body: Sequence[float]) -> int:
    """Where a section ends whose head stands above all that stays of a stored text.

    At the ``headline``, and at the first line of which the model is sure; if more than MAX_ITEMS lines that do not stay
    are right below the head, none that stays is of it.
    """
    first = next((i for i in range(start, end) if standing[i]), end)
    if first - start > MAX_ITEMS:
        return start
    return next((i for i in range(start, end) if i == headline or (standing[i] and body[i] >= SURE)), end)


def headings(
    lines: Sequence[str],
    reading: Reading,
    outlook: Outlook,
    verdicts: Sequence[Verdict | None],
    heads: Container[int],
) -> list[int]:
    """The lines cut for the wording of such a head that are headings of the text: prose is right below each.

    On a page of HTML they are headings by their element, and the model holds head and paragraph for body; of stored
    text only ``heads`` of sections are asked. On 1,941 development pages, judged by models that have not seen their
    site, 6 lines are body and 3 are not (see ``structure`` for these figures).
    """
    page, body = outlook.page, outlook.body
    found: list[int] = []
    closing: dict[int, str] = {}
    for i, verdict in enumerate(verdicts[:-1]):
        if verdict is None or verdict.score is not None or i in outlook.elsewhere:
            continue
        if verdict.label in CLOSING and i in heads:
            closing[i] = verdict.label
        if verdict.label not in OF_TEXT:
            continue
        if verdicts[i + 1] is not None or not reading.is_prose(i + 1) or lines[i + 1].endswith(OPEN):
            continue
        if page is None:
            if i in heads and body[i] >= outlook.threshold and not reading.ends[i]:
                found.append(i)
        elif body[i] >= outlook.threshold and body[i + 1] >= SURE and section_boxes.is_heading(page, i):
            found.append(i)
    return [*found, *(_headings_of_prose(closing, lines, reading, outlook, verdicts) if closing else ())]


def _headings_of_prose(
    closing: Mapping[int, str],
    lines: Sequence[str],
    reading: Reading,
    outlook: Outlook,
    verdicts: Sequence[Verdict | None],
) -> list[int]:
    """Those of the heads of comments or of an author, ``closing`` with their labels, that are headings of the text.

    The model is sure of all that stays below. On a page of HTML the last paragraph above is in the same element.
    """
    page, body = outlook.page, outlook.body
    doubted = max((i for i, verdict in enumerate(verdicts) if verdict is None and body[i] < SURE), default=-1)

    def is_level(i: int, label: str) -> bool:
        if page is None:
            return label != "comments"
        above = (other for other in range(i - 1, -1, -1) if verdicts[other] is None and reading.is_prose(other))
        return section_boxes.is_heading(page, i) and page.around(i) == next(map(page.around, above), -1)

    return [
        i
        for i, label in closing.items()
        if i >= doubted and _heads_prose(i, label, lines[i], reading, verdicts) and is_level(i, label)
    ]


def _heads_prose(at: int, label: str, line: str, reading: Reading, verdicts: Sequence[Verdict | None]) -> bool:
    """Whether as many paragraphs stand right below a head of this label as show that it heads a part of the text."""
    least = LEAST_PROSE[label]
    below = range(at + 1, min(at + 1 + least, len(verdicts)))
    paragraphs = sum(verdicts[i] is None and reading.is_prose(i) for i in below)
    return paragraphs == least and not any(char.isdigit() for char in line)


def _lone(
    lines: Sequence[str], start: int, end: int, reading: Reading, standing: Sequence[bool], body: Sequence[float]
) -> int | None:
    """The first of the sentences, in one run, that follow a few items below a head of stored text; None if others do.

    Teasers come by turns with their titles, and as many of them as there are titles. Titles may be questions.
    """

    def is_sentence(i: int) -> bool:
        return reading.is_prose(i, SENTENCE_WORDS)

    def is_paragraph(i: int) -> bool:
        asks = lines[i].endswith((*section_boxes.ASKING, *OPEN)) and (body[i] < SURE or not reading.is_prose(i))
        return standing[i] and is_sentence(i) and not asks

    first = next((i for i in range(start, min(start + MAX_ITEMS + 1, end)) if standing[i] and is_sentence(i)), None)
    if first is None or not is_paragraph(first) or (first == start and not reading.is_prose(first)):
        return None
    below = first + 1
    while below < end and is_paragraph(below):
        below += 1
    others = range(below, min(below + LOOK_BELOW, end))
    return None if any(is_sentence(i) and (standing[i] or body[i] >= DOUBTED) for i in others) else first
