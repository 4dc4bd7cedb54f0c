"""Which lines of a page go, and by which named rule, over HTML and stored text alike.

What the elements of a page of HTML tell comes before (``structure.outside``, step 1) and after, where ``html_pages``
keeps or drops further blocks. CONTRIBUTING has a table of all reasons. A trained model says of each line how likely it
is body. Rules name what they know and overrule it, for a phrase is surer than a shape, except where the model is all
but certain, a whole sentence amid others as sure, or the phrase is what the page is about. Shapes (sections, scraps)
overrule it only where it is in doubt. In order, each step looking only at the lines that are still there:

1. ``outside.*``   what ``structure.outside`` has found: other articles on an endless page, what is far below a
                   declared body, boxes for consent, signatures, boxes beside what the page is about.
2. line rules      word and phrase rules of the page's language, of English and of ``common``; on a page of another
                   kind none of those that hold of articles alone, and of what the page is about none (``subject``).
                   Above the first paragraph also short lines with a date (``date.in-head``).
3. ``model.*``     lines that the model holds for less likely body than its threshold; in stored text a sentence
                   beside a paragraph that stays is one of it (``carried_on``).
4. ``headline.*``  the headline, which becomes the title, and its repetitions.
5. bars, promises  names beside a line of a share bar; in stored text what stands above the field of a sign-up box.
6. sections        a recognised head and what follows it, up to where prose goes on.
7. ``scrap.*``     what stands above the headline; in stored text also short lines below the last paragraph.
8. what stays      in stored text lines amid as many that stay, a short text that hardly a rule knows, rows of lines
                   where else nothing would, quantities of a recipe (``recipes``), a first line, a headline that is a
                   head amid the text.

Sections and scraps are for articles and stored text: on a page of another kind items stand under a head that is body,
and a headline may come after them.
"""

from __future__ import annotations

from collections.abc import Sequence

from cleaner.strip import prose
from cleaner.strip.decisions import carried_on, recipes, scraps, sections, subject
from cleaner.strip.judgement import Decision, Outlook, Verdict
from cleaner.strip.metadata import dates, headline
from cleaner.strip.prose import STRONG_WORDS, Reading, ends_in_mark
from cleaner.strip.rules import Rule, count_words
from cleaner.strip.rules.rule_lookup import matching

CERTAIN = 0.995
"""Probability from which the model overrules a line rule. At .97 calls to follow a channel stay amid paragraphs, at .99
lists of related reports in plain paragraphs, in languages with few rules. Of 1,940 development pages, judged by models
that have not seen their site, no set's F1 differs by more than .0001 between .97 and .995 (``python -m
cleaner.train.strip`` prints it for the value that stands here)."""
DATE_WORDS = 8
"""Words of a line above the body that holds a full date and nothing to read. Set by hand, as the next;
``python -m cleaner.train.steps --unseen`` counts what ``date.in-head`` cuts."""
HEAD_PROSE_WORDS = 15
"""Words of the line that starts the body, as seen from the head."""
HEADS, HEAD_WORDS = frozenset(("promo", "navigation", "related")), 8
"""Labels and words of lines that may head a section below the last paragraph, by their wording ("More news"), though
they were cut as what they are elsewhere."""
OF_ARTICLES = frozenset("tags caption residue.mobile-menu residue.url-head residue.email share.handle".split())
"""Labels and names of rules that hold of articles alone. On development pages of other kinds, by models that have not
seen their site, they cut 480 words of body that these models keep ("Developed by" of each game, code, addresses that a
post names) and 60 others."""


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
    stored, body = outlook.stored, outlook.body
    reading = prose.read(lines)
    is_policy = subject.names_policy(title or (lines[0] if lines and stored else ""), language)
    first = _apply_rules(lines, reading, language, outlook, verdicts, heads, is_policy)
    _keep(list(subject.amid(lines, reading, outlook, verdicts, heads)), verdicts)
    carried: list[int] = []
    if stored:
        labels = [None if v is None else "subscribe" if v.rule.endswith(scraps.FIELD) else v.label for v in verdicts]
        carried = carried_on.lines_of(lines, reading, body, labels, subject.IN_TEXT)
        _keep(carried, verdicts)
    found, at = title, None
    if not sure and not (title and headline.fits(title, [lines[i] for i in _left(verdicts, max(first, 0))])):
        at = _headline(lines, reading, first, title, verdicts)
        if at is not None:
            found = lines[at]
            verdicts[at] = Verdict("headline.title")
    scraps.spread_bars(reading, body, verdicts)
    if stored:
        scraps.drop_promises(reading, body, verdicts)
    if found:
        _drop_headlines(lines, [found, *other_titles], first, verdicts)
    if outlook.article:
        _drop_sections(lines, reading, outlook, heads, verdicts)
        scraps.drop_above(reading, body, first, verdicts, sentences=not stored)
    if stored:
        listed = {*scraps.announced(lines, reading, outlook, verdicts), *(i for i in carried if verdicts[i] is None)}
        scraps.drop_below(reading, body, first, listed, verdicts)
        _keep(carried_on.amid(body, [None if v is None else v.label for v in verdicts]), verdicts)
        _keep(carried_on.untouched(outlook, verdicts), verdicts)
        _keep(carried_on.only(outlook, verdicts), verdicts)
        _keep(recipes.kept(lines, body, verdicts), verdicts)
        if not found and carried_on.begins(verdicts):
            verdicts[0] = None
        if at is not None and carried_on.is_amid_text(at, lines, reading, verdicts):
            verdicts[at] = None
    return Decision(verdicts, found)


