"""Which lines of a page go, and by which named rule. The one place where the decisions meet.

A trained model says of each line how likely it is body. Rules name what they know and overrule it, for
a phrase is surer than a shape, except where the model is all but certain or the phrase is what the page is
about. Shapes (sections, scraps) overrule it only where it is in doubt. In order, each step looking only
at the lines that are still there:

1. ``outside.*``   other articles below the first on an endless page, and what is far below a declared body.
2. line rules      word and phrase rules of the page's language, of English and of ``common``.
3. ``model.*``     lines that the model holds for less likely body than its threshold; in stored text a sentence
                   beside a paragraph that stays is one of it (``carried_on``).
4. ``headline.*``  the headline, which becomes the title, and its repetitions.
5. sections        a recognised head and what follows it, up to where prose goes on.
6. ``scrap.*``     what stands above the headline; in stored text also short lines below the last paragraph.

The last two are for articles and stored text: on a page of another kind items stand under a head that is body, and
a headline may come after them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from cleaner.strip import carried_on, headline, metadata, prose, sections
from cleaner.strip.prose import STRONG_WORDS, Reading, ends_in_mark
from cleaner.strip.rule_lookup import matching
from cleaner.strip.rules import Rule, count_words

SCRAP_WORDS = 8
"""A line below the last paragraph with no more words and no sentence end is not body."""
BUTTON_WORDS = 2
"""Words of a line that is one button of a share bar."""
CERTAIN = 0.97
"""Probability from which the model overrules a line rule."""
SURE = 0.8
"""Probability from which the model overrules the shape of a line."""
IN_TEXT = frozenset("advert author caption paywall promo related share sources subscribe".split())
"""Labels of what sites set between the paragraphs of a text."""
FIELD = "field"
"""The end of the names of rules for fields to fill in, which comment forms and newsletter boxes share."""
PROMISE_WORDS = 16
"""Words of the line between the head of a sign-up box and its field."""
SUBJECT_LINE = 0.5
"""As SURE, for a paragraph of stored text that a rule matches: that model heeds the rules more."""
BODY = 0.7
"""Probability from which a paragraph shows that what stands on both sides of it is body."""
LISTED = 0.4
"""Probability from which a short line right below a paragraph of stored text belongs to it."""
LISTED_AFTER_COLON = 0.2
"""As LISTED, below a line that announces a list: that model sees names and figures by themselves."""
MIN_LISTED = 3
SUBJECTS = frozenset("cookie copyright paywall subscribe".split())
"""Labels of what policies and terms are about."""
POLICY_WORDS = 8
POLICY_NAME_WORDS = 8
POLICY_LINE = 0.2
"""Words of a sentence of a policy and of its name, and the probability from which such a line of stored text is body:
that model heeds the rules more."""
DATE_WORDS = 8
"""Words of a line above the body that holds a full date and nothing to read."""
HEAD_PROSE_WORDS = 15
"""Words of the line that starts the body, as seen from the head."""


@dataclass(slots=True)
class Verdict:
    """Why a line goes."""

    rule: str
    score: float | None = None

    @property
    def label(self) -> str:
        """The part of the rule's name before the first dot."""
        return self.rule.split(".", 1)[0]


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


def anywhere(lines: Sequence[str], language: str | None) -> list[Rule | None]:
    """For each line the rule that matches it wherever it stands."""
    return [matching(line, language, ("anywhere",)) for line in lines]


