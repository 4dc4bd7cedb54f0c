"""Stored text, of which no markup is left: its lines, and which of them are body."""

from __future__ import annotations

from cleaner.records import Article, Page
from cleaner.strip import articles, language
from cleaner.strip.decisions import decide
from cleaner.strip.judgement import UNSURE, Outlook, Verdict
from cleaner.strip.metadata import dates, dating, hosts
from cleaner.strip.models import inline_breaks, line_models
from cleaner.strip.reading import blocks, one_line, wrapped
from cleaner.strip.reading.blocks import Block
from cleaner.strip.rules.rule_lookup import matching


def stripped(page: Page, text: str) -> tuple[Article, list[Block], list[Verdict | None]]:
    """The article of a record that has this text, its lines, and why each of those goes (None: it stays)."""
    lines = blocks.from_text(text)
    lang = language.of_page(text, page.lang)
    split = one_line.sentences(lines, lambda words: matching(words, lang, ("anywhere", "tail")))
    if split is not None:
        lines = split[0]
    whole, into = wrapped.joined(lines)
    if split is None and len(whole) == len(lines):
        whole, into = inline_breaks.joined(lines)
    texts = [line.text for line in whole]
    found = decide.anywhere(texts, lang)
    known = lang if split is None else None  # single sentences are not the lines whose wording was learned
    probability = line_models.line_probability(whole, found, known, in_context=split is None)
    threshold = line_models.threshold_of(probability, whole) if split is None else line_models.TEXT_THRESHOLD
    outlook = Outlook(found, probability.tolist(), threshold, "model.line", split=split is not None)
    decision = decide.decide(texts, outlook, lang, page.title, sure=bool(page.title))
    doubtful = []
    if split is None and whole == lines:
        doubtful = articles.in_doubt(texts, decision.verdicts, probability.tolist())
    decision.verdicts = wrapped.spread(decision.verdicts, into)
    if split is not None:
        surely = [v is not None and v.label not in UNSURE for v in decision.verdicts]
        verdicts = one_line.settled(decision.verdicts, surely)
        lines, decision.verdicts = one_line.together(lines, split[1], verdicts)
    article = articles.of_decision(page, lines, decision, lang)
    article.author = page.author or articles.author_of(lines, decision.verdicts)
    article.doubtful = doubtful
    article.site = hosts.site_of(page.url, page.id)
    read = dates.Reader(page.lang or lang, article.site, [page.date or "", *texts])
    dating.give_date(article, page, read, (lines, decision, None), None)
    return article, lines, decision.verdicts
