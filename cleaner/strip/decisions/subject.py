"""Whether what a rule knows as a notice or a box is the page's own subject: a policy on cookies, news about them.

All constants are set by hand, by the cases of tests/test_strip.py and tests/cases/stored.toml and kept.toml (policies,
news on consent notices, galleries); what rules of each label cut in all ``python -m cleaner.train.steps --unseen``
counts.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Iterator, Sequence
from functools import lru_cache

from cleaner.strip.judgement import SURE, Outlook, Verdict
from cleaner.strip.prose import Reading
from cleaner.strip.rules import Rule, count_words
from cleaner.strip.rules.rule_lookup import matching

IN_TEXT = frozenset("advert author caption paywall promo related share sources subscribe".split())
"""Labels of what sites set between the paragraphs of a text."""
SUBJECTS = frozenset("cookie copyright paywall subscribe".split())
"""Labels of what policies and terms are about."""
SUBJECT_LINE = 0.5
"""As SURE, for a paragraph of stored text that a rule matches: that model heeds the rules more."""
BODY = 0.7
"""Probability from which a paragraph shows that what stands on both sides of it is body."""
POLICY_WORDS = 8
POLICY_NAME_WORDS = 8
POLICY_LINE = 0.2
"""Words of a sentence of a policy and of its name, and the probability from which such a line of stored text is body:
that model heeds the rules more."""
BOXES = IN_TEXT - {"caption"}
OFFERS = frozenset(("paywall", "subscribe"))
AMID, AMID_WORDS = 0.7, 4
"""Probability and words from which a sentence that a rule cut as something else than one of BOXES, between two lines
that stay and are as likely, is of the same list or talk. Shorter texts are of boxes, too (polls, players)."""
AMID_BELOW, AMID_BELOW_WORDS = 0.8, 6
"""As AMID, for what rules of the end of a page know, of which the model has not heard. Of 1,940 development pages, told
by models of other sites, 6 of 8 such sentences are body. Not of offers to subscribe: half of these are so likely."""
AMID_IN_BOX = 0.96
"""As AMID, for one of BOXES. Both of these sentences are body there, of 10 that are less likely 5."""
MAX_AMID, BESIDE_WORDS = 2, 2
"""Sentences in a row that stay so, and words of the lines above and below."""
PICTURES, WITH_CREDIT, CAPTION = 3, "tail-credit", 0.3
"""Captions with their credits from which, if they hold more words than the paragraphs, they are what a page is; the end
of the names of their rules; and the probability of each from which it stays."""


def amid(
    lines: Sequence[str], reading: Reading, outlook: Outlook, verdicts: Sequence[Verdict | None], heads: Container[int]
) -> Iterator[int]:
    """The sentences that rules cut amid lines of the body, and that are all but as sure as these."""
    run: list[int] = []
    above = False
    for i, verdict in enumerate(verdicts):
        if verdict is None:
            beside = outlook.body[i] >= AMID and reading.words[i] >= BESIDE_WORDS
            if above and beside and len(run) <= MAX_AMID:
                yield from run
            run, above = [], beside
        elif above and i not in heads and _is_as_sure(i, lines[i], reading, outlook, verdict):
            run.append(i)
        else:
            above = False


def _is_as_sure(i: int, line: str, reading: Reading, outlook: Outlook, verdict: Verdict) -> bool:
    """Whether line i, which a rule cut, is a sentence that the model holds for body all the same."""
    if verdict.score is not None or i in outlook.elsewhere or not reading.ends[i] or line[-1] in "!?":
        return False
    least, words = (AMID_IN_BOX if verdict.label in BOXES else AMID), AMID_WORDS
    if outlook.rules[i] is None and verdict.label not in OFFERS:
        least, words = AMID_BELOW, AMID_BELOW_WORDS
    return outlook.body[i] >= least and reading.words[i] >= words


@lru_cache(maxsize=1_000)
def names_policy(title: str, language: str | None) -> bool:
    """Whether a title is one of the names of policies and terms, by the rules that know these at the end of pages."""
    if not title or count_words(title) > POLICY_NAME_WORDS:
        return False
    rules_of_it = (matching(title, language, (place,)) for place in ("anywhere", "tail"))
    return any(rule is not None and rule.label in ("cookie", "copyright") for rule in rules_of_it)


def _shows_pictures(reading: Reading, outlook: Outlook) -> bool:
    """Whether most of what a page's lines say stands in captions that end in a credit: a gallery."""
    captions = [i for i, rule in enumerate(outlook.rules) if rule is not None and rule.name.endswith(WITH_CREDIT)]
    if len(captions) < PICTURES:
        return False
    others = (i for i, rule in enumerate(outlook.rules) if rule is None and reading.is_prose(i))
    return sum(reading.words[i] for i in captions) > sum(reading.words[i] for i in others)


class Subject:
    """Whether a paragraph that a rule matches is the page's own subject: a policy on cookies, news about them.

    A notice stands before or after the body, so a paragraph amid two others to either side is none, nor is
    one of several of its label at several places, one of them amid the body. Boxes do stand in the middle of
    texts: of their labels (IN_TEXT) there must be another with a paragraph of the body between the two. Where the
    page is called a policy or terms, that is its subject wherever it stands.
    """

    def __init__(self, reading: Reading, outlook: Outlook, is_policy: bool) -> None:
        self._reading = reading
        self._least = (POLICY_LINE if outlook.stored else outlook.threshold) if is_policy else None
        self._body = outlook.body
        self._sure = SUBJECT_LINE if outlook.stored else SURE
        self._plain: list[int] = []
        self._pictures = _shows_pictures(reading, outlook)
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
        if self.is_caption(i, rule):
            return True
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

    def is_caption(self, i: int, rule: Rule | None) -> bool:
        """Whether line i is one of the captions that are what the page is."""
        return self._pictures and rule is not None and rule.name.endswith(WITH_CREDIT) and self._body[i] >= CAPTION

    def _stands_amid(self, places: Sequence[int]) -> bool:
        """Whether paragraphs of one label stand at several places of the body, one of them amid it: a notice is one."""
        return places[0] != places[-1] and any(0 < place < len(self._plain) for place in places)