def decide(
    lines: Sequence[str],
    outlook: Outlook,
    language: str | None = None,
    title: str | None = None,
    other_titles: Sequence[str] = (),
    sure: bool = False,
) -> Decision:
    """Decide over a page's lines.

    ``title`` is the headline when it is known, ``sure`` that it is; else a title that the text does not
    bear out (the site's name) gives way to a line above the text. ``other_titles`` are further wordings
    (the page's h1).
    """
    verdicts: list[Verdict | None] = [None] * len(lines)
    heads: dict[int, Rule] = {}
    reading = prose.read(lines)
    is_policy = _names_policy(title or (lines[0] if lines and outlook.model == "model.line" else ""), language)
    first = _apply_rules(lines, reading, language, outlook, verdicts, heads, is_policy)
    stored = outlook.model == "model.line"
    carried: list[int] = []
    if stored:
        labels = [None if v is None else "subscribe" if v.rule.endswith(FIELD) else v.label for v in verdicts]
        carried = carried_on.lines_of(lines, reading, outlook.body, labels, IN_TEXT)
        for i in carried:
            verdicts[i] = None
    found = title
    if not sure and not (title and headline.fits(title, [lines[i] for i in _left(verdicts, max(first, 0))])):
        below = first if first >= 0 else next((i for i in _left(verdicts, 0) if reading.is_prose(i)), -1)
        above = [i for i in range(below) if (v := verdicts[i]) is None or v.label == "model"]
        borne_out = below != first or count_words(title or "") >= headline.MIN_WORDS
        at = headline.find(lines, above, below, borne_out)
        if at is not None:
            found = lines[at]
            verdicts[at] = Verdict("headline.title")
    _spread_bars(reading, outlook.body, verdicts)
    if stored:
        _drop_promises(reading, outlook.body, verdicts)
    if found:
        _drop_headlines(lines, [found, *other_titles], first, verdicts)
    standing = [verdict is None for verdict in verdicts]
    if outlook.split:
        heads = {i: rule for i, rule in heads.items() if rule.label in sections.CLOSING}
    if outlook.article:
        for i, rule in sections.lines_of(reading, standing, heads, outlook.body).items():
            verdicts[i] = Verdict(rule)
        _drop_scraps_above(reading, outlook.body, first, verdicts)
    if stored:
        listed = {*_announced(lines, reading, outlook, verdicts), *(i for i in carried if verdicts[i] is None)}
        _drop_scraps_below(reading, outlook.body, first, listed, verdicts)
        for i in carried_on.amid(outlook.body, [None if v is None else v.label for v in verdicts]):
            verdicts[i] = None
    return Decision(verdicts, found)


@lru_cache(maxsize=1_000)
def _names_policy(title: str, language: str | None) -> bool:
    """Whether a title is one of the names of policies and terms, by the rules that know these at the end of pages."""
    if not title or count_words(title) > POLICY_NAME_WORDS:
        return False
    rules_of_it = (matching(title, language, (place,)) for place in ("anywhere", "tail"))
    return any(rule is not None and rule.label in ("cookie", "copyright") for rule in rules_of_it)


def _left(verdicts: Sequence[Verdict | None], start: int) -> list[int]:
    """The lines from ``start`` on that still stand, as many as a headline is compared with."""
    return [i for i in range(start, len(verdicts)) if verdicts[i] is None][: headline.LOOK_AHEAD]


def _apply_rules(
    lines: Sequence[str],
    reading: Reading,
    language: str | None,
    outlook: Outlook,
    verdicts: list[Verdict | None],
    heads: dict[int, Rule],
    is_policy: bool,
) -> int:
    """Apply the rules that hold anywhere and the model, find the first paragraph, then head and tail rules.

    Returns the index of the first paragraph, -1 when there is none: all lines are then below it.
    """

    stored = outlook.model == "model.line"
    subject = _Subject(reading, outlook, is_policy)

    def cut(i: int, rule: Rule) -> None:
        if outlook.body[i] < CERTAIN and not subject.holds(i, rule):
            verdicts[i] = Verdict(rule.name)
            if rule.effect == "section" and (stored or outlook.body[i] >= outlook.threshold):
                heads[i] = rule

    for i, rule in enumerate(outlook.rules):
        if i in outlook.elsewhere:
            verdicts[i] = Verdict(outlook.elsewhere[i])
        elif rule is not None:
            cut(i, rule)
        if verdicts[i] is None and outlook.body[i] < outlook.threshold:
            verdicts[i] = Verdict(outlook.model, round(float(outlook.body[i]), 4))
    left = [i for i, verdict in enumerate(verdicts) if verdict is None]
    first = next((i for i in left if reading.is_prose(i, HEAD_PROSE_WORDS)), None)
    if first is None:
        first = next((i for i in left if reading.words[i] >= STRONG_WORDS), -1)
    for i, verdict in enumerate(verdicts):
        if i == first or (verdict is not None and not (stored and verdict.label == "model")):
            continue
        rule = matching(lines[i], language, ("head",) if i < first else ("tail",))
        if rule is not None:
            cut(i, rule)
        elif i < first and reading.words[i] <= DATE_WORDS and metadata.has_date(lines[i]):
            verdicts[i] = Verdict("date.in-head")
    return first


