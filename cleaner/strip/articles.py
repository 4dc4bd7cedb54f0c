"""From a page's lines and what was decided of them to the article, and back."""

from __future__ import annotations

from collections.abc import Sequence

from cleaner.records import Article, Cut, Doubtful, Page
from cleaner.strip.judgement import Decision, Verdict
from cleaner.strip.metadata import bylines
from cleaner.strip.reading import blocks
from cleaner.strip.reading.blocks import Block

MOST_DOUBTFUL = 3
DOUBT = 0.6
"""Probability below which a kept line is in doubt: just above the highest threshold of any page (that of articles is
.55, of pages of other kinds up to .6, of stored text .35 or less). Set by hand."""


def of_decision(page: Page, lines: Sequence[Block], decision: Decision, lang: str | None) -> Article:
    """The article of the lines that stay; the others are its cuts."""
    kept = [line for line, verdict in zip(lines, decision.verdicts, strict=True) if verdict is None]
    cuts = [
        Cut(line.text, verdict.label, verdict.rule, position, verdict.score)
        for position, (line, verdict) in enumerate(zip(lines, decision.verdicts, strict=True))
        if verdict is not None
    ]
    return Article(
        id=page.id,
        text=blocks.to_text(kept),
        url=page.url,
        title=page.title or decision.title,
        lang=lang,
        author=page.author,
        origin=page.origin,
        cuts=cuts,
        extra=page.extra,
    )


def author_of(lines: Sequence[Block], verdicts: Sequence[Verdict | None]) -> str | None:
    """Whom the lines that go name as the authors, where nothing else does.

    That is the first such line above the text, or right below it: further below stand those of other articles.
    """
    kept = [i for i, verdict in enumerate(verdicts) if verdict is None]
    authors = (i for i, verdict in enumerate(verdicts) if verdict is not None and verdict.label == "author")
    found = {i: names for i in authors if (names := bylines.of_line(lines[i].text)) is not None}
    if not found or not kept:
        return None
    first = min(found)
    return found[first] if first < kept[0] else found.get(kept[-1] + 1)


def in_doubt(
    texts: Sequence[str], verdicts: Sequence[Verdict | None], probability: Sequence[float]
) -> list[Doubtful]:
    """The kept lines that are least likely body, at most ``MOST_DOUBTFUL`` and none that is likelier than ``DOUBT``."""
    kept = [
        (score, position)
        for position, (verdict, score) in enumerate(zip(verdicts, probability, strict=True))
        if verdict is None and score < DOUBT
    ]
    return [Doubtful(texts[position], position, round(score, 4)) for score, position in sorted(kept)[:MOST_DOUBTFUL]]


def restore(article: Article) -> list[str]:
    """The lines of the page that an article was stripped from: its text with the cuts put back."""
    kept = iter(line for line in article.text.split("\n") if line)
    cuts = {cut.position: cut.text for cut in article.cuts}
    lines: list[str] = []
    for line in kept:
        while len(lines) in cuts:
            lines.append(cuts.pop(len(lines)))
        lines.append(line)
    while len(lines) in cuts:
        lines.append(cuts.pop(len(lines)))
    return lines
