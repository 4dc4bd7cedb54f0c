"""A page of HTML: its blocks, and which of them are body, by model, rules and the structure of the page."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import regex

from cleaner.records import Article, Page
from cleaner.strip import articles, language
from cleaner.strip.decisions import decide
from cleaner.strip.judgement import Outlook, Verdict
from cleaner.strip.metadata import bylines, dates, dating, extract, hosts, titles
from cleaner.strip.models import page_models
from cleaner.strip.models.page_models import Judged
from cleaner.strip.reading.blocks import Block, Outline
from cleaner.strip.reading.page_elements import PageElements
from cleaner.strip.reading.second_look import second_look
from cleaner.strip.structure import outside, preformatted
from cleaner.strip.structure.boxes import poll_boxes, sign_up_boxes
from cleaner.strip.structure.kept import (
    beside_paragraphs,
    boxes_amid,
    heads_of_kept,
    part_heads,
    repeated_parts,
    table_rows,
)
from cleaner.strip.structure.outside import consent_boxes

MAX_WORDINGS = 10
"""Wordings of its title that a page is taken to have: every line is compared with each."""
LISTS = frozenset(("listing", "collection"))
"""Kinds of which a page that may be an article still has others' lines: heads and shapes say nothing of these."""


def stripped(page: Page, elements: PageElements) -> tuple[Article, list[Block], list[Verdict | None]]:
    """The article of a page that has these elements, its blocks, and why each of those goes (None: it stays)."""
    page, elements, outline = second_look(page, elements)
    root = elements.root
    lines = outline.blocks
    texts = [line.text for line in lines]
    h1s = [line.text for line in lines if line.tag == "h1"]
    declared = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang")
    lang = language.of_page(language.sample(texts), page.lang, declared)
    said = extract.metadata_of(elements, page.url)
    found = decide.anywhere(texts, lang)
    url = page.url or said.url
    consent = consent_boxes.blocks(outline)
    judged = page_models.judge(outline, page.html or "", url, found, consent)
    probability = judged.probability
    if outline.declared:
        probability[outline.declared.start : outline.declared.stop] = 1.0
    body = probability.tolist()
    named = titles.Named(said.site_name, hosts.host(url), url)
    title = page.title or titles.choose(outline, root, said, named, body)
    sure = bool(page.title) or (title is not None and not titles.is_name(title, named))
    wordings = _wordings(title, h1s)
    titled = [title, *wordings] if title else []
    judged, elsewhere = outside.of_page(outline, page.html or "", judged, titled, consent)
    known = sign_up_boxes.spread(outline, found)
    is_article = judged.article and judged.page_type not in LISTS
    outlook = Outlook(known, body, judged.threshold, "model.block", elsewhere, is_article, page=outline)
    decision = decide.decide(texts, outlook, lang, title, wordings, sure=sure)
    _settle(outline, lang, judged, body, decision.verdicts)
    article = articles.of_decision(page, lines, decision, lang)
    article.url = url
    article.author = page.author or bylines.authors(said.author)
    if is_article:
        article.author = article.author or articles.author_of(lines, decision.verdicts)
    article.site_name = said.site_name
    article.doubtful = articles.in_doubt(texts, decision.verdicts, body)
    article.page_type, article.page_type_probability = judged.page_type, judged.page_type_probability
    article.site = hosts.site_of(article.url, page.id)
    read = dates.Reader(page.lang or declared or lang, article.site, [page.date or "", *texts])
    dating.give_date(article, page, read, (lines, decision, article.url), elements)
    return article, lines, decision.verdicts


def _settle(
    outline: Outline, lang: str | None, judged: Judged, body: Sequence[float], verdicts: list[Verdict | None]
) -> None:
    """Keep or drop further blocks for what their elements tell, in place; later steps see what earlier ones did."""
    repeated_parts.keep_with_their_like(outline, body, verdicts)
    table_rows.keep(outline, lang, body, verdicts)
    part_heads.keep(outline, body, verdicts)
    if judged.article:
        beside_paragraphs.keep(outline, body, verdicts)
        boxes_amid.keep(outline, body, verdicts)
    if judged.page_type != "forum":
        heads_of_kept.keep(outline, body, verdicts)
    if judged.article:
        poll_boxes.drop(outline, lang, verdicts)
        sign_up_boxes.drop_amid(outline, body, verdicts)
    preformatted.settle(outline, verdicts)


def _wordings(title: str | None, h1s: Sequence[str]) -> list[str]:
    """Further wordings of the title among the page's h1: the first that share most of its words."""
    words = set(regex.findall(r"\w+", (title or "").casefold()))
    found = (
        h1
        for h1 in dict.fromkeys(h1s)
        if words and len(words & set(regex.findall(r"\w+", h1.casefold()))) >= 0.6 * len(words) and h1 != title
    )
    return list(islice(found, MAX_WORDINGS))