class _Subject:
    """Whether a paragraph that a rule matches is the page's own subject: a policy on cookies, news about them.

    A notice stands before or after the body, so a paragraph amid two others to either side is none, nor is
    one of several of its label at several places, one of them amid the body. Boxes do stand in the middle of
    texts: of their labels (IN_TEXT) there must be another with a paragraph of the body between the two. Where the
    page is called a policy or terms, that is its subject wherever it stands.
    """

    def __init__(self, reading: Reading, outlook: Outlook, is_policy: bool) -> None:
        self._reading = reading
        self._least = (POLICY_LINE if outlook.model == "model.line" else outlook.threshold) if is_policy else None
        self._body = outlook.body
        self._sure = SUBJECT_LINE if outlook.model == "model.line" else SURE
        self._plain: list[int] = []
        self._places: dict[str, list[int]] = {}
        """By label, for each paragraph that a rule matches, how many of the others stand before it."""
        for i, (rule, share) in enumerate(zip(outlook.rules, outlook.body, strict=True)):
            if share < BODY or i in outlook.elsewhere or not reading.is_prose(i):
                continue
            if rule is None:
                self._plain.append(i)
            else:
                self._places.setdefault(rule.label, []).append(len(self._plain))

    def holds(self, i: int, rule: Rule) -> bool:
        """Whether line i, which this rule matches, is a paragraph of the body all the same."""
        if self._least is not None and rule.label in SUBJECTS and self._reading.is_prose(i, POLICY_WORDS):
            return self._body[i] >= self._least
        if rule.effect != "line" or self._body[i] < self._sure or not self._reading.is_prose(i):
            return False
        before = bisect_left(self._plain, i)
        around = min(before, len(self._plain) - before)
        places = self._places.get(rule.label, [before])
        if len(places) > 1 and rule.label in SUBJECTS - IN_TEXT and self._stands_amid(places):
            return True
        if rule.label in IN_TEXT:
            return around >= 1 and not places[0] == before == places[-1]
        return around >= (1 if len(places) > 1 else 2)


    def _stands_amid(self, places: Sequence[int]) -> bool:
        """Whether paragraphs of one label stand at several places of the body, one of them amid it: a notice is one."""
        return places[0] != places[-1] and any(0 < place < len(self._plain) for place in places)


def _spread_bars(reading: Reading, body: Sequence[float], verdicts: list[Verdict | None]) -> None:
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


def _drop_promises(reading: Reading, body: Sequence[float], verdicts: list[Verdict | None]) -> None:
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


def _drop_headlines(lines: Sequence[str], titles: Sequence[str], first: int, verdicts: list[Verdict | None]) -> None:
    for i, line in enumerate(lines):
        if verdicts[i] is not None:
            continue
        for title in titles:
            how = headline.repetition(line, title)
            if how == "repeated" and i > first and ends_in_mark(line) and not ends_in_mark(title):
                continue  # a sentence of the body, such as the quote that gave the headline
            if how == "repeated" or (how == "glued" and i <= first):
                verdicts[i] = Verdict(f"headline.{how}")
                break


def _drop_scraps_above(reading: Reading, body: Sequence[float], first: int, verdicts: list[Verdict | None]) -> None:
    """Cut what stands above the headline and is no paragraph, unless the model is sure of it."""
    headlines = [i for i in range(first) if (verdict := verdicts[i]) is not None and verdict.label == "headline"]
    for i in range(max(headlines, default=0)):
        if verdicts[i] is None and body[i] < SURE and not reading.is_prose(i):
            verdicts[i] = Verdict("scrap.above")


def _announced(
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


def _drop_scraps_below(
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