def _keep(stays: Sequence[int], verdicts: list[Verdict | None]) -> None:
    for i in stays:
        verdicts[i] = None


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
    stored = outlook.stored
    own = subject.Subject(reading, outlook, is_policy)

    def cut(i: int, rule: Rule) -> None:
        if not outlook.article and (rule.label in OF_ARTICLES or rule.name in OF_ARTICLES):
            return
        if outlook.body[i] < CERTAIN and not own.holds(i, rule):
            verdicts[i] = Verdict(rule.name)
            if rule.effect == "section" and (stored or outlook.body[i] >= outlook.threshold):
                heads[i] = rule

    for i, rule in enumerate(outlook.rules):
        if i in outlook.elsewhere:
            verdicts[i] = Verdict(outlook.elsewhere[i])
        elif rule is not None:
            cut(i, rule)
        if verdicts[i] is None and outlook.body[i] < outlook.threshold and not own.is_caption(i, rule):
            verdicts[i] = Verdict(outlook.model, round(float(outlook.body[i]), 4))
    first = _first_paragraph(reading, verdicts)
    for i, verdict in enumerate(verdicts):
        if i == first or (verdict is not None and not (stored and verdict.label == "model")):
            continue
        rule = matching(lines[i], language, ("head",) if i < first else ("tail",))
        if rule is not None:
            cut(i, rule)
        elif i < first and reading.words[i] <= DATE_WORDS and dates.has_date(lines[i]):
            verdicts[i] = Verdict("date.in-head")
    _add_heads_below(lines, reading, language, outlook, verdicts, heads)
    return first


def _first_paragraph(reading: Reading, verdicts: Sequence[Verdict | None]) -> int:
    """The first paragraph that stands, -1 when there is none."""
    left = [i for i, verdict in enumerate(verdicts) if verdict is None]
    first = next((i for i in left if reading.is_prose(i, HEAD_PROSE_WORDS)), None)
    return first if first is not None else next((i for i in left if reading.words[i] >= STRONG_WORDS), -1)


def _add_heads_below(
    lines: Sequence[str],
    reading: Reading,
    language: str | None,
    outlook: Outlook,
    verdicts: Sequence[Verdict | None],
    heads: dict[int, Rule],
) -> None:
    """Add the lines below the last paragraph that were cut as something else and head a section there."""
    heading = HEADS if outlook.stored else HEADS | {"model"}  # of stored text these lines were asked before
    last = next((i for i in reversed(range(len(lines))) if verdicts[i] is None and reading.is_prose(i)), len(lines))
    for i in range(last + 1, len(lines)):
        verdict = verdicts[i]
        if i in heads or verdict is None or verdict.label not in heading or reading.words[i] > HEAD_WORDS:
            continue
        rule = matching(lines[i], language, ("tail",))
        if rule is not None and rule.effect == "section" and outlook.body[i] < CERTAIN:
            heads[i] = rule


def _headline(
    lines: Sequence[str], reading: Reading, first: int, title: str | None, verdicts: Sequence[Verdict | None]
) -> int | None:
    """The line above the ``first`` paragraph, or above the first sentence if there is none, that is the headline.

    The model's word that one is no body says nothing of that.
    """
    below = first if first >= 0 else next((i for i in _left(verdicts, 0) if reading.is_prose(i)), -1)
    above = [i for i in range(below) if (v := verdicts[i]) is None or v.label == "model"]
    borne_out = below != first or count_words(title or "") >= headline.MIN_WORDS
    return headline.find(lines, above, below, borne_out)


def _drop_sections(
    lines: Sequence[str],
    reading: Reading,
    outlook: Outlook,
    heads: dict[int, Rule],
    verdicts: list[Verdict | None],
) -> None:
    """Keep the heads that are headings of the text, and drop what goes with the others."""
    for i in sections.headings(lines, reading, outlook, verdicts, heads):
        verdicts[i] = None
        heads.pop(i, None)
    standing = [verdict is None for verdict in verdicts]
    if outlook.split:
        heads = {i: rule for i, rule in heads.items() if rule.label in sections.CLOSING}
    titled = (i for i, verdict in enumerate(verdicts) if verdict is not None and verdict.label == "headline")
    title_at = next(titled, -1) if outlook.stored and heads else -1
    parts = sections.lines_of(lines, reading, standing, heads, outlook.body, outlook.page, title_at)
    for i, rule in parts.items():
        verdicts[i] = Verdict(rule)


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
