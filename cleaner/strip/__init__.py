"""Strip: a page in, its body out, with every dropped line and the rule that dropped it.

HTML and stored text become blocks (``outlines``, ``blocks``); models for each of the two (``models``, ``line_models``,
``features``, ``trees``, ``convolutions``), the rules of the page's language (``rules``) and the structure
(``headline``, ``prose``) decide over them in one place (``decide``). ``extract`` and ``metadata`` read what the page
says about itself.
``restore`` puts the cuts back.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from types import ModuleType

import regex

from cleaner.records import Article, Cut, Doubtful, OpenDate, Page, Rejected
from cleaner.strip import (
    below_declared,
    beside_paragraphs,
    blocks,
    boxes_amid,
    consent_boxes,
    datelines,
    dates,
    decide,
    extract,
    heads_of_kept,
    inline_breaks,
    language,
    line_models,
    metadata,
    models,
    next_article,
    no_article,
    one_line,
    parsing,
    part_heads,
    payload,
    poll_boxes,
    preformatted,
    published,
    reading,
    repeated_parts,
    side_boxes,
    sign_up_boxes,
    signatures,
    table_rows,
    titles,
    wrapped,
)
from cleaner.strip.blocks import Block
from cleaner.strip.judgement import UNSURE, Decision, Outlook, Verdict
from cleaner.strip.page_elements import PageElements
from cleaner.strip.repair import repaired
from cleaner.strip.rule_lookup import matching
from cleaner.strip.rules import count_words

SAMPLE_LINES = 12
"""Lines from which a page's language is told."""
MOST_DOUBTFUL = 3
DOUBT = 0.6
"""Probability below which a kept line is in doubt; the models' thresholds are about .5."""
MAX_WORDINGS = 10
"""Wordings of its title that a page is taken to have: every line is compared with each."""
LISTS = frozenset(("listing", "collection"))
"""Kinds of which a page that may be an article still has others' lines: heads and shapes say nothing of these."""
_Shown = tuple[Sequence[Block], Decision, str | None]
"""A page's lines, what was decided of them, and its address."""
__all__ = ["restore", "strip_page", "verdicts_of"]


def strip_page(page: Page) -> Article | Rejected:
    """Strip one page. A page without a body is rejected as ``no-body``, with the number of its lines; one that stands
    in the place of an article (not found, a wall) as ``no-article``."""
    article, lines, _ = verdicts_of(page)
    if not article.text:
        detail = f"none of its {len(lines)} lines is body" if lines else "it holds no text"
        return Rejected(page.origin, "no-body", detail, page.id, tuple(article.cuts))
    if instead := no_article.what_instead(article.title, article.text):
        return Rejected(page.origin, "no-article", instead, page.id, tuple(article.cuts))
    return article


def verdicts_of(page: Page) -> tuple[Article, list[Block], list[Verdict | None]]:
    """Strip one page and return its lines and their verdicts beside the article (for ``inspect``)."""
    page = payload.decoded(page)
    if page.html is not None:
        page = replace(page, html=repaired(page.html))
    elements = parsing.parsed(page.html) if page.html is not None else None
    if elements is None:
        text = page.text if page.html is None else parsing.flatten(page.html)
        return _stored(page, text or "")
    page, elements, outline = reading.second_look(page, elements)
    root = elements.root
    lines = outline.blocks
    texts = [line.text for line in lines]
    h1s = [line.text for line in lines if line.tag == "h1"]
    declared = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang")
    lang = language.of_page(sample(texts), page.lang, declared)
    said = extract.metadata_of(elements, page.url)
    found = decide.anywhere(texts, lang)
    url = page.url or said.url
    consent = consent_boxes.blocks(outline)
    judged = models.judge(outline, page.html or "", url, found, consent)
    probability = judged.probability
    if outline.declared:
        probability[outline.declared.start : outline.declared.stop] = 1.0
    body = probability.tolist()
    named = titles.Named(said.site_name, metadata.host(url), url)
    title = page.title or titles.choose(outline, root, said, named, body)
    sure = bool(page.title) or (title is not None and not titles.is_name(title, named))
    wordings = _wordings(title, h1s)
    kept = (probability >= judged.threshold).tolist()
    if consent and not consent_boxes.leave_enough(outline, consent, kept):
        consent = []
    beyond = below_declared.blocks(page.html or "", texts, kept) if judged.article else range(0)
    others = next_article.blocks_of_others(outline, [title, *wordings] if title and judged.article else [])
    elsewhere = dict.fromkeys(beyond, "outside.below-declared") | dict.fromkeys(others, "outside.next-article")
    elsewhere |= dict.fromkeys(consent, "outside.consent")
    if not judged.article and (beside := side_boxes.boxes_in(outline, judged.page_type)):
        units = [count_words(text) for text in texts]
        for i in consent:
            units[i] = 0
        if aside := side_boxes.doubtful(beside, units, body, judged.threshold):
            judged = models.without(judged, [*aside, *consent], units)
            elsewhere = {i: f"outside.{what}" for i, what in aside.items()} | elsewhere
    if judged.page_type == "forum" and (judged.page_type_probability or 0.0) >= signatures.SURE_FORUM:
        elsewhere |= dict.fromkeys(signatures.blocks(outline), "outside.signature")
    known = sign_up_boxes.spread(outline, found)
    is_article = judged.article and judged.page_type not in LISTS
    outlook = Outlook(known, body, judged.threshold, "model.block", elsewhere, is_article, page=outline)
    decision = decide.decide(texts, outlook, lang, title, wordings, sure=sure)
    repeated_parts.keep_with_their_like(outline, body, decision.verdicts)
    table_rows.keep(outline, lang, body, decision.verdicts)
    part_heads.keep(outline, body, decision.verdicts)
    if judged.article:
        beside_paragraphs.keep(outline, body, decision.verdicts)
        boxes_amid.keep(outline, body, decision.verdicts)
    if judged.page_type != "forum":
        heads_of_kept.keep(outline, body, decision.verdicts)
    if judged.article:
        poll_boxes.drop(outline, lang, decision.verdicts)
        sign_up_boxes.drop_amid(outline, body, decision.verdicts)
    preformatted.settle(outline, decision.verdicts)
    article = _article(page, lines, decision, lang)
    article.url = url
    article.author = page.author or metadata.authors(said.author)
    article.site_name = said.site_name
    article.doubtful = _doubtful(texts, decision.verdicts, body)
    article.page_type, article.page_type_probability = judged.page_type, judged.page_type_probability
    article.site = metadata.host(article.url) or metadata.host_of_folder(page.id)
    read = dates.Reader(page.lang or declared or lang, article.site, [page.date or "", *texts])
    _date(article, page, read, (lines, decision, article.url), elements)
    return article, lines, decision.verdicts


def _date(article: Article, page: Page, read: dates.Reader, shown: _Shown, elements: PageElements | None) -> None:
    """Give an article its date, the record's or else the first that its page has, or what is open of it."""

    def first(way: published.Read) -> published.Found | None:
        if date := way(page.date):
            return published.Found(date, "record")
        return next((one for one in _dates_of(shown, elements, way) if one is not None), None)

    found = first(read)
    article.not_understood = dates.not_understood(page, found is not None and found.source == "record")
    article.day_first = read.seen
    if found is not None:
        article.date, article.date_source = found
        if article.day_first is None:
            article.day_first = read.shown_by(found.date)
    elif read.open:
        both = [first(way) for way in read.ways()]
        if both[0] is not None and both[1] is not None:
            article.open_date = OpenDate(both[0].date, both[1].date, both[0].source)


def _dates_of(page: _Shown, elements: PageElements | None, read: published.Read) -> Iterator[published.Found | None]:
    """What a page says of when it came out, the surest first; each is looked for when it is asked for."""
    lines, decision, url = page
    shown = datelines.by_headline(lines, decision, read)

    def text(one: datelines.Shown | None) -> published.Found | None:
        return published.Found(one.date, "text") if one is not None else None

    if elements is not None:
        declared = published.declared(elements, read)
        if declared is not None:
            yield text(datelines.corrected(declared.date, shown))
        yield declared
        yield published.of_address(url)
    yield text(datelines.first(shown, "published"))
    yield text(datelines.stated(lines, decision, read))
    yield text(datelines.first(shown, "plain"))
    if elements is not None:
        yield published.named_date(elements, read)
    yield text(datelines.first(shown, "changed"))
    if elements is not None:
        yield published.marked_up(elements.root, read)
    yield text(datelines.below(lines, decision, read))


def sample(texts: Sequence[str]) -> str:
    """The longest lines of a page: enough text to tell its language from."""
    least = min(sorted(map(len, texts))[-SAMPLE_LINES:], default=0)
    longest = sorted(text for text in texts if len(text) >= least)
    return "\n".join(sorted(longest, key=len, reverse=True)[:SAMPLE_LINES])


def _wordings(title: str | None, h1s: Sequence[str]) -> list[str]:
    """Further wordings of the title among the page's h1: the first that share most of its words."""
    words = set(regex.findall(r"\w+", (title or "").casefold()))
    found = (
        h1
        for h1 in dict.fromkeys(h1s)
        if words and len(words & set(regex.findall(r"\w+", h1.casefold()))) >= 0.6 * len(words) and h1 != title
    )
    return list(islice(found, MAX_WORDINGS))


def _stored(page: Page, text: str) -> tuple[Article, list[Block], list[Verdict | None]]:
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
    doubtful = _doubtful(texts, decision.verdicts, probability.tolist()) if split is None and whole == lines else []
    decision.verdicts = wrapped.spread(decision.verdicts, into)
    if split is not None:
        surely = [v is not None and v.label not in UNSURE for v in decision.verdicts]
        verdicts = one_line.settled(decision.verdicts, surely)
        lines, decision.verdicts = one_line.together(lines, split[1], verdicts)
    article = _article(page, lines, decision, lang)
    article.doubtful = doubtful
    article.site = metadata.host(page.url) or metadata.host_of_folder(page.id)
    read = dates.Reader(page.lang or lang, article.site, [page.date or "", *texts])
    _date(article, page, read, (lines, decision, None), None)
    return article, lines, decision.verdicts


def _article(page: Page, lines: Sequence[Block], decision: Decision, lang: str | None) -> Article:
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


def _doubtful(
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


class _Callable(ModuleType):
    def __call__(self, pages: Iterable[Page], workers: int = 0) -> Iterator[Article | Rejected]:
        """``cleaner.strip``: pages stripped in worker processes (0: one a core), in their order.

        Yields an article or a rejection for each page of any iterable, which is taken from as fast as results are. A
        page that takes more than the ``Limits`` allow by default, hangs inside a C library or ends its process is
        rejected. Raises TypeError for what is no page.
        """
        from cleaner.ingest import strip_pages

        return strip_pages(pages, workers)


sys.modules[__name__].__class__ = _Callable
